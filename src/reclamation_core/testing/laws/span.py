"""The days of a calendar from which no count of these laws leaves it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from reclamation_core.calendars import BusinessCalendar

_MARGIN: Final = timedelta(days=330)
"""More than sixty business days, with closures and suspensions among them."""


def first_day(calendar: BusinessCalendar) -> date:
    """The first day that the laws try.

    Raises:
        ValueError: the calendar covers too few years.
    """
    if calendar.last - calendar.first <= 2 * _MARGIN:
        raise ValueError(
            f"calendar: {calendar.first} to {calendar.last} is too short a time for its laws; "
            f"widen first_year and last_year to two years at least"
        )
    return calendar.first + _MARGIN


def last_day(calendar: BusinessCalendar) -> date:
    """The last day that the laws try."""
    return calendar.last - _MARGIN
