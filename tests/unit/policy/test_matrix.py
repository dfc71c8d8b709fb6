"""What `make check` relies on: every row, parameter and clause of the default edition is accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

import attrs
import pytest

import reclamation_core
from reclamation_core import calendars, cases, plans, policy, tables, vocabulary
from reclamation_core.cases import causes
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Parameters, Policy, RiskParameters, SurveyParameters, m2_1, row_test
from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.policy.sources import CLAUSES, Clause, cited
from reclamation_core.tables import DecisionTable, Row
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording
from scripts.matrix import OBJECTS, REDUNDANT, matrix_page, rows_of
from tests.unit.policy import traceability
from tests.unit.policy.traceability import faults

ROWS = [(table, row) for table in m2_1().tables.values() for row in table.rows]
CLAUSES_OF_THE_TEXT = (
    "0.1 0.2 0.3 1.1 1.2 1.3 1.4 1.5 1.6 2.1 2.2 2.3 2.4 3 4.1 4.2 5.0 5.1 5.2 5.3 6.1 6.2 6.3 7"  # by hand
)


class Sabotaged(Policy):
    """An edition one of whose tables was replaced behind its back."""

    @classmethod
    def of(cls, *replaced: DecisionTable[Any]) -> Sabotaged:
        edition = cls(edition="sabotage")
        edition.__dict__["tables"] = {**m2_1().tables, **{table.name: table for table in replaced}}
        return edition


def with_row(table: DecisionTable[Any], row_id: str, **changes: Any) -> DecisionTable[Any]:
    rows = [attrs.evolve(row, **changes) if row.id == row_id else row for row in table.rows]
    return attrs.evolve(table, rows=rows)


def test_the_default_edition_has_no_fault_of_traceability() -> None:
    assert faults(m2_1()) == ()


def test_every_clause_of_the_procedure_is_there_once_in_order_with_a_carrier() -> None:
    assert [clause.id for clause in CLAUSES] == [f"M2-1 §{number}" for number in CLAUSES_OF_THE_TEXT.split()]
    rows = {clause for _, row in ROWS for clause in cited(row.clause)}
    parameters = {clause for carrier in parameter_carriers(m2_1().parameters) for clause in cited(carrier.clause)}
    assert {clause.id for clause in CLAUSES if not clause.objects and clause.id not in rows | parameters} == set()


def test_every_object_named_as_a_carrier_of_a_clause_or_of_a_interpretation_exists() -> None:
    def exists(name: str) -> bool:
        first, *rest = name.split(".")
        packages = (reclamation_core, vocabulary, calendars, policy, tables, cases, causes, plans)
        rooms = (*packages, cases.events, plans.events)
        found = [getattr(room, first) for room in rooms if hasattr(room, first)]
        return any(all(part in dir(holder) for part in rest) for holder in found)

    assert {name for name in {name for clause in CLAUSES for name in clause.objects} if not exists(name)} == set()

    paths = {carrier.path for carrier in parameter_carriers(m2_1().parameters)}
    groups = {path.split(".")[0] for path in paths}
    of_interpretations = (
        {name for interpretation in m2_1().interpretations for name in interpretation.carrier.split(", ")}
        - paths
        - groups
    )
    assert {name for name in of_interpretations if not exists(name)} == set()


def test_every_interpretation_has_a_row_a_parameter_or_an_object() -> None:
    by_rows = {number for _, row in ROWS if row.interpretation for number in row.interpretation.split(", ")}
    by_parameters = {carrier.interpretation for carrier in parameter_carriers(m2_1().parameters)}
    by_objects = {interpretation.number for interpretation in m2_1().interpretations} - by_rows - by_parameters
    assert by_rows == {"I1", "I4", "I6", "I8", "I9", "I13", "I14", "I20", "I21", "I22"}
    assert by_objects == {"I5", "I7", "I10", "I11", "I12", "I16", "I18", "I19", "I23", "I26", "I27", "I28", "I30"}


def test_every_row_is_redundant_or_has_a_test_decided_otherwise_without_it() -> None:
    assert {(table.name, row.id) for table, row in ROWS if row_test(table, row) is None} == set(REDUNDANT)
    for table, row in ROWS:
        if found := row_test(table, row):
            bare = attrs.evolve(table, rows=[other for other in table.rows if other.id != row.id], validate=False)
            assert (found.table, found.row) == (table, row)
            assert table.decide(found.facts).outcome == found.outcome == row.then, row.id
            assert bare.decide(found.facts).outcome == found.outcome_without != found.outcome, row.id


def test_the_redundant_row_never_changes_a_level() -> None:
    table = m2_1().tables["level"]
    without = table.without("local-client")
    cases: list[Mapping[str, Any]] = [
        dict(zip(("client_scope", "service_reach", "mobilisation"), values))
        for values in product((*vocabulary.ClientScope, ABSENT), vocabulary.ServiceReach, vocabulary.Mobilisation)
    ]

    assert set(REDUNDANT) == {("level", "local-client")}
    assert len(cases) == 36
    assert [case for case in cases if table.decide(case).outcome != without.decide(case).outcome] == []
    # ... and, as its reason states, the reach of the service leads to the same level or a higher one wherever it fires.
    by_reach = [
        max(row.then for row in table.decide(case).rows if "service_reach" in row.when)
        for case in cases
        if case["client_scope"] == "local"
    ]
    assert all(level >= Level.LOCAL for level in by_reach)
    assert len(by_reach) == 9


def test_a_citation_is_split_into_its_clauses() -> None:
    for source, clauses in [
        ("M2-1 §1.2, §1.3", ("M2-1 §1.2", "M2-1 §1.3")),
        ("M2-1 §3", ("M2-1 §3",)),
        ("M2-1 §5.3, §7", ("M2-1 §5.3", "M2-1 §7")),
        ("M2-1", ()),
        ("", ()),
        (None, ()),
    ]:
        assert cited(source) == clauses, source


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"clause": "M2-1 §9.9"}, "level/one-centre: cites 'M2-1 §9.9', which is not a clause"),
        ({"clause": "M2-1 §5.1, §5.11"}, "level/one-centre: cites 'M2-1 §5.11', which is not a clause"),
        ({"clause": "M2-1"}, "level/one-centre: cites no clause"),
        ({"clause": None}, "level/one-centre: cites no clause"),
        ({"interpretation": "I99"}, "level/one-centre: cites the interpretation 'I99', which is not known"),
        ({"interpretation": "I6, I6b"}, "level/one-centre: cites the interpretation 'I6b', which is not known"),
        ({"wording": None}, "level/one-centre: has no wording"),
    ],
)
def test_a_row_that_cites_wrongly_is_reported(changes: dict[str, Any], fault: str) -> None:
    assert faults(Sabotaged.of(with_row(m2_1().tables["level"], "one-centre", **changes))) == (fault,)


def test_a_masked_row_is_reported() -> None:
    table = m2_1().tables["level"]
    masked = Row("idle", {"client_scope": "national"}, Level.REGIONAL, "M2-1 §5.3", Wording("inutile", "idle"))
    found = faults(Sabotaged.of(attrs.evolve(table, rows=[*table.rows, masked])))
    assert found == ("level/idle: no case changes without it",)


def test_a_row_stated_to_be_redundant_that_decides_is_reported() -> None:
    table = m2_1().tables["level"]
    needed = [row for row in table.rows if row.id != "one-centre"]
    one_centre = Row(
        "one-centre",
        {"service_reach": "one_centre", "client_scope": ABSENT},
        Level.LOCAL,
        "M2-1 §5.1",
        Wording("un centre", "one centre"),
    )
    elsewhere = Row(
        "other",
        {"service_reach": "one_centre", "client_scope": ("regional", "national")},
        Level.LOCAL,
        "M2-1 §5.1",
        Wording("un centre", "one centre"),
    )

    found = faults(Sabotaged.of(attrs.evolve(table, rows=[*needed, one_centre, elsewhere])))

    assert "level/local-client: is stated to be redundant, and a case changes without it" in found


def test_a_parameter_that_cites_nothing_or_wrongly_is_reported() -> None:
    survey = attrs.make_class(
        "Survey",
        {
            "threshold": attrs.field(default=6),
            "scale": attrs.field(default=(0, 10), metadata={"clause": "M2-1 §8", "interpretation": "I77"}),
        },
    )
    edition = Policy(edition="x")
    parameters = Parameters()
    object.__setattr__(parameters, "survey", survey())
    object.__setattr__(edition, "parameters", parameters)
    edition.__dict__["tables"] = m2_1().tables

    assert faults(edition) == (
        "survey.threshold: cites neither a clause nor an interpretation",
        "survey.scale: cites 'M2-1 §8', which is not a clause",
        "survey.scale: cites the interpretation 'I77', which is not known",
    )


def test_a_clause_that_nothing_carries_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traceability, "CLAUSES", (*CLAUSES, Clause("M2-1 §8", "une clause de plus")))
    assert faults(m2_1()) == ("M2-1 §8: nothing carries it",)


@pytest.mark.parametrize("floor", list(vocabulary.Band))
def test_every_band_at_severity_4_is_traceable(floor: vocabulary.Band) -> None:
    edition = Policy(edition="x", parameters=Parameters(risk=RiskParameters(least_band_at_severity_4=floor)))
    rows = [row.id for row in edition.tables["band"].rows]
    assert faults(edition) == ()
    assert ("severity-4" in rows) is (floor > vocabulary.Band.MODERATE)


def test_an_edition_with_other_parameters_is_traceable() -> None:
    edition = Policy(
        edition="x",
        parameters=Parameters(
            survey=SurveyParameters(scale=(1, 20), threshold=12),
            risk=RiskParameters(moderate_from=3, high_from=6, critical_from=9, recurrences=(2, 4, 8)),
        ),
    )
    assert faults(edition) == ()


def test_a_band_that_no_criticality_reaches_is_reported() -> None:
    risk = RiskParameters(moderate_from=10, high_from=11, critical_from=12)
    assert faults(Policy(edition="x", parameters=Parameters(risk=risk))) == (
        "band/moderate: no case changes without it",
        "band/high: no case changes without it",
    )


def test_the_rows_of_a_clause_are_those_that_cite_it() -> None:
    clause = next(clause for clause in CLAUSES if clause.id == "M2-1 §7")
    assert [f"{table.name}/{row.id}" for table, row in rows_of(m2_1(), clause)] == [
        "level/malfunction-regional-mobilisation",
        "level/malfunction-national-mobilisation",
    ]


def test_each_carrier_of_a_clause_is_named_in_french_before_its_name_in_python() -> None:
    page = matrix_page(m2_1())
    carriers = [line for line in page.splitlines() if line.startswith(("- objets", "- paramètre"))]
    assert carriers
    assert [line for line in carriers if re.search(r"(?:: |, |paramètre )`", line)] == []
    assert "- paramètre «\xa0délai de réponse (jours)\xa0» (`deadline.days`), interprétation n°\xa02" in carriers
    assert {name for name in OBJECTS if f"(`{name}`)" not in page} == set()
