"""The laws of the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import attrs
import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, DayType, DeadlineRule
from reclamation_core.documents import canonical_json, make_converter, parse_json, structure
from tests.properties.calendars.strategies import (
    calendars,
    day_ranges,
    days,
    definitions,
    instants,
    rules,
    table_types,
)

COUNTS = st.integers(1, 60)
ENDS: list[Any] = ["(]", "[)", "[]", "()"]
SUSPENSIONS = st.lists(day_ranges(), max_size=3)


@given(definitions(), day_ranges(longest=60), rules(), instants(), SUSPENSIONS)
def test_more_closures_never_bring_a_deadline_forward(
    definition: CalendarDefinition, closure: DayRange, rule: DeadlineRule, at: datetime, suspensions: list[DayRange]
) -> None:
    more = attrs.evolve(definition, closures=(*definition.closures, closure))

    before = BusinessCalendar(definition).deadline(at, rule, suspensions).due
    assert BusinessCalendar(more).deadline(at, rule, suspensions).due >= before


@given(calendars(), rules(), instants(), SUSPENSIONS, day_ranges())
def test_more_suspensions_never_bring_a_deadline_forward(
    calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, suspensions: list[DayRange], more: DayRange
) -> None:
    before = calendar.deadline(at, rule, suspensions).due

    assert calendar.deadline(at, rule, [*suspensions, more]).due >= before


@given(calendars(), rules(), instants(), SUSPENSIONS)
def test_one_more_day_to_answer_is_never_earlier_and_later_unless_days_are_clear(
    calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, suspensions: list[DayRange]
) -> None:
    due = calendar.deadline(at, rule, suspensions).due
    later = calendar.deadline(at, attrs.evolve(rule, days=rule.days + 1), suspensions).due

    assert later > due or (rule.day_type is DayType.FRANC and later == due)


@given(calendars(), rules(), instants(), st.timedeltas(timedelta(0), timedelta(days=20)), SUSPENSIONS)
def test_a_later_receipt_is_never_due_earlier(
    calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, later: timedelta, suspensions: list[DayRange]
) -> None:
    first = calendar.deadline(at, rule, suspensions)

    assert calendar.deadline(at + later, rule, suspensions).due >= first.due


@given(calendars(), rules(), instants(), SUSPENSIONS)
def test_a_ledger_has_every_day_once_and_exactly_n_of_them_count(
    calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, suspensions: list[DayRange]
) -> None:
    deadline = calendar.deadline(at, rule, suspensions)
    ledger = deadline.ledger

    assert [row.day for row in ledger] == [
        deadline.arrived_on + timedelta(days=number) for number in range((deadline.due - deadline.arrived_on).days + 1)
    ]
    assert [row.counted for row in ledger if row.counted] == list(range(1, rule.days + 1))
    assert all((row.counted is not None) == (row.reason == "counted") for row in ledger)
    if rule.day_type is not DayType.FRANC:
        assert ledger[-1].counted == rule.days


@given(calendars(), rules(), instants(), SUSPENSIONS)
def test_the_days_left_at_receipt_are_the_business_days_that_the_ledger_does_not_suspend(
    calendar: BusinessCalendar, rule: DeadlineRule, at: datetime, suspensions: list[DayRange]
) -> None:
    deadline = calendar.deadline(at, rule, suspensions)
    after = [row.day for row in deadline.ledger if row.day > deadline.received_on]

    expected = [day for day in after if calendar.is_business_day(day) and not any(day in some for some in suspensions)]
    assert deadline.business_days_left(at) == len(expected)


@given(calendars(), days(), COUNTS, table_types())
def test_adding_then_subtracting_gives_a_day_that_counts_back(
    calendar: BusinessCalendar, day: date, n: int, day_type: DayType
) -> None:
    assume(calendar.is_business_day(day, day_type))

    assert calendar.subtract(calendar.add(day, n, day_type), n, day_type) == day
    assert calendar.add(calendar.subtract(day, n, day_type), n, day_type) == day


@given(calendars(), days(), st.integers(-60, 60), table_types())
def test_what_is_added_is_what_is_counted(calendar: BusinessCalendar, day: date, n: int, day_type: DayType) -> None:
    there = calendar.add(day, n, day_type)

    assert calendar.count(day, there, day_type, ends="(]" if n >= 0 else "[)") == n


@given(calendars(), days(), days(), days(), table_types())
def test_counts_add_up(calendar: BusinessCalendar, a: date, b: date, c: date, day_type: DayType) -> None:
    for ends in ENDS[:2]:
        through_b = calendar.count(a, b, day_type, ends=ends) + calendar.count(b, c, day_type, ends=ends)
        assert through_b == calendar.count(a, c, day_type, ends=ends)
        assert calendar.count(a, b, day_type, ends=ends) == -calendar.count(b, a, day_type, ends=ends)


@given(calendars(), days(), st.integers(0, 60), table_types())
def test_the_ends_of_a_count_are_as_they_are_written(
    calendar: BusinessCalendar, a: date, length: int, day_type: DayType
) -> None:
    b = a + timedelta(days=length)
    every = [a + timedelta(days=number) for number in range(length + 1)]
    counting = {day for day in every if calendar.is_business_day(day, day_type)}

    assert calendar.count(a, b, day_type, ends="[]") == len(counting)
    assert calendar.count(a, b, day_type, ends="(]") == len(counting - {a})
    assert calendar.count(a, b, day_type, ends="[)") == len(counting - {b})
    assert calendar.count(a, b, day_type, ends="()") == len(counting - {a, b})


@given(calendars(), days(), table_types())
def test_next_and_previous_are_the_nearest_days_that_count(
    calendar: BusinessCalendar, day: date, day_type: DayType
) -> None:
    following, preceding = calendar.next(day, day_type), calendar.previous(day, day_type)

    assert preceding < day < following
    assert calendar.count(preceding, following, day_type, ends="()") == calendar.is_business_day(day, day_type)
    same = calendar.is_business_day(day, day_type)
    assert calendar.next(day, day_type, or_same=True) == (day if same else following)
    assert calendar.previous(day, day_type, or_same=True) == (day if same else preceding)


@given(calendars(), days(), COUNTS)
def test_clear_days_leave_n_whole_days_between_and_end_on_a_business_day(
    calendar: BusinessCalendar, day: date, n: int
) -> None:
    after, before = calendar.add(day, n, DayType.FRANC), calendar.subtract(day, n, DayType.FRANC)

    assert calendar.is_business_day(after)
    assert calendar.is_business_day(before)
    assert calendar.count(day + timedelta(days=n), after) == 1
    assert calendar.count(before, day - timedelta(days=n), ends="[)") == 1


@given(
    calendars(),
    st.lists(days(), min_size=1, max_size=8),
    st.integers(-60, 60),
    st.sampled_from(DayType),
    st.sampled_from(ENDS),
)
def test_arrays_answer_as_days_do_one_by_one(
    calendar: BusinessCalendar, given_days: list[date], n: int, day_type: DayType, ends: Any
) -> None:
    array: Any = np.array(given_days, dtype="datetime64[D]")
    numbers: Any = np.arange(len(given_days)) - n
    assert calendar.add(array, n, day_type).tolist() == [calendar.add(day, n, day_type) for day in given_days]
    assert calendar.subtract(array, numbers, day_type).tolist() == [
        calendar.subtract(day, int(number), day_type) for day, number in zip(given_days, numbers, strict=True)
    ]
    if day_type is DayType.FRANC:
        return
    ordered: Any = np.sort(array)
    one_by_one: list[date] = ordered.tolist()
    assert calendar.count(ordered[0], ordered, day_type, ends=ends).tolist() == [
        calendar.count(one_by_one[0], day, day_type, ends=ends) for day in one_by_one
    ]
    assert calendar.is_business_day(array, day_type).tolist() == [
        calendar.is_business_day(day, day_type) for day in given_days
    ]
    for or_same in (False, True):
        assert calendar.next(array, day_type, or_same=or_same).tolist() == [
            calendar.next(day, day_type, or_same=or_same) for day in given_days
        ]
        assert calendar.previous(array, day_type, or_same=or_same).tolist() == [
            calendar.previous(day, day_type, or_same=or_same) for day in given_days
        ]


@given(definitions())
def test_a_definition_written_down_makes_the_same_calendar(definition: CalendarDefinition) -> None:
    converter = make_converter()

    read = structure(converter, parse_json(canonical_json(converter.unstructure(definition))), CalendarDefinition)

    assert read == definition
    assert hash(read) == hash(definition)
    assert BusinessCalendar(read).edition == BusinessCalendar(definition).edition
