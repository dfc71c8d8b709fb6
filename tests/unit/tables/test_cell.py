"""What a cell and a decision say, worked by hand."""

from __future__ import annotations

from reclamation_core.tables import ABSENT, UNKNOWN, Boolean, DecisionTable, HitPolicy, Input, Integer, Row
from tests.unit.tables.samples import Level, both, level_table, scope_table


def test_with_nothing_known_every_outcome_is_possible_and_a_question_is_asked() -> None:
    decision = level_table().decide({})
    assert (decision.outcome, decision.possible) == (None, frozenset(Level))
    assert (decision.rows, len(decision.may_fire)) == ((), 7)
    assert decision.deciding == ()
    assert decision.question is not None


def test_an_outcome_is_certain_before_all_facts_are_known() -> None:
    decision = level_table().decide({"client": Level.NATIONAL})
    assert decision.outcome is Level.NATIONAL
    assert decision.question is None
    assert [row.id for row in decision.rows] == ["national-client"]
    assert [row.id for row in decision.may_fire] == ["local-service", "regional-service"]


def test_the_rows_that_may_still_fire_are_told_apart_from_those_that_do() -> None:
    decision = scope_table().decide({"note": ABSENT})
    assert [row.id for row in decision.rows] == ["otherwise"]
    assert [row.id for row in decision.may_fire] == ["formal"]
    assert decision.value(decision.table.inputs[0]) is ABSENT
    assert decision.value(decision.table.inputs[1]) is UNKNOWN


def test_two_facts_that_must_agree_are_both_asked_for_though_neither_settles_anything_alone() -> None:
    agree = both("agree", "a", "b")
    top: DecisionTable[int] = DecisionTable(
        "top", [Input.outcome_of(agree)], Integer(), [Row("y", {"agree": True}, 1), Row("n", {"agree": False}, 0)]
    )
    decision = top.decide({})
    assert decision.outcome is None
    assert decision.possible == {0, 1}
    assert [input_.name for input_ in decision.cell.unknown] == ["a", "b"]
    assert decision.question is not None
    assert decision.question.name == "a"
    then = top.decide({"a": True}).question
    assert then is not None
    assert then.name == "b"
    assert top.decide({"a": True, "b": False}).outcome == 0


def test_a_fact_that_serves_two_tables_is_never_counted_as_two() -> None:
    first: DecisionTable[int] = DecisionTable(
        "first", [Input("a", Boolean())], Integer(), [Row("y", {"a": True}, 1), Row("n", {"a": False}, 0)]
    )
    second = both("second", "a", "b")
    sums = [
        Row(f"{one}{other}", {"first": one, "second": other}, 10 * one + other)
        for one in (0, 1)
        for other in (False, True)
    ]
    top: DecisionTable[int] = DecisionTable("top", [Input.outcome_of(first), Input.outcome_of(second)], Integer(), sums)
    assert top.decide({}).possible == {0, 1, 10, 11}
    assert top.decide({"b": True}).possible == {0, 11}  # and neither 1 nor 10
    assert top.decide({"b": True}).requires["first"].possible == {0, 1}
    assert top.decide({"b": True, "a": False}).outcome == 0


def test_a_fact_that_only_unneeded_outcomes_depend_on_is_not_asked_for() -> None:
    agree = both("agree", "a", "b")
    rows = [
        Row("off", {"on": False, "level": False}, 0),
        Row("half", {"on": False, "level": True}, 1),
        Row("on", {"on": True}, 2),
    ]
    top: DecisionTable[int] = DecisionTable(
        "top",
        [Input("on", Boolean()), Input.outcome_of(agree), Input("level", Boolean())],
        Integer(),
        [*rows, Row("agree", {"on": True, "agree": True, "level": True}, 3)],
        HitPolicy.COLLECT_MAX,
    )
    assert [input_.name for input_ in top.look_up({"on": False}).unknown] == ["level"]
    assert [input_.name for input_ in top.look_up({"on": True}).unknown] == ["a", "b", "level"]
