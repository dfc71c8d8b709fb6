"""What was known of cases, counted by the database: the rows of `CASE_PERIODS` that indicators read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
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
_ALWAYS: Final = frozenset({"since", "until", "ends_run", "unit", "admissibility", "ended_on"})
"""The columns that select rows."""


def _day(stored: str | date) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _words(stored: str) -> tuple[str, ...]:
    return tuple(stored.split())


def _reader_of(cls: type[Any]) -> Callable[[Any], Any]:
    """Return the function from stored values to those of a class."""
    if issubclass(cls, LabelledEnum):
        return {member.value: member for member in cls}.__getitem__
    return {date: _day, tuple: _words}.get(cls, cls)


_READERS: Final = {name: _reader_of(cls) for name, cls in PERIOD_TYPES.items()} | {"stopped_on": _day}


class PeriodQueries:
    """What was known of cases in a database."""

    _database: Database

    def periods(self, selections: Sequence[PeriodSelection], excluded: Collection[str]) -> list[list[CasePeriod]]:
        """Return the rows of each selection, in any order, in one scan of the table.

        Raises:
            StoreDamagedError: a value is not one that this library writes.
        """
        found: list[list[CasePeriod]] = [[] for _ in selections]
        if not selections:
            return found
        backend = self._database.backend
        names = sorted({name for one in selections for name in one.fields})
        # Without the hint, SQLite would scan the table for each selection.
        source = _touched(selections, excluded, names, backend).cte("touched").prefix_with("MATERIALIZED")
        parts = [_part(source, place, one, names, backend) for place, one in enumerate(selections)]
        rows: list[Any] = self._database.rows(parts[0] if len(parts) == 1 else union_all(*parts))
        for place, *values, count in rows:
            if count:
                found[place].append(self._row(names, values, count))
        return found

    def changes(self, selection: ChangeSelection, excluded: Collection[str]) -> list[PeriodChange]:
        """Return the changes of a selection, in any order; raises as `periods` does."""
        names, backend, middle = selection.fields, self._database.backend, len(selection.fields) + 1
        is_next = and_(_BEFORE.c.case_reference == _AFTER.c.case_reference, _BEFORE.c.until == _AFTER.c.since)
        columns = [_field(_BEFORE, name, backend).label(f"earlier_{name}") for name in ("cycle", *names)]
        columns += [_field(_AFTER, name, backend).label(f"later_{name}") for name in names]
        wanted = select(*columns, func.count()).select_from(_AFTER.outerjoin(_BEFORE, is_next)).group_by(*columns)
        wanted = wanted.where(_AFTER.c.since >= selection.since, _AFTER.c.since < selection.until)
        if excluded:
            wanted = wanted.where(_AFTER.c.case_reference.not_in(sorted(excluded)))
        if selection.units is not None:
            wanted = wanted.where(or_(*(_is_of(one.c.unit, selection.units, backend) for one in (_BEFORE, _AFTER))))
        return [
            PeriodChange(
                before=None if row[0] is None else self._row(names, row[1:middle]),
                after=self._row(names, row[middle:-1], row[-1]),
            )
            for row in self._database.rows(wanted)
        ]

    def _row(self, names: Sequence[str], values: Sequence[Any], count: int = 1) -> CasePeriod:
        try:
            read = {name: _READERS[name](value) for name, value in zip(names, values, strict=True) if value is not None}
        except (KeyError, ValueError, TypeError, AttributeError):
            table = CASE_PERIODS.name
            raise StoreDamagedError.of(self._database.name, Wording(table, table)) from None
        return counted_row(read, count)


def _touched(
    selections: Sequence[PeriodSelection], excluded: Collection[str], names: Collection[str], backend: str
) -> Select[Any]:
    """Return the rows that any of the selections may select, by conditions that exclude most rows at once."""
    rows = CASE_PERIODS.c
    needed = {"case_reference" if name == "reference" else name for name in names} | _ALWAYS
    needed |= {one.day for one in selections if one.day is not None}
    if "stopped_on" in needed:
        needed = (needed - {"stopped_on"}) | {"answered_on"}
    instants = [min(one.known_before, one.holds_at or one.known_before) for one in selections]
    holds = [rows.until.is_(None), rows.until >= min(instants)]
    if any(one.holds_at is None for one in selections):
        holds.append(rows.ends_run)
    wanted = select(*(rows[name] for name in sorted(needed))).where(rows.since < max(instants), or_(*holds))
    limited = [one for one in selections if not one.is_pending]
    days = {(one.day, one.first) for one in limited if one.day is not None}
    if all(one.day is not None for one in limited):
        reached = [rows[day] >= first for day, first in sorted(days)]
        missing = {one.day for one in selections if one.is_day_optional and one.day is not None}
        missing |= {"ended_on" for one in selections if one.is_pending}
        wanted = wanted.where(or_(*(rows[day].is_(None) for day in sorted(missing)), *reached))
    units = [one.units for one in selections if one.units is not None]
    if len(units) == len(selections):
        wanted = wanted.where(_is_of(rows.unit, frozenset().union(*units), backend))
    return wanted.where(rows.case_reference.not_in(sorted(excluded))) if excluded else wanted


def _part(source: CTE, place: int, selection: PeriodSelection, names: Sequence[str], backend: str) -> Select[Any]:
    """Return the rows of a selection with the columns of all of them, those that it does not read without values."""
    fields = {name: _field(source, name, backend).label(f"field_{name}") for name in selection.fields}
    columns = [fields[name] if name in fields else _nothing(name).label(f"field_{name}") for name in names]
    rows = select(literal_column(str(place)), *columns, func.count()).select_from(source)
    return rows.where(*_conditions(source, selection, backend)).group_by(*fields.values())


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


def _conditions(source: CTE, selection: PeriodSelection, backend: str) -> Iterator[ColumnElement[bool]]:
    rows, instant = source.c, selection.known_before
    if selection.holds_at is not None:
        instant = min(instant, selection.holds_at)
    yield rows.since < instant
    holds = or_(rows.until.is_(None), rows.until >= instant)
    yield holds if selection.holds_at is not None else or_(holds, rows.ends_run)
    if selection.is_pending:
        yield rows.ended_on.is_(None)
    if selection.day is not None:
        day = rows[selection.day]
        is_within = day.between(selection.first, selection.last)
        yield or_(is_within, day.is_(None)) if selection.is_day_optional else is_within
    if selection.units is not None:
        yield _is_of(rows.unit, selection.units, backend)
    yield rows.admissibility.in_(_SCOPE)


def _is_of(unit: ColumnElement[str], units: frozenset[str], backend: str) -> ColumnElement[bool]:
    return is_among_these(unit, sorted(filter(is_storable, units)), backend)
