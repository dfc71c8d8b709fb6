"""What is found, on tables counted by hand."""

import pickle

import pytest

from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    HitPolicy,
    Input,
    Integer,
    Row,
    TableProofError,
    at_least,
    below,
)
from reclamation_core.tables.errors import FindingKind
from tests.unit.tables.samples import LEVEL, level_table


@pytest.mark.parametrize(
    ("policy", "kind", "cells", "message"),
    [
        (HitPolicy.ANY, FindingKind.CONFLICT, 18, "rows give different outcomes together in 18 cells"),
        (HitPolicy.UNIQUE, FindingKind.OVERLAP, 21, "several rows fire together in 21 cells"),
    ],
)
def test_the_seven_literal_rows_are_refused(policy: HitPolicy, kind: FindingKind, cells: int, message: str) -> None:
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


def test_warnings_do_not_refuse_a_table() -> None:
    rows = [
        Row("yes", {"a": True}, "national"),
        Row("again", {"a": True, "n": at_least(5)}, "regional"),
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
    idle = findings[FindingKind.OUTCOME_NEVER_GIVEN, "regional"]
    assert (idle.message.fr, idle.witness["n"] >= 5) == ("le résultat Régional n'est jamais donné", True)
    assert "again" in idle.rows


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
    assert (table.check(), set(table.outcomes)) == ((), {0, 1, 2})
