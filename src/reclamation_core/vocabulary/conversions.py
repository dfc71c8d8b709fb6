"""Conversions of the values given for facts.

A conversion returns the converted value, or a `Refused` with the wording of what is expected: a class reports all its
refused facts at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.faults import Refused
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.tables import Domain
from reclamation_core.wording import Wording

V = TypeVar("V", bound=LabelledEnum)

_AWARE = Wording(
    "une date et une heure avec leur décalage sont attendues, comme 2026-05-02T09:30:00+02:00",
    "a date and a time with their offset are expected, like 2026-05-02T09:30:00+02:00",
)
_AS_TEXT = Wording(
    "une date et une heure avec leur décalage sont attendues, et non le texte qui les écrit",
    "a date and a time with their offset are expected, not the text of them: parse it to a datetime first",
)
_TRUTH = Wording(
    "vrai ou faux est attendu ; si c'est inconnu, n'indiquez rien",
    "true or false is expected; leave it out if it is unknown",
)
_NOTE = Wording(
    "un nombre fini est attendu ; s'il n'y a pas de note, n'indiquez rien",
    "a finite number is expected; leave it out if there is no note",
)


def refused_instant(value: object) -> Any:
    """Return the `Refused` of a value that is no datetime with its offset from UTC."""
    return Refused(value, _AS_TEXT if isinstance(value, str) else _AWARE)


def member(codes: type[V], value: object) -> Any:
    """Return the member of an enumeration from its code, or a `Refused`; `None` is unknown."""
    if value is None:
        return UNKNOWN
    # A member of another enumeration may have the same code: Level.LOCAL is not a ClientScope.
    found = _by_code(codes).get(value) if value.__class__ is str else None
    return Refused(value, _one_of(codes)) if found is None else found


@cache
def _by_code(codes: type[LabelledEnum]) -> Mapping[object, LabelledEnum]:
    return {member.value: member for member in codes}


@cache
def _one_of(codes: type[LabelledEnum]) -> Wording:
    listed = ", ".join(codes)
    return Wording(
        f"l'un de ces codes est attendu : {listed} ; s'il est inconnu, n'indiquez rien",
        f"one of these codes is expected: {listed}; leave it out if it is unknown",
    )


def code(codes: Domain, value: object) -> Any:
    """Return a code of an open list, or a `Refused`; `None` is unknown."""
    if value is None:
        return UNKNOWN
    try:
        return codes.check(value)
    except ValueError:
        return Refused(value, codes.expected)


def truth(value: object) -> Any:
    """Return True or False, or a `Refused`; 0 and 1 are refused, because they are counts. `None` is unknown."""
    if value is None:
        return UNKNOWN
    plain = of_python(value)
    return plain if isinstance(plain, bool) else Refused(value, _TRUTH)


def whole(value: object, least: int, most: int | None = None) -> Any:
    """Return a whole number between two bounds, both included, or a `Refused`; `None` is unknown."""
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
        f"un nombre entier {fr} est attendu ; s'il est inconnu, n'indiquez rien",
        f"a whole number {en} is expected; leave it out if it is unknown",
    )


def note(value: object) -> Any:
    """Return a finite number, or a `Refused`; `None` means that there is no note."""
    if value is None:
        return ABSENT
    if isinstance(value, Missing):
        return value
    plain = of_python(value)
    number = isinstance(plain, int | float | Decimal) and plain.__class__ is not bool
    return plain if number and _is_finite(plain) else Refused(value, _NOTE)


def of_python(value: Any) -> Any:
    """Return the Python value of a NumPy scalar; any other value, arrays included, unchanged."""
    return value.item() if type(value).__module__ == "numpy" and not hasattr(value, "__len__") else value


def _is_finite(number: float | Decimal) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite()
    try:
        return math.isfinite(number)
    except (OverflowError, ValueError):  # an integer beyond the floats
        return isinstance(number, int)
