"""Improvement plans (PGAAC) and action sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from hypothesis import strategies as st

from reclamation_core.cases.aggregate import CommandContext
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.plans import (
    Action,
    ActionOrigin,
    ActionSheet,
    ActionType,
    Effectiveness,
    LineReference,
    Pgaac,
    PlanRefusedError,
    PlanScope,
    PublishedPlan,
    RecordedPlanEvent,
    UnknownActionError,
)
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
    PlanEvent,
    SignalAcknowledged,
    SignalContinued,
    SignalDismissed,
    SignalRaised,
    TextsForgotten,
)
from reclamation_core.testing._plan_history import EventOf, Signer, amended, plan_after, published
from reclamation_core.testing.builders import an_action
from reclamation_core.testing.strategies.case import with_traces
from reclamation_core.testing.strategies.text import names, texts
from reclamation_core.vocabulary import Role

_RAISED: Final = SignalRaised.event_type.example.data(None)
_SIGNAL: Final = _RAISED.signal
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_REFERENCES: Final = ("X-1", "X-2", "X-10")
_FAMILIES: Final = TRAINING_BODY.codes[:2]

_Command: TypeAlias = tuple[Signer, EventOf]


def plan_scopes() -> st.SearchStrategy[PlanScope]:
    """Scopes of plans: of a site, a region or the nation; shrinks towards a site."""
    return st.one_of(names().map(PlanScope.site), names().map(PlanScope.region), st.just(PlanScope.nation()))


def _signers() -> st.SearchStrategy[Signer]:
    """Who gives commands, and when, some recorded late; shrinks towards the first day."""
    return st.builds(_signer, st.integers(0, 90), st.integers(0, 5))


def _signer(day: int, late: int = 0) -> Signer:
    happened_at = _START + timedelta(days=day)
    context = CommandContext(now=happened_at + timedelta(days=late))
    return Signer(actor="quelqu'un", role=Role.AQ, occurred_at=happened_at, context=context)


def _short_codes() -> st.SearchStrategy[str]:
    """References of new actions; shrinks towards "A"."""
    return st.builds("{}{}".format, st.sampled_from("ABz9"), st.text("Aa-9", max_size=39))


def action_sheets(
    *,
    references: st.SearchStrategy[str] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    families: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[ActionSheet]:
    """Action sheets (fiches d'action); shrinks towards a containment at a site, without a cause.

    Args:
        references: the references; by default short codes, as a new action has.
        sites: the sites of the actions and of their extensions.
        families: the families of causes.
        words: the texts; `texts()` by default.
    """
    free_texts = texts() if words is None else words
    places = names() if sites is None else sites
    kinds = st.sampled_from(TRAINING_BODY.codes) if families is None else families
    return st.builds(
        ActionSheet,
        reference=_short_codes() if references is None else references,
        type=st.sampled_from(ActionType),
        origin=st.sampled_from(ActionOrigin),
        site=places,
        cause_family=st.none() | kinds,
        cause=st.none() | free_texts,
        what=free_texts,
        owner=free_texts,
        criterion=st.none() | free_texts,
        spread=st.lists(places, max_size=3),
    )


def pgaacs(
    *,
    scopes: st.SearchStrategy[PlanScope] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
    most: int = 40,
) -> st.SearchStrategy[Pgaac]:
    """Plans after commands that their guards allow, with up to three actions; shrinks towards an empty plan of a site.

    Args:
        scopes: the scopes.
        sites: the sites of the actions.
        words: the texts; `texts()` by default.
        most: the greatest number of commands.
    """
    free_texts = texts() if words is None else words
    sheets = action_sheets(
        references=st.sampled_from(_REFERENCES), sites=sites, families=st.sampled_from(_FAMILIES), words=free_texts
    )
    whose = plan_scopes() if scopes is None else scopes
    return st.builds(
        lambda scope, commands: _run(Pgaac(scope=scope), commands),
        whose,
        st.lists(_commands(sheets, free_texts), max_size=most),
    )


def _run(plan: Pgaac, commands: Iterable[_Command]) -> Pgaac:
    """Return the plan after the commands, refused ones apart."""
    for command in commands:
        try:
            plan = plan_after(plan, command)
        except (PlanRefusedError, UnknownActionError):
            continue
    return plan


def _commands(
    sheets: st.SearchStrategy[ActionSheet], free_texts: st.SearchStrategy[str]
) -> st.SearchStrategy[_Command]:
    which = st.sampled_from(_REFERENCES)
    events = st.one_of(
        st.builds(ActionAdded, sheet=sheets),
        st.builds(amended, which, owner=free_texts, criterion=st.none() | free_texts),
        st.builds(amended, which, cause_family=st.sampled_from(_FAMILIES), cause=free_texts),
        st.builds(ActionProgressed, action=which),
        st.builds(ActionDone, action=which, evidence=free_texts),
        st.builds(_judged, which, st.sampled_from(Effectiveness), why=free_texts, follow_up=st.none() | which),
        st.builds(_followed_up, which, which),
        st.builds(ActionClosed, action=which),
        st.builds(ActionAbandoned, action=which, reason=free_texts),
        st.builds(ActionReopened, action=which, reason=free_texts),
        st.builds(TextsForgotten, action=which | st.just(_SIGNAL)),
        st.builds(published),
        st.just(_raised),
        st.just(SignalAcknowledged(signal=_SIGNAL)),
        st.builds(SignalDismissed, signal=st.just(_SIGNAL), reason=free_texts),
    )
    return st.tuples(_signers(), events)


def _raised(plan: Pgaac) -> PlanEvent:
    """Return the event of a signal, or of the same one in a later week."""
    return _RAISED if plan.get_signal(_SIGNAL) is None else SignalContinued(signal=_SIGNAL, until="2026-W15")


def _judged(
    action: str, effectiveness: Effectiveness, *, why: str, follow_up: str | None = None
) -> Callable[[Pgaac], PlanEvent]:
    return lambda plan: ActionJudged(
        action=action,
        effectiveness=effectiveness,
        why=why,
        follow_up=None if follow_up is None else LineReference(plan.scope, follow_up),
    )


def _followed_up(action: str, follow_up: str) -> Callable[[Pgaac], PlanEvent]:
    return lambda plan: FollowUpNamed(action=action, follow_up=LineReference(plan.scope, follow_up))


_EventOf: TypeAlias = Callable[[str], EventOf]


def _finish(action: str) -> EventOf:
    return ActionDone(action=action, evidence="la liste")


def _judge(action: str) -> EventOf:
    return _judged(action, Effectiveness.EFFECTIVE, why="rien depuis")


def _close(action: str) -> EventOf:
    return ActionClosed(action=action)


_COURSES: Final[Mapping[str, tuple[_EventOf, ...]]] = {
    "finish": (_finish,),
    "settle": (_finish, _judge, _close),
    "judge": (_judge,),
    "publish": (lambda _: published(),),
    "reopen": (lambda action: ActionReopened(action=action, reason="de nouveau"),),
    "close": (_close,),
    "fail": (lambda action: _judged(action, Effectiveness.NOT_EFFECTIVE, why="deux absences", follow_up="Y"),),
    "abandon": (lambda action: ActionAbandoned(action=action, reason="inutile"),),
    "progress": (lambda action: ActionProgressed(action=action),),
    "signal": (lambda _: _raised,),
    "acknowledge": (lambda _: SignalAcknowledged(signal=_SIGNAL),),
    "dismiss": (lambda _: SignalDismissed(signal=_SIGNAL, reason="une enquête ce mois-là"),),
}
"""Usual courses of an action: its events, each by the reference of the action."""


def busy_pgaacs(*, scopes: st.SearchStrategy[PlanScope] | None = None) -> st.SearchStrategy[Pgaac]:
    """Plans of three actions that are often closed, reopened and published; shrinks towards few commands.

    Args:
        scopes: the scopes; site A by default.
    """
    courses = st.tuples(st.sampled_from(tuple(_COURSES)), st.sampled_from(_REFERENCES))
    whose = st.just(PlanScope.site("A")) if scopes is None else scopes
    return st.builds(_busy, whose, st.lists(courses, min_size=5, max_size=40))


def _busy(scope: PlanScope, courses: Iterable[tuple[str, str]]) -> Pgaac:
    """Return the plan after these courses, one a day."""
    sheets = [an_action(reference=each, site="A", cause_family=_FAMILIES[0], check_on=None) for each in _REFERENCES]
    plan = _run(Pgaac(scope=scope), [(_signer(0), ActionAdded(sheet=sheet)) for sheet in sheets])
    for day, (name, reference) in enumerate(courses, start=1):
        plan = _run(plan, [(_signer(day), event(reference)) for event in _COURSES[name]])
    return plan


_PUBLICATION: Final = Signer(actor="quelqu'un", role=Role.AQ, occurred_at=datetime(2027, 1, 1, tzinfo=UTC))


def plan_events() -> st.SearchStrategy[RecordedPlanEvent]:
    """Events of plans; shrinks towards an action added, without a trace."""
    return busy_pgaacs().flatmap(lambda plan: with_traces(st.sampled_from(plan.events)))


def actions() -> st.SearchStrategy[Action]:
    """Actions of plans; shrinks towards an action done."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.actions))


def published_plans() -> st.SearchStrategy[PublishedPlan]:
    """Published plans; shrinks towards three actions, one of them done."""
    return busy_pgaacs().map(lambda plan: plan_after(plan, _PUBLICATION(published())).published_plans[-1])


def line_references() -> st.SearchStrategy[LineReference]:
    """References of actions with the scope of their plan; shrinks towards an action of a site."""
    return st.builds(LineReference, scope=plan_scopes(), action=names())
