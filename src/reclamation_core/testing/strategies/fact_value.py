"""Values of the facts that a table asks about, often on a threshold or next to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Boolean, Day, DecisionTable, Domain, Enumeration, Input, Integer, Number

LINE_MARKS: Final[dict[type[Domain], tuple[Any, ...]]] = {
    Integer: (-1, 0, 1, 3, 4, 10),
    Number: (0, 0.1, Decimal("0.3"), 1, Decimal("2.50"), 6.0, 5.999999),
    Day: (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2025, 1, 1)),
}
"""The thresholds of random tables, by what they lie on."""


def input_values(input_: Input) -> st.SearchStrategy[Any]:
    """Values that a base fact may have, `ABSENT` where it may be; shrinks towards the first of its domain."""
    if isinstance(input_.domain, Boolean):
        present: st.SearchStrategy[Any] = st.booleans()
    elif isinstance(input_.domain, Enumeration):
        present = st.sampled_from(input_.domain.values)
    else:
        present = _on_line(input_.domain)
    return st.one_of(present, present, present, st.just(ABSENT)) if input_.absent else present


@cache
def _on_line(domain: Any) -> st.SearchStrategy[Any]:
    marks = st.sampled_from(_marks(domain))
    close: st.SearchStrategy[Any]
    if isinstance(domain, Day):
        steps = st.sampled_from([0, -1, 1, 400, -400])
        close = st.builds(lambda day, step: date.fromordinal(day.toordinal() + step), marks, steps)
    elif isinstance(domain, Integer):
        close = st.builds(int.__add__, marks, st.sampled_from([0, -1, 1, 10**20]))
    else:
        parts = st.sampled_from([0, Decimal("0.000001"), Decimal("-0.000001"), Decimal("0.05"), 1, -1])
        exact = st.builds(lambda mark, step: Decimal(str(mark)) + step, marks, parts)
        close = st.one_of(exact, exact.map(float), exact.filter(lambda number: number == int(number)).map(int))
    return close.filter(lambda value: _within(domain, value))


def _marks(domain: Any) -> tuple[Any, ...]:
    ends = (end for end in (domain.minimum, domain.maximum) if end is not None)
    return tuple(dict.fromkeys([*LINE_MARKS[type(domain)], *ends]))


def _within(domain: Any, value: Any) -> bool:
    exact = Decimal(str(value)) if isinstance(value, float) else value
    low, high = domain.minimum, domain.maximum
    return (low is None or low <= exact) and (high is None or exact <= high)


def table_facts(table: DecisionTable[Any], *, unknown: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Facts that a table may be asked about, its own and those of the tables that it asks.

    Args:
        table: the table.
        unknown: with facts that are not known among them.

    Shrinks towards the first values of the domains.

    >>> from reclamation_core.policy import m2_1
    >>> of_levels = table_facts(m2_1().tables["level"])
    """
    values = {input_.name: input_values(input_) for input_ in table.base}
    if unknown:
        values = {name: value | st.just(UNKNOWN) for name, value in values.items()}
    return st.fixed_dictionaries(values)
