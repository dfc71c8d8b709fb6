"""How the columns and values of a foreign file are read: a mapping, in Python or in a TOML file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.documents.faults import UNKNOWN_KEY
from reclamation_core.documents.files import read_toml
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.intake.fields import (
    FIELDS,
    RECEIVED_AT,
    REFERENCE,
    TEXT,
    FileField,
    is_field_value,
    marker_field,
    own_fields,
    own_markers,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Fact
from reclamation_core.vocabulary.column_names import labelled_columns
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.vocabulary.sites import A_ZONE, TRUE_OR_FALSE
from reclamation_core.wording import Wording

ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15")
"""The encodings that a mapping may force; in each of them the first 128 characters are those of ASCII."""

DELIMITERS = (",", ";", "\t", "|")
"""The delimiters that are detected, and may be forced."""

_OWN: Final = f"{OWN}_"

ANY_OTHER = "*"
"""A value to translate: all the values without a translation of their own."""

_LONGEST_FORMAT = 100
_PROBE = datetime(2027, 11, 23)  # noqa: DTZ001  (only its date matters)
_SAME_DAYS_OF_ANOTHER_YEAR = _PROBE.replace(year=2021)  # its weekdays too


def fold(text: str) -> str:
    """Return a name or a value without its case and the spaces around it, for comparison."""
    return text.strip().casefold()


def is_date_format(form: str) -> bool:
    """Return True if a day formatted and parsed with it is the same: it has year, month and day, each once."""
    if len(form) > _LONGEST_FORMAT:
        return False
    try:
        written = _PROBE.strftime(form)
        if written == _SAME_DAYS_OF_ANOTHER_YEAR.strftime(form):
            return False  # Python warns of parsing a day without its year
        return datetime.strptime(written, form).date() == _PROBE.date()  # noqa: DTZ007  (as above)
    except (ValueError, re.error):  # Python compiles it to a regular expression, where a directive may occur once
        return False


@attrs.frozen(kw_only=True)
class ColumnMapping(SharedRepr):
    """How to read a foreign file.

    Args:
        columns: for each field, the name of its column; by default, the name of the field, else its label in French
            or in English. One column may serve several fields. A fact of an edition is the field `own_NAME`.
        values: for each field, the translations of the file's own values; `*` translates all the other values. A
            translation is a code, a label, oui or non, a number, or "" for unknown.
        constants: for each field without a column, its value in all the rows.
        ignored: the columns that are deliberately not read.
        missing: the texts that mark a missing value, in addition to an empty cell.
        date_formats: the formats of dates, as in `strptime`; the first that fits is used. ISO 8601 when empty.
        time_zone: the IANA name of the zone of local times; when None, that of the site, else the reader's.
        decimal_comma: a comma of a number always separates decimals, where three digits follow it too: `1,234`.
        delimiter: one of `DELIMITERS`; None to detect it.
        encoding: one of `ENCODINGS`; None to detect it.
        sheet: the name of the sheet to read in a workbook; the first when None.
        own: the facts that the edition declares itself, for their fields `own_NAME`; a mapping file has no such key.
            Without them, any field `own_NAME` is accepted, and its values are checked once the facts are known.

    Names and values are compared without regard to case and to the spaces around them.

    Raises:
        FaultsError: with all the faults of the arguments, each with its path.
    """

    columns: Mapping[str, str] = attrs.field(factory=dict)
    values: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    constants: Mapping[str, str] = attrs.field(factory=dict)
    ignored: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    time_zone: str | None = None
    decimal_comma: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    own: tuple[Fact, ...] = ()

    def __attrs_post_init__(self) -> None:
        fields = attrs.asdict(self, recurse=False)
        given = {name: fields[name] for name in (*_FIELD_CHECKS, *_CHECKS) if fields[name] is not None}
        for name, value in _checked(given, self.own).items():
            object.__setattr__(self, name, value)

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of local times; None where the mapping has none."""
        return None if self.time_zone is None else ZoneInfo(self.time_zone)

    @property
    def own_fields(self) -> Mapping[str, FileField]:
        """The fields of the facts that the edition declares itself, by the names of their columns."""
        return own_fields(self.own)

    @property
    def own_labels(self) -> Mapping[str, Wording]:
        """The labels of the facts that the edition declares itself, by the names of their columns."""
        return {fact.column: fact.label for fact in self.own}

    @property
    def own_markers(self) -> Mapping[str, str]:
        """The fields `own_NAME_unknown`, each with the field of its fact."""
        return own_markers(self.own)

    @property
    def fields(self) -> Mapping[str, FileField]:
        """The fields of a file by name."""
        return _fields(self.own)

    def declaring(self, own: Iterable[Fact]) -> Self:
        """Return the mapping for files of an edition that declares facts.

        Raises:
            FaultsError: the mapping names a fact that is not declared, or a value that is none of a fact's.
        """
        declared = tuple(own) or self.own
        if declared:
            return attrs.evolve(self, own=declared)
        faults = FaultCollector()
        for part in ("columns", "values", "constants"):
            given: Mapping[str, object] = getattr(self, part)
            faults += (Fault(f"{part}.{name}", given[name], _field_of(FIELDS)) for name in given if name not in FIELDS)
        if faults:
            raise FaultsError(faults)
        return self

    def column(self, field: str) -> str:
        """Return the name of a field's column, folded."""
        return fold(self.columns.get(field, field))

    def columns_in(self, header: Iterable[str]) -> dict[str, str]:
        """Return the name of the column of each field without a constant, folded.

        It is the name that is mapped, else that of the field; where the header has no such column, a label of it.

        Raises:
            FaultsError: several columns are named by labels of one field.
        """
        columns = {field: self.column(field) for field in self.fields if field not in self.constants}
        found = self.labelled_in(header)
        faults = [
            Fault(f"columns.{field}", ", ".join(names), _ONE_OF) for field, names in found.items() if len(names) > 1
        ]
        if faults:
            raise FaultsError(faults)
        return {**columns, **{field: fold(name) for field, (name,) in found.items()}}

    def labelled_in(self, header: Iterable[str]) -> dict[str, list[str]]:
        """Return the columns that labels name, by field: of the fields that are not mapped, and that no name has."""
        header = [unescape_csv_formula(name) for name in header]
        names = set(map(fold, header))
        columns = {field: self.column(field) for field in self.fields if field not in self.constants}
        taken = {*columns.values(), *map(fold, self.ignored)}
        missing = [field for field, column in columns.items() if field not in self.columns and column not in names]
        return labelled_columns((name for name in header if fold(name) not in taken), missing, self.own_labels)

    def translate(self, field: str, cell: str) -> str:
        """Return the translation of a cell of a field, "" where the value is missing."""
        word = cell.strip()
        words = self.values.get(field)
        if words is not None:
            meaning = words.get(fold(word))
            if meaning is None and word and not self.is_missing(word):
                meaning = words.get(ANY_OTHER)
            if meaning is not None:
                return meaning
        if self.is_missing(word):
            return ""
        return word

    def is_missing(self, word: str) -> bool:
        """Return True if a word marks a missing value."""
        return any(fold(marker) == fold(word) for marker in self.missing)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read the mapping in a TOML file; its keys are the arguments of the class.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with all the faults of the file, each with its path; unknown keys are faults.
        """
        with lines_of_faults(path):
            return cls(**_checked(read_toml(path)))


_Check: TypeAlias = Callable[[str, Any, FaultCollector], Any]
_FieldCheck: TypeAlias = Callable[[str, Any, FileField, FaultCollector], Any]


@lru_cache(maxsize=64)
def _fields(own: tuple[Fact, ...]) -> Mapping[str, FileField]:
    markers = {name: marker_field(name) for name in own_markers(own)}
    return MappingProxyType({**FIELDS, **own_fields(own), **markers})


def _field_of(known: Iterable[str]) -> Wording:
    listed = ", ".join(known)
    return Wording(f"un champ : {listed}", f"a field: {listed}")


_TEXT: Final = Wording("un texte non vide", "a text that is not empty")
_TEXTS: Final = Wording("une liste de textes", "a list of texts")
_TABLE: Final = Wording("une table", "a table")
_FORMAT: Final = Wording(
    "un format de date avec année, mois et jour, par exemple « %d/%m/%Y »",
    "a date format with year, month and day, for example '%d/%m/%Y'",
)
_ENCODING: Final = Wording(f"l'un de {', '.join(ENCODINGS)}", f"one of {', '.join(ENCODINGS)}")
_DELIMITER: Final = Wording("l'un de ces séparateurs : , ; \\t |", "one of these delimiters: , ; \\t |")
_NOT_CONSTANT: Final = Wording(
    "chaque ligne a la sienne ; indiquez sa colonne dans [columns]",
    "each row has its own; give its column in [columns]",
)
_HELD_TWICE: Final = Wording(
    "ce champ a déjà une colonne dans [columns] ; gardez l'une ou l'autre",
    "this field has a column in [columns] already; keep one of the two",
)
_NOT_TRANSLATED: Final = Wording(
    "seuls les faits et le site se traduisent ; retirez cette table",
    "only facts and the site translate; remove this table",
)
_ONE_OF: Final = Wording(
    "une seule colonne de ce libellé est attendue ; indiquez celle à lire dans [columns], au fichier de correspondance",
    "one column with that label is expected; name the one to read under [columns] in a mapping file",
)
_TWO_WAYS: Final = Wording(
    "cette valeur est traduite de deux façons, à la casse près ; gardez-en une",
    "this value is translated in two ways, case aside; keep one",
)


def _checked(arguments: Mapping[str, Any], own: tuple[Fact, ...] = ()) -> dict[str, Any]:
    """Return the arguments of a mapping as it holds them.

    Args:
        arguments: the arguments by name.
        own: the facts that the edition declares itself.

    Raises:
        FaultsError: with all their faults.
    """
    faults, known = FaultCollector(), _fields(own)
    checks = _CHECKS | {name: _by_field(check, known, own) for name, check in _FIELD_CHECKS.items()}
    checked = {name: checks.get(name, _unknown)(name, value, faults) for name, value in arguments.items()}
    columns, constants = checked.get("columns") or {}, checked.get("constants") or {}
    faults += (Fault(f"constants.{name}", constants[name], _HELD_TWICE) for name in constants if name in columns)
    if faults:
        raise FaultsError(faults)
    return checked


def _unknown(path: str, value: object, faults: FaultCollector) -> None:
    faults.append(Fault(path, value, UNKNOWN_KEY))


def _value(is_right: Callable[[Any], bool], expected: Wording) -> _Check:
    def check(path: str, value: object, faults: FaultCollector) -> Any:
        if not is_right(value):
            faults.append(Fault(path, value, expected))
        return value

    return check


def _list_of(is_right: Callable[[str], bool], expected: Wording) -> _Check:
    def check(path: str, value: object, faults: FaultCollector) -> Any:
        if not isinstance(value, list | tuple):
            faults.append(Fault(path, value, _TEXTS))
            return ()
        faults += (
            Fault(f"{path}[{place}]", item, expected)
            for place, item in enumerate(value)
            if not (isinstance(item, str) and is_right(item))
        )
        return tuple(value)

    return check


def _by_field(check_one: _FieldCheck, known: Mapping[str, FileField], own: tuple[Fact, ...]) -> _Check:
    def check(path: str, table: object, faults: FaultCollector) -> Any:
        if not isinstance(table, Mapping):
            faults.append(Fault(path, table, _TABLE))
            return {}
        checked = {}
        for name, value in table.items():
            field = known.get(name)
            if field is not None:
                checked[name] = check_one(f"{path}.{name}", value, field, faults)
            elif not own and isinstance(name, str) and name.startswith(_OWN):
                checked[name] = value
            else:
                faults.append(Fault(f"{path}.{name}", value, _field_of(known)))
        return MappingProxyType(checked)

    return check


def _column(path: str, value: object, _: FileField, faults: FaultCollector) -> Any:
    if not _is_text(value):
        faults.append(Fault(path, value, _TEXT))
    return value


def _translations(path: str, words: object, field: FileField, faults: FaultCollector) -> Any:
    if not isinstance(words, Mapping):
        faults.append(Fault(path, words, _TABLE))
        return {}
    folded: dict[str, str] = {}
    if field in (REFERENCE, RECEIVED_AT, TEXT):
        faults.append(Fault(path, words, _NOT_TRANSLATED))
        return {}
    for word, meaning in words.items():
        text = _as_text(meaning)
        if text is None or not is_field_value(field, text):
            faults.append(Fault(f"{path}.{word}", meaning, field.expected))
        elif folded.setdefault(fold(word), text) != text:
            faults.append(Fault(f"{path}.{word}", meaning, _TWO_WAYS))
    return MappingProxyType(folded)


def _constant(path: str, value: object, field: FileField, faults: FaultCollector) -> Any:
    text = _as_text(value)
    if field in (REFERENCE, TEXT):
        faults.append(Fault(path, value, _NOT_CONSTANT))
    elif text is None or not is_field_value(field, text):
        faults.append(Fault(path, value, field.expected))
    return text


def _as_text(value: object) -> str | None:
    """Return a TOML value as the text of a cell: true is oui, a date is in ISO 8601."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_zone(value: object) -> bool:
    try:
        return isinstance(value, str) and ZoneInfo(value) is not None
    except (LookupError, ValueError, OSError):
        return False


_FIELD_CHECKS: Final[Mapping[str, _FieldCheck]] = {"columns": _column, "values": _translations, "constants": _constant}
_CHECKS: Final[dict[str, _Check]] = {
    "ignored": _list_of(_is_text, _TEXT),
    "missing": _list_of(_is_text, _TEXT),
    "date_formats": _list_of(is_date_format, _FORMAT),
    "time_zone": _value(_is_zone, A_ZONE),
    "decimal_comma": _value(lambda value: isinstance(value, bool), TRUE_OR_FALSE),
    "delimiter": _value(lambda value: value in DELIMITERS, _DELIMITER),
    "encoding": _value(lambda value: value in ENCODINGS, _ENCODING),
    "sheet": _value(_is_text, _TEXT),
}
