"""How each event changes a plan: the one place where a story becomes lines and editions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.plans import happenings as h
from reclamation_core.plans.action import Abandonment, Action, ActionSheet, Judgement, Reopening
from reclamation_core.plans.edition import PlanLine, PublishedPlan
from reclamation_core.plans.errors import PlanEventStreamError
from reclamation_core.plans.event import RecordedPlanEvent


@attrs.define
class Story:
    """A plan while its events are folded: changed in place, so that a long story takes a time in proportion."""

    scope: PlanScope
    events: list[RecordedPlanEvent] = attrs.field(factory=list)
    actions: dict[str, Action] = attrs.field(factory=dict)
    editions: list[PublishedPlan] = attrs.field(factory=list)
    version: int = 0
    recorded_at: datetime | None = None

    def follow(self, events: Iterable[RecordedPlanEvent]) -> None:
        """Take in more events, in their order.

        Raises:
            PlanEventStreamError: one does not follow.
        """
        for event in events:
            reason = self._misfit(event)
            if reason is not None:
                raise PlanEventStreamError(self.scope, self.version + 1, event.plan, event.number, reason)
            if isinstance(event.data, h.PlanPublished):
                self.editions.append(self._edition(event, event.data))
            else:
                action = event.data.action
                self.actions[action] = _after(self.actions.get(action), event)
            self.events.append(event)
            self.version, self.recorded_at = event.number, event.recorded_at

    def _misfit(self, event: RecordedPlanEvent) -> str | None:
        """Why an event cannot follow."""
        if (event.plan, event.number) != (self.scope, self.version + 1):
            return "its plan or its number is not the next"
        if self.recorded_at is not None and event.recorded_at < self.recorded_at:
            return "it was recorded before the event before it"
        if isinstance(event.data, h.PlanPublished):
            due = len(self.editions) + 1
            return None if event.data.number == due else f"edition {due} is the next"
        if isinstance(event.data, h.ActionAdded) == (event.data.action in self.actions):
            return f"action {event.data.action!r} is added once, before anything else happens to it"
        return None

    def _edition(self, event: RecordedPlanEvent, data: h.PlanPublished) -> PublishedPlan:
        own = (PlanLine(self.scope, action) for action in self.actions.values())
        return PublishedPlan(
            scope=self.scope,
            number=data.number,
            published_at=event.occurred_at,
            recipients=data.recipients,
            lines=(*own, *data.gathered),
        )


def _after(action: Action | None, event: RecordedPlanEvent) -> Action:
    if action is None:
        added: Any = event.data  # the first event of an action, as the story has made sure
        return Action(**_fields(added.sheet), added=event.occurred_at)
    return attrs.evolve(action, **_changes(action, event))


def _fields(sheet: ActionSheet) -> dict[str, Any]:
    return {field.name: getattr(sheet, field.name) for field in attrs.fields(ActionSheet)}


def _changes(action: Action, event: RecordedPlanEvent) -> dict[str, Any]:
    """What an event changes of an action: nothing, when texts are forgotten."""
    at = event.occurred_at
    changes: dict[str, Any] = {}
    match event.data:
        case h.ActionAmended(sheet=sheet):
            changes = _fields(sheet)
        case h.ActionProgressed():
            changes = {"started": at if action.started is None else min(at, action.started)}
        case h.ActionDone(evidence=evidence):
            changes = {"done": at, "evidence": evidence}
        case h.ActionJudged(effectiveness=effectiveness, why=why, follow_up=follow_up):
            judgement = Judgement(effectiveness=effectiveness, at=at, by=event.by, why=why)
            changes = {"judgement": judgement, "follow_ups": _followed(action, follow_up)}
        case h.FollowUpNamed(follow_up=follow_up):
            changes = {"follow_ups": _followed(action, follow_up)}
        case h.ActionClosed():
            changes = {"closed": at}
        case h.ActionAbandoned(reason=reason):
            changes = {"abandonment": Abandonment(at=at, reason=reason)}
        case h.ActionReopened(reason=reason, case=case, cause_family=family):
            reopening = Reopening(at=at, reason=reason, case=case, cause_family=family)
            undone = dict.fromkeys(("done", "evidence", "judgement", "closed", "abandonment"))
            changes = {**undone, "follow_ups": (), "reopenings": (*action.reopenings, reopening)}
    return changes


def _followed(action: Action, follow_up: LineReference | None) -> tuple[LineReference, ...]:
    return action.follow_ups if follow_up is None else tuple(dict.fromkeys((*action.follow_ups, follow_up)))
