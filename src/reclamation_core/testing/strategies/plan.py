"""Improvement plans (PGAAC), action sheets and signatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.plans import (
    ActionOrigin,
    ActionSheet,
    ActionType,
    Effectiveness,
    Pgaac,
    PlanRefusedError,
    PlanScope,
    Signature,
    UnknownActionError,
)
from reclamation_core.testing.strategies.text import names, texts
from reclamation_core.vocabulary import Role

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_REFERENCES: Final = ("X-1", "X-2", "X-10")
_FAMILIES: Final = TRAINING_BODY.codes[:2]

PlanAct: TypeAlias = Callable[[Pgaac], Pgaac]


def plan_scopes() -> st.SearchStrategy[PlanScope]:
    """Whose plan it is: a site's, a region's, the nation's; shrinks towards a site's."""
    return st.one_of(names().map(PlanScope.site), names().map(PlanScope.region), st.just(PlanScope.nation()))


def signatures(*, start: datetime = _START, days: int = 90) -> st.SearchStrategy[Signature]:
    """Who acts on a plan, and when, some of it written down late.

    Args:
        start: the first instant.
        days: over how many days they act.

    Shrinks towards the first day.
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


def action_sheets(
    *,
    references: st.SearchStrategy[str] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    families: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[ActionSheet]:
    """What is decided of actions (fiches d'action).

    Args:
        references: their numbers.
        sites: where they are done, and where they are extended to.
        families: the families of causes that they act on.
        words: what is said of them; `texts()` by default.

    Shrinks towards a containment at a site, without a cause.
    """
    said = texts() if words is None else words
    places = names() if sites is None else sites
    kinds = st.sampled_from(TRAINING_BODY.codes) if families is None else families
    return st.builds(
        ActionSheet,
        reference=names() if references is None else references,
        type=st.sampled_from(ActionType),
        origin=st.sampled_from(ActionOrigin),
        site=places,
        cause_family=st.none() | kinds,
        cause=st.none() | said,
        what=said,
        owner=said,
        criterion=st.none() | said,
        spread=st.lists(places, max_size=3),
    )


def pgaacs(
    *,
    scopes: st.SearchStrategy[PlanScope] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
    most: int = 40,
) -> st.SearchStrategy[Pgaac]:
    """Plans as they might live: up to three actions, and whatever the guards allow to be done to them.

    Args:
        scopes: whose plans.
        sites: where actions are done.
        words: what is said of them; `texts()` by default.
        most: how many acts are tried at most.

    Shrinks towards an empty plan of a site.
    """
    said = texts() if words is None else words
    sheets = action_sheets(
        references=st.sampled_from(_REFERENCES), sites=sites, families=st.sampled_from(_FAMILIES), words=said
    )
    whose = plan_scopes() if scopes is None else scopes
    return st.builds(
        lambda scope, acts: _lived(Pgaac(scope=scope), acts), whose, st.lists(_acts(sheets, said), max_size=most)
    )


def _acts(sheets: st.SearchStrategy[ActionSheet], said: st.SearchStrategy[str]) -> st.SearchStrategy[PlanAct]:
    which = st.sampled_from(_REFERENCES)

    def verb(
        name: str, *positional: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]
    ) -> st.SearchStrategy[PlanAct]:
        return st.tuples(st.tuples(*positional, signatures()), st.fixed_dictionaries(named)).map(
            lambda given: lambda plan: getattr(plan, name)(*given[0], **given[1])
        )

    return st.one_of(
        verb("add", sheets),
        verb("amend", which, owner=said, criterion=st.none() | said),
        verb("amend", which, cause_family=st.sampled_from(_FAMILIES), cause=said),
        verb("progress", which),
        verb("finish", which, evidence=said),
        verb("judge", which, st.sampled_from(Effectiveness), why=said, follow_up=st.none() | which),
        verb("follow_up", which, which),
        verb("close", which),
        verb("abandon", which, reason=said),
        verb("reopen", which, reason=said),
        verb("forget", which),
        verb("publish"),
    )


def _lived(plan: Pgaac, acts: Sequence[PlanAct]) -> Pgaac:
    """The plan after those of the acts that its guards allow."""
    for act in acts:
        try:
            plan = act(plan)
        except (PlanRefusedError, UnknownActionError):
            continue
    return plan


def busy_pgaacs(*, scopes: st.SearchStrategy[PlanScope] | None = None) -> st.SearchStrategy[Pgaac]:
    """Plans of three actions that follow the usual path often enough to be closed, reopened and published.

    Args:
        scopes: whose plans; that of site A by default.

    Shrinks towards few acts.
    """
    steps = st.lists(st.tuples(st.sampled_from(tuple(_STEPS)), st.sampled_from(_REFERENCES)), min_size=5, max_size=40)
    whose = st.just(PlanScope.site("A")) if scopes is None else scopes
    return st.builds(_busy, whose, steps)


def _busy(scope: PlanScope, steps: Sequence[tuple[str, str]]) -> Pgaac:
    """The plan after these steps, one a day."""
    begun = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=_START)
    plan = _lived(Pgaac(scope=scope), [_adding(reference, begun) for reference in _REFERENCES])
    for day, (name, reference) in enumerate(steps, start=1):
        signed = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=_START + timedelta(days=day))
        plan = _lived(plan, [_taking(step, reference, signed) for step in _STEPS[name]])
    return plan


def _adding(reference: str, signed: Signature) -> PlanAct:
    sheet = ActionSheet(
        reference=reference,
        type=ActionType.CORRECTIVE,
        origin=ActionOrigin.COMPLAINT,
        site="A",
        cause_family=_FAMILIES[0],
        cause="personne ne remplace",
        what="tenir un vivier",
        owner="M. Petit",
        criterion="aucune absence en trois mois",
    )
    return lambda plan: plan.add(sheet, signed)


def _taking(step: tuple[str, tuple[Any, ...], dict[str, Any]], reference: str, signed: Signature) -> PlanAct:
    verb, positional, named = step
    about = () if verb == "publish" else (reference,)
    return lambda plan: getattr(plan, verb)(*about, *positional, signed, **named)


_FINISH: Final = ("finish", (), {"evidence": "la liste"})
_JUDGE: Final = ("judge", (Effectiveness.EFFECTIVE,), {"why": "rien depuis"})
_CLOSE: Final[tuple[str, tuple[Any, ...], dict[str, Any]]] = ("close", (), {})
_STEPS: Final[dict[str, tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...]]] = {
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
"""What a step does, as calls of a plan's verbs: the name, what comes after the reference, what is named."""
