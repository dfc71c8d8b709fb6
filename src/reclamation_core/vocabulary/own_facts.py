"""The values of the facts that an edition of the procedure declares itself (informations propres à une version)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.documents.faults import Refused
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.missing import Absent, Missing, Unknown
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.domains import Domain, exact
from reclamation_core.validators import storable_text
from reclamation_core.vocabulary.conversions import of_python
from reclamation_core.wording import Lang, Wording, safe_repr

OWN: Final = "own"
"""The attribute of facts, and the key of their documents, that has the facts of an edition."""
OWN_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
"""The form of the codes of an edition: without a space, so that no sentence is one."""
OWN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""The form of the name of a fact of an edition."""
MOST_OWN: Final = 200
"""The most facts of an edition, and the most own values of one case."""

_LONGEST_SEARCHED: Final = 1_000
"""The most characters of a value that cases are found by: the index of a database has a limit."""
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_NAME: Final = Wording(
    "un nom d'information est attendu : des minuscules, des chiffres et « _ », 40 au plus, une lettre d'abord",
    "the name of a fact is expected: small letters, digits and underscores, at most 40, a letter first",
)
_VALUE: Final = Wording(
    "un code, vrai ou faux, un nombre fini, un jour ou un texte est attendu",
    "a code, true or false, a finite number, a day or a text is expected",
)
_MAPPING: Final = Wording(
    "des informations par leur nom sont attendues, comme {'sous_traitee': True}",
    "facts by their names are expected, such as {'subcontracted': True}",
)
FEWER: Final = Wording(f"{MOST_OWN} informations au plus sont attendues", f"at most {MOST_OWN} facts are expected")


@attrs.frozen
class OwnText(SharedRepr):
    """The value of a fact that is committed and erased as texts are: a short text, or any value of a personal fact.

    Args:
        text: the text, in clear; None once it is sealed.
        digest: the digest of the commitment to it; None while it is in clear.
        personal: True for a personal fact; False for a free text.
    """

    text: str | None = attrs.field(default=None, repr=False)
    digest: str | None = None
    personal: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class ShortText(Domain):
    """A short free text; no input of a table has it.

    Args:
        longest: the most characters.
    """

    longest: int = 200
    ordered = False

    @property
    def expected(self) -> Wording:
        """The length of the text."""
        return Wording(f"un texte de {self.longest} caractères au plus", f"a text of at most {self.longest} characters")

    def check(self, value: object) -> str:
        """Return the text.

        Raises:
            ValueError: it is blank, too long, or holds a character that no store can hold.
        """
        if not isinstance(value, str) or not value.strip() or len(value) > self.longest:
            raise self._refuse("…" if isinstance(value, str) else value)
        storable_text("text", value)
        return value

    def label(self, value: object, lang: Lang) -> str:  # noqa: ARG002  a text is alike in both languages
        """Return the text."""
        return str(value)


@attrs.frozen
class AnyOwnValue(Domain):
    """The values of a fact that no edition at hand declares: texts as they are stored."""

    ordered = False

    @property
    def expected(self) -> Wording:
        """The form of a code."""
        return Wording("une valeur de l'information", "a value of the fact")

    def check(self, value: object) -> str:
        """Return a text.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(value, str):
            raise self._refuse(value)
        return value

    def label(self, value: object, lang: Lang) -> str:  # noqa: ARG002  a code is alike in both languages
        """Return the text."""
        return str(value)


OwnValue: TypeAlias = bool | int | Decimal | date | str | OwnText | Unknown | Absent
"""An own value of a case: true or false, a number, a day, a code, or a text that may be erased."""
OwnInput: TypeAlias = bool | float | Decimal | date | str | OwnText | Unknown | Absent | None
"""An own value as it is given; None is a blank."""


class OwnFacts(Mapping[str, OwnValue]):
    """The own values of a case by the names of their facts, ordered by name; immutable.

    A fact without a value has no key: what that means, unknown or absent, is declared by the edition. A value that the
    edition of the case does not declare, after its receipt was corrected, is in `unused` and no key either.

    Args:
        values: the values by name; None is left out.
        unused: the values that the edition of the case does not declare.
    """

    __slots__ = ("_refused", "get", "unused", "values_by_name")

    def __init__(self, values: Mapping[str, Any] = _NOTHING, unused: Mapping[str, Any] = _NOTHING) -> None:
        given = {name: _converted(name, value) for name, value in sorted(values.items()) if value is not None}
        self.values_by_name: dict[str, Any] = given
        self.unused: Mapping[str, Any] = {name: unused[name] for name in sorted(unused) if name not in given}
        self.get = given.get  # type: ignore[method-assign]  # look-ups of tables call it for each case
        self._refused = any(value.__class__ is Refused for value in given.values())

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each refused value."""
        if self._refused:
            refused = ((name, one) for name, one in self.values_by_name.items() if isinstance(one, Refused))
            for name, one in refused:
                yield Fault(f"{OWN}.{name}", REDACTED if one.value is REDACTED else one.safe_value, one.expected)

    def updated(self, changes: Mapping[str, OwnInput]) -> OwnFacts:
        """Return the values with some of them changed; None removes a value.

        Raises:
            FaultsError: the changes are no mapping of names.
        """
        given: object = changes
        found: OwnFacts | Refused = own_facts(given)
        if isinstance(given, Mapping):
            unused = {name: value for name, value in self.unused.items() if name not in given}
            found = own_facts({**self.values_by_name, **given}, unused)
        if isinstance(found, Refused):
            raise FaultsError([Fault(OWN, found.safe_value, found.expected)])
        return found

    def texts(self) -> Iterator[tuple[str, OwnText]]:
        """Yield the values that may be erased, each with its name, the unused ones too."""
        for name, value in (*self.values_by_name.items(), *self.unused.items()):
            if isinstance(value, OwnText):
                yield name, value

    def searched(self) -> dict[str, str]:
        """Return by name the values that cases are found by, each as text: `true`, a number, an ISO 8601 day, a code.

        A value that may be erased, that is unknown or that the edition of the case does not declare is not among them.
        """
        texts = ((name, _searched(value)) for name, value in self.items())
        return {name: text for name, text in texts if 0 < len(text) <= _LONGEST_SEARCHED}

    def with_texts(self, texts: Mapping[str, OwnText]) -> OwnFacts:
        """Return the values with other texts in the place of those of the same names."""
        values = {name: texts.get(name, value) for name, value in self.values_by_name.items()}
        return OwnFacts(values, {name: texts.get(name, value) for name, value in self.unused.items()})

    def __getitem__(self, name: str) -> Any:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OwnFacts):
            return other is self or (self._all() == other._all())
        return self.values_by_name == other if isinstance(other, Mapping) and not self.unused else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._all()))

    def _all(self) -> list[tuple[str, type, Any]]:
        parts = (("", self.values_by_name), ("unused.", self.unused))
        return [(f"{prefix}{name}", type(value), value) for prefix, part in parts for name, value in part.items()]

    def __reduce__(self) -> tuple[Any, ...]:
        return own_facts, (self.values_by_name, dict(self.unused))

    def __repr__(self) -> str:
        return repr({name: _Hidden() if isinstance(value, str) else value for name, value in self.items()})


class _Hidden:
    """The representation of a text that may be personal: before it is sealed, a code cannot be told from it."""

    def __repr__(self) -> str:
        return "..."


NO_OWN_FACTS: Final = OwnFacts()
"""The own values of a case without any; facts without own values have this very object."""


def own_facts(values: Any, unused: Mapping[str, Any] = _NOTHING) -> Any:
    """Return own values by name, or a `Refused`; without any, `NO_OWN_FACTS`."""
    if values.__class__ is OwnFacts:
        return values
    if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
        return Refused(values, _MAPPING)
    if len(values) > MOST_OWN:
        return Refused(values, FEWER)
    found = OwnFacts(values, unused)
    return found if found or found.unused else NO_OWN_FACTS


def comparable(value: OwnValue | None) -> float | date | None:
    """Return a number or a day as stores compare it; None for another value, and for a number that is too large."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value if isinstance(value, date) else None
    return float(value) if Decimal(value).adjusted() < sys.float_info.max_10_exp else None


def _searched(value: OwnValue) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value if OWN_CODE.fullmatch(value) else ""
    return str(value) if isinstance(value, int | Decimal | date) else ""


def _converted(name: str, value: object) -> Any:
    """Return a value in the form that documents and tables have, or a `Refused`."""
    if not OWN_NAME.fullmatch(name):
        return Refused(REDACTED, _NAME)
    plain = of_python(value)
    if isinstance(plain, bool | OwnText | Missing | Refused) or (isinstance(plain, date) and type(plain) is date):
        return plain
    if isinstance(plain, int | float | Decimal):
        try:
            return exact(plain)
        except ValueError:
            return Refused(value, _VALUE)
    if isinstance(plain, str):
        return str(plain)
    return Refused(value if isinstance(value, datetime) else safe_repr(value), _VALUE)
