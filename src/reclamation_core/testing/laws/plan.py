"""Laws of a desk: plans, and how actions go on. Source: M2-1 §0.1, §4.1, §6.3, as read (I12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from reclamation_core.cases.documents import read_vault, vault_document
from reclamation_core.desk import Desk, PlanService
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.plans import (
    ActionOrigin,
    ActionSheet,
    ActionStatus,
    ActionType,
    Effectiveness,
    PlanRefusedError,
    PlanScope,
    plan_document,
    read_plan,
)
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.laws.stage import MakeDesk, Stage
from reclamation_core.testing.strategies.command import families_of

Step: TypeAlias = tuple[str, str]
"""What is done, and to which action."""

_OTHER: Final = {"A-1": "A-2", "A-2": "A-1"}
_DONE: Final[Mapping[str, Callable[[PlanService, str], Any]]] = {
    "progress": lambda plan, action: plan.progress(action),
    "finish": lambda plan, action: plan.finish(action, evidence="la liste signée"),
    "judge effective": lambda plan, action: plan.judge(action, Effectiveness.EFFECTIVE, why="rien depuis"),
    "judge not effective": lambda plan, action: plan.judge(action, Effectiveness.NOT_EFFECTIVE, why="deux absences"),
    "follow up": lambda plan, action: plan.follow_up(action, _OTHER[action]),
    "close": lambda plan, action: plan.close(action),
    "abandon": lambda plan, action: plan.abandon(action, reason="le contrat a pris fin"),
    "reopen": lambda plan, action: plan.reopen(action, reason="de nouveau"),
}
_TO_DO: Final = "to do"
_COURSE: Final[Mapping[str, Mapping[str, str]]] = {
    "to do": {"progress": "begun", "finish": "done", "abandon": "abandoned"},
    "begun": {"progress": "begun", "finish": "done", "abandon": "abandoned"},
    "done": {"judge effective": "effective", "judge not effective": "not effective", "reopen": "open again"},
    "effective": {"close": "closed", "reopen": "open again"},
    "not effective": {"follow up": "followed up", "reopen": "open again"},
    "followed up": {"follow up": "followed up", "close": "closed", "reopen": "open again"},
    "closed": {"reopen": "open again"},
    "abandoned": {"reopen": "open again"},
}
"""Where an action stands, by what may be done to it: where it stands then. Anything else is refused.

Open again, it is begun where it ever was, else to do.
"""
_STATUS: Final[Mapping[str, ActionStatus]] = {
    "to do": ActionStatus.TO_DO,
    "begun": ActionStatus.IN_PROGRESS,
    "done": ActionStatus.DONE,
    "effective": ActionStatus.VERIFIED,
    "not effective": ActionStatus.VERIFIED,
    "followed up": ActionStatus.VERIFIED,
    "closed": ActionStatus.CLOSED,
    "abandoned": ActionStatus.ABANDONED,
}


_LEGS: Final[tuple[tuple[str, ...], ...]] = (
    *((step,) for step in _DONE),
    ("finish", "judge effective", "close"),
    ("finish", "judge not effective", "follow up", "close"),
)
"""What is tried at a time: one thing, or all of a usual course, which one thing after another would seldom make."""


def _steps(make_desk: MakeDesk) -> Drawn:
    legs = st.lists(st.tuples(st.sampled_from(_LEGS), st.sampled_from(tuple(_OTHER))), max_size=15)
    steps = legs.map(lambda drawn: [(step, action) for leg, action in drawn for step in leg])
    return {"site": st.sampled_from(Stage.of(make_desk).sites), "steps": steps}


def _begun(desk: Desk, site: str) -> PlanService:
    """The plan of a site, with two corrective actions that are to do."""
    plan = desk.pgaac(PlanScope.site(site))
    for reference in _OTHER:
        plan.add(
            ActionSheet(
                reference=reference,
                type=ActionType.CORRECTIVE,
                origin=ActionOrigin.COMPLAINT,
                site=site,
                cause_family=families_of(desk)[0],
                cause="personne ne remplace",
                what="tenir un vivier de remplaçants",
                owner="M. Petit",
                criterion="aucune absence en trois mois",
            )
        )
    return plan


@law(
    "an-action-goes-its-course",
    "M2-1 §0.1, §4.1",
    "une action est réalisée, puis jugée, puis close ; non efficace, elle ne se clôt qu'avec une suite ; terminée, "
    "elle ne change que rouverte ; le reste est refusé et ne change rien",
    "an action is done, then judged, then closed; one that is not effective is closed with a follow-up only; one that "
    "has ended changes by being reopened only; anything else is refused and changes nothing",
    reading="I12",
    drawn=_steps,
)
def goes_its_course(make_desk: MakeDesk, site: str, steps: list[Step]) -> Breach | None:
    with make_desk() as desk:
        plan = _begun(desk, site)
        stands, again = dict.fromkeys(_OTHER, _TO_DO), dict.fromkeys(_OTHER, _TO_DO)
        for number, (step, action) in enumerate(steps):
            allowed, before = _COURSE[stands[action]], plan.current
            try:
                _DONE[step](plan, action)
            except PlanRefusedError as refusal:
                if step in allowed or plan.current != before:
                    return Breach(f"{step}: {allowed.get(step)}", refusal.in_("fr"), {"step": number})
                continue
            then = allowed.get(step, stands[action])
            again[action] = then if then == "begun" else again[action]
            stands[action] = again[action] if then == "open again" else then
            status = {each.reference: each.status for each in plan.actions}
            expected = {reference: _STATUS[where] for reference, where in stands.items()}
            if step not in allowed or status != expected or plan.current.version != before.version + 1:
                return Breach(expected, status, {"step": number})
    return None


@law(
    "a-plan-reads-back-as-it-was-written",
    "M2-1 §6.3",
    "un plan est ce que racontent ses événements ; écrit en documents JSON, ses textes à part, il se relit égal",
    "a plan is what its events tell; written as JSON documents, its texts apart, it reads back equal",
    drawn=_steps,
)
def written(make_desk: MakeDesk, site: str, steps: list[Step]) -> Breach | None:
    with make_desk() as desk:
        living = _begun(desk, site)
        for step, action in steps:
            with suppress(PlanRefusedError):
                _DONE[step](living, action)
        plan = living.current
    told, texts = (parse_json(canonical_json(each)) for each in (plan_document(plan), vault_document(plan.vault)))
    again = read_plan(told, read_vault(texts))
    return unless(again == plan, plan, again)
