"""The PGAAC: the living improvement plan of a site, a region or the nation. Source: M2-1 §4.1, §6.3, reading I16."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

import attrs

from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.cases.plans import happenings as h
from reclamation_core.cases.plans.action import Action, ActionSheet
from reclamation_core.cases.plans.codes import Effectiveness
from reclamation_core.cases.plans.deciding import PlanDecided, Signature, decide
from reclamation_core.cases.plans.difference import Difference, edition_difference
from reclamation_core.cases.plans.edition import ALL_PCS, Edition, Line
from reclamation_core.cases.plans.errors import UnknownActionError, UnknownPlanEditionError
from reclamation_core.cases.plans.event import PlanEvent, held
from reclamation_core.cases.plans.folding import Story
from reclamation_core.cases.plans.happenings import PlanHappening
from reclamation_core.cases.sealed import Commitment, Vault
from reclamation_core.cases.texts import TextKind


@attrs.frozen(kw_only=True)
class Pgaac:
    """A plan, as its story has made it: a value, each act giving another one.

    `Pgaac(scope=...)` is empty; a plan that has a story comes from `from_events` and from the verbs. Texts are read
    from the vault, and are None once they are forgotten.

    Args:
        scope: whose plan it is.
        events: its story.
        actions: its lines, in the order in which they were added.
        editions: what was published of it, in order.
        vault: the texts of its events.

    >>> plan = Pgaac(scope=PlanScope.site("CRE"))
    >>> plan.actions, plan.editions
    ((), ())
    """

    scope: PlanScope
    events: tuple[PlanEvent, ...] = attrs.field(default=(), repr=False)
    actions: tuple[Action, ...] = attrs.field(default=(), repr=False)
    editions: tuple[Edition, ...] = attrs.field(default=(), repr=False)
    vault: Vault = attrs.field(factory=Vault, repr=False)

    @classmethod
    def from_events(cls, scope: PlanScope, events: Iterable[PlanEvent], vault: Vault | None = None) -> Pgaac:
        """The plan that these events tell, in their order.

        Raises:
            PlanStoryError: the numbers have holes, an event is another plan's, or it cannot follow.
        """
        empty = cls(scope=scope) if vault is None else cls(scope=scope, vault=vault)
        return empty.followed_by(events)

    def followed_by(self, events: Iterable[PlanEvent]) -> Pgaac:
        """The plan after more events; the vault stays.

        Raises:
            PlanStoryError: an event cannot follow.
        """
        story = Story(self.scope, list(self.events), self._by_reference(), list(self.editions))
        story.follow(events)
        return attrs.evolve(
            self,
            events=tuple(story.events),
            actions=tuple(story.actions.values()),
            editions=tuple(story.editions),
        )

    def serves(self, case: str) -> bool:
        """Whether one of its actions serves a case."""
        return any(case in action.cases for action in self.actions)

    def is_effective_on(self, families: Iterable[str]) -> bool:
        """Whether one of its actions, on a cause of one of these families, was judged effective."""
        wanted = frozenset(families)
        effective = (action for action in self.actions if action.effectiveness is Effectiveness.EFFECTIVE)
        return any(action.cause_family in wanted for action in effective)

    @property
    def version(self) -> int:
        """How many events the story has."""
        return len(self.events)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The actions with whose they are."""
        return tuple(Line(self.scope, action) for action in self.actions)

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

    def edition(self, number: int) -> Edition:
        """The edition of that number.

        Raises:
            UnknownPlanEditionError: there is none.
        """
        for edition in self.editions:
            if edition.number == number and type(number) is int:  # not True, which equals 1
                return edition
        raise UnknownPlanEditionError(self.scope, number, len(self.editions))

    def difference(self, number: int) -> Difference:
        """What an edition changed from the one before; of the first, every line is added.

        Raises:
            UnknownPlanEditionError: there is none of that number.
        """
        edition = self.edition(number)
        return edition_difference(self.edition(number - 1) if number > 1 else None, edition)

    def read(self, text: object) -> str | None:
        """A text of the story; None where there was none or it was forgotten."""
        return self.vault.read(text) if isinstance(text, Commitment) else None

    def to_html(self, *, texts: bool = False, zone: tzinfo | None = None, families: Taxonomy | None = None) -> str:
        """The plan as an HTML fragment in French: its lines, then its editions.

        Args:
            texts: whether to show what people wrote, and who answers for an action. By default it is only told that
                there is a text: what a notebook displays is kept in it, and handed on with it.
            zone: in which time zone an instant is a day; that of Paris by default.
            families: what the families of causes are called; by default as this library proposes.
        """
        from reclamation_core.cases.plans.display import plan_card

        return plan_card(self, texts=texts, zone=zone, families=families)

    def _repr_html_(self) -> str:
        return self.to_html()

    def do(self, data: PlanHappening, signature: Signature) -> Pgaac:
        """The plan after something that its guards allow.

        Raises:
            PlanRefusedError: guards are not met; it says which, and what would do.
        """
        return self.after(decide(self, data, signature))

    def after(self, decided: PlanDecided) -> Pgaac:
        """The plan after an event that was decided on it, and with its texts."""
        data, vault = decided.event.data, self.vault
        if isinstance(data, h.TextsForgotten):
            vault = vault.without(self.texts_of(data.action, data.kinds))
        return attrs.evolve(self.followed_by((decided.event,)), vault=vault.with_(decided.secrets))

    def texts_of(self, reference: str, kinds: Iterable[TextKind] = tuple(TextKind)) -> frozenset[Commitment]:
        """The commitments to texts of some kinds in the story of an action: what erasing them takes away."""
        wanted = frozenset(kinds)
        story = (event for event in self.events if getattr(event.data, "action", None) == reference)
        return frozenset(found for event in story for found, kind in held(event).items() if kind in wanted)

    def remembered(self) -> frozenset[Commitment]:
        """The commitments to the texts that nobody had erased: the vault has these, and no others."""
        left = frozenset(found for event in self.events for found in held(event))
        for place, event in enumerate(self.events):
            if isinstance(event.data, h.TextsForgotten):
                before = attrs.evolve(self, events=self.events[:place])
                left -= before.texts_of(event.data.action, event.data.kinds)
        return left

    def _by_reference(self) -> dict[str, Action]:
        return {action.reference: action for action in self.actions}

    def add(self, sheet: ActionSheet, signature: Signature) -> Pgaac:
        """Put an action on the plan."""
        return self.do(h.ActionAdded(sheet=sheet), signature)

    def amend(self, reference: str, signature: Signature, /, *, reason: str | None = None, **changes: Any) -> Pgaac:
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

    def progress(self, reference: str, signature: Signature, *, note: str | None = None) -> Pgaac:
        """Record that an action began, or went on."""
        return self.do(h.ActionProgressed(action=reference, note=note), signature)

    def finish(self, reference: str, signature: Signature, *, evidence: str) -> Pgaac:
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
    ) -> Pgaac:
        """Judge the effectiveness of an action against its criterion; `follow_up` is as for that verb."""
        named = None if follow_up is None else self._line(follow_up)
        data = h.ActionJudged(action=reference, effectiveness=effectiveness, why=why, follow_up=named)
        return self.do(data, signature)

    def follow_up(self, reference: str, follow_up: str | LineReference, signature: Signature) -> Pgaac:
        """Name the action that follows up one that was not effective: by its reference on this plan, or with its plan.

        Whether it is on another plan is for who has that plan to look at, as the desk does.
        """
        return self.do(h.FollowUpNamed(action=reference, follow_up=self._line(follow_up)), signature)

    def _line(self, action: str | LineReference) -> LineReference:
        return action if isinstance(action, LineReference) else LineReference(self.scope, action)

    def close(self, reference: str, signature: Signature, *, comment: str | None = None) -> Pgaac:
        """Close an action whose effectiveness is judged."""
        return self.do(h.ActionClosed(action=reference, comment=comment), signature)

    def abandon(self, reference: str, signature: Signature, *, reason: str) -> Pgaac:
        """Give an action up, with a reason."""
        return self.do(h.ActionAbandoned(action=reference, reason=reason), signature)

    def reopen(self, reference: str, signature: Signature, *, reason: str) -> Pgaac:
        """Open an action again: it has to be done and judged again."""
        return self.do(h.ActionReopened(action=reference, reason=reason), signature)

    def forget(self, reference: str, signature: Signature, *, kinds: Iterable[TextKind] = tuple(TextKind)) -> Pgaac:
        """Erase texts of an action's story; the story itself stays."""
        return self.do(h.TextsForgotten(action=reference, kinds=kinds), signature)

    def publish(
        self, signature: Signature, *, recipients: Iterable[str] = (ALL_PCS,), gathered: Iterable[Line] = ()
    ) -> Pgaac:
        """Publish the next edition: the plan's own lines as they stand, and those that it gathers (see `gather`).

        Recipients are functions, never names of persons: they are no text that can be forgotten.
        """
        data = h.EditionPublished(number=len(self.editions) + 1, recipients=recipients, gathered=gathered)
        return self.do(data, signature)
