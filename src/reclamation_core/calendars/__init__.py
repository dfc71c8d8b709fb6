"""Business days of the French territories, and deadlines with their day-by-day ledger."""

from reclamation_core.calendars.calendar import BusinessCalendar, Deadline, Ledger
from reclamation_core.calendars.codes import DayType, DeadlineStatus, LedgerReason
from reclamation_core.calendars.definition import CalendarDefinition, DayRange, DeadlineRule, Duration, Territory
from reclamation_core.calendars.errors import NaiveInstantError, OutsideHorizonError, SuspensionsNotAllowedError

__all__ = [
    "BusinessCalendar",
    "CalendarDefinition",
    "DayRange",
    "DayType",
    "Deadline",
    "DeadlineRule",
    "DeadlineStatus",
    "Duration",
    "Ledger",
    "LedgerReason",
    "NaiveInstantError",
    "OutsideHorizonError",
    "SuspensionsNotAllowedError",
    "Territory",
]
