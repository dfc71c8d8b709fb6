"""How each event changes a case: the one place where a story becomes a state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Any

import attrs

from reclamation_core.cases import happenings as h
from reclamation_core.cases.case import AnswerCycle, Case, Containment, Suspension, dated
from reclamation_core.cases.codes import CaseKind
from reclamation_core.cases.errors import EventStreamError
from reclamation_core.cases.event import RecordedEvent
from reclamation_core.cases.sealed import Commitment


def apply(case: Case | None, event: RecordedEvent) -> Case:
    """The case after one more event.

    Raises:
        EventStreamError: the event does not follow.
    """
    registration = isinstance(event.data, h.Registered)
    if case is None:
        if not registration or event.number != 1:
            raise EventStreamError(event.case, 1, event.case, event.number)
        return _opened(event, event.data)  # type: ignore[arg-type]
    earlier = event.recorded_at < case.events[-1].recorded_at
    if registration or event.case != case.reference or event.number != case.version + 1 or earlier:
        raise EventStreamError(case.reference, case.version + 1, event.case, event.number)
    reason = _impossible(case, event)
    if reason:
        raise EventStreamError(case.reference, case.version + 1, event.case, event.number, reason)
    if isinstance(event.data, h.DateCorrected):
        *_, told = replay((*case.events, event))
        return attrs.evolve(told, events=(*case.events, event), vault=case.vault)
    return _followed(case, event)


def _followed(case: Case, event: RecordedEvent) -> Case:
    return attrs.evolve(case, events=(*case.events, event), **_after(event.data, case, event))


def replay(events: Iterable[RecordedEvent]) -> Iterator[Case]:
    """The case after each of its events, with their dates as they were corrected last."""
    case: Case | None = None
    for event in dated(events):
        case = _opened(event, event.data) if case is None else _followed(case, event)  # type: ignore[arg-type]
        yield case


def _impossible(case: Case, event: RecordedEvent) -> str:
    """Why something cannot happen to a case, whatever the guards say; empty where it can."""
    data: Any = event.data
    if type(facts_after(case, data)) is not type(case.facts):
        return f"its facts are not those of a {case.kind.label('en')}"
    if isinstance(data, h.Answered | h.DeadlineSuspended) and not case.answer_cycles:
        return "an internal malfunction is not answered"
    if isinstance(data, h.DeadlineResumed) and not has_open_suspension(case):
        return "the answer clock is not suspended"
    if isinstance(data, h.RetentionResumed) and (not case.suspensions or case.suspensions[-1].until is not None):
        return "retention is not suspended"
    if isinstance(data, h.DateCorrected):
        of = case.events[data.event - 1] if 0 < data.event <= case.version else event
        if isinstance(of.data, h.DateCorrected) or data.happened_at > of.recorded_at:
            return "a date is corrected of something done before, to one that is not after it was written down"
    return ""


def has_open_suspension(case: Case) -> bool:
    """True if the latest run of the answer clock has a suspension that was not resumed."""
    suspensions = case.answer_cycles[-1].suspensions if case.answer_cycles else ()
    return bool(suspensions) and suspensions[-1].until is None


def _opened(event: RecordedEvent, data: h.Registered) -> Case:
    answer_cycles = () if data.kind is CaseKind.MALFUNCTION else (AnswerCycle(started_at=data.facts.received_at),)
    return Case(
        reference=event.case,
        kind=data.kind,
        facts=data.facts,
        site=data.site,
        service_sites=data.service_sites,
        handling_unit=data.handling_unit,
        source=data.source,
        terms=data.terms,
        verdict=_verdict(data.verdict),
        events=(event,),
        answer_cycles=answer_cycles,
    )


def _verdict(verdict: h.AssessmentSnapshot | None) -> h.AssessmentSnapshot:
    if verdict is None:
        raise TypeError("verdict: an event that changes the facts has one; only a command leaves it out")
    return verdict


def facts_after(case: Case, data: Any) -> h.Facts:
    """The facts of a case once something has happened: the very same object where it changes none."""
    facts: h.Facts | None = getattr(data, "facts", None)
    return case.facts if facts is None else facts


@singledispatch
def _after(data: Any, case: Case, event: RecordedEvent) -> dict[str, Any]:
    """What an event changes, besides the story itself."""
    raise TypeError(f"data: nothing of the class {type(data).__name__} can happen to a case")


@_after.register
def _(data: h.FactsCompleted, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"facts": facts_after(case, data), "verdict": _verdict(data.verdict)}


@_after.register
def _(data: h.FactsCorrected, case: Case, event: RecordedEvent) -> dict[str, Any]:
    facts = facts_after(case, data)
    changed: dict[str, Any] = {"facts": facts, "verdict": _verdict(data.verdict), "terms": data.terms or case.terms}
    if case.answer_cycles:  # the first run of the clock starts with the receipt, whatever it was thought to be
        changed["answer_cycles"] = (
            attrs.evolve(case.answer_cycles[0], started_at=facts.received_at),
            *case.answer_cycles[1:],
        )
    return changed


@_after.register
def _(data: h.DateCorrected, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {}  # the whole story is told again


@_after.register
def _(data: h.Acknowledged, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"acknowledged_at": min(case.acknowledged_at or event.occurred_at, event.occurred_at)}


@_after.register
def _(data: h.SupportAdded, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"supports": case.supports + 1}


@_after.register
def _(data: h.Transcribed, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"supports": case.supports + 1, "transcribed_at": event.occurred_at}


@_after.register
def _(data: h.ContainmentTaken, case: Case, event: RecordedEvent) -> dict[str, Any]:
    taken = Containment(number=len(case.containments) + 1, event=event.number, taken_at=event.occurred_at)
    return {"containments": (*case.containments, taken)}


@_after.register
def _(data: h.ContainmentEffectRecorded, case: Case, event: RecordedEvent) -> dict[str, Any]:
    judged = (
        attrs.evolve(taken, effective=data.effective) if taken.event == data.measure else taken
        for taken in case.containments
    )
    return {"containments": tuple(judged)}


@_after.register
def _(data: h.Qualified, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"qualification": data, "facts": facts_after(case, data), "verdict": _verdict(data.verdict)}


@_after.register
def _(data: h.Rerouted, case: Case, event: RecordedEvent) -> dict[str, Any]:
    override = data.level if data.override else None
    return {"handling_unit": data.handling_unit, "level_override": override, "verdict": data.verdict or case.verdict}


@_after.register
def _(data: h.Analysed, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"analysis": data, "facts": facts_after(case, data), "verdict": _verdict(data.verdict)}


@_after.register
def _(data: h.ActionsPlanned, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"actions": tuple(dict.fromkeys((*case.actions, *data.lines)))}


@_after.register
def _(data: h.NoActionNeeded, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"no_action": data.reason if isinstance(data.reason, Commitment) else None}


@_after.register
def _(data: h.Answered, case: Case, event: RecordedEvent) -> dict[str, Any]:
    *before, run = _stopped(case, event)
    return {"answer_cycles": (*before, attrs.evolve(run, answered_at=event.occurred_at, answer=data))}


@_after.register
def _(data: h.ReactionRecorded, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"reaction": data}


@_after.register
def _(data: h.ReferredToMediation, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"mediation_at": case.mediation_at or event.occurred_at}


def _stopped(case: Case, event: RecordedEvent) -> tuple[AnswerCycle, ...]:
    """The runs of the answer clock, the last one stopped by what happened first, whatever was written down first."""
    if not case.answer_cycles:
        return ()
    run = case.answer_cycles[-1]
    stopped_at = min(run.stopped_at or event.occurred_at, event.occurred_at)
    return (*case.answer_cycles[:-1], attrs.evolve(run, stopped_at=stopped_at))


@_after.register
def _(data: h.Withdrawn, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"withdrawn_at": event.occurred_at, "answer_cycles": _stopped(case, event)}


@_after.register
def _(data: h.Closed, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"closure": data, "closed_at": event.occurred_at, "answer_cycles": _stopped(case, event)}


@_after.register
def _(data: h.Reopened, case: Case, event: RecordedEvent) -> dict[str, Any]:
    answer_cycles = (*case.answer_cycles, AnswerCycle(started_at=event.occurred_at)) if case.answer_cycles else ()
    return {"closure": None, "closed_at": None, "withdrawn_at": None, "answer_cycles": answer_cycles}


@_after.register
def _(data: h.Linked, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"links": (*case.links, data)}


@_after.register
def _(data: h.DeadlineSuspended, case: Case, event: RecordedEvent) -> dict[str, Any]:
    *before, run = case.answer_cycles
    suspension = Suspension(since=event.occurred_at)
    return {"answer_cycles": (*before, attrs.evolve(run, suspensions=(*run.suspensions, suspension)))}


@_after.register
def _(data: h.DeadlineResumed, case: Case, event: RecordedEvent) -> dict[str, Any]:
    *before, run = case.answer_cycles
    *over, last = run.suspensions
    return {
        "answer_cycles": (*before, attrs.evolve(run, suspensions=(*over, attrs.evolve(last, until=event.occurred_at))))
    }


@_after.register
def _(data: h.RetentionSuspended, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"suspensions": (*case.suspensions, Suspension(since=event.occurred_at))}


@_after.register
def _(data: h.RetentionResumed, case: Case, event: RecordedEvent) -> dict[str, Any]:
    *over, last = case.suspensions
    return {"suspensions": (*over, attrs.evolve(last, until=event.occurred_at))}


@_after.register
def _(data: h.Alerted, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"alerts": (*case.alerts, data)}


@_after.register
def _(data: h.Anonymised, case: Case, event: RecordedEvent) -> dict[str, Any]:
    return {"anonymised_at": event.occurred_at} if data.entire else {}
