"""How a value that may be of several types is read: by what it looks like, never by trying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from reclamation_core.documents import encodings as read
from reclamation_core.missing import Missing

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs

_NUMBERS = frozenset({float, Decimal})
_PLAIN = frozenset({bool, float, int, str})
_AS_THEY_ARE = _PLAIN | {NoneType}


def is_union(cls: Any) -> bool:
    """Whether an annotation names several types."""
    return get_origin(cls) in (Union, UnionType)


def missing_members(cls: Any) -> tuple[Missing, ...]:
    """The sentinels that an annotation allows, or that it is."""
    if get_origin(cls) is Literal:
        return tuple(member for member in get_args(cls) if isinstance(member, Missing))
    return tuple(member for part in get_args(cls) for member in missing_members(part)) if is_union(cls) else ()


def without_sentinels(cls: Any) -> Any:
    """What a union allows beside None and sentinels: one type or a union; None where that is all it allows."""
    rest = [part for part in get_args(cls) if part is not NoneType and not missing_members(part)]
    return reduce(or_, rest) if rest else None


def is_literal(cls: Any) -> bool:
    """Whether an annotation lists plain values."""
    return get_origin(cls) is Literal and not missing_members(cls)


def read_literal(value: Any, cls: Any) -> Any:
    """One of the values that an annotation lists, of their very types."""
    if not any(value == listed and type(value) is type(listed) for listed in get_args(cls)):
        read.refuse_other(value, get_args(cls))
    return value


def is_number_or_text(cls: Any) -> bool:
    """Whether it is the union of a binary fraction and a decimal one: a number is the former, a text the latter."""
    return is_union(cls) and set(get_args(cls)) == _NUMBERS


def has_sentinels(cls: Any) -> bool:
    """Whether an annotation allows None or a sentinel beside something else, or is a sentinel."""
    return bool(missing_members(cls)) or (is_union(cls) and NoneType in get_args(cls))


def read_number(value: Any, _: Any) -> float | Decimal:
    """A number as JSON has it, or a decimal number written as text."""
    if type(value) in (str, Decimal):
        return read.read_decimal(value)
    return value if type(value) is int else read.read_float(value)


def writer(converter: cattrs.Converter) -> Callable[[Any], Any]:
    """Writes a value that may be of several types: by its own class, which is looked up once."""
    by_class: dict[type, Callable[[Any], Any]] = {}

    def write(value: Any) -> Any:
        cls = value.__class__
        if cls in _AS_THEY_ARE:
            return value
        hook = by_class.get(cls)
        if hook is None:
            has_codes = issubclass(cls, Enum) and cls is not Missing
            codes = {member: member.value for member in cls} if has_codes else {}
            hook = by_class[cls] = codes.__getitem__ if has_codes else converter.get_unstructure_hook(cls)
        return hook(value)

    return write


def sentinel_reader(converter: cattrs.Converter, cls: Any) -> Callable[[Any, Any], Any]:
    """Reads None and the sentinels of an annotation, and leaves the rest to what reads the rest."""
    allowed = {member.value: member for member in missing_members(cls)}
    optional = NoneType in get_args(cls)
    rest = without_sentinels(cls) if is_union(cls) else None
    read_rest = None if rest is None else converter.get_structure_hook(rest)
    words = " | ".join(f'{{"missing": "{code}"}}' for code in allowed)

    def read_one(value: Any, _: Any) -> Any:
        if value.__class__ in _PLAIN and read_rest is not None:
            return read_rest(value, rest)
        if value is None and optional:
            return None
        if allowed and isinstance(value, Mapping) and "missing" in value:
            code = value["missing"]
            if len(value) == 1 and type(code) is str and code in allowed:
                return allowed[code]
            read.refuse(value, f"{words} est attendu", f"{words} is expected")
        if read_rest is None or (value is None and allowed):
            read.refuse(value, f"{words} est attendu", f"{words} is expected")
        return read_rest(value, rest)

    return read_one
