from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zlib import crc32

import attrs
import pytest

from reclamation_core import Case, CaseQuery, CaseState, Desk, Level
from reclamation_core.cases import (
    Admissibility,
    AnswerDecision,
    CaseKind,
    ClosingReason,
    DeadlineKind,
    LinkKind,
    Reaction,
    Threshold,
    events,
)
from reclamation_core.cases.texts import Commitment
from reclamation_core.plans import ActionStatus, ActionType, Effectiveness, PlanScope
from reclamation_core.simulation import Caseload, Kind, SimulatedClock, run_scenario
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.scenario.world import messages_of, themes
from reclamation_core.vocabulary import Channel
from tests.approvals import approved
from tests.unit.simulation.scenario.stage import BEGINNING, END, SITES, Stage, due_by_hand, run

CASELOAD = Caseload.shipped()
GRAND_EST = PlanScope.region("Grand Est")


@pytest.fixture(scope="module")
def stage() -> Stage:
    return run(CASELOAD)


@pytest.fixture(scope="module")
def cases(stage: Stage) -> tuple[Case, ...]:
    return stage.cases


def test_an_inquiry_finds_the_channel_of_a_survey_result_and_of_a_complaint() -> None:
    messages = messages_of(CASELOAD, lambda _: Draws(1))
    channels = {(one.subject.kind, one.truth(Draws(1))["channel"]) for one in messages if one.subject is not None}
    assert {kind for kind, _ in channels} == set(Kind)
    assert {kind for kind, channel in channels if channel is Channel.SURVEY} == {Kind.SURVEY}
    assert {channel for _, channel in channels} == {Channel.SURVEY, Channel.EMAIL}


@pytest.mark.slow
def test_every_message_is_one_case_found_by_its_source(stage: Stage, cases: tuple[Case, ...]) -> None:
    files = (CASELOAD.complaints, CASELOAD.survey, CASELOAD.malfunctions)
    sources = [one.reference for file in files for one in file]
    assert len(CASELOAD) == len(sources) == len(cases) == stage.result.messages == 290
    assert sorted(case.source or "" for case in cases) == sorted(sources)
    for case in cases[::20]:
        assert stage.desk.register(case.registration.facts, site=case.site, source=case.source) == case
    assert stage.desk.cases.count() == 290


@pytest.mark.soak
def test_another_seed_has_other_events(cases: tuple[Case, ...]) -> None:
    assert [case.version for case in run(CASELOAD, seed=2).cases] != [case.version for case in cases]


@pytest.mark.slow
def test_every_event_of_a_case_occurs(cases: tuple[Case, ...]) -> None:
    happened = {type(event.data) for case in cases for event in case.events}
    # The edition of the demonstration, M2-1 as it is, knows no suspension (I25); a person who follows a case goes on;
    # nothing suggests facts; names are right.
    absent = {events.DeadlineSuspended, events.DeadlineResumed, events.Unassigned, events.FactSuggested}
    assert happened == set(events.CASE_EVENTS.classes.values()) - absent - {events.ComplainantCorrected}


def test_every_state_level_decision_reaction_and_closing_reason_occurs(cases: tuple[Case, ...]) -> None:
    answers = [event.data for case in cases for event in case.events if isinstance(event.data, events.Answered)]
    reroutings = [event.data for case in cases for event in case.events if isinstance(event.data, events.Rerouted)]
    assert {case.state for case in cases} == set(CaseState)
    assert {case.level for case in cases} == {None, *Level}  # None: out of scope
    assert {case.admissibility for case in cases} == set(Admissibility)
    assert {case.closure.reason for case in cases if case.closure} == set(ClosingReason)
    assert {link.kind for case in cases for link in case.links} == {LinkKind.DUPLICATE_OF, LinkKind.SAME_CAUSE_AS}
    assert {answer.decision for answer in answers} == set(AnswerDecision)
    assert {answer.collective for answer in answers} == {True, False}
    assert {case.reaction.reaction for case in cases if case.reaction} == set(Reaction)
    assert {rerouting.override for rerouting in reroutings} == {True, False}


def plain(vault: Any, holder: Any, _: object, value: Any) -> Any:
    """Return a value without salts, in the same order each time."""
    if isinstance(holder, Commitment):
        return vault.read(holder)
    return sorted(value) if isinstance(value, frozenset) else value


def test_what_happens_in_the_scenario(stage: Stage, cases: tuple[Case, ...]) -> None:
    """The events of the first cases and plans with each set of values, in sentences; checksums of all events."""
    seen, sums = set[object](), dict[str, tuple[int, int]]()
    histories: list[Any] = [*cases, *(plan.current for plan in stage.plans)]

    def lines() -> Iterator[str]:
        for history in histories:
            told = [attrs.asdict(event.data, recurse=False) for event in history.events]
            kinds = {frozenset(name for name, value in values.items() if value) for values in told}
            yield from [] if kinds <= seen else [f"# {history.events[0].recorded_at:%d/%m}"]
            for event, values in [] if kinds <= seen else zip(history.events, told, strict=True):
                flags = [name for name, value in values.items() if value is True]
                texts = [history.vault.read(one) or "" for one in values.values() if isinstance(one, Commitment)]
                said = [event.describe("fr", history)] if isinstance(history, Case) else texts
                yield " ".join([f"{event.occurred_at:%d/%m %H:%M} {event.role} {event.type}", *said, *flags])
                yield from texts if event.type == "answered" else ()
            seen.update(kinds)
            for event in history.events:
                values = attrs.asdict(event.data, value_serializer=partial(plain, history.vault))
                line = f"{event.occurred_at} {event.role} {event.by and history.vault.read(event.by)} {values}"
                count, before = sums.get(event.type, (0, 0))
                sums[event.type] = (count + 1, crc32(line.encode(), before))
        yield from (f"{name}: {count}, {total}" for name, (count, total) in sorted(sums.items()))

    approved("scenario.txt", lines())


def test_answers_belong_to_complaints_in_scope(cases: tuple[Case, ...]) -> None:
    for case in cases:
        has_answer = any(isinstance(event.data, events.Answered) for event in case.events)
        if (
            case.admissibility is Admissibility.IN_SCOPE
            and case.closure
            and case.closure.reason is ClosingReason.ANSWERED
        ):
            assert has_answer
        if case.admissibility is not Admissibility.IN_SCOPE:
            assert not has_answer
        if case.kind is CaseKind.MALFUNCTION and case.closure:
            assert case.closure.reason is ClosingReason.TREATED


def test_the_actions_of_closed_cases_are_settled(stage: Stage, cases: tuple[Case, ...]) -> None:
    known = {action.reference: action for action in stage.actions}
    for case in cases:
        if case.closure and case.closure.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED):
            for reference in case.actions:
                action = known[reference.action]
                assert action.settled_at is not None or action.reopenings


def test_the_due_dates_agree_with_a_count_by_hand(cases: tuple[Case, ...]) -> None:
    counted = 0
    for case in cases:
        if case.deadline is not None:
            assert case.deadline.due == due_by_hand(case, case.answer_cycles[-1].started_at), case.reference
            counted += 1
    assert counted > 100


def test_most_answers_are_in_time_and_some_are_late(cases: tuple[Case, ...]) -> None:
    in_time = Counter(
        run.answered_at.astimezone(END.tzinfo).date() <= due_by_hand(case, run.started_at)
        for case in cases
        for run in case.answer_cycles
        if run.answered_at is not None
    )
    assert in_time[True] > 5 * in_time[False] > 0


def test_a_message_that_arrives_twice_is_registered_once(cases: tuple[Case, ...]) -> None:
    for case in cases:
        assert sum(isinstance(event.data, events.Registered) for event in case.events) == 1


def test_every_alert_is_raised_once_and_late_answers_have_one(cases: tuple[Case, ...]) -> None:
    for case in cases:
        told = [attrs.evolve(alert, late=False) for alert in case.alerts]
        assert len(set(told)) == len(told)
    overdue = {
        case.reference
        for case in cases
        for alert in case.alerts
        if (alert.clock, alert.threshold) == (DeadlineKind.ANSWER, Threshold.OVERDUE)
    }
    today = END.date()
    assert {case.reference for case in cases if case.awaited_on is not None and case.awaited_on < today} <= overdue


def test_actions_have_every_status_and_some_are_reopened_by_a_recurrence(stage: Stage) -> None:
    actions = stage.actions
    assert {action.type for action in actions} == {ActionType.CONTAINMENT, ActionType.CURATIVE, ActionType.CORRECTIVE}
    assert {action.status for action in actions} == set(ActionStatus)
    assert {action.effectiveness for action in actions} == {None, Effectiveness.EFFECTIVE}
    assert any(reopening.case is None for action in actions for reopening in action.reopenings)  # judged not effective
    recurrences = [reopening for action in actions for reopening in action.reopenings if reopening.case]
    assert recurrences
    for reopening in recurrences:
        assert reopening.case is not None
        analysis = stage.desk.cases.get(reopening.case).analysis
        assert analysis is not None
        assert reopening.cause_family in analysis.causes


def test_an_action_that_is_done_has_the_evidence_of_that_action(stage: Stage) -> None:
    of_causes = {cause.what: cause.evidence for theme in themes().values() for cause in theme.causes}
    found = [
        (plan.vault.read(action.what), plan.vault.read(action.evidence))  # type: ignore[arg-type]
        for plan in (service.current for service in stage.plans)
        for action in plan.actions
        if action.evidence is not None
    ]
    assert len({evidence for _, evidence in found}) > 5
    assert all(evidence == of_causes.get(what or "", "confirmation écrite au dossier") for what, evidence in found)


def test_the_numbers_of_actions_are_unique(stage: Stage) -> None:
    references = [action.reference for action in stage.actions]
    assert len(set(references)) == len(references)


def test_plans_are_published_in_order_and_a_region_gathers_its_sites(stage: Stage) -> None:
    for plan in stage.plans:
        assert [edition.number for edition in plan.published_plans] == list(range(1, len(plan.published_plans) + 1))
    region, nation = stage.desk.pgaac(GRAND_EST), stage.desk.pgaac(PlanScope.nation())
    below = [action for code in ("COLMAR", "METZ") for action in stage.desk.pgaac(code).actions]
    assert len(region.published_plans) >= 2
    for plan, actions in ((region, [*below, *region.actions]), (nation, stage.actions)):
        latest = plan.published_plans[-1]
        known = {action.reference for action in actions if action.added <= latest.published_at}
        assert {line.action.reference for line in latest.lines} == known


def test_a_published_plan_of_a_site_has_a_difference(stage: Stage) -> None:
    differences = [
        stage.desk.pgaac(code).current.difference(2)
        for code in SITES
        if len(stage.desk.pgaac(code).published_plans) > 1
    ]
    assert any(difference.added and difference.changed for difference in differences)


def test_the_desk_refuses_only_the_two_commands_that_are_to_be_refused(stage: Stage) -> None:
    refused = [[guard.id for guard in refusal.guards] for refusal in stage.result.refusals]
    assert refused == [["not-transcribed", "no-support"], ["close-unsettled"]]


def test_an_anonymised_case_has_no_texts(cases: tuple[Case, ...]) -> None:
    anonymised = [case for case in cases if case.anonymised_at is not None]
    assert anonymised
    assert [len(case.vault) for case in anonymised if len(case.vault) > 1] == []


def test_the_clock_is_at_the_end_and_no_event_is_later(stage: Stage, cases: tuple[Case, ...]) -> None:
    assert stage.clock.now() == END
    assert all(event.recorded_at <= END for case in cases for event in case.events)


def test_a_scenario_without_messages_or_before_the_first_has_no_case() -> None:
    early = run(CASELOAD, until=BEGINNING + timedelta(days=1))
    assert (early.cases, early.actions, early.result.messages, early.result.refusals) == ((), [], 0, ())
    assert run(Caseload(complaints=(), survey=(), malfunctions=())).cases == ()


def test_a_desk_with_cases_is_refused(stage: Stage) -> None:
    with pytest.raises(ValueError, match="desk: it has 290 cases already; give one on an empty store"):
        run_scenario(CASELOAD, stage.desk, stage.clock, SITES, END)


def test_the_clock_never_goes_back() -> None:
    clock = SimulatedClock(END)
    clock.advance(datetime(2026, 1, 1, tzinfo=END.tzinfo))
    assert clock.now() == END


def test_the_store_verifies_and_counts_by_query_as_its_cases_do(stage: Stage, cases: tuple[Case, ...]) -> None:
    desk: Desk = stage.desk
    for state in CaseState:
        assert desk.cases.count(CaseQuery(states={state})) == sum(case.state is state for case in cases)
    by_site = {code: desk.scoped(site=code).cases.count() for code in SITES}
    assert all(
        count == sum(code in {case.site, case.handling_unit, *case.service_sites} for case in cases)
        for code, count in by_site.items()
    )
    assert list(stage.desk.verify()) == []
