"""Strategies of calendars, days and rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, DayType, DeadlineRule, Territory

# Few years, so that a calendar is quickly made; days far enough from the ends that no count leaves them.
FIRST_YEAR, LAST_YEAR = 2020, 2027
FIRST_DAY, LAST_DAY = date(2021, 1, 1), date(2026, 6, 30)


def days(*, first: date = FIRST_DAY, last: date = LAST_DAY) -> st.SearchStrategy[date]:
    """Days; shrinks towards the first."""
    return st.dates(first, last)


def day_ranges(*, longest: int = 20) -> st.SearchStrategy[DayRange]:
    """Ranges of days; shrinks towards a single day."""
    return st.builds(
        lambda first, length: DayRange(first, first + timedelta(days=length)), days(), st.integers(0, longest)
    )


def definitions() -> st.SearchStrategy[CalendarDefinition]:
    """Definitions of calendars; shrinks towards metropolitan France without closures."""
    return st.builds(
        CalendarDefinition,
        territory=st.sampled_from(Territory),
        good_friday=st.booleans(),
        whit_monday_worked=st.booleans(),
        closures=st.lists(day_ranges(), max_size=3),
        bridge_days=st.lists(days(), max_size=3),
        local_usages=st.booleans(),
        first_year=st.just(FIRST_YEAR),
        last_year=st.just(LAST_YEAR),
    )


def calendars() -> st.SearchStrategy[BusinessCalendar]:
    """Calendars; shrinks towards metropolitan France without closures."""
    return st.builds(BusinessCalendar, definitions())


def table_types() -> st.SearchStrategy[DayType]:
    """The day types of which each day is or is not one; shrinks towards jours ouvrés."""
    return st.sampled_from([DayType.OUVRE, DayType.OUVRABLE, DayType.CALENDAIRE])


@st.composite
def rules(draw: st.DrawFn, *, most_days: int = 30) -> DeadlineRule:
    """Rules that allow suspensions; shrinks towards one jour ouvré."""
    day_type = draw(st.sampled_from(DayType))
    return DeadlineRule(
        days=draw(st.integers(1, most_days)),
        day_type=day_type,
        first_day_counted=day_type is not DayType.FRANC and draw(st.booleans()),
        cut_off=draw(st.none() | st.times()),
        suspensions_allowed=True,
    )


def instants(*, zone: str = "UTC") -> st.SearchStrategy[datetime]:
    """Instants of a zone, in the middle years of the calendars; shrinks towards the first."""
    return st.datetimes(
        datetime.combine(FIRST_DAY, time(12)),
        datetime.combine(LAST_DAY, time(12)),
        timezones=st.just(ZoneInfo(zone)),
    )
