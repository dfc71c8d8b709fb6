"""The ledger of a deadline: every day from receipt to due, counted or not, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from reclamation_core.calendars.codes import DayType, LedgerReason
from reclamation_core.calendars.counting import days_between
from reclamation_core.calendars.words import WEEKDAYS
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from reclamation_core.calendars.calendar import BusinessCalendar
    from reclamation_core.calendars.deadline import Deadline


@attrs.frozen
class LedgerDay:
    """One day of a ledger.

    Args:
        day: the day.
        counted: its number, from 1; None when it does not count.
        reason: why it counts or not; where several reasons hold, the first that does in the order of the ledger's
            documentation.
        wording: the same for a reader, a holiday by its name.
    """

    day: date
    counted: int | None
    reason: LedgerReason
    wording: Wording


class Ledger(tuple[LedgerDay, ...]):
    """The days of a ledger, in order, never empty: a tuple that a notebook shows as a calendar."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from reclamation_core.calendars.rendering import ledger_html

        return ledger_html(self)


def ledger_of(deadline: Deadline) -> Ledger:
    """Every day from the arrival to the last day, in order, never empty."""
    number = 0
    days: list[LedgerDay] = []
    for day in days_between(deadline.arrived_on, deadline.due):
        reason, wording = _reason(deadline, day, number)
        if reason is LedgerReason.COUNTED:
            number += 1
        days.append(LedgerDay(day, number if reason is LedgerReason.COUNTED else None, reason, wording))
    return Ledger(days)


def _reason(deadline: Deadline, day: date, number: int) -> tuple[LedgerReason, Wording]:
    """Why a day counts or not, `number` days having counted before it."""
    rule = deadline.rule
    if day < deadline.received_on:
        return LedgerReason.AFTER_CUT_OFF, LedgerReason.AFTER_CUT_OFF.wording
    if day == deadline.received_on and not rule.first_day_counted:
        return LedgerReason.DAY_OF_RECEIPT, LedgerReason.DAY_OF_RECEIPT.wording
    expired = rule.day_type is DayType.FRANC and number == rule.days
    reason = _day_off(deadline.calendar, day, DayType.OUVRE if expired else rule.day_type)
    if reason is not None:
        return reason
    if any(day in suspension for suspension in deadline.suspensions):
        return LedgerReason.SUSPENSION, LedgerReason.SUSPENSION.wording
    if expired:
        return LedgerReason.EXPIRY, LedgerReason.EXPIRY.wording
    place = f"{number + 1}/{rule.days}"
    kind = rule.day_type.wording
    return LedgerReason.COUNTED, Wording(f"{kind.fr} {place}", f"{kind.en} {place}")


def _day_off(calendar: BusinessCalendar, day: date, day_type: DayType) -> tuple[LedgerReason, Wording] | None:
    """Why the calendar does not count a day; None when it does. Clear days are counted like calendar days."""
    if day_type in {DayType.CALENDAIRE, DayType.FRANC} or calendar.is_business_day(day, day_type):
        return None
    holiday = calendar.holidays(day.year)[day] if calendar.is_holiday(day) else None
    if day.weekday() == 6 or (day.weekday() == 5 and day_type is DayType.OUVRE):
        weekday = WEEKDAYS[day.weekday()]
        named = Wording(f", {holiday.fr}", f", {holiday.en}") if holiday else None
        return LedgerReason.WEEKEND, Wording(
            f"week-end ({weekday.fr}{named.fr if named else ''})", f"weekend ({weekday.en}{named.en if named else ''})"
        )
    if holiday:
        return LedgerReason.HOLIDAY, Wording(f"jour férié : {holiday.fr}", f"public holiday: {holiday.en}")
    reason = LedgerReason.CLOSURE if calendar.is_closure(day) else LedgerReason.BRIDGE_DAY
    return reason, reason.wording
