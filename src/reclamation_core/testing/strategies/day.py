"""Days, ranges of days and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reclamation_core.calendars import DayRange

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
