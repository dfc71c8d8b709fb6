"""What may be done to one action of a plan: on the whole plan, or on the part of it that the action needs.

A part costs what the events of its actions cost, however long the plan is: a store loads it without the others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self, cast

import attrs

from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.cases.sealed import Commitment, Vault
from reclamation_core.cases.texts import TextKind
from reclamation_core.plans import happenings as h
from reclamation_core.plans.action import Action, ActionSheet
from reclamation_core.plans.codes import Effectiveness
from reclamation_core.plans.deciding import NewPlanEvent, Signature, decide
from reclamation_core.plans.errors import PlanEventStreamError, UnknownActionError
from reclamation_core.plans.event import RecordedPlanEvent, held
from reclamation_core.plans.folding import Story


class ActionCommands(ABC):
    """The verbs on one action, and what they need of a plan."""

    __slots__ = ()

    scope: PlanScope
    events: tuple[RecordedPlanEvent, ...]
    actions: tuple[Action, ...]
    vault: Vault

    @property
    @abstractmethod
    def version(self) -> int:
        """How many events the whole plan has."""

    @property
    @abstractmethod
    def recorded_at(self) -> datetime | None:
        """When the last event of the whole plan was recorded; None where it has none."""

    @abstractmethod
    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> Self:
        """Return the plan, or the part, after more events; the vault stays."""

    def get(self, reference: str) -> Action | None:
        """The action of that reference; None where there is none."""
        return next((action for action in self.actions if action.reference == reference), None)

    def action(self, reference: str) -> Action:
        """The action of that reference.

        Raises:
            UnknownActionError: there is none.
        """
        action = self.get(reference)
        if action is None:
            raise UnknownActionError(self.scope, reference)
        return action

    def read(self, text: object) -> str | None:
        """A text of an action; None where there was none or it was forgotten."""
        return self.vault.read(text) if isinstance(text, Commitment) else None

    def texts_of(self, reference: str, kinds: Iterable[TextKind] = tuple(TextKind)) -> frozenset[Commitment]:
        """The commitments to texts of some kinds in the story of an action: what erasing them takes away."""
        wanted = frozenset(kinds)
        story = (event for event in self.events if getattr(event.data, "action", None) == reference)
        return frozenset(found for event in story for found, kind in held(event).items() if kind in wanted)

    def do(self, data: h.PlanHappening, signature: Signature) -> Self:
        """Return the plan, or the part, after something that its guards allow.

        Raises:
            PlanRefusedError: guards are not met; it says which, and what would do.
        """
        return self.after(decide(self, data, signature))

    def after(self, decided: NewPlanEvent) -> Self:
        """Return the plan, or the part, after an event that was decided on it, and with its texts."""
        data, vault, grown = decided.event.data, self.vault, self.followed_by((decided.event,))
        if isinstance(data, h.TextsForgotten):
            vault = vault.without(self.texts_of(data.action, data.kinds))
        whole: Any = grown  # both are attrs classes
        return cast("Self", attrs.evolve(whole, vault=vault.with_(decided.secrets)))

    def add(self, sheet: ActionSheet, signature: Signature) -> Self:
        """Put an action on the plan."""
        return self.do(h.ActionAdded(sheet=sheet), signature)

    def amend(self, reference: str, signature: Signature, /, *, reason: str | None = None, **changes: Any) -> Self:
        """Change what was decided of an action, by the names of the sheet's fields.

        Raises:
            UnknownActionError: no action has that reference.
            TypeError, ValueError: a name is no field of the sheet, or the reference itself, or a value is refused.
            PlanRefusedError: guards are not met.
        """
        if "reference" in changes:
            raise ValueError(f"reference: {reference!r} stays; abandon the action and add another one")
        sheet = attrs.evolve(self.action(reference).sheet, **changes)
        return self.do(h.ActionAmended(sheet=sheet, reason=reason), signature)

    def progress(self, reference: str, signature: Signature, *, note: str | None = None) -> Self:
        """Record that an action began, or went on."""
        return self.do(h.ActionProgressed(action=reference, note=note), signature)

    def finish(self, reference: str, signature: Signature, *, evidence: str) -> Self:
        """Declare an action done, with what shows it."""
        return self.do(h.ActionDone(action=reference, evidence=evidence), signature)

    def judge(
        self,
        reference: str,
        effectiveness: Effectiveness,
        signature: Signature,
        *,
        why: str,
        follow_up: str | LineReference | None = None,
    ) -> Self:
        """Judge the effectiveness of an action against its criterion; `follow_up` is as for that verb."""
        named = None if follow_up is None else self._line(follow_up)
        data = h.ActionJudged(action=reference, effectiveness=effectiveness, why=why, follow_up=named)
        return self.do(data, signature)

    def follow_up(self, reference: str, follow_up: str | LineReference, signature: Signature) -> Self:
        """Name the action that follows up one that was not effective: by its reference on this plan, or with its plan.

        Whether it is on another plan is for who has that plan to look at, as the desk does.
        """
        return self.do(h.FollowUpNamed(action=reference, follow_up=self._line(follow_up)), signature)

    def _line(self, action: str | LineReference) -> LineReference:
        return action if isinstance(action, LineReference) else LineReference(self.scope, action)

    def close(self, reference: str, signature: Signature, *, comment: str | None = None) -> Self:
        """Close an action whose effectiveness is judged."""
        return self.do(h.ActionClosed(action=reference, comment=comment), signature)

    def abandon(self, reference: str, signature: Signature, *, reason: str) -> Self:
        """Give an action up, with a reason."""
        return self.do(h.ActionAbandoned(action=reference, reason=reason), signature)

    def reopen(self, reference: str, signature: Signature, *, reason: str) -> Self:
        """Open an action again: it has to be done and judged again."""
        return self.do(h.ActionReopened(action=reference, reason=reason), signature)

    def forget(self, reference: str, signature: Signature, *, kinds: Iterable[TextKind] = tuple(TextKind)) -> Self:
        """Erase texts of an action's story; the story itself stays."""
        return self.do(h.TextsForgotten(action=reference, kinds=kinds), signature)


@attrs.frozen(kw_only=True)
class PlanPart(ActionCommands):
    """Some actions of a plan, with their events and texts, and how far the whole plan has come.

    The verbs on these actions, and the adding of another one, are decided on it as on the whole plan. What reaches
    every line is not: an edition is published from a `Pgaac`.

    Args:
        scope: whose plan it is.
        version: how many events the whole plan has.
        recorded_at: when the last of them was recorded; None where there is none.
        events: those of these actions, in their order.
        actions: those that are on the plan, in the order in which they were added.
        vault: the texts of these events.
    """

    scope: PlanScope
    version: int = 0
    recorded_at: datetime | None = None
    events: tuple[RecordedPlanEvent, ...] = attrs.field(default=(), repr=False)
    actions: tuple[Action, ...] = attrs.field(default=(), repr=False)
    vault: Vault = attrs.field(factory=Vault, repr=False)

    @classmethod
    def from_events(
        cls,
        scope: PlanScope,
        version: int,
        recorded_at: datetime | None,
        events: Iterable[RecordedPlanEvent],
        vault: Vault,
    ) -> PlanPart:
        """Return the part of a plan that the events of some actions make.

        Args:
            scope: whose plan it is.
            version: how many events the whole plan has.
            recorded_at: when the last of them was recorded.
            events: every event of these actions, and no other, in their order.
            vault: the texts of the plan, or those of these events; only these are taken.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        story = Story(scope)
        for event in events:
            story.version = max(story.version, event.number - 1)  # those between are of other actions
            story.follow((event,))
        if story.version > version:
            raise PlanEventStreamError(scope, version + 1, scope, story.version, "the plan ends before it")
        texts = dict.fromkeys(found.digest for event in story.events for found in held(event))
        kept = vault.by_digest()
        return cls(
            scope=scope,
            version=version,
            recorded_at=recorded_at,
            events=tuple(story.events),
            actions=tuple(story.actions.values()),
            vault=Vault({digest: kept[digest] for digest in texts if digest in kept}),
        )

    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> PlanPart:
        """Return the part after more events of its actions, or of one that is added; the vault stays.

        Raises:
            PlanEventStreamError: an event cannot follow, or is an edition.
        """
        actions = {action.reference: action for action in self.actions}
        story = Story(self.scope, list(self.events), actions, [], self.version, self.recorded_at)
        for event in events:
            if isinstance(event.data, h.PlanPublished):
                reason = "an edition is made from the whole plan"
                raise PlanEventStreamError(self.scope, self.version + 1, event.plan, event.number, reason)
            story.follow((event,))
        return attrs.evolve(
            self,
            version=story.version,
            recorded_at=story.recorded_at,
            events=tuple(story.events),
            actions=tuple(story.actions.values()),
        )
