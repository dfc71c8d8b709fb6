"""What the guards of a command need of its fields, before the command is given: forms mark and explain it.

A guard declares the fields that it reads (`GuardInput.fields`). Whether one of them has to be entered follows: the
guards are evaluated on the command with that field empty and the others entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice, product
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

import attrs

from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.codes import LabelledEnum
from reclamation_core.shared_repr import SharedRepr

_MOST: Final = 64
"""The most combinations of the values of other fields that are tried for one field."""
_SOME_TEXT: Final = "…"
_SOME_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SOME_ACTION: Final = LineReference(PlanScope.region(_SOME_TEXT), _SOME_TEXT)
_SOME: Final[Mapping[type[Any], tuple[object, ...]]] = {
    bool: (False, True),
    int: (1,),
    datetime: (_SOME_INSTANT,),
    date: (_SOME_INSTANT.date(),),
    LineReference: (_SOME_ACTION,),
}


@attrs.frozen(kw_only=True)
class FieldNeed(SharedRepr):
    """What guards need of a field.

    Args:
        field: the name of the argument.
        guards: the guards that refuse the command for want of it, by their names.
        is_required: True if they refuse whatever else is entered; otherwise it depends on other fields.
        is_refused: True if they refuse the command if anything is entered in the field.
        refused: the values of the field with which the guards refuse the command whatever else is entered, each with
            the guards.
    """

    field: str
    guards: tuple[str, ...] = ()
    is_required: bool = False
    is_refused: bool = False
    refused: tuple[tuple[object, tuple[str, ...]], ...] = ()


def field_needs(
    of: type[Any], fields: Iterable[str], refusing: Callable[[Mapping[str, object]], Iterable[str]]
) -> tuple[FieldNeed, ...]:
    """Return what guards need of some fields of an event, those that they need nothing of apart.

    Args:
        of: the class of the event, or of the part of it that has the fields.
        fields: the names of the fields that the guards read.
        refusing: returns the guards that refuse the command with the values of some fields, whatever the others.
    """
    hints = _hints(of)  # type: ignore[arg-type]  # a class is hashable
    names = [name for name in fields if name in attrs.fields_dict(of)]
    always = frozenset(refusing({}))

    def refuse(values: Mapping[str, object]) -> frozenset[str]:
        return frozenset(refusing(values)) - always

    allowed: dict[str, tuple[object, ...]] = {}
    refused: dict[str, tuple[tuple[object, tuple[str, ...]], ...]] = {}
    for name in names:
        values = _values(hints[name])
        # In the order of the guards: a set would have another order in each process.
        found = {value: tuple(one for one in refusing({name: value}) if one not in always) for value in values}
        found = found if len(values) > 1 else {}
        refused[name] = tuple((value, guards) for value, guards in found.items() if guards)
        allowed[name] = tuple(value for value in values if not found.get(value))
    needs = (_need(name, hints[name], allowed, refuse) for name in names)
    found_needs = (attrs.evolve(need, refused=refused[need.field]) for need in needs)
    return tuple(need for need in found_needs if need.guards or need.refused or need.is_refused)


@cache
def _hints(of: type[object]) -> Mapping[str, object]:
    return get_type_hints(of)


def _need(
    name: str,
    hint: object,
    allowed: Mapping[str, Sequence[object]],
    refuse: Callable[[Mapping[str, object]], frozenset[str]],
) -> FieldNeed:
    """Return whether a field that is left empty is refused, with each of the values of the other fields."""
    if not {NoneType, Ellipsis} & set(get_args(hint)) or not all(allowed.values()):
        return FieldNeed(field=name)  # the command cannot be given without it, or not at all
    empty = () if Ellipsis in get_args(hint) else None
    others = {other: values for other, values in allowed.items() if other != name}
    guards: dict[str, None] = {}
    is_required = is_refused = True
    for values in islice(product(*others.values()), _MOST):
        given = dict(zip(others, values, strict=True))
        entered = frozenset.intersection(*(refuse({**given, name: value}) for value in allowed[name]))
        left_out = refuse({**given, name: empty})
        is_required = is_required and not left_out <= entered
        is_refused = is_refused and not entered <= left_out
        guards |= dict.fromkeys(sorted(left_out - entered))
    return FieldNeed(field=name, guards=tuple(guards), is_required=is_required, is_refused=is_refused)


def _values(hint: object) -> tuple[object, ...]:
    """Return values of a type, empty ones apart: each member of an enumeration, one text for all texts."""
    parts = get_args(hint) or (hint,)
    if Ellipsis in parts:
        return ((_SOME_TEXT,),)
    classes = [part for part in parts if isinstance(part, type)]
    members = next((tuple(cls) for cls in classes if issubclass(cls, LabelledEnum)), None)
    return members or next((_SOME[cls] for cls in classes if cls in _SOME), (_SOME_TEXT,))
