"""What the guards look at: a case, and what is asked of it, as plain facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.cases import happenings as h
from reclamation_core.cases.codes import Admissibility, LinkKind, Method
from reclamation_core.cases.folding import facts_after, has_open_suspension
from reclamation_core.cases.grounds import contradicts, too_early
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import Input, Row
from reclamation_core.vocabulary import SEVERITIES, Channel, Complexity, Role

if TYPE_CHECKING:
    from reclamation_core.cases.case import Case
    from reclamation_core.cases.deciding import Command, DecisionContext

_NO_ACTS: Final = (h.DateCorrected, h.Alerted)
"""What is written down of a case without being an act, so that its date is not corrected."""

_JUDGED = frozenset({"requirement", "likelihood", "recurrences", *SEVERITIES.values()})
_ROOT_CAUSE_METHODS = frozenset({Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE})


def situation(case: Case, command: Command, data: Any, around: DecisionContext) -> dict[str, Any]:
    """The inputs of the guard tables: of the case before, and of what is asked; `data` is the command's, judged."""
    return {
        **_of_case(case, around),
        **_of_request(case, data, command.role, around),
        **_of_dates(case, command.occurred_at, data, around),
    }


def _of_dates(case: Case, occurred_at: datetime, data: Any, around: DecisionContext) -> dict[str, Any]:
    told_at: datetime | None = getattr(data, "told_at", None)
    happened = [at for at in (occurred_at, told_at, getattr(data, "happened_at", None)) if at is not None]
    receipts = [data.facts.received_at] if isinstance(data, h.FactsCorrected) else []
    return {
        "in_future": max(happened + receipts) > around.now,
        "receipt_after_acts": any(receipt > act for receipt in receipts for act in _acts(case)),
        "before_receipt": min(happened) < case.received_at,
        "deadline_passed": _is_deadline_passed(case, data, occurred_at),
        "date_is_of_an_act": _is_of_an_act(case, data),
        "against_the_story": _is_of_an_act(case, data) and contradicts(case, data, around.follow_up.settled),
        **too_early(case, data, occurred_at, around.follow_up.settled),
    }


def _is_deadline_passed(case: Case, data: Any, occurred_at: datetime) -> bool:
    """True if the answer clock is to be suspended after the last day to answer."""
    deadline = case.deadline if isinstance(data, h.DeadlineSuspended) else None
    return deadline is not None and case.day_of(occurred_at) > deadline.due


def _is_of_an_act(case: Case, data: Any) -> bool:
    """Whether the date that is to be corrected is that of something done by somebody, which is in the story."""
    if not isinstance(data, h.DateCorrected) or not 0 < data.event <= case.version:
        return False
    return not isinstance(case.events[data.event - 1].data, _NO_ACTS)


def latest_act(case: Case) -> datetime:
    """When the latest act of a case was done, as its date is known now."""
    return max(event.occurred_at for event in case.history if not isinstance(event.data, _NO_ACTS))


def _acts(case: Case) -> list[datetime]:
    """When the case was written down, and when something was done to it.

    What was told of it, the date of its registration too, and what followed from that may have been wrong.
    """
    told = (h.Registered, h.FactsCompleted, h.FactsCorrected, h.DateCorrected, h.Alerted)
    done = [event.occurred_at for event in case.history if not isinstance(event.data, told)]
    return [case.events[0].recorded_at, *done]


def _of_case(case: Case, around: DecisionContext) -> dict[str, Any]:
    latest = case.answer_cycles[-1] if case.answer_cycles else None
    actions_settled = bool(case.actions) and not around.follow_up.unsettled.intersection(case.actions)
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
        "deadline_suspended": latest is not None and latest.stopped_at is None and has_open_suspension(case),
        "clock_stopped": latest is not None and latest.stopped_at is not None,
        "answered": latest is not None and latest.answered_at is not None,
        "answered_once": any(run.answered_at is not None for run in case.answer_cycles),
        "withdrawn": case.withdrawn_at is not None,
        "duplicate": any(link.kind is LinkKind.DUPLICATE_OF for link in case.links),
        "named": case.registration.complainant is not None,
        "anonymous_note": _is_anonymous_note(case),
        "actions_open": bool(around.follow_up.unsettled.intersection(case.actions)),
        "settled": actions_settled or (case.no_action is not None and not case.actions),
    }


def _of_request(case: Case, data: Any, role: Role, around: DecisionContext) -> dict[str, Any]:
    verdict = getattr(data, "verdict", None) or case.verdict
    required = around.policy is not None and around.policy.parameters.qualification.risks_required
    overriding = isinstance(data, h.Rerouted) and data.level is not case.level
    return {
        "standing": Admissibility.of(case.kind, verdict.eligibility),
        "reason": data.reason if isinstance(data, h.Closed) else None,
        "facts_unknown": _only_completes(case.facts, data),
        "measure_known": any(taken.event == getattr(data, "measure", None) for taken in case.containments),
        "role_qualifies": around.policy is not None and role in around.policy.roles.qualifying,
        "risks_unjudged": required and bool(_risks_unjudged(case, data, around.edition)),
        "complexity_undetermined": required and verdict.complexity is None,
        "complex": verdict.complexity is Complexity.COMPLEX,
        "root_cause_by_method": _finds_root_causes(data),
        "linked": isinstance(data, h.Linked) and data in case.links,
        "collective": isinstance(data, h.Answered) and data.collective,
        "overriding": overriding,
        "override_justified": overriding and role in (Role.RQR, Role.AQ) and data.reason is not None,
        "redirected": isinstance(data, h.Closed) and bool(data.redirected_to) and data.told_at is not None,
    }


def missing_facts(case: Case, data: Any, guards: Iterable[Row], around: DecisionContext) -> tuple[Input, ...]:
    """The facts to complete where guards refuse for want of them: each has its question (I24)."""
    refused = {guard.id for guard in guards}
    if "risks-unjudged" in refused:
        return _risks_unjudged(case, data, around.edition)
    if refused & {"complexity-undetermined", "close-complexity-undetermined"}:
        question = around.edition.complexity_decision(case.facts, case.level_override).question
        return () if question is None else (question,)
    return ()


def _risks_unjudged(case: Case, data: Any, policy: Policy) -> tuple[Input, ...]:
    """The risk facts that a qualification leaves unknown."""
    if not isinstance(data, h.Qualified):
        return ()
    facts = facts_after(case, data)
    severities = [fact for fact in policy.tables["severity"].base if getattr(facts, fact.name) is UNKNOWN]
    likelihoods = policy.tables["retained_likelihood"].base[:1]
    judged = facts.likelihood is not UNKNOWN or facts.recurrences is not UNKNOWN
    return (*severities, *(() if judged else likelihoods))


def _is_anonymous_note(case: Case) -> bool:
    """Whether a case is the note of a survey that nobody signed: there is nobody to write to (I26)."""
    return case.registration.complainant is None and getattr(case.facts, "channel", None) is Channel.SURVEY


def _finds_root_causes(analysis: object) -> bool:
    """Whether an analysis found a root cause by a method that finds them."""
    return isinstance(analysis, h.Analysed) and analysis.method in _ROOT_CAUSE_METHODS and bool(analysis.causes)


def _only_completes(before: h.Facts, data: Any) -> bool:
    """Whether what is told changes no fact that was known, save what a qualification judges anew."""
    if not isinstance(data, h.FactsCompleted | h.Qualified) or data.facts is None:
        return True
    after = data.facts
    free = _JUDGED if isinstance(data, h.Qualified) else frozenset[str]()
    names = [field.name for field in attrs.fields(type(before)) if field.name not in free]
    values = [(getattr(before, name), getattr(after, name)) for name in names]
    return all(old is UNKNOWN or old == new for old, new in values)
