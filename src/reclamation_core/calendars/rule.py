"""The rule of a deadline: how many days are counted, of which type, from which day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import NoReturn

import attrs

from reclamation_core.calendars.codes import DayType
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Lang, Wording


def _refuse(field: str, value: object, fr: str, en: str) -> NoReturn:
    raise FaultsError((Fault(field, value, Wording(fr, en)),))


def _is_whole(least: int) -> Callable[[object, attrs.Attribute[int], object], None]:
    def validate(_: object, attribute: attrs.Attribute[int], value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{attribute.name}: a whole number of days is expected, got {value!r}")
        if value < least:
            _refuse(attribute.name, value, f"un nombre d'au moins {least} est attendu", f"give {least} or more")

    return validate


def _is_bool(_: object, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{attribute.name}: True or False is expected, got {value!r}")


def _is_local_time(_: object, attribute: attrs.Attribute[time | None], value: object) -> None:
    if value is None:
        return
    if not isinstance(value, time):
        raise TypeError(f"{attribute.name}: a time of day is expected, got {value!r}")
    if value.tzinfo is not None:
        _refuse(
            attribute.name,
            value,
            "une heure sans fuseau est attendue : celui du calendrier s'applique",
            "leave the time zone out: the calendar's own holds",
        )


def _not_with_clear_days(rule: DeadlineRule, _: object, counted: bool) -> None:
    if counted and rule.day_type is DayType.FRANC:
        _refuse(
            "first_day_counted",
            counted,
            "aucune des deux extrémités d'un délai en jours francs ne compte : laissez faux, ou changez day_type",
            "neither end of a delay in clear days (franc) counts: leave it False or change day_type",
        )


def _day_type(value: str) -> DayType:
    return DayType.parse(value)


@attrs.frozen(kw_only=True)
class DeadlineRule:
    """How the last day to answer follows from the receipt (règle de délai).

    Args:
        days: how many days must have counted on the last day, 1 or more.
        day_type: which days count, with the conventions of `DayType`; its code or its label is accepted.
        first_day_counted: True when the day of receipt is day 1, where it is a day that counts.
        cut_off: the hour, in the calendar's zone, after which (strictly) what arrives is received the next calendar
            day.
        suspensions_allowed: whether days may be taken off the clock, case by case.
        due_soon: from how many business days left an unanswered deadline is due soon; 0 never.

    Raises:
        TypeError: a field is not of its type; the message names it and its value.
        FaultsError: a field has a value that cannot be; a ValueError.
    """

    days: int = attrs.field(default=10, validator=_is_whole(1))
    day_type: DayType = attrs.field(default=DayType.OUVRE, converter=_day_type)
    first_day_counted: bool = attrs.field(default=False, validator=[_is_bool, _not_with_clear_days])
    cut_off: time | None = attrs.field(default=None, validator=_is_local_time)
    suspensions_allowed: bool = attrs.field(default=False, validator=_is_bool)
    due_soon: int = attrs.field(default=2, validator=_is_whole(0))

    def days_in_words(self, lang: Lang = "fr") -> str:
        """How many days of which type.

        >>> DeadlineRule(days=10).days_in_words()
        '10 jours ouvrés'
        """
        label = self.day_type.label(lang)
        if self.days == 1:
            return f"1 {label}"
        if lang == "fr":
            return f"{self.days} {' '.join(f'{word}s' for word in label.split())}"
        return f"{self.days} {label.replace('day', 'days', 1)}"
