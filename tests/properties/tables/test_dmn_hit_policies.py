"""Tables of every hit policy of DMN decide as an interpreter of their own, which tries each rule in turn."""

from collections.abc import Callable
from itertools import product
from typing import Any, Final
from xml.sax.saxutils import escape

from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.errors import FaultsError
from reclamation_core.tables import from_dmn
from tests.unit.tables.test_dmn import asks, document

NUMBERS: Final[dict[str, Callable[[int], bool]]] = {
    "-": lambda _: True,
    "<3": lambda n: n < 3,
    ">=3": lambda n: n >= 3,
    "[2..5]": lambda n: 2 <= n <= 5,
    "1,4": lambda n: n in {1, 4},
    "not(2)": lambda n: n != 2,
}
FLAGS: Final[dict[str, Callable[[bool], bool]]] = {"-": lambda _: True, "true": bool, "false": lambda b: not b}
LETTERS: Final = ("b", "a", "c")
"""In the order of their priority."""

rules = st.lists(
    st.tuples(st.sampled_from([*NUMBERS]), st.sampled_from([*FLAGS]), st.sampled_from(LETTERS), st.integers(0, 3)),
    min_size=1,
    max_size=5,
)


def model(found: list[Any], policy: str, *, outputs: str) -> str:
    """Return the model of rules: `outputs` is `text`, `number` or `both`."""
    values = ", ".join(f'"{letter}"' for letter in LETTERS)
    clauses = {
        "text": f'<output name="t" typeRef="string"><outputValues><text>{values}</text></outputValues></output>',
        "number": '<output name="n" typeRef="number"/>',
    }
    lines = []
    for number, (n, flag, letter, amount) in enumerate(found):
        entries = {"text": f'"{letter}"', "number": str(amount)}
        told = [entry for name, entry in entries.items() if outputs in {name, "both"}]
        tests = "".join(f"<inputEntry><text>{escape(one)}</text></inputEntry>" for one in (n, flag))
        thens = "".join(f"<outputEntry><text>{escape(one)}</text></outputEntry>" for one in told)
        lines.append(f'<rule id="r{number}">{tests}{thens}</rule>')
    clause = "".join(one for name, one in clauses.items() if outputs in {name, "both"})
    return document(
        inputs=asks("n", "number") + asks("b", "boolean"), output=clause, rules="".join(lines), policy=policy
    )


def matched(found: list[Any], n: int, b: bool) -> list[tuple[str, int]]:
    return [(letter, amount) for one, flag, letter, amount in found if NUMBERS[one](n) and FLAGS[flag](b)]


def rank(hit: tuple[str, int]) -> int:
    return LETTERS.index(hit[0])


AGGREGATED: Final[dict[str, Callable[[list[int]], int | None]]] = {
    "COUNT": len,
    "SUM": lambda values: sum(values) if values else None,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
}


@given(rules, st.sampled_from([*AGGREGATED]), st.integers(0, 6), st.booleans())
def test_an_aggregation_is_of_the_rules_that_match_or_null(found: list[Any], function: str, n: int, b: bool) -> None:
    table = from_dmn(model(found, f'hitPolicy="COLLECT" aggregation="{function}"', outputs="number"))["allowed"]
    expected = AGGREGATED[function]([amount for _, amount in matched(found, n, b)])
    assert table.decide({"n": n, "b": b}).outcome == expected
    both = {AGGREGATED[function]([amount for _, amount in matched(found, n, one)]) for one in (True, False)}
    assert table.decide({"n": n}).outcome == (next(iter(both)) if len(both) == 1 else None)


@given(rules, st.sampled_from(["RULE ORDER", "OUTPUT ORDER", "COLLECT"]), st.integers(0, 6), st.booleans())
def test_a_list_has_the_outputs_of_matching_rules_in_order(found: list[Any], policy: str, n: int, b: bool) -> None:
    one = from_dmn(model(found, f'hitPolicy="{policy}"', outputs="text")).lists["allowed"]
    both = from_dmn(model(found, f'hitPolicy="{policy}"', outputs="both")).lists["allowed"]
    hits = matched(found, n, b)
    hits = sorted(hits, key=rank) if policy == "OUTPUT ORDER" else hits
    assert one.decide({"n": n, "b": b}).outcome == tuple(letter for letter, _ in hits)
    assert both.decide({"n": n, "b": b}).outcome == tuple({"t": letter, "n": amount} for letter, amount in hits)
    assert one.decide({"n": n}).outcome in {None, tuple(letter for letter, _ in hits)}


@given(rules, st.sampled_from(["FIRST", "PRIORITY"]), st.integers(0, 6), st.booleans())
def test_the_first_rule_or_first_output_wins_and_a_gap_is_null(found: list[Any], policy: str, n: int, b: bool) -> None:
    tables = from_dmn(model(found, f'hitPolicy="{policy}"', outputs="both"))

    def expected(flag: bool) -> tuple[str | None, int | None]:
        hits = matched(found, n, flag)
        return next(iter(sorted(hits, key=rank) if policy == "PRIORITY" else hits), (None, None))

    assert [tables[name].decide({"n": n, "b": b}).outcome for name in ("allowed_t", "allowed_n")] == [*expected(b)]
    for at, name in enumerate(("allowed_t", "allowed_n")):
        either = {expected(flag)[at] for flag in (True, False)}
        assert tables[name].decide({"n": n}).outcome == (next(iter(either)) if len(either) == 1 else None)


@given(rules)
def test_rules_that_contradict_each_other_are_refused_and_gaps_are_not(found: list[Any]) -> None:
    overlaps = any(len(matched(found, n, b)) > 1 for n in range(7) for b in (True, False))
    try:
        from_dmn(model(found, 'hitPolicy="UNIQUE"', outputs="text"))
    except FaultsError:
        assert overlaps
    else:
        assume(not overlaps)


COMPARED: Final[dict[str, Callable[[int, int, int], bool]]] = {
    "-": lambda *_: True,
    "v": lambda x, v, _: x == v,
    "= v": lambda x, v, _: x == v,
    "not(v)": lambda x, v, _: x != v,
    "<v": lambda x, v, _: x < v,
    "<= v": lambda x, v, _: x <= v,
    ">v": lambda x, v, _: x > v,
    ">=v": lambda x, v, _: x >= v,
    "[v..w]": lambda x, v, w: v <= x <= w,
    "(v..w]": lambda x, v, w: v < x <= w,
    "[v..w)": lambda x, v, w: v <= x < w,
    "]v..w[": lambda x, v, w: v < x < w,
    "2": lambda x, *_: x == 2,
    ">=3": lambda x, *_: x >= 3,
}


def test_a_cell_with_variables_compares_the_facts_that_it_names() -> None:
    data = "".join(f'<inputData name="{one}"><variable name="{one}" typeRef="number"/></inputData>' for one in "xvw")
    for cell, holds in COMPARED.items():
        lines = (
            f"<rule><inputEntry><text>{escape(one)}</text></inputEntry><outputEntry><text>{there}</text></outputEntry>"
            "</rule>"
            for one, there in ((cell, "true"), ("-", "false"))
        )
        tables = from_dmn(
            document(inputs=asks("x", "number"), rules="".join(lines), policy='hitPolicy="FIRST"', more=data)
        )
        for x, v, w in product(range(5), repeat=3):
            facts = tables.complete({"x": x, "v": v, "w": w})
            assert tables["allowed"].decide(facts).outcome is holds(x, v, w), (cell, x, v, w)
            known = tables["allowed"].decide(tables.complete({"x": x, "v": v})).outcome
            assert known in {None, holds(x, v, w)}, (cell, x, v, w)
