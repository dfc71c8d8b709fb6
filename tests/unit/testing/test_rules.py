import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import CommandRefusedError
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.plans import PlanRefusedError
from reclamation_core.policy import Parameters, Policy, SurveyParameters, m2_1
from reclamation_core.testing.builders import FakeClock, a_closed_case, a_complaint, a_registered_case, an_action
from reclamation_core.testing.conformance import check_conformance, conformance_cases
from reclamation_core.testing.rules import RuleCoverage, RuleSet, rule_coverage, without_rule_coverage
from reclamation_core.vocabulary import Level
from tests.unit.policy.cases import DOMAINS

CALENDAR = BusinessCalendar.france()


def assess(policy: Policy | None = None, **facts: Any) -> None:
    (policy or m2_1()).assess(a_complaint(**facts), CALENDAR)


def assess_twice() -> None:
    """Once as it should be, and once with a note that is refused."""
    assess()
    assess(satisfaction=11)


def edition(coverage: RuleCoverage) -> RuleSet:
    (found,) = [found for found in coverage.sets if found.key.startswith("edition")]
    return found


def given(coverage: RuleCoverage, table: str) -> dict[str, int]:
    return {row: count for row, count in edition(coverage).tables[table].given.items() if count}


def test_the_rows_that_decided_are_counted_with_those_that_they_rest_on() -> None:
    with rule_coverage() as coverage:
        assess()
        assess(client_scope="national")
    assert given(coverage, "eligibility") == {"formal-complaint": 2}
    # Decided through the complexity, which requires the level.
    assert given(coverage, "level") == {"local-client": 1, "one-centre": 1, "national-client": 1}
    assert given(coverage, "complexity") == {"high-level": 1}
    assert edition(coverage).tables["level"].met.bit_count() == 2


def test_an_undetermined_look_up_counts_no_row_and_several_cells_no_cell() -> None:
    with rule_coverage() as coverage:
        assess(requirement=None)
        assess(requirement=None, satisfaction=2)
    assert given(coverage, "eligibility") == {"low-survey-note": 1}
    assert edition(coverage).tables["eligibility"].met == 0


def test_a_row_that_another_one_overrides_has_not_decided() -> None:
    with rule_coverage() as coverage:
        m2_1().tables["level"].look_up(a_complaint(mobilisation="national"))
    assert given(coverage, "level") == {"national-mobilisation": 1}


def test_nothing_that_is_refused_or_outside_the_block_is_counted() -> None:
    with rule_coverage() as coverage, pytest.raises(FaultsError, match="satisfaction"):
        assess(satisfaction=11)
    assert coverage.sets == ()
    with rule_coverage() as coverage:
        pass
    assess()
    assert coverage.sets == ()


def test_a_look_up_taken_before_the_block_is_counted_during_the_block_only() -> None:
    decide = m2_1().tables["level"].decide
    decide(a_complaint())
    with rule_coverage() as coverage:
        decide(a_complaint())
    decide(a_complaint())
    assert given(coverage, "level") == {"local-client": 1, "one-centre": 1}


def test_nested_blocks_count_what_is_decided_in_each_even_after_a_failure() -> None:
    with rule_coverage() as outer:
        with pytest.raises(FaultsError, match="satisfaction"), rule_coverage() as inner:
            assess_twice()
        assess()
    assert (given(inner, "eligibility"), given(outer, "eligibility")) == (
        {"formal-complaint": 1},
        {"formal-complaint": 2},
    )


def test_an_imposed_level_is_no_look_up_of_the_editions_complexity_table() -> None:
    with rule_coverage() as coverage:
        m2_1().complexity_decision(a_complaint(likelihood=1), Level.NATIONAL)
    assert "complexity" not in {name for name, table in edition(coverage).tables.items() if table.met}


def test_what_is_decided_is_the_same_while_it_is_counted() -> None:
    plain = m2_1().assess(a_complaint(), CALENDAR)
    with rule_coverage():
        counted = m2_1().assess(a_complaint(), CALENDAR)
    assert (counted, counted.explain("fr")) == (plain, plain.explain("fr"))
    assert pickle.loads(pickle.dumps(m2_1())) == m2_1()


def test_editions_are_apart_also_those_of_one_name_and_equal_ones_are_one() -> None:
    def ours(threshold: float) -> Policy:
        return Policy(edition="la nôtre", parameters=Parameters(survey=SurveyParameters(threshold=threshold)))

    with rule_coverage() as coverage:
        for policy in (m2_1(), ours(5), ours(5), ours(7)):
            assess(policy, satisfaction=5.5, formal=False)
    found = {found.key: found.tables["eligibility"].given for found in coverage.sets}
    assert [found.label.fr for found in coverage.sets] == ["édition M2-1", "édition la nôtre", "édition la nôtre"]
    first, *others = ((counts["low-survey-note"], counts["not-formal"]) for counts in found.values())
    assert (first, sorted(others)) == ((1, 0), [(0, 2), (1, 0)])


def test_a_derived_table_is_not_counted() -> None:
    with rule_coverage() as coverage:
        m2_1().tables["level"].without("local-client").decide(a_complaint())
    assert coverage.sets == ()


def test_guards_are_counted_as_rules_of_cases_and_of_plans() -> None:
    desk = Desk.in_memory(clock=FakeClock())
    with rule_coverage() as coverage:
        case = a_closed_case(desk)
        with pytest.raises(CommandRefusedError):
            desk.acknowledge(case.reference)
        desk.pgaac("CRE").add(an_action())
        with pytest.raises(PlanRefusedError):
            desk.pgaac("CRE").add(an_action())

    assert [found.label.fr for found in coverage.sets] == ["édition M2-1", "gardes des dossiers", "gardes des plans"]
    of_cases, of_plans = coverage.sets[1:]
    assert dict(of_cases.tables["may_acknowledge"].given) == {"closed": 1}
    assert dict(of_cases.tables["may_qualify"].given) == {"allowed": 1}
    assert {row: count for row, count in of_plans.tables["may_add"].given.items() if count} == {
        "allowed": 1,
        "reference-taken": 1,
    }
    missed = next(line for line in coverage.report(every=True).splitlines() if "jamais : no-support" in line)
    assert "aucun support factuel" in missed
    assert "(M2-1" in missed


def test_what_several_processes_counted_adds_up() -> None:
    with rule_coverage() as here:
        assess()
    with rule_coverage() as there:
        assess(client_scope="national")
        a_registered_case()
    total = RuleCoverage()
    for counted in (here, there):
        total.add(counted.to_json())

    with rule_coverage() as together:
        assess()
        assess(client_scope="national")
        a_registered_case()
    assert json.loads(total.to_json()) == json.loads(together.to_json()) | {"version": 1}
    assert total.report("en") == together.report("en")


def test_what_looks_at_the_rules_themselves_is_not_counted() -> None:
    with rule_coverage() as coverage:
        with without_rule_coverage():
            assess()
        check_conformance(conformance_cases())
    assert coverage.sets == ()


def test_threads_lose_no_count() -> None:
    with rule_coverage() as coverage, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: assess(), range(200)))
    assert given(coverage, "eligibility") == {"formal-complaint": 200}


def test_a_missed_cell_is_reported_when_all_rows_have_decided() -> None:
    with rule_coverage() as coverage:
        table = m2_1().tables["criticality"]
        for severity in range(1, 5):
            for likelihood in range(1, 5):
                touched = dict.fromkeys((f"severity_{domain}" for domain in ("safety", "legal")), 0)
                rest = dict.fromkeys((f"severity_{d}" for d in ("contract", "financial", "relation")), 0)
                facts = {**touched, **rest, "severity_training": severity, "likelihood": likelihood, "recurrences": 0}
                table.decide(facts)
    found = edition(coverage).tables
    assert (found["criticality"].missed, found["criticality"].missed_cell) == ((), None)
    assert "  indice de criticité : 16 règles sur 16, 16 cellules sur 16" in coverage.report("fr").splitlines()
    assert "gravité, sécurité des personnes : 0, " in str(found["severity"].missed_cell)


def test_a_missed_cell_is_in_the_report_once_no_row_is_missed() -> None:
    with rule_coverage() as coverage:
        for causes, recurrences, level, severity in ((0, 0, "local", 0), (2, 0, "local", 0), (0, 1, "national", 4)):
            touched = {f"severity_{domain}": severity for domain in DOMAINS}
            facts = a_complaint(**touched, likelihood=1, causes=causes, recurrences=recurrences, mobilisation=level)
            m2_1().assess(facts, CALENDAR)
    assert edition(coverage).tables["complexity"].missed == ()
    assert "    cellule manquante : niveau de criticité : faible, nombre de causes : " in coverage.report("fr")
    assert "    a cell that was missed: " in coverage.report("en")


def test_the_threshold_is_compared_without_rounding_up() -> None:
    with rule_coverage() as coverage:
        assess(client_scope="national")
    assert coverage.below(None) is None
    assert coverage.below(3.75) is None
    assert coverage.percent == pytest.approx(100 * 3 / 80)
    assert coverage.below(3.76) == "ÉCHEC : 3,75 % des règles exercées (3 sur 80), le seuil demandé est de 3,76 %"
    assert RuleCoverage().below(1) == "ÉCHEC : 0 % des règles exercées (0 sur 0), le seuil demandé est de 1 %"
    assert RuleCoverage().below(0) is None


def test_a_run_without_look_ups_has_a_report() -> None:
    assert RuleCoverage().report("fr") == "aucune règle de la procédure n'a été consultée\n"
    assert RuleCoverage().report("en") == "no rule of the procedure was evaluated\n"
