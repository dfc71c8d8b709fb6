"""The fields of a complaint in a file, and how the text of a cell is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.codes import fold_label
from reclamation_core.intake.rows import is_one_line
from reclamation_core.intake.timestamps import parse_instant, parse_time
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy.own_facts import new_value
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Domain, Enumeration, Integer, Number
from reclamation_core.vocabulary import (
    FACTS,
    ClientScope,
    CodeList,
    ComplaintFacts,
    Fact,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)
from reclamation_core.vocabulary.column_names import COLUMN_LABELS, MARKERS
from reclamation_core.wording import Lang, Wording

CellParser: TypeAlias = Callable[[str], Any]
"""Parses the text of a cell, neither empty nor unknown, as the value of a fact; ValueError where it is none."""

_TRUTHS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("oui", "vrai", "true", "yes", "1"), True),
    **dict.fromkeys(("non", "faux", "false", "no", "0"), False),
}
_ALSO_WRITTEN: Final = (
    (Nature.GRIEVANCE, ("plainte", "réclamation")),
    (Requirement.CONTRACTUAL, ("exigence contractuelle",)),
    (Requirement.LEGAL, ("exigence légale",)),
    (Requirement.REGULATORY, ("exigence réglementaire",)),
    (Requirement.NONE, ("aucune exigence",)),
    (ClientScope.LOCAL, ("client local",)),
    (ClientScope.REGIONAL, ("client régional",)),
    (ClientScope.NATIONAL, ("client national", "Grands Comptes", "Grand Compte")),
    (ServiceReach.SEVERAL_REGIONS, ("plusieurs régions",)),
    (Mobilisation.LOCAL, ("mobilisation locale",)),
    (Mobilisation.REGIONAL, ("mobilisation régionale",)),
    (Mobilisation.NATIONAL, ("mobilisation nationale",)),
)
"""Words that files have for a value, besides its code, its name and its labels; codes of two classes may be equal."""

UNKNOWN_WORDS: Final[Mapping[Lang, str]] = {"fr": "inconnu", "en": "unknown"}
"""How a cell says that a value is unknown."""
_UNKNOWN_TEXTS: Final = frozenset(UNKNOWN_WORDS.values())
# At most 18 digits: no count is longer, and Python refuses to parse the longest numbers.
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.0+|,0{1,2})?")
_PROBE: Final = datetime(2026, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{1,18})?")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
"""A number whose comma may separate thousands, as in English."""


@attrs.frozen
class FileField(SharedRepr):
    """A field of a file.

    Args:
        name: its name, that of the column and of the fact.
        expected: a description of its cells.
        label: what a reader calls it; its column may bear this name.
        parse: parses the text of a cell; None where the text itself is the value.
        blank: the value of an empty cell.
    """

    name: str
    expected: Wording
    label: Wording = attrs.field(kw_only=True)
    parse: CellParser | None = None
    blank: Any = UNKNOWN


def parse_fact(field: FileField, text: str) -> Any:
    """Parse the text of a cell as the value of a fact.

    Raises:
        ValueError: the text is none of the field's values.
    """
    if not text:
        return field.blank
    if text.casefold() in _UNKNOWN_TEXTS:
        return UNKNOWN
    assert field.parse is not None  # noqa: S101  (only facts are parsed here)
    return field.parse(text)


def is_field_value(field: FileField, text: str) -> bool:
    """Return True if a text, written with the codes and labels of the library, is a value of a field."""
    if field is SITE:
        return is_one_line(text)
    try:
        if field is RECEIVED_AT:
            parse_instant(text, (), ZoneInfo("UTC"))
        elif field.name in FACT_FIELDS:
            ComplaintFacts(received_at=_PROBE, **{field.name: parse_fact(field, text)})
        else:
            parse_fact(field, text)
    except ValueError:
        return False
    return True


def _truth(text: str) -> bool:
    try:
        return _TRUTHS[text.casefold()]
    except KeyError:
        raise ValueError(text) from None


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text):
        return int(re.split("[.,]", text)[0])
    raise ValueError(text)


def may_have_thousands(text: str) -> bool:
    """Return True if the comma of a number may separate thousands, as in English: 1,234.

    >>> [may_have_thousands(text) for text in ("1,234", "7,5", "0,125")]
    [True, False, False]
    """
    return _THOUSANDS.fullmatch(text) is not None


def _number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) and not may_have_thousands(text):
        return Decimal(text.replace(",", "."))
    raise ValueError(text)


def _field(fact: Fact) -> FileField:
    """Return the field of a fact, from the domain that the fact declares."""
    domain, words = fact.domain, _words(fact)
    if words is not None:
        parse = _codes(domain) if isinstance(domain, Enumeration) else _truth
        return FileField(fact.name, words, parse=parse, label=fact.label, blank=fact.null)
    if isinstance(domain, Integer):
        return FileField(fact.name, _whole_number(domain), parse=_whole, label=fact.label, blank=fact.null)
    if fact.null is ABSENT:
        expected = Wording("un nombre, ou rien s'il n'y a pas de note", "a number, or nothing if there is no note")
    else:
        expected = Wording("un nombre, ou rien", "a number, or nothing")
    return FileField(fact.name, expected, parse=_number, label=fact.label, blank=fact.null)


def _words(fact: Fact) -> Wording | None:
    """Return the words that the cells of codes and truth values may have; None for other facts."""
    domain = fact.domain
    if isinstance(domain, Boolean):
        return Wording("oui ou non, ou rien", "yes or no, or nothing")
    if not isinstance(domain, Enumeration):
        return None
    given = [value for value in domain.values if value not in fact.retired]
    fr, en = (", ".join(f"{value} ({domain.label(value, lang)})" for value in given) for lang in UNKNOWN_WORDS)
    if isinstance(domain, CodeList):
        fr, en = f"{fr}, ou un code de votre liste", f"{en}, or a code of your own list"
    return Wording(f"l'une de ces valeurs, ou rien : {fr}", f"one of these values, or nothing: {en}")


_MARKED: Final = Wording(
    "oui si la valeur existe peut-être et n'est pas connue, non ou rien", "yes where unknown, no or nothing"
)


@lru_cache(maxsize=64)
def own_fields(facts: tuple[Fact, ...]) -> Mapping[str, FileField]:
    """Return the fields of the facts that an edition declares itself, by the names of their columns: `own_NAME`."""
    return MappingProxyType({fact.column: _own_field(fact) for fact in facts})


@lru_cache(maxsize=64)
def own_markers(facts: tuple[Fact, ...]) -> Mapping[str, str]:
    """Return the columns `own_NAME_unknown`, each with the column of its fact: those whose blank means no value."""
    return MappingProxyType({f"{fact.column}_unknown": fact.column for fact in facts if fact.null is ABSENT})


def marker_field(name: str) -> FileField:
    """Return the field of a column that is true where a fact is unknown."""
    label = COLUMN_LABELS[name][0] if name in COLUMN_LABELS else Wording(name, name)
    return FileField(name, _MARKED, label=label, parse=_truth, blank=False)


def _own_field(fact: Fact) -> FileField:
    domain, given = fact.domain, fact.domain.expected
    parse = _PARSERS.get(type(domain)) or (_codes(domain) if isinstance(domain, Enumeration) else str)

    def read(text: str) -> Any:
        value = parse(text)
        new_value(fact, value)
        return value

    expected = _words(fact) or Wording(f"{given.fr}, ou rien", f"{given.en}, or nothing")
    return FileField(fact.column, expected, parse=read, label=fact.label, blank=fact.null)


def _day(text: str) -> date:
    return parse_time(text, ()).date()


_PARSERS: Final[Mapping[type[Domain], CellParser]] = {Boolean: _truth, Integer: _whole, Number: _number, Day: _day}


def _whole_number(domain: Integer) -> Wording:
    least, most = domain.minimum, domain.maximum
    if most is None:
        return Wording(f"un nombre entier, {least} ou plus, ou rien", f"a whole number, {least} or more, or nothing")
    fr, en = f"de {least} à {most}", f"from {least} to {most}"
    return Wording(f"un nombre entier {fr}, ou rien", f"a whole number {en}, or nothing")


def _codes(domain: Enumeration) -> CellParser:
    """Return the reader of a code, of its name or of one of its labels, accents and case left aside."""
    known = {fold_label(text): value for value in reversed(domain.values) for text in _texts(domain, value)}

    def read(text: str) -> Any:
        value = known.get(fold_label(text))
        return domain.check(text) if value is None else value

    return read


def _texts(domain: Enumeration, value: object) -> tuple[str, ...]:
    also = (text for one, texts in _ALSO_WRITTEN if one is value for text in texts)
    return str(value), domain.label(value, "fr"), domain.label(value, "en"), *also


def _label(name: str) -> Wording:
    return COLUMN_LABELS[name][0]


REFERENCE: Final = FileField(
    "reference",
    Wording(
        "une référence d'une ligne, de 200 caractères au plus, donnée une seule fois",
        "a reference of one line, of 200 characters at most, given once",
    ),
    label=_label("reference"),
)
SITE: Final = FileField(
    "site", Wording("le code d'un site connu, ou rien", "the code of a known site, or nothing"), label=_label("site")
)
TEXT: Final = FileField("text", Wording("un texte", "a text"), label=_label("text"))
RECEIVED_AT: Final = FileField(
    "received_at",
    Wording(
        "une date valide (2026-05-02 ou 02/05/2026, le jour d'abord) ou une date-heure valide (2026-05-02T09:30, avec "
        "ou sans décalage, ou 02/05/2026 09:30)",
        "a date (2026-05-02, or 02/05/2026 with the day first) or a datetime (2026-05-02T09:30, with or without an "
        "offset, or 02/05/2026 09:30) that exists",
    ),
    label=_label("received_at"),
)
FACT_FIELDS: Final[Mapping[str, FileField]] = {name: _field(fact) for name, fact in FACTS.items()}
"""The fields of the facts, `received_at` excluded."""
MARKER_FIELDS: Final[Mapping[str, FileField]] = {marker: marker_field(marker) for marker in MARKERS}
"""The fields that say that a fact is unknown; in its own cell, `inconnu` says the same."""

FIELDS: Final[Mapping[str, FileField]] = {
    field.name: field for field in (REFERENCE, SITE, RECEIVED_AT, *FACT_FIELDS.values(), *MARKER_FIELDS.values(), TEXT)
}
"""All the fields of a file, in the order in which they are documented."""
