import sys
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import MissingExtraError
from reclamation_core.policy import Parameters, Policy, SurveyParameters, m2_1
from reclamation_core.tables import (
    DecisionTable,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    above,
    at_least,
    at_most,
    below,
)
from reclamation_core.testing.boundaries import BoundaryCase, boundary_cases
from reclamation_core.testing.rules import rule_coverage
from reclamation_core.vocabulary import MalfunctionFacts
from tests.unit.policy import procedure

NARROW = Number(0, Decimal("0.01"))


def cases(subject: Policy | DecisionTable[Any], *tables: str) -> list[BoundaryCase]:
    return [param.values[0] for param in boundary_cases(subject, *tables)]  # type: ignore[misc]


def number_table(domain: Integer | Number, *rows: Row) -> DecisionTable[int]:
    return DecisionTable("size", (Input("n", domain),), Integer(), rows, HitPolicy.UNIQUE)


def test_an_edition_decides_each_case_as_it_is_expected_to() -> None:
    for case in cases(m2_1()):
        if isinstance(case.facts, MalfunctionFacts):
            decision = m2_1().assess_malfunction(case.facts).level
        else:
            assessment = m2_1().assess(case.facts, BusinessCalendar.france())
            by_table = {decision.table.name: decision for decision in assessment.decisions}
            by_table |= {each.table.name: each for each in (assessment.severity, assessment.likelihood)}
            by_table |= {each.table.name: each for each in (assessment.criticality, assessment.level)}
            decision = by_table.get(case.table.name, case.table.decide(case.facts))
        assert (decision.outcome, decision.deciding) == (case.outcome, case.rows), case


def test_there_is_one_for_each_row_and_both_sides_of_each_threshold() -> None:
    found = cases(m2_1())
    shown = {case.shows.en for case in found}
    for table in m2_1().tables.values():
        assert {row.id for case in found if case.table is table for row in case.rows} == {row.id for row in table.rows}
    assert {"satisfaction just below 6", "satisfaction from 6 on", "criticality just below 12"} <= shown
    assert {"recurrences just below 3", "recurrences from 3 on", "causes just below 2", "causes from 2 on"} <= shown


def test_both_sides_of_the_threshold_differ_by_the_note_alone() -> None:
    lower, upper = cases(m2_1(), "eligibility")[:2]
    assert (lower.facts.satisfaction, upper.facts.satisfaction) == (Decimal("5.99"), 6)
    names = ("channel", "formal", "complainant", "nature", "requirement", "sold_service", "satisfaction")
    for case in (lower, upper):
        assert case.outcome == procedure.eligibility(*(getattr(case.facts, name) for name in names))
    assert [name for name in names if getattr(lower.facts, name) != getattr(upper.facts, name)] == ["satisfaction"]


def test_ids_are_words_each_once_and_a_case_names_its_clauses() -> None:
    ids = [param.id for param in boundary_cases(m2_1())]
    assert len(set(ids)) == len(ids)
    assert "level: row several-regions gives national" in ids
    (case,) = [case for case in cases(m2_1(), "level") if case.shows.en == "row several-regions"]
    assert (case.clauses, str(case)) == (("M2-1 §5.2",), "level: row several-regions gives national")


def test_the_thresholds_are_those_of_the_edition() -> None:
    survey = SurveyParameters(scale=(0, 5), threshold=2.5)
    lower, upper = cases(Policy(edition="2027", parameters=Parameters(survey=survey)), "eligibility")[:2]
    assert (lower.facts.satisfaction, upper.facts.satisfaction) == (Decimal("2.49"), Decimal("2.5"))


def test_a_clause_without_a_client_is_shown_by_a_malfunction() -> None:
    national = next(case for case in cases(m2_1(), "level") if "malfunction-national" in case.shows.en)
    assert isinstance(national.facts, MalfunctionFacts)


@pytest.mark.parametrize(("domain", "low", "high", "sides"), [
    (Integer(0, 9), below(4), at_least(4), [3, 4]),
    (Integer(), at_most(4), above(4), [4, 5]),
    (Number(0, 9), below(4), at_least(4), [Decimal("3.99"), 4]),
    (Number(0, 9), at_most(4), above(4), [4, Decimal("4.01")]),
    (Number(0, Decimal("0.01")), below(Decimal("0.005")), at_least(Decimal("0.005")),
        [Decimal("0.0025"), Decimal("0.005")]),
    (Number(0, Decimal("0.01")), at_most(Decimal("0.005")), above(Decimal("0.005")),
        [Decimal("0.005"), Decimal("0.0075")]),
])  # fmt: skip
def test_the_sides_of_a_threshold_of_a_table_of_ones_own(domain: Any, low: Any, high: Any, sides: list[Any]) -> None:
    table = number_table(domain, Row("low", {"n": low}, 0), Row("high", {"n": high}, 1))
    lower, upper = cases(table)[:2]
    assert [lower.facts["n"], upper.facts["n"]] == sides
    assert [lower.outcome, upper.outcome] == [0, 1]


@pytest.mark.parametrize(("end", "sides"), [
    (below, ["0.002", "0.004", "0.005", "0.006"]), (at_most, ["0.004", "0.005", "0.006", "0.008"]),
])  # fmt: skip
def test_thresholds_near_each_other_have_a_value_between_them(end: Any, sides: list[str]) -> None:
    rows = (
        Row("low", {"n": end(Decimal("0.004"))}, 0),
        Row("middle", {"n": end(Decimal("0.006"))}, 1),
        Row("high", {}, 2),
    )
    table: DecisionTable[int] = DecisionTable("size", (Input("n", NARROW),), Integer(), rows, HitPolicy.FIRST)
    assert [(str(case.facts["n"]), case.outcome) for case in cases(table)[:4]] == [
        *zip(sides, (0, 1, 1, 2), strict=True)
    ]


def test_a_row_that_is_always_overridden_has_none() -> None:
    rows = (Row("all", {}, 1), Row("some", {"n": below(3)}, 0))
    table: DecisionTable[int] = DecisionTable("size", (Input("n", Integer(0, 9)),), Integer(), rows, HitPolicy.FIRST)
    assert [case.shows.en for case in cases(table) if "row" in case.shows.en] == ["row all"]


def test_making_them_exercises_no_rule() -> None:
    with rule_coverage() as coverage:
        boundary_cases(m2_1())
    assert coverage.sets == ()


def test_without_pytest_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytest", None)
    with pytest.raises(MissingExtraError, match=r"\[testing\]"):
        boundary_cases(m2_1())


def test_a_table_that_the_edition_has_not_is_refused() -> None:
    with pytest.raises(LookupError, match="tables: 'poem' is no table of the edition, which has eligibility, level"):
        boundary_cases(m2_1(), "poem")
    with pytest.raises(TypeError, match="subject: Policy or DecisionTable is expected, got 'level'"):
        boundary_cases("level")  # type: ignore[arg-type]
