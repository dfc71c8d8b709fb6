from itertools import product
from typing import Any

import pytest

from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import m2_1
from reclamation_core.tables import Decision, FactsError
from reclamation_core.vocabulary import Eligibility
from tests.unit.policy import procedure
from tests.unit.policy.cases import complaint, unknown_but

NOTES = (5.99, 6, None)


def eligibility(**changes: Any) -> Decision[Eligibility]:
    decision: Decision[Eligibility] = m2_1().tables["eligibility"].decide(complaint(**changes))
    return decision


def test_every_known_case_is_decided_as_in_the_text() -> None:
    decide = m2_1().tables["eligibility"].decide
    cases = list(
        product(
            procedure.CHANNELS,
            (True, False),
            procedure.COMPLAINANTS,
            procedure.NATURES,
            procedure.REQUIREMENTS,
            (True, False),
            NOTES,
        )
    )
    names = ("channel", "formal", "complainant", "nature", "requirement", "sold_service", "satisfaction")
    wrong = [case for case in cases if decide(dict(zip(names, case))).outcome != procedure.eligibility(*case)]

    assert len(cases) == 6048
    assert wrong == []


def test_every_known_case_has_a_row_that_decides() -> None:
    table = m2_1().tables["eligibility"]
    assert table.cells.everything.bit_count() == 6048
    assert not any(finding.is_error for finding in table.check())


@pytest.mark.parametrize("note", [-0.01, 10.01, 100])
def test_i1_a_note_outside_the_scale_is_refused_with_its_field_and_its_value(note: float) -> None:
    with pytest.raises(FactsError, match=f"satisfaction: {note}; a number from 0 to 10") as refused:
        eligibility(satisfaction=note)
    assert isinstance(refused.value, ValueError)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("satisfaction", note)]


def test_i9_a_low_note_decides_while_nothing_else_is_known() -> None:
    decision = m2_1().tables["eligibility"].decide(unknown_but(satisfaction=2))
    assert decision.outcome is Eligibility.COMPLAINT
    assert decision.question is None


def test_i10_an_unknown_requirement_leaves_the_case_open_and_names_the_question() -> None:
    decision = eligibility(requirement=UNKNOWN)
    assert decision.outcome is None
    assert decision.possible == set(Eligibility)
    assert decision.question is not None
    assert decision.question.name == "requirement"
    assert decision.question.question.fr == (
        "Quelle exigence est en cause : contractuelle, légale, réglementaire, ou aucune ?"
    )


def test_i20_one_failed_condition_decides_while_the_rest_is_unknown() -> None:
    decide = m2_1().tables["eligibility"].decide
    assert decide(unknown_but(sold_service=False)).outcome is Eligibility.OUT_OF_SCOPE
    assert decide(unknown_but(sold_service=False, satisfaction=UNKNOWN)).possible == set(Eligibility)


@pytest.mark.parametrize(
    ("changes", "row", "clauses"),
    [
        ({}, "formal-complaint", ("M2-1 §1.2, §1.3",)),
        ({"channel": "portal"}, "portal-complaint", ("M2-1 §1.1",)),
        ({"complainant": "company"}, "company-complaint", ("M2-1 §6.2",)),
        ({"satisfaction": 5.99, "channel": "other", "nature": "general_opinion"}, "low-survey-note", ("M2-1 §1.4",)),
        ({"nature": "initial_information_request"}, "information-request", ("M2-1 §1.5",)),
        ({"nature": "general_opinion"}, "general-opinion", ("M2-1 §1.6",)),
        ({"formal": False}, "not-formal", ("M2-1 §1.3",)),
        ({"channel": "other"}, "other-channel", ("M2-1 §1.3",)),
        ({"complainant": "other"}, "not-a-client", ("M2-1 §1.2",)),
        ({"requirement": "none"}, "no-requirement", ("M2-1 §1.2",)),
        ({"sold_service": False}, "not-sold", ("M2-1 §1.2",)),
    ],
)
def test_the_one_row_that_decides_is_that_of_the_clause(
    changes: dict[str, Any], row: str, clauses: tuple[str, ...]
) -> None:
    decision = eligibility(**changes)
    assert ([one.id for one in decision.deciding], decision.clauses) == ([row], clauses)
