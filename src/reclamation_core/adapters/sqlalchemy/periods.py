"""What was known of cases, counted by the database: the rows of `CASE_PERIODS` that indicators read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.statements import is_among_these
from reclamation_core.adapters.sqlalchemy.tables import CASE_PERIODS
from reclamation_core.cases.periods import IN_SCOPE, PERIOD_TYPES, CasePeriod
from reclamation_core.codes import LabelledEnum
from reclamation_core.ports import StoreDamagedError
from reclamation_core.ports.periods import ChangeSelection, PeriodChange, PeriodSelection, counted_row
from reclamation_core.validators import is_storable
from reclamation_core.wording import Wording

_AFTER: Final = CASE_PERIODS.alias("later")
_BEFORE: Final = CASE_PERIODS.alias("earlier")
_SCOPE: Final = tuple(one.value for one in IN_SCOPE)
_MOST_PARTS: Final = 100
"""So many selections are read by a statement: SQLite takes 500."""
_COLUMNS: Final = {"reference": ("case_reference",), "stopped_on": ("answered_on", "ended_on")}
"""The columns of a field that has another name."""


@lru_cache(maxsize=4096)
def _day(stored: str | date) -> date:
    return stored if isinstance(stored, date) else date.fromisoformat(stored)


def _reader_of(cls: type[Any]) -> Callable[[Any], Any]:
    """Return the function from stored values to those of a class."""
    if issubclass(cls, LabelledEnum):
        return {member.value: member for member in cls}.__getitem__
    others: dict[type[Any], Callable[[Any], Any]] = {
        date: _day,
        str: str.__str__,  # refuses bytes, which `str` writes out
        bool: {False: False, True: True}.__getitem__,
        tuple: lambda stored: tuple(str.split(stored)),
    }
    return others.get(cls, cls)


_Readers: TypeAlias = Sequence[tuple[int, str, Callable[[Any], Any]]]
"""The column of each field in a row, and the function from the stored value."""
_READERS: Final = {name: _reader_of(cls) for name, cls in PERIOD_TYPES.items()} | {"stopped_on": _day}

_Scan: TypeAlias = Mapping[int, PeriodSelection]
"""Selections that differ in their fields alone, by place."""


class PeriodQueries:
    """What was known of cases in a database."""

    _database: Database

    def periods(self, selections: Sequence[PeriodSelection], excluded: Collection[str]) -> list[list[CasePeriod]]:
        """Return the rows of each selection, in any order: each reads the part of the table that an index leads to.

        Raises:
            StoreDamagedError: a value is not one that this library writes.
        """
        found: list[list[CasePeriod]] = [[] for _ in selections]
        backend = self._database.backend
        for places in _parts(selections):
            names = sorted({name for place in places for name in selections[place].fields})
            rows: list[Any] = []
            for scans in _statements(_scans(selections, places, backend), backend):
                parts = [_part(scan, names, excluded, backend) for scan in scans]
                rows += self._database.rows(parts[0] if len(parts) == 1 else union_all(*parts))
            readers = {place: _readers(selections[place].fields, names, 1) for place in places}
            for row in rows:
                if row[-1]:
                    found[row[0]].append(self._row(readers[row[0]], row, row[-1]))
        return found

    def changes(self, selection: ChangeSelection, excluded: Collection[str]) -> list[PeriodChange]:
        """Return the changes of a selection, in any order; raises as `periods` does."""
        names, backend = selection.fields, self._database.backend
        earlier, later = (_readers(names, names, first) for first in (1, 1 + len(names)))
        is_next = and_(_BEFORE.c.case_reference == _AFTER.c.case_reference, _BEFORE.c.until == _AFTER.c.since)
        columns = [_field(_BEFORE, "cycle", backend).label("earlier_row")]  # without a value if there is none
        columns += [_field(_BEFORE, name, backend).label(f"earlier_{name}") for name in names]
        columns += [_field(_AFTER, name, backend).label(f"later_{name}") for name in names]
        wanted = select(*columns).select_from(_AFTER.outerjoin(_BEFORE, is_next)).limit(selection.limit)
        wanted = wanted.where(_AFTER.c.since >= selection.since, _AFTER.c.since < selection.until)
        if excluded:
            wanted = wanted.where(_AFTER.c.case_reference.not_in(sorted(excluded)))
        if selection.units is not None:
            wanted = wanted.where(or_(*(_is_of(one.c.unit, selection.units, backend) for one in (_BEFORE, _AFTER))))
        some = wanted.subquery("some_changes").c
        return [
            PeriodChange(
                before=None if row[0] is None else self._row(earlier, row), after=self._row(later, row, row[-1])
            )
            for row in self._database.rows(select(*some, func.count()).group_by(*some))
        ]

    def _row(self, readers: _Readers, row: Sequence[Any], count: int = 1) -> CasePeriod:
        try:
            read = {name: of(row[place]) for place, name, of in readers if row[place] is not None}
        except (KeyError, ValueError, TypeError, AttributeError):
            table = CASE_PERIODS.name
            raise StoreDamagedError.of(self._database.name, Wording(table, table)) from None
        return counted_row(read, count)


def _readers(fields: Sequence[str], names: Sequence[str], first: int) -> _Readers:
    """Return the readers of fields in a row that has the fields of some names from a column on."""
    return [(first + names.index(name), name, _READERS[name]) for name in fields]


def _parts(selections: Sequence[PeriodSelection]) -> Iterator[range]:
    """Yield the places of the selections of each statement."""
    for first in range(0, len(selections), _MOST_PARTS):
        yield range(len(selections))[first : first + _MOST_PARTS]


def _scans(selections: Sequence[PeriodSelection], places: range, backend: str) -> Iterable[_Scan]:
    """Return the selections by place, those together that one scan reads: PostgreSQL groups it in several ways."""
    if backend == "sqlite":
        return [{place: selections[place]} for place in places]
    found: dict[tuple[PeriodSelection, int], dict[int, PeriodSelection]] = {}
    known: Counter[tuple[PeriodSelection, frozenset[str]]] = Counter()
    for place in places:
        rows = attrs.evolve(selections[place], fields=())
        known[rows, frozenset(selections[place].fields)] += 1  # the same fields again are another scan
        found.setdefault((rows, known[rows, frozenset(selections[place].fields)]), {})[place] = selections[place]
    return found.values()


def _statements(scans: Iterable[_Scan], backend: str) -> Iterable[Sequence[_Scan]]:
    """Return the scans of each statement.

    In a union, PostgreSQL expects one row of a scan for a field that is not empty, and reads the table by an index.
    """
    found: dict[object, list[_Scan]] = {}
    for scan in scans:
        place, one = next(iter(scan.items()))
        found.setdefault(place if backend == "postgresql" and one.non_empty is not None else None, []).append(scan)
    return found.values()


def _part(scan: _Scan, names: Sequence[str], excluded: Collection[str], backend: str) -> Select[Any]:
    """Return the rows of selections with the same conditions by the fields of each, other columns without values."""
    (place, selection), *others = scan.items()
    source: FromClause = CASE_PERIODS
    conditions = [*_conditions(selection, backend)]
    used = sorted({name for one in scan.values() for name in one.fields})
    if excluded:
        conditions.append(CASE_PERIODS.c.case_reference.not_in(sorted(excluded)))
    if selection.limit is not None:
        read = sorted({column for name in used for column in _COLUMNS.get(name, (name,))})
        some = select(literal_column("1"), *(CASE_PERIODS.c[column] for column in read)).where(*conditions)
        source, conditions = some.limit(selection.limit).subquery("some_rows"), []
    fields = {name: _field(source, name, backend) for name in used}
    columns = [(fields[name] if name in fields else _nothing(name)).label(f"field_{name}") for name in names]
    which: ColumnElement[int] = literal_column(str(place))
    groups: list[ColumnElement[Any]] = [*fields.values()]
    if others:  # grouping() has a bit for each field that a set does not have, the last field the lowest
        bits = {name: 1 << bit for bit, name in enumerate(reversed(used))}
        masks = {sum(bits[name] for name in used if name not in one.fields): at for at, one in scan.items()}
        which = case({mask: literal_column(str(at)) for mask, at in masks.items()}, value=func.grouping(*groups))
        groups = [func.grouping_sets(*(tuple_(*(fields[name] for name in one.fields)) for one in scan.values()))]
    rows: Select[Any] = select(which, *columns, func.count()).select_from(source)
    return rows.where(*conditions).group_by(*groups)


def _nothing(name: str) -> ColumnElement[Any]:
    column = {"reference": "case_reference", "stopped_on": "ended_on"}.get(name, name)
    return cast(null(), CASE_PERIODS.c[column].type)


def _field(source: FromClause, name: str, backend: str) -> ColumnElement[Any]:
    """Return a field as it is stored, so that no driver converts it."""
    if name == "stopped_on":
        answered, ended = (_field(source, day, backend) for day in ("answered_on", "ended_on"))
        return case((answered.is_(None), ended))
    column = source.c["case_reference" if name == "reference" else name]
    # SQLite's unary plus hides the declared type from the converters of a host's connection.
    return literal_column(f"+{source.description}.{column.name}") if backend == "sqlite" else column


def _conditions(selection: PeriodSelection, backend: str) -> Iterator[ColumnElement[bool]]:
    rows, instant = CASE_PERIODS.c, selection.known_before
    if selection.holds_at is not None:
        instant = min(instant, selection.holds_at)
    yield rows.since < instant
    if selection.non_empty is not None:
        yield cast(rows[selection.non_empty], Text) != ""
    holds = [rows.until.is_(None), rows.until >= instant]
    if selection.holds_at is None:
        holds.append(rows.ends_run)
    if selection.is_pending:
        yield rows.ended_on.is_(None)
    if selection.day is None:
        yield or_(*holds)
    else:
        day = rows[selection.day]
        # Each of the alternatives is a part of an index, which two conditions with `OR` would not be.
        missing = [and_(day.is_(None), one) for one in holds] if selection.is_day_optional else []
        yield or_(and_(day.between(selection.first, selection.last), or_(*holds)), *missing)
    if selection.units is not None:
        yield _is_of(rows.unit, selection.units, backend)
    yield rows.admissibility.in_(_SCOPE)


def _is_of(unit: ColumnElement[str], units: frozenset[str], backend: str) -> ColumnElement[bool]:
    return is_among_these(unit, sorted(filter(is_storable, units)), backend)
