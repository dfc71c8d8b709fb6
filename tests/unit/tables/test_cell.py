"""What a cell and a decision say, worked by hand."""

from reclamation_core.tables import Boolean, DecisionTable, Input, Integer, Row
from tests.unit.tables.samples import LEVEL


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
