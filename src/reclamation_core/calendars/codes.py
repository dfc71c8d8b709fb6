"""Enumerations of the calendars, and dates written out in both languages."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from reclamation_core.codes import LabelledEnum
from reclamation_core.wording import MONTHS, Lang, Wording


class DayType(LabelledEnum):
    """Which days a delay counts (type de jour).

    The conventions of each, n being the number of days of the delay:

    - `OUVRE`: the days worked in the establishment, Monday to Friday less public holidays, closures and bridge days.
      The last day is the n-th such day.
    - `OUVRABLE`: every day but Sunday and the public holidays not worked, six a week. An establishment's closures and
      bridge days remain jours ouvrables. The last day is the n-th such day.
    - `CALENDAIRE`: every day. The last day is the n-th, wherever it falls: it is not moved.
    - `FRANC`: n whole days between two ends that do not count; the last day is the day after the n-th, moved forward to
      the next jour ouvré when it is not one.

    Source: code du travail L.3133-1 (holidays); code de procédure civile, articles 641 and 642 (delays).
    """

    OUVRE = "ouvre", "jour ouvré", "business day"
    OUVRABLE = "ouvrable", "jour ouvrable", "working day (six a week)"
    CALENDAIRE = "calendaire", "jour calendaire", "calendar day"
    FRANC = "franc", "jour franc", "clear day"

    def plural(self, lang: Lang = "fr") -> str:
        """Several days of this type.

        >>> DayType.OUVRE.plural()
        'jours ouvrés'
        """
        label = self.label(lang)
        return " ".join(f"{word}s" for word in label.split()) if lang == "fr" else label.replace("day", "days", 1)


class DeadlineStatus(LabelledEnum):
    """The status of a deadline at an instant."""

    RUNNING = "running", "en cours", "running"
    DUE_SOON = "due_soon", "échéance proche", "due soon"
    DUE_TODAY = "due_today", "échéance du jour", "due today"
    OVERDUE = "overdue", "en retard", "overdue"
    MET = "met", "respectée", "met"
    MET_LATE = "met_late", "non respectée (répondu hors délai)", "not met (answered late)"


class LedgerReason(LabelledEnum):
    """Why a day of a ledger counts or not."""

    COUNTED = "counted", "compté", "counted"
    AFTER_CUT_OFF = "after_cut_off", "arrivée après l'heure limite", "arrived after the cut-off hour"
    DAY_OF_RECEIPT = "day_of_receipt", "jour de la réception", "day of receipt"
    WEEKEND = "weekend", "week-end", "weekend"
    HOLIDAY = "holiday", "jour férié", "public holiday"
    CLOSURE = "closure", "fermeture", "closure"
    BRIDGE_DAY = "bridge_day", "pont", "bridge day"
    SUSPENSION = "suspension", "délai suspendu", "clock suspended"
    EXPIRY = "expiry", "jour de l'échéance", "day of expiry"
    POSTPONED = "postponed", "délai écoulé, échéance reportée", "delay over, deadline postponed"


WEEKDAYS: Final = (
    Wording("lundi", "Monday"),
    Wording("mardi", "Tuesday"),
    Wording("mercredi", "Wednesday"),
    Wording("jeudi", "Thursday"),
    Wording("vendredi", "Friday"),
    Wording("samedi", "Saturday"),
    Wording("dimanche", "Sunday"),
)


def time_in_words(moment: time | datetime) -> str:
    """An hour in a French sentence.

    >>> time_in_words(time(9, 5)), time_in_words(time(17))
    ('9 h 05', '17 h')
    """
    return f"{moment.hour} h {moment:%M}" if moment.minute else f"{moment.hour} h"


def in_words(day: date, lang: Lang = "fr") -> str:
    """A day written out.

    >>> in_words(date(2026, 5, 1)), in_words(date(2026, 5, 1), "en")
    ('vendredi 1er mai 2026', 'Friday 1 May 2026')
    """
    number = "1er" if day.day == 1 and lang == "fr" else str(day.day)
    return f"{WEEKDAYS[day.weekday()].in_(lang)} {number} {month_in_words(day, lang)}"


def days_left_in_words(left: int) -> Wording:
    """The business days until a last day, in words; those since, if the number is negative.

    >>> [days_left_in_words(left).fr for left in (-2, -1, 0, 1)]
    ['en retard de 2 jours ouvrés', 'en retard de 1 jour ouvré', "aujourd'hui", 'dans 1 jour ouvré']
    """
    if not left:
        return Wording("aujourd'hui", "today")
    number = abs(left)
    fr, en = ("jours ouvrés", "business days") if number > 1 else ("jour ouvré", "business day")
    if left < 0:
        return Wording(f"en retard de {number} {fr}", f"late by {number} {en}")
    return Wording(f"dans {number} {fr}", f"in {number} {en}")


def month_in_words(day: date, lang: Lang = "fr") -> str:
    """The month of a day written out.

    >>> month_in_words(date(2026, 5, 1))
    'mai 2026'
    """
    return f"{MONTHS[day.month - 1].in_(lang)} {day.year}"
