"""Values as Python code, so that a failing example can be pasted and run again."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from importlib import import_module
from math import isfinite
from typing import Any, Final, cast

import attrs
from hypothesis.vendor.pretty import pretty

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy, m2_1
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts

Imports = dict[str, None]
"""The lines that import what the code uses, in order."""

_PLAIN: Final = (type(None), bool, int, str, bytes)
_DATES: Final = (date, time, timedelta, tzinfo)
_BRACKETS: Final[Mapping[type[Any], tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}


def code_of(value: object, imports: Imports) -> str:
    """Return an expression that makes a value, and add the imports that it needs.

    A value that cannot be made by code, such as a function, is shown by its `repr` between `<` and `>`, which is a
    syntax error where it is pasted.

    >>> code_of(Decimal("1.5"), imports := {}), list(imports)
    ("Decimal('1.5')", ['from decimal import Decimal'])
    """
    for classes, write in _WRITERS:
        if isinstance(value, classes):
            return write(value, imports)
    if attrs.has(type(value)):
        return _of_attrs(cast(attrs.AttrsInstance, value), imports)
    return f"<{value!r}>"


def _of_dates(value: object, imports: Imports) -> str:
    imports["import datetime"] = None
    if isinstance(value, datetime | time | tzinfo) and "zoneinfo" in repr(value):
        imports["import zoneinfo"] = None
    return repr(value)


def _of_number(value: float | Decimal, imports: Imports) -> str:
    if isinstance(value, Decimal):
        imports["from decimal import Decimal"] = None
        return repr(value)
    return repr(value) if isfinite(value) else f"float({str(value)!r})"


def _of_facts(value: attrs.AttrsInstance, imports: Imports) -> str:
    _import(type(value), imports)
    for known in attrs.asdict(value, recurse=False).values():
        code_of(known, imports)
    return pretty(value)


def _of_policy(value: Policy, imports: Imports) -> str:
    if value == m2_1():
        imports["from reclamation_core import m2_1"] = None
        return "m2_1()"
    if type(value) is Policy:
        with suppress(Exception):
            if Policy.from_json(value.to_json()) == value:
                _import(Policy, imports)
                return f"Policy.from_json({value.to_json()!r})"
    return f"<{value.edition}>"


def _of_calendar(value: BusinessCalendar, imports: Imports) -> str:
    _import(BusinessCalendar, imports)
    return f"BusinessCalendar({code_of(value.definition, imports)})"


def _of_items(value: Collection[object], imports: Imports) -> str:
    begin, end = _BRACKETS.get(type(value), ("[", "]"))
    items = [code_of(item, imports) for item in value]
    if not items and isinstance(value, set | frozenset):
        return f"{type(value).__name__}()"
    return begin + ", ".join(items) + ("," if isinstance(value, tuple) and len(items) == 1 else "") + end


def _of_mapping(value: Mapping[object, object], imports: Imports) -> str:
    pairs = (f"{code_of(key, imports)}: {code_of(item, imports)}" for key, item in value.items())
    return f"{{{', '.join(pairs)}}}"


def _of_member(value: Enum, imports: Imports) -> str:
    _import(type(value), imports)
    return f"{type(value).__name__}.{value.name}"


def _of_missing(value: object, imports: Imports) -> str:
    imports[f"from reclamation_core import {value!r}"] = None
    return repr(value)


def _of_class(value: type[Any], imports: Imports) -> str:
    _import(value, imports)
    return str(value.__name__)


def _of_attrs(value: attrs.AttrsInstance, imports: Imports) -> str:
    _import(type(value), imports)
    given = ", ".join(f"{name}={code_of(item, imports)}" for name, item in _arguments(value))
    return f"{type(value).__name__}({given})"


def _arguments(value: attrs.AttrsInstance) -> Iterator[tuple[str, Any]]:
    values = attrs.asdict(value, recurse=False)
    for field in attrs.fields(type(value)):
        found, default = values[field.name], field.default
        if field.init and (default is attrs.NOTHING or isinstance(default, attrs.Factory) or found != default):  # type: ignore[arg-type]
            yield field.alias or field.name, found


def _import(cls: type[Any], imports: Imports) -> None:
    """Add the import of a class, from the outermost package that has it."""
    parts = cls.__module__.split(".")
    packages = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
    module = next(name for name in packages if getattr(import_module(name), cls.__name__, None) is cls)
    imports[f"from {module} import {cls.__name__}"] = None


_WRITERS: Final[tuple[tuple[tuple[type[Any], ...], Callable[[Any, Imports], str]], ...]] = (
    ((type(UNKNOWN), type(ABSENT)), _of_missing),
    ((enum.Enum,), _of_member),
    (_PLAIN, lambda value, _: repr(value)),
    ((float, Decimal), _of_number),
    (_DATES, _of_dates),
    ((ComplaintFacts, MalfunctionFacts), _of_facts),
    ((Policy,), _of_policy),
    ((BusinessCalendar,), _of_calendar),
    ((list, tuple, set, frozenset), _of_items),
    ((Mapping,), _of_mapping),
    ((type,), _of_class),
)
"""By classes, what writes their values; the first that fits."""
