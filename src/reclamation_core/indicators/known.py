"""What was known of cases on a day: their latest rows, the runs of their clocks, and how they came and went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.codes import LabelledEnum
from reclamation_core.indicators.periods import CasePeriod

RowFilter: TypeAlias = Callable[[CasePeriod], bool]
"""Whether a row belongs to a group."""
_ONE_DAY: Final = timedelta(days=1)


class Flow(LabelledEnum):
    """How complaints come into the backlog of a group, and go."""

    RECEIVED = "received", "reçus", "received"
    REOPENED = "reopened", "rouverts", "reopened"
    MOVED_IN = "moved_in", "venus d'une autre unité", "moved in"
    NEWLY_IN_SCOPE = "newly_in_scope", "devenus recevables", "newly in scope"
    ENDED = "ended", "clôturés ou retirés", "ended"
    MOVED_OUT = "moved_out", "partis vers une autre unité", "moved out"
    NEWLY_OUT_OF_SCOPE = "newly_out_of_scope", "devenus hors du cadre", "newly out of scope"


@attrs.frozen(slots=False)  # with cached properties
class KnownCases:
    """What was known of cases at the end of a day.

    Args:
        periods: the rows of each case, in order.
        since: the first day of the period.
        until: its last day.
        as_of: the day of the report: what was recorded later is left out.
        calendar: the business days and the zone of the days.
    """

    periods: Sequence[tuple[CasePeriod, ...]] = attrs.field(repr=False)
    since: date
    until: date
    as_of: date
    calendar: BusinessCalendar = attrs.field(factory=BusinessCalendar.france)

    def start_of(self, day: date) -> datetime:
        """Return the instant at which a day begins."""
        return datetime.combine(day, time(), self.calendar.zone)

    def end_of(self, day: date) -> datetime:
        """Return the instant at which a day ends."""
        if day == date.max:
            return datetime.max.replace(tzinfo=self.calendar.zone)
        return self.start_of(day + _ONE_DAY)

    def is_in_period(self, day: date | None) -> bool:
        """Return True of a day of the period."""
        return day is not None and self.since <= day <= self.until

    def business_days(self, first: date, last: date) -> int:
        """Return the business days after the first day, until the last; 0 if they are in another order."""
        return max(0, self.calendar.count(first, last))

    @cached_property
    def _known(self) -> list[tuple[CasePeriod, ...]]:
        end = self.end_of(self.as_of)
        found = (tuple(row for row in rows if row.since < end) for rows in self.periods)
        return [rows for rows in found if rows]

    def latest(self, group: RowFilter) -> Iterator[CasePeriod]:
        """Yield what was known last of each case."""
        return (rows[-1] for rows in self._known if group(rows[-1]))

    def runs(self, group: RowFilter) -> Iterator[CasePeriod]:
        """Yield what was known last of each run of a case's clock."""
        for rows in self._known:
            for row, following in pairwise((*rows, None)):
                if row is not None and (following is None or following.cycle != row.cycle) and group(row):
                    yield row

    def pending(self, group: RowFilter, *, at_start: bool) -> Iterator[CasePeriod]:
        """Yield the complaints that were open at the beginning of the period, or at its end."""
        end = self.start_of(self.since) if at_start else self.end_of(min(self.until, self.as_of))
        for rows in self._known:
            row = _before(rows, end)
            if row is not None and row.is_pending and group(row):
                yield row

    def flow(self, flow: Flow, group: RowFilter) -> Iterator[CasePeriod]:
        """Yield the complaints that came or went in this way, once for each time, as they are known afterwards."""
        start, end = self.start_of(self.since), self.end_of(min(self.until, self.as_of))
        for rows in self._known:
            for before, after in pairwise((None, *rows)):
                if after is not None and start <= after.since < end and flow in _flows(before, after, group):
                    yield after


def _before(rows: Iterable[CasePeriod], end: datetime) -> CasePeriod | None:
    """Return the latest row from before an instant."""
    return max((row for row in rows if row.since < end), key=lambda row: row.since, default=None)


def _flows(before: CasePeriod | None, after: CasePeriod, group: RowFilter) -> set[Flow]:
    """Return how a change brings a case into the backlog of a group, or out of it."""
    was = before is not None and before.is_pending
    was_there, is_there = was and before is not None and group(before), after.is_pending and group(after)
    if was_there == is_there:
        return set()
    if is_there:
        if before is None:
            return {Flow.RECEIVED}
        if was:
            return {Flow.MOVED_IN}
        return {Flow.NEWLY_IN_SCOPE if before.is_open else Flow.REOPENED}
    if after.is_pending:
        return {Flow.MOVED_OUT}
    return {Flow.NEWLY_OUT_OF_SCOPE if after.is_open else Flow.ENDED}
