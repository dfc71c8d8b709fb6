"""Writing conditions and values in S-FEEL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from reclamation_core.missing import ABSENT
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.sfeel.tokens import quoted

_COMPARISONS: Final = {Operator.BELOW: "<", Operator.AT_MOST: "<=", Operator.AT_LEAST: ">=", Operator.ABOVE: ">"}


def write_condition(condition: Condition, absent: bool = False) -> str:
    """A condition in S-FEEL, where absent is null.

    Args:
        condition: the condition.
        absent: whether the input may be absent: `not(...)` holds of null unless it names it.

    >>> from reclamation_core.tables import below, between, is_in, is_not
    >>> write_condition(below(6)), write_condition(is_in(below(2), between(4, 5, high_included=False)))
    ('< 6', '< 2,[4..5)')
    >>> write_condition(is_not("local")), write_condition(is_not("local"), absent=True)
    ('not("local")', 'not("local",null)')
    """
    match condition.operator:
        case Operator.ANY:
            return "-"
        case Operator.IS_IN:
            return _list(condition)
        case Operator.ALL_BUT:
            return f"not({_list(condition)})"
        case Operator.IS_NOT:
            null = ",null" if absent and condition.values != (ABSENT,) else ""
            return f"not({_list(condition)}{null})"
    if condition.included is None:
        return f"{_COMPARISONS[condition.operator]} {write_value(condition.values[0])}"
    from_low, to_high = condition.included
    low, high = map(write_value, condition.values)
    # An open end could be a bracket turned round as well; more programs read the parenthesis.
    return f"{'[' if from_low else '('}{low}..{high}{']' if to_high else ')'}"


def _list(condition: Condition) -> str:
    return ",".join(
        write_condition(item) if isinstance(item, Condition) else write_value(item) for item in condition.values
    )


def write_value(value: Any) -> str:
    """A value as S-FEEL has it: `"email"`, `true`, `6.5`, `date("2026-05-02")`; `ABSENT` is `null`."""
    if value is ABSENT:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, Decimal):
        return f"{value:f}"
    return quoted(str(value)) if isinstance(value, str) else str(value)
