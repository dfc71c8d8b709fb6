"""The events of a plan, and the state that they change; `PLAN_EVENTS` is their registry.

A command has the texts of an event in clear; a recorded event has them sealed. A blank text is not refused here: the
guards refuse it, and say what would do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Final, Self

import attrs

from reclamation_core.cases.aggregate import (
    Envelope,
    EventRegistry,
    EventType,
    Example,
    adding,
    derived,
    entered_apart,
    stream_first,
)
from reclamation_core.cases.codes import ProofStage
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.cases.texts import (
    Text,
    TextKind,
    Vault,
    commitments,
    each_a_kind,
    free,
    marked,
    part,
    text_or_blank,
)
from reclamation_core.plans.action import Abandonment, Action, ActionSheet, Judgement, Reopening, new_action
from reclamation_core.plans.codes import ActionOrigin, ActionType, Effectiveness
from reclamation_core.plans.errors import PlanEventStreamError
from reclamation_core.plans.published import ALL_PCS, PlanLine, PublishedPlan, each_line_once, lines_in_order
from reclamation_core.plans.signals import RaisedSignal, SignalDecision, SignalSheet, raised_signal
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    as_tuple,
    each_a_label,
    each_once,
    label,
    member_of,
    name,
    number,
    of_class,
    optional,
    refuse_value,
    require,
)
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.wording import MORE, ChosenFrom, Wording, labelled

__all__ = [
    "PLAN_EVENTS",
    "ActionAbandoned",
    "ActionAdded",
    "ActionAmended",
    "ActionClosed",
    "ActionDone",
    "ActionJudged",
    "ActionProgressed",
    "ActionReopened",
    "FollowUpNamed",
    "PlanEvent",
    "PlanPublished",
    "SignalAcknowledged",
    "SignalContinued",
    "SignalDismissed",
    "SignalRaised",
    "TextsForgotten",
    "plan_event",
]

FUNCTIONS: Final = Wording("Des fonctions, jamais des noms de personnes.", "Functions, never names of persons.")
"""What to enter as recipients."""
_REFERENCE_STAYS: Final = Wording(
    "la référence ne change pas ; abandonnez l'action et inscrivez-en une autre",
    "the reference does not change; abandon the action and add another one",
)

PLAN_EVENTS: Final[EventRegistry[PlanCommandType]] = EventRegistry()
"""Every event class of plans."""
plan_event = PLAN_EVENTS.register
"""Register an event class of plans."""


@attrs.define
class PlanStream(SharedRepr):
    """The state of a plan that its events change, in place: a replay is linear in the number of events."""

    scope: PlanScope
    events: list[RecordedPlanEvent] = attrs.field(factory=list)
    actions: dict[str, Action] = attrs.field(factory=dict)
    published_plans: list[PublishedPlan] = attrs.field(factory=list)
    version: int = 0
    recorded_at: datetime | None = None
    signals: dict[str, RaisedSignal] = attrs.field(factory=dict)

    def follow(self, events: Iterable[RecordedPlanEvent]) -> None:
        """Apply more events, in their order.

        Raises:
            PlanEventStreamError: one does not follow.
        """
        for event in events:
            reason = self._misfit(event)
            if reason is not None:
                raise PlanEventStreamError(self.scope, self.version + 1, event.plan, event.number, reason)
            event.data.apply(self, event)
            self.events.append(event)
            self.version, self.recorded_at = event.number, event.recorded_at

    def _misfit(self, event: RecordedPlanEvent) -> str | None:
        """Return why an event cannot follow; None if it can."""
        if (event.plan, event.number) != (self.scope, self.version + 1):
            return "its plan or its number is not the next"
        if self.recorded_at is not None and event.recorded_at < self.recorded_at:
            return "it was recorded before the event before it"
        return event.data.impossible(self)


class PlanEvent(SharedRepr, ABC):
    """Something that happened to a plan; each class is a frozen attrs class, registered by `plan_event`."""

    __slots__ = ()

    event_type: ClassVar[EventType[PlanCommandType]]
    is_published: ClassVar[bool] = True
    """Whether a published plan shows what it changes."""
    judges: ClassVar[bool] = False
    """Whether it judges the effectiveness of its action."""

    @property
    def subject(self) -> str | None:
        """The reference of the action or of the signal that it is about; None if it is about the whole plan."""
        return None

    @abstractmethod
    def latest_step(self, plan: Any, action: Action | None) -> datetime | None:
        """Return the date that it may not precede; None if there is none.

        Args:
            plan: the plan.
            action: its action; None if it is not on the plan, or if the event is about the whole plan.
        """

    def completed(self, action: Action | None, vault: Vault) -> Self:
        """Return the event of a command with what the library adds to it.

        Args:
            action: its action; None if it is not on the plan, or if the event is about the whole plan.
            vault: the texts of the plan.
        """
        return self

    def repeatable_texts(self, action: Action | None) -> frozenset[str]:
        """Return the digests of sealed texts of its action that the event may repeat."""
        return frozenset()

    @abstractmethod
    def impossible(self, plan: PlanStream) -> str | None:
        """Return why the event cannot follow; None if it can."""

    @abstractmethod
    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        """Change the plan that is replayed."""


class ActionEvent(PlanEvent):
    """Something that happened to one action."""

    __slots__ = ()

    @property
    @abstractmethod
    def action(self) -> str:
        """The reference of the action."""

    @property
    def subject(self) -> str | None:
        return self.action

    def impossible(self, plan: PlanStream) -> str | None:
        return None if self.action in plan.actions else _added_once(self.action)

    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        action = plan.actions[self.action]
        plan.actions[self.action] = attrs.evolve(action, **self.changes(action, recorded))

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        """Return the fields of the action that the event changes."""
        return {}

    def latest_step(self, plan: Any, action: Action | None) -> datetime | None:
        return None if action is None else action.latest


def _added_once(action: str) -> str:
    return f"action {action!r} is added once, before anything else happens to it"


def _of_action() -> Any:
    return entered_apart(validator=label)


def _explanation(fr: str, en: str) -> Any:
    """Return the field of a text that guards may require, with its label in French and English."""
    return free(default=None, validator=text_or_blank, metadata=labelled(fr, en))


def _of_follow_up(fr: str, en: str) -> dict[str, Any]:
    """Return the label of a follow-up, whose hint says what to do if the plan does not have it yet."""
    absent = "Une action de ce plan. Si elle n'y est pas encore", "An action of this plan. If it is not on it yet"
    hint = Wording(f"{absent[0]}, {fr}.", f"{absent[1]}, {en}.")
    return labelled("action de suite", "follow-up", hint=hint, chosen_from=ChosenFrom.ACTIONS)


def _followed(action: Action, follow_up: LineReference | None) -> tuple[LineReference, ...]:
    return action.follow_ups if follow_up is None else tuple(dict.fromkeys((*action.follow_ups, follow_up)))


def _example_sheet() -> ActionSheet:
    return ActionSheet(
        reference="A-1",
        type=ActionType.CORRECTIVE,
        origin=ActionOrigin.COMPLAINT,
        site="CRE",
        cause_family="organisation",
        cause="aucun remplaçant n'est prévu",
        what="prévoir un remplaçant",
        owner="Mme Roux",
        criterion="aucune absence sans remplaçant",
    )


@plan_event(
    "action_added",
    label=Wording("action inscrite", "action added"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: ActionAdded(sheet=_example_sheet())),
    command=PlanCommandType.ADD,
)
@attrs.frozen(kw_only=True)
class ActionAdded(ActionEvent):
    """An action was put on the plan (inscription). Source: M2-1 §4.1."""

    sheet: ActionSheet = part()

    @classmethod
    def of(cls, sheet: ActionSheet) -> Self:
        """Return the adding of a new action.

        Raises:
            FaultsError: its reference is no short code; stored actions may have another reference.
        """
        require(new_action, sheet=sheet)
        return cls(sheet=sheet)

    @property
    def action(self) -> str:
        """The reference of the action."""
        return self.sheet.reference

    def impossible(self, plan: PlanStream) -> str | None:
        return _added_once(self.action) if self.action in plan.actions else None

    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        plan.actions[self.action] = _added(self.sheet, recorded.occurred_at, recorded.occurred_at.utcoffset())
        signal = plan.signals.get(self.sheet.origin_reference or "")
        if signal is not None:
            plan.signals[signal.reference] = attrs.evolve(signal, actions=(*signal.actions, self.action))


@lru_cache(maxsize=4096)  # pages replay the same plan again and again; an instant equals that of another offset
def _added(sheet: ActionSheet, on: datetime, offset: timedelta | None) -> Action:  # noqa: ARG001  a part of the key
    return Action(**attrs.asdict(sheet, recurse=False), added=on)


@plan_event(
    "action_amended",
    label=Wording("action modifiée", "action amended"),
    stage=ProofStage.ACTIONS,
    example=Example(
        lambda plan: ActionAmended(
            sheet=attrs.evolve(plan.action("A-1").sheet, owner="M. Petit"), reason="une absence"
        ),
        after=("action_added",),
    ),
    command=PlanCommandType.AMEND,
)
@attrs.frozen(kw_only=True)
class ActionAmended(ActionEvent):
    """The decisions about an action changed (modification): its sheet, whole again."""

    sheet: ActionSheet = part()
    reason: Text | None = _explanation("motif de la modification", "reason of the amendment")

    @classmethod
    def of(cls, action: Action, *, reason: str | None = None, **changes: Any) -> Self:
        """Return the amendment of an action.

        Args:
            action: the action as it is.
            reason: why.
            changes: the new values, by the names of the sheet's fields.

        Raises:
            TypeError: a name is no field of the sheet.
            FaultsError: the reference is among the names, or a value is refused.
        """
        if "reference" in changes:
            refuse_value("reference", changes["reference"], _REFERENCE_STAYS)
        return cls(sheet=attrs.evolve(action.sheet, **changes), reason=reason)

    @property
    def action(self) -> str:
        """The reference of the action."""
        return self.sheet.reference

    def completed(self, action: Action | None, vault: Vault) -> Self:
        """Return the amendment, with the sealed texts of the action in place of the same texts in clear."""
        return self if action is None else attrs.evolve(self, sheet=_with_sealed_texts(action, self.sheet, vault))

    def repeatable_texts(self, action: Action | None) -> frozenset[str]:
        return frozenset() if action is None else frozenset(found.digest for found in commitments(action))

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return attrs.asdict(self.sheet, recurse=False)


def _with_sealed_texts(action: Action, sheet: ActionSheet, vault: Vault) -> ActionSheet:
    given, sealed = attrs.asdict(sheet, recurse=False), attrs.asdict(action, recurse=False)
    texts = [name for name in marked(ActionSheet) if isinstance(given[name], str)]
    return attrs.evolve(sheet, **{name: sealed[name] for name in texts if vault.read(sealed[name]) == given[name]})


@plan_event(
    "action_progressed",
    label=Wording("avancement d'une action", "action progressed"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: ActionProgressed(action="A-1", note="à moitié"), after=("action_added",)),
    command=PlanCommandType.PROGRESS,
)
@attrs.frozen(kw_only=True)
class ActionProgressed(ActionEvent):
    """An action began, or went on (avancement)."""

    action: str = _of_action()
    note: Text | None = _explanation("avancement", "progress")

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        at = recorded.occurred_at
        return {"started": at if action.started is None else min(at, action.started)}


@plan_event(
    "action_done",
    label=Wording("action réalisée", "action done"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: ActionDone(action="A-1", evidence="la liste signée"), after=("action_added",)),
    command=PlanCommandType.FINISH,
    version=2,
    upcasters={1: adding(criterion=None)},
)
@attrs.frozen(kw_only=True)
class ActionDone(ActionEvent):
    """An action was done (réalisation), with its evidence.

    Args:
        action: the action.
        evidence: what shows it.
        criterion: how its effectiveness will be judged, for an action that had no criterion.
    """

    action: str = _of_action()
    evidence: Text | None = _explanation("preuve de réalisation", "evidence")
    criterion: Text | None = free(
        default=None,
        metadata=labelled(
            "critère d'efficacité",
            "effectiveness criterion",
            Wording(
                "À quoi on verra que l'action a eu l'effet attendu.",
                "What will show that the action had the expected effect.",
            ),
        ),
    )

    @property
    def explanation(self) -> object:
        """What shows or motivates the event."""
        return self.evidence

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        done = {"done": recorded.occurred_at, "evidence": self.evidence}
        return done if self.criterion is None else {**done, "criterion": self.criterion}


@plan_event(
    "action_judged",
    label=Wording("efficacité évaluée", "effectiveness judged"),
    stage=ProofStage.EFFECTIVENESS,
    example=Example(
        lambda _: ActionJudged(action="A-1", effectiveness=Effectiveness.NOT_EFFECTIVE, why="une absence de plus"),
        after=("action_done",),
    ),
    command=PlanCommandType.JUDGE,
)
@attrs.frozen(kw_only=True)
class ActionJudged(ActionEvent):
    """The effectiveness of an action was judged against its criterion (verdict).

    Args:
        action: the action.
        effectiveness: effective or not.
        why: the grounds of the judgement.
        follow_up: of an action that was not effective, the action that follows it up, on this plan or another.
    """

    judges: ClassVar[bool] = True

    action: str = _of_action()
    effectiveness: Effectiveness = attrs.field(
        validator=member_of(Effectiveness), metadata=labelled("efficacité", "effectiveness")
    )
    why: Text | None = _explanation("motif de l'évaluation", "grounds of the judgement")
    follow_up: LineReference | None = attrs.field(
        default=None,
        validator=optional(of_class(LineReference)),
        metadata=_of_follow_up("laissez vide et désignez-la ensuite", "leave this empty and name it afterwards"),
    )

    @property
    def explanation(self) -> object:
        """What shows or motivates the event."""
        return self.why

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        judgement = Judgement(effectiveness=self.effectiveness, at=recorded.occurred_at, by=recorded.by, why=self.why)
        return {"judgement": judgement, "follow_ups": _followed(action, self.follow_up)}


@plan_event(
    "follow_up_named",
    label=Wording("action de suite désignée", "follow-up named"),
    stage=ProofStage.EFFECTIVENESS,
    example=Example(
        lambda _: FollowUpNamed(action="A-1", follow_up=LineReference(PlanScope.site("STD"), "B-1")),
        after=("action_judged",),
    ),
    command=PlanCommandType.FOLLOW_UP,
)
@attrs.frozen(kw_only=True)
class FollowUpNamed(ActionEvent):
    """Another action, on this plan or another, follows up one that was not effective (suite)."""

    action: str = _of_action()
    follow_up: LineReference = attrs.field(
        validator=of_class(LineReference), metadata=_of_follow_up("inscrivez-la d'abord", "add it first")
    )

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {"follow_ups": _followed(action, self.follow_up)}


@plan_event(
    "action_closed",
    label=Wording("action close", "action closed"),
    stage=ProofStage.EFFECTIVENESS,
    example=Example(lambda _: ActionClosed(action="A-1", comment="l'autre action suit"), after=("follow_up_named",)),
    command=PlanCommandType.CLOSE,
)
@attrs.frozen(kw_only=True)
class ActionClosed(ActionEvent):
    """An action was closed (clôture)."""

    action: str = _of_action()
    comment: Text | None = free(
        default=None, validator=text_or_blank, metadata=labelled("commentaire", "comment", group=MORE)
    )

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {"closed": recorded.occurred_at}


@plan_event(
    "action_abandoned",
    label=Wording("action abandonnée", "action abandoned"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: ActionAbandoned(action="A-1", reason="sans objet"), after=("action_added",)),
    command=PlanCommandType.ABANDON,
)
@attrs.frozen(kw_only=True)
class ActionAbandoned(ActionEvent):
    """An action was given up (abandon)."""

    action: str = _of_action()
    reason: Text | None = _explanation("motif de l'abandon", "reason of the abandonment")

    @property
    def explanation(self) -> object:
        """What shows or motivates the event."""
        return self.reason

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {"abandonment": Abandonment(at=recorded.occurred_at, reason=self.reason)}


@plan_event(
    "action_reopened",
    label=Wording("action rouverte", "action reopened"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: ActionReopened(action="A-1", reason="un fait nouveau"), after=("action_done",)),
    command=PlanCommandType.REOPEN,
)
@attrs.frozen(kw_only=True)
class ActionReopened(ActionEvent):
    """An action was opened again (réouverture): it has to be done and judged again.

    Args:
        action: the action.
        reason: why;
        case: or the case of the same cause that came after it was judged effective,
        cause_family: and the family that they share.
    """

    action: str = _of_action()
    reason: Text | None = _explanation("motif de la réouverture", "reason of the reopening")
    case: str | None = derived(default=None, validator=optional(label))
    cause_family: str | None = derived(default=None, validator=optional(label))

    @property
    def explanation(self) -> object:
        """What shows or motivates the event."""
        return self.reason or self.case

    def changes(self, action: Action, recorded: RecordedPlanEvent) -> dict[str, Any]:
        reopening = Reopening(
            at=recorded.occurred_at, reason=self.reason, case=self.case, cause_family=self.cause_family
        )
        undone = dict.fromkeys(("done", "evidence", "judgement", "closed", "abandonment"))
        return {**undone, "follow_ups": (), "reopenings": (*action.reopenings, reopening)}


@plan_event(
    "texts_forgotten",
    label=Wording("textes effacés", "texts erased"),
    stage=ProofStage.RETENTION,
    example=Example(lambda _: TextsForgotten(action="A-1"), after=("action_closed",)),
    command=PlanCommandType.FORGET,
)
@attrs.frozen(kw_only=True)
class TextsForgotten(ActionEvent):
    """Texts of an action's events were erased (effacement). Erasure is itself an event."""

    is_published: ClassVar[bool] = False

    action: str = _of_action()
    kinds: tuple[TextKind, ...] = attrs.field(
        default=tuple(TextKind),
        converter=as_tuple,
        validator=each_a_kind,
        metadata=labelled(
            "textes à effacer",
            "texts to erase",
            Wording("L'effacement est définitif.", "The erasure cannot be undone."),
            chosen_from=ChosenFrom.TEXT_KINDS,
            is_required=True,
        ),
    )

    def impossible(self, plan: PlanStream) -> str | None:
        return None if self.action in plan.signals else super().impossible(plan)

    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        if self.action in plan.actions:  # the texts leave the vault; a signal has no other fields to change
            super().apply(plan, recorded)


@plan_event(
    "edition_published",
    label=Wording("édition publiée", "plan published"),
    stage=ProofStage.PUBLICATION,
    example=Example(lambda _: PlanPublished(number=1), after=("action_added",)),
    command=PlanCommandType.PUBLISH,
    presets={"recipients": lambda _: (ALL_PCS,)},
)
@attrs.frozen(kw_only=True)
class PlanPublished(PlanEvent):
    """The plan was published (diffusion). Source: M2-1 §6.3.

    Args:
        number: the number of the published plan.
        recipients: functions, never names of persons: they are stored in clear.
        gathered: the lines of other plans as they were; the plan's own follow from its events.
    """

    is_published: ClassVar[bool] = False

    number: int = derived(validator=number)
    recipients: tuple[str, ...] = attrs.field(
        default=(ALL_PCS,),
        converter=each_once,
        validator=each_a_label,
        metadata=labelled("destinataires", "recipients", FUNCTIONS, is_required=True),
    )
    gathered: tuple[PlanLine, ...] = derived(default=(), converter=lines_in_order, validator=each_line_once)

    def latest_step(self, plan: Any, action: Action | None) -> datetime | None:
        if plan.publications is None:
            raise TypeError("data: an edition is published from the whole plan or its outline; got a part of it")
        return max((one.published_at for one in plan.publications), default=None)

    def impossible(self, plan: PlanStream) -> str | None:
        due = plan.version + 1 - sum(event.subject is not None for event in plan.events)  # an outline has holes
        return None if self.number == due else f"edition {due} is the next"

    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        own = (PlanLine(plan.scope, action) for action in plan.actions.values())
        published = PublishedPlan(
            scope=plan.scope,
            number=self.number,
            published_at=recorded.occurred_at,
            recipients=self.recipients,
            lines=(*own, *self.gathered),
        )
        plan.published_plans.append(published)


class SignalEvent(PlanEvent):
    """Something that happened to a signal on the plan."""

    __slots__ = ()

    is_published: ClassVar[bool] = False

    @property
    @abstractmethod
    def signal(self) -> str:
        """The reference of the signal."""

    @property
    def subject(self) -> str | None:
        return self.signal

    def latest_step(self, plan: Any, action: Action | None) -> datetime | None:
        found: RaisedSignal | None = plan.get_signal(self.signal)
        return None if found is None else found.latest

    def impossible(self, plan: PlanStream) -> str | None:
        return None if self.signal in plan.signals else f"signal {self.signal!r} is raised first"

    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        found = plan.signals[self.signal]
        plan.signals[self.signal] = attrs.evolve(found, **self.changes(recorded))

    @abstractmethod
    def changes(self, recorded: RecordedPlanEvent) -> dict[str, Any]:
        """Return the fields of the signal that the event changes."""


def _of_signal() -> Any:
    return attrs.field(validator=name, metadata=labelled("signal", "signal", chosen_from=ChosenFrom.SIGNALS))


_EXAMPLE_SIGNAL: Final = SignalSheet(
    kind="site_theme",
    key=("CRE", "quality"),
    week="2026-W14",
    since="2026-W13",
    until="2026-W14",
    observed=5,
    expected=1.2,
    recurrence_weeks=620.0,
    cases=("R-2026-000001", "R-2026-000002"),
    pooled=("region:Île-de-France",),
)


@plan_event(
    "signal_raised",
    label=Wording("signal détecté", "signal raised"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: SignalRaised(sheet=_EXAMPLE_SIGNAL)),
)
@attrs.frozen(kw_only=True)
class SignalRaised(SignalEvent):
    """A detector saw a rise in a stream of the site, the region or the nation of the plan (signal détecté).

    Args:
        sheet: what it saw.
    """

    sheet: SignalSheet = part()

    @property
    def signal(self) -> str:
        """The reference of the signal."""
        return self.sheet.reference

    def impossible(self, plan: PlanStream) -> str | None:
        return f"signal {self.signal!r} is raised once" if self.signal in plan.signals else None

    def apply(self, plan: PlanStream, recorded: RecordedPlanEvent) -> None:
        plan.signals[self.signal] = raised_signal(self.sheet, recorded.occurred_at)
        super().apply(plan, recorded)

    def changes(self, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {}


@plan_event(
    "signal_continued",
    label=Wording("signal confirmé", "signal seen again"),
    stage=ProofStage.ACTIONS,
    example=Example(
        lambda _: SignalContinued(signal=_EXAMPLE_SIGNAL.reference, until="2026-W15"), after=("signal_raised",)
    ),
)
@attrs.frozen(kw_only=True)
class SignalContinued(SignalEvent):
    """A detector saw the same rise in a later week (signal confirmé): a dismissed one waits for a decision again.

    Args:
        signal: the reference of the signal.
        until: the last week in which it was seen.
    """

    signal: str = derived(validator=name)
    until: str = derived(validator=name)

    def changes(self, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {"until": self.until, "dismissal": None}


@plan_event(
    "signal_acknowledged",
    label=Wording("signal pris en compte", "signal acknowledged"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: SignalAcknowledged(signal=_EXAMPLE_SIGNAL.reference), after=("signal_raised",)),
    command=PlanCommandType.ACKNOWLEDGE_SIGNAL,
)
@attrs.frozen(kw_only=True)
class SignalAcknowledged(SignalEvent):
    """A person looks into a signal (prise en compte).

    Args:
        signal: the reference of the signal.
    """

    signal: str = _of_signal()

    def changes(self, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {"acknowledgement": SignalDecision(at=recorded.occurred_at, by=recorded.by)}


@plan_event(
    "signal_dismissed",
    label=Wording("signal écarté", "signal dismissed"),
    stage=ProofStage.ACTIONS,
    example=Example(
        lambda _: SignalDismissed(signal=_EXAMPLE_SIGNAL.reference, reason="une enquête a eu lieu ce mois-là"),
        after=("signal_raised",),
    ),
    command=PlanCommandType.DISMISS_SIGNAL,
)
@attrs.frozen(kw_only=True)
class SignalDismissed(SignalEvent):
    """A signal calls for no action (signal écarté).

    Args:
        signal: the reference of the signal.
        reason: why.
    """

    signal: str = _of_signal()
    reason: Text | None = _explanation("motif", "reason")

    @property
    def explanation(self) -> object:
        """What motivates the event."""
        return self.reason

    def changes(self, recorded: RecordedPlanEvent) -> dict[str, Any]:
        return {"dismissal": SignalDecision(at=recorded.occurred_at, by=recorded.by, reason=self.reason)}


ACTION_COMMANDS: Final = tuple(
    command
    for event, command in PLAN_EVENTS.commands.items()
    if issubclass(event, ActionEvent) and event is not ActionAdded
)
"""The commands on an action of a plan."""
SIGNAL_COMMANDS: Final = tuple(
    command for event, command in PLAN_EVENTS.commands.items() if issubclass(event, SignalEvent)
)
"""The commands on a signal of a plan."""


@attrs.frozen(kw_only=True, field_transformer=stream_first)
class RecordedPlanEvent(Envelope):
    """One event of a plan, as recorded.

    Args:
        plan: the scope of the plan.
        data: the event.

    Raises:
        TypeError, ValueError: an instant is refused.
    """

    plan: PlanScope
    data: PlanEvent = attrs.field(validator=of_class(PlanEvent))

    @property
    def subject(self) -> str | None:
        """The reference of the action or of the signal that it is about; None for an event about the whole plan."""
        return self.data.subject

    @property
    def named_cases(self) -> frozenset[str]:
        """The cases that it names: served by an action, of a signal, or whose cause reopened an action."""
        found: Iterable[str | None] = ()
        if isinstance(self.data, ActionReopened):
            found = (self.data.case,)
        elif isinstance(self.data, ActionAdded | ActionAmended | SignalRaised):
            found = self.data.sheet.cases
        elif isinstance(self.data, PlanPublished):
            actions = [line.action for line in self.data.gathered]
            served = [case for one in actions for case in one.cases]
            found = (*served, *(reopening.case for one in actions for reopening in one.reopenings))
        return frozenset(case for case in found if case is not None)

    def hiding(self, cases: Collection[str]) -> Self:
        """Return the event for a reader who may not know some cases: it does not name them."""
        data = self.data
        if isinstance(data, ActionReopened) and data.case in cases:
            return attrs.evolve(self, data=attrs.evolve(data, case=None))
        if isinstance(data, ActionAdded | ActionAmended | SignalRaised) and not self.named_cases.isdisjoint(cases):
            sheet: Any = attrs.evolve(data.sheet, cases=[case for case in data.sheet.cases if case not in cases])
            return attrs.evolve(self, data=attrs.evolve(data, sheet=sheet))
        if isinstance(data, PlanPublished):
            gathered = tuple(line.hiding(cases) for line in data.gathered)
            return attrs.evolve(self, data=attrs.evolve(data, gathered=gathered))
        return self
