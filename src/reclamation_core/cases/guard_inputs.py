"""The inputs of the guard tables: the state of a case, the command, and the chronology of its events.

A command cannot happen before the events that it rests on, in any order of recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from reclamation_core.cases.case import Case, Suspension, replay
from reclamation_core.cases.codes import Admissibility, ClosingReason, LinkKind, Method
from reclamation_core.cases.events import (
    CASE_EVENTS,
    Analysed,
    Answered,
    CaseEvent,
    Closed,
    DateCorrected,
    DeadlineSuspended,
    Facts,
    FactsCompleted,
    FactsCorrected,
    Linked,
    NoActionNeeded,
    Qualified,
    RecordedEvent,
    Reopened,
    Rerouted,
)
from reclamation_core.cases.guards import GUARDS
from reclamation_core.cases.references import LineReference
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import Input, Row
from reclamation_core.vocabulary import SEVERITIES, Channel, Complexity, Role

if TYPE_CHECKING:
    from reclamation_core.cases.decisions import Command, DecisionContext

Periods: TypeAlias = tuple[tuple[datetime, datetime | None], ...]
"""Since when, and until when: each period ends before the next begins, and the last may not have ended."""

Settled: TypeAlias = Mapping[LineReference, Periods]
"""When actions were settled: closed or abandoned, and not opened again yet."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_JUDGED = frozenset({"requirement", "likelihood", "recurrences", *SEVERITIES.values()})
_ROOT_CAUSE_METHODS = frozenset({Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE})


def guard_inputs(case: Case, command: Command, data: Any, context: DecisionContext) -> dict[str, Any]:
    """Return the inputs of the guard tables: of the case, and of the command; `data` is its event, completed."""
    return {
        **_of_case(case, context),
        **_of_request(case, data, command.role, context),
        **_of_dates(case, command.occurred_at, data, context),
        **data.situation(case),
    }


def _of_dates(case: Case, occurred_at: datetime, data: Any, context: DecisionContext) -> dict[str, Any]:
    told_at: datetime | None = getattr(data, "told_at", None)
    happened = [at for at in (occurred_at, told_at, getattr(data, "happened_at", None)) if at is not None]
    receipts = [data.facts.received_at] if isinstance(data, FactsCorrected) else []
    return {
        "in_future": max(happened + receipts) > context.now,
        "receipt_after_acts": any(receipt > act for receipt in receipts for act in _acts(case)),
        "before_receipt": min(happened) < case.received_at,
        "deadline_passed": _is_deadline_passed(case, data, occurred_at),
        "date_is_of_an_act": _is_of_an_act(case, data),
        "against_the_story": _is_of_an_act(case, data) and contradicts(case, data, context.follow_up.settled),
        **too_early(case, data, occurred_at, context.follow_up.settled),
    }


def _is_deadline_passed(case: Case, data: Any, occurred_at: datetime) -> bool:
    """True if the answer clock is to be suspended after the last day to answer."""
    deadline = case.deadline if isinstance(data, DeadlineSuspended) else None
    return deadline is not None and case.day_of(occurred_at) > deadline.due


def _is_of_an_act(case: Case, data: Any) -> bool:
    """Return True if the date to correct is that of an act of the case."""
    if not isinstance(data, DateCorrected) or not 0 < data.event <= case.version:
        return False
    return case.events[data.event - 1].data.is_act


def latest_act(case: Case) -> datetime:
    """When the latest act of a case was done, as its date is known now."""
    return max(event.occurred_at for event in case.history if event.data.is_act)


def _acts(case: Case) -> list[datetime]:
    """Return when the case was recorded and when acts on it happened.

    Events about the facts, the registration included, do not count: their dates may be wrong, as the receipt was.
    """
    return [case.events[0].recorded_at, *(event.occurred_at for event in case.history if event.data.dates_receipt)]


def _of_case(case: Case, context: DecisionContext) -> dict[str, Any]:
    latest = case.answer_cycles[-1] if case.answer_cycles else None
    actions_settled = bool(case.actions) and not context.follow_up.unsettled.intersection(case.actions)
    return {
        "state": case.state,
        "anonymised": case.anonymised_at is not None,
        "by_phone": getattr(case.facts, "channel", None) is Channel.PHONE,
        "transcribed": case.transcribed_at is not None,
        "supported": case.supports > 0,
        "qualified": case.qualification is not None,
        "analysed": case.analysis is not None,
        "conforming": case.qualification is not None and case.qualification.conforming is True,
        "analysed_by_method": _finds_root_causes(case.analysis),
        "suspended": any(suspension.until is None for suspension in case.suspensions),
        "suspensions_allowed": case.rule.suspensions_allowed,
        "deadline_suspended": latest is not None and latest.stopped_at is None and case.has_open_suspension,
        "clock_stopped": latest is not None and latest.stopped_at is not None,
        "answered": latest is not None and latest.answered_at is not None,
        "answered_once": any(run.answered_at is not None for run in case.answer_cycles),
        "withdrawn": case.withdrawn_at is not None,
        "duplicate": any(link.kind is LinkKind.DUPLICATE_OF for link in case.links),
        "named": case.registration.complainant is not None,
        "anonymous_note": _is_anonymous_note(case),
        "actions_open": bool(context.follow_up.unsettled.intersection(case.actions)),
        "settled": actions_settled or (case.no_action is not None and not case.actions),
    }


def _of_request(case: Case, data: Any, role: Role, context: DecisionContext) -> dict[str, Any]:
    verdict = getattr(data, "verdict", None) or case.verdict
    required = context.policy is not None and context.policy.parameters.qualification.risks_required
    overriding = isinstance(data, Rerouted) and data.level is not case.level
    return {
        "standing": Admissibility.of(case.kind, verdict.eligibility),
        "reason": data.reason if isinstance(data, Closed) else None,
        "facts_unknown": _only_completes(case.facts, data),
        "measure_known": any(taken.event == getattr(data, "measure", None) for taken in case.containments),
        "role_qualifies": context.policy is not None and role in context.policy.roles.qualifying,
        "risks_unjudged": required and bool(_risks_unjudged(case, data, context.edition)),
        "complexity_undetermined": required and verdict.complexity is None,
        "complex": verdict.complexity is Complexity.COMPLEX,
        "root_cause_by_method": _finds_root_causes(data),
        "linked": isinstance(data, Linked) and data in case.links,
        "collective": isinstance(data, Answered) and data.collective,
        "overriding": overriding,
        "override_justified": overriding and role in (Role.RQR, Role.AQ) and data.reason is not None,
        "redirected": isinstance(data, Closed) and bool(data.redirected_to) and data.told_at is not None,
    }


def missing_facts(case: Case, data: Any, guards: Iterable[Row], context: DecisionContext) -> tuple[Input, ...]:
    """The facts to complete where guards refuse for want of them: each has its question (I24)."""
    refused = {guard.id for guard in guards}
    if "risks-unjudged" in refused:
        return _risks_unjudged(case, data, context.edition)
    if refused & {"complexity-undetermined", "close-complexity-undetermined"}:
        question = context.edition.complexity_decision(case.facts, case.level_override).question
        return () if question is None else (question,)
    return ()


def _risks_unjudged(case: Case, data: Any, policy: Policy) -> tuple[Input, ...]:
    """The risk facts that a qualification leaves unknown."""
    if not isinstance(data, Qualified):
        return ()
    facts = data.facts_after(case)
    severities = [fact for fact in policy.tables["severity"].base if getattr(facts, fact.name) is UNKNOWN]
    likelihoods = policy.tables["retained_likelihood"].base[:1]
    judged = facts.likelihood is not UNKNOWN or facts.recurrences is not UNKNOWN
    return (*severities, *(() if judged else likelihoods))


def _is_anonymous_note(case: Case) -> bool:
    """Return True for an anonymous note of a survey: there is no address for an answer (I26)."""
    return case.registration.complainant is None and getattr(case.facts, "channel", None) is Channel.SURVEY


def _finds_root_causes(analysis: object) -> bool:
    """Whether an analysis found a root cause by a method that finds them."""
    return isinstance(analysis, Analysed) and analysis.method in _ROOT_CAUSE_METHODS and bool(analysis.causes)


def _only_completes(before: Facts, data: Any) -> bool:
    """Return True if no known fact changes, except those that a qualification may judge again."""
    if not isinstance(data, FactsCompleted | Qualified) or data.facts is None:
        return True
    after = data.facts
    free = _JUDGED if isinstance(data, Qualified) else frozenset[str]()
    names = [field.name for field in attrs.fields(type(before)) if field.name not in free]
    values = [(getattr(before, name), getattr(after, name)) for name in names]
    return all(old is UNKNOWN or old == new for old, new in values)


def too_early(case: Case, data: Any, occurred_at: datetime, settled: Settled) -> dict[str, bool]:
    """What an act would be before, as the guards ask; which acts may not be before what, they say.

    Args:
        case: the case before it.
        data: what is done.
        occurred_at: when it is done.
        settled: when the case's actions were settled; the others are left out.
    """
    return {
        "before_run": any(occurred_at < turn for turn in _turns(case)),
        "before_suspension": any(occurred_at < turn for turn in _suspension_turns(case.suspensions)),
        "before_deadline_suspension": any(occurred_at < turn for turn in _suspension_turns(_of_the_clock(case))),
        "before_ground": any(occurred_at < ground for ground in _grounds(case, data, occurred_at, settled)),
    }


def _turns(case: Case) -> list[datetime]:
    """When the case was closed and opened again, each time."""
    return [event.occurred_at for event in case.history if isinstance(event.data, Closed | Reopened)]


def _suspension_turns(suspensions: Iterable[Suspension]) -> list[datetime]:
    """The instants of suspensions and of their ends."""
    turns = (turn for suspension in suspensions for turn in (suspension.since, suspension.until))
    return [turn for turn in turns if turn is not None]


def _of_the_clock(case: Case) -> tuple[Suspension, ...]:
    """The suspensions of the latest run of the answer clock."""
    return case.answer_cycles[-1].suspensions if case.answer_cycles else ()


def _grounds(case: Case, data: Any, occurred_at: datetime, settled: Settled) -> list[datetime]:
    """When what an act rests on was done; empty where it rests on nothing, or on what is not there."""
    if isinstance(data, Closed):
        ends = [_settled_from(settled[action], occurred_at) for action in case.actions if action in settled]
        return [at for at in _closing(case, data, ends) if at is not None]
    return list(_acting(case, data))


def _acting(case: Case, data: CaseEvent) -> Iterator[datetime]:
    for group in data.requires.after:
        yield from case.first_of(tuple(CASE_EVENTS.classes[name] for name in group))
    yield from data.ground_dates(case)


def _closing(case: Case, data: Closed, ends: list[datetime]) -> Iterator[datetime | None]:
    """Yield the dates that the closing table requires, reason by reason (I27)."""
    if data.reason is ClosingReason.ANSWERED and case.answer_cycles:
        yield case.answer_cycles[-1].answered_at
    if data.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED):
        yield from ends if case.actions else case.first_of((NoActionNeeded,))
    if data.reason is ClosingReason.OUT_OF_SCOPE:
        yield data.told_at
    if data.reason is ClosingReason.WITHDRAWN:
        yield case.withdrawn_at
    if data.reason is ClosingReason.DUPLICATE:
        yield from (event.occurred_at for event in case.history if _is_duplicate(event.data))


def _settled_from(periods: Periods, at: datetime) -> datetime:
    """Since when an action was settled at an instant; where it was not, since when it was settled again."""
    return next((since for since, until in periods if until is None or at < until), _NEVER)


def _is_duplicate(data: object) -> bool:
    return isinstance(data, Linked) and data.kind is LinkKind.DUPLICATE_OF


def contradicts(case: Case, data: DateCorrected, settled: Settled) -> bool:
    """Return True if a corrected date contradicts the history: an event would be before the events that it rests on.

    It is written down once it has happened, so no date is after that either.

    Args:
        case: the case.
        data: the date.
        settled: when the case's actions were settled, whether or not they are now.
    """
    of = case.events[data.event - 1]
    if data.happened_at > of.recorded_at:
        return True
    moved = (*case.events[: data.event - 1], attrs.evolve(of, occurred_at=data.happened_at), *case.events[data.event :])
    cases = tuple(replay(event for event in moved if not _corrects(event.data, data.event)))
    return any(_is_too_early(before, after.events[-1], settled) for before, after in pairwise(cases))


def _corrects(data: object, event: int) -> bool:
    """Return True for an earlier correction of the date of that event: the latest one holds."""
    return isinstance(data, DateCorrected) and data.event == event


def _is_too_early(before: Case, event: RecordedEvent, settled: Settled) -> bool:
    """Whether a guard of the act refuses its date."""
    early = too_early(before, event.data, event.occurred_at, settled)
    asked = {name for guard in GUARDS if event.data.event_type.command in guard.commands for name in guard.when}
    return any(is_before for name, is_before in early.items() if name in asked)
