"""The value of a parameter for a reader."""

from __future__ import annotations

from typing import Any, Final

from reclamation_core.calendars import DayRange, DayType
from reclamation_core.tables import Day, Number
from reclamation_core.tables.exact import exact
from reclamation_core.vocabulary import Vocabulary
from reclamation_core.wording import Lang, Wording

_NONE: Final = Wording("aucune", "none")
_TRUTH: Final = {True: Wording("oui", "yes"), False: Wording("non", "no")}
_RANGE: Final = Wording("du {} au {}", "{} to {}")


def shown(value: Any, lang: Lang = "fr") -> str:
    """The value of a parameter in words.

    >>> shown((1, 2.5)), shown(True, "en")
    ('1 ; 2,5', 'yes')
    """
    match value:
        case None | ():
            text = _NONE.in_(lang)
        case bool():
            text = _TRUTH[value].in_(lang)
        case tuple():
            text = (" ; " if lang == "fr" else "; ").join(shown(item, lang) for item in value)
        case Vocabulary() | DayType():
            text = value.label(lang)
        case DayRange():
            first, last = (Day().label(day, lang) for day in (value.first, value.last))
            text = first if first == last else _RANGE.in_(lang).format(first, last)
        case float():
            text = Number().label(exact(value), lang)
        case _:
            text = str(value)
    return text
