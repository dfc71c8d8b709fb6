"""A table by its rows, and what a reader of it sees, to the letter."""

import copy
import pickle
from typing import Any

import pytest

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    FactsError,
    HitPolicy,
    Input,
    Integer,
    Row,
    TableProofError,
    below,
)
from reclamation_core.tables import decision as decision_module
from reclamation_core.tables import facts as facts_module
from reclamation_core.tables.facts import read_fact
from reclamation_core.wording import Wording
from tests.unit.tables.samples import Level, both, every_domain, level_rows, level_table, scope_table


def _chained() -> DecisionTable[bool]:
    rows = [Row("yes", {"agree": True, "c": True}, True), Row("no", {}, False)]
    return DecisionTable(
        "top", [Input.outcome_of(both("agree", "a", "b")), Input("c", Boolean())], Boolean(), rows, HitPolicy.FIRST
    )


@pytest.mark.parametrize("make", [level_table, scope_table, every_domain, _chained])
def test_equal_tables_are_equal_wherever_they_have_been(make: Any) -> None:
    table = make()
    table.decide({})  # a table that was evaluated holds caches, which are not pickled
    for other in (make(), copy.copy(table), copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert other == table
        assert hash(other) == hash(table)
        assert other.look_up({}).possible == table.look_up({}).possible
        assert other.decide({}) == table.decide({})


def test_tables_differ_as_soon_as_a_part_does() -> None:
    table = level_table()
    assert table != level_table(title=Wording("a", "b"))
    assert table != level_table(rows=level_rows()[:-1], validate=False)
    assert table != level_table(HitPolicy.COLLECT_MAX)
    assert table != object()


@pytest.mark.parametrize("make", [scope_table, _chained])
def test_decisions_and_answers_travel(make: Any) -> None:
    decision = make().decide({"note": 8, "formal": False, "a": True})
    for other in (copy.copy(decision), copy.deepcopy(decision), pickle.loads(pickle.dumps(decision))):
        assert other == decision
        assert hash(other) == hash(decision)
        assert other.explain("fr") == decision.explain("fr")
    answer = decision.why_not(next(iter(decision.table.outcomes)))
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_decisions_are_equal_when_table_and_facts_mean_the_same() -> None:
    table = scope_table()
    decision = table.decide({"note": 8, "formal": False})
    assert decision == scope_table().decide({"note": 8.0, "formal": False, "other": 1})
    assert decision != table.decide({"note": 9, "formal": False})  # the same cell, another note
    assert decision != table.decide({"note": ABSENT, "formal": False})
    assert table.decide({}) == table.decide({"note": UNKNOWN, "formal": None})
    assert decision != object()
    assert decision != level_table().decide({})


def test_a_table_that_leaves_a_gap_can_be_studied_unproved() -> None:
    rows = [Row("low", {"age": below(12)}, 0), Row("student", {"student": True}, 5)]
    parts: dict[str, Any] = {
        "name": "fare",
        "inputs": [Input("age", Integer(0, 120)), Input("student", Boolean())],
        "output": Integer(),
        "rows": rows,
    }
    with pytest.raises(TableProofError, match="no row fires in 1 cell; add a row"):
        DecisionTable(**parts, hit_policy=HitPolicy.FIRST)
    table: DecisionTable[int] = DecisionTable(**parts, hit_policy=HitPolicy.FIRST, validate=False)
    gap = table.decide({"age": 30, "student": False})
    assert (gap.outcome, gap.possible, gap.rows, gap.deciding, gap.question) == (None, frozenset(), (), (), None)
    assert table.decide({"age": 3}).outcome == 0
    contradicting: DecisionTable[int] = DecisionTable(**parts, hit_policy=HitPolicy.ANY, validate=False)
    both_fire = contradicting.decide({"age": 3, "student": True})
    assert (both_fire.outcome, both_fire.question) == (None, None)
    assert both_fire.possible == {0, 5}
    # A cell of two outcomes is no change that leads to one of them for certain.
    changes = contradicting.decide({"age": 30, "student": True}).why_not(0).changes
    assert changes is not None
    assert {change.input.name: change.after for change in changes} == {"age": 11, "student": False}


def test_a_row_is_found_and_taken_away_by_its_id() -> None:
    table = level_table()
    assert table.row("national-client").clause == "M2-1 §5.3"
    less = table.without("national-client")
    assert [row.id for row in less.rows] == [row.id for row in table.rows if row.id != "national-client"]
    assert not less.validate
    for ask in (table.row, table.without, table.witness_for):
        with pytest.raises(LookupError, match="table 'level' has no row 'x'; it has local-client, local-service, reg"):
            ask("x")


def test_a_row_has_a_case_unless_it_changes_nothing() -> None:
    table = level_table()
    case = table.witness_for("regional-client")
    assert case is not None
    assert table.decide(case).outcome is Level.REGIONAL
    assert table.without("regional-client").decide(case).outcome is not Level.REGIONAL
    # Without a wider client, a wider service or a national effort, the service row already decides "local".
    rows = [*level_rows(), Row("again", {"client": Level.NATIONAL}, Level.NATIONAL)]
    assert level_table(rows=rows).witness_for("again") is None


def test_a_table_knows_its_places_facts_sources_and_labels() -> None:
    table = _chained()
    assert [input_.name for input_ in table.base] == ["a", "b", "c"]
    assert (table.index_of("agree"), table.index_of("c")) == (0, 1)
    assert ([source.name for source in table.sources], set(table.outcomes)) == (["agree"], {True, False})
    assert table.outcome_label(True) == Wording("oui", "yes")
    with pytest.raises(LookupError, match="a"):
        table.index_of("a")
    assert read_fact({"c": True}, table.base[2]) is True
    with pytest.raises(FactsError, match="c: 1; true or false is expected"):
        read_fact({"c": 1}, table.base[2])


def test_what_a_table_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_module, "LARGEST_TREE", 3)
    monkeypatch.setattr(facts_module, "MOST_SETS", 2)
    table = level_table()
    for client in Level:
        for effort in Level:
            facts = {"client": client, "service": "one_centre", "mobilisation": effort}
            assert table.look_up(facts).outcome == level_table().look_up(facts).outcome
            assert len(table.met) <= 3
    assert sorted(map(len, table.chain.sets)) == [1, 2, 2]


def test_cells_and_decisions_show_themselves() -> None:
    table = scope_table()
    assert repr(table.look_up({"note": 3})) == "<Cell of 'in_scope': True, rows low-note, otherwise, 2 cells>"
    assert repr(table.look_up({"note": 7})) == "<Cell of 'in_scope': one of ['False', 'True'], rows otherwise, 2 cells>"
    assert repr(table.without("otherwise").look_up({"note": 7, "formal": False})).endswith(
        "one of [], rows none, 1 cells>"
    )
    assert repr(table.decide({"note": 3})) == "<Decision of 'in_scope': True, rows ['low-note', 'otherwise']>"


def test_a_decision_lists_each_clause_once() -> None:
    decision = level_table().decide({"client": "regional", "service": "several_centres", "mobilisation": "local"})
    assert decision.clauses == ("M2-1 §5.2",)
    assert [row.id for row in decision.deciding] == ["regional-client", "regional-service"]
    assert scope_table().decide({"note": 8, "formal": False}).clauses == ()


A, B = Input("a", Boolean()), Input("b", Boolean())


def test_every_remark_is_a_sentence_in_both_languages() -> None:
    rows = (Row("all", {}, 1), Row("masked", {"a": True}, 1), Row("never", {"n": below(0)}, 2))
    table: DecisionTable[int] = DecisionTable("t", (A, Input("n", Integer(0, 3))), Integer(), rows, HitPolicy.FIRST)
    told = {(finding.kind.value, finding.subject): str(finding.message.en) for finding in table.check()}

    assert told == {
        (
            "always_masked",
            "masked",
        ): "row masked fires but never changes the outcome, which others override or give already",
        ("never_fires", "never"): "row never never fires: no facts meet all its conditions",
        ("outcome_never_given", "2"): "the outcome 2 is never given",
        ("input_never_matters", "a"): "the input a never changes the outcome",
        ("input_never_matters", "n"): "the input n never changes the outcome",
    }
    assert all(finding.in_("fr").strip() for finding in table.check())


def test_a_refusal_lists_its_findings_one_a_line() -> None:
    with pytest.raises(TableProofError) as refused:
        DecisionTable("t", (A,), Integer(), (Row("x", {"a": True}, 1), Row("y", {"a": True}, 2)), HitPolicy.UNIQUE)
    lines = str(refused.value).split("\n")
    assert (lines[0], [line[:2] for line in lines[1:]]) == ("table 't' is refused:", ["- ", "- "])
