"""The DMN that the tables write: to the letter of the standard's schema, and as another engine decides it."""

from pathlib import Path
from typing import Any

import pytest
import SpiffWorkflow.dmn
from lxml import etree

from reclamation_core import tables
from reclamation_core.policy import Policy, m2_1, parse_policy
from tests.engines.independent import Engine, disagreements, witnesses
from tests.unit.tables.samples import LEVEL, every_domain, level_table, scope_table

SCHEMA = Path(SpiffWorkflow.dmn.__file__).parent / "parser" / "schema" / "DMN13.xsd"
"""The schema of DMN 1.3 as the standard publishes it; this package ships a copy."""

STEPS = {"eligibility": 41, "severity": 61}
"""Of the two tables of thousands of cells each so-manieth is asked here; `make soak` asks all (soak/dmn_engine.py)."""

DERIVED = parse_policy(
    {
        "starts_from": "M2-1",
        "edition": "dérivée",
        "survey": {"scale": [0, 20], "threshold": 12.5},
        "risk": {"recurrences": [2, 4, 8], "high_from": 9},
        "tables": {
            "level": {
                "replace": [
                    {
                        "id": "several-regions",
                        "when": {"service_reach": '"several_regions"', "client_scope": 'not("national")'},
                        "then": "regional",
                    }
                ],
                "add": [
                    {
                        "id": "none",
                        "when": {"client_scope": 'not("local", null)', "mobilisation": "not(local)"},
                        "then": "national",
                    }
                ],
            },
            "eligibility": {
                "add": [{"id": "note", "when": {"satisfaction": "]13..14.5[", "formal": "true"}, "then": "complaint"}]
            },
        },
    }
)


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(SCHEMA))


@pytest.mark.parametrize("policy", [m2_1(), DERIVED], ids=lambda policy: policy.edition)
def test_an_edition_is_valid_under_the_schema_of_dmn_1_3(policy: Policy, schema: Any) -> None:
    schema.assertValid(etree.fromstring(policy.to_dmn().encode()))


@pytest.mark.parametrize(
    "table", [*m2_1().tables.values(), level_table(), scope_table(), every_domain()], ids=lambda table: table.name
)
def test_a_table_alone_is_valid_too(table: tables.DecisionTable[Any], schema: Any) -> None:
    schema.assertValid(etree.fromstring(tables.to_dmn(table).encode()))


def test_the_schema_refuses_what_is_out_of_its_order(schema: Any) -> None:
    assert not schema.validate(etree.fromstring(tables.to_dmn(level_table()).replace("inputEntry", "entry").encode()))


@pytest.mark.parametrize(
    "policy", [m2_1(), pytest.param(DERIVED, marks=pytest.mark.soak)], ids=lambda policy: policy.edition
)
@pytest.mark.parametrize("name", list(m2_1().tables))
def test_another_engine_gives_the_same_outcome_in_every_cell(policy: Policy, name: str) -> None:
    asked, found = disagreements(policy.tables[name], STEPS.get(name, 1) * (1 if policy is m2_1() else 3))
    assert found == []
    assert asked >= 6


def test_another_engine_has_the_same_outcome_for_each_row_of_the_long_tables() -> None:
    for name in STEPS:
        table = m2_1().tables[name]
        engine = Engine(table)
        for row in table.rows:
            facts = table.witness_for(row.id)
            assert facts is not None
            assert engine.decide(dict(facts)) == table.decide(facts).outcome


@pytest.mark.parametrize(
    "policy",
    [
        tables.HitPolicy.COLLECT_MAX,
        tables.HitPolicy.COLLECT_MIN,
        tables.HitPolicy.COLLECT_SUM,
        tables.HitPolicy.FIRST,
        tables.HitPolicy.COLLECT_COUNT,
    ],
)
def test_the_other_hit_policies_and_conditions_mean_the_same_to_another_engine(policy: tables.HitPolicy) -> None:
    inputs = [tables.Input("note", tables.Number(0, 10), absent=True), tables.Input("level", LEVEL, absent=True)]
    rows = [
        tables.Row("low", {"note": tables.below(3)}, 1),
        tables.Row("some", {"note": tables.between(5, 6, low_included=False), "level": tables.is_not("local")}, 5),
        tables.Row("not", {"note": tables.is_not(4), "level": tables.all_but("national")}, 3),
        tables.Row("otherwise", {}, 2),
    ]
    table: tables.DecisionTable[Any] = tables.DecisionTable("t", inputs, tables.Integer(0, 11), rows, policy)
    asked, found = disagreements(table)
    assert found == []
    assert asked == len(list(witnesses(table))) == 28


def test_the_comparison_sees_an_engine_that_decides_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    table = level_table()
    monkeypatch.setattr(Engine, "decide", lambda *_: "local")
    _, found = disagreements(table)
    assert found
