"""What is found, on tables counted by hand."""

from __future__ import annotations

import pickle

import pytest

from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    HitPolicy,
    Input,
    Integer,
    Monotone,
    Row,
    TableProofError,
    at_least,
    below,
)
from reclamation_core.tables.errors import FindingKind
from tests.unit.tables.samples import LEVEL, Level, both, level_rows, level_table


@pytest.mark.parametrize(
    ("policy", "kind", "cells", "message"),
    [
        (HitPolicy.ANY, FindingKind.CONFLICT, 18, "rows give different outcomes together in 18 cells"),
        (HitPolicy.UNIQUE, FindingKind.OVERLAP, 21, "several rows fire together in 21 cells"),
    ],
)
def test_the_seven_literal_rows_of_the_level_are_refused(
    policy: HitPolicy, kind: FindingKind, cells: int, message: str
) -> None:
    with pytest.raises(TableProofError, match=message) as caught:
        level_table(policy)
    assert caught.value.table == "level"
    (finding,) = caught.value.findings
    assert (finding.kind, finding.subject, finding.cells, finding.is_error) == (kind, "", cells, True)
    assert len(finding.rows) > 1
    fired = level_table().decide(finding.witness)
    assert tuple(row.id for row in fired.rows) == finding.rows
    assert len({row.then for row in fired.rows}) > 1 or policy is HitPolicy.UNIQUE


@pytest.mark.parametrize("policy", [HitPolicy.PRIORITY, HitPolicy.COLLECT_MAX])
def test_the_seven_literal_rows_pass_where_the_highest_level_wins(policy: HitPolicy) -> None:
    table = level_table(policy, monotone=["client", "mobilisation"])
    # Where a client is always known, one centre's service is local only for a local client, who is that already.
    (remark,) = table.check()
    assert (remark.kind, remark.subject, remark.cells) == (FindingKind.ALWAYS_MASKED, "local-service", 9)
    assert not remark.is_error
    assert table.cells.everything.bit_count() == 27
    assert table.decide({"client": "local", "service": "one_centre", "mobilisation": "national"}).outcome == "national"


def test_an_effort_that_lowers_the_level_breaks_a_promise() -> None:
    rows = [*level_rows(), Row("odd", {"client": Level.NATIONAL, "service": "one_centre"}, Level.LOCAL)]
    table = level_table(HitPolicy.FIRST, rows=list(reversed(rows)), monotone=["client"], validate=False)
    (finding,) = [finding for finding in table.check() if finding.is_error]
    # From a regional client, from a local one served with a national or a regional effort: 3 + 2 cells of one centre.
    assert (finding.kind, finding.subject, finding.cells) == (FindingKind.NOT_MONOTONE, "client", 5)
    assert finding.message.fr == "le résultat baisse alors que « client » croît, dans 5 cellules"
    assert finding.message.en == "the outcome falls where client rises, in 5 cells"
    higher = {**finding.witness, "client": Level.NATIONAL}
    assert LEVEL.rank(table.decide(higher).outcome) < LEVEL.rank(table.decide(finding.witness).outcome)


def test_a_falling_promise_is_the_opposite_and_absence_has_no_place_in_it() -> None:
    rows = [Row("low", {"n": below(3)}, 2), Row("high", {"n": at_least(3)}, 1), Row("none", {"n": ABSENT}, 9)]
    inputs = [Input("n", Integer(0, 9), absent=True)]
    falling: DecisionTable[int] = DecisionTable("t", inputs, Integer(), rows, monotone=[Monotone("n", rising=False)])
    assert falling.check() == ()
    with pytest.raises(TableProofError, match=r"n rises, in 1 cell \(witness: n = 2\)"):
        DecisionTable("t", inputs, Integer(), rows, monotone=["n"])
    reversed_rows = [Row("low", {"n": below(3)}, 1), Row("high", {"n": at_least(3)}, 2), Row("none", {"n": ABSENT}, 0)]
    with pytest.raises(TableProofError, match="the outcome falls where n falls") as caught:
        DecisionTable("t", inputs, Integer(), reversed_rows, monotone=[Monotone("n", rising=False)])
    assert caught.value.findings[0].message.fr == "le résultat baisse alors que « n » décroît, dans 1 cellule"


def test_warnings_do_not_refuse_a_table() -> None:
    rows = [
        Row("yes", {"a": True}, "national"),
        Row("again", {"a": True, "n": below(5)}, "regional"),
        Row("never", {"n": below(0)}, "local"),
        Row("no", {}, "local"),
    ]
    table: DecisionTable[str] = DecisionTable(
        "t", [Input("a", Boolean()), Input("n", Integer(0))], LEVEL, rows, HitPolicy.FIRST
    )
    findings = {(finding.kind, finding.subject): finding for finding in table.check()}
    assert set(findings) == {
        (FindingKind.ALWAYS_MASKED, "again"),
        (FindingKind.NEVER_FIRES, "never"),
        (FindingKind.OUTCOME_NEVER_GIVEN, "regional"),
        (FindingKind.INPUT_NEVER_MATTERS, "n"),
    }
    assert not any(finding.is_error for finding in findings.values())
    masked = findings[FindingKind.ALWAYS_MASKED, "again"]
    assert (masked.rows, masked.witness["a"], masked.cells) == (("yes", "again", "no"), True, 1)
    assert findings[FindingKind.OUTCOME_NEVER_GIVEN, "regional"].message.fr == "le résultat Régional n'est jamais donné"
    assert "again" in findings[FindingKind.OUTCOME_NEVER_GIVEN, "regional"].rows


def test_an_outcome_that_no_row_names_is_never_given_either() -> None:
    table: DecisionTable[str] = DecisionTable(
        "t", [Input("a", Boolean())], LEVEL, [Row("r", {"a": [True, False]}, "local")]
    )
    missing = {finding.subject for finding in table.check() if finding.kind is FindingKind.OUTCOME_NEVER_GIVEN}
    assert missing == {"regional", "national"}


def test_a_combination_that_no_facts_reach_is_neither_a_gap_nor_an_overlap() -> None:
    one, other = both("one", "a", "b"), both("other", "a", "b")
    rows = [Row("same", {"one": True, "other": True}, 1), Row("differ", {"one": False, "other": False}, 0)]
    table: DecisionTable[int] = DecisionTable("t", [Input.outcome_of(one), Input.outcome_of(other)], Integer(), rows)
    assert table.reachable.bit_count() == 2
    kinds = {(finding.kind, finding.subject) for finding in table.check()}
    # Either could be left out, since the other implies it: neither matters alone.
    assert kinds == {(FindingKind.INPUT_NEVER_MATTERS, "one"), (FindingKind.INPUT_NEVER_MATTERS, "other")}


@pytest.mark.parametrize(("unreached", "outcome"), [((0, 1), 5), ((1, 0), -5)])
def test_a_promise_is_not_broken_where_no_facts_reach(unreached: tuple[int, int], outcome: int) -> None:
    rows = [Row("n", {"a": False}, 0), Row("y", {"a": True}, 1)]
    sources: list[DecisionTable[int]] = [
        DecisionTable(name, [Input("a", Boolean())], Integer(), rows) for name in ("one", "other")
    ]
    first, second = unreached
    table: DecisionTable[int] = DecisionTable(
        "t",
        map(Input.outcome_of, sources),
        Integer(),
        [
            Row("low", {"one": 0, "other": 0}, 0),
            Row("high", {"one": 1, "other": 1}, 1),
            Row("nowhere", {"one": first, "other": second}, outcome),
        ],
        monotone=["one"],
    )
    assert not any(finding.is_error for finding in table.check())


def test_a_finding_has_its_witness_in_both_languages() -> None:
    with pytest.raises(TableProofError) as caught:
        DecisionTable(
            "t",
            [Input("n", Integer(0, 9), absent=True), Input("a", Boolean())],
            Integer(),
            [Row("r", {"n": below(6)}, 1), Row("s", {"a": True}, 1)],
            HitPolicy.FIRST,
        )
    (finding,) = caught.value.findings
    assert finding.cells == 2
    assert finding.in_("fr") == (
        "aucune règle ne s'applique dans 2 cellules ; ajoutez une règle (exemple : n = 6, a = faux)"
    )
    assert finding.in_("en") == str(finding) == "no row fires in 2 cells; add a row (witness: n = 6, a = false)"
    assert str(caught.value) == f"table 't' is refused:\n- {finding}"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.table, again.findings) == ("t", (finding,))
    nowhere: DecisionTable[int] = DecisionTable(
        "t", [Input("n", Integer(0, 9), absent=True)], Integer(), [Row("s", {"n": at_least(0)}, 1)], validate=False
    )
    assert str(nowhere.check()[0]).endswith("(witness: n = absent)")


def test_a_count_has_no_outcome_that_is_missing() -> None:
    rows = [Row("a", {"a": True}, 7), Row("b", {"b": True}, 7)]
    inputs = [Input("a", Boolean()), Input("b", Boolean())]
    table: DecisionTable[int] = DecisionTable("hits", inputs, Integer(), rows, HitPolicy.COLLECT_COUNT)
    assert table.check() == ()
    assert set(table.outcomes) == {0, 1, 2}
