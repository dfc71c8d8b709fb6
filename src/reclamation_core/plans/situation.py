"""What the guards look at: a plan, and what is asked of it, as plain facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.sealed import Commitment
from reclamation_core.plans import happenings as h
from reclamation_core.plans.action import Action
from reclamation_core.plans.codes import Effectiveness

if TYPE_CHECKING:
    from reclamation_core.plans.part import ActionCommands
    from reclamation_core.plans.plan import Pgaac

_EXPLAINING = ("evidence", "why", "reason", "case")


def situation(plan: ActionCommands, data: h.PlanHappening, occurred_at: datetime) -> dict[str, Any]:
    """The inputs of the guard tables; what is not known of an action that is not there is left out."""
    if isinstance(data, h.PlanPublished):
        return _of_edition(_whole(plan), data, occurred_at)
    facts = _of_request(data)
    action = plan.get(data.action)
    if action is None:
        return {**facts, "known": False}
    latest = action.latest
    return {**facts, **_of_action(plan, action, data), "backwards": latest is not None and occurred_at < latest}


def _whole(plan: ActionCommands) -> Pgaac:
    """Refuse to publish a part of a plan."""
    if not hasattr(plan, "editions"):
        raise TypeError("data: an edition is published from the whole plan, a Pgaac; got a part of it")
    return cast("Pgaac", plan)


def _of_edition(plan: Pgaac, data: h.PlanPublished, occurred_at: datetime) -> dict[str, Any]:
    latest = plan.editions[-1].published_at if plan.editions else None
    return {
        "next_edition": data.number == len(plan.editions) + 1,
        "addressed": bool(data.recipients),
        "gathers_below": all(plan.scope.above(line.scope) for line in data.gathered),
        "backwards": latest is not None and occurred_at < latest,
        "before_its_lines": any(occurred_at < told for told in _told(plan, data)),
    }


def _told(plan: Pgaac, data: h.PlanPublished) -> Iterator[datetime]:
    """When what an edition shows happened: of its own lines all that is told, of others what they reached."""
    beside = (h.PlanPublished, h.TextsForgotten)
    yield from (event.occurred_at for event in plan.events if not isinstance(event.data, beside))
    for line in data.gathered:
        yield from (at for at in (line.action.added, line.action.latest) if at is not None)


def _of_request(data: h.OfAction) -> dict[str, Any]:
    facts: dict[str, Any] = {"explained": any(_given(getattr(data, name, None)) for name in _EXPLAINING)}
    if isinstance(data, h.ActionAdded | h.ActionAmended):
        facts |= {"type": data.sheet.type, "cause_cited": data.sheet.cites_cause}
    return facts


def _of_action(plan: ActionCommands, action: Action, data: h.OfAction) -> dict[str, Any]:
    follow_up: LineReference | None = getattr(data, "follow_up", None)
    verdict = data.effectiveness if isinstance(data, h.ActionJudged) else action.effectiveness
    facts = {
        "known": True,
        "status": action.status,
        "criterion_set": action.criterion is not None,
        "ineffective": verdict is Effectiveness.NOT_EFFECTIVE,
        "followed_up": bool(action.follow_ups) or follow_up is not None,
        "own_follow_up": follow_up == LineReference(plan.scope, action.reference),
        "follow_up_known": follow_up is None or follow_up.scope != plan.scope or plan.get(follow_up.action) is not None,
    }
    if isinstance(data, h.ActionAmended):
        facts["changed"] = data.sheet != action.sheet
        facts["criterion_changed"] = data.sheet.criterion != action.criterion
        facts["cause_changed"] = (data.sheet.cause_family, data.sheet.cause) != (action.cause_family, action.cause)
    return facts


def _given(words: object) -> bool:
    return isinstance(words, Commitment) or (isinstance(words, str) and bool(words.strip()))
