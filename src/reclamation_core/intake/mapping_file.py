"""The file of a mapping: every fault told at once, with its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from reclamation_core.documents.files import read_toml
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.fields import FACT_FIELDS, FIELDS, REFERENCE, SITE, TEXT
from reclamation_core.intake.lines import ENCODINGS
from reclamation_core.intake.mapping import DELIMITERS, fold, is_date_format
from reclamation_core.intake.meaning import is_meaning
from reclamation_core.wording import Wording

_Check: TypeAlias = Callable[[str, Any, list[Fault]], Any]

_UNKNOWN: Final = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or mend its name"
)
_FIELD: Final = Wording(f"un champ : {', '.join(FIELDS)}", f"a field: {', '.join(FIELDS)}")
_TEXT: Final = Wording("un texte non vide", "a text that is not empty")
_TEXTS: Final = Wording("une liste de textes", "a list of texts")
_TABLE: Final = Wording("une table", "a table")
_TRUTH: Final = Wording("true ou false", "true or false")
_ZONE: Final = Wording("un fuseau IANA, par exemple « Europe/Paris »", "an IANA time zone, for example 'Europe/Paris'")
_FORMAT: Final = Wording(
    "un format de date avec année, mois et jour, par exemple « %d/%m/%Y »",
    "a date format with year, month and day, for example '%d/%m/%Y'",
)
_ENCODING: Final = Wording(f"l'un de {', '.join(ENCODINGS)}", f"one of {', '.join(ENCODINGS)}")
_DELIMITER: Final = Wording("l'un de ces séparateurs : , ; \\t |", "one of these delimiters: , ; \\t |")
_NOT_CONSTANT: Final = Wording(
    "chaque ligne a la sienne ; donnez sa colonne dans [columns]", "each row has its own; give its column in [columns]"
)
_HELD_TWICE: Final = Wording(
    "ce champ a déjà une colonne dans [columns] ; gardez l'une ou l'autre",
    "this field has a column in [columns] already; keep one of the two",
)
_NOT_TRANSLATED: Final = Wording(
    "seuls les faits et le site se traduisent ; retirez cette table",
    "only facts and the site translate; remove this table",
)
_TWO_WAYS: Final = Wording(
    "cette valeur est traduite de deux façons, à la casse près ; gardez-en une",
    "this value is translated in two ways, case aside; keep one",
)


def read_mapping(path: str | Path) -> dict[str, Any]:
    """The arguments of the mapping that a TOML file holds; `Mapping.from_toml` has the promise."""
    document = read_toml(path)
    faults: list[Fault] = []
    given = {key: _CHECKS.get(key, _unknown)(key, value, faults) for key, value in document.items()}
    _both(given, faults)
    if faults:
        raise FaultsError(faults)
    return given


def _unknown(path: str, value: Any, faults: list[Fault]) -> Any:
    faults.append(Fault(path, value, _UNKNOWN))


def _that(is_right: Callable[[Any], bool], expected: Wording) -> _Check:
    def check(path: str, value: Any, faults: list[Fault]) -> Any:
        if not is_right(value):
            faults.append(Fault(path, value, expected))
        return value

    return check


def _list_of(is_right: Callable[[str], bool], expected: Wording) -> _Check:
    def check(path: str, value: Any, faults: list[Fault]) -> Any:
        if not isinstance(value, list):
            faults.append(Fault(path, value, _TEXTS))
            return ()
        faults += [
            Fault(f"{path}[{place}]", item, expected)
            for place, item in enumerate(value)
            if not (isinstance(item, str) and is_right(item))
        ]
        return tuple(value)

    return check


def _by_field(check_one: _Check) -> _Check:
    def check(path: str, table: Any, faults: list[Fault]) -> Any:
        if not isinstance(table, dict):
            faults.append(Fault(path, table, _TABLE))
            return {}
        checked = {}
        for field, value in table.items():
            if field in FIELDS:
                checked[field] = check_one(f"{path}.{field}", value, faults)
            else:
                faults.append(Fault(f"{path}.{field}", value, _FIELD))
        return checked

    return check


def _translations(path: str, words: Any, faults: list[Fault]) -> Any:
    if not isinstance(words, dict):
        faults.append(Fault(path, words, _TABLE))
        return {}
    field = FIELDS[path.rpartition(".")[2]]
    folded: dict[str, str] = {}
    if field.name not in FACT_FIELDS and field is not SITE:
        faults.append(Fault(path, words, _NOT_TRANSLATED))
        return {}
    for word, meaning in words.items():
        text = _as_text(meaning)
        if text is None or not is_meaning(field, text):
            faults.append(Fault(f"{path}.{word}", meaning, field.expected))
        elif folded.setdefault(fold(word), text) != text:
            faults.append(Fault(f"{path}.{word}", meaning, _TWO_WAYS))
    return folded


def _constant(path: str, value: Any, faults: list[Fault]) -> Any:
    field, text = FIELDS[path.rpartition(".")[2]], _as_text(value)
    if field in (REFERENCE, TEXT):
        faults.append(Fault(path, value, _NOT_CONSTANT))
    elif text is None or not is_meaning(field, text):
        faults.append(Fault(path, value, field.expected))
    return text


def _as_text(value: Any) -> str | None:
    """A TOML value in the words of a file: true is oui, a date is in ISO 8601."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else None


def _both(given: Mapping[str, Any], faults: list[Fault]) -> None:
    columns, constants = given.get("columns") or {}, given.get("constants") or {}
    faults += [Fault(f"constants.{field}", constants[field], _HELD_TWICE) for field in constants if field in columns]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_zone(value: Any) -> bool:
    try:
        return isinstance(value, str) and ZoneInfo(value) is not None
    except (LookupError, ValueError, OSError):
        return False


_CHECKS: Final[Mapping[str, _Check]] = {
    "columns": _by_field(_that(_is_text, _TEXT)),
    "values": _by_field(_translations),
    "constants": _by_field(_constant),
    "ignored": _list_of(_is_text, _TEXT),
    "missing": _list_of(_is_text, _TEXT),
    "date_formats": _list_of(is_date_format, _FORMAT),
    "time_zone": _that(_is_zone, _ZONE),
    "decimal_comma": _that(lambda value: isinstance(value, bool), _TRUTH),
    "delimiter": _that(lambda value: value in DELIMITERS, _DELIMITER),
    "encoding": _that(lambda value: value in ENCODINGS, _ENCODING),
    "sheet": _that(_is_text, _TEXT),
}
