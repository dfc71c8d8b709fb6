"""Look-up tables for sets of values, compared with each table's decision of partly unknown facts."""

from functools import reduce
from itertools import product
from math import prod
from operator import or_
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.frames.plan import Singles, leaves
from reclamation_core.missing import UNKNOWN
from reclamation_core.tables import Boolean, DecisionTable, HitPolicy, Input, Integer, Row, at_least, below

FACTS = (Input("injured", Boolean()), Input("age", Integer(0, 99)), Input("known", Boolean()))
VALUES: dict[str, tuple[Any, ...]] = {"injured": (False, True), "age": (5, 40), "known": (False, True)}
FIRST: DecisionTable[int] = DecisionTable(
    "first",
    FACTS,
    Integer(0, 9),
    (
        Row("hurt", {"injured": True}, 2),
        Row("child", {"age": below(18)}, 2),
        Row("stranger", {"known": False}, 1),
        Row("any", {}, 0),
    ),
    HitPolicy.FIRST,
)
COUNT: DecisionTable[int] = DecisionTable(
    "count",
    FACTS,
    Integer(0, 9),
    (Row("hurt", {"injured": True}, 1), Row("adult", {"age": at_least(18)}, 1), Row("stranger", {"known": False}, 1)),
    HitPolicy.COLLECT_COUNT,
)
SUM: DecisionTable[int] = DecisionTable(
    "sum", FACTS, Integer(0, 9), (*COUNT.rows, Row("any", {}, 3)), HitPolicy.COLLECT_SUM
)


@pytest.mark.parametrize("table", [FIRST, COUNT, SUM], ids=["first", "count", "sum"])
@pytest.mark.parametrize("order", [("injured", "age", "known"), ("known", "injured", "age")], ids=["own", "other"])
def test_a_state_is_the_table_s_decision_of_the_known_facts(table: DecisionTable[Any], order: tuple[str, ...]) -> None:
    laid_out = leaves(table, [[{name: value} for value in VALUES[name]] for name in order], {})
    codes = {"False": 0b01, "True": 0b10, "unknown": 0b11}
    states = list(map(laid_out.state, laid_out.singles.widened([list(codes.values())] * 3)))
    given = {name: (*VALUES[name], UNKNOWN) for name in order}
    for state, values in zip(states, product(*given.values()), strict=True):
        alone = table.decide(dict(zip(order, values, strict=True)))
        assert (state.outcome, state.rows) == (alone.outcome, tuple(row.id for row in alone.deciding))
        assert state.undetermined is (len(alone.possible) > 1)


@given(st.data(), st.lists(st.integers(1, 3), max_size=4))
def test_a_key_leads_to_the_union_of_what_its_single_values_lead_to(data: st.DataObject, sizes: list[int]) -> None:
    found = data.draw(st.lists(st.integers(0, 7), min_size=prod(sizes), max_size=prod(sizes)))
    choices = [data.draw(st.lists(st.integers(0, (1 << size) - 1), min_size=1, max_size=4)) for size in sizes]
    single = dict(zip(product(*map(range, sizes)), found, strict=True))

    def union(key: tuple[int, ...]) -> int:
        allowed = (one for one in single if all(chosen >> at & 1 for chosen, at in zip(key, one, strict=True)))
        return reduce(or_, (single[one] for one in allowed), 0)

    assert Singles(found, tuple(sizes)).widened(choices) == [union(key) for key in product(*choices)]


def test_in_two_steps_the_same_follows_as_in_one() -> None:
    largest = Singles([1 << max(values) for values in product(range(3), repeat=5)], (3,) * 5)
    first, second = largest.halved()
    codes = [0b000, 0b001, 0b010, 0b100, 0b111]
    halves = first.widened([codes] * 2)
    sets = sorted(set(halves))
    in_two = second.widened([codes, codes, codes, sets])
    assert len(sets) == 6  # nothing, each of the three, the last two, all
    assert [
        in_two[rest * len(sets) + sets.index(half)] for half in halves for rest in range(len(codes) ** 3)
    ] == largest.widened([codes] * 5)
