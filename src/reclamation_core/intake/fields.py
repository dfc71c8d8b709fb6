"""The fields of a complaint as a file writes them, and how the text of a cell is understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    LabelledEnum,
    Mobilisation,
    Nature,
    Requirement,
    RiskDomain,
    ServiceReach,
)
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


def _member(name: str, vocabulary: type[LabelledEnum]) -> Field:
    fr = ", ".join(f"{member.value} ({member.label('fr')})" for member in vocabulary)
    en = ", ".join(f"{member.value} ({member.label('en')})" for member in vocabulary)
    expected = Wording(f"l'une de ces valeurs, ou rien : {fr}", f"one of these values, or nothing: {en}")
    return Field(name, expected, vocabulary.parse)


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


def _yes_or_no(name: str) -> Field:
    return Field(name, Wording("oui ou non, ou rien", "yes or no, or nothing"), _truth)


def _ranked(name: str, least: int, most: int) -> Field:
    expected = Wording(
        f"un nombre entier de {least} à {most}, ou rien", f"a whole number from {least} to {most}, or nothing"
    )
    return Field(name, expected, _whole)


def _counted(name: str) -> Field:
    return Field(name, Wording("un nombre entier, 0 ou plus, ou rien", "a whole number, 0 or more, or nothing"), _whole)


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
SATISFACTION: Final = Field(
    "satisfaction", Wording("un nombre, ou rien s'il n'y a pas de note", "a number, or nothing if there is no note"),
    _number, ABSENT,
)  # fmt: skip

FACTS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        _member("channel", Channel),
        _yes_or_no("formal"),
        _member("complainant", Complainant),
        _member("nature", Nature),
        _member("requirement", Requirement),
        _yes_or_no("sold_service"),
        SATISFACTION,
        _member("client_scope", ClientScope),
        _member("service_reach", ServiceReach),
        _member("mobilisation", Mobilisation),
        *(_ranked(f"severity_{domain.value}", 0, 4) for domain in RiskDomain),
        _ranked("likelihood", 1, 4),
        _counted("recurrences"),
        _counted("causes"),
    )
}
"""The facts that a cell can give, `received_at` apart."""

FIELDS: Final[Mapping[str, Field]] = {
    field.name: field for field in (REFERENCE, SITE, RECEIVED_AT, *FACTS.values(), TEXT)
}
"""Every field that a file can have, in the order in which they are documented."""
