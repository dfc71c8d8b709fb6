from itertools import product
from typing import Any

import attrs
import pytest

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import m2_1
from reclamation_core.tables import Decision, DecisionTable, TableProofError
from reclamation_core.vocabulary import Level
from tests.unit.policy import procedure
from tests.unit.policy.cases import CALENDAR, complaint, malfunction


def level(**changes: Any) -> Decision[Level]:
    return m2_1().assess(complaint(**changes), CALENDAR).level


def test_every_case_is_decided_as_in_the_text_and_lists_its_matching_clauses() -> None:
    decide = m2_1().tables["level"].decide
    cases = list(product((*procedure.CLIENTS, None), procedure.REACHES, procedure.MOBILISATIONS))
    decided = {
        case: decide({"client_scope": case[0] or ABSENT, "service_reach": case[1], "mobilisation": case[2]}).outcome
        for case in cases
    }
    assert len(cases) == 36
    assert decided == {case: procedure.level(*case) for case in cases}
    for client, reach, mobilisation in product((*procedure.CLIENTS, None), procedure.REACHES, procedure.MOBILISATIONS):
        decision = decide({"client_scope": client or ABSENT, "service_reach": reach, "mobilisation": mobilisation})
        assert {row.then for row in decision.rows} == procedure.levels(client, reach, mobilisation)


def literal(**changes: Any) -> DecisionTable[Level]:
    """The seven rows of the text alone, on the 27 cells of client, reach and mobilisation."""
    table = m2_1().tables["level"]
    inputs = [attrs.evolve(item, absent=False) if item.name == "client_scope" else item for item in table.inputs]
    rows = [row for row in table.rows if row.interpretation is None]
    assert len(rows) == 7
    return attrs.evolve(table, **{"inputs": inputs, "rows": rows, "monotone": (), **changes})


def test_i6_without_it_a_wider_reach_would_lower_the_level() -> None:
    with pytest.raises(TableProofError, match="falls where service_reach rises") as refused:
        literal(monotone=("service_reach",))
    witness = {"client_scope": "local", "service_reach": "several_centres", "mobilisation": "local"}
    assert [finding.witness for finding in refused.value.findings] == [witness]


def test_i19_the_lowest_possible_level_of_the_clauses_that_hold_handles() -> None:
    assessment = m2_1().assess(complaint(mobilisation=UNKNOWN), CALENDAR)
    assert assessment.level.outcome is None
    assert assessment.level.possible == {Level.LOCAL, Level.REGIONAL, Level.NATIONAL}
    assert assessment.handling_level is Level.LOCAL
    assessment = m2_1().assess(complaint(client_scope="regional", mobilisation=UNKNOWN), CALENDAR)
    assert assessment.level.possible == {Level.REGIONAL, Level.NATIONAL}
    assert assessment.handling_level is Level.REGIONAL
    assert m2_1().assess(complaint(client_scope="national"), CALENDAR).handling_level is Level.NATIONAL


def test_i22_the_explanation_of_a_malfunction_names_it_as_one() -> None:
    explained = m2_1().assess_malfunction(malfunction(service_reach="one_centre", mobilisation="national")).level
    assert "C'est un dysfonctionnement interne" in explained.explain("fr")
    assert "interprétation n° 22" in explained.explain("fr")


@pytest.mark.parametrize("wanted", list(Level))
def test_the_smallest_change_of_a_malfunction_never_adds_a_client(wanted: Level) -> None:
    for reach, mobilisation in product((*procedure.REACHES, None), (*procedure.MOBILISATIONS, None)):
        decision = m2_1().assess_malfunction(malfunction(service_reach=reach, mobilisation=mobilisation)).level
        answer = decision.why_not(wanted)
        assert answer.changes is not None
        assert "client_scope" not in [change.input.name for change in answer.changes]
        assert m2_1().assess_malfunction(answer.apply()).level.outcome is wanted


@pytest.mark.parametrize("wanted", list(Level))
def test_the_smallest_change_of_a_complaint_leads_to_the_wanted_level(wanted: Level) -> None:
    for client, reach, mobilisation in product(
        (*procedure.CLIENTS, None), (*procedure.REACHES, None), (*procedure.MOBILISATIONS, None)
    ):
        answer = level(client_scope=client, service_reach=reach, mobilisation=mobilisation).why_not(wanted)
        assert m2_1().assess(answer.apply(), CALENDAR).level.outcome is wanted


def test_changes_of_complaints_and_malfunctions_do_not_mix() -> None:
    reach = {"service_reach": "one_centre", "mobilisation": "local"}
    complained = m2_1().assess(complaint(client_scope="local", **reach), CALENDAR).level.why_not(Level.NATIONAL)
    unknown = m2_1().assess(complaint(client_scope=None, **reach), CALENDAR).level.why_not(Level.NATIONAL)
    malfunctioned = m2_1().assess_malfunction(malfunction(**reach)).level.why_not(Level.NATIONAL)
    of_complaints = ["national-client", "national-mobilisation", "several-regions"]
    assert [miss.row.id for miss in complained.misses] == of_complaints
    assert [miss.row.id for miss in unknown.misses] == of_complaints
    assert [miss.row.id for miss in malfunctioned.misses] == ["several-regions", "malfunction-national-mobilisation"]
    assert "dysfonctionnement" not in complained.explain("fr")
