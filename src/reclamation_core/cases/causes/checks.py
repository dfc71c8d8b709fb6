"""Checks of the values of an analysis; each yields the faults that it finds, so that all are reported at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.codec import read_text
from reclamation_core.errors import REDACTED, Fault, FaultCollector, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording


def key(statement: str) -> str:
    """Return a statement without differences of case, spacing and final full stop, to compare two spellings.

    >>> key("Le formateur  est ABSENT.") == key("le formateur est absent")
    True
    """
    folded = unicodedata.normalize("NFKC", statement).casefold()
    return " ".join(folded.split()).rstrip(" .;!?…") or folded


def is_visible(text: str) -> bool:
    """Return True if a text has a visible character, and not blanks and control characters alone."""
    return any(character.isprintable() and not character.isspace() for character in text)


Check: TypeAlias = Callable[[str, object], Iterator[Fault]]
"""Yields the faults of the value at a path."""

_CHECK: Final = "reclamation_core.check"
_CODE_SHAPE: Final = re.compile(r"[a-z][a-z0-9_]*")

_TEXT: Final = Wording("un texte non vide est attendu", "a text that is not blank is expected")
_DAY: Final = Wording("une date (sans heure) est attendue", "a date (without a time of day) is expected")
_TRUTH: Final = Wording("vrai ou faux est attendu", "True or False is expected")
_CODE: Final = Wording(
    "un code en minuscules, chiffres et tirets bas est attendu, comme « planning »",
    "a code of small letters, digits and underscores is expected, like 'planning'",
)
_ONCE: Final = Wording(
    "dit deux fois la même chose ; ne le dites qu'une fois", "says the same thing twice; say it once"
)


class Checked(SharedRepr):
    """A value object that reports all its faults at once on creation, those of its fields first."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        """Yield the faults of the fields, by the check in the metadata of each; paths start at the fields."""
        this: Any = self  # an attrs class
        values = attrs.asdict(this, recurse=False)
        for declared in attrs.fields(type(this)):
            yield from declared.metadata[_CHECK](declared.name, values[declared.name])


def refuse(faults: Iterable[Fault]) -> None:
    """Raise the faults, all at once, if there are any.

    Raises:
        FaultsError: there are.
    """
    if found := FaultCollector(faults):
        raise FaultsError(found)


def as_tuple(value: object) -> Any:
    """Return a list as a tuple; any other value unchanged, for the check to refuse."""
    return tuple(value) if isinstance(value, list) else value


def redacted_value(value: object) -> object:
    """A value as a fault may show it: texts are redacted, because an analysis may name people."""
    empty = not is_visible(value) if isinstance(value, str) else not value
    return value if empty or isinstance(value, LabelledEnum | bool | int | float | date) else REDACTED


def _word(value: object) -> object:
    """A value in place of a code, a day or a truth value, as a fault may show it: one word is shown."""
    return value if isinstance(value, str) and len(value.split()) < 2 else redacted_value(value)


def text(path: str, value: object) -> Iterator[Fault]:
    """A text with visible characters, without NUL and lone surrogates."""
    if not isinstance(value, str) or not is_visible(value):
        yield Fault(path, redacted_value(value), _TEXT)
        return
    try:
        read_text(str(value))
    except FaultsError as error:
        yield from (Fault(path, REDACTED, fault.expected) for fault in error.faults)


def code(path: str, value: object) -> Iterator[Fault]:
    """The code of a family, or of a fact of a tree."""
    if not isinstance(value, str) or not _CODE_SHAPE.fullmatch(value):
        yield Fault(path, _word(value), _CODE)


def day(path: str, value: object) -> Iterator[Fault]:
    """A date; a datetime is refused, for its day depends on where one is."""
    if type(value) is not date:
        yield Fault(path, _word(value), _DAY)


def truth(path: str, value: object) -> Iterator[Fault]:
    """True or False."""
    if not isinstance(value, bool):
        yield Fault(path, _word(value), _TRUTH)


def a(cls: type[Any]) -> Check:
    """A value of a class: a member of a closed list, or one of the objects of this package."""

    def check(path: str, value: object) -> Iterator[Fault]:
        if not isinstance(value, cls):
            displayed = _word(value) if issubclass(cls, LabelledEnum) else redacted_value(value)
            yield Fault(
                path, displayed, Wording(f"un objet {cls.__name__} est attendu", f"a {cls.__name__} is expected")
            )

    return check


def optional(check: Check) -> Check:
    """Accept None, or a value that another check accepts."""
    return lambda path, value: iter(()) if value is None else check(path, value)


def items(path: str, values: object, check: Check, *, at_least: int) -> Iterator[Fault]:
    """A tuple of so many values, each let pass by a check."""
    if not isinstance(values, tuple):
        yield Fault(path, redacted_value(values), Wording("une liste est attendue", "a list is expected"))
        return
    for index, value in enumerate(values):
        yield from check(f"{path}[{index}]", value)
    if len(values) < at_least:
        expected = Wording(
            f"au moins {at_least} élément{'s' if at_least > 1 else ''} attendu{'s' if at_least > 1 else ''}",
            f"at least {at_least} item(s) expected",
        )
        yield Fault(path, redacted_value(values), expected)


def repeated(statements: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Yield a fault for each statement that is repeated, among statements with their paths."""
    met: set[str] = set()
    for path, statement in statements:
        if key(statement) in met:
            yield Fault(path, REDACTED, _ONCE)
        met.add(key(statement))


def checked_by(check: Check) -> Mapping[str, Check]:
    """Return the metadata of an attrs field whose values a check judges; see `Checked`."""
    return {_CHECK: check}


def list_of(check: Check, *, at_least: int = 0) -> Mapping[str, Check]:
    """Return the metadata of an attrs field of a tuple of values, each with a check."""
    return checked_by(lambda path, values: items(path, values, check, at_least=at_least))


def optional_object(cls: type[Any]) -> Mapping[str, Check]:
    """Return the metadata of an attrs field of a value of a class, or None."""
    return checked_by(optional(a(cls)))


CODE: Final = checked_by(code)
DAY: Final = checked_by(day)
OPTIONAL_TEXT: Final = checked_by(optional(text))
TEXT: Final = checked_by(text)
TRUTH: Final = checked_by(truth)
