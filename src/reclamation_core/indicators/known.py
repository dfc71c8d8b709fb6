"""What was known of cases on a day, and what of it an indicator reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans.known import KnownAction
from reclamation_core.ports.periods import ChangeSelection, PeriodChange, PeriodSelection, PeriodSource
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import days_before
from reclamation_core.wording import Wording

_ONE_DAY: Final = timedelta(days=1)
_LEAST: Final = 2_500
_LEAST_WITHOUT_END: Final = 15_000
_OF_A_GROUP: Final = 10
_OF_A_CHANGE: Final = 3
_OF_AN_ACTION: Final = 200
_FLOW_FIELDS: Final = ("admissibility", "ended_on")
IndicatorInput: TypeAlias = CasePeriod | KnownAction
"""What an indicator counts."""
GroupOf: TypeAlias = Callable[[IndicatorInput], object]
"""The group that a row belongs to."""


class Flow(LabelledEnum):
    """How complaints come into the backlog of a group, and go."""

    RECEIVED = "received", "reçus", "received"
    REOPENED = "reopened", "rouverts", "reopened"
    MOVED_IN = "moved_in", "transférés d'une autre unité", "moved in"
    NEWLY_IN_SCOPE = "newly_in_scope", "devenus recevables", "newly in scope"
    ENDED = "ended", "clôturés ou retirés", "ended"
    MOVED_OUT = "moved_out", "transférés à une autre unité", "moved out"
    NEWLY_OUT_OF_SCOPE = "newly_out_of_scope", "devenus hors du cadre", "newly out of scope"


class Moment(Enum):
    """Which row of a case is read: at the start or the end of the period, on the day of the report, or of each run.

    That of a run of the answer clock is its last one that was known on the day of the report.
    """

    START = "start"
    END = "end"
    REPORT = "report"
    RUN = "run"


@attrs.frozen(kw_only=True)
class Reading(SharedRepr):
    """The rows that an indicator reads.

    Args:
        moment: which row of a case.
        fields: the fields that it reads.
        day: the day that is in the period, if it counts the rows of a day.
        is_day_optional: True to read the rows without that day, or with a later one, too.
        non_empty: a field without which rows are left out.
        days_before: how many days before the period it reads too.
        is_pending: True for open cases alone.
        flow: the changes of this kind alone, once for each time, as the cases were known afterwards.
        of_actions: True for the actions of plans, as they were known on the day of the report, in place of cases.
    """

    moment: Moment = Moment.RUN
    fields: tuple[str, ...] = ()
    day: str | None = None
    is_day_optional: bool = False
    non_empty: str | None = None
    days_before: int = 0
    is_pending: bool = False
    flow: Flow | None = None
    of_actions: bool = False

    @property
    def is_of_period(self) -> bool:
        """True if each row that it reads has a day in the period, so that several periods can be read at once."""
        return self.day is not None and not self.days_before


@attrs.frozen(kw_only=True)
class ReportPeriod(SharedRepr):
    """The period of a report.

    Args:
        since: its first day.
        until: its last day.
        as_of: the day of the report: what was recorded later is left out.
        calendar: the business days, and the zone of the days.
    """

    since: date
    until: date
    as_of: date
    calendar: BusinessCalendar = attrs.field(factory=BusinessCalendar.france)
    _counted: dict[tuple[date, date], int] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def start_of(self, day: date) -> datetime:
        """Return the instant at which a day begins, UTC; of the first day that there is, the first instant."""
        if day == date.min:
            return datetime.min.replace(tzinfo=UTC)
        return datetime.combine(day, time(), self.calendar.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the instant at which a day ends, UTC; of the last day that there is, the last instant."""
        return datetime.max.replace(tzinfo=UTC) if day == date.max else self.start_of(day + _ONE_DAY)

    def includes(self, day: date | None) -> bool:
        """Return True for a day of the period."""
        return day is not None and self.since <= day <= self.until

    def business_days(self, first: date, last: date) -> int:
        """Return the business days after the first day, until the last or the end of the calendar; 0 at least."""
        days = self._counted.get((first, last))
        if days is None:
            begin, end = (min(max(day, self.calendar.first), self.calendar.last) for day in (first, last))
            days = self._counted[first, last] = max(0, self.calendar.count(begin, end))
        return days


class LimitedPeriods:
    """A source that bounds the cost of what is read: more is refused before it is read whole.

    A row costs 1, a change 3, those that are alike 10 more together, an action 200, and each reading 2,500 at least, or
    15,000 if the days that it reads have no end: nearly all of the rows are then looked at, however few are found.

    Args:
        source: what is read.
        limit: the highest cost.
    """

    def __init__(self, source: PeriodSource, limit: int) -> None:
        self._source, self._limit, self._left = source, limit, limit

    def periods(self, selections: Sequence[PeriodSelection]) -> list[Sequence[CasePeriod]]:
        """Return the rows of each selection.

        Raises:
            FaultsError: there are too many.
        """
        found = []
        for selection in selections:
            of_a_row = 1 + _OF_A_GROUP * ("reference" in selection.fields)
            (rows,) = self._source.periods([attrs.evolve(selection, limit=self._left // of_a_row + 1)])
            cost = sum(row.count for row in rows) + _OF_A_GROUP * len(rows)
            self._spend(cost, _LEAST_WITHOUT_END if selection.is_day_optional else _LEAST)
            found.append(rows)
        return found

    def changes(self, selection: ChangeSelection) -> Sequence[PeriodChange]:
        """Return the changes of a selection; raises as `periods` does."""
        of_a_row = _OF_A_CHANGE + _OF_A_GROUP * ("reference" in selection.fields)
        changes = self._source.changes(attrs.evolve(selection, limit=self._left // of_a_row + 1))
        self._spend(_OF_A_CHANGE * sum(change.after.count for change in changes) + _OF_A_GROUP * len(changes))
        return changes

    def actions(self, known_before: datetime) -> Iterator[KnownAction]:
        """Yield the actions of plans, which are one reading; raises as `periods` does."""
        least = _LEAST
        for action in self._source.actions(known_before):
            self._spend(_OF_AN_ACTION, least)
            least = 0
            yield action

    def _spend(self, cost: int, least: int = _LEAST) -> None:
        self._left -= max(least, cost)
        if self._left < 0:
            wanted = Wording(
                "trop de lignes devraient être comptées : indiquez une période plus courte, un centre ou moins "
                "d'indicateurs, ou calculez-les par la commande « reclamation indicators »",
                "too many rows would have to be counted: give a shorter period, one site or fewer indicators, or "
                "compute them by the command `reclamation indicators`",
            )
            raise FaultsError([Fault("limit", self._limit, wanted)])


RowsByGroup: TypeAlias = dict[object, list[IndicatorInput]]


def read_rows(
    source: PeriodSource,
    period: ReportPeriod,
    readings: Iterable[Reading],
    *,
    fields: Iterable[str] = (),
    group_of: GroupOf = lambda _: None,
    units: frozenset[str] | None = None,
) -> dict[Reading, RowsByGroup]:
    """Return the rows of readings by group.

    Args:
        source: what is read.
        period: the period.
        readings: the readings.
        fields: further fields, such as those of the group.
        group_of: returns the group of a row.
        units: the units that are reported; None for all.
    """
    further = (*fields, *(() if units is None else ("unit",)))
    wanted = list(dict.fromkeys(readings))
    of_rows = [one for one in wanted if one.flow is None and not one.of_actions]
    selections = [_selection(period, one, further, units) for one in of_rows]
    found: dict[Reading, RowsByGroup] = {one: {} for one in wanted}
    for reading, rows in zip(of_rows, source.periods(selections), strict=True):
        for row in rows:
            found[reading].setdefault(group_of(row), []).append(row)
    for reading in wanted:
        for action in source.actions(period.end_of(period.as_of)) if reading.of_actions else ():
            found[reading].setdefault(group_of(action), []).append(action)
    flows = {one.flow: found[one] for one in wanted if one.flow is not None}
    if flows:
        changed = ChangeSelection(
            fields=(*_FLOW_FIELDS, *further),
            since=period.start_of(period.since),
            until=period.end_of(min(period.until, period.as_of)),
            units=units,
        )
        for change in source.changes(changed):
            for group, flow in _flows(change, group_of, units):
                if flow in flows:
                    flows[flow].setdefault(group, []).append(change.after)
    return found


def _selection(
    period: ReportPeriod, reading: Reading, fields: tuple[str, ...], units: frozenset[str] | None
) -> PeriodSelection:
    instants = {
        Moment.START: period.start_of(period.since),
        Moment.END: period.end_of(min(period.until, period.as_of)),
        Moment.REPORT: period.end_of(period.as_of),
    }
    return PeriodSelection(
        fields=(*reading.fields, *fields),
        known_before=period.end_of(period.as_of),
        holds_at=instants.get(reading.moment),
        is_pending=reading.is_pending,
        day=reading.day,
        is_day_optional=reading.is_day_optional,
        non_empty=reading.non_empty,
        first=days_before(period.since, timedelta(days=reading.days_before)),
        last=date.max if reading.is_day_optional else period.until,
        units=units,
    )


def _flows(change: PeriodChange, group_of: GroupOf, units: frozenset[str] | None) -> Iterator[tuple[object, Flow]]:
    """Yield the groups whose backlog a change brings cases into, or out of, and how."""
    before, after = change.before, change.after
    was, is_pending = before is not None and before.is_pending, after.is_pending

    def groups(row: CasePeriod | None, is_counted: bool) -> list[object]:
        return [group_of(row)] if row is not None and is_counted and (units is None or row.unit in units) else []

    left, joined = groups(before, was), groups(after, is_pending)
    if left == joined:
        return
    for group in joined:
        if before is None:
            yield group, Flow.RECEIVED
        elif was:
            yield group, Flow.MOVED_IN
        else:
            yield group, Flow.NEWLY_IN_SCOPE if before.is_open else Flow.REOPENED
    for group in left:
        if is_pending:
            yield group, Flow.MOVED_OUT
        else:
            yield group, Flow.NEWLY_OUT_OF_SCOPE if after.is_open else Flow.ENDED
