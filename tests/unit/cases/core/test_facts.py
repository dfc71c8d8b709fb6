from datetime import timedelta
from typing import Any

import pytest

from reclamation_core.cases import Admissibility, Case, CommandType, handle_command, open_case
from reclamation_core.cases.events import FactsCompleted, FactsCorrected, Qualified, Rerouted
from reclamation_core.errors import FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.tables import FactsError
from reclamation_core.vocabulary import Eligibility, Level, RiskDomain, Role
from tests.unit.cases.core.life import (
    HANDLED,
    HOUR,
    OUT_OF_SCOPE,
    SUPPORT,
    TO_BE_CLARIFIED,
    after,
    around,
    command_of,
    failing,
    guards_of,
    kept,
    next_hour,
    opened,
    refused,
    registration,
)
from tests.unit.policy.cases import RECEIVED, complaint, malfunction, unknown_but

UNTOUCHED: dict[str, Any] = {f"severity_{domain.value}": 0 for domain in RiskDomain}
REGIONAL = {"service_reach": "several_centres"}


def completed(**facts: Any) -> FactsCompleted:
    return FactsCompleted(facts=complaint(**facts))


def test_completing_the_facts_assesses_them_again() -> None:
    case = opened(complaint(**TO_BE_CLARIFIED))
    done = after(case, completed())
    assert (case.eligibility, done.eligibility) == (None, Eligibility.COMPLAINT)
    assert case.awaited_on == done.awaited_on
    assert case.awaited_on is not None


@pytest.mark.parametrize(
    "changes",
    [{"formal": False}, {"formal": None}, {"received_at": RECEIVED + HOUR}, {"satisfaction": 4}],
    ids="-".join,
)
def test_completing_changes_nothing_that_is_known_not_even_to_unknown(changes: dict[str, Any]) -> None:
    assert guards_of(refused(opened(), completed(**changes))) == ["facts-known"]


def test_completing_nothing_is_allowed() -> None:
    assert after(opened(), completed()).facts == complaint()


def test_what_a_qualification_learns_can_make_it_possible() -> None:
    case = after(opened(complaint(**TO_BE_CLARIFIED)), SUPPORT)
    assert guards_of(refused(case, Qualified(problem="un poste"))) == ["to-be-clarified"]
    found = complaint(**UNTOUCHED, likelihood=1)
    assert after(case, Qualified(problem="un poste", facts=found)).eligibility is Eligibility.COMPLAINT


@pytest.mark.parametrize(
    "data",
    [
        FactsCompleted(facts=malfunction()),
        FactsCorrected(facts=malfunction(), reason="relu"),
        Qualified(problem="un poste", facts=malfunction()),
    ],
    ids=lambda data: type(data).__name__,
)
def test_facts_of_another_kind_are_none_of_the_case(data: Any) -> None:
    case = after(opened(), SUPPORT)
    with pytest.raises(
        TypeError, match=r"^facts: ComplaintFacts are expected, as the case has, got a MalfunctionFacts"
    ):
        handle_command(case, command_of(case, data), around(next_hour(case)))


def known_from_the_start(corrected: Case, start: Case) -> None:
    assert (corrected.facts, corrected.verdict, corrected.level) == (start.facts, start.verdict, start.level)
    assert (corrected.deadline, corrected.answer_cycles, corrected.state) == (
        start.deadline,
        start.answer_cycles,
        start.state,
    )


@pytest.mark.parametrize(
    ("at_first", "in_truth"),
    [
        ({}, REGIONAL),
        (OUT_OF_SCOPE, {}),
        ({}, OUT_OF_SCOPE),
        ({"formal": False}, {"satisfaction": 3}),
        ({}, {"received_at": RECEIVED - timedelta(days=20)}),
        ({"received_at": RECEIVED - timedelta(days=20)}, {}),
        ({"severity_safety": 4}, {"severity_safety": None}),
    ],
)
def test_a_correction_gives_the_case_that_had_it_at_first(at_first: dict[str, Any], in_truth: dict[str, Any]) -> None:
    when = RECEIVED + 10 * HOUR
    case = kept(None, open_case("R-2026-000007", registration(complaint(**at_first)), around(when)))
    corrected = after(case, FactsCorrected(facts=complaint(**in_truth), reason="relu"), at=when)
    known_from_the_start(corrected, opened(complaint(**in_truth)))
    assert corrected.version == 2


def test_a_corrected_receipt_moves_the_first_clock_only() -> None:
    case = opened()
    moved = after(case, FactsCorrected(facts=complaint(received_at=RECEIVED - timedelta(days=1)), reason="cachet"))
    # Friday 1 May is a public holiday, Saturday 2 May no business day: the same last day.
    assert moved.awaited_on == case.awaited_on
    earlier = after(case, FactsCorrected(facts=complaint(received_at=RECEIVED - timedelta(days=3)), reason="cachet"))
    assert earlier.awaited_on is not None
    assert earlier.awaited_on.isoformat() == "2026-05-18"  # Wednesday 29 April: Thursday 30 April is the first day


def test_re_routing_changes_the_unit_and_not_the_due_date() -> None:
    case = opened()
    routed = after(case, Rerouted(level=Level.LOCAL, handling_unit="MLN"))
    imposed = after(
        routed, Rerouted(level=Level.NATIONAL, handling_unit="SIEGE", reason="un élu s'en est mêlé"), role=Role.AQ
    )
    assert (routed.handling_unit, routed.level, routed.level_override) == ("MLN", Level.LOCAL, None)
    assert (imposed.handling_unit, imposed.level, imposed.level_override) == ("SIEGE", Level.NATIONAL, Level.NATIONAL)
    assert case.deadline == routed.deadline == imposed.deadline
    assert (case.answer_cycles, case.calendar, case.rule) == (imposed.answer_cycles, imposed.calendar, imposed.rule)


@pytest.mark.parametrize("flag", [True, False])
def test_the_override_follows_from_the_level_not_from_the_command(flag: bool) -> None:
    case = opened()
    same = Rerouted(level=Level.LOCAL, handling_unit="MLN", override=flag)
    other = Rerouted(level=Level.REGIONAL, handling_unit="IDF", override=flag, reason="trois centres en parlent")
    assert after(case, same).level_override is None
    assert after(case, other, role=Role.RQR).level is Level.REGIONAL


def test_imposing_a_level_takes_a_reason_and_a_role() -> None:
    for role, reason, allowed in [
        (Role.RQR, "un élu", True),
        (Role.AQ, "un élu", True),
        (Role.HANDLING_UNIT, "un élu", False),
        (Role.SYSTEM, "un élu", False),
        (Role.RQR, None, False),
    ]:
        data = Rerouted(level=Level.NATIONAL, handling_unit="SIEGE", reason=reason)
        if allowed:
            assert after(opened(), data, role=role).level is Level.NATIONAL, (role, reason, allowed)
        else:
            assert guards_of(refused(opened(), data, role=role)) == ["override-unjustified"], (role, reason, allowed)


def test_an_imposed_level_stays_until_it_is_lifted_with_a_reason() -> None:
    imposed = after(opened(), Rerouted(level=Level.NATIONAL, handling_unit="SIEGE", reason="un élu"), role=Role.RQR)
    told = after(imposed, FactsCorrected(facts=complaint(**REGIONAL), reason="relu"))
    moved = after(told, Rerouted(level=Level.NATIONAL, handling_unit="CRE"))
    back = after(moved, Rerouted(level=Level.REGIONAL, handling_unit="IDF", reason="l'élu renonce"), role=Role.RQR)
    assert (told.level, told.verdict.level) == (Level.NATIONAL, Level.REGIONAL)
    assert (moved.level, moved.level_override) == (Level.NATIONAL, Level.NATIONAL)
    assert (back.level, back.level_override) == (Level.REGIONAL, None)


@pytest.mark.parametrize(
    ("receipt", "registered", "faults"),
    [
        (0, 1, []),
        (0, 0, []),
        (0, 3, ["occurred_at"]),
        (1, 0, ["occurred_at"]),
        (3, 1, ["facts.received_at"]),
        (3, 4, ["occurred_at", "facts.received_at"]),
    ],
)
def test_a_case_is_registered_after_its_receipt_in_the_past(receipt: int, registered: int, faults: list[str]) -> None:
    facts = complaint(received_at=RECEIVED + receipt * HOUR)
    command = registration(facts, occurred_at=RECEIVED + registered * HOUR)
    where = around(RECEIVED + 2 * HOUR)
    if not faults:
        assert open_case("R-1", command, where).event.occurred_at == RECEIVED + registered * HOUR
        return
    with pytest.raises(FaultsError, match="an instant that is not") as refusal:
        open_case("R-1", command, where)
    assert [fault.path for fault in refusal.value.faults] == faults


def test_a_registration_takes_facts_that_the_edition_takes() -> None:
    with pytest.raises(FactsError, match="satisfaction"):
        opened(complaint(satisfaction=11))


def test_facts_can_be_unknown_all_of_them() -> None:
    case = opened(unknown_but())
    assert (case.eligibility, case.level) == (None, Level.LOCAL)
    assert case.facts.service_reach is UNKNOWN
    assert CommandType.QUALIFY.label("fr") in refused(after(case, SUPPORT), HANDLED[1]).in_("fr")


def test_admissibility_follows_from_kind_and_eligibility() -> None:
    admissibilities = [
        opened(facts).admissibility
        for facts in (complaint(), complaint(**TO_BE_CLARIFIED), complaint(**OUT_OF_SCOPE), malfunction())
    ]
    assert admissibilities == [
        Admissibility.IN_SCOPE,
        Admissibility.TO_BE_CLARIFIED,
        Admissibility.OUT_OF_SCOPE,
        Admissibility.MALFUNCTION,
    ]


def test_a_malfunction_is_corrected_too() -> None:
    case = after(failing(), FactsCorrected(facts=malfunction(mobilisation="national"), reason="relu"))
    assert (case.level, case.answer_cycles) == (Level.NATIONAL, ())
