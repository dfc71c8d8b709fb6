"""Selections of what was known of cases: the rows of a projection, counted by the fields that an indicator reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from reclamation_core.cases.periods import FIELDS, CasePeriod
from reclamation_core.shared_repr import SharedRepr

if TYPE_CHECKING:
    from reclamation_core.plans import Pgaac
    from reclamation_core.plans.known import KnownAction

SELECTABLE: Final = frozenset({"reference", "stopped_on", *FIELDS})
"""The fields that rows are counted by; `stopped_on` is `ended_on` of a run without an answer, and None of another."""


def _fields(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


@attrs.frozen(kw_only=True)
class PeriodSelection(SharedRepr):
    """Rows of complaints in scope, or that have to be clarified, counted together where they are alike.

    Args:
        fields: the names of the fields that are read, of `SELECTABLE`; the others have no value.
        known_before: the instant from which on nothing is known.
        holds_at: an instant, for the row of each case that held just before it; None for the last row of each run of
            a case's clock, as it was known.
        is_pending: True for the rows of open cases alone.
        day: the name of a day; only rows whose day is between `first` and `last` are selected. None for all.
        is_day_optional: True to select the rows that do not have that day too.
        non_empty: the name of a field without which rows are left out; None for all.
        first: its first value.
        last: its last value.
        units: the units that handled the case; None for all.
        limit: the number of rows from which on a source may leave out the others; None for all.
    """

    fields: tuple[str, ...] = attrs.field(converter=_fields)
    known_before: datetime
    holds_at: datetime | None = None
    is_pending: bool = False
    day: str | None = None
    is_day_optional: bool = False
    non_empty: str | None = None
    first: date = date.min
    last: date = date.max
    units: frozenset[str] | None = None
    limit: int | None = None


@attrs.frozen(kw_only=True)
class ChangeSelection(SharedRepr):
    """Changes of cases that were recorded from an instant until before another, counted together likewise.

    Args:
        fields: the names of the fields that are read, of both rows.
        since: the first instant.
        until: the instant after the last.
        units: the units that handled the case before or after the change; None for all.
        limit: the number of changes from which on a source may leave out the others; None for all.
    """

    fields: tuple[str, ...] = attrs.field(converter=_fields)
    since: datetime
    until: datetime
    units: frozenset[str] | None = None
    limit: int | None = None


@attrs.frozen(kw_only=True)
class PeriodChange(SharedRepr):
    """A change of a case, or the same change of several cases.

    Attributes:
        before: what was known before; None of a case that is new.
        after: what was known afterwards; its `count` is that of the change.
    """

    before: CasePeriod | None
    after: CasePeriod


class PeriodSource(Protocol):
    """What indicators read."""

    def periods(self, selections: Sequence[PeriodSelection]) -> Sequence[Sequence[CasePeriod]]:
        """Return the rows of each selection, in any order."""

    def changes(self, selection: ChangeSelection) -> Sequence[PeriodChange]:
        """Return the changes of a selection, in any order."""

    def actions(self, known_before: datetime) -> Iterable[KnownAction]:
        """Return the actions of plans as they were known just before an instant."""


class ListedPeriods:
    """A source that reads the rows of every case: the definition of what a store returns.

    Args:
        cases: the rows of each case, in order.
        plans: the plans.
        day_of: returns the day of an instant.
    """

    def __init__(
        self,
        cases: Iterable[tuple[CasePeriod, ...]],
        plans: Iterable[Pgaac] = (),
        day_of: Callable[[datetime], date] = datetime.date,
    ) -> None:
        self._cases, self._plans, self._day_of = cases, plans, day_of

    def periods(self, selections: Sequence[PeriodSelection]) -> list[list[CasePeriod]]:
        """Return the rows of each selection."""
        counts: list[Counter[CasePeriod]] = [Counter() for _ in selections]
        for rows in self._cases:
            for selection, counted in zip(selections, counts, strict=True):
                counted.update(_part(row, selection.fields) for row in selected(rows, selection))
        return [[attrs.evolve(row, count=count) for row, count in counted.items()] for counted in counts]

    def changes(self, selection: ChangeSelection) -> list[PeriodChange]:
        """Return the changes of a selection."""
        fields = selection.fields
        counts = Counter(
            (None if before is None else _part(before, fields), _part(after, fields))
            for rows in self._cases
            for before, after in _changed(rows, selection)
        )
        return [
            PeriodChange(before=before, after=attrs.evolve(after, count=count))
            for (before, after), count in counts.items()
        ]

    def actions(self, known_before: datetime) -> Iterator[KnownAction]:
        """Yield the actions of the plans."""
        from reclamation_core.plans.known import known_actions  # plans are loaded when they are first read

        return known_actions(self._plans, known_before, self._day_of)


def _part(row: CasePeriod, fields: Iterable[str]) -> CasePeriod:
    values: dict[str, Any] = {name: attrgetter(name)(row) for name in fields}
    return counted_row(values)


def counted_row(values: dict[str, Any], count: int = 1) -> CasePeriod:
    """Return a row with some fields, of several cases."""
    if "stopped_on" in values:
        values["ended_on"] = values.pop("stopped_on")
    return CasePeriod(**values, count=count)


def selected(rows: Sequence[CasePeriod], selection: PeriodSelection) -> Iterator[CasePeriod]:
    """Yield the rows of a case that are selected."""
    for row in rows:
        if selection.holds_at is None:
            is_chosen = _holds_at(row, selection.known_before) or (
                row.ends_run and _is_before(row, selection.known_before)
            )
        else:
            is_chosen = _holds_at(row, min(selection.holds_at, selection.known_before))
        if is_chosen and row.is_in_scope and _meets(row, selection):
            yield row


def _is_before(row: CasePeriod, instant: datetime) -> bool:
    return row.since is not None and row.since < instant


def _holds_at(row: CasePeriod, instant: datetime) -> bool:
    return _is_before(row, instant) and (row.until is None or row.until >= instant)


def _meets(row: CasePeriod, selection: PeriodSelection) -> bool:
    day = None if selection.day is None else attrgetter(selection.day)(row)
    return (
        (selection.units is None or row.unit in selection.units)
        and (row.is_open or not selection.is_pending)
        and (selection.non_empty is None or bool(attrgetter(selection.non_empty)(row)))
        and (
            selection.day is None
            or (selection.is_day_optional if day is None else selection.first <= day <= selection.last)
        )
    )


def _changed(rows: Sequence[CasePeriod], selection: ChangeSelection) -> Iterator[tuple[CasePeriod | None, CasePeriod]]:
    for before, after in pairwise((None, *rows)):
        if after is None or after.since is None or not selection.since <= after.since < selection.until:
            continue
        if selection.units is None or _is_of(before, selection.units) or _is_of(after, selection.units):
            yield before, after


def _is_of(row: CasePeriod | None, units: Collection[str]) -> bool:
    return row is not None and row.unit in units
