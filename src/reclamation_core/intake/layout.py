"""Where the fields of a complaint stand in a file, and how its rows are understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.documents.similar_names import near_misses
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.fields import (
    FACT_FIELDS,
    FIELDS,
    RECEIVED_AT,
    REFERENCE,
    SITE,
    TEXT,
    value_of,
)
from reclamation_core.intake.mapping import Mapping, fold
from reclamation_core.intake.moments import localized, parsed, written
from reclamation_core.intake.records import Cell, Row
from reclamation_core.wording import Wording

_MEMORY: Final = 1 << 10
_NOT_MET: Final = object()
_FORMATS: Final = Wording(
    'pour des dates écrites autrement, un fichier de correspondance avec date_formats, comme ["%d/%m/%Y"]',
    'for dates written otherwise, a mapping file with date_formats, such as ["%d/%m/%Y"]',
)
_NOTE: Final = "satisfaction"
_COMMA: Final = Wording(
    "écrit avec un point, ou un fichier de correspondance avec decimal_comma = true",
    "written with a point, or a mapping file with decimal_comma = true",
)
_ONCE: Final = Wording("un nom de colonne donné une seule fois", "a column name given once")


def _picker(places: Sequence[int]) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
    if len(places) == 1:
        (place,) = places
        return lambda cells: (cells[place],)
    return itemgetter(*places) if places else _nothing


def _nothing(_: Sequence[Cell]) -> tuple[Cell, ...]:
    return ()


def _cell_picker(place: int | None) -> Callable[[Sequence[Cell]], Cell]:
    return _empty if place is None else itemgetter(place)


def _empty(_: Sequence[Cell]) -> Cell:
    return ""


@attrs.frozen
class Layout:
    """The place of each field among the cells of a row, or its constant.

    Attributes:
        header: the names of the columns, as written.
        mapping: how foreign columns and values are read.
        usual_site: the site of the rows that say none.
        other_sheets: the sheets of a workbook where columns that are missing may be.
        unread: the columns that no field is read from and that the mapping does not ignore, in order.
        fact_cells: picks the cells that the facts are read from, `received_at` apart: rows that agree on them agree on
            the facts.
        reference_cell: picks the cell of the reference.
        site_cell: picks the cell of the site; "" without such a column.
        received: picks the cell of the instant of receipt; "" without such a column.

    Raises:
        FaultsError: a column that is needed is missing, or one that is read is there twice.
    """

    header: tuple[str, ...]
    mapping: Mapping
    usual_site: str = ""
    other_sheets: tuple[str, ...] = ()
    places: dict[str, int] = attrs.field(init=False)
    unread: tuple[str, ...] = attrs.field(init=False)
    fact_cells: Callable[[Sequence[Cell]], tuple[Cell, ...]] = attrs.field(init=False)
    reference_cell: Callable[[Sequence[Cell]], Cell] = attrs.field(init=False)
    site_cell: Callable[[Sequence[Cell]], Cell] = attrs.field(init=False)
    received: Callable[[Sequence[Cell]], Cell] = attrs.field(init=False)
    _constants: dict[str, Any] = attrs.field(init=False)
    _columns: tuple[tuple[str, int, dict[Cell, Any]], ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        names = [fold(unescape_csv_formula(name)) for name in self.header]
        columns = {field: self.mapping.column(field) for field in FIELDS if field not in self.mapping.constants}
        self._check(names, columns)
        places = {field: names.index(column) for field, column in columns.items() if column in names}
        known = {*columns.values(), *map(fold, self.mapping.ignored)}
        constants = self.mapping.constants
        keep = object.__setattr__
        keep(self, "places", places)
        keep(self, "reference_cell", _cell_picker(places[REFERENCE.name]))
        keep(self, "site_cell", _cell_picker(places.get(SITE.name)))
        keep(self, "received", _cell_picker(places.get(RECEIVED_AT.name)))
        keep(self, "unread", tuple(written for written, name in zip(self.header, names) if name not in known))
        keep(self, "fact_cells", _picker([places[field] for field in FACT_FIELDS if field in places]))
        keep(self, "_columns", tuple((field, places[field], {}) for field in FACT_FIELDS if field in places))
        keep(
            self,
            "_constants",
            {name: value_of(FACT_FIELDS[name], text) for name, text in constants.items() if name in FACT_FIELDS},
        )

    def _check(self, names: Sequence[str], columns: dict[str, str]) -> None:
        shown = ", ".join(self.header)
        read = set(columns.values())
        faults = [
            Fault(f"columns.{name}", shown, _ONCE)
            for name in dict.fromkeys(names)
            if name in read and names.count(name) > 1
        ]
        known = {*read, *map(fold, self.mapping.ignored)}
        missing = {field: column for field, column in columns.items() if column not in names}
        unread = (written for written, name in zip(self.header, names) if name not in known)
        near = {column: written for written, column in near_misses(unread, set(missing.values()))}
        for field, column in missing.items():
            name = self.mapping.columns.get(field, field)
            if column in near:
                faults.append(Fault(f"columns.{field}", near[column], nearly_named(name)))
            elif field in {REFERENCE.name, RECEIVED_AT.name} or field in self.mapping.columns:
                expected = _missing_column(name)
                faults.append(Fault(f"columns.{field}", shown, or_elsewhere(expected, self.other_sheets)))
        if faults:
            raise FaultsError(faults)

    def site(self, cells: Sequence[Cell]) -> str:
        """The code of the site: the usual one where the row says none."""
        if SITE.name in self.mapping.constants:
            return self.mapping.constants[SITE.name]
        return self.mapping.translate(SITE.name, unescape_csv_formula(str(self.site_cell(cells)))) or self.usual_site

    def text(self, cells: Sequence[Cell]) -> str:
        """The complainant's words, as they are."""
        place = self.places.get(TEXT.name)
        return "" if place is None else unescape_csv_formula(str(cells[place]))

    def received_time(self, cell: Cell) -> datetime:
        """Parse the cell of the receipt: a time with its own offset, or a local time without one.

        Raises:
            ValueError: the cell holds no date that exists.
        """
        constant = self.mapping.constants.get(RECEIVED_AT.name)
        if constant is not None:
            return parsed(constant, ())
        if isinstance(cell, str):
            return parsed(unescape_csv_formula(cell).strip(), self.mapping.date_formats)
        return cell

    def received_at(self, cell: Cell, zone: ZoneInfo) -> datetime:
        """Return the instant of receipt; `zone` is that of local times.

        Raises:
            ValueError: the cell holds no date that exists.
        """
        return localized(self.received_time(cell), zone)

    def facts(self, cells: Sequence[Cell], faults: list[Fault]) -> dict[str, Any]:
        """What the cells say of the facts, `received_at` apart; what is not understood is added to the faults."""
        values = dict(self._constants)
        for name, place, understood in self._columns:
            cell = cells[place]
            value = understood.get(cell, _NOT_MET)
            if value is _NOT_MET:
                try:
                    value = self._understand(name, cell, understood)
                except ValueError:
                    faults.append(self.own_fault(name, cells, self.expected(name, cell)))
                    continue
            values[name] = value
        return values

    def _understand(self, name: str, cell: Cell, understood: dict[Cell, Any]) -> Any:
        """What one cell says; remembered, for a column has few values."""
        said = self.mapping.translate(name, unescape_csv_formula(str(cell)))
        # Only a note has decimals, and a point is no separator of thousands in a note.
        if self.mapping.decimal_comma and name == _NOTE:
            said = said.replace(",", ".", 1)
        value = value_of(FACT_FIELDS[name], said)
        if len(understood) >= _MEMORY:
            understood.clear()
        understood[cell] = value
        return value

    def as_read(self, row: Row) -> tuple[str, ...]:
        """The original cells as text, the date of receipt in such words that the mapping reads it back."""
        cells, place = list(row.as_read()), self.places.get(RECEIVED_AT.name)
        received = None if place is None else row.cells[place]
        if place is not None and isinstance(received, datetime):
            cells[place] = written(received, self.mapping.date_formats)
        return tuple(cells)

    def expected(self, name: str, cell: Cell = "") -> Wording:
        """What the cells of a field hold, and what the mapping may say where this one is written otherwise."""
        said = FIELDS[name].expected
        if name == RECEIVED_AT.name:
            return _dated(said, self.mapping.date_formats)
        if name == _NOTE and "," in str(cell) and not self.mapping.decimal_comma:
            return Wording(f"{said.fr} ; {_COMMA.fr}", f"{said.en}; {_COMMA.en}")
        return said

    def own_fault(self, name: str, cells: Sequence[Cell], expected: Wording) -> Fault:
        """A fault of a field in the words of the file: its cell as written."""
        place = self.places.get(name)
        return Fault(name, None if place is None else str(cells[place]), expected)


def _dated(iso: Wording, formats: tuple[str, ...]) -> Wording:
    if formats:
        listed = ", ".join(formats)
        return Wording(
            f"une date qui existe, écrite comme le disent les date_formats de la correspondance : {listed}",
            f"a date that exists, written as the date_formats of the mapping say: {listed}",
        )
    return Wording(f"{iso.fr} ; {_FORMATS.fr}", f"{iso.en}; {_FORMATS.en}")


def _missing_column(name: str) -> Wording:
    return Wording(
        f"une colonne « {name} », ou dans le fichier de correspondance celle qui en tient lieu",
        f"a column {name!r}, or in the mapping file the one that holds it",
    )


def nearly_named(name: str) -> Wording:
    """Return what is expected where a column that is not read is nearly named as one that is missing."""
    return Wording(
        f"cette colonne n'est pas lue ; renommez-la « {name} » ou, si elle n'a rien à voir, nommez-la dans ignored, au "
        "fichier de correspondance",
        f"this column is not read; rename it to {name!r}, or, if it is something else, name it under ignored in the "
        "mapping file",
    )


def or_elsewhere(expected: Wording, sheets: tuple[str, ...]) -> Wording:
    """What was expected in a sheet of a workbook, and the other sheets where it may be."""
    if not sheets:
        return expected
    listed = ", ".join(sheets)
    return Wording(
        f"{expected.fr} ; d'autres feuilles n'ont pas été lues : {listed} ; la clé sheet de la correspondance dit "
        "laquelle lire",
        f"{expected.en}; there are sheets that were not read: {listed}; the key sheet of the mapping says which one is "
        "to be read",
    )


def names(header: Iterable[Cell]) -> tuple[str, ...]:
    """The names of the columns of a header, spaces aside."""
    return tuple(str(cell).strip() for cell in header)
