"""The properties of the calendar, and that its two other faces, arrays and documents, are the same calendar."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayType
from reclamation_core.documents import canonical_json, make_converter, parse_json, structure
from reclamation_core.testing.properties import Property, calendar_properties
from reclamation_core.testing.strategies import calendar_definitions, calendars
from reclamation_core.testing.strategies.calendar import days

ENDS: list[Any] = ["(]", "[)", "[]", "()"]


@pytest.mark.parametrize("prop", calendar_properties(), ids=str)
def test_every_calendar_satisfies_the_property(prop: Property[BusinessCalendar]) -> None:
    prop.check_every(calendars())


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


@given(calendar_definitions())
def test_a_definition_written_down_makes_the_same_calendar(definition: CalendarDefinition) -> None:
    converter = make_converter()
    read = structure(converter, parse_json(canonical_json(converter.unstructure(definition))), CalendarDefinition)
    assert read == definition
    assert hash(read) == hash(definition)
    assert BusinessCalendar(read).edition == BusinessCalendar(definition).edition
