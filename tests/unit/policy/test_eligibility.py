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


def outcome(**changes: Any) -> str | None:
    return eligibility(**changes).outcome


def rows(**changes: Any) -> list[str]:
    return [row.id for row in eligibility(**changes).deciding]


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


@pytest.mark.parametrize(
    ("note", "expected"),
    [(0, "complaint"), (5, "complaint"), (5.99, "complaint"), (6, "out"), (6.01, "out"), (10, "out")],
)
def test_i1_a_note_strictly_below_6_is_a_complaint_and_6_is_not(note: float, expected: str) -> None:
    decided = outcome(nature="general_opinion", satisfaction=note)
    assert decided is {"complaint": Eligibility.COMPLAINT, "out": Eligibility.OUT_OF_SCOPE}[expected]


@pytest.mark.parametrize("note", [-0.01, 10.01, 100])
def test_i1_a_note_outside_the_scale_is_refused_with_its_field_and_its_value(note: float) -> None:
    with pytest.raises(FactsError, match=f"satisfaction: {note}; a number from 0 to 10") as refused:
        eligibility(satisfaction=note)
    assert isinstance(refused.value, ValueError)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("satisfaction", note)]


def test_i4_a_company_is_a_client_whose_complaint_and_survey_note_count() -> None:
    assert outcome(complainant="company") is Eligibility.COMPLAINT
    assert rows(complainant="company") == ["company-complaint"]
    assert outcome(complainant="company", channel="portal") is Eligibility.COMPLAINT
    assert outcome(complainant="company", channel="survey", formal=False, satisfaction=3) is Eligibility.COMPLAINT


def test_i8_only_a_first_request_for_information_and_an_opinion_are_outside() -> None:
    assert outcome(nature="initial_information_request") is Eligibility.OUT_OF_SCOPE
    assert rows(nature="initial_information_request") == ["information-request"]
    assert outcome(nature="grievance") is Eligibility.COMPLAINT
    assert rows(nature="general_opinion") == ["general-opinion"]


def test_i9_a_low_note_is_in_scope_by_itself() -> None:
    against = {
        "channel": "other",
        "formal": False,
        "complainant": "other",
        "nature": "general_opinion",
        "requirement": "none",
        "sold_service": False,
    }
    assert outcome(**against) is Eligibility.OUT_OF_SCOPE
    assert outcome(**against, satisfaction=5.99) is Eligibility.COMPLAINT
    assert rows(**against, satisfaction=5.99) == ["low-survey-note"]


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


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"formal": False}, "not-formal"),
        ({"channel": "survey"}, "other-channel"),
        ({"channel": "other"}, "other-channel"),
        ({"complainant": "other"}, "not-a-client"),
        ({"nature": "general_opinion"}, "general-opinion"),
        ({"requirement": "none"}, "no-requirement"),
        ({"sold_service": False}, "not-sold"),
    ],
)
def test_i20_each_failed_condition_of_the_definition_is_the_reason_out_of_scope(
    changes: dict[str, Any], row: str
) -> None:
    assert outcome(**changes) is Eligibility.OUT_OF_SCOPE
    assert rows(**changes) == [row]


def test_i20_a_formal_complaint_that_meets_the_whole_definition_is_in_scope() -> None:
    values = {
        "channel": ["mediation_letter", "centre_letter", "email", "phone"],
        "requirement": ["contractual", "legal", "regulatory"],
        "complainant": ["trainee", "funder", "prescriber", "partner"],
    }
    for each in product(*values.values()):
        changes = dict(zip(values, each, strict=True))
        assert outcome(**changes) is Eligibility.COMPLAINT, changes
        assert rows(**changes) == ["formal-complaint"], changes


def test_i20_one_failed_condition_decides_while_the_rest_is_unknown() -> None:
    decide = m2_1().tables["eligibility"].decide
    assert decide(unknown_but(sold_service=False)).outcome is Eligibility.OUT_OF_SCOPE
    assert decide(unknown_but(sold_service=False, satisfaction=UNKNOWN)).possible == set(Eligibility)


def test_i21_a_form_sent_through_the_portal_is_in_scope() -> None:
    assert outcome(channel="portal") is Eligibility.COMPLAINT
    assert rows(channel="portal") == ["portal-complaint"]
    assert eligibility(channel="portal").clauses == ("M2-1 §1.1",)
