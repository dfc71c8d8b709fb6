"""How the value given for a fact becomes the value that is kept, and what is said of one that cannot.

Each conversion takes the fact's name, the value given and the list of faults; it gives the value to keep, or adds a
fault and gives the value back, for the caller to raise all the faults together.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from reclamation_core.errors import Fault
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.vocabulary.base import Vocabulary
from reclamation_core.wording import Wording

V = TypeVar("V", bound=Vocabulary)
Number: TypeAlias = int | float | Decimal
Conversion: TypeAlias = Callable[[str, object, list[Fault]], Any]

_AWARE = Wording(
    "une date-heure (datetime) avec son fuseau est attendue, par exemple tzinfo=ZoneInfo('Europe/Paris')",
    "a datetime with its time zone is expected, for example tzinfo=ZoneInfo('Europe/Paris')",
)
_TRUTH = Wording("True ou False est attendu, ou None si c'est inconnu", "True or False is expected, or None if unknown")
_NOTE = Wording(
    "un nombre fini est attendu, None (ABSENT) s'il n'y a pas de note, UNKNOWN si elle est inconnue",
    "a finite number is expected, None (ABSENT) when there is no note, UNKNOWN when it is not known",
)


def instant(name: str, value: object, faults: list[Fault]) -> Any:
    """A datetime that says its offset."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        faults.append(Fault(name, value, _AWARE))
    return value


def member_of(vocabulary: type[V]) -> Conversion:
    """A conversion to a member of one vocabulary, from the member itself or its code."""
    by_code = {member.value: member for member in vocabulary}
    codes = ", ".join(by_code)
    expected = Wording(
        f"un membre de {vocabulary.__name__} ou son code est attendu ({codes}), ou None si c'est inconnu",
        f"a member of {vocabulary.__name__} or its code is expected ({codes}), or None if unknown",
    )

    def convert(name: str, value: object, faults: list[Fault]) -> Any:
        if value is None:
            return UNKNOWN
        # A member of another vocabulary may have the same code: Level.LOCAL is no ClientScope.
        if value.__class__ is str and value in by_code:
            return by_code[value]
        if value.__class__ is not vocabulary and value is not UNKNOWN:
            faults.append(Fault(name, value, expected))
        return value

    return convert


def truth(name: str, value: object, faults: list[Fault]) -> Any:
    """True or False; 0 and 1 are refused, for they are counts elsewhere."""
    if value is None:
        return UNKNOWN
    if value.__class__ is not bool and value is not UNKNOWN:
        faults.append(Fault(name, value, _TRUTH))
    return value


def whole(least: int, most: int | None = None) -> Conversion:
    """A conversion to a whole number between two bounds, both included."""
    fr, en = (f"au moins {least}", f"at least {least}")
    if most is not None:
        fr, en = f"de {least} à {most}", f"from {least} to {most}"
    expected = Wording(
        f"un nombre entier (int) {fr} est attendu, ou None si c'est inconnu",
        f"a whole number (int) {en} is expected, or None if unknown",
    )

    def convert(name: str, value: object, faults: list[Fault]) -> Any:
        if value is None:
            return UNKNOWN
        number = isinstance(value, int) and not isinstance(value, bool)
        if value is not UNKNOWN and not (number and least <= value <= (value if most is None else most)):  # type: ignore[operator]
            faults.append(Fault(name, value, expected))
        return value

    return convert


def note(name: str, value: object, faults: list[Fault]) -> Any:
    """A finite number; `None` says that there is no note."""
    if value is None:
        return ABSENT
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if not isinstance(value, Missing) and not (number and _is_finite(value)):
        faults.append(Fault(name, value, _NOTE))
    return value


def _is_finite(number: Any) -> bool:
    try:
        return math.isfinite(number)
    except (OverflowError, ValueError):  # an integer beyond the floats, a signalling NaN
        return isinstance(number, int)
