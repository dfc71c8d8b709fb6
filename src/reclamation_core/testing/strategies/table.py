"""Decision tables, their inputs, and facts for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import (
    Boolean,
    Condition,
    Day,
    DecisionTable,
    Domain,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    above,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_in,
    is_not,
)
from reclamation_core.wording import Wording

LINE_MARKS: Final[dict[type[Domain], tuple[Any, ...]]] = {
    Integer: (-1, 0, 1, 3, 4, 10),
    Number: (0, 0.1, Decimal("0.3"), 1, Decimal("2.50"), 6.0, 5.999999),
    Day: (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2025, 1, 1)),
}
"""The thresholds of the tables, by domain."""


def input_values(input_: Input) -> st.SearchStrategy[Any]:
    """Values of a base fact, `ABSENT` too if the input allows it; shrinks towards the first of its domain."""
    if isinstance(input_.domain, Boolean):
        present: st.SearchStrategy[Any] = st.booleans()
    elif isinstance(input_.domain, Enumeration):
        present = st.sampled_from(input_.domain.values)
    else:
        present = _on_line(input_.domain)
    return st.one_of(present, present, present, st.just(ABSENT)) if input_.absent else present


@cache
def _on_line(domain: object) -> st.SearchStrategy[Any]:
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
    """Facts of a table and of the tables that it requires; shrinks towards the first values of the domains.

    Args:
        table: the table.
        unknown: also unknown facts.

    >>> from reclamation_core.policy import m2_1
    >>> of_levels = table_facts(m2_1().tables["level"])
    """
    values = {input_.name: input_values(input_) for input_ in table.base}
    if unknown:
        values = {name: value | st.just(UNKNOWN) for name, value in values.items()}
    return st.fixed_dictionaries(values)


_CODES: Final = ("red", "green", "blue")
_SCALE: Final = ("low", "middle", "high")
_COLOUR: Final = Enumeration("Colour", _CODES, tuple(Wording(code, code) for code in _CODES))
_OUTPUTS: Final[dict[str, tuple[Domain, tuple[Any, ...]]]] = {
    "boolean": (Boolean(), (False, True)),
    "integer": (Integer(), (0, 1, 2)),
    "scale": (Enumeration("Scale", _SCALE, tuple(Wording(code, code) for code in _SCALE), ordered=True), _SCALE),
}
"""The domains of outcomes, and the outcomes of rows."""
_BOUNDS: Final[dict[type[Domain], tuple[Any, Any]]] = {
    Integer: (-1, 10),
    Number: (0, Decimal("10.5")),
    Day: (date(2023, 12, 31), date(2025, 1, 1)),
}
_MOST_LEAVES: Final = 6


@st.composite
def table_inputs(draw: st.DrawFn, *, name: str = "fact") -> Input:
    """Inputs of any domain, with or without bounds and absence; shrinks towards a boolean."""
    kind = draw(st.sampled_from([Boolean, Enumeration, Integer, Number, Day]))
    domain: Domain
    if kind in _BOUNDS:
        low, high = (end if draw(st.booleans()) else None for end in _BOUNDS[kind])
        line: Any = kind
        domain = line(low, high)
    else:
        domain = _COLOUR if kind is Enumeration else Boolean()
    return Input(name, domain, absent=draw(st.booleans()))


def _values(input_: Input) -> tuple[Any, ...]:
    """Return the values of an input's conditions."""
    if isinstance(input_.domain, Boolean):
        return (False, True)
    if isinstance(input_.domain, Enumeration):
        return input_.domain.values
    return _OUTPUTS["integer"][1] if input_.source is not None else LINE_MARKS[type(input_.domain)]


def conditions(input_: Input) -> st.SearchStrategy[Condition]:
    """Conditions on an input, with a few values; shrinks towards any value."""
    ordered_fact = input_.source is None and type(input_.domain) in LINE_MARKS
    return _conditions(_values(input_), input_.absent, ordered_fact)


@cache
def _conditions(values: tuple[Any, ...], absent: bool, compared: bool) -> st.SearchStrategy[Condition]:
    found: list[st.SearchStrategy[Condition]] = [
        st.just(any_value()),
        _listed((*values, ABSENT) if absent else values).map(lambda items: is_in(*items)),
        _listed(values).map(lambda items: is_not(*items)),
    ]
    if compared:
        marks = st.sampled_from(values)
        found.append(
            st.builds(lambda make, mark: make(mark), st.sampled_from([below, at_most, at_least, above]), marks)
        )
        found.append(st.builds(lambda one, other: between(*sorted((one, other), key=_size)), marks, marks))
    return st.one_of(found)


def _size(value: object) -> Any:
    return value if isinstance(value, date) else Decimal(str(value))


def _listed(values: tuple[Any, ...]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


@st.composite
def _rows(draw: st.DrawFn, inputs: Sequence[Input], outcomes: tuple[Any, ...], most: int = 5) -> list[Row]:
    """Draw a few rows that may overlap and leave gaps."""
    found = []
    for number in range(draw(st.integers(1, most))):
        tested = [input_ for input_ in inputs if draw(st.booleans())]
        when = {input_.name: draw(conditions(input_)) for input_ in tested}
        found.append(_row(f"r{number}", when, draw(st.sampled_from(outcomes))))
    return found


def _row(name: str, when: dict[str, Condition], then: object) -> Row:
    odd = len(when) % 2
    plain = Wording(f"règle {name}", f"rule {name}") if odd else None
    return Row(name, when, then, f"§{name}", interpretation="L1" if odd else None, plain=plain)


@st.composite
def _disjoint_rows(draw: st.DrawFn, inputs: Sequence[Input], outcomes: tuple[Any, ...]) -> list[Row]:
    """Draw rows of which exactly one matches: the leaves of a decision tree."""
    leaves: list[dict[str, Condition]] = [{}]
    for input_ in inputs:
        leaves = [
            {**leaf, input_.name: condition}
            for leaf in leaves
            for condition in (
                draw(_partitions(input_)) if len(leaves) < _MOST_LEAVES and draw(st.booleans()) else [any_value()]
            )
        ]
    return [_row(f"r{number}", leaf, draw(st.sampled_from(outcomes))) for number, leaf in enumerate(leaves)]


@st.composite
def _partitions(draw: st.DrawFn, input_: Input) -> list[Condition]:
    """Draw conditions of which each value of the input satisfies exactly one."""
    if input_.source is None and type(input_.domain) in LINE_MARKS:
        mark = draw(st.sampled_from(_values(input_)))
        sides = draw(st.sampled_from([(below, at_least), (at_most, above), (is_in, is_not)]))
        found = [side(mark) for side in sides]
        return [*found, is_in(ABSENT)] if input_.absent else found
    values = (*_values(input_), *([ABSENT] if input_.absent else []))
    first = draw(st.integers(1, len(values) - 1))
    # A count may be greater than the outcomes in the conditions.
    rest = is_not(*values[:first]) if input_.source is not None else is_in(*values[first:])
    return [is_in(*values[:first]), rest]


@st.composite
def decision_tables(
    draw: st.DrawFn,
    *,
    name: str = "table",
    inputs: st.SearchStrategy[Sequence[Input]] | None = None,
    sound: bool = True,
) -> DecisionTable[Any]:
    """Tables of any hit policy; shrinks towards one row on one boolean.

    Args:
        draw: given by Hypothesis.
        name: the name.
        inputs: the inputs; one to three facts by default.
        sound: False also for tables with gaps and contradictions, which are not proved.
    """
    chosen = tuple(draw(_some_inputs() if inputs is None else inputs))
    policy = draw(st.sampled_from(HitPolicy))
    compared = policy in (HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_MIN)
    kinds = ["integer"] if policy.adds_up else ["integer", "scale"] if compared else sorted(_OUTPUTS)
    output, outcomes = _OUTPUTS[draw(st.sampled_from(kinds))]
    rows = draw(_rows_for(policy, chosen, outcomes, sound=sound))
    priority: tuple[Any, ...] = ()
    if policy is HitPolicy.PRIORITY:
        priority = tuple(draw(st.permutations(tuple(dict.fromkeys(row.then for row in rows)))))
    return DecisionTable(name, chosen, output, rows, policy, priority=priority, validate=sound)


def _some_inputs() -> st.SearchStrategy[Sequence[Input]]:
    names = st.integers(1, 3).map(lambda count: [f"f{place}" for place in range(count)])
    return names.flatmap(lambda found: st.tuples(*(table_inputs(name=name) for name in found)))


@st.composite
def _rows_for(
    draw: st.DrawFn, policy: HitPolicy, inputs: Sequence[Input], outcomes: tuple[Any, ...], *, sound: bool
) -> list[Row]:
    if sound and policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
        rows = draw(_disjoint_rows(inputs, outcomes))
        if policy is HitPolicy.ANY:
            again = draw(st.lists(st.sampled_from(rows), max_size=2, unique_by=lambda row: row.id))
            rows = [*rows, *(_row(f"{row.id}_again", dict(row.when), row.then) for row in again)]
        return rows
    rows = draw(_rows(inputs, outcomes))
    if sound and policy is not HitPolicy.COLLECT_COUNT:
        rows.append(_row("otherwise", {}, draw(st.sampled_from(outcomes))))
    return rows


@st.composite
def chained_tables(draw: st.DrawFn, *, sound: bool = True) -> DecisionTable[Any]:
    """Tables that require one or two other tables, which may share facts; shrinks towards one required table.

    Args:
        draw: given by Hypothesis.
        sound: False also for tables with gaps and contradictions, which are not proved; required tables are sound.
    """
    pool = [draw(table_inputs(name=f"f{number}")) for number in range(draw(st.integers(1, 4)))]
    some: st.SearchStrategy[Sequence[Input]] = st.lists(
        st.sampled_from(pool), min_size=1, max_size=2, unique_by=lambda input_: input_.name
    )
    first = Input.outcome_of(draw(decision_tables(name="first", inputs=some)))
    with_first = some.map(lambda facts: (first, *facts)) if draw(st.booleans()) else some
    second = Input.outcome_of(draw(decision_tables(name="second", inputs=with_first)))
    sources = draw(st.sampled_from([(first,), (second,), (first, second)]))
    own = draw(st.lists(st.sampled_from(pool), max_size=1))
    chosen = draw(st.permutations([*sources, *own]))
    return draw(decision_tables(name="top", inputs=st.just(chosen), sound=sound))
