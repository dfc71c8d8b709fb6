from typing import Any

import pytest

from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import m2_1
from reclamation_core.policy.policy import CaseAssessment
from reclamation_core.vocabulary import Band, Complexity
from tests.unit.policy import procedure
from tests.unit.policy.cases import CALENDAR, DOMAINS, NOTHING_TOUCHED, complaint


def assess(**changes: Any) -> CaseAssessment:
    return m2_1().assess(complaint(**{**NOTHING_TOUCHED, "recurrences": 0, "causes": 1, **changes}), CALENDAR)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("rank", [1, 2, 3, 4])
def test_i13_the_severity_is_that_of_the_domain_touched_whichever_it_is(domain: str, rank: int) -> None:
    decision = assess(**{f"severity_{domain}": rank}).severity
    assert (decision.outcome, [row.id for row in decision.deciding]) == (rank, [f"{domain}-{rank}"])


def test_i13_the_severity_is_the_highest_of_the_domains_touched_or_the_least() -> None:
    assert assess(severity_safety=1, severity_legal=3, severity_contract=2, severity_training=1).severity.outcome == 3
    decision = assess().severity
    assert (decision.outcome, [row.id for row in decision.deciding]) == (1, ["nothing-touched"])
    unknown = dict.fromkeys(NOTHING_TOUCHED, UNKNOWN)
    assert assess(**{**unknown, "severity_relation": 4}).severity.outcome == 4
    assert assess(**{**unknown, "severity_relation": 3}).severity.possible == {3, 4}


def test_i13_severity_4_is_never_below_high() -> None:
    assert [row.id for row in assess(severity_safety=4, likelihood=1).risk.deciding] == ["severity-4"]


@pytest.mark.parametrize("judged", [1, 2, 3, 4])
def test_i13_the_likelihood_judged_prevails_over_the_recurrences(judged: int) -> None:
    assert assess(likelihood=judged, recurrences=UNKNOWN).likelihood.outcome == judged


def test_i13_the_recurrences_settle_a_likelihood_that_is_not_judged() -> None:
    decision = assess(recurrences=UNKNOWN).likelihood
    assert decision.possible == {1, 2, 3, 4}
    assert decision.question is not None
    assert decision.question.name == "recurrences"


def test_i14_a_first_case_of_low_or_moderate_criticality_is_simple() -> None:
    decision = assess().complexity
    assert decision.outcome is Complexity.SIMPLE
    assert [row.id for row in decision.deciding] == ["simple"]
    assessment = assess(severity_legal=2, likelihood=3)
    assert assessment.risk.outcome is Band.MODERATE
    assert assessment.complexity.outcome is Complexity.SIMPLE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"severity_legal": 2, "likelihood": 4}, "high-criticality"),
        ({"severity_legal": 3, "likelihood": 4}, "high-criticality"),
        ({"severity_legal": 4, "likelihood": 1}, "high-criticality"),
        ({"causes": 2}, "several-causes"),
        ({"recurrences": 1}, "recurrence"),
        ({"client_scope": "regional"}, "high-level"),
        ({"client_scope": "national"}, "high-level"),
    ],
)
def test_i14_each_reason_makes_a_case_complex_by_itself(changes: dict[str, Any], reason: str) -> None:
    decision = assess(**changes).complexity
    assert decision.outcome is Complexity.COMPLEX
    assert [row.id for row in decision.deciding] == [reason]


def test_i14_the_causes_settle_an_undetermined_complexity() -> None:
    before = assess(causes=UNKNOWN).complexity
    assert before.outcome is None
    assert before.question is not None
    assert before.question.name == "causes"
    assert assess(causes=1).complexity.outcome is Complexity.SIMPLE
    assert assess(causes=3).complexity.outcome is Complexity.COMPLEX


def test_i14_every_reason_that_holds_is_listed() -> None:
    decision = assess(severity_safety=4, recurrences=2, causes=2, client_scope="regional").complexity
    assert [row.id for row in decision.deciding] == ["high-criticality", "several-causes", "recurrence", "high-level"]


def test_every_joint_case_is_as_the_interpretations_say() -> None:
    for severity in range(5):
        for likelihood in (None, 1, 2, 3, 4):
            for recurrences in (0, 1, 2, 3, 5, 6, 1000):
                for causes in (0, 1, 2):
                    for client in procedure.CLIENTS:
                        assessment = assess(
                            severity_financial=severity,
                            likelihood=likelihood,
                            recurrences=recurrences,
                            causes=causes,
                            client_scope=client,
                        )
                        likely = procedure.likelihood(likelihood, recurrences)
                        criticality, band = procedure.risk(procedure.severity(severity), likely)
                        level = procedure.level(client, "one_centre", "local")

                        assert assessment.criticality.outcome == criticality
                        assert assessment.risk.outcome == band
                        assert assessment.complexity.outcome == procedure.complexity(band, causes, recurrences, level)
