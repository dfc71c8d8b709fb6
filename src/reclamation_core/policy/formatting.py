"""The value of a parameter, and the facts of a case, for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any, Final

from reclamation_core.calendars import DayRange, DayType
from reclamation_core.tables import Day, Input, Number
from reclamation_core.tables.domains import exact
from reclamation_core.tables.explanation import facts_in_words
from reclamation_core.vocabulary import SEVERITIES, LabelledEnum
from reclamation_core.wording import Lang, Wording

_NONE: Final = Wording("aucune", "none")
_TRUTH: Final = {True: Wording("oui", "yes"), False: Wording("non", "no")}
_SEVERITIES: Final = frozenset(SEVERITIES.values())
_ALL_ZERO: Final = Wording("gravité 0 dans tous les domaines", "severity 0 in all domains")
_OTHERS_ZERO: Final = Wording("gravité 0 dans les autres domaines", "severity 0 in the other domains")
_RANGE: Final = Wording("du {} au {}", "{} to {}")


def format_value(value: Any, lang: Lang = "fr") -> str:
    """The value of a parameter in words.

    >>> format_value((1, 2.5)), format_value(True, "en")
    ('1 ; 2,5', 'yes')
    """
    match value:
        case None | ():
            text = _NONE.in_(lang)
        case bool():
            text = _TRUTH[value].in_(lang)
        case tuple():
            text = (" ; " if lang == "fr" else "; ").join(format_value(item, lang) for item in value)
        case LabelledEnum() | DayType():
            text = value.label(lang)
        case DayRange():
            first, last = (Day().label(day, lang) for day in (value.first, value.last))
            text = first if first == last else _RANGE.in_(lang).format(first, last)
        case time():
            text = _hour(value, lang)
        case float():
            text = Number().label(exact(value), lang)
        case _:
            text = str(value)
    return text


def _hour(at: time, lang: Lang) -> str:
    """An hour of the day as each language writes it: `17 h 30`, `17:30`; to the second where it has one."""
    if lang == "en" or at.second or at.microsecond:
        return at.isoformat() if at.second or at.microsecond else f"{at:%H:%M}"
    return f"{at.hour} h {at:%M}" if at.minute else f"{at.hour} h"


def several_days(kind: DayType, lang: Lang = "fr") -> str:
    """Several days of a type: `jours ouvrés`."""
    label = kind.label(lang)
    return " ".join(f"{word}s" for word in label.split()) if lang == "fr" else label.replace("day", "days", 1)


def format_facts(inputs: Iterable[Input], facts: Mapping[str, Any], lang: Lang) -> str:
    """The facts of a case that these inputs ask for; the domains (domaines de gravité) at 0 are told as one."""
    asked = tuple(inputs)
    zero = {input_.name for input_ in asked if input_.name in _SEVERITIES and facts[input_.name] == 0}
    told = facts_in_words((input_ for input_ in asked if input_.name not in zero), facts, lang)
    if not zero:
        return told
    rest = (_ALL_ZERO if zero == _SEVERITIES else _OTHERS_ZERO).in_(lang)
    return (" ; " if lang == "fr" else "; ").join(filter(None, [told, rest]))
