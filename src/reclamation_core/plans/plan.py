"""The PGAAC: the improvement plan of a site, a region or the nation. Source: M2-1 §4.1, §6.3, interpretation I16.

The commands on one action work on the whole plan, `Pgaac`, or on the part of it that the action needs, `PlanPart`. A
part costs what the events of its actions cost, however long the plan is: a store loads it without the others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final, Self, cast
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases.aggregate import NewEvent, not_before_it_happened, record
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.cases.texts import (
    Commitment,
    SaltSource,
    TextKind,
    Vault,
    fresh_salt,
    require_unsealed,
    require_within_limits,
)
from reclamation_core.markup import html_of
from reclamation_core.plans.action import Action, ActionSheet, new_action
from reclamation_core.plans.codes import Effectiveness
from reclamation_core.plans.errors import (
    PlanEventStreamError,
    PlanRefusedError,
    UnknownActionError,
    UnknownPublishedPlanError,
)
from reclamation_core.plans.events import (
    PLAN_EVENTS,
    ActionAbandoned,
    ActionAdded,
    ActionAmended,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
    PlanEvent,
    PlanPublished,
    PlanStream,
    RecordedPlanEvent,
    TextsForgotten,
)
from reclamation_core.plans.guards import PartialPlanCommand, evaluate, refusals
from reclamation_core.plans.published import (
    ALL_PCS,
    PlanDifference,
    PlanLine,
    PublishedPlan,
    plan_document_of,
    published_plan_difference,
)
from reclamation_core.policy import RoleParameters
from reclamation_core.tables import Decision
from reclamation_core.validators import LONGEST_TEXT, at_offset, instant, member_of, not_blank, refuse_value, require
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.wording import Wording

_PARIS: Final = ZoneInfo("Europe/Paris")  # a plan has no site whose zone its instants could be written in
_REFERENCE_STAYS: Final = Wording(
    "la référence ne change pas ; abandonnez l'action et inscrivez-en une autre",
    "the reference does not change; abandon the action and add another one",
)


@attrs.frozen(kw_only=True)
class Signature:
    """Who acts on a plan, and when (visa).

    Args:
        actor: the name of the person.
        role: the role of that person.
        occurred_at: when it happened; aware.
        recorded_at: when it is recorded; aware, when it happened unless given.
        salt: the source of salts.
        longest_text: the most characters of a text.
        roles: the roles that may give each command; by default every role every command.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    actor: str = attrs.field(repr=False, validator=not_blank)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(
        default=attrs.Factory(lambda self: self.occurred_at, takes_self=True),
        converter=at_offset,
        validator=[instant, not_before_it_happened],
    )
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)
    longest_text: int = LONGEST_TEXT
    roles: RoleParameters = attrs.field(factory=RoleParameters)


def decide(plan: ActionCommands, data: PlanEvent, signature: Signature) -> NewEvent[RecordedPlanEvent]:
    """Return the event of a command on a plan.

    Raises:
        PlanRefusedError: guards are not met; the error lists them. The plan has not changed.
        TypeError: the event has no command, or a text of it is sealed already and not one of its action's.
    """
    command = PLAN_EVENTS.command_of(data)
    reference: str | None = getattr(data, "action", None)
    action = None if reference is None else plan.get(reference)
    require_unsealed(data, data.repeatable_texts(action))
    require_within_limits(data, signature.actor, signature.longest_text)
    data = data.completed(action, plan.vault)
    partial = PartialPlanCommand(
        event=type(data),
        given_role=signature.role,
        given_date=signature.occurred_at,
        given_data=data,
        plan=plan,
        action=action,
        roles=signature.roles,
    )
    permission = evaluate(partial)
    if permission.outcome is not Permission.ALLOWED:
        details = refusals(permission, partial, _PARIS)
        raise PlanRefusedError(plan.scope, reference, command, permission, details)
    return record(
        RecordedPlanEvent,
        data,
        actor=signature.actor,
        role=signature.role,
        occurred_at=signature.occurred_at,
        now=signature.recorded_at,
        salt=signature.salt,
        version=plan.version,
        last_recorded_at=plan.recorded_at,
        plan=plan.scope,
    )


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

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the plan, or the part, as plain data; `document_schema("view.plan")` describes it.

        Args:
            texts: True to include the texts that people wrote; by default each is null.
        """
        published: Iterable[PublishedPlan] = getattr(self, "published_plans", ())
        return plan_document_of(self.scope, self.version, self.actions, published, self.vault if texts else None)

    def texts_of(self, reference: str, kinds: Iterable[TextKind] = tuple(TextKind)) -> frozenset[Commitment]:
        """The commitments to texts of some kinds in the history of an action: what erasing them takes away."""
        wanted = frozenset(kinds)
        stream = (event for event in self.events if getattr(event.data, "action", None) == reference)
        return frozenset(found for event in stream for found, kind in event.texts().items() if kind in wanted)

    def do(self, data: PlanEvent, signature: Signature) -> Self:
        """Return the plan, or the part, after something that its guards allow.

        Raises:
            PlanRefusedError: guards are not met; the error lists them.
        """
        return self.after(decide(self, data, signature))

    def after(self, decided: NewEvent[RecordedPlanEvent]) -> Self:
        """Return the plan, or the part, after an event that was decided on it, and with its texts."""
        data, vault, grown = decided.event.data, self.vault, self.followed_by((decided.event,))
        if isinstance(data, TextsForgotten):
            vault = vault.without(self.texts_of(data.action, data.kinds))
        whole: Any = grown  # both are attrs classes
        return cast("Self", attrs.evolve(whole, vault=vault.with_(decided.secrets)))

    def add(self, sheet: ActionSheet, signature: Signature) -> Self:
        """Put an action on the plan.

        Raises:
            FaultsError: its reference is no short code.
            PlanRefusedError: guards are not met.
        """
        require(new_action, sheet=sheet)
        return self.do(ActionAdded(sheet=sheet), signature)

    def amend(self, reference: str, signature: Signature, /, *, reason: str | None = None, **changes: Any) -> Self:
        """Change what was decided of an action, by the names of the sheet's fields.

        Raises:
            UnknownActionError: no action has that reference.
            TypeError: a name is no field of the sheet.
            FaultsError: the reference is among the names, or a value is refused.
            PlanRefusedError: guards are not met.
        """
        if "reference" in changes:
            refuse_value("reference", changes["reference"], _REFERENCE_STAYS)
        sheet = attrs.evolve(self.action(reference).sheet, **changes)
        return self.do(ActionAmended(sheet=sheet, reason=reason), signature)

    def progress(self, reference: str, signature: Signature, *, note: str | None = None) -> Self:
        """Record that an action began, or went on."""
        return self.do(ActionProgressed(action=reference, note=note), signature)

    def finish(self, reference: str, signature: Signature, *, evidence: str) -> Self:
        """Declare an action done, with what shows it."""
        return self.do(ActionDone(action=reference, evidence=evidence), signature)

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
        data = ActionJudged(action=reference, effectiveness=effectiveness, why=why, follow_up=named)
        return self.do(data, signature)

    def follow_up(self, reference: str, follow_up: str | LineReference, signature: Signature) -> Self:
        """Name the action that follows up one that was not effective: by its reference on this plan, or with its plan.

        Whether it is on another plan is for who has that plan to look at, as the desk does.
        """
        return self.do(FollowUpNamed(action=reference, follow_up=self._line(follow_up)), signature)

    def _line(self, action: str | LineReference) -> LineReference:
        return action if isinstance(action, LineReference) else LineReference(self.scope, action)

    def close(self, reference: str, signature: Signature, *, comment: str | None = None) -> Self:
        """Close an action whose effectiveness is judged."""
        return self.do(ActionClosed(action=reference, comment=comment), signature)

    def abandon(self, reference: str, signature: Signature, *, reason: str) -> Self:
        """Give an action up, with a reason."""
        return self.do(ActionAbandoned(action=reference, reason=reason), signature)

    def reopen(self, reference: str, signature: Signature, *, reason: str) -> Self:
        """Open an action again: it has to be done and judged again."""
        return self.do(ActionReopened(action=reference, reason=reason), signature)

    def forget(self, reference: str, signature: Signature, *, kinds: Iterable[TextKind] = tuple(TextKind)) -> Self:
        """Erase texts of an action's history; the history itself stays."""
        return self.do(TextsForgotten(action=reference, kinds=kinds), signature)


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
        stream = PlanStream(scope)
        for event in events:
            stream.version = max(stream.version, event.number - 1)  # those between are of other actions
            stream.follow((event,))
        if stream.version > version:
            raise PlanEventStreamError(scope, version + 1, scope, stream.version, "the plan ends before it")
        texts = dict.fromkeys(found.digest for event in stream.events for found in event.texts())
        kept = vault.by_digest()
        return cls(
            scope=scope,
            version=version,
            recorded_at=recorded_at,
            events=tuple(stream.events),
            actions=tuple(stream.actions.values()),
            vault=Vault({digest: kept[digest] for digest in texts if digest in kept}),
        )

    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> PlanPart:
        """Return the part after more events of its actions, or of one that is added; the vault stays.

        Raises:
            PlanEventStreamError: an event cannot follow, or is an edition.
        """
        actions = {action.reference: action for action in self.actions}
        stream = PlanStream(self.scope, list(self.events), actions, [], self.version, self.recorded_at)
        for event in events:
            if isinstance(event.data, PlanPublished):
                reason = "an edition is made from the whole plan"
                raise PlanEventStreamError(self.scope, self.version + 1, event.plan, event.number, reason)
            stream.follow((event,))
        return attrs.evolve(
            self,
            version=stream.version,
            recorded_at=stream.recorded_at,
            events=tuple(stream.events),
            actions=tuple(stream.actions.values()),
        )


@attrs.frozen(kw_only=True)
class Pgaac(ActionCommands):
    """A plan, as its history has made it: a value, each act giving another one.

    `Pgaac(scope=...)` is empty; a plan that has a history comes from `from_events` and from the verbs. Texts are read
    from the vault, and are None once they are forgotten.

    Args:
        scope: whose plan it is.
        events: its history.
        actions: its lines, in the order in which they were added.
        published_plans: the published plans, in order.
        vault: the texts of its events.

    >>> plan = Pgaac(scope=PlanScope.site("CRE"))
    >>> plan.actions, plan.published_plans
    ((), ())
    """

    scope: PlanScope
    events: tuple[RecordedPlanEvent, ...] = attrs.field(default=(), repr=False)
    actions: tuple[Action, ...] = attrs.field(default=(), repr=False)
    published_plans: tuple[PublishedPlan, ...] = attrs.field(default=(), repr=False)
    vault: Vault = attrs.field(factory=Vault, repr=False)

    @classmethod
    def from_events(cls, scope: PlanScope, events: Iterable[RecordedPlanEvent], vault: Vault | None = None) -> Pgaac:
        """Replay the events of a plan, in their order.

        Raises:
            PlanEventStreamError: the numbers have holes, an event is another plan's, or it cannot follow.
        """
        empty = cls(scope=scope) if vault is None else cls(scope=scope, vault=vault)
        return empty.followed_by(events)

    @property
    def recurring_cases(self) -> frozenset[str]:
        """The cases whose cause reopened an action of the plan, or one that a published plan gathered."""
        return frozenset(case for event in self.events for case in _recurring(event.data) if case is not None)

    def hiding(self, cases: Collection[str]) -> Pgaac:
        """Return the plan for a reader who may not know some cases: its reopenings do not name them."""
        if self.recurring_cases.isdisjoint(cases):
            return self
        hidden = (attrs.evolve(event, data=_hiding(event.data, cases)) for event in self.events)
        return Pgaac.from_events(self.scope, hidden, self.vault)

    def followed_by(self, events: Iterable[RecordedPlanEvent]) -> Pgaac:
        """The plan after more events; the vault stays.

        Raises:
            PlanEventStreamError: an event cannot follow.
        """
        actions = {action.reference: action for action in self.actions}
        published = list(self.published_plans)
        stream = PlanStream(self.scope, list(self.events), actions, published, self.version, self.recorded_at)
        stream.follow(events)
        return attrs.evolve(
            self,
            events=tuple(stream.events),
            actions=tuple(stream.actions.values()),
            published_plans=tuple(stream.published_plans),
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
        """How many events the history has."""
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
                plan = plan.after(NewEvent(event, ()))
        kept = plan.vault.by_digest()
        new = {digest: secret for digest, secret in part.vault.by_digest().items() if digest not in kept}
        return attrs.evolve(plan, vault=Vault({**kept, **new}))

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        """The actions with whose they are."""
        return tuple(PlanLine(self.scope, action) for action in self.actions)

    def published_plan(self, number: int) -> PublishedPlan:
        """The edition of that number.

        Raises:
            UnknownPublishedPlanError: there is none.
        """
        for edition in self.published_plans:
            if edition.number == number and type(number) is int:  # not True, which equals 1
                return edition
        raise UnknownPublishedPlanError(self.scope, number, len(self.published_plans))

    def difference(self, number: int) -> PlanDifference:
        """What an edition changed from the one before; of the first, every line is added.

        Raises:
            UnknownPublishedPlanError: there is none of that number.
        """
        edition = self.published_plan(number)
        return published_plan_difference(self.published_plan(number - 1) if number > 1 else None, edition)

    def to_html(self, *, texts: bool = False, zone: tzinfo | None = None, families: Taxonomy | None = None) -> str:
        """The plan as an HTML fragment in French: its lines, then its editions.

        Args:
            texts: whether to show what people wrote, and who answers for an action. By default a mark replaces
                each text: a notebook is saved and passed on with what it displays.
            zone: in which time zone an instant is a day; that of Paris by default.
            families: what the families of causes are called; by default as this library proposes.
        """
        return html_of(self, "reclamation_core.plans.rendering", texts=texts, zone=zone, families=families)

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

    def publish(
        self, signature: Signature, *, recipients: Iterable[str] = (ALL_PCS,), gathered: Iterable[PlanLine] = ()
    ) -> Pgaac:
        """Publish the next edition: the plan's own lines as they stand, and those that it gathers (see `gather`).

        Recipients are functions, never names of persons: they are no text that can be forgotten.
        """
        data = PlanPublished(number=len(self.published_plans) + 1, recipients=recipients, gathered=tuple(gathered))
        return self.do(data, signature)


def _recurring(data: PlanEvent) -> Iterator[str | None]:
    if isinstance(data, ActionReopened):
        yield data.case
    elif isinstance(data, PlanPublished):
        yield from (reopening.case for line in data.gathered for reopening in line.action.reopenings)


def _hiding(data: PlanEvent, cases: Collection[str]) -> PlanEvent:
    """Return an event whose reopenings do not name some cases."""
    if isinstance(data, ActionReopened) and data.case in cases:
        return attrs.evolve(data, case=None)
    if isinstance(data, PlanPublished):
        return attrs.evolve(data, gathered=tuple(line.hiding(cases) for line in data.gathered))
    return data


def available_plan_commands(
    action: Action, role: Role, roles: RoleParameters
) -> Mapping[PlanCommandType, Decision[Permission]]:
    """Return the permission of each command on an action, as far as the action and the role determine it.

    What the data of a command determine, such as its date or a reason, is unknown. Where the outcome is None it depends
    on them: the command may be allowed.
    """
    return {
        command: evaluate(PartialPlanCommand(event=event, given_role=role, action=action, roles=roles))
        for event, command in PLAN_EVENTS.commands.items()
        if command not in {PlanCommandType.ADD, PlanCommandType.PUBLISH}
    }
