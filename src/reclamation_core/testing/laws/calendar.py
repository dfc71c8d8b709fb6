"""All the laws of a calendar."""

from __future__ import annotations

from collections.abc import Collection

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.testing.laws import counting, deadline, standing
from reclamation_core.testing.laws.law import Law, check_all


def calendar_laws() -> tuple[Law[BusinessCalendar], ...]:
    """The laws that a calendar keeps, each a value that can be checked alone.

    >>> calendar_laws()[0].id
    'more-closures-never-earlier'
    """
    return (
        deadline.more_closures,
        deadline.more_suspensions,
        deadline.one_more_day,
        deadline.later_receipt,
        deadline.ledger,
        deadline.nth_day,
        standing.days_left,
        standing.statuses,
        standing.due_soon,
        standing.in_time,
        counting.days_off,
        counting.six_a_week,
        counting.there_and_back,
        counting.added_is_counted,
        counting.counts_add_up,
        counting.ends_as_written,
        counting.nearest,
        counting.clear_days,
    )


def check_calendar_laws(calendar: BusinessCalendar, *, exempt: Collection[str] = ()) -> None:
    """Check a calendar against every law: days that count, arithmetic on them, deadlines.

    Args:
        calendar: one's own; it covers two years at least.
        exempt: the ids of laws that are left out, because the edition, the calendar or the desk breaks them on purpose.

    Raises:
        LawsBrokenError: some are not kept; an AssertionError that has each with its clause and its witness.
        TypeError: it is no calendar.
        ValueError: it covers too short a time; or an exemption names no law.

    >>> check_calendar_laws(BusinessCalendar.france("mayotte", first_year=2024, last_year=2027))
    """
    check_all(calendar_laws(), calendar, exempt)
