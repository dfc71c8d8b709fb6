"""Improvement plans (PGAAC), action sheets and signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

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
    Signature,
    UnknownActionError,
)
from reclamation_core.testing.builders import an_action
from reclamation_core.testing.strategies.text import names, texts
from reclamation_core.vocabulary import Role

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_REFERENCES: Final = ("X-1", "X-2", "X-10")
_FAMILIES: Final = TRAINING_BODY.codes[:2]

_Change: TypeAlias = Callable[[Pgaac], Pgaac]


def plan_scopes() -> st.SearchStrategy[PlanScope]:
    """Scopes of plans: of a site, a region or the nation; shrinks towards a site."""
    return st.one_of(names().map(PlanScope.site), names().map(PlanScope.region), st.just(PlanScope.nation()))


def signatures(*, start: datetime = _START, days: int = 90) -> st.SearchStrategy[Signature]:
    """Signatures of commands on plans, some recorded late; shrinks towards the first day.

    Args:
        start: the first instant.
        days: the number of days after it.
    """
    return st.builds(
        lambda day, late: Signature(
            actor="quelqu'un",
            role=Role.AQ,
            occurred_at=start + timedelta(days=day),
            recorded_at=start + timedelta(days=day + late),
        ),
        st.integers(0, days),
        st.integers(0, 5),
    )


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


def _call(verb: str, *positional: Any, **named: Any) -> _Change:
    return lambda plan: getattr(plan, verb)(*positional, **named)


def _run(plan: Pgaac, commands: Iterable[_Change]) -> Pgaac:
    """Return the plan after the commands, refused ones apart."""
    for command in commands:
        try:
            plan = command(plan)
        except (PlanRefusedError, UnknownActionError):
            continue
    return plan


def _commands(sheets: st.SearchStrategy[ActionSheet], free_texts: st.SearchStrategy[str]) -> st.SearchStrategy[_Change]:
    which = st.sampled_from(_REFERENCES)

    def verb(
        name: str, *positional: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]
    ) -> st.SearchStrategy[_Change]:
        return st.builds(partial(_call, name), *positional, signatures(), **named)

    return st.one_of(
        verb("add", sheets),
        verb("amend", which, owner=free_texts, criterion=st.none() | free_texts),
        verb("amend", which, cause_family=st.sampled_from(_FAMILIES), cause=free_texts),
        verb("progress", which),
        verb("finish", which, evidence=free_texts),
        verb("judge", which, st.sampled_from(Effectiveness), why=free_texts, follow_up=st.none() | which),
        verb("follow_up", which, which),
        verb("close", which),
        verb("abandon", which, reason=free_texts),
        verb("reopen", which, reason=free_texts),
        verb("forget", which),
        verb("publish"),
    )


_Call: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]
_FINISH: Final[_Call] = ("finish", (), {"evidence": "la liste"})
_JUDGE: Final[_Call] = ("judge", (Effectiveness.EFFECTIVE,), {"why": "rien depuis"})
_CLOSE: Final[_Call] = ("close", (), {})
_COURSES: Final[Mapping[str, tuple[_Call, ...]]] = {
    "finish": (_FINISH,),
    "settle": (_FINISH, _JUDGE, _CLOSE),
    "judge": (_JUDGE,),
    "publish": (("publish", (), {}),),
    "reopen": (("reopen", (), {"reason": "de nouveau"}),),
    "close": (_CLOSE,),
    "fail": (("judge", (Effectiveness.NOT_EFFECTIVE,), {"why": "deux absences", "follow_up": "Y"}),),
    "abandon": (("abandon", (), {"reason": "inutile"}),),
    "progress": (("progress", (), {}),),
}
"""Usual courses of an action: calls of a plan's methods, with the arguments after the reference."""


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
    first = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=_START)
    plan = _run(Pgaac(scope=scope), [_call("add", sheet, first) for sheet in sheets])
    for day, (name, reference) in enumerate(courses, start=1):
        signature = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=_START + timedelta(days=day))
        for verb, positional, named in _COURSES[name]:
            about = () if verb == "publish" else (reference,)
            plan = _run(plan, [_call(verb, *about, *positional, signature, **named)])
    return plan


_PUBLICATION: Final = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=datetime(2027, 1, 1, tzinfo=UTC))


def plan_events() -> st.SearchStrategy[RecordedPlanEvent]:
    """Events of plans; shrinks towards an action added."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.events))


def actions() -> st.SearchStrategy[Action]:
    """Actions of plans; shrinks towards an action to do."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.actions))


def published_plans() -> st.SearchStrategy[PublishedPlan]:
    """Published plans; shrinks towards three actions to do."""
    return busy_pgaacs().map(lambda plan: plan.publish(_PUBLICATION).published_plans[-1])


def line_references() -> st.SearchStrategy[LineReference]:
    """References of actions with the scope of their plan; shrinks towards an action of a site."""
    return st.builds(LineReference, scope=plan_scopes(), action=names())
