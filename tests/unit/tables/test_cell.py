"""What a cell and a decision say, worked by hand."""

from __future__ import annotations

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Boolean, DecisionTable, HitPolicy, Input, Integer, Row
from tests.unit.tables.samples import LEVEL, Level, both, level_table, scope_table


def test_without_facts_every_outcome_is_possible_and_there_is_a_question() -> None:
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


def test_rows_that_may_fire_are_separate_from_rows_that_fire() -> None:
    decision = scope_table().decide({"note": ABSENT})
    assert [row.id for row in decision.rows] == ["otherwise"]
    assert [row.id for row in decision.may_fire] == ["formal"]
    assert decision.value(decision.table.inputs[0]) is ABSENT
    assert decision.value(decision.table.inputs[1]) is UNKNOWN


def test_of_two_facts_that_must_agree_both_are_questions() -> None:
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


def test_a_fact_of_unneeded_outcomes_is_no_question() -> None:
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


def test_a_fact_may_matter_through_two_tables_at_once() -> None:
    first: DecisionTable[bool] = DecisionTable(
        "first", [Input("a", Boolean())], Boolean(), [Row("y", {"a": True}, True), Row("n", {"a": False}, False)]
    )
    rows = [Row("both", {"first": True, "a": True}, 1), Row("otherwise", {}, 0)]
    top: DecisionTable[int] = DecisionTable(
        "top", [Input.outcome_of(first), Input("a", Boolean())], Integer(), rows, HitPolicy.FIRST
    )
    # No two cells differ in the fact alone: its other value changes the other outcome as well.
    question = top.decide({}).question
    assert question is not None
    assert question.name == "a"


def test_a_fact_may_matter_between_its_last_values_only() -> None:
    middle: DecisionTable[int] = DecisionTable(
        "middle",
        [Input("n", Integer(0, 3))],
        Integer(),
        [Row(f"r{number}", {"n": number}, 7 if number == 3 else 5) for number in range(4)],
    )
    rows = [Row("five", {"middle": 5}, 0), Row("seven", {"middle": 7}, 1)]
    top: DecisionTable[int] = DecisionTable("top", [Input.outcome_of(middle)], Integer(), rows)
    assert [input_.name for input_ in top.look_up({}).unknown] == ["n"]


def test_the_question_is_the_fact_that_settles_the_outcome_most_often() -> None:
    shades = ["local", "regional", "national"]
    table: DecisionTable[int] = DecisionTable(
        "t",
        [Input("shade", LEVEL), Input("sure", Boolean())],
        Integer(),
        [
            Row("sure", {"sure": True}, 9),
            *(Row(one, {"sure": False, "shade": one}, shades.index(one)) for one in shades),
        ],
    )
    # Either leaves two outcomes on average; `sure` settles the outcome for one of its two values, `shade` never does.
    question = table.decide({}).question
    assert question is not None
    assert question.name == "sure"


def test_a_tie_of_questions_goes_to_the_fact_that_leaves_fewer_outcomes() -> None:
    rows = [
        Row("w", {"wide": False, "shade": "local"}, 0),
        Row("x", {"wide": False, "shade": ["regional", "national"]}, 1),
        Row("y", {"wide": True, "shade": "local"}, 2),
        Row("z", {"wide": True, "shade": "regional"}, 3),
        Row("v", {"wide": True, "shade": "national"}, 4),
    ]
    table: DecisionTable[int] = DecisionTable("t", [Input("wide", Boolean()), Input("shade", LEVEL)], Integer(), rows)
    # No value settles anything alone; `wide` leaves 2 or 3 outcomes, 2.5 on average, `shade` always 2.
    question = table.decide({}).question
    assert question is not None
    assert question.name == "shade"
