"""How a plain value of a document is read: nothing is guessed, and a refusal says in both languages what to write.

The readers are called as cattrs calls its hooks, with the class asked for: that of `str` also for a StrEnum, that of
`int` for an IntEnum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, Final, NoReturn, TypeVar

from reclamation_core.documents.canonical import encodable
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import Missing
from reclamation_core.wording import Wording

E = TypeVar("E", bound=Enum)

OBJECT: Final = Wording(
    "un objet (des clés et leurs valeurs) est attendu", "an object (keys and their values) is expected"
)
LIST: Final = Wording("une liste est attendue", "a list is expected")
NO_NUL = Wording("un texte sans caractère nul est attendu", "a text without a NUL character is expected")
UNICODE = Wording("un texte Unicode valide est attendu", "a valid Unicode text is expected")


def refuse(value: Any, fr: str, en: str) -> NoReturn:
    """Refuse a value where it stands; the path is added on the way out.

    Raises:
        FaultsError: always.
    """
    refuse_at("", value, fr, en)


def refuse_at(path: str, value: Any, fr: str, en: str) -> NoReturn:
    """Refuse a value that stands below: at a key, or further down.

    Raises:
        FaultsError: always.
    """
    raise FaultsError((Fault(path, value, Wording(fr, en)),))


def refuse_other(value: Any, known: Iterable[Any], path: str = "") -> NoReturn:
    """Refuse a value that is none of those of a closed list.

    Raises:
        FaultsError: always.
    """
    codes = ", ".join(map(str, known))
    refuse_at(path, value, f"une de ces valeurs est attendue : {codes}", f"one of these is expected: {codes}")


def read_object(value: Any) -> Mapping[str, Any]:
    """Keys and their values, the keys being texts."""
    if not isinstance(value, Mapping):
        refuse(value, OBJECT.fr, OBJECT.en)
    if not all(isinstance(key, str) for key in value):
        refuse(value, "les clés d'un objet sont des textes", "the keys of an object are texts")
    return value


def read_list(value: Any) -> list[Any] | tuple[Any, ...]:
    """Values in an order: neither the letters of a text nor the keys of an object."""
    if not isinstance(value, list | tuple):
        refuse(value, LIST.fr, LIST.en)
    return value


def read_text(value: Any, asked: Any = str) -> Any:
    """A string without NUL or half surrogates, which no store could keep."""
    if asked is not str:
        return read_member(value, asked)
    if type(value) is not str:
        refuse(value, "un texte est attendu", "a text is expected")
    if value.isascii() and "\0" not in value:
        return value
    try:
        encodable(value)
    except ValueError:
        refuse(value, UNICODE.fr, UNICODE.en)
    if "\0" in value:
        refuse(value, NO_NUL.fr, NO_NUL.en)
    return value


def read_truth(value: Any, _: Any = None) -> bool:
    """True or False: neither a number nor a word."""
    if type(value) is not bool:
        refuse(value, "vrai ou faux est attendu (true, false)", "true or false is expected")
    return value


def read_integer(value: Any, asked: Any = int) -> Any:
    """An integer: neither a truth value nor a text."""
    if asked is not int:
        return read_member(value, asked)
    if type(value) is not int:
        refuse(value, "un nombre entier est attendu", "an integer is expected")
    return value


def read_float(value: Any, _: Any = None) -> float:
    """A finite number."""
    if type(value) not in (int, float, Decimal) or not math.isfinite(value):
        refuse(value, "un nombre fini est attendu", "a finite number is expected")
    return float(value)


def read_date(value: Any, _: Any = None) -> date:
    """A date, or its text as ISO 8601."""
    if type(value) is date:
        return value
    return _from_iso(value, date.fromisoformat, "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")


def read_instant(value: Any, _: Any = None) -> datetime:
    """A datetime that knows its offset, or its text as ISO 8601."""
    words = (
        "une date et une heure avec leur décalage sont attendues, comme 2026-05-02T09:30:00+02:00",
        "a date and a time with their offset are expected, like 2026-05-02T09:30:00+02:00",
    )
    instant = value if isinstance(value, datetime) else _from_iso(value, datetime.fromisoformat, *words)
    if instant.utcoffset() is None:
        refuse(value, *words)
    return instant


def read_time(value: Any, _: Any = None) -> time:
    """A time of day, or its text as ISO 8601."""
    if type(value) is time:
        return value
    return _from_iso(value, time.fromisoformat, "une heure HH:MM est attendue", "a time HH:MM is expected")


D = TypeVar("D", bound=date | time)


def _from_iso(value: Any, parse: Callable[[str], D], fr: str, en: str) -> D:
    if type(value) is not str:
        refuse(value, fr, en)
    try:
        return parse(value)
    except ValueError:
        refuse(value, fr, en)


def read_decimal(value: Any, _: Any = None) -> Decimal:
    """A finite decimal number, written as text or as an integer; never a binary fraction, which is another number."""
    try:
        number = Decimal(value) if type(value) in (str, int, Decimal) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        refuse(
            value,
            "un nombre décimal écrit comme texte est attendu, comme « 6.5 »",
            'a decimal number written as text is expected, like "6.5"',
        )
    return number


def read_bytes(value: Any, _: Any = None) -> bytes:
    """Bytes, from their text in hexadecimal."""
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        refuse(value, "un texte hexadécimal est attendu", "a text in hexadecimal is expected")


def read_missing(value: Any, _: Any = None) -> Missing:
    """`UNKNOWN` or `ABSENT`, from `{"missing": "unknown"}` or `{"missing": "absent"}`."""
    if isinstance(value, Mapping) and set(value) == {"missing"} and value["missing"] in ("unknown", "absent"):
        return Missing(value["missing"])
    either = '{"missing": "unknown"}', '{"missing": "absent"}'
    refuse(value, f"{either[0]} ou {either[1]} est attendu", f"{either[0]} or {either[1]} is expected")


def read_member(value: Any, cls: type[E]) -> E:
    """The member of an enumeration that has this code."""
    found: tuple[E, type[Any]] | None
    try:
        found = _members(cls).get(value)
    except TypeError:  # a list or an object, which is no code
        found = None
    if found is None or (type(value) is not found[1] and value is not found[0]):
        refuse_other(value, (each.value for each in cls))
    return found[0]


@cache
def _members(cls: type[E]) -> Mapping[Any, tuple[E, type[Any]]]:
    """The members of an enumeration, each by its code and by itself, with the class of its code."""
    return {key: (member, type(member.value)) for member in cls for key in (member, member.value)}


def write_plain(value: Any) -> Any:
    """A text or an integer, and the code of a member of an enumeration of such."""
    return value.value if isinstance(value, Enum) else value


def write_instant(value: datetime) -> str:
    """ISO 8601, with the offset.

    Raises:
        ValueError: the datetime is naive.
    """
    if value.utcoffset() is None:
        raise ValueError(f"a naive datetime has no place in a document: {value!r}; give it a time zone")
    return value.isoformat()
