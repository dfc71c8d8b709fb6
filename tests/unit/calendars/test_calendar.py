"""Days that are counted, and the instants of local times, up to the ends of the calendar."""

import os
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from reclamation_core.calendars import BusinessCalendar, DayType, NaiveInstantError, OutsideHorizonError
from reclamation_core.calendars.local_times import occurrences

FRANCE = BusinessCalendar.france()
OUTSIDE = [date(1989, 12, 31), date(2100, 1, 1), date.min, date.max]


def test_adding_counts_from_the_day_after_or_the_next_one_that_counts() -> None:
    # Friday 1 May 2026 is a holiday.
    assert FRANCE.add(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert FRANCE.add(date(2026, 4, 30), 4) == date(2026, 5, 7)
    assert FRANCE.add(date(2026, 4, 30), 5) == date(2026, 5, 11)
    assert FRANCE.add(date(2026, 5, 2), 1) == date(2026, 5, 4)
    assert FRANCE.add(date(2026, 5, 1), 1) == date(2026, 5, 4)


@pytest.mark.parametrize("day_type", DayType)
@pytest.mark.parametrize("day", [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 4)])
def test_adding_zero_days_returns_the_day_itself(day: date, day_type: DayType) -> None:
    assert (FRANCE.add(day, 0, day_type), FRANCE.subtract(day, 0, day_type)) == (day, day)


def test_a_count_the_other_way_begins_with_the_day_before_that_counts() -> None:
    assert FRANCE.add(date(2026, 5, 4), -1) == FRANCE.subtract(date(2026, 5, 4), 1) == date(2026, 4, 30)
    assert FRANCE.subtract(date(2026, 4, 30), -1) == date(2026, 5, 4)
    assert FRANCE.subtract(date(2026, 5, 2), 1) == date(2026, 4, 30)
    assert FRANCE.subtract(date(2026, 5, 2), 2) == date(2026, 4, 29)


def test_jours_ouvrables_are_six_a_week_with_closures_and_a_whit_monday_worked() -> None:
    closed = BusinessCalendar.france(closures=[date(2026, 6, 9)], bridge_days=[date(2026, 6, 10)])
    assert closed.count(date(2026, 6, 7), date(2026, 6, 14), DayType.OUVRABLE) == 6
    assert closed.count(date(2026, 6, 7), date(2026, 6, 14)) == 3
    assert FRANCE.add(date(2026, 4, 30), 1, DayType.OUVRABLE) == date(2026, 5, 2)
    assert not FRANCE.is_business_day(date(2026, 5, 25), DayType.OUVRABLE)
    assert BusinessCalendar.france(whit_monday_worked=True).is_business_day(date(2026, 5, 25), DayType.OUVRABLE)
    assert FRANCE.add(date(2026, 4, 30), 1, cast("Any", "ouvrable")) == date(2026, 5, 2)


def test_calendar_days_all_count_and_the_last_is_not_moved() -> None:
    assert FRANCE.add(date(2026, 4, 30), 2, DayType.CALENDAIRE) == date(2026, 5, 2)
    assert FRANCE.subtract(date(2026, 5, 2), 2, DayType.CALENDAIRE) == date(2026, 4, 30)


def test_clear_days_leave_both_ends_out_and_move_to_a_business_day() -> None:
    # Monday 1 June + 3 clear days (2, 3, 4) ends on Friday 5; + 4 would end on Saturday 6, hence Monday 8.
    assert FRANCE.add(date(2026, 6, 1), 3, DayType.FRANC) == date(2026, 6, 5)
    assert FRANCE.add(date(2026, 6, 1), 4, DayType.FRANC) == date(2026, 6, 8)
    # Five clear days before Monday 15 June (14 to 10) start on Tuesday 9; seven (14 to 8) on Sunday 7, hence Friday 5.
    assert FRANCE.subtract(date(2026, 6, 15), 5, DayType.FRANC) == date(2026, 6, 9)
    assert FRANCE.subtract(date(2026, 6, 15), 7, DayType.FRANC) == date(2026, 6, 5)


def test_next_and_previous_are_strict_by_default() -> None:
    assert FRANCE.next(date(2026, 4, 30)) == date(2026, 5, 4)
    assert FRANCE.next(date(2026, 4, 30), or_same=True) == date(2026, 4, 30)
    assert FRANCE.next(date(2026, 5, 1), or_same=True) == date(2026, 5, 4)
    assert FRANCE.previous(date(2026, 5, 4)) == date(2026, 4, 30)
    assert FRANCE.previous(date(2026, 5, 4), or_same=True) == date(2026, 5, 4)
    assert FRANCE.previous(date(2026, 5, 3), or_same=True) == date(2026, 4, 30)
    assert FRANCE.next(date(2026, 5, 1), DayType.OUVRABLE) == date(2026, 5, 2)
    assert FRANCE.previous(date(2026, 5, 4), DayType.OUVRABLE) == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (4, 15, {"(]": 7, "[)": 7, "[]": 8, "()": 6}),  # two weeks from a Monday less the 8th and the 14th
        (4, 4, {"(]": 0, "[)": 0, "[]": 1, "()": 0}),
        (15, 4, {"(]": -7, "[)": -7}),
    ],
)
def test_the_ends_of_a_count_are_chosen(first: int, last: int, counts: dict[Any, int]) -> None:
    assert {ends: FRANCE.count(date(2026, 5, first), date(2026, 5, last), ends=ends) for ends in counts} == counts


def test_a_count_leaves_its_start_out_and_takes_its_end_in() -> None:
    assert FRANCE.count(date(2026, 5, 2), date(2026, 5, 4)) == 1
    assert FRANCE.count(date(2026, 5, 4), date(2026, 5, 9)) == 3
    assert FRANCE.count(date(2026, 5, 4), date(2026, 5, 4)) == 0


@pytest.mark.parametrize("ends", ["[]", "()"])
def test_a_count_backwards_with_both_ends_alike_is_refused(ends: Any) -> None:
    with pytest.raises(ValueError, match="b: 2026-05-04 is before a, 2026-05-15"):
        FRANCE.count(date(2026, 5, 15), date(2026, 5, 4), ends=ends)


def test_ends_that_are_none_of_the_four_are_refused() -> None:
    with pytest.raises(ValueError, match=r"ends: '\[\[' is not one of"):
        FRANCE.count(date(2026, 5, 4), date(2026, 5, 5), ends=cast("Any", "[["))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: FRANCE.count(date(2026, 5, 4), date(2026, 5, 5), DayType.FRANC),
        lambda: FRANCE.next(date(2026, 5, 4), DayType.FRANC),
        lambda: FRANCE.is_business_day(date(2026, 5, 4), DayType.FRANC),
        lambda: FRANCE.table(DayType.FRANC),
    ],
)
def test_no_day_is_a_clear_day_by_itself(ask: Any) -> None:
    with pytest.raises(ValueError, match="no day is a clear day"):
        ask()


def test_a_calendar_classifies_days() -> None:
    assert FRANCE.is_business_day(date(2026, 5, 4)) is True
    assert FRANCE.is_business_day(date(2026, 5, 1)) is False
    assert FRANCE.is_business_day(date(2026, 5, 2)) is False
    assert FRANCE.is_business_day(date(2026, 5, 2), DayType.OUVRABLE) is True
    assert FRANCE.is_business_day(date(2026, 5, 3), DayType.CALENDAIRE) is True
    assert FRANCE.is_holiday(date(2026, 8, 15)) is True
    assert FRANCE.is_holiday(date(2026, 8, 16)) is False


@pytest.mark.parametrize("day", OUTSIDE, ids=str)
@pytest.mark.parametrize(
    "ask",
    [
        lambda day: FRANCE.add(day, 1),
        lambda day: FRANCE.add(day, 0),
        lambda day: FRANCE.add(day, 1, DayType.FRANC),
        lambda day: FRANCE.subtract(day, 1),
        lambda day: FRANCE.count(day, date(2026, 5, 4)),
        lambda day: FRANCE.count(date(2026, 5, 4), day),
        FRANCE.next,
        lambda day: FRANCE.next(day, or_same=True),
        FRANCE.previous,
        FRANCE.is_business_day,
        FRANCE.is_holiday,
    ],
)
def test_a_day_outside_the_horizon_is_refused_at_every_door(ask: Any, day: date) -> None:
    with pytest.raises(
        OutsideHorizonError, match="outside the calendar's horizon, 1990-01-01 to 2099-12-31"
    ) as refused:
        ask(day)
    assert (refused.value.day, refused.value.first, refused.value.last) == (day, date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("ask", "day", "steps"),
    [
        (lambda: FRANCE.add(date(2099, 12, 30), 2), date(2099, 12, 30), 2),
        (lambda: FRANCE.add(date(2099, 12, 30), 10**30), date(2099, 12, 30), 10**30),
        (lambda: FRANCE.subtract(date(1990, 1, 2), 1), date(1990, 1, 2), -1),
        (lambda: FRANCE.next(date(2099, 12, 31)), date(2099, 12, 31), 1),
        (lambda: FRANCE.previous(date(1990, 1, 1)), date(1990, 1, 1), -1),
        (lambda: FRANCE.add(date(2099, 12, 30), 1, DayType.FRANC), date(2099, 12, 30), 1),
        (lambda: FRANCE.add(date(2099, 12, 30), 10**30, DayType.FRANC), date(2099, 12, 30), 10**30),
        (lambda: FRANCE.subtract(date(1990, 1, 2), 1, DayType.FRANC), date(1990, 1, 2), -1),
    ],
)
def test_a_count_that_leads_outside_the_horizon_is_refused(ask: Any, day: date, steps: int) -> None:
    with pytest.raises(OutsideHorizonError, match="wider first_year or last_year") as refused:
        ask()
    assert (refused.value.day, refused.value.steps) == (day, steps)


def test_the_ends_of_the_horizon_are_covered() -> None:
    # 31 December 2099 is a Thursday, 1 January 1990 a Monday and a holiday.
    assert FRANCE.add(date(2099, 12, 30), 1) == date(2099, 12, 31)
    assert FRANCE.subtract(date(1990, 1, 3), 1) == date(1990, 1, 2)
    assert FRANCE.count(FRANCE.first, FRANCE.last) > 27_000
    assert FRANCE.add(date(1990, 1, 1), 1) == date(1990, 1, 2)


@pytest.mark.parametrize("n", [1.0, 2.5, float("nan"), "3", None, True, False, [1]], ids=repr)
def test_what_is_not_a_whole_number_is_refused(n: object) -> None:
    with pytest.raises(TypeError, match="n: a whole number of days is expected, got"):
        FRANCE.add(date(2026, 5, 4), cast("Any", n))
    with pytest.raises(TypeError, match="n: a whole number of days is expected, got"):
        FRANCE.subtract(date(2026, 5, 4), cast("Any", n))


class OwnDate(date):
    """A date of one's own, as libraries that freeze time make them."""


def test_a_date_of_ones_own_is_a_date() -> None:
    assert FRANCE.add(OwnDate(2026, 5, 2), 10) == date(2026, 5, 19)
    assert FRANCE.count(OwnDate(2026, 5, 2), OwnDate(2026, 5, 19)) == 10
    assert FRANCE.is_business_day(OwnDate(2026, 5, 4))


def test_an_outside_error_has_a_french_message_and_pickles() -> None:
    error = OutsideHorizonError(date(2099, 12, 30), date(1990, 1, 1), date(2099, 12, 31), 2)
    assert error.wording.fr.startswith(
        "2099-12-30 : une échéance hors des années que couvre le calendrier, 1990 à 2099 ; "
    )
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert isinstance(error, ValueError)


def test_an_instant_falls_on_the_day_of_the_zone_of_its_calendar() -> None:
    for instant, day in [
        (datetime(2026, 5, 2, 23, 30, tzinfo=UTC), date(2026, 5, 3)),
        (datetime(2026, 5, 2, 21, 59, 59, 999999, tzinfo=UTC), date(2026, 5, 2)),
        (datetime(2026, 5, 2, 22, 0, tzinfo=UTC), date(2026, 5, 3)),
        (datetime(2026, 12, 2, 22, 30, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2026, 5, 3, 0, 30, tzinfo=timezone(timedelta(hours=9))), date(2026, 5, 2)),
    ]:
        assert FRANCE.day_of(instant) == day, instant

    instant = datetime(2026, 5, 2, 21, 0, tzinfo=UTC)
    assert BusinessCalendar.france("reunion").day_of(instant) == date(2026, 5, 3)
    assert BusinessCalendar.france("martinique").day_of(instant) == date(2026, 5, 2)

    calendar = BusinessCalendar.france(time_zone="America/New_York")
    assert calendar.zone == ZoneInfo("America/New_York")
    assert calendar.day_of(datetime(2026, 5, 3, 3, 0, tzinfo=UTC)) == date(2026, 5, 2)


class NoOffset(tzinfo):
    """A time zone that does not know its offset."""

    def utcoffset(self, _: datetime | None) -> None: ...

    def dst(self, _: datetime | None) -> None: ...

    def tzname(self, _: datetime | None) -> str:
        return "nowhere"


@pytest.mark.parametrize("zone", [None, NoOffset()])
def test_a_naive_instant_is_refused(zone: tzinfo | None) -> None:
    instant = datetime(2026, 5, 2, 9, 30, tzinfo=zone)
    with pytest.raises(NaiveInstantError, match="instant: 2026-05-02T09:30:00 has no time zone; give it") as refused:
        FRANCE.day_of(instant)
    assert (refused.value.name, refused.value.instant) == ("instant", instant)


@pytest.mark.parametrize("value", [date(2026, 5, 2), "2026-05-02T09:30:00+02:00", None])
def test_what_is_not_an_instant_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="instant: a datetime with its time zone is expected, got"):
        FRANCE.day_of(cast("Any", value))


def test_an_instant_at_the_end_of_time_is_outside() -> None:
    with pytest.raises(
        OutsideHorizonError, match=r"^9999-12-31T23:59:59.999999\+00:00: outside the calendar's horizon"
    ) as refused:
        FRANCE.day_of(datetime.max.replace(tzinfo=UTC))
    assert (refused.value.day, refused.value.first, refused.value.last) == (None, FRANCE.first, FRANCE.last)


def test_importing_the_room_loads_nothing_heavy() -> None:
    program = (
        "import sys, reclamation_core.calendars; "
        "print([name for name in ('holidays', 'numpy', 'cattrs', 'polars') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


# Before the first hour of the calendar in UTC, and after its last one.
def test_the_first_and_the_last_hour_of_the_calendar_occur_once() -> None:
    for local, zone in [("0001-01-01T00:00", "Europe/Paris"), ("9999-12-31T23:59", "America/Martinique")]:
        (found,) = occurrences(datetime.fromisoformat(local), ZoneInfo(zone))
        assert found.replace(tzinfo=None) == datetime.fromisoformat(local), local
