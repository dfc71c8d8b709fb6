"""How the parameters of an edition are written where the house has no way of its own: closures, and the cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from types import NoneType
from typing import Any, Final

from reclamation_core.calendars import DayRange
from reclamation_core.documents import Describe, Encoding, Schema, Structure
from reclamation_core.policy.refusals import refuse

NO_CUT_OFF: Final = "none"
"""What a policy file says where there is none."""


def _closure(value: Any, structure: Structure) -> DayRange:
    """A closure from a day, from [first, last], or from { first = ..., last = ... }."""
    if isinstance(value, Mapping) and set(value) == {"first", "last"}:
        value = [value["first"], value["last"]]
    ends = value if isinstance(value, list | tuple) else [value, value]
    try:
        first, last = (structure(end, date) for end in ends)
        return DayRange(first, last)
    except ValueError:
        refuse(
            "",
            value,
            "un jour est attendu, ou [premier, dernier] dans cet ordre",
            "a day is expected, or [first, last] in that order",
        )


def _cut_off(value: Any, _: Structure) -> time | None:
    if value is None or value == NO_CUT_OFF:
        return None
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        refuse(
            "",
            value,
            f"une heure locale est attendue, comme 17:00:00, ou « {NO_CUT_OFF} »",
            f"a local time is expected, like 17:00:00, or {NO_CUT_OFF!r}",
        )


def _closure_schema(describe: Describe) -> Schema:
    day = describe(date)
    pair = {"type": "array", "prefixItems": [day, day], "minItems": 2, "maxItems": 2}
    ends = {"type": "object", "properties": {"first": day, "last": day}, "required": ["first", "last"]}
    return {"anyOf": [day, pair, {**ends, "additionalProperties": False}]}


def _cut_off_schema(describe: Describe) -> Schema:
    return {"anyOf": [describe(time), {"const": NO_CUT_OFF}, describe(NoneType)]}


ENCODINGS: Final = (
    Encoding(annotation=DayRange, read=_closure, schema=_closure_schema),
    Encoding(annotation=time | None, read=_cut_off, schema=_cut_off_schema),
)
"""How closures and the cut-off are written in documents of editions."""
