from collections.abc import Callable
from datetime import date
from typing import Any, cast

import numpy as np
import pytest

from reclamation_core.calendars import BusinessCalendar, DayType, OutsideHorizonError

FRANCE = BusinessCalendar.france()
DAY = "datetime64[D]"


def days(*texts: str) -> Any:
    return np.array(texts, dtype=DAY)


RECEIVED = days("2024-04-26", "2024-05-10", "2024-05-11", "2024-12-20", "2025-04-11", "2025-06-02", "2026-12-18")
DUE = days("2024-05-15", "2024-05-27", "2024-05-27", "2025-01-07", "2025-04-28", "2025-06-17", "2027-01-05")


def test_arrays_of_days_give_the_dates_of_the_table() -> None:
    found = FRANCE.add(RECEIVED, 10)
    assert found.dtype == np.dtype(DAY)
    assert found.tolist() == DUE.tolist()
    assert FRANCE.count(RECEIVED, DUE).tolist() == [10] * 7


def test_the_result_has_the_shape_of_the_array_which_is_unchanged() -> None:
    given = RECEIVED[:6].reshape(2, 3)[:, ::-1]
    before = given.copy()
    assert FRANCE.add(given, 10).tolist() == DUE[:6].reshape(2, 3)[:, ::-1].tolist()
    assert given.tolist() == before.tolist()
    assert FRANCE.add(days(), 10).tolist() == []


def test_a_numpy_scalar_returns_a_numpy_scalar() -> None:
    assert FRANCE.add(cast("Any", np.datetime64("2026-05-02")), 10) == np.datetime64("2026-05-19")
    assert FRANCE.is_business_day(cast("Any", np.datetime64("2026-05-02"))) == np.False_


def test_the_number_of_days_may_be_an_array() -> None:
    numbers = np.array([1, 0, -1, 10])
    whole: Any = days("2026-05-02", "2026-05-02", "2026-05-02", "NaT")
    assert FRANCE.add(whole, numbers).tolist() == days("2026-05-04", "2026-05-02", "2026-04-30", "NaT").tolist()
    assert FRANCE.subtract(whole, -numbers).tolist() == FRANCE.add(whole, numbers).tolist()
    one_day_many_numbers = FRANCE.add(cast("Any", date(2026, 5, 2)), numbers.astype(np.int8)[:2])
    assert one_day_many_numbers.tolist() == [date(2026, 5, 4), date(2026, 5, 2)]


def test_a_missing_day_stays_missing() -> None:
    assert FRANCE.add(days("NaT", "2026-05-02"), 10).tolist() == [None, date(2026, 5, 19)]
    assert FRANCE.next(days("NaT")).tolist() == [None]
    assert FRANCE.previous(days("2026-05-02", "NaT"), or_same=True).tolist() == [date(2026, 4, 30), None]


@pytest.mark.parametrize(
    "ask",
    [
        lambda given: FRANCE.count(given, date(2026, 5, 4)),
        lambda given: FRANCE.count(date(2026, 5, 4), given),
        FRANCE.is_business_day,
    ],
)
def test_a_missing_day_is_refused_where_no_answer_could_say_so(ask: Any) -> None:
    with pytest.raises(ValueError, match="NaT has no answer here; leave missing days out first"):
        ask(days("2026-05-02", "NaT"))


def test_the_other_byte_order_is_the_same_day() -> None:
    assert FRANCE.add(cast("Any", RECEIVED.astype(">M8[D]")), 10).tolist() == DUE.tolist()


def test_a_masked_array_is_refused() -> None:
    with pytest.raises(TypeError, match="day: a masked array is not taken; fill its masked days with NaT"):
        FRANCE.add(np.ma.masked_array(RECEIVED, mask=True), 1)


ARRAYS = [np.array([1.5]), np.array([True]), np.array(["1"]), np.array([1], dtype=np.uint8)]


@pytest.mark.parametrize("n", [1.5, "3", None, True, [1], *ARRAYS], ids=repr)
@pytest.mark.parametrize("move", [FRANCE.add, FRANCE.subtract], ids=["add", "subtract"])
def test_a_number_that_is_not_whole_is_refused(move: Callable[..., object], n: Any) -> None:
    with pytest.raises(TypeError, match=r"n: .*whole number"):
        move(RECEIVED, n)


@pytest.mark.parametrize("outside", ["1989-12-31", "2100-01-01", "1969-12-31", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("missing", [(), ("NaT",)], ids=["alone", "beside a missing day"])
def test_a_day_outside_the_horizon_is_refused_by_its_name(outside: str, missing: tuple[str, ...]) -> None:
    given = days("2026-05-02", *missing, outside)

    for ask in (
        lambda: FRANCE.add(given, 1),
        lambda: FRANCE.subtract(given, 1),
        lambda: FRANCE.add(given, 0),
        lambda: FRANCE.add(given, np.array(1)),
        lambda: FRANCE.next(given, or_same=True),
        lambda: FRANCE.is_business_day(given[-1:]),
        lambda: FRANCE.count(given[-1:], RECEIVED[:1]),
        lambda: FRANCE.add(given, 2, DayType.FRANC),
    ):
        with pytest.raises(OutsideHorizonError, match="outside the calendar's horizon, 1990-01-01") as refused:
            ask()
        assert refused.value.day == date.fromisoformat(outside)


def test_a_day_that_python_cannot_write_is_refused_without_its_name() -> None:
    with pytest.raises(OutsideHorizonError) as refused:
        FRANCE.add(days("12026-05-02"), 1)
    assert refused.value.day is None


@pytest.mark.parametrize("n", [2, 10**30, np.array(2), np.array([2**63 - 1])], ids=str)
@pytest.mark.parametrize("day_type", [DayType.OUVRE, DayType.FRANC])
def test_a_count_that_leads_outside_the_horizon_is_refused(n: Any, day_type: DayType) -> None:
    with pytest.raises(OutsideHorizonError) as refused:
        FRANCE.add(days("2026-05-04", "2099-12-30")[1:], n, day_type)
    assert (refused.value.day, refused.value.steps) == (date(2099, 12, 30), np.array(n).max())


def test_a_count_backwards_that_leads_outside_the_horizon_is_refused() -> None:
    for n in (1, np.array([1])):
        with pytest.raises(OutsideHorizonError) as refused:
            FRANCE.subtract(days("1990-01-02"), cast("Any", n))
        assert (refused.value.day, refused.value.steps) == (date(1990, 1, 2), -1)


def test_ends_need_their_order_in_arrays_too() -> None:
    with pytest.raises(ValueError, match="b: a day is before its a"):
        FRANCE.count(RECEIVED, days("2020-01-01"), ends="[]")


def test_a_calendar_that_begins_before_1970_counts_arrays_as_well() -> None:
    calendar = BusinessCalendar.france(first_year=1950, last_year=2030)
    # Whit Monday and 11 November 1968, a Monday too.
    assert calendar.add(days("1968-05-31", "1968-11-08", "1969-12-31"), 1).tolist() == [
        date(1968, 6, 4),
        date(1968, 11, 12),
        date(1970, 1, 2),
    ]
    with pytest.raises(OutsideHorizonError) as refused:
        calendar.add(days("1949-12-31"), 1)
    assert refused.value.day == date(1949, 12, 31)
