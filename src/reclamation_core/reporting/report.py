"""A report: what every format is written from. It knows no format, and the formats know no report in particular.

Formats are of two kinds. Workbooks, CSV and JSON are data: their tables have every column, one table a sheet or file.
HTML and PDF are pages to read: each table shows the columns that a reader needs, in an order of its own.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import islice
from operator import itemgetter
from tempfile import SpooledTemporaryFile
from typing import Any, Final, Generic, TypeAlias, TypeVar
from unicodedata import normalize
from weakref import finalize
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars.local_times import needed_offset
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.gil_pauses import pause
from reclamation_core.markup import NOT_IN_XML
from reclamation_core.ports.background import require_awaited
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import LANGUAGES, Lang, Wording, citation, typeset

R = TypeVar("R")

MOST_COLUMNS: Final = 12
"""The most columns of a table side by side on a page; a table with more goes on in parts in a PDF."""


@attrs.frozen
class TextLink(SharedRepr):
    """A text that leads to another document of the same folder, in HTML, or that has a label for readers.

    Args:
        text: the text.
        target: the path to the document, relative to this one, as a web address has it; None to lead nowhere.
        label: what a reader sees in place of the text, which programs get; None for the text itself.
    """

    text: str
    target: str | None = None
    label: str | Wording | None = None


Value: TypeAlias = str | bool | int | Decimal | date | datetime | LabelledEnum | Wording | TextLink | None
"""A value of a cell. An instant is aware; None is an empty cell."""

_DEFINITION_TITLES: Final = (
    Wording("Colonne", "Column"),
    Wording("Signification", "Meaning"),
    Wording("Type", "Type"),
    Wording("Source", "Source"),
)
_FLAGS: Final = {True: Wording("oui", "yes"), False: Wording("non", "no")}


class ValueKind(LabelledEnum):
    """The kind of the values of a column (type de valeur)."""

    TEXT = "text", "texte", "text"
    INTEGER = "integer", "nombre entier", "whole number"
    DECIMAL = "decimal", "nombre", "number"
    DATE = "date", "date", "date"
    INSTANT = "instant", "date et heure", "date and time"
    FLAG = "flag", "oui ou non", "yes or no"
    CODE = "code", "valeur d'une liste", "value of a list"


_IN_MEMORY: Final = 8 << 20
_LONGEST_STEM: Final = 60
_MORE_ROWS: Final = (
    "ce format a au plus {most} lignes par tableau : restreignez la sélection, ou choisissez le format xlsx ou csv",
    "this format has at most {most} rows in a table: narrow the selection, or choose the format xlsx or csv",
)


class Emphasis(Enum):
    """How a format draws the eye to a cell. The words of the cell state the same: colour never has a meaning alone."""

    WARNING = "warning"
    BAD = "bad"


@attrs.frozen(kw_only=True)
class ReportColumn(SharedRepr, Generic[R]):
    """The description of a column: every format reads it, and so does the sheet of definitions.

    Args:
        name: its name, by which it is chosen: small letters, digits and underscores, in French.
        title: its title for a reader.
        meaning: what a value states, and what an empty cell means.
        kind: the kind of its values.
        source: where the values come from: a clause of the procedure, or the record that holds them.
        value: returns the value of a row.
        width: its width in characters.
        codes: of a column of codes, its values, for their labels.
        emphasis: for the values to which a format draws the eye, how.
    """

    name: str
    title: Wording = attrs.field(repr=False)
    meaning: Wording = attrs.field(repr=False)
    kind: ValueKind = attrs.field(repr=False)
    source: Wording = attrs.field(repr=False)
    value: Callable[[R], Value] = attrs.field(repr=False)
    width: int = 12
    codes: type[LabelledEnum] | None = None
    emphasis: Mapping[Value, Emphasis] = attrs.field(factory=dict, repr=False)


def report_column(
    name: str,
    title: tuple[str, str],
    meaning: tuple[str, str],
    value: Callable[[Any], Value],
    kind: ValueKind = ValueKind.TEXT,
    **options: Any,
) -> ReportColumn[Any]:
    """Return a column, its title and its meaning in French and in English."""
    return ReportColumn(name=name, title=Wording(*title), meaning=Wording(*meaning), value=value, kind=kind, **options)


class TableLayout(Enum):
    """How a page shows a table: rows, a card for each record under its first value, or the fields of its record."""

    ROWS = "rows"
    CARDS = "cards"
    FIELDS = "fields"


@attrs.frozen(kw_only=True)
class RowGroups(SharedRepr):
    """The groups into which a page divides the rows of a table.

    Args:
        column: the name of the column by whose values rows are grouped.
        titles: the title of each group by its value, in the order of the groups.
    """

    column: str
    titles: Mapping[Any, Wording] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ReportTable(SharedRepr, Generic[R]):
    """A table of a report.

    Args:
        title: its title.
        columns: its columns, at least one; the first names the row.
        records: what the rows are made of. It may be iterated several times, and need not be held in memory.
        picture: returns a chart of the rows in a language as SVG with a text for a screen reader, which a page shows
            above them; None where nothing draws.
        caption: what the chart shows, below it; None if the title says it.
        name: its name in files: small letters, digits and hyphens, in French; by default made from the title.
        shown: the names of the columns that a page shows, in their order; all by default.
        layout: how a page shows it.
        groups: the groups into which a page divides its rows.
        lines: the most lines of a cell in a PDF, where a longer text ends with `…`; None for whole texts.
        begins_page: True if a page begins with it where the report is printed.
    """

    title: Wording
    columns: tuple[ReportColumn[R], ...]
    records: Iterable[R] = attrs.field(repr=False)
    picture: Callable[[Lang], str | None] | None = attrs.field(default=None, repr=False)
    caption: Wording | None = None
    name: str = attrs.field(default=attrs.Factory(lambda self: file_stem(self.title.fr), takes_self=True))
    shown: tuple[str, ...] | None = None
    layout: TableLayout = TableLayout.ROWS
    groups: RowGroups | None = None
    lines: int | None = None
    begins_page: bool = False

    def rows(self, first: int = 0, most: int | None = None) -> Iterator[tuple[Value, ...]]:
        """Yield the values of rows, in the order of the columns: of at most so many, from a place on."""
        getters = [column.value for column in self.columns]
        for record in islice(self.records, first, None if most is None else first + most):
            require_awaited()
            yield tuple(getter(record) for getter in getters)

    def on_page(self) -> Iterator[ReportTable[R]]:
        """Yield the tables that a page shows: one with the columns shown; or one for each group that has rows."""
        if self.groups is None:
            yield attrs.evolve(self, columns=choose(self.columns, self.shown), shown=None)
            return
        value = next(column.value for column in self.columns if column.name == self.groups.column)
        found: dict[Value, list[R]] = {key: [] for key in self.groups.titles}
        for record in self.records:
            found[value(record)].append(record)
        for key, records in found.items():
            if records:
                yield from attrs.evolve(self, title=self.groups.titles[key], records=records, groups=None).on_page()


def file_stem(text: str) -> str:
    """Return a text as a part of a file's name: small letters, digits and hyphens alone, never empty.

    >>> file_stem("Évolution depuis l'édition précédente")
    'evolution-depuis-l-edition-precedente'
    """
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_STEM] or "table"


@attrs.frozen(kw_only=True)
class Report(SharedRepr):
    """A document that people read: its heading, what limits it, and its tables.

    Args:
        name: its name in files and documents: small letters and hyphens.
        title: its title.
        tables: its tables, at least one, each with a name of its own.
        as_of: the day of which it describes the state (situation au).
        exported_at: when it was made; aware.
        zone: the time zone in which its instants are written.
        filters: the criteria that limit it, each with its value, for a reader.
        notes: sentences that a reader needs to understand it.
        data: the names of the tables of data formats, in their order; all by default. A CSV file has the first.
        pages: the names of the tables of pages, in their order; those of data formats by default.
        is_portrait: True for portrait pages.

    Raises:
        ValueError: two tables have one name.
    """

    name: str
    title: Wording
    tables: tuple[ReportTable[Any], ...] = attrs.field()
    as_of: date
    exported_at: datetime
    zone: ZoneInfo
    filters: tuple[tuple[Wording, Value], ...] = ()
    notes: tuple[Wording, ...] = ()
    data: tuple[str, ...] | None = None
    pages: tuple[str, ...] | None = None
    is_portrait: bool = False

    @tables.validator
    def _named_apart(self, _: object, tables: tuple[ReportTable[Any], ...]) -> None:
        names = [table.name for table in tables]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"tables: two are named {name!r}; pass each a `name` of its own")

    @property
    def data_tables(self) -> tuple[ReportTable[Any], ...]:
        """The tables of data formats, with every column."""
        return self.tables if self.data is None else self._named(self.data)

    @property
    def page_tables(self) -> tuple[ReportTable[Any], ...]:
        """The tables of pages, with the columns shown; `collected` reads the records once for all of them."""
        chosen = self.data_tables if self.pages is None else self._named(self.pages)
        return tuple(part for table in chosen for part in table.on_page())

    def _named(self, names: Iterable[str]) -> tuple[ReportTable[Any], ...]:
        tables = {table.name: table for table in self.tables}
        return tuple(tables[name] for name in names)

    def only(self, name: str) -> Report:
        """Return the report with one table alone, by its name: `report_bytes(report.only("totaux"), "csv")`.

        Raises:
            FaultsError: data formats have no table of that name.
        """
        names = [table.name for table in self.data_tables]
        if name not in names:
            choice = Wording(
                f"l'un des tableaux {', '.join(names)} est attendu", f"one of the tables {', '.join(names)} is expected"
            )
            raise FaultsError([Fault("table", name, choice)])
        return attrs.evolve(self, data=(name,), pages=None)

    def complete(self) -> Report:
        """Return the report whose pages show what the data formats have: every table and every column, as rows."""
        tables = tuple(
            attrs.evolve(table, shown=None, groups=None, lines=None, layout=TableLayout.ROWS)
            for table in self.data_tables
        )
        return attrs.evolve(self, tables=tables, data=None, pages=None, is_portrait=False)

    def collected(self, most: int | None = None) -> Report:
        """Return the report with its records held in memory: what it is written from changes no more.

        Args:
            most: the most rows of a table of pages; no more are read.

        Raises:
            FaultsError: a table of pages has more rows.
        """
        tables = list[ReportTable[Any]]()
        for table in self.tables:  # one that is refused leaves those after it unread, as the totals of a register
            limit = most if self.pages is None or table.name in self.pages else None
            records = tuple(islice(table.records, None if limit is None else limit + 1))
            if limit is not None and len(records) > limit:
                raise FaultsError([Fault("format", limit, Wording(*(text.format(most=limit) for text in _MORE_ROWS)))])
            tables.append(attrs.evolve(table, records=records))
        return attrs.evolve(self, tables=tuple(tables))

    def spooled(self, most: int | None = None) -> Report:
        """Return the report with its values read, those of many rows in a temporary file: records are read no more.

        A program reads it in a transaction, and writes a format after the end of the transaction.

        Args:
            most: the most rows of a table of pages; no more are read.

        Raises:
            FaultsError: a table of pages has more rows.
        """
        limited = self if most is None else self.collected(most)
        return attrs.evolve(self, tables=tuple(_spooled(table) for table in limited.tables))

    def heading(self, lang: Lang) -> tuple[tuple[str, str], ...]:
        """Return the day, the instant of export and the criteria, each with its label: what every format states."""
        criteria = self.filters or ((Wording("Filtres", "Filters"), Wording("aucun", "none")),)
        return (
            (words(Wording("Situation au", "As of"), lang), display(self.as_of, lang, self.zone)),
            (words(Wording("Exporté le", "Exported on"), lang), display(self.exported_at, lang, self.zone)),
            (words(Wording("Fuseau horaire", "Time zone"), lang), self.zone.key),
            *((words(label, lang), display(value, lang, self.zone)) for label, value in criteria),
        )

    def definitions(self, lang: Lang, *, on_pages: bool = False) -> Iterator[tuple[str, ...]]:
        """Yield the titles of the table of definitions, then the title, meaning, kind and source of columns, once.

        Args:
            lang: the language.
            on_pages: True for the columns that pages show as rows and that data formats have too.
        """
        yield tuple(words(title, lang) for title in _DEFINITION_TITLES)
        named = {table.name for table in self.data_tables}
        shown = (one for one in self.page_tables if one.name in named and one.layout is TableLayout.ROWS)
        columns = (column for table in (shown if on_pages else self.data_tables) for column in table.columns)
        described = ((one.title, one.meaning, one.kind.wording, one.source) for one in columns)
        yield from dict.fromkeys(tuple(words(part, lang) for part in one) for one in described)


def _spooled(table: ReportTable[Any]) -> ReportTable[Any]:
    columns = tuple(attrs.evolve(column, value=itemgetter(place)) for place, column in enumerate(table.columns))
    return attrs.evolve(table, columns=columns, records=_SpooledRows(table.rows()))


class _SpooledRows:
    """Rows of values, in memory if they are few; they may be iterated several times."""

    def __init__(self, rows: Iterable[tuple[Value, ...]]) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with these rows
        finalize(self, self._file.close)
        for row in rows:
            pickle.dump(row, self._file)
            pause()
        self._end = self._file.tell()

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        place = 0
        while place < self._end:
            self._file.seek(place)
            row = pickle.load(self._file)  # noqa: S301  a file without a name, of this process
            place = self._file.tell()
            pause()
            yield row


def clause_source(clause: str) -> Wording:
    """Return a clause of the procedure as the source of a column."""
    return Wording(*(citation(clause, None, lang) for lang in LANGUAGES))


def choose(
    columns: Sequence[ReportColumn[R]], names: Iterable[str] | None, argument: str = "columns"
) -> tuple[ReportColumn[R], ...]:
    """Return columns by name, in the order of the names; all columns for None.

    Args:
        columns: all columns.
        names: the names of those to return.
        argument: the argument by which the names were passed, for errors.

    Raises:
        FaultsError: a name is unknown or occurs twice, or there is none.
    """
    if names is None:
        return tuple(columns)
    known = {column.name: column for column in columns}
    wanted = [names] if isinstance(names, str) else list(names)
    choice = Wording(
        f"l'une des colonnes {', '.join(known)} est attendue", f"one of the columns {', '.join(known)} is expected"
    )
    once = Wording("chaque colonne est attendue une seule fois", "each column is expected once")
    faults = [Fault(argument, name, choice) for name in wanted if name not in known]
    faults += [Fault(argument, name, once) for name in dict.fromkeys(wanted) if wanted.count(name) > 1]
    if not wanted:
        faults.append(
            Fault(argument, wanted, Wording("au moins une colonne est attendue", "at least one column is expected"))
        )
    if faults:
        raise FaultsError(faults)
    return tuple(known[name] for name in wanted)


def display(value: Value, lang: Lang, zone: ZoneInfo) -> str:
    """Return a value as a reader expects it; an empty text for None.

    The texts of this library have the typography of their language, those that people typed stay as they are.

    >>> display(date(2026, 5, 2), "fr", ZoneInfo("Europe/Paris")), display(Decimal("6.5"), "fr", ZoneInfo("UTC"))
    ('02/05/2026', '6,5')
    """
    french = lang == "fr"
    match value:
        case None:
            text = ""
        case LabelledEnum():
            text = _label(type(value), value, lang)
        case Wording():
            text = readable(words(value, lang))
        case str():
            text = readable(value)
        case TextLink():
            text = display(value.text if value.label is None else value.label, lang, zone)
        case bool():
            text = _FLAGS[value].in_(lang)
        case datetime():
            local = value.astimezone(zone)
            text = f"{_day(local, french)} {local:%H:%M}{needed_offset(local)}"
        case date():
            text = _day(value, french)
        case Decimal():
            text = f"{value.normalize():f}".replace(".", "," if french else ".")
        case _:
            text = str(value)
    return text


def _day(day: date, french: bool) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}" if french else day.isoformat()[:10]


def words(wording: Wording, lang: Lang) -> str:
    """Return a text of this library as a format prints it, in the typography of its language."""
    return typeset(wording.in_(lang), lang)


@cache
def _label(_: type[LabelledEnum], member: LabelledEnum, lang: Lang) -> str:  # members of two enumerations may be equal
    return words(member.wording, lang)


def readable(text: str) -> str:
    """Return a text with U+FFFD for each character that no document can hold, and a line end for CR LF."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
