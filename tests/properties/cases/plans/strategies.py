"""Plans as they might live: acts drawn at random, those that the guards refuse being left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from reclamation_core.cases.plans import (
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
from reclamation_core.vocabulary import Role, Site, Sites

START = datetime(2026, 1, 1, tzinfo=UTC)
SITES = Sites(Site(code=code, name=code, region=region) for code, region in [("A", "R"), ("B", "R"), ("C", "S")])
SCOPES = [
    *(PlanScope.site(code) for code in SITES),
    PlanScope.region("R"),
    PlanScope.region("S"),
    PlanScope.nation(),
]
REFERENCES = ("X-1", "X-2", "X-10")
TEXTS = ("", "un", "deux", "=trois")
FAMILIES = ("matériel", "planning")


def signatures() -> st.SearchStrategy[Signature]:
    """Signatures of one quarter, some written down late; shrinks towards its first day."""
    return st.builds(
        lambda day, late: Signature(
            by="quelqu'un",
            role=Role.AQ,
            occurred_at=START + timedelta(days=day),
            recorded_at=START + timedelta(days=day + late),
        ),
        st.integers(0, 90),
        st.integers(0, 5),
    )


def sheets() -> st.SearchStrategy[ActionSheet]:
    """Sheets of one of three actions; shrinks towards a containment without a cause."""
    words = st.sampled_from(TEXTS[1:])
    return st.builds(
        ActionSheet,
        reference=st.sampled_from(REFERENCES),
        type=st.sampled_from(ActionType),
        origin=st.just(ActionOrigin.SURVEY),
        site=st.sampled_from(tuple(SITES)),
        cause_family=st.none() | st.sampled_from(FAMILIES),
        cause=st.none() | words,
        what=words,
        owner=words,
        criterion=st.none() | words,
        spread=st.lists(st.sampled_from(tuple(SITES))),
    )


Act = Callable[[Pgaac], Pgaac]


def _acts() -> st.SearchStrategy[Act]:
    words, which = st.sampled_from(TEXTS), st.sampled_from(REFERENCES)

    def verb(name: str, *positional: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
        return st.tuples(st.tuples(*positional, signatures()), st.fixed_dictionaries(named)).map(
            lambda given: lambda plan: getattr(plan, name)(*given[0], **given[1])
        )

    return st.one_of(
        verb("add", sheets()),
        verb("amend", which, owner=words.filter(bool), criterion=st.none() | words.filter(bool)),
        verb("progress", which),
        verb("finish", which, evidence=words),
        verb("judge", which, st.sampled_from(Effectiveness), why=words, follow_up=st.none() | which),
        verb("follow_up", which, which),
        verb("close", which),
        verb("abandon", which, reason=words),
        verb("reopen", which, reason=words),
        verb("forget", which),
        verb("publish"),
    )


def live(plan: Pgaac, acts: Sequence[Act]) -> Pgaac:
    """The plan after those of the acts that its guards allow."""
    for act in acts:
        try:
            plan = act(plan)
        except (PlanRefusedError, UnknownActionError):
            continue
    return plan


def plans(scopes: Sequence[PlanScope] = SCOPES) -> st.SearchStrategy[Pgaac]:
    """Plans of one of the scopes, with up to three actions; shrinks towards an empty one."""
    return st.builds(
        lambda scope, acts: live(Pgaac(scope=scope), acts), st.sampled_from(scopes), st.lists(_acts(), max_size=40)
    )


def lived_plans() -> st.SearchStrategy[Pgaac]:
    """Plans whose acts follow the usual path often enough to be closed, reopened and published."""

    def step(name: str, reference: str, signature: Signature) -> Act:
        done: dict[str, Act] = {
            "finish": lambda plan: plan.finish(reference, signature, evidence="vu"),
            "judge": lambda plan: plan.judge(reference, Effectiveness.EFFECTIVE, signature, why="vu"),
            "fail": lambda plan: plan.judge(reference, Effectiveness.NOT_EFFECTIVE, signature, why="vu", follow_up="Y"),
            "close": lambda plan: plan.close(reference, signature),
            "reopen": lambda plan: plan.reopen(reference, signature, reason="vu"),
            "publish": lambda plan: plan.publish(signature),
            "progress": lambda plan: plan.progress(reference, signature),
            "abandon": lambda plan: plan.abandon(reference, signature, reason="vu"),
            "settle": lambda plan: live(plan, [done["finish"], done["judge"], done["close"]]),
        }
        return done[name]

    def add(reference: str) -> Act:
        sheet = ActionSheet(
            reference=reference,
            type=ActionType.CORRECTIVE,
            origin=ActionOrigin.COMPLAINT,
            site="A",
            cause_family="matériel",
            cause="un",
            what="deux",
            owner="trois",
            criterion="quatre",
        )
        return lambda plan: plan.add(sheet, Signature(by="x", role=Role.AQ, occurred_at=START))

    names = st.sampled_from(("finish", "settle", "judge", "publish", "reopen", "close", "fail", "abandon", "progress"))
    steps = st.lists(st.tuples(names, st.sampled_from(REFERENCES)), min_size=5, max_size=40)

    def told(chosen: list[tuple[str, str]]) -> Pgaac:
        signatures = (
            Signature(by="x", role=Role.AQ, occurred_at=START + timedelta(days=day))
            for day in range(1, len(chosen) + 1)
        )
        acts = [step(name, reference, signed) for (name, reference), signed in zip(chosen, signatures, strict=True)]
        return live(Pgaac(scope=SCOPES[0]), [*map(add, REFERENCES), *acts])

    return steps.map(told)
