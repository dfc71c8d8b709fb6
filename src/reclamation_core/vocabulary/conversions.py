"""How the value given for a fact becomes the value that is kept, and what is said of one that cannot.

A conversion gives the value to keep, or the value refused with what was expected, so that all the refusals of a fact
sheet are raised together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents import REDACTED
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.tables import Domain
from reclamation_core.wording import Wording, safe_repr

V = TypeVar("V", bound=LabelledEnum)

_AWARE = Wording(
    "une date-heure (datetime) avec son fuseau est attendue, par exemple tzinfo=ZoneInfo('Europe/Paris')",
    "a datetime with its time zone is expected, for example tzinfo=ZoneInfo('Europe/Paris')",
)
_TRUTH = Wording(
    "True ou False est attendu ; si c'est inconnu, ne donnez rien",
    "True or False is expected; give nothing where it is unknown",
)
_NOTE = Wording(
    "un nombre fini est attendu, None (ABSENT) s'il n'y a pas de note, UNKNOWN si elle est inconnue",
    "a finite number is expected, None (ABSENT) when there is no note, UNKNOWN when it is not known",
)


@attrs.frozen
class Refused:
    """A value that cannot be kept, and what was expected."""

    value: object
    expected: Wording

    @property
    def safe_value(self) -> object:
        """The value, as a fault may tell it: a code or a number, else its class; nothing where it may hold words."""
        a_code = isinstance(self.value, str) and len(self.value.split()) < 2
        if a_code or isinstance(self.value, Enum | int | float | Decimal | date | None):
            return self.value
        return REDACTED if isinstance(self.value, Iterable) else safe_repr(self.value)


def instant(value: object) -> Any:
    """A datetime with its offset from UTC, or the value refused."""
    return Refused(value, _AWARE) if _offset(value) is None else at_offset(value)  # type: ignore[arg-type]


def at_offset(value: datetime) -> datetime:
    """Return an aware datetime with its zone replaced by a fixed offset; any other value unchanged.

    Python compares two datetimes of one zone by wall time: in the night that ends summer time, 02:50 comes after 02:10
    although it may be 20 minutes before. With fixed offsets the order is that of the instants, and a datetime is what
    its ISO 8601 text reads as.
    """
    if value.__class__ is datetime and value.tzinfo.__class__ is timezone and not value.fold:
        return value
    offset = _offset(value)
    return value if offset is None else value.replace(tzinfo=timezone(offset), fold=0)


def is_aware(moment: datetime) -> bool:
    """Whether a datetime says its offset; what stands for a missing one in pandas does not."""
    return _offset(moment) is not None


def _offset(moment: object) -> timedelta | None:
    """The offset of a datetime; None where it has none, and for what is no datetime."""
    try:
        return moment.utcoffset() if isinstance(moment, datetime) else None
    except ValueError:  # pandas' NaT is a datetime that refuses to be asked
        return None


def member(vocabulary: type[V], value: object) -> Any:
    """A member of one vocabulary, from its code; `None` is unknown."""
    if value is None:
        return UNKNOWN
    # A member of another vocabulary may have the same code: Level.LOCAL is no ClientScope.
    found = _by_code(vocabulary).get(value) if value.__class__ is str else None
    return Refused(value, _members_of(vocabulary)) if found is None else found


@cache
def _by_code(vocabulary: type[LabelledEnum]) -> Mapping[object, LabelledEnum]:
    return {member.value: member for member in vocabulary}


@cache
def _members_of(vocabulary: type[LabelledEnum]) -> Wording:
    codes = ", ".join(vocabulary)
    return Wording(
        f"un membre de {vocabulary.__name__} ou son code est attendu ({codes}) ; s'il est inconnu, ne donnez rien",
        f"a member of {vocabulary.__name__} or its code is expected ({codes}); give nothing where it is unknown",
    )


def code(codes: Domain, value: object) -> Any:
    """A code of a list that is open to others, or the value refused; `None` is unknown."""
    if value is None:
        return UNKNOWN
    try:
        return codes.check(value)
    except ValueError:
        return Refused(value, codes.expected)


def truth(value: object) -> Any:
    """What is neither True nor False; 0 and 1 are refused, for they are counts elsewhere. `None` is unknown."""
    if value is None:
        return UNKNOWN
    plain = of_python(value)
    return plain if isinstance(plain, bool) else Refused(value, _TRUTH)


def whole(value: object, least: int, most: int | None = None) -> Any:
    """A whole number between two bounds, both included; `None` is unknown."""
    if value is None:
        return UNKNOWN
    plain = of_python(value)
    if isinstance(plain, int) and plain.__class__ is not bool and least <= plain and (most is None or plain <= most):
        return plain
    return Refused(value, _whole_numbers(least, most))


@cache
def _whole_numbers(least: int, most: int | None) -> Wording:
    fr, en = (f"de {least} à {most}", f"from {least} to {most}")
    if most is None:
        fr, en = (f"au moins {least}", f"at least {least}")
    return Wording(
        f"un nombre entier (int) {fr} est attendu ; s'il est inconnu, ne donnez rien",
        f"a whole number (int) {en} is expected; give nothing where it is unknown",
    )


def note(value: object) -> Any:
    """A finite number; `None` says that there is no note."""
    if value is None:
        return ABSENT
    if isinstance(value, Missing):
        return value
    plain = of_python(value)
    number = isinstance(plain, int | float | Decimal) and plain.__class__ is not bool
    return plain if number and _is_finite(plain) else Refused(value, _NOTE)


def of_python(value: Any) -> Any:
    """A number or a truth value of NumPy as Python has it; anything else, an array among others, as it is."""
    return value.item() if type(value).__module__ == "numpy" and not hasattr(value, "__len__") else value


def _is_finite(number: Any) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite()
    try:
        return math.isfinite(number)
    except (OverflowError, ValueError):  # an integer beyond the floats
        return isinstance(number, int)
