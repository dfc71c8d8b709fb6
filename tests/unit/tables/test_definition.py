import pickle
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.errors import ReclamationError
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Monotone,
    Number,
    Row,
    TableDefinitionError,
    TableProofError,
    absent,
    at_least,
    below,
    is_,
    is_in,
    is_not,
)
from reclamation_core.tables.cells import LARGEST
from reclamation_core.tables.definition import DEEPEST
from reclamation_core.tables.model import tables_of
from reclamation_core.wording import Wording
from tests.unit.tables.samples import LEVEL, Level, both, level_table

FLAG = Input("flag", Boolean())
ALL = Row("all", {}, 1)
AGREE = both("agree", "a", "b")
UNPROVED = AGREE.without("both")
COLOUR = Enumeration("Colour", ("red", "blue"), (Wording("rouge", "red"), Wording("bleu", "blue")))


def _table(**parts: Any) -> DecisionTable[Any]:
    usual: dict[str, Any] = {"name": "t", "inputs": [FLAG], "output": Integer(), "rows": [ALL]}
    return DecisionTable(**{**usual, "hit_policy": HitPolicy.FIRST, **parts})


@pytest.mark.parametrize(("parts", "part", "reason"), [
    ({"name": "my table"}, "name", "'my table' is not an identifier"),
    ({"inputs": []}, "inputs", "there is none; give at least one"),
    ({"rows": []}, "rows", "there is none; give at least one"),
    ({"inputs": [FLAG, FLAG]}, "inputs.flag", "is given 2 times; once is enough"),
    ({"rows": [ALL, ALL]}, "rows.all", "is given 2 times; once is enough"),
    ({"rows": [Row("r", {"other": True}, 1)]}, "rows.r", "'other' is not an input; the inputs are flag"),
    ({"rows": [Row("r", {"flag": 1}, 1)]}, "rows.r", "its condition on 'flag' cannot be asked: 1 is refused"),
    ({"rows": [Row("r", {"flag": None}, 1)]}, "rows.r", "nothing is refused; true or false is expected"),
    ({"rows": [Row("r", {"flag": absent()}, 1)]}, "rows.r", "declare it with absent=True"),
    ({"rows": [Row("r", {"flag": below(1)}, 1)]}, "rows.r", "below needs numbers or days"),
    ({"inputs": [Input("flag", LEVEL)], "rows": [Row("r", {"flag": at_least(1)}, 1)]}, "rows.r", "needs numbers"),
    ({"inputs": [Input("flag", Integer(0, 9))], "rows": [Row("r", {"flag": below(10)}, 1)]}, "rows.r", "10 is ref"),
    ({"inputs": [Input("flag", Integer())], "rows": [Row("r", {"flag": below(0.5)}, 1)]}, "rows.r", "a whole num"),
    ({"rows": [Row("r", {}, "1")]}, "rows.r", "its outcome is not of the table's output: '1' is refused"),
    ({"rows": [Row("r", {}, True)]}, "rows.r", "true is refused; a whole number is expected"),
    ({"statements": {2.5: Wording("a", "b")}}, "priority or statements", "is refused; a whole number is expected"),
    ({"priority": (1,)}, "priority", "is for the hit policy PRIORITY, not first; leave it out"),
    ({"hit_policy": HitPolicy.PRIORITY}, "priority", r"nothing must list once each outcome that rows give: 1"),
    ({"hit_policy": HitPolicy.PRIORITY, "priority": (1, 1)}, "priority", r"1, 1 must list once each outcome"),
    ({"hit_policy": HitPolicy.PRIORITY, "priority": ("1",)}, "priority or statements", "'1' is refused"),
    ({"hit_policy": HitPolicy.PRIORITY, "priority": ([],)}, "priority or statements", r"\[\] is refused"),
    ({"hit_policy": HitPolicy.COLLECT_MAX, "output": COLOUR, "rows": [Row("r", {}, "red")]}, "output",
        "has no order, which collect_max needs"),
    ({"hit_policy": HitPolicy.COLLECT_MIN, "output": Boolean(), "rows": [Row("r", {}, True)]}, "output",
        "has no order, which collect_min needs"),
    ({"hit_policy": HitPolicy.COLLECT_SUM, "output": LEVEL, "rows": [Row("r", {}, Level.LOCAL)]}, "output",
        "must be an Integer or a Number where outcomes are added up"),
    ({"hit_policy": HitPolicy.COLLECT_SUM, "output": Integer(1, 3), "rows": [Row("a", {}, 2), Row("b", {}, 3)]},
        "output", "its outcome is not of the table's output: 5 is refused"),
    ({"hit_policy": HitPolicy.COLLECT_COUNT, "output": LEVEL, "rows": [Row("r", {}, Level.LOCAL)]}, "output",
        "must be an Integer where rows are counted"),
    ({"hit_policy": HitPolicy.COLLECT_COUNT, "output": Integer(1, 3), "rows": [Row("r", {"flag": True}, 1)]}, "output",
        "0 is refused; a whole number from 1 to 3 is expected"),
    ({"monotone": ["other"]}, "monotone", "'other' is not an input; the inputs are flag"),
    ({"monotone": ["flag"]}, "monotone", "'flag' and the output must both be ordered"),
    ({"inputs": [Input("n", Integer())], "output": COLOUR, "rows": [Row("r", {}, "red")], "monotone": ["n"]},
        "monotone", "'n' and the output must both be ordered"),
    ({"inputs": [Input.outcome_of(UNPROVED)]}, "inputs.agree", "its table was not proved; build it with validate=T"),
    ({"inputs": [Input("flag", Boolean(), source=AGREE)]}, "inputs.flag",
        r"is not the outcome of 'agree' as it is; use Input.outcome_of\(table\)"),
    ({"inputs": [Input("agree", Integer(), source=AGREE)]}, "inputs.agree", "is not the outcome of 'agree'"),
    ({"inputs": [Input("agree", Boolean(), absent=True, source=AGREE)]}, "inputs.agree", "is not the outcome of"),
])  # fmt: skip
def test_parts_that_do_not_fit_are_refused_by_name(parts: dict[str, Any], part: str, reason: str) -> None:
    with pytest.raises(TableDefinitionError, match=reason) as caught:
        _table(**parts)
    error = caught.value
    assert isinstance(error, ReclamationError)
    assert isinstance(error, ValueError)
    assert (error.table, error.part) == (parts.get("name", "t"), part)
    assert str(error) == f"table {error.table!r}: {part}: {error.reason.en}"
    assert not error.reason.fr.isascii() or error.reason.fr != error.reason.en
    again = pickle.loads(pickle.dumps(error))
    assert (again.table, again.part, again.reason) == (error.table, error.part, error.reason)


def test_a_table_of_more_cells_than_can_be_held_is_refused() -> None:
    inputs = [Input(f"f{number}", Boolean()) for number in range(22)]
    assert len(_table(inputs=inputs, hit_policy=HitPolicy.FIRST, rows=[ALL], validate=False).inputs) == 22
    with pytest.raises(TableDefinitionError, match=f"they make {2 * LARGEST} cells, more than {LARGEST}; split"):
        _table(inputs=[*inputs, Input("one_more", Boolean())], validate=False)


def test_a_chain_of_tables_has_a_bound() -> None:
    table: DecisionTable[bool] = _not("t0", Input("fact", Boolean()))
    for place in range(1, DEEPEST):
        table = _not(f"t{place}", Input.outcome_of(table))
    assert table.depth == DEEPEST
    assert table.decide({"fact": True}).outcome is True
    assert DecisionTable.from_json(table.to_json()) == table
    with pytest.raises(TableDefinitionError, match="51 tables ask for each other in a chain, more than 50; join"):
        _not("one_more", Input.outcome_of(table))


def _not(name: str, input_: Input) -> DecisionTable[bool]:
    return DecisionTable(
        name, [input_], Boolean(), [Row("r", {input_.name: True}, False), Row("s", {input_.name: False}, True)]
    )


def test_shared_source_tables_are_visited_once() -> None:
    level: list[DecisionTable[bool]] = [_not("a0", Input("a", Boolean())), _not("b0", Input("b", Boolean()))]
    for place in range(1, 30):
        inputs = [Input.outcome_of(table) for table in level]
        rows = [Row("r", {inputs[0].name: True}, False), Row("s", {inputs[0].name: False}, True)]
        level = [DecisionTable(f"{name}{place}", inputs, Boolean(), rows) for name in "ab"]
    assert [fact.name for fact in level[0].base] == ["a", "b"]
    assert len(tables_of(level)) == 60
    assert level[1].decide({"a": True, "b": False}).outcome is True


def test_rows_that_cost_too_much_to_compile_are_refused() -> None:
    inputs = [Input(f"f{number}", Boolean()) for number in range(22)]
    with pytest.raises(TableDefinitionError, match=r"rows: 300 rows in 4194304 cells are too many .* split the table"):
        _table(inputs=inputs, hit_policy=HitPolicy.FIRST, rows=[Row(f"r{n}", {}, n % 9) for n in range(300)])
    rows = [Row(f"r{n}", {"x": is_not(*range(n * 1000, n * 1000 + 1000))}, 1) for n in range(2)]
    with pytest.raises(
        TableDefinitionError, match="rows: their conditions need 8002000 comparisons, more than 4194304"
    ):
        _table(inputs=[Input("x", Number())], hit_policy=HitPolicy.FIRST, rows=rows)
    rows = [Row(f"r{n}", {"x": is_in(below(n), 5)}, 1) for n in range(9)]
    assert len(_table(inputs=[Input("x", Integer())], hit_policy=HitPolicy.FIRST, rows=rows, validate=False).rows) == 9


def test_tables_of_a_chain_that_share_too_many_facts_are_refused() -> None:
    shared = [Input(f"f{number}", Boolean()) for number in range(19)]
    first: DecisionTable[bool] = DecisionTable("first", shared, Boolean(), [Row("all", {}, True)])
    inputs = [Input.outcome_of(first), *shared]
    with pytest.raises(TableDefinitionError, match="share facts of 524288 combinations, more than 262144; let fewer"):
        DecisionTable("second", inputs, Boolean(), [Row("all", {}, True)])
    few: DecisionTable[bool] = DecisionTable("second", inputs[:10], Boolean(), [Row("all", {}, True)])
    assert few.chain.states == 2**9


def test_a_promise_on_too_many_classes_of_values_is_refused() -> None:
    rows = [Row(f"r{n}", {"x": below(n)}, n) for n in range(50)]
    with pytest.raises(TableDefinitionError, match="monotone: 'x' has too many classes of values to be proved; leave"):
        _table(inputs=[Input("x", Number())], rows=rows, monotone=["x"])


def test_a_count_that_the_output_holds_is_accepted() -> None:
    rows = [Row("a", {"flag": True}, 0), Row("b", {"flag": False}, 0)]
    assert _table(hit_policy=HitPolicy.COLLECT_COUNT, output=Integer(0, 1), rows=rows).outcomes == (1,)


def test_outcomes_are_added_up_without_rounding() -> None:
    rows = [
        Row("a", {"flag": True}, 0.1),
        Row("b", {}, Decimal("0.2")),
        Row("c", {}, 10**30),
        Row("d", {"flag": False}, -(10**30)),
    ]
    table = _table(hit_policy=HitPolicy.COLLECT_SUM, output=Number(), rows=rows)
    assert table.decide({"flag": True}).outcome == Decimal("1000000000000000000000000000000.3")
    assert table.decide({"flag": False}).outcome == Decimal("0.2")
    assert [row.id for row in table.decide({"flag": False}).deciding] == ["b", "c", "d"]
    assert table.decide({}).possible == {Decimal("1000000000000000000000000000000.3"), Decimal("0.2")}


def test_a_sum_of_no_outcome_is_a_gap() -> None:
    with pytest.raises(TableProofError, match="no row fires in 1 cell; add a row"):
        _table(hit_policy=HitPolicy.COLLECT_SUM, rows=[Row("a", {"flag": True}, 2)])


def test_outcomes_of_too_many_sums_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [Input(f"f{number}", Boolean()) for number in range(12)]
    rows = [Row(f"r{number}", {f"f{number}": True}, 2**number) for number in range(12)]
    monkeypatch.setattr("reclamation_core.tables.cells.MOST_BITS", 1 << 20)
    with pytest.raises(
        TableDefinitionError, match="rows: their outcomes have more than 511 sums; give fewer"
    ) as refused:
        _table(hit_policy=HitPolicy.COLLECT_SUM, inputs=inputs, rows=rows, validate=False)
    assert refused.value.part == "rows"


def test_monotone_inputs_are_names_or_full_promises() -> None:
    table = level_table(monotone=["client", Monotone("mobilisation")])
    assert table.monotone == (Monotone("client", rising=True), Monotone("mobilisation", rising=True))


def test_outcomes_in_priority_and_statements_are_canonical_numbers() -> None:
    rows = [Row("a", {"flag": is_(True)}, 2.0), Row("b", {}, 1)]
    table = _table(rows=rows, hit_policy=HitPolicy.PRIORITY, priority=(2.0, 1), statements=[(2.0, Wording("a", "b"))])
    assert (table.priority, table.statements[0][0]) == ((2, 1), 2)
    assert type(table.priority[0]) is type(table.statements[0][0]) is int


def test_a_name_or_a_fact_with_two_definitions_in_a_chain_is_refused() -> None:
    other = both("agree", "a", "c")
    middle: DecisionTable[bool] = DecisionTable("middle", [Input.outcome_of(other)], Boolean(), [Row("all", {}, True)])
    with pytest.raises(TableDefinitionError, match="names two different tables; rename one of them") as caught:
        _table(inputs=[Input.outcome_of(AGREE), Input.outcome_of(middle)])
    assert (caught.value.table, caught.value.part) == ("t", "agree")
    with pytest.raises(TableDefinitionError, match="is asked for in two different ways along the chain") as caught:
        _table(inputs=[Input.outcome_of(AGREE), Input("a", Boolean(), absent=True)])
    assert (caught.value.table, caught.value.part) == ("t", "inputs.a")
    with pytest.raises(TableDefinitionError, match="names both a fact and a table of the chain") as caught:
        both("a", "a", "b")
    assert caught.value.part == "a"
