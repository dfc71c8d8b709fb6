"""What was known of cases, counted by the database: the rows of `CASE_PERIODS` that indicators read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal_column, or_, select

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.statements import is_among_these
from reclamation_core.adapters.sqlalchemy.tables import CASE_PERIODS
from reclamation_core.cases.periods import IN_SCOPE, PERIOD_TYPES, CasePeriod
from reclamation_core.codes import LabelledEnum
from reclamation_core.ports import StoreDamagedError
from reclamation_core.ports.periods import ChangeSelection, PeriodChange, PeriodSelection, counted_row
from reclamation_core.validators import is_storable
from reclamation_core.wording import Wording

_P: Final = CASE_PERIODS.c
_AFTER: Final = CASE_PERIODS.alias("later")
_BEFORE: Final = CASE_PERIODS.alias("earlier")
_SCOPE: Final = tuple(one.value for one in IN_SCOPE)


def _day(stored: str | date) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _reader_of(cls: type[Any]) -> Callable[[Any], Any]:
    """Return the function from stored values to those of a class."""
    if issubclass(cls, LabelledEnum):
        return {member.value: member for member in cls}.__getitem__
    return {date: _day, tuple: lambda stored: tuple(stored.split())}.get(cls, cls)


_READERS: Final = {name: _reader_of(cls) for name, cls in PERIOD_TYPES.items()} | {"stopped_on": _day}


class PeriodQueries:
    """What was known of cases in a database."""

    _database: Database

    def periods(self, selections: Sequence[PeriodSelection], excluded: Collection[str]) -> list[list[CasePeriod]]:
        """Return the rows of each selection, in any order.

        Raises:
            StoreDamagedError: a value is not one that this library writes.
        """
        return [self._selected(selection, excluded) for selection in selections]

    def _selected(self, selection: PeriodSelection, excluded: Collection[str]) -> list[CasePeriod]:
        names, backend = selection.fields, self._database.backend
        wanted = self._counted([(CASE_PERIODS, names)]).where(*_conditions(selection, backend))
        if excluded:
            wanted = wanted.where(_P.case_reference.not_in(sorted(excluded)))
        return [self._row(names, values, count) for *values, count in self._database.rows(wanted) if count]

    def changes(self, selection: ChangeSelection, excluded: Collection[str]) -> list[PeriodChange]:
        """Return the changes of a selection, in any order; raises as `periods` does."""
        names, backend, middle = selection.fields, self._database.backend, len(selection.fields) + 1
        is_next = and_(_BEFORE.c.case_reference == _AFTER.c.case_reference, _BEFORE.c.until == _AFTER.c.since)
        parts: list[tuple[FromClause, tuple[str, ...]]] = [(_BEFORE, ("cycle", *names)), (_AFTER, names)]
        wanted = self._counted(parts).select_from(_AFTER.outerjoin(_BEFORE, is_next))
        wanted = wanted.where(_AFTER.c.since >= selection.since, _AFTER.c.since < selection.until)
        if excluded:
            wanted = wanted.where(_AFTER.c.case_reference.not_in(sorted(excluded)))
        if selection.units is not None:
            wanted = wanted.where(or_(*(_is_of(one, selection.units, backend) for one in (_BEFORE, _AFTER))))
        return [
            PeriodChange(
                before=None if row[0] is None else self._row(names, row[1:middle]),
                after=self._row(names, row[middle:-1], row[-1]),
            )
            for row in self._database.rows(wanted)
        ]

    def _counted(self, parts: Sequence[tuple[FromClause, Sequence[str]]]) -> Select[Any]:
        columns = [
            _column(source, name, self._database.backend).label(f"{source.description}_{name}")
            for source, names in parts
            for name in names
        ]
        return select(*columns, func.count()).group_by(*columns)

    def _row(self, names: Sequence[str], values: Sequence[Any], count: int = 1) -> CasePeriod:
        try:
            read = {name: _READERS[name](value) for name, value in zip(names, values, strict=True) if value is not None}
        except (KeyError, ValueError, TypeError, AttributeError):
            table = CASE_PERIODS.name
            raise StoreDamagedError.of(self._database.name, Wording(table, table)) from None
        return counted_row(read, count)


def _column(source: FromClause, name: str, backend: str) -> ColumnElement[Any]:
    """Return a field as it is stored, so that no driver converts it."""
    if name == "stopped_on":
        answered, ended = (_column(source, day, backend) for day in ("answered_on", "ended_on"))
        return case((answered.is_(None), ended))
    column = source.c["case_reference" if name == "reference" else name]
    # SQLite's unary plus hides the declared type from the converters of a host's connection.
    return literal_column(f"+{source.description}.{column.name}") if backend == "sqlite" else column


def _conditions(selection: PeriodSelection, backend: str) -> Iterator[ColumnElement[bool]]:
    instant = selection.known_before
    if selection.holds_at is not None:
        instant = min(instant, selection.holds_at)
    yield _P.since < instant
    holds = or_(_P.until.is_(None), _P.until >= instant)
    yield holds if selection.holds_at is not None else or_(holds, _P.ends_run)
    yield _P.admissibility.in_(_SCOPE)
    if selection.is_pending:
        yield _P.ended_on.is_(None)
    if selection.day is not None:
        yield _P[selection.day].between(selection.first, selection.last)
    if selection.units is not None:
        yield _is_of(CASE_PERIODS, selection.units, backend)


def _is_of(source: FromClause, units: frozenset[str], backend: str) -> ColumnElement[bool]:
    return is_among_these(source.c.unit, sorted(filter(is_storable, units)), backend)
