from datetime import date, datetime
from typing import Any, cast

import pytest

from reclamation_core.calendars import BusinessCalendar, DayRange
from reclamation_core.calendars.definition import day_ranges, days_without


def test_a_range_holds_both_its_ends_and_does_not_end_before_it_begins() -> None:
    days = DayRange(date(2026, 8, 3), date(2026, 8, 5))
    assert list(days.days()) == [date(2026, 8, 3), date(2026, 8, 4), date(2026, 8, 5)]
    assert date(2026, 8, 3) in days
    assert date(2026, 8, 5) in days
    assert date(2026, 8, 6) not in days
    assert date(2026, 8, 2) not in days
    with pytest.raises(ValueError, match="last: 2026-08-03; a day not before the beginning, 5 August 2026"):
        DayRange(date(2026, 8, 5), date(2026, 8, 3))


def test_a_range_of_instants_is_refused() -> None:
    with pytest.raises(TypeError, match="first: a date is expected, got the instant"):
        DayRange(datetime(2026, 8, 3), date(2026, 8, 5))  # noqa: DTZ001


def test_ranges_that_touch_become_one_and_others_stay_apart_in_order() -> None:
    assert day_ranges(
        [
            (date(2026, 8, 4), date(2026, 8, 9)),
            date(2026, 8, 3),
            (date(2026, 8, 4), date(2026, 8, 5)),
            date(2026, 8, 10),
        ]
    ) == (DayRange(date(2026, 8, 3), date(2026, 8, 10)),)
    first, second = DayRange(date(2026, 8, 3), date(2026, 8, 3)), DayRange(date(2026, 8, 5), date(2026, 8, 5))
    assert day_ranges([date(2026, 8, 5), first]) == (first, second)


@pytest.mark.parametrize("values", [date(2026, 8, 3), "2026-08-03", 3, DayRange(date(2026, 8, 3), date(2026, 8, 3))])
def test_what_is_not_a_collection_is_refused(values: object) -> None:
    with pytest.raises(TypeError, match="a collection of dates or"):
        BusinessCalendar.france(closures=cast("Any", values))


@pytest.mark.parametrize("value", ["2026-08-03", 3, (date(2026, 8, 3),), None])
def test_an_item_that_is_neither_a_date_nor_a_pair_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is expected, got"):
        BusinessCalendar.france(closures=cast("Any", [value]))


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(5, 9)]),
        ([(1, 4)], [(5, 9)]),
        ([(10, 12)], [(5, 9)]),
        ([(1, 5)], [(6, 9)]),
        ([(9, 12)], [(5, 8)]),
        ([(7, 7)], [(5, 6), (8, 9)]),
        ([(5, 9)], []),
        ([(1, 12)], []),
        ([(6, 6), (8, 8)], [(5, 5), (7, 7), (9, 9)]),
    ],
)
def test_the_days_without_others_are_those_that_are_in_none_of_them(
    others: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    def in_august(days: list[tuple[int, int]]) -> tuple[DayRange, ...]:
        return tuple(DayRange(date(2026, 8, first), date(2026, 8, last)) for first, last in days)

    assert days_without(in_august([(5, 9)]), in_august(others)) == in_august(left)
