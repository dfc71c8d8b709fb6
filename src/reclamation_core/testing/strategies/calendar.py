"""Days, instants, calendars, deadline rules and sites."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reclamation_core.calendars import (
    BusinessCalendar,
    CalendarDefinition,
    DayRange,
    DayType,
    DeadlineRule,
    Duration,
    Territory,
)
from reclamation_core.testing.strategies.text import names
from reclamation_core.vocabulary import Level, Site, Sites

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2027
"""Few years: a calendar of them is built fast."""
FIRST_DAY: Final = date(2021, 1, 1)
LAST_DAY: Final = date(2026, 6, 30)
"""Far enough from the ends of these years for every count."""


def days(*, first: date = FIRST_DAY, last: date = LAST_DAY) -> st.SearchStrategy[date]:
    """Days of a range, both ends included; shrinks towards the first."""
    return st.dates(first, last)


def day_ranges(*, first: date = FIRST_DAY, last: date = LAST_DAY, longest: int = 20) -> st.SearchStrategy[DayRange]:
    """Ranges of days; shrinks towards the first day alone.

    Args:
        first: the earliest first day.
        last: the latest first day.
        longest: the greatest number of further days.
    """
    return _day_ranges(days(first=first, last=last), longest)


@st.composite
def _day_ranges(draw: st.DrawFn, firsts: st.SearchStrategy[date], longest: int) -> DayRange:
    day = draw(firsts)
    return DayRange(day, day + timedelta(days=draw(st.integers(0, longest))))


def instants(
    *, first: date = FIRST_DAY, last: date = LAST_DAY, zone: str | tzinfo = UTC
) -> st.SearchStrategy[datetime]:
    """Aware instants, from noon of one day to noon of another, to the second; shrinks towards the first.

    Args:
        first: the earliest day.
        last: the latest day.
        zone: the time zone of the instants, or its IANA name.
    """
    carried = ZoneInfo(zone) if isinstance(zone, str) else zone
    noon = datetime.combine(first, time(12))
    return _instants(noon, (datetime.combine(last, time(12)) - noon) // timedelta(seconds=1), carried)


@st.composite  # a failing example shows the instant itself, not how it was computed
def _instants(draw: st.DrawFn, first: datetime, most: int, zone: tzinfo) -> datetime:
    return (first + timedelta(seconds=draw(st.integers(0, most)))).replace(tzinfo=zone)


def calendar_definitions(
    *, territories: st.SearchStrategy[Territory] | None = None, closed: bool = True
) -> st.SearchStrategy[CalendarDefinition]:
    """Definitions of calendars from 2020 to 2027.

    Args:
        territories: the territories; all by default.
        closed: also with closures and bridge days.

    Shrinks towards metropolitan France without closures.
    """
    most = 3 if closed else 0
    return st.builds(
        CalendarDefinition,
        territory=st.sampled_from(Territory) if territories is None else territories,
        good_friday=st.sampled_from([True, False]),
        whit_monday_worked=st.booleans(),
        closures=st.lists(day_ranges(), max_size=most),
        bridge_days=st.lists(days(), max_size=most),
        local_usages=st.booleans(),
        first_year=st.just(FIRST_YEAR),
        last_year=st.just(LAST_YEAR),
    )


def calendars(
    *, territories: st.SearchStrategy[Territory] | None = None, closed: bool = True
) -> st.SearchStrategy[BusinessCalendar]:
    """Calendars of these definitions; shrinks towards metropolitan France without closures."""
    return st.builds(BusinessCalendar, calendar_definitions(territories=territories, closed=closed))


def countable_day_types() -> st.SearchStrategy[DayType]:
    """Day types apart from clear days, which are no property of a day; shrinks towards jours ouvrés."""
    return st.sampled_from([DayType.OUVRE, DayType.OUVRABLE, DayType.CALENDAIRE])


def durations(*, most_days: int = 30, most_months: int = 3) -> st.SearchStrategy[Duration]:
    """Durations of deadlines, in days or in months; shrinks towards one day.

    Args:
        most_days: the greatest number of days.
        most_months: the greatest number of months; 0 for durations in days alone.
    """
    in_days = st.builds(Duration, days=st.integers(1, most_days))
    return in_days | st.builds(Duration, months=st.integers(1, most_months)) if most_months else in_days


@st.composite
def deadline_rules(
    draw: st.DrawFn,
    *,
    most_days: int = 30,
    most_months: int = 3,
    suspensions: bool | None = None,
    by_level: bool | None = None,
) -> DeadlineRule:
    """Rules of deadlines, in days or in months, with one duration for all levels or others by level.

    Args:
        draw: given by Hypothesis.
        most_days: the greatest number of days.
        most_months: the greatest number of months; 0 for rules in days alone.
        suspensions: whether the rules allow suspensions; either by default.
        by_level: whether some levels have a duration of their own; either by default.

    Shrinks towards one jour ouvré for all levels, the day of receipt not counted.
    """
    day_type = draw(st.sampled_from(DayType))
    is_first_counted = draw(st.booleans()) and day_type is not DayType.FRANC
    lengths = durations(most_days=most_days, most_months=0 if is_first_counted else most_months)
    every = draw(lengths)
    others = st.dictionaries(st.sampled_from([level.value for level in Level]), lengths, min_size=int(by_level is True))
    return DeadlineRule(
        days=every.days or draw(st.integers(1, most_days)),
        months=every.months,
        by_level={} if by_level is False else draw(others),
        day_type=day_type,
        first_day_counted=is_first_counted,
        cut_off=draw(st.none() | st.times()),
        suspensions_allowed=draw(st.booleans()) if suspensions is None else suspensions,
        due_soon=draw(st.integers(0, 5)),
    )


def sites() -> st.SearchStrategy[Site]:
    """Sites of any territory; shrinks towards one of metropolitan France."""
    return st.builds(
        Site,
        code=names(),
        name=names(),
        region=names(),
        territory=st.sampled_from(Territory),
        whit_monday_worked=st.booleans(),
        good_friday=st.sampled_from([True, False]),
    )


def site_lists(*, least: int = 1, most: int = 4) -> st.SearchStrategy[Sites]:
    """Sites with different codes; shrinks towards the smallest number."""
    return st.lists(sites(), min_size=least, max_size=most, unique_by=lambda site: site.code).map(Sites)
