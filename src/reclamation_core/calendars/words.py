"""Days as they are said."""

from __future__ import annotations

from datetime import date
from typing import Final

from reclamation_core.wording import Lang, Wording

WEEKDAYS: Final = (
    Wording("lundi", "Monday"),
    Wording("mardi", "Tuesday"),
    Wording("mercredi", "Wednesday"),
    Wording("jeudi", "Thursday"),
    Wording("vendredi", "Friday"),
    Wording("samedi", "Saturday"),
    Wording("dimanche", "Sunday"),
)
MONTHS: Final = (
    Wording("janvier", "January"),
    Wording("février", "February"),
    Wording("mars", "March"),
    Wording("avril", "April"),
    Wording("mai", "May"),
    Wording("juin", "June"),
    Wording("juillet", "July"),
    Wording("août", "August"),
    Wording("septembre", "September"),
    Wording("octobre", "October"),
    Wording("novembre", "November"),
    Wording("décembre", "December"),
)


def in_words(day: date, lang: Lang = "fr") -> str:
    """A day as it is said.

    >>> in_words(date(2026, 5, 1)), in_words(date(2026, 5, 1), "en")
    ('vendredi 1er mai 2026', 'Friday 1 May 2026')
    """
    number = "1er" if day.day == 1 and lang == "fr" else str(day.day)
    return f"{WEEKDAYS[day.weekday()].in_(lang)} {number} {month_in_words(day, lang)}"


def month_in_words(day: date, lang: Lang = "fr") -> str:
    """The month of a day as it is said.

    >>> month_in_words(date(2026, 5, 1))
    'mai 2026'
    """
    return f"{MONTHS[day.month - 1].in_(lang)} {day.year}"
