"""The PGAAC: the living improvement plan of a site, a region or the nation. Source: M2-1 §4.1, §6.3, reading I16."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

import attrs

from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.cases.sealed import Commitment, Vault
from reclamation_core.plans import happenings as h
from reclamation_core.plans.action import Action
from reclamation_core.plans.codes import Effectiveness
from reclamation_core.plans.deciding import NewPlanEvent, Signature
from reclamation_core.plans.difference import PlanDifference, published_plan_difference
from reclamation_core.plans.edition import ALL_PCS, PlanLine, PublishedPlan
from reclamation_core.plans.errors import UnknownPublishedPlanError
from reclamation_core.plans.event import RecordedPlanEvent, held
from reclamation_core.plans.folding import Story
from reclamation_core.plans.part import ActionCommands, PlanPart


@attrs.frozen(kw_only=True)
class Pgaac(ActionCommands):
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
    events: tuple[RecordedPlanEvent, ...] = attrs.field(default=(), repr=False)
    actions: tuple[Action, ...] = attrs.field(default=(), repr=False)
    editions: tuple[PublishedPlan, ...] = attrs.field(default=(), repr=False)
    vault: Vault = attrs.field(factory=Vault, repr=False)

    @classmethod
    def from_events(cls, scope: PlanScope, events: Iterable[RecordedPlanEvent], vault: Vault | None = None) -> Pgaac:
        """The plan that these events tell, in their order.

        Raises:
            PlanEventStreamError: the numbers have holes, an event is another plan's, or it cannot follow.
        """
        empty = cls(scope=scope) if vault is None else cls(scope=scope, vault=vault)
        return empty.followed_by(events)

    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> Pgaac:
        """The plan after more events; the vault stays.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        actions = {action.reference: action for action in self.actions}
        editions = list(self.editions)
        story = Story(self.scope, list(self.events), actions, editions, self.version, self.recorded_at)
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
    def recorded_at(self) -> datetime | None:
        """When its last event was recorded; None where it has none."""
        return self.events[-1].recorded_at if self.events else None

    def part(self, actions: Iterable[str]) -> PlanPart:
        """Return the part of the plan that some actions need, by their references; it has those that there are."""
        wanted = frozenset(actions)
        events = (event for event in self.events if getattr(event.data, "action", None) in wanted)
        return PlanPart.from_events(self.scope, self.version, self.recorded_at, events, self.vault)

    def extended_by(self, part: PlanPart) -> Pgaac:
        """Return the whole plan after the events of a part that it does not have yet, with their texts.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        plan = self
        for event in part.events:
            if event.number > self.version:
                plan = plan.after(NewPlanEvent(event, ()))
        kept = plan.vault.by_digest()
        new = {digest: secret for digest, secret in part.vault.by_digest().items() if digest not in kept}
        return attrs.evolve(plan, vault=Vault({**kept, **new}))

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        """The actions with whose they are."""
        return tuple(PlanLine(self.scope, action) for action in self.actions)

    def edition(self, number: int) -> PublishedPlan:
        """The edition of that number.

        Raises:
            UnknownPublishedPlanError: there is none.
        """
        for edition in self.editions:
            if edition.number == number and type(number) is int:  # not True, which equals 1
                return edition
        raise UnknownPublishedPlanError(self.scope, number, len(self.editions))

    def difference(self, number: int) -> PlanDifference:
        """What an edition changed from the one before; of the first, every line is added.

        Raises:
            UnknownPublishedPlanError: there is none of that number.
        """
        edition = self.edition(number)
        return published_plan_difference(self.edition(number - 1) if number > 1 else None, edition)

    def to_html(self, *, texts: bool = False, zone: tzinfo | None = None, families: Taxonomy | None = None) -> str:
        """The plan as an HTML fragment in French: its lines, then its editions.

        Args:
            texts: whether to show what people wrote, and who answers for an action. By default it is only told that
                there is a text: what a notebook displays is kept in it, and handed on with it.
            zone: in which time zone an instant is a day; that of Paris by default.
            families: what the families of causes are called; by default as this library proposes.
        """
        from reclamation_core.plans.display import plan_card

        return plan_card(self, texts=texts, zone=zone, families=families)

    def _repr_html_(self) -> str:
        return self.to_html()

    def retained_texts(self) -> frozenset[Commitment]:
        """The commitments to the texts that nobody had erased: the vault has these, and no others."""
        left = frozenset(found for event in self.events for found in held(event))
        for place, event in enumerate(self.events):
            if isinstance(event.data, h.TextsForgotten):
                before = attrs.evolve(self, events=self.events[:place])
                left -= before.texts_of(event.data.action, event.data.kinds)
        return left

    def publish(
        self, signature: Signature, *, recipients: Iterable[str] = (ALL_PCS,), gathered: Iterable[PlanLine] = ()
    ) -> Pgaac:
        """Publish the next edition: the plan's own lines as they stand, and those that it gathers (see `gather`).

        Recipients are functions, never names of persons: they are no text that can be forgotten.
        """
        data = h.PlanPublished(number=len(self.editions) + 1, recipients=recipients, gathered=gathered)
        return self.do(data, signature)
