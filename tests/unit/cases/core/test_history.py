from typing import Any

import attrs
import pytest

from reclamation_core import cases
from reclamation_core.cases.events import (
    Acknowledged,
    ActionsPlanned,
    Analysed,
    Answered,
    Closed,
    ContainmentEffectRecorded,
    ContainmentTaken,
    FactsCompleted,
    FactsCorrected,
    ReactionRecorded,
    Reopened,
    RetentionResumed,
    Transcribed,
)
from reclamation_core.cases.events.base import AnswerCycle, Containment
from reclamation_core.cases.texts import Commitment, fresh_salt, seal
from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level, Role
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    CLOSED,
    DUPLICATE,
    HANDLED,
    HOUR,
    LIVED,
    NO_ACTION,
    PLAN,
    PLANNED,
    QUALIFIED,
    SUPPORT,
    WITHDRAWN,
    after,
    failing,
    line,
    opened,
)
from tests.unit.policy.cases import CALENDAR, RECEIVED, complaint, malfunction

REOPENED = Reopened(reason="le poste est de nouveau en panne")


def test_a_new_case_has_the_data_of_its_registration() -> None:
    case = opened(
        service_sites=("MLN", "CRE"),
        source="<1@courriel>",
        complainant="Mme Durand",
        verbatim="Rien ne marche",
        remedy_sought="un geste",
    )

    assert (case.kind, case.state, case.version) == (cases.CaseKind.COMPLAINT, cases.CaseState.REGISTERED, 1)
    assert (case.site, case.service_sites, case.handling_unit) == ("CRE", ("MLN", "CRE"), "CRE")
    assert (case.source, case.edition, case.calendar) == ("<1@courriel>", "M2-1", CALENDAR.definition)
    assert (case.facts, case.received_at) == (complaint(), RECEIVED)
    assert (case.eligibility, case.level) == (Eligibility.COMPLAINT, Level.LOCAL)
    assert case.answer_cycles == (AnswerCycle(started_at=RECEIVED),)
    assert case.deadline is not None
    assert case.deadline.due.isoformat() == "2026-05-19"
    registered: Any = case.events[0].data
    assert [case.read(text) for text in (registered.complainant, registered.verbatim, registered.remedy_sought)] == [
        "Mme Durand",
        "Rien ne marche",
        "un geste",
    ]
    assert case.read(case.events[0].by) == "Mme Roux"
    assert case.read(None) is None


def test_who_handles_the_case_may_be_another_than_who_registers_it() -> None:
    assert opened(handling_unit="MLN").handling_unit == "MLN"


def test_a_state_follows_each_step_and_nothing_else() -> None:
    case = opened()
    states = [case.state]
    for done in (SUPPORT, Acknowledged(), QUALIFIED, ANALYSED, PLANNED, ANSWERED, CLOSED, REOPENED):
        case = after(case, done)
        states.append(case.state)
    assert [state.value for state in states] == [
        *("registered", "registered", "registered", "qualified", "analysed", "planned", "answered", "closed", "planned")
    ]
    assert after(opened(), *HANDLED).state is cases.CaseState.PLANNED


def test_an_event_has_its_dates_actor_and_role() -> None:
    case = after(opened(), SUPPORT, at=RECEIVED + HOUR, now=RECEIVED + 5 * HOUR, role=Role.AQ)
    event = case.events[-1]
    assert (event.case, event.number, event.role) == ("R-2026-000007", 2, Role.AQ)
    assert (event.occurred_at, event.recorded_at) == (RECEIVED + HOUR, RECEIVED + 5 * HOUR)
    assert (str(event.occurred_at.tzinfo), str(event.recorded_at.tzinfo)) == ("UTC", "UTC")
    assert case.read(event.by) == "Mme Roux"


def test_a_containment_has_its_effect() -> None:
    first, second = ContainmentTaken(measure="prêter un poste"), ContainmentTaken(measure="changer de salle")
    case = after(opened(), first, second, ContainmentEffectRecorded(measure=3, effective=False, effect="trop petite"))
    assert case.containments == (
        Containment(number=1, event=2, taken_at=RECEIVED + 2 * HOUR),
        Containment(number=2, event=3, taken_at=RECEIVED + 3 * HOUR, effective=False),
    )


def test_a_transcription_is_a_factual_support() -> None:
    case = after(opened(complaint(channel="phone")), Transcribed(text="aucun poste", author="M. Petit"))
    assert (case.supports, case.transcribed_at) == (1, RECEIVED + 2 * HOUR)
    assert after(case, QUALIFIED).state is cases.CaseState.QUALIFIED


def test_an_acknowledgement_is_the_earliest_and_does_not_stop_the_clock() -> None:
    case = after(opened(), Acknowledged(), at=RECEIVED + 3 * HOUR)
    again = after(case, Acknowledged(), at=RECEIVED + 5 * HOUR)
    before = after(again, Acknowledged(), at=RECEIVED + 2 * HOUR, now=RECEIVED + 6 * HOUR)
    assert [c.acknowledged_at for c in (case, again, before)] == [RECEIVED + hours * HOUR for hours in (3, 3, 2)]
    assert (before.answer_cycles[-1].stopped_at, before.awaited_on) == (None, before.deadline and before.deadline.due)


def test_actions_gather_each_once() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, ANALYSED, PLANNED, ActionsPlanned(plan=PLAN, actions=("A-2", "A-1")))
    assert case.actions == (line("A-1"), line("A-2"))


def test_the_reason_for_no_action_is_recorded() -> None:
    assert after(opened(), *HANDLED).read(after(opened(), *HANDLED).no_action) is None
    case = after(opened(), *HANDLED)
    assert case.read(case.no_action) == "un cas isolé, déjà réparé"


def test_reopening_starts_a_new_answer_cycle() -> None:
    closed = after(opened(), *LIVED)
    case = after(closed, REOPENED)

    assert (closed.closed_at, closed.awaited_on) == (RECEIVED + 7 * HOUR, None)
    assert (case.closed_at, case.closure) == (None, None)
    assert [type(event.data) for event in case.events[-2:]] == [Closed, Reopened]
    assert case.answer_cycles == (
        AnswerCycle(started_at=RECEIVED, answered_at=RECEIVED + 6 * HOUR, answer_number=6,
              stopped_at=RECEIVED + 6 * HOUR),
        AnswerCycle(started_at=RECEIVED + 8 * HOUR),
    )  # fmt: skip
    answer = case.answer_of(case.answer_cycles[0])
    assert answer is not None
    assert answer.decision is cases.AnswerDecision.FOUNDED
    # Saturday 2 May 17:30; ten business days, 8 May and Ascension off.
    assert case.awaited_on is not None
    assert case.awaited_on.isoformat() == "2026-05-19"


def test_the_new_answer_clock_is_as_long_as_the_first_and_starts_with_the_reopening() -> None:
    case = after(after(opened(), *LIVED), REOPENED, at=RECEIVED.replace(month=6))
    # Tuesday 2 June; ten business days, none of them a public holiday.
    assert case.awaited_on is not None
    assert case.awaited_on.isoformat() == "2026-06-16"
    second = after(case, attrs.evolve(ANSWERED, decision=cases.AnswerDecision.UNFOUNDED))
    answers = map(second.answer_of, second.answer_cycles)
    assert [answer.decision.value for answer in answers if answer is not None] == ["founded", "unfounded"]
    assert second.awaited_on is None


def test_a_withdrawal_stops_the_clock_and_a_reopening_undoes_it() -> None:
    withdrawn = after(opened(), WITHDRAWN)
    closed = after(withdrawn, Closed(reason=cases.ClosingReason.WITHDRAWN))
    case = after(closed, REOPENED)
    assert (withdrawn.withdrawn_at, withdrawn.answer_cycles[-1].stopped_at) == (
        RECEIVED + 2 * HOUR,
        RECEIVED + 2 * HOUR,
    )
    assert withdrawn.answer_cycles[-1].answered_at is None
    assert closed.answer_cycles == withdrawn.answer_cycles
    assert (case.withdrawn_at, case.answer_cycles[-1].stopped_at) == (None, None)


def test_the_clock_stops_at_the_first_event_in_order_of_occurrence() -> None:
    case = after(opened(), SUPPORT, QUALIFIED)
    withdrawn_first = after(after(case, WITHDRAWN, at=RECEIVED + 5 * HOUR), ANSWERED, at=RECEIVED + 6 * HOUR)
    entered_late = after(
        after(case, WITHDRAWN, at=RECEIVED + 6 * HOUR), ANSWERED, at=RECEIVED + 5 * HOUR, now=RECEIVED + 7 * HOUR
    )
    assert withdrawn_first.answer_cycles[0].stopped_at == RECEIVED + 5 * HOUR
    assert withdrawn_first.answer_cycles[0].answered_at == RECEIVED + 6 * HOUR
    assert entered_late.answer_cycles[0].stopped_at == RECEIVED + 5 * HOUR


def test_a_closing_as_duplicate_stops_the_clock() -> None:
    case = after(opened(), DUPLICATE, Closed(reason=cases.ClosingReason.DUPLICATE))
    assert (case.answer_cycles[0].stopped_at, case.answer_cycles[0].answered_at) == (RECEIVED + 3 * HOUR, None)
    assert case.links == (DUPLICATE,)


def test_a_malfunction_has_no_answer_clock_however_often_it_is_opened_again() -> None:
    case = after(failing(), *HANDLED, Closed(reason=cases.ClosingReason.TREATED), REOPENED)
    assert (case.kind, case.eligibility) == (cases.CaseKind.MALFUNCTION, None)
    assert (case.answer_cycles, case.deadline, case.awaited_on, case.state) == ((), None, None, cases.CaseState.PLANNED)


def test_the_verdict_is_the_procedure_s_on_what_is_known() -> None:
    case = opened(complaint(severity_safety=3, likelihood=3))
    assert (case.verdict.band, case.verdict.complexity) == (None, Complexity.COMPLEX)  # high or critical: 9 or 12
    others = dict.fromkeys([f"severity_{d}" for d in ("legal", "contract", "financial", "relation", "training")], 0)
    judged = after(case, FactsCompleted(facts=complaint(severity_safety=3, likelihood=3, **others)))
    assert (judged.verdict.band, judged.verdict.complexity) == (Band.HIGH, Complexity.COMPLEX)


def test_a_correction_leaves_both_values_in_the_history() -> None:
    case = after(opened(), FactsCorrected(facts=complaint(service_reach="several_centres"), reason="relu"))
    assert case.level is Level.REGIONAL
    told: list[Any] = [event.data for event in case.events]
    assert [data.facts.service_reach.value for data in told] == ["one_centre", "several_centres"]
    assert case.read(getattr(case.events[-1].data, "reason", None)) == "relu"


def test_the_reaction_is_the_latest() -> None:
    case = after(opened(), *HANDLED, ANSWERED)
    for reaction in cases.Reaction:
        case = after(case, ReactionRecorded(reaction=reaction, words="ah"))
    assert case.reaction is not None
    assert case.reaction.reaction is cases.Reaction.DISSATISFIED


def test_a_case_without_events_and_an_event_without_data_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^events: there is none; a case begins with its registration$"):
        cases.Case.from_events([])
    nothing: Any = "rien"
    with pytest.raises(TypeError, match=r"^data: a CaseEvent is expected, got a str$"):
        attrs.evolve(opened().events[0], data=nothing)


@pytest.mark.parametrize(("spoilt", "expected"), [
    (lambda e: e[1:], (1, "R-2026-000007", 2)),
    (lambda e: (attrs.evolve(e[0], number=2), *e[1:]), (1, "R-2026-000007", 2)),
    (lambda e: (e[0], *e[2:]), (2, "R-2026-000007", 3)),
    (lambda e: (*e[:2], e[1]), (3, "R-2026-000007", 2)),
    (lambda e: (e[0], attrs.evolve(e[1], case="R-2026-000008")), (2, "R-2026-000008", 2)),
    (lambda e: (e[0], attrs.evolve(e[0], number=2)), (2, "R-2026-000007", 2)),
    (lambda e: (e[0], attrs.evolve(e[1], occurred_at=RECEIVED, recorded_at=RECEIVED)), (2, "R-2026-000007", 2)),
], ids=["headless", "first-not-one", "hole", "twice", "foreign", "second-registration", "recorded-before"])  # fmt: skip
def test_events_that_make_no_history_are_refused(spoilt: Any, expected: tuple[int, str, int]) -> None:
    events = after(opened(), SUPPORT, QUALIFIED).events
    with pytest.raises(
        cases.EventStreamError, match=r"cannot follow; event \d of 'R-2026-000007' is expected"
    ) as refusal:
        cases.Case.from_events(spoilt(events))
    assert (refusal.value.expected, refusal.value.event, refusal.value.number) == expected
    assert refusal.value.case == "R-2026-000007"


def test_an_analysis_counts_its_causes() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, Analysed(report="rien"))
    assert (case.facts.causes, case.state) == (0, cases.CaseState.ANALYSED)


def test_every_text_of_an_event_is_a_commitment() -> None:
    case = after(opened(verbatim="Rien ne marche"), *LIVED)
    answered: Any = case.events[-2].data
    assert isinstance(answered, Answered)
    assert isinstance(answered.text, Commitment)
    assert case.read(answered.text) == "vous aviez raison"


def test_no_action_stays_a_commitment_where_its_words_are_forgotten() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, NO_ACTION)
    assert case.no_action is not None
    forgotten = attrs.evolve(case, vault=case.vault.without([case.no_action]))
    assert (forgotten.read(forgotten.no_action), forgotten.state) == (None, cases.CaseState.PLANNED)


@pytest.mark.parametrize(("start", "data", "reason"), [
    (failing, ANSWERED, "an internal malfunction is not answered"),
    (opened, FactsCorrected(facts=malfunction(), reason="relu"), "its facts are not those of a client's request"),
    (opened, RetentionResumed(), "retention is not suspended"),
], ids=["answered malfunction", "facts of another kind", "resumed"])  # fmt: skip
def test_what_cannot_happen_to_a_case_makes_no_history_of_it(start: Any, data: Any, reason: str) -> None:
    case: cases.Case = start()
    sealed, _ = seal(data, fresh_salt)
    last = case.events[-1]
    event = attrs.evolve(last, number=last.number + 1, data=sealed)
    with pytest.raises(
        cases.EventStreamError, match=f"event 2 of case '{case.reference}' cannot follow: {reason}"
    ) as refusal:
        cases.apply(case, event)
    assert refusal.value.reason == reason
