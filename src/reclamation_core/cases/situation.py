"""What the guards look at: a case, and what is asked of it, as plain facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from reclamation_core.cases import happenings as h
from reclamation_core.cases.codes import CaseKind, LinkKind, Method, Standing
from reclamation_core.missing import UNKNOWN
from reclamation_core.vocabulary import Channel, Complexity, Eligibility, Role

if TYPE_CHECKING:
    from reclamation_core.cases.case import Case
    from reclamation_core.cases.deciding import Command, Surroundings

_ROOT_CAUSE_METHODS = frozenset({Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE})


def situation(case: Case, command: Command, data: Any, around: Surroundings) -> dict[str, Any]:
    """The inputs of the guard tables: of the case before, and of what is asked; `data` is the command's, judged."""
    return {
        **_of_case(case, around),
        **_of_request(case, data, command.role, around),
        "in_future": command.occurred_at > around.now,
        "before_receipt": command.occurred_at < case.received_at,
    }


def _of_case(case: Case, around: Surroundings) -> dict[str, Any]:
    latest = case.rounds[-1] if case.rounds else None
    actions_settled = bool(case.actions) and not around.unsettled_actions.intersection(case.actions)
    return {
        "state": case.state,
        "anonymised": case.anonymised_at is not None,
        "by_phone": getattr(case.facts, "channel", None) is Channel.PHONE,
        "transcribed": case.transcribed_at is not None,
        "supported": case.supports > 0,
        "qualified": case.qualification is not None,
        "analysed": case.analysis is not None,
        "answered": latest is not None and latest.answered_at is not None,
        "answered_once": any(run.answered_at is not None for run in case.rounds),
        "withdrawn": case.withdrawn_at is not None,
        "duplicate": any(link.kind is LinkKind.DUPLICATE_OF for link in case.links),
        "settled": actions_settled or (case.no_action is not None and not case.actions),
    }


def _of_request(case: Case, data: Any, role: Role, around: Surroundings) -> dict[str, Any]:
    verdict = getattr(data, "verdict", None) or case.verdict
    overriding = isinstance(data, h.Rerouted) and data.level is not case.verdict.level
    return {
        "standing": _standing(case.kind, verdict.eligibility),
        "reason": data.reason if isinstance(data, h.Closed) else None,
        "facts_unknown": isinstance(data, h.FactsCompleted) and _only_completes(case.facts, data.facts),
        "measure_known": any(taken.number == getattr(data, "measure", None) for taken in case.containments),
        "role_qualifies": role in around.policy.roles.qualifying,
        "complex": verdict.complexity is Complexity.COMPLEX,
        "root_cause_by_method": isinstance(data, h.Analysed)
        and data.method in _ROOT_CAUSE_METHODS
        and bool(data.causes),
        "overriding": overriding,
        "override_justified": overriding and role in (Role.RQR, Role.AQ) and bool(getattr(data, "reason", None)),
        "redirected": isinstance(data, h.Closed) and bool(data.redirected_to) and data.told_at is not None,
    }


def _only_completes(before: h.Facts, after: h.Facts) -> bool:
    values = ((getattr(before, field.name), getattr(after, field.name)) for field in attrs.fields(type(before)))
    return type(before) is type(after) and all(old is UNKNOWN or old == new for old, new in values)


def _standing(kind: CaseKind, eligibility: Eligibility | None) -> Standing:
    if kind is CaseKind.MALFUNCTION:
        return Standing.MALFUNCTION
    if eligibility is None:
        return Standing.TO_BE_CLARIFIED
    return Standing.IN_SCOPE if eligibility is Eligibility.COMPLAINT else Standing.OUT_OF_SCOPE
