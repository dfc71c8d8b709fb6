"""Days, instants, calendars, deadline rules and sites."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, DayType, DeadlineRule, Territory
from reclamation_core.errors import FaultsError
from reclamation_core.testing.strategies.text import Invalid, names, spoilt
from reclamation_core.vocabulary import Site, Sites

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2027
"""Few years, so that a calendar of them is quickly made."""
FIRST_DAY: Final = date(2021, 1, 1)
LAST_DAY: Final = date(2026, 6, 30)
"""Days far enough from the ends of these years that no count leaves them."""


def days(*, first: date = FIRST_DAY, last: date = LAST_DAY) -> st.SearchStrategy[date]:
    """Days from one to another, both included; shrinks towards the first."""
    return st.dates(first, last)


def day_ranges(*, first: date = FIRST_DAY, last: date = LAST_DAY, longest: int = 20) -> st.SearchStrategy[DayRange]:
    """Ranges of days; shrinks towards the first day alone.

    Args:
        first: the earliest day that a range begins with.
        last: the latest such day.
        longest: by how many days at most a range goes on after its first.
    """
    return st.builds(
        lambda begins, length: DayRange(begins, begins + timedelta(days=length)),
        days(first=first, last=last),
        st.integers(0, longest),
    )


def instants(
    *, first: date = FIRST_DAY, last: date = LAST_DAY, zone: str | tzinfo = UTC
) -> st.SearchStrategy[datetime]:
    """Aware instants, from noon of one day to noon of another, to the second; shrinks towards the first.

    Args:
        first: the earliest day.
        last: the latest day.
        zone: the time zone that they carry, or its IANA name.
    """
    carried = ZoneInfo(zone) if isinstance(zone, str) else zone
    begins = datetime.combine(first, time(12))
    whole = datetime.combine(last, time(12)) - begins
    seconds = st.integers(0, whole // timedelta(seconds=1))
    return seconds.map(lambda later: (begins + timedelta(seconds=later)).replace(tzinfo=carried))


def calendar_definitions(
    *, territories: st.SearchStrategy[Territory] | None = None, closed: bool = True
) -> st.SearchStrategy[CalendarDefinition]:
    """Definitions of calendars of any territory, from 2020 to 2027.

    Args:
        territories: which territories; all of them by default.
        closed: with closures and bridge days.

    Shrinks towards metropolitan France without closures.
    """
    some = 3 if closed else 0
    return st.builds(
        CalendarDefinition,
        territory=st.sampled_from(Territory) if territories is None else territories,
        good_friday=st.sampled_from([True, False]),
        whit_monday_worked=st.booleans(),
        closures=st.lists(day_ranges(), max_size=some),
        bridge_days=st.lists(days(), max_size=some),
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
    """The day types of which each day is or is not one, clear days left out; shrinks towards jours ouvrés."""
    return st.sampled_from([DayType.OUVRE, DayType.OUVRABLE, DayType.CALENDAIRE])


@st.composite
def deadline_rules(draw: st.DrawFn, *, most_days: int = 30, suspensions: bool | None = None) -> DeadlineRule:
    """Rules for the last day to answer.

    Args:
        draw: given by Hypothesis.
        most_days: how many days at most are counted.
        suspensions: whether they allow suspensions; either by default.

    Shrinks towards one jour ouvré, the day of receipt not counted.
    """
    day_type = draw(st.sampled_from(DayType))
    return DeadlineRule(
        days=draw(st.integers(1, most_days)),
        day_type=day_type,
        first_day_counted=day_type is not DayType.FRANC and draw(st.booleans()),
        cut_off=draw(st.none() | st.times()),
        suspensions_allowed=draw(st.booleans()) if suspensions is None else suspensions,
        due_soon=draw(st.integers(0, 5)),
    )


def invalid_calendar_definitions() -> st.SearchStrategy[Invalid]:
    """Arguments that `CalendarDefinition` refuses; shrinks towards an unknown territory."""
    too_late = DayRange(date(LAST_YEAR + 1, 1, 2), date(LAST_YEAR + 1, 1, 3))
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("territory", "Corse", ValueError),
        ("good_friday", "non", TypeError),
        ("whit_monday_worked", 1, TypeError),
        ("closures", (too_late,), ValueError),
        ("bridge_days", (too_late,), ValueError),
        ("local_usages", None, TypeError),
        ("time_zone", "Europe/Créteil", ValueError),
        ("time_zone", 2, TypeError),
        ("first_year", 1900, ValueError),
        ("last_year", FIRST_YEAR - 1, ValueError),
        ("last_year", "2027", TypeError),
    )
    return spoilt({"first_year": FIRST_YEAR, "last_year": LAST_YEAR}, *bad)


def invalid_deadline_rules() -> st.SearchStrategy[Invalid]:
    """Arguments that `DeadlineRule` refuses; shrinks towards no day at all."""
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("days", 0, FaultsError),
        ("days", -10, FaultsError),
        ("days", "dix", TypeError),
        ("first_day_counted", True, FaultsError),
        ("first_day_counted", "oui", TypeError),
        ("cut_off", time(17, tzinfo=UTC), FaultsError),
        ("cut_off", "17:00", TypeError),
        ("suspensions_allowed", 0, TypeError),
        ("due_soon", -1, FaultsError),
    )
    return spoilt({"days": 10, "day_type": DayType.FRANC}, *bad)


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
    """The sites of an agency, each with a code of its own; shrinks towards as few as there may be."""
    return st.lists(sites(), min_size=least, max_size=most, unique_by=lambda site: site.code).map(Sites)


def invalid_sites() -> st.SearchStrategy[Invalid]:
    """Arguments that `Site` refuses; shrinks towards an empty code."""
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("code", "", ValueError),
        ("code", " CRE", ValueError),
        ("code", "C\nRE", ValueError),
        ("code", 94, TypeError),
        ("name", "\t", ValueError),
        ("region", None, TypeError),
        ("territory", "Corse", ValueError),
        ("time_zone", "Europe/Créteil", ValueError),
        ("whit_monday_worked", "oui", TypeError),
    )
    return spoilt({"code": "CRE", "name": "Créteil", "region": "Île-de-France"}, *bad)
