"""Every day of receipt of twenty years against two other libraries, their conventions translated.

The days excluded are worked out here, from the labour code, and given to all three.
"""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from dateutil.rrule import DAILY, FR, MO, TH, TU, WE, rrule, rruleset

from reclamation_core.calendars import BusinessCalendar, DeadlineRule
from tests.unit.calendars.by_hand import easter_sunday, national_holidays

YEARS = range(2015, 2035)
RECEIVED = [date(2015, 1, 1) + timedelta(days=number) for number in range((date(2035, 1, 1) - date(2015, 1, 1)).days)]


def excluded(territory: str) -> list[date]:
    years = range(2014, 2037)
    holidays = {day for year in years for day in national_holidays(year)}
    if territory == "alsace-moselle":
        holidays |= {date(year, 12, 26) for year in years}
        holidays |= {easter_sunday(year) - timedelta(days=2) for year in years}
    return sorted(holidays)


def tenth_days(territory: str) -> list[date]:
    calendar = BusinessCalendar.france(territory)
    rule = DeadlineRule(days=10)
    noon = [datetime(day.year, day.month, day.day, 12, tzinfo=calendar.zone) for day in RECEIVED]
    return [calendar.deadline(instant, rule).due for instant in noon]


@pytest.mark.parametrize("territory", ["metropole", "alsace-moselle"])
def test_numpy_agrees_once_it_rolls_backward(territory: str) -> None:
    """NumPy moves a day that does not count before it counts: backward, the next such day is still number 1."""
    array: Any = np.array(RECEIVED, dtype="datetime64[D]")
    off = np.array(excluded(territory), dtype="datetime64[D]")
    theirs = np.busday_offset(array, 10, roll="backward", holidays=off)
    assert tenth_days(territory) == theirs.tolist()
    assert BusinessCalendar.france(territory).add(array, 10).tolist() == theirs.tolist()


def test_numpy_rolling_forward_is_a_day_late_for_all_that_arrives_on_a_day_off() -> None:
    """Why the roll matters: forward, the first business day after the receipt is number 0."""
    array: Any = np.array(RECEIVED, dtype="datetime64[D]")
    off = np.array(excluded("metropole"), dtype="datetime64[D]")
    calendar = BusinessCalendar.france()
    theirs = np.busday_offset(array, 10, roll="forward", holidays=off)
    late = [day for day, due in zip(RECEIVED, theirs.tolist(), strict=True) if due != calendar.add(day, 10)]
    assert late == [day for day in RECEIVED if not calendar.is_business_day(day)]


def test_numpy_counts_as_many_days_with_its_ends() -> None:
    """NumPy counts [a, b) where `count` counts (a, b] by default."""
    starts: Any = np.array(RECEIVED[:-1], dtype="datetime64[D]")
    ends: Any = starts[::-1]
    off = np.array(excluded("metropole"), dtype="datetime64[D]")
    forward = starts <= ends
    theirs = np.busday_count(starts, ends, holidays=off)
    assert BusinessCalendar.france().count(starts, ends, ends="[)")[forward].tolist() == theirs[forward].tolist()


@pytest.mark.parametrize("territory", ["metropole", "alsace-moselle"])
def test_dateutil_agrees_with_the_tenth_occurrence_strictly_after(territory: str) -> None:
    """A rule set has no roll: the tenth occurrence after midnight of the day of receipt, which is left out."""
    off = excluded(territory)
    theirs: list[date] = []
    for year in YEARS:
        business_days = rruleset(cache=True)
        business_days.rrule(
            rrule(DAILY, dtstart=datetime(year, 1, 1), until=datetime(year + 1, 3, 1), byweekday=(MO, TU, WE, TH, FR))  # noqa: DTZ001
        )
        for day in off:
            business_days.exdate(datetime(day.year, day.month, day.day))  # noqa: DTZ001
        for received in (day for day in RECEIVED if day.year == year):
            midnight = datetime(received.year, received.month, received.day)  # noqa: DTZ001
            *_, tenth = business_days.xafter(midnight, count=10)
            theirs.append(tenth.date())

    assert tenth_days(territory) == theirs
