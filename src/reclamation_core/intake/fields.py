"""The fields of a complaint as a file writes them, and how the text of a cell is understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.codes import fold_label
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Boolean, Enumeration, Integer
from reclamation_core.vocabulary import FACTS, CodeList, Fact
from reclamation_core.wording import Wording

Understand: TypeAlias = Callable[[str], Any]
"""From the text of a cell, neither empty nor unknown, to the value of a fact; ValueError when it has none."""

_TRUTHS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("oui", "vrai", "true", "yes", "1"), True),
    **dict.fromkeys(("non", "faux", "false", "no", "0"), False),
}
_UNKNOWN_WORDS: Final = ("unknown", "inconnu")
# At most 18 digits: a longer number is no count of anything, and Python refuses to read the longest ones.
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.0+)?")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")


@attrs.frozen
class Field:
    """One field.

    Args:
        name: its name, that of the column and of the fact.
        expected: what its cells hold.
        understand: how a cell is understood; None where its text is kept as it is.
        blank: what an empty cell says.
    """

    name: str
    expected: Wording
    understand: Understand | None = None
    blank: Any = UNKNOWN


def value_of(field: Field, text: str) -> Any:
    """What a cell says of a fact.

    Raises:
        ValueError: the text is none of the field's values.
    """
    if not text:
        return field.blank
    if text.casefold() in _UNKNOWN_WORDS:
        return UNKNOWN
    assert field.understand is not None  # noqa: S101  (facts alone come here)
    return field.understand(text)


def _truth(text: str) -> bool:
    try:
        return _TRUTHS[text.casefold()]
    except KeyError:
        raise ValueError(text) from None


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    raise ValueError(text)


def _number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    raise ValueError(text)


def _field(fact: Fact) -> Field:
    """Return the field of a fact, from the domain that the fact declares."""
    domain = fact.domain
    if isinstance(domain, Enumeration):
        pairs = [(value, domain.label(value, "fr"), domain.label(value, "en")) for value in domain.values]
        fr, en = (", ".join(f"{code} ({label[place]})" for code, *label in pairs) for place in (0, 1))
        if isinstance(domain, CodeList):
            fr, en = f"{fr}, ou un code de votre liste", f"{en}, or a code of your own list"
        expected = Wording(f"l'une de ces valeurs, ou rien : {fr}", f"one of these values, or nothing: {en}")
        return Field(fact.name, expected, _codes(domain), fact.null)
    if isinstance(domain, Boolean):
        return Field(fact.name, Wording("oui ou non, ou rien", "yes or no, or nothing"), _truth, fact.null)
    if isinstance(domain, Integer):
        return Field(fact.name, _whole_number(domain), _whole, fact.null)
    if fact.null is ABSENT:
        expected = Wording("un nombre, ou rien s'il n'y a pas de note", "a number, or nothing if there is no note")
    else:
        expected = Wording("un nombre, ou rien", "a number, or nothing")
    return Field(fact.name, expected, _number, fact.null)


def _whole_number(domain: Integer) -> Wording:
    least, most = domain.minimum, domain.maximum
    if most is None:
        return Wording(f"un nombre entier, {least} ou plus, ou rien", f"a whole number, {least} or more, or nothing")
    fr, en = f"de {least} à {most}", f"from {least} to {most}"
    return Wording(f"un nombre entier {fr}, ou rien", f"a whole number {en}, or nothing")


def _codes(domain: Enumeration) -> Understand:
    """Return the reader of a code, of its name or of one of its labels, accents and case left aside."""
    known = {fold_label(text): value for value in reversed(domain.values) for text in _texts(domain, value)}

    def read(text: str) -> Any:
        value = known.get(fold_label(text))
        return domain.check(text) if value is None else value

    return read


def _texts(domain: Enumeration, value: str) -> tuple[str, str, str]:
    return str(value), domain.label(value, "fr"), domain.label(value, "en")


REFERENCE: Final = Field(
    "reference",
    Wording(
        "une référence d'une ligne, de 200 caractères au plus, donnée une seule fois",
        "a reference of one line, of 200 characters at most, given once",
    ),
)
SITE: Final = Field("site", Wording("le code d'un site connu, ou rien", "the code of a known site, or nothing"))
TEXT: Final = Field("text", Wording("un texte", "a text"))
RECEIVED_AT: Final = Field(
    "received_at",
    Wording(
        "une date (2026-05-02) ou une date-heure (2026-05-02T09:30, avec ou sans décalage) qui existe",
        "a date (2026-05-02) or a datetime (2026-05-02T09:30, with or without an offset) that exists",
    ),
)
FACT_FIELDS: Final[Mapping[str, Field]] = {name: _field(fact) for name, fact in FACTS.items()}
"""The facts that a cell can give, `received_at` apart."""

FIELDS: Final[Mapping[str, Field]] = {
    field.name: field for field in (REFERENCE, SITE, RECEIVED_AT, *FACT_FIELDS.values(), TEXT)
}
"""Every field that a file can have, in the order in which they are documented."""
