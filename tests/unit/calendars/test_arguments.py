"""Refusals name the argument, and arrays agree with single days for every day type."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from reclamation_core.calendars import BusinessCalendar, DayType, OutsideHorizonError

FRANCE = BusinessCalendar.france(whit_monday_worked=True, closures=[(date(2026, 8, 10), date(2026, 8, 14))])
DAY = date(2026, 5, 2)
DOORS: list[tuple[str, Callable[[Any], object]]] = [
    ("day", lambda day: FRANCE.add(day, 1)),
    ("day", lambda day: FRANCE.add(day, 1, DayType.FRANC)),
    ("day", lambda day: FRANCE.subtract(day, 1)),
    ("day", FRANCE.next),
    ("day", FRANCE.previous),
    ("day", FRANCE.is_business_day),
    ("a", lambda day: FRANCE.count(day, DAY)),
    ("b", lambda day: FRANCE.count(DAY, day)),
]
OF_ONE_DAY: list[tuple[str, Callable[[Any], object]]] = [
    ("day", FRANCE.is_holiday),
    ("day", FRANCE.is_closure),
    ("day", FRANCE.is_bridge_day),
]
NOT_DATES = [datetime(2026, 5, 4, 9, tzinfo=UTC), "2026-05-04", 20260504, None, [date(2026, 5, 4)]]


@pytest.mark.parametrize("day", NOT_DATES, ids=repr)
@pytest.mark.parametrize(("name", "ask"), DOORS + OF_ONE_DAY)
def test_what_is_not_a_plain_date_is_refused_at_every_door(name: str, ask: Callable[[Any], object], day: Any) -> None:
    with pytest.raises(TypeError, match=rf"^{name}: a date is expected, got"):
        ask(day)


@pytest.mark.parametrize(
    "given",
    [
        np.array(["2026-05-02T09:30"], dtype="datetime64[ns]"),
        np.array(["2026-05"], dtype="datetime64[M]"),
        np.array(["2026-05-07"], dtype="datetime64[7D]"),
        np.array([date(2026, 5, 2)]),
        np.array([20000]),
        np.array([20000.0]),
        np.array([1.5]),
    ],
    ids=lambda given: str(given.dtype),
)
@pytest.mark.parametrize(("name", "ask"), [*DOORS, ("day", lambda day: FRANCE.subtract(day, np.array([1])))])
def test_arrays_of_anything_but_days_are_refused(name: str, ask: Callable[[Any], object], given: Any) -> None:
    with pytest.raises(TypeError, match=rf"^{name}: an array of datetime64\[D\] is expected, got"):
        ask(given)


@pytest.mark.parametrize(
    "ask", [lambda missing: FRANCE.count(missing, DAY), lambda missing: FRANCE.count(DAY, missing)]
)
def test_a_missing_day_in_a_count_is_refused_by_argument_name(ask: Callable[[Any], object]) -> None:
    with pytest.raises(ValueError, match=r"^[ab]: "):
        ask(np.array(["NaT"], dtype="datetime64[D]"))


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime.fromisoformat("0001-01-01T00:00:00+14:00"), "0001-01-01T00:00:00+14:00"),
        (datetime.fromisoformat("9999-12-31T23:30:00-12:00"), "9999-12-31T23:30:00-12:00"),
    ],
)
def test_instant_without_a_local_day_is_shown_as_it_was_given(instant: datetime, shown: str) -> None:
    with pytest.raises(OutsideHorizonError) as refused:
        BusinessCalendar.france().day_of(instant)
    assert (refused.value.day, refused.value.given) == (None, shown)
    assert refused.value.in_("fr").startswith(f"{shown} : hors des années que couvre le calendrier")


def test_arrays_count_as_single_days_do_with_any_ends() -> None:
    days: list[Any] = [date.fromordinal(DAY.toordinal() + step) for step in range(130)]
    for day_type in (one for one in DayType if one is not DayType.FRANC):
        for ends in ("()", "(]", "[)", "[]"):
            counted = FRANCE.count(DAY, np.array(days, dtype="datetime64[D]"), day_type, ends=ends)
            assert counted.tolist() == [FRANCE.count(DAY, day, day_type, ends=ends) for day in days], (day_type, ends)
