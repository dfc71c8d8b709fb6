"""The PGAAC: the improvement plan of a site, a region or the nation. Source: M2-1 §4.1, §6.3, interpretation I16.

The commands on one action are decided on the whole plan, `Pgaac`, or on the part that the action needs, `PlanPart`. A
part costs what the events of its actions cost, however long the plan is: a store loads it without the others. The part
with every action, the outline, costs the same however often the plan was published: it has no published lines.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from datetime import date, datetime, tzinfo
from operator import attrgetter
from typing import Any, Self, TypeVar, cast

import attrs

from reclamation_core.cases.aggregate import StreamEnd
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.references import PlanScope
from reclamation_core.cases.texts import HIDDEN_NAME, Commitment, TextKind, Vault
from reclamation_core.markup import html_of
from reclamation_core.plans.action import Action
from reclamation_core.plans.errors import PlanEventStreamError, UnknownActionError, UnknownPublishedPlanError
from reclamation_core.plans.events import PlanPublished, PlanStream, RecordedPlanEvent, TextsForgotten
from reclamation_core.plans.published import (
    PlanDifference,
    PlanLine,
    PublicationView,
    PublishedPlan,
    plan_document_of,
    published_plan_difference,
)
from reclamation_core.plans.signals import RaisedSignal
from reclamation_core.shared_repr import SharedRepr


class BasePlan(SharedRepr, ABC):
    """The state that commands on actions are decided on: a whole plan, or a part of it."""

    __slots__ = ()

    scope: PlanScope
    events: tuple[RecordedPlanEvent, ...]
    actions: tuple[Action, ...]
    signals: tuple[RaisedSignal, ...]
    vault: Vault
    published_plans: tuple[PublishedPlan, ...]

    @property
    @abstractmethod
    def version(self) -> int:
        """How many events the whole plan has."""

    @property
    @abstractmethod
    def recorded_at(self) -> datetime | None:
        """When the last event of the whole plan was recorded; None where it has none."""

    @property
    @abstractmethod
    def publications(self) -> tuple[PublicationView, ...] | None:
        """The publications of the plan, in order; None for the part with some actions."""

    @abstractmethod
    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> Self:
        """Return the plan, or the part, after more events; the vault stays."""

    @abstractmethod
    def hiding(self, cases: Collection[str]) -> Self:
        """Return the plan, or the part, for a reader who may not know some cases: it does not name them."""

    @property
    def stream_end(self) -> StreamEnd[RecordedPlanEvent]:
        """The end of the event stream, which the next event follows."""
        return StreamEnd(RecordedPlanEvent, {"plan": self.scope}, self.version, self.recorded_at)

    def get(self, reference: str) -> Action | None:
        """The action of that reference; None where there is none."""
        return next((action for action in self.actions if action.reference == reference), None)

    def get_signal(self, reference: str) -> RaisedSignal | None:
        """The signal of that reference; None where there is none."""
        return next((signal for signal in self.signals if signal.reference == reference), None)

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

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the plan, or the part, as plain data; `document_schema("view.plan")` describes it.

        Args:
            texts: True to include the texts that people wrote; by default each is null.
        """
        publications, vault = self.publications or (), self.vault if texts else None
        return plan_document_of(self.scope, self.version, self.actions, publications, self.signals, vault)

    def without_names(self) -> Self:
        """Return the plan, or the part, for a reader of no names: a mark replaces each text that names a person."""
        kinds = (pair for event in self.events for pair in event.texts().items())
        hidden = frozenset(found for found, kind in kinds if kind is TextKind.PERSONAL)
        return attrs.evolve(self, vault=self.vault.masked(hidden, HIDDEN_NAME))  # type: ignore[misc]  # of each subclass

    def published_plan(self, number: int) -> PublishedPlan:
        """The edition of that number.

        Raises:
            UnknownPublishedPlanError: there is none.
        """
        for published in self.published_plans:
            if published.number == number and type(number) is int:  # not True, which equals 1
                return published
        raise UnknownPublishedPlanError(self.scope, number, len(self.publications or ()))

    @property
    def named_cases(self) -> frozenset[str]:
        """The cases that its events name."""
        return frozenset(case for event in self.events for case in event.named_cases)

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        """The actions with whose they are."""
        return tuple(PlanLine(self.scope, action) for action in self.actions)

    def part(self, actions: Iterable[str] | None = None) -> PlanPart:
        """Return the part of the plan that some actions or signals need, by their references, as far as it has them.

        By default the outline: every action and signal, and the publications without their lines.
        """
        if actions is not None:
            wanted = frozenset(actions)
            events = [event for event in self.events if event.subject in wanted]
            vault = self.vault.only({found.digest for event in events for found in event.texts()})
            return PlanPart.from_events(self.scope, self.version, self.recorded_at, events, vault)
        return PlanPart(
            scope=self.scope,
            version=self.version,
            recorded_at=self.recorded_at,
            events=tuple(event for event in self.events if event.subject is not None),
            actions=self.actions,
            signals=self.signals,
            vault=self.vault.without(event.by for event in self.events if event.subject is None),
            publications=self.publications,
        )

    def texts_of(self, reference: str, kinds: Iterable[TextKind] = tuple(TextKind)) -> frozenset[Commitment]:
        """The commitments to texts of some kinds in the history of an action or a signal: what erasing takes away."""
        wanted = frozenset(kinds)
        stream = (event for event in self.events if event.subject == reference)
        return frozenset(found for event in stream for found, kind in event.texts().items() if kind in wanted)


@attrs.frozen(kw_only=True)
class PlanPart(BasePlan):
    """Some actions and signals of a plan, with their events and texts, and how far the whole plan has come.

    The commands on these actions, and the adding of another one, are decided on it as on the whole plan. An edition,
    which has every line, is published from the outline.

    Args:
        scope: whose plan it is.
        version: how many events the whole plan has.
        recorded_at: when the last of them was recorded; None where there is none.
        events: those of these actions, in their order.
        actions: those that are on the plan, in the order in which they were added.
        signals: those that are on the plan, in the order in which they were raised.
        vault: the texts of these events.
        publications: those of the plan in its outline, the part with every action; else None.
        published_plans: those whose events it has, in order: see `with_published`.
    """

    scope: PlanScope
    version: int = 0
    recorded_at: datetime | None = None
    events: tuple[RecordedPlanEvent, ...] = attrs.field(default=(), repr=False)
    actions: tuple[Action, ...] = attrs.field(default=(), repr=False)
    signals: tuple[RaisedSignal, ...] = attrs.field(default=(), repr=False)
    vault: Vault = attrs.field(factory=Vault, repr=False)
    publications: tuple[PublicationView, ...] | None = attrs.field(default=None, repr=False)
    published_plans: tuple[PublishedPlan, ...] = attrs.field(default=(), repr=False)

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
            vault: the texts of these events.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        stream = PlanStream(scope)
        for event in events:
            stream.version = max(stream.version, event.number - 1)  # those between are of other actions
            stream.follow((event,))
        if stream.version > version:
            raise PlanEventStreamError(scope, version + 1, scope, stream.version, "the plan ends before it")
        return cls(
            scope=scope,
            version=version,
            recorded_at=recorded_at,
            events=tuple(stream.events),
            actions=tuple(stream.actions.values()),
            signals=tuple(stream.signals.values()),
            vault=vault,
            published_plans=tuple(stream.published_plans),
        )

    def with_published(self, events: Iterable[RecordedPlanEvent]) -> PlanPart:
        """Return the outline with the lines of some publications, without the texts of their events.

        Args:
            events: the events of these publications.

        Raises:
            PlanEventStreamError: an event is not that of a publication of the plan.
        """
        stream = sorted((*self.events, *events), key=attrgetter("number"))
        part = PlanPart.from_events(self.scope, self.version, self.recorded_at, stream, self.vault)
        return attrs.evolve(part, publications=self.publications)

    def hiding(self, cases: Collection[str]) -> PlanPart:
        """Return the part for a reader who may not know some cases: it does not name them."""
        hidden = (event.hiding(cases) for event in self.events)
        part = PlanPart.from_events(self.scope, self.version, self.recorded_at, hidden, self.vault)
        return attrs.evolve(part, publications=self.publications)

    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> PlanPart:
        """Return the part after more events of its actions, or of one that is added; the vault stays.

        Raises:
            PlanEventStreamError: an event cannot follow, or is an edition and the part no outline.
        """
        actions = {action.reference: action for action in self.actions}
        signals = {signal.reference: signal for signal in self.signals}
        stream = PlanStream(self.scope, list(self.events), actions, [], self.version, self.recorded_at, signals)
        for event in events:
            if isinstance(event.data, PlanPublished) and self.publications is None:
                reason = "an edition is made from the whole plan"
                raise PlanEventStreamError(self.scope, self.version + 1, event.plan, event.number, reason)
            stream.follow((event,))
        new = tuple(stream.published_plans)
        return attrs.evolve(
            self,
            version=stream.version,
            recorded_at=stream.recorded_at,
            events=tuple(stream.events),
            actions=tuple(stream.actions.values()),
            signals=tuple(stream.signals.values()),
            publications=(*(self.publications or ()), *map(PublicationView.of, new)) if new else self.publications,
            published_plans=(*self.published_plans, *new),
        )


@attrs.frozen(kw_only=True)
class Pgaac(BasePlan):
    """A plan, as its events have made it.

    `Pgaac(scope=...)` is empty; everything else follows from the events: `Pgaac.from_events` and `apply` are the only
    makers. Texts are read from the vault, and are None once they are forgotten.

    Args:
        scope: whose plan it is.
        events: its history.
        actions: its lines, in the order in which they were added.
        published_plans: the published plans, in order.
        signals: its signals, in the order in which they were raised.
        vault: the texts of its events.

    >>> plan = Pgaac(scope=PlanScope.site("CRE"))
    >>> plan.actions, plan.published_plans
    ((), ())
    """

    scope: PlanScope
    events: tuple[RecordedPlanEvent, ...] = attrs.field(default=(), repr=False)
    actions: tuple[Action, ...] = attrs.field(default=(), repr=False)
    published_plans: tuple[PublishedPlan, ...] = attrs.field(default=(), repr=False)
    signals: tuple[RaisedSignal, ...] = attrs.field(default=(), repr=False)
    vault: Vault = attrs.field(factory=Vault, repr=False)

    @classmethod
    def from_events(cls, scope: PlanScope, events: Iterable[RecordedPlanEvent], vault: Vault | None = None) -> Pgaac:
        """Replay the events of a plan, in their order.

        Raises:
            PlanEventStreamError: the numbers have holes, an event is another plan's, or it cannot follow.
        """
        empty = cls(scope=scope) if vault is None else cls(scope=scope, vault=vault)
        return empty.followed_by(events)

    def hiding(self, cases: Collection[str]) -> Pgaac:
        """Return the plan for a reader who may not know some cases: it does not name them."""
        hidden = (event.hiding(cases) for event in self.events)
        return Pgaac.from_events(self.scope, hidden, self.vault)

    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> Pgaac:
        """The plan after more events; the vault stays.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        actions = {action.reference: action for action in self.actions}
        published = list(self.published_plans)
        signals = {signal.reference: signal for signal in self.signals}
        stream = PlanStream(self.scope, list(self.events), actions, published, self.version, self.recorded_at, signals)
        stream.follow(events)
        return attrs.evolve(
            self,
            events=tuple(stream.events),
            actions=tuple(stream.actions.values()),
            published_plans=tuple(stream.published_plans),
            signals=tuple(stream.signals.values()),
        )

    @property
    def publications(self) -> tuple[PublicationView, ...]:
        return tuple(map(PublicationView.of, self.published_plans))

    @property
    def version(self) -> int:
        """How many events the history has."""
        return len(self.events)

    @property
    def recorded_at(self) -> datetime | None:
        """When its last event was recorded; None where it has none."""
        return self.events[-1].recorded_at if self.events else None

    def extended_by(self, part: PlanPart) -> Pgaac:
        """Return the whole plan after the events of a part that it does not have yet, with their texts.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        plan = self
        for event in part.events:
            if event.number > self.version:
                plan = apply(plan, event)
        kept = plan.vault.by_digest()
        new = {digest: secret for digest, secret in part.vault.by_digest().items() if digest not in kept}
        return attrs.evolve(plan, vault=Vault({**kept, **new}))

    def difference(self, number: int) -> PlanDifference:
        """What an edition changed from the one before; of the first, every line is added.

        Raises:
            UnknownPublishedPlanError: there is none of that number.
        """
        published = self.published_plan(number)
        return published_plan_difference(self.published_plan(number - 1) if number > 1 else None, published)

    def to_html(
        self,
        *,
        texts: bool = False,
        zone: tzinfo | None = None,
        families: Taxonomy | None = None,
        on: date | None = None,
    ) -> str:
        """The plan as an HTML fragment in French: its lines, then its editions.

        Args:
            texts: whether to show what people wrote, and who answers for an action. By default a mark replaces
                each text: a notebook is saved and passed on with what it displays.
            zone: in which time zone an instant is a day; that of Paris by default.
            families: what the families of causes are called; by default as this library proposes.
            on: the day on which an action that is late is shown as such; None to show its status alone.
        """
        return html_of(self, "reclamation_core.plans.rendering", texts=texts, zone=zone, families=families, on=on)

    def _repr_html_(self) -> str:
        return self.to_html()

    def retained_texts(self) -> frozenset[Commitment]:
        """The commitments to the texts that were not erased: the vault has these, and no others."""
        left = frozenset(found for event in self.events for found in event.texts())
        for place, event in enumerate(self.events):
            if isinstance(event.data, TextsForgotten):
                before = attrs.evolve(self, events=self.events[:place])
                left -= before.texts_of(event.data.action, event.data.kinds)
        return left


P = TypeVar("P", bound=BasePlan)


def apply(plan: P, event: RecordedPlanEvent) -> P:
    """Return the plan, or the part, after one more event, without the texts that it erases.

    Raises:
        PlanEventStreamError: the event does not follow.
    """
    after = plan.followed_by((event,))
    if not isinstance(event.data, TextsForgotten):
        return after
    whole: Any = after  # both are attrs classes
    return cast("P", attrs.evolve(whole, vault=plan.vault.without(plan.texts_of(event.data.action, event.data.kinds))))
