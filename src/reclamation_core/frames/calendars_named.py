"""Which calendar holds for a row: one for all, or several by what a column says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Wording

_SHOWN: Final = 10

Calendars: TypeAlias = BusinessCalendar | Mapping[str, BusinessCalendar] | Sites
"""One calendar for all rows, one by name, or those of sites."""


def calendars_of(calendar: Any, by: str | None) -> tuple[Mapping[str, BusinessCalendar], str | None]:
    """The calendars by what a column says, and that column; by "" and None where one holds for all.

    Raises:
        TypeError, ValueError: these are no calendars, or the column is given for one alone.
    """
    if calendar is None:
        return {}, None
    if isinstance(calendar, BusinessCalendar):
        if by is not None:
            raise ValueError(f"by: {by!r} tells nothing where one calendar holds for all; give calendars by its values")
        return {"": calendar}, None
    if isinstance(calendar, Sites):
        return {code: calendar[code].calendar() for code in calendar}, by or "site"
    if (
        calendar
        and isinstance(calendar, Mapping)
        and all(isinstance(one, BusinessCalendar) for one in calendar.values())
    ):
        return {str(name): one for name, one in calendar.items()}, by or "territory"
    raise TypeError(f"calendar: a BusinessCalendar, several by name, Sites or None is expected, got {calendar!r}")


def keys_of(calendars: Mapping[str, BusinessCalendar]) -> Wording:
    """What the column that tells the calendar may say."""
    fr, en = "le nom d'un des calendriers", "the name of one of the calendars"
    if calendars:
        known = ", ".join(list(calendars)[:_SHOWN]) + (", ..." if len(calendars) > _SHOWN else "")
        fr, en = f"l'un de {known}", f"one of {known}"
    return Wording(
        f"{fr} est attendu ; là où il n'y en a pas, mettez celui dont le calendrier vaut",
        f"{en} is expected; where there is none, fill in the one whose calendar holds",
    )
