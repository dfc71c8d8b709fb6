"""Laws of the calendar: the last day to answer. Source: M2-1 §5.0, as read (I2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import attrs
from hypothesis import strategies as st

from reclamation_core.calendars import (
    BusinessCalendar,
    DayRange,
    DayType,
    DeadlineRule,
    LedgerReason,
)
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.laws.span import first_day, last_day
from reclamation_core.testing.strategies import day_ranges, deadline_rules, instants

CLAUSE = "M2-1 §5.0"
_ONE_DAY = timedelta(days=1)


def receipt(calendar: BusinessCalendar, **more: st.SearchStrategy[object]) -> Drawn:
    """A receipt under any rule, what suspends the clock about it, and more."""
    received_at = st.shared(instants(first=first_day(calendar), last=last_day(calendar)))
    return {
        "received_at": received_at,
        "rule": deadline_rules(suspensions=True),
        "suspensions": st.lists(_about(received_at), max_size=3),
        **more,
    }


def _about(received_at: st.SearchStrategy[datetime], longest: int = 20) -> st.SearchStrategy[DayRange]:
    """Ranges of days while a clock runs, or shortly before; elsewhere they would stop nothing."""

    def ranges(received: datetime) -> st.SearchStrategy[DayRange]:
        day = received.date()
        running = day_ranges(first=day, last=day + 60 * _ONE_DAY, longest=longest)
        return running | day_ranges(first=day - 20 * _ONE_DAY, last=day, longest=longest)

    return received_at.flatmap(ranges)


def _one_more(calendar: BusinessCalendar, name: str, longest: int = 20) -> Drawn:
    """A receipt, and one more range of days about it, by this name."""
    drawn = receipt(calendar)
    return {**drawn, name: _about(drawn["received_at"], longest)}


@law(
    "more-closures-never-earlier",
    CLAUSE,
    "une fermeture de plus n'avance jamais une échéance",
    "one more closure never brings a deadline forward",
    reading="I2",
    drawn=lambda calendar: _one_more(calendar, "closure", longest=60),
)
def more_closures(
    calendar: BusinessCalendar,
    closure: DayRange,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
) -> Breach | None:
    definition = calendar.definition
    # Only the years about the receipt: to prepare the days of a century for each example would take long.
    years = range(received_at.year - 1, received_at.year + 3)
    closures = [days for days in (*definition.closures, closure) if {days.first.year, days.last.year} <= {*years}]
    bridges = [days for days in definition.bridge_days if {days.first.year, days.last.year} <= {*years}]
    more = attrs.evolve(
        definition,
        closures=closures,
        bridge_days=bridges,
        first_year=max(years[0], definition.first_year),
        last_year=min(years[-1], definition.last_year),
    )
    before = calendar.deadline(received_at, rule, suspensions).due
    after = type(calendar)(more).deadline(received_at, rule, suspensions).due
    return unless(after >= before, f"{before} ≤", after)


@law(
    "more-suspensions-never-earlier",
    CLAUSE,
    "une suspension de plus n'avance jamais une échéance",
    "one more suspension never brings a deadline forward",
    drawn=lambda calendar: _one_more(calendar, "more"),
)
def more_suspensions(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    more: DayRange,
) -> Breach | None:
    before = calendar.deadline(received_at, rule, suspensions).due
    after = calendar.deadline(received_at, rule, [*suspensions, more]).due
    return unless(after >= before, f"{before} ≤", after)


@law(
    "one-more-day-is-later",
    CLAUSE,
    "un jour de plus pour répondre donne une échéance strictement plus tardive, jamais plus proche en jours francs",
    "one more day to answer gives a strictly later deadline, in clear days never an earlier one",
    drawn=receipt,
)
def one_more_day(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Breach | None:
    due = calendar.deadline(received_at, rule, suspensions).due
    later = calendar.deadline(received_at, attrs.evolve(rule, days=rule.days + 1), suspensions).due
    kept = later > due or (rule.day_type is DayType.FRANC and later == due)
    return unless(kept, f"{due} <", later)


@law(
    "later-receipt-never-earlier",
    CLAUSE,
    "ce qui est reçu plus tard n'est jamais dû plus tôt",
    "what is received later is never due earlier",
    drawn=lambda calendar: receipt(calendar, later=st.integers(0, 480).map(lambda hours: timedelta(hours=hours))),
)
def later_receipt(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    later: timedelta,
) -> Breach | None:
    first = calendar.deadline(received_at, rule, suspensions).due
    second = calendar.deadline(received_at + later, rule, suspensions).due
    return unless(second >= first, f"{first} ≤", second)


@law(
    "ledger-counts-n-days",
    CLAUSE,
    "le compte d'une échéance a chaque jour une fois, et exactement n d'entre eux comptent",
    "the ledger of a deadline has every day once, and exactly n of them count",
    drawn=receipt,
)
def ledger(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Breach | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    rows = deadline.ledger
    length = (deadline.due - deadline.arrived_on).days + 1
    every = [deadline.arrived_on + timedelta(days=number) for number in range(length)]
    if [row.day for row in rows] != every:
        return Breach(every, [row.day for row in rows])
    numbers = [row.counted for row in rows if row.reason is LedgerReason.COUNTED]
    if numbers != list(range(1, rule.days + 1)) or any(
        (row.counted is not None) != (row.reason is LedgerReason.COUNTED) for row in rows
    ):
        return Breach(f"1 … {rule.days}", [row.counted for row in rows])
    ends = rows[-1].counted
    return unless(rule.day_type is DayType.FRANC or ends == rule.days, rule.days, ends)


@law(
    "due-on-the-nth-day-that-counts",
    CLAUSE,
    "l'échéance est le n-ième jour qui compte après la réception, les jours suspendus étant passés",
    "the deadline is the n-th day that counts after the receipt, days suspended being passed over",
    reading="I2",
    drawn=receipt,
)
def nth_day(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Breach | None:
    deadline = calendar.deadline(received_at, rule, suspensions)

    def counts(day: date, day_type: DayType) -> bool:
        off = any(day in suspension for suspension in suspensions)
        return not off and calendar.is_business_day(day, day_type)

    clear = rule.day_type is DayType.FRANC
    counted = DayType.CALENDAIRE if clear else rule.day_type
    day, left = deadline.received_on - _ONE_DAY * rule.first_day_counted, rule.days
    while left:
        day += _ONE_DAY
        left -= counts(day, counted)
    if clear:
        day += _ONE_DAY
        while not counts(day, DayType.OUVRE):
            day += _ONE_DAY
    return unless(deadline.due == day, day, deadline.due)
