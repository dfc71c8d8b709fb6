"""The layout of a file: the column of each field, and the values of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from reclamation_core.calendars.local_times import skipped_time
from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError, quoted
from reclamation_core.intake.fields import (
    FACT_FIELDS,
    RECEIVED_AT,
    REFERENCE,
    SITE,
    TEXT,
    may_have_thousands,
    parse_fact,
)
from reclamation_core.intake.mapping import ColumnMapping, fold
from reclamation_core.intake.rows import BoundedCache, CellValue, FileRow
from reclamation_core.intake.timestamps import format_local_time, localize, parse_time
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Number
from reclamation_core.vocabulary import Channel
from reclamation_core.vocabulary.column_names import MARKERS, column_labels, nearly_named_columns
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording

CACHED_CELLS: Final = 1 << 10
"""How many values of a column are cached."""
_FORMATS: Final = Wording(
    'pour des dates écrites autrement, un fichier de correspondance avec date_formats, comme ["%m/%d/%Y"]',
    'for dates written otherwise, a mapping file with date_formats, such as ["%m/%d/%Y"]',
)
_NOTE: Final = "satisfaction"
_CHANNEL: Final = "channel"
_WHOLE_ROW: Final = "ligne entière"
_COMMA: Final = Wording(
    "la virgule pourrait séparer des milliers ; si elle sépare des décimales, indiquez decimal_comma = true dans un "
    "fichier de correspondance",
    "the comma may separate thousands; if it separates decimals, set decimal_comma = true in a mapping file",
)
CellsKey: TypeAlias = CellValue | tuple[CellValue, ...]
"""One cell, or several, as the key of a cache."""

_CONTRADICTION: Final = Wording(
    "non ou rien : la ligne a une note ; videz l'une des deux cellules",
    "no or nothing: the row has a note; empty one of the two cells",
)
_DAY: Final = "received_on"
_RECEIPTS: Final = Wording(
    "received_at est lue aussi : retirez l'une des deux, ou indiquez dans un fichier de correspondance celle qui est à "
    "lire, sous [columns], ou à laisser de côté, dans ignored",
    "received_at is read as well: drop one of them, or name in a mapping file the one to read, under [columns], or the "
    "one to leave aside, in ignored",
)
_ONCE: Final = Wording("un nom de colonne donné une seule fois", "a column name given once")


def _cell_picker(place: int | None) -> Callable[[Sequence[CellValue]], CellValue]:
    return itemgetter(place) if place is not None else lambda _: ""


class Layout:
    """The index of each field among the cells of a row, or its constant.

    Args:
        header: the names of the columns, as in the file.
        mapping: how foreign columns and values are read.
        default_site: the site of the rows without one.
        other_sheets: the other sheets of a workbook, where missing columns may be.

    Attributes:
        places: the index of the column of each field.
        unread: the columns without a field that the mapping does not ignore, in order.
        missing: the facts without a column and without a constant, in order.
        reference_cell: picks the cell of the reference.
        site_cell: picks the cell of the site; "" without such a column.
        received_cell: picks the cell of the receipt; "" without such a column.

    Raises:
        FaultsError: a column that is needed is missing, or nearly named, or one that is read is there twice.
    """

    def __init__(
        self,
        header: tuple[str, ...],
        mapping: ColumnMapping,
        default_site: str = "",
        other_sheets: tuple[str, ...] = (),
    ) -> None:
        self.header, self.mapping, self.default_site, self.other_sheets = header, mapping, default_site, other_sheets
        names = [fold(unescape_csv_formula(name)) for name in header]
        columns = mapping.columns_in(header)
        known = {*columns.values(), *map(fold, mapping.ignored)}
        self.unread = tuple(column for column, name in zip(header, names) if name not in known)
        self._check(names, columns)
        self.places = {field: names.index(column) for field, column in columns.items() if column in names}
        self._fact_fields = {**FACT_FIELDS, **mapping.own_fields}
        facts = [field for field in self._fact_fields if field in self.places]
        self.missing = tuple(field for field in FACT_FIELDS if field not in {*facts, *mapping.constants})
        self.reference_cell = _cell_picker(self.places[REFERENCE.name])
        self.site_cell = _cell_picker(self.places.get(SITE.name))
        self.received_cell = _cell_picker(self.places.get(RECEIVED_AT.name))
        self._received_constant, self._date_formats = mapping.constants.get(RECEIVED_AT.name), mapping.date_formats
        self._reads_iso = self._received_constant is None and not self._date_formats
        self._own_numbers = {fact.column for fact in mapping.own if isinstance(fact.domain, Number)}
        self._columns = [
            (field, self.places[field], BoundedCache(CACHED_CELLS, partial(self._parse_fact, field))) for field in facts
        ]
        self._parsed_channel = BoundedCache(CACHED_CELLS, partial(self._parse_fact, _CHANNEL))
        self._markers = [
            (name, marker, self._is_marked(marker))
            for marker, name in {**MARKERS, **mapping.own_markers}.items()
            if marker in self.places or marker in mapping.constants
        ]
        self._constants = {
            name: parse_fact(self._fact_fields[name], text)
            for name, text in mapping.constants.items()
            if name in self._fact_fields
        }

    def _check(self, names: Sequence[str], columns: dict[str, str]) -> None:
        shown = ", ".join(self.header)
        read = set(columns.values())
        faults = [
            Fault(f"columns.{name}", shown, _ONCE)
            for name in dict.fromkeys(names)
            if name in read and names.count(name) > 1
        ]
        missing = {field: column for field, column in columns.items() if column not in names}
        wanted = {field: self.mapping.columns.get(field, field) for field in missing}
        near = {field: unread for unread, field in nearly_named_columns(self.unread, wanted, self.mapping.own_labels)}
        for field, column in missing.items():
            same = next((other for other in near if missing[other] == column), None)  # of several fields of a column
            if same is not None:
                faults.append(Fault(f"columns.{field}", near[same], nearly_named(self._names_of_column(field))))
            elif field in {REFERENCE.name, RECEIVED_AT.name} or field in self.mapping.columns:
                expected = _missing_column(self._names_of_column(field), shown)
                faults.append(Fault(f"columns.{field}", ABSENT, or_elsewhere(expected, self.other_sheets)))
        if columns.get(RECEIVED_AT.name) in names and RECEIVED_AT.name not in self.mapping.columns:
            faults += [Fault(f"columns.{name}", name, _RECEIPTS) for name in self.unread if fold(name) == _DAY]
        if faults:
            raise FaultsError(faults)

    def _names_of_column(self, field: str) -> Wording:
        """Return the name that the column of a field has to have: the one that is mapped, else its label or its own."""
        if field in self.mapping.columns:
            return quoted(self.mapping.columns[field])
        labels = column_labels(field, self.mapping.own_labels.get(field))
        fr = ", ".join(quoted(label.fr).fr for label in labels)
        en = " or ".join(quoted(name).en for name in dict.fromkeys((field, *(label.en for label in labels))))
        return Wording(f"{fr} ou {quoted(field).fr}" if labels else quoted(field).fr, en)

    def name_of(self, field: str) -> str:
        """Return the name of a field in the file, as its header writes it; French for what has no column."""
        place = self.places.get(field)
        return _WHOLE_ROW if field == "row" else field if place is None else self.header[place]

    def cells_of(self, fields: Iterable[str]) -> Callable[[Sequence[CellValue]], CellsKey]:
        """Return what picks the cells of fields among those of a row: rows with equal cells have equal values."""
        places = [self.places[field] for field in fields if field in self.places]
        return itemgetter(*places) if places else lambda _: ()

    def site(self, cells: Sequence[CellValue]) -> str:
        """Return the code of the site, the default one where the row has none."""
        if SITE.name in self.mapping.constants:
            return self.mapping.constants[SITE.name]
        return self.mapping.translate(SITE.name, unescape_csv_formula(str(self.site_cell(cells)))) or self.default_site

    def text(self, cells: Sequence[CellValue]) -> str:
        """Return the complainant's words, unchanged."""
        place = self.places.get(TEXT.name)
        return "" if place is None else unescape_csv_formula(str(cells[place]))

    def received_time(self, cell: CellValue) -> datetime:
        """Parse the cell of the receipt: a time with its own offset, or a local time without one.

        Raises:
            ValueError: the cell holds no date that exists.
        """
        if self._reads_iso and isinstance(cell, str):
            try:  # `suppress` takes as long as parsing
                return datetime.fromisoformat(cell)
            except ValueError:  # spaces around it, an apostrophe before it, or no date
                pass
        if self._received_constant is not None:
            return parse_time(self._received_constant, ())
        if isinstance(cell, str):
            return parse_time(unescape_csv_formula(cell).strip(), self._date_formats)
        return cell

    def received_at(self, cells: Sequence[CellValue], zone: ZoneInfo, faults: list[Fault]) -> datetime | None:
        """Return the instant of receipt, or add its cell to the faults; `zone` is that of local times."""
        local = None
        try:
            local = self.received_time(self.received_cell(cells))
            return localize(local, zone)
        except ValueError:
            expected = self.expected(RECEIVED_AT.name) if local is None else skipped_time(local, zone)
            faults.append(self.own_fault(RECEIVED_AT.name, cells, expected))
            return None

    def facts(self, cells: Sequence[CellValue], faults: list[Fault]) -> dict[str, Any]:
        """Parse the facts, `received_at` excluded; cells that cannot be parsed are added to the faults."""
        values = self._facts(cells, faults)
        if self.mapping.own:
            own = ((fact, values.pop(fact.column, fact.null)) for fact in self.mapping.own)
            values[OWN] = {fact.name: value for fact, value in own if value is not fact.null}
        return values

    def _facts(self, cells: Sequence[CellValue], faults: list[Fault]) -> dict[str, Any]:
        values = dict(self._constants)
        for name, place, parsed in self._columns:
            cell = cells[place]
            try:
                values[name] = parsed[cell]
            except ValueError:
                faults.append(self.own_fault(name, cells, self.expected(name, cell)))
        for name, marker, is_marked in self._markers:
            try:
                marked = is_marked(cells)
            except ValueError:
                faults.append(self.own_fault(marker, cells, self.expected(marker)))
                continue
            if marked and values.get(name, self._fact_fields[name].blank) not in (ABSENT, UNKNOWN):
                faults.append(self.own_fault(marker, cells, _CONTRADICTION))
            elif marked:
                values[name] = UNKNOWN
        return values

    def _is_marked(self, marker: str) -> Callable[[Sequence[CellValue]], bool]:
        """Return the function from the cells of a row to whether a fact is unknown; ValueError for no truth."""
        cell_of, constant = _cell_picker(self.places.get(marker)), self.mapping.constants.get(marker)
        parsed = BoundedCache(CACHED_CELLS, partial(self._parse_marker, marker))
        return lambda cells: parsed[cell_of(cells) if constant is None else constant]

    def _parse_marker(self, marker: str, cell: CellValue) -> bool:
        text = self.mapping.translate(marker, unescape_csv_formula(str(cell)))
        return parse_fact(self.mapping.fields[marker], text) is not False

    def _parse_fact(self, name: str, cell: CellValue) -> Any:
        text = self.mapping.translate(name, unescape_csv_formula(str(cell)))
        # Only a note has decimals, and a point is no separator of thousands in a note.
        if self.mapping.decimal_comma and (name == _NOTE or name in self._own_numbers):
            text = text.replace(",", ".", 1)
        return parse_fact(self._fact_fields[name], text)

    @property
    def lacks_notes(self) -> bool:
        """True if no column and no constant has the notes of the survey, or says that they are unknown."""
        return _NOTE in self.missing and not self._markers

    def is_survey(self, cells: Sequence[CellValue]) -> bool:
        """Return True for a row of the survey."""
        if _CHANNEL in self._constants:
            return bool(self._constants[_CHANNEL] == Channel.SURVEY)
        place = self.places.get(_CHANNEL)
        try:
            return place is not None and bool(self._parsed_channel[cells[place]] == Channel.SURVEY)
        except ValueError:
            return False

    def original_cells(self, row: FileRow) -> tuple[str, ...]:
        """Return the original cells as text, the date of receipt in a format that the mapping parses."""
        cells, place = list(row.original_cells()), self.places.get(RECEIVED_AT.name)
        received = None if place is None else row.cells[place]
        if place is not None and isinstance(received, datetime):
            cells[place] = format_local_time(received, self.mapping.date_formats)
        return tuple(cells)

    def expected(self, name: str, cell: CellValue = "") -> Wording:
        """Return what is expected of the cells of a field, with the setting of the mapping that may be missing."""
        expected = self.mapping.fields[name].expected
        if name == RECEIVED_AT.name:
            return _expected_date(expected, self.mapping.date_formats)
        if name == _NOTE and may_have_thousands(str(cell).strip()) and not self.mapping.decimal_comma:
            return Wording(f"{expected.fr} ; {_COMMA.fr}", f"{expected.en}; {_COMMA.en}")
        return expected

    def own_fault(self, name: str, cells: Sequence[CellValue], expected: Wording) -> Fault:
        """Return a fault of a field with its cell as it is in the file."""
        place = self.places.get(name)
        return Fault(name, None if place is None else str(cells[place]), expected)


def _expected_date(iso: Wording, formats: tuple[str, ...]) -> Wording:
    if formats:
        listed = ", ".join(formats)
        return Wording(
            f"une date valide, écrite comme le disent les date_formats de la correspondance : {listed}",
            f"a date that exists, written as the date_formats of the mapping say: {listed}",
        )
    return Wording(f"{iso.fr} ; {_FORMATS.fr}", f"{iso.en}; {_FORMATS.en}")


def _missing_column(names: Wording, header: str) -> Wording:
    return Wording(
        f"il manque la colonne {names.fr} (colonnes trouvées : {header}) ; ajoutez-la, ou indiquez celle qui en tient "
        "lieu dans un fichier de correspondance",
        f"the column {names.en} is missing (columns found: {header}); add it, or name the one that holds it in a "
        "mapping file",
    )


def nearly_named(names: Wording) -> Wording:
    """Return the refusal of an unknown column whose name is close to that of a missing column, or to one of several."""
    return Wording(
        f"cette colonne n'est pas lue ; renommez-la {names.fr} ou, si elle n'a rien à voir, nommez-la dans ignored, au "
        "fichier de correspondance",
        f"this column is not read; rename it to {names.en}, or, if it is something else, name it under ignored in the "
        "mapping file",
    )


def or_elsewhere(expected: Wording, sheets: tuple[str, ...]) -> Wording:
    """Add to what is expected in a sheet of a workbook the other sheets where it may be."""
    if not sheets:
        return expected
    listed = ", ".join(sheets)
    return Wording(
        f"{expected.fr} ; d'autres feuilles n'ont pas été lues : {listed} ; la clé sheet de la correspondance dit "
        "laquelle lire",
        f"{expected.en}; there are sheets that were not read: {listed}; the key sheet of the mapping says which one is "
        "to be read",
    )


def column_names(header: Iterable[CellValue]) -> tuple[str, ...]:
    """Return the names of the columns of a header, without the spaces around them."""
    return tuple(str(cell).strip() for cell in header)
