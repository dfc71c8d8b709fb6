"""Business days of the French territories, and deadlines with their day-by-day ledger."""

from reclamation_core.calendars import rendering as _rendering  # noqa: F401  registers what a notebook displays
from reclamation_core.calendars.arithmetic import Ends
from reclamation_core.calendars.calendar import BusinessCalendar, Deadline, Ledger, LedgerDay
from reclamation_core.calendars.codes import DayType, DeadlineStatus, LedgerReason
from reclamation_core.calendars.definition import CalendarDefinition, DayRange, Days, DeadlineRule, Territory
from reclamation_core.calendars.errors import NaiveInstantError, OutsideHorizonError, SuspensionsNotAllowedError
from reclamation_core.calendars.prepared import DayTable

__all__ = [
    "BusinessCalendar",
    "CalendarDefinition",
    "DayRange",
    "DayTable",
    "DayType",
    "Days",
    "Deadline",
    "DeadlineRule",
    "DeadlineStatus",
    "Ends",
    "Ledger",
    "LedgerDay",
    "LedgerReason",
    "NaiveInstantError",
    "OutsideHorizonError",
    "SuspensionsNotAllowedError",
    "Territory",
]
