"""How the columns and values of a foreign file are to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.intake.fields import FIELDS
from reclamation_core.intake.lines import ENCODINGS

DELIMITERS = (",", ";", "\t", "|")
"""The delimiters that are recognised, and may be forced."""

ANY_OTHER = "*"
"""As a value to translate: every value that is not translated otherwise."""

_LONGEST_FORMAT = 100
_PROBE = datetime(2027, 11, 23)  # noqa: DTZ001  (only its date is looked at)
_SAME_DAYS_OF_ANOTHER_YEAR = _PROBE.replace(year=2021)  # its weekdays too


def _frozen(given: AbstractMapping[str, str]) -> AbstractMapping[str, str]:
    return MappingProxyType(dict(given))


def _frozen_twice(
    given: AbstractMapping[str, AbstractMapping[str, str]],
) -> AbstractMapping[str, AbstractMapping[str, str]]:
    return MappingProxyType({field: MappingProxyType(_folded(field, words)) for field, words in given.items()})


def _folded(field: str, words: AbstractMapping[str, str]) -> dict[str, str]:
    folded: dict[str, str] = {}
    for word, meaning in words.items():
        key = fold(word)
        if folded.setdefault(key, meaning) != meaning:
            raise ValueError(f"values.{field}: {word!r} is translated in two ways; keep one")
    return folded


def _words(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(given)


def fold(text: str) -> str:
    """A name or a value without its case and the spaces around it: how names and values are compared."""
    return text.strip().casefold()


def is_date_format(form: str) -> bool:
    """Whether what is written with a format gives the day back: year, month and day are all in it, each once."""
    if len(form) > _LONGEST_FORMAT:
        return False
    try:
        written = _PROBE.strftime(form)
        if written == _SAME_DAYS_OF_ANOTHER_YEAR.strftime(form):
            return False  # Python warns of parsing a day without its year
        return datetime.strptime(written, form).date() == _PROBE.date()  # noqa: DTZ007  (as above)
    except (ValueError, re.error):  # Python makes a regular expression of it, in which nothing may be there twice
        return False


def _known_fields(_: object, attribute: attrs.Attribute[Any], given: AbstractMapping[str, Any]) -> None:
    for field in given:
        if field not in FIELDS:
            raise ValueError(f"{attribute.name}: {field!r} is not a field; use one of {', '.join(FIELDS)}")


@attrs.frozen(kw_only=True)
class Mapping:
    """How to read a foreign file.

    Args:
        columns: for each field, the name of the column that holds it; a field not named is held by the column of its
            own name. One column may hold several fields.
        values: for each field, what the file's own values mean; `*` stands for every other value. What they mean is
            written as in a file of ours: a code, a label, oui or non, a number, or "" for unknown.
        constants: for each field that no column holds, its value in every row.
        ignored: the columns that are known and not read.
        missing: how the file writes that a value is missing, beside an empty cell.
        date_formats: how it writes dates, as `strptime` has it; the first that fits is taken. ISO 8601 when empty.
        time_zone: the IANA name of the zone of its local times; when None, that of the site, else the reader's.
        decimal_comma: numbers are written with a comma.
        delimiter: one of `DELIMITERS`; None to recognise it.
        encoding: one of `ENCODINGS`; None to recognise it.
        sheet: the name of the sheet to read in a workbook; the first when None.

    Names and values are compared without regard to case and to the spaces around them.

    Raises:
        ValueError: a field, format, zone, delimiter or encoding is not known, a field is held both by a column and by a
            constant, or a value is translated in two ways.
    """

    columns: AbstractMapping[str, str] = attrs.field(factory=dict, converter=_frozen, validator=_known_fields)
    values: AbstractMapping[str, AbstractMapping[str, str]] = attrs.field(
        factory=dict, converter=_frozen_twice, validator=_known_fields
    )
    constants: AbstractMapping[str, str] = attrs.field(factory=dict, converter=_frozen, validator=_known_fields)
    ignored: tuple[str, ...] = attrs.field(default=(), converter=_words)
    missing: tuple[str, ...] = attrs.field(default=(), converter=_words)
    date_formats: tuple[str, ...] = attrs.field(default=(), converter=_words)
    time_zone: str | None = None
    decimal_comma: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    def __attrs_post_init__(self) -> None:
        for field in self.constants:
            if field in self.columns:
                raise ValueError(f"constants: {field!r} is held by the column {self.columns[field]!r} too; keep one")
        for form in self.date_formats:
            if not is_date_format(form):
                raise ValueError(f"date_formats: {form!r} does not give a day back; give year, month and day")
        if self.time_zone is not None:
            self.zone  # noqa: B018  (raises when there is no such zone)
        if self.delimiter not in (None, *DELIMITERS):
            raise ValueError(f"delimiter: {self.delimiter!r} is not one of {DELIMITERS}")
        if self.encoding not in (None, *ENCODINGS):
            raise ValueError(f"encoding: {self.encoding!r} is not one of {', '.join(ENCODINGS)}")

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of local times, when it is stated."""
        if self.time_zone is None:
            return None
        try:
            return ZoneInfo(self.time_zone)
        except (LookupError, ValueError, OSError) as error:
            raise ValueError(f"time_zone: {self.time_zone!r} is not a time zone; give an IANA name") from error

    def column(self, field: str) -> str:
        """The name of the column that holds a field, folded."""
        return fold(self.columns.get(field, field))

    def translate(self, field: str, cell: str) -> str:
        """What a cell of a field says, in the words of a file of ours; "" when it says nothing."""
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
        """Whether a word says that a value is missing."""
        return any(fold(marker) == fold(word) for marker in self.missing)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """The mapping that a TOML file holds; its keys are the arguments of the class.

        Raises:
            OSError: the file cannot be read.
            FaultsError: with every fault of the file at once, each with its path; unknown keys are faults.
        """
        from reclamation_core.intake.mapping_file import read_mapping

        return cls(**read_mapping(path))
