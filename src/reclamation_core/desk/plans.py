"""What the desk asks of plans: those of a store, the actions of a case on them, the checks that they await."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

import attrs

from reclamation_core.cases import Case, EffectivenessCheck, FollowUp, Vault
from reclamation_core.cases.guard_inputs import Periods
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.every_case import PAGE, of_one
from reclamation_core.errors import FaultsError
from reclamation_core.plans import (
    Action,
    ActionAbandoned,
    ActionClosed,
    ActionJudged,
    ActionReopened,
    LineReference,
    Occurrence,
    Pgaac,
    PlanPart,
    PlanScope,
    PublishedPlan,
    ScopeKind,
    recurrences,
    reopened_by,
    texts_of_plans,
    unsettled,
)
from reclamation_core.plans.gathering import is_below
from reclamation_core.ports import CaseQuery, PlanNotFoundError, StoreDamagedError, UnitOfWork
from reclamation_core.vocabulary import Sites, UnknownSiteError

P = TypeVar("P", Pgaac, PlanPart)

NEW_PLANS: Final = "plans"
"""The guard of decisions that read all the plans there are, and of those that begin a plan."""


def cause_guard(family: str) -> str:
    """The guard of decisions on a family of causes: verdicts that look for recurrences, cases that show the cause."""
    return f"cause:{family}"


def action_guard(line: LineReference) -> str:
    """The guard of decisions on whether an action is settled: acts on its cases that ask, and its reopening."""
    return f"action:{line}"


def plan_of(unit: UnitOfWork, scope: PlanScope) -> Pgaac:
    """A plan, empty where it has no story yet."""
    try:
        return unit.plans.get(str(scope))
    except PlanNotFoundError:
        return Pgaac(scope=scope)


def part_of(unit: UnitOfWork, scope: PlanScope, actions: Iterable[str]) -> PlanPart:
    """The part of a plan that some actions need, by their references; empty where the plan has no story yet."""
    try:
        return unit.plans.part(str(scope), actions)
    except PlanNotFoundError:
        return PlanPart(scope=scope)


def part_asked(context: DeskContext, unit: UnitOfWork, scope: PlanScope, actions: Iterable[str]) -> PlanPart:
    """The same of a plan that somebody names; raises what `plan_asked` does."""
    part = part_of(unit, scope, actions)
    if not part.version:
        context.places.require_plan(scope)
    return part


def require_named(context: DeskContext, unit: UnitOfWork, part: PlanPart, before: PlanPart) -> None:
    """Refuse sites and families of causes that are none, unless an action of the plan names them already.

    Raises:
        UnknownSiteError, FaultsError: the sites, the families are known, and this is none of them.
    """
    try:
        context.require_named(part, before)
    except (UnknownSiteError, FaultsError):
        if not before.version:
            raise
        context.require_named(part, unit.plans.get(part.scope.key))  # another action may name it


def plan_asked(context: DeskContext, unit: UnitOfWork, scope: PlanScope) -> Pgaac:
    """The plan that somebody names: of one of the sites, of a region of theirs, or one that has a story already.

    Raises:
        UnknownSiteError, ValueError: there is no such site, no such region, and no such plan.
    """
    plan = plan_of(unit, scope)
    if not plan.version:
        context.places.require_plan(scope)
    return plan


def keep_plan(unit: UnitOfWork, plan: Pgaac | PlanPart, expected: int) -> None:
    """Keep a plan, or a part, that has more events than at a version: a new plan where it had no story."""
    if expected == 0:
        unit.guards.hold(NEW_PLANS)
        unit.plans.add(Pgaac(scope=plan.scope).extended_by(plan) if isinstance(plan, PlanPart) else plan)
    elif plan.version != expected:
        if isinstance(plan, PlanPart):
            unit.plans.extend(plan, expected)
        else:
            unit.plans.save(plan, expected)


def plans_below(unit: UnitOfWork, scope: PlanScope, sites: Sites) -> list[Pgaac]:
    """The plans that one gathers, as they still are at the commit; no other is read.

    Raises:
        StoreDamagedError: one of them cannot be read.
    """
    if scope.kind is ScopeKind.SITE:
        return []
    unit.guards.hold(NEW_PLANS)
    plans = [unit.plans.get(key) for key in unit.plans.scopes() if _gathers(scope, _parsed(key), sites)]
    unit.plans.expect(*plans)
    return plans


def _gathers(scope: PlanScope, other: PlanScope | None, sites: Sites) -> bool:
    """Whether a plan gathers another; the nation all, also one of which a damaged store no longer tells whose it is."""
    return scope.kind is ScopeKind.NATION if other is None else is_below(scope, other, sites)


def texts_of_edition(context: DeskContext, unit: UnitOfWork, plan: Pgaac, edition: PublishedPlan) -> Vault:
    """The texts of an edition of a plan: its own, and those of the plans that its lines are gathered from.

    Raises:
        StoreDamagedError: one of these plans cannot be read, and is within the scope; the texts of another are missing.
    """
    others = sorted(str(scope) for scope in {line.scope for line in edition.lines} - {plan.scope})
    return texts_of_plans([plan, *_not_foreign_and_damaged(context, unit, others)])


def readable_plans(context: DeskContext, damaged: list[StoreDamagedError]) -> list[Pgaac]:
    """The plans that can be read, whatever the scope; those within it that cannot are put with what is damaged."""
    found: list[StoreDamagedError] = []
    with context.store.unit_of_work() as unit:
        plans = _readable(unit, unit.plans.scopes(), found)
    damaged += [error for error in found if _is_seen(context, str(error.holder))]
    return plans


def readable_plans_seen(context: DeskContext, damaged: list[StoreDamagedError]) -> list[Pgaac]:
    """The plans within the scope that can be read; those that cannot are put with what is damaged."""
    with context.store.unit_of_work() as unit:
        return _readable(unit, [key for key in unit.plans.scopes() if _is_seen(context, key)], damaged)


def _readable(unit: UnitOfWork, keys: Iterable[str], damaged: list[StoreDamagedError]) -> list[Pgaac]:
    plans = []
    for key in keys:
        try:
            plans.append(unit.plans.get(key))
        except StoreDamagedError as error:
            damaged.append(of_one(error))
    return plans


def _is_seen(context: DeskContext, key: str) -> bool:
    """Whether a plan is within the scope, by the key of its own; what is no key is nobody's."""
    if context.scope is None:
        return True
    told = _parsed(key)
    return told is not None and context.scope.holds_plan(told)


def _parsed(key: str) -> PlanScope | None:
    """The scope with a key; None where a damaged store keeps what is none."""
    try:
        return PlanScope.parse(key)
    except (TypeError, ValueError):
        return None


def _not_foreign_and_damaged(context: DeskContext, unit: UnitOfWork, keys: Iterable[str]) -> Iterator[Pgaac]:
    """The plans with these keys; one that is missing, or damaged and outside the scope, is left out.

    Raises:
        StoreDamagedError: one within the scope cannot be read.
    """
    for key in keys:
        try:
            yield unit.plans.get(key)
        except PlanNotFoundError:
            continue
        except StoreDamagedError as error:
            if _is_told_of_plan(context, error):
                raise


def _is_told_of_plan(context: DeskContext, damage: StoreDamagedError) -> bool:
    """Whether the damage of a plan, or of the whole store, may be told: what is outside the scope is not."""
    return damage.holder is None or _is_seen(context, damage.holder)


def _found(
    context: DeskContext, unit: UnitOfWork, find: Callable[[], tuple[Pgaac, ...]], meets: Callable[[Pgaac], bool]
) -> tuple[Pgaac, ...]:
    """The plans, whatever the scope, that a query of the store finds; where it fails on a damaged plan outside the
    scope, each plan that can be read is asked instead.

    Args:
        context: whose scope.
        unit: where the plans are.
        find: the query.
        meets: whether it finds a plan.

    Raises:
        StoreDamagedError: a plan within the scope cannot be read.
    """
    try:
        return find()
    except StoreDamagedError as error:
        if _is_told_of_plan(context, error):
            raise
    plans = _not_foreign_and_damaged(context, unit, unit.plans.scopes())
    return tuple(plan for plan in plans if meets(plan))


def follow_up(context: DeskContext, unit: UnitOfWork, case: Case, *, ever: bool = False) -> FollowUp:
    """How far the actions of a case are settled, as the plans tell.

    Args:
        context: whose scope: an action of a damaged plan outside it is as one that is on no plan.
        unit: where the plans are.
        case: the case.
        ever: whether actions that were settled once, and are open again, are told too.

    Holds the guards of the actions, so that none is reopened before the commit.
    """
    unit.guards.hold(*map(action_guard, case.actions))
    plans = (
        _found(context, unit, lambda: unit.plans.serving(case.reference), lambda plan: plan.serves(case.reference))
        if case.actions
        else ()
    )
    left = unsettled(case.actions, plans)
    settled = {line: periods for plan in plans for line, periods in _settled(plan).items() if ever or line not in left}
    return FollowUp(left, settled)


def _settled(plan: Pgaac) -> dict[LineReference, Periods]:
    """When the actions of a plan were settled."""
    found: defaultdict[LineReference, Periods] = defaultdict(tuple)
    for event in plan.events:
        if not isinstance(event.data, ActionClosed | ActionAbandoned | ActionReopened):
            continue
        line = LineReference(plan.scope, event.data.action)
        if not isinstance(event.data, ActionReopened):
            found[line] += ((event.occurred_at, None),)
        elif found[line]:  # what was judged and not closed was not settled yet
            *before, (since, until) = found[line]
            found[line] = (*before, (since, until or event.occurred_at))
    return found


def effectiveness_checks(plans: Iterable[Pgaac]) -> dict[str, dict[LineReference, EffectivenessCheck]]:
    """For each case, by reference, the checks of those of its actions whose effectiveness is to be judged by a day."""
    checks: defaultdict[str, dict[LineReference, EffectivenessCheck]] = defaultdict(dict)
    for line in (line for plan in plans for line in plan.lines):
        if line.action.check_on is not None:
            for case in line.action.cases:
                checks[case][line.reference] = EffectivenessCheck(line.action.check_on, _ended_at(line.action))
    return checks


def checks_now(unit: UnitOfWork, case: Case, lines: Iterable[LineReference]) -> dict[LineReference, EffectivenessCheck]:
    """The checks of a case, of those actions of it, as they still are at the commit.

    Raises:
        StoreDamagedError: a plan that one of these actions is on cannot be read.
    """
    plans = [unit.plans.get(key) for key in sorted({line.scope.key for line in lines})]
    unit.plans.expect(*plans)
    return effectiveness_checks(plans).get(case.reference, {})


def checks_awaited(plan: Pgaac) -> tuple[Action, ...]:
    """The actions of a plan whose effectiveness is still to be judged by a day."""
    return tuple(action for action in plan.actions if action.check_on is not None and _ended_at(action) is None)


def _ended_at(action: Action) -> datetime | None:
    """When an action was judged, or given up before."""
    ends = (end.at for end in (action.judgement, action.abandonment) if end is not None)
    return min(ends, default=None)


def reopen_recurring(unit: UnitOfWork, case: Case, context: DeskContext) -> None:
    """Open again the actions that were judged effective on a cause which a case shows again.

    Holds the guards of its causes, so that no action on one of them is judged before the commit.
    """
    families = Occurrence.of_case(case).families
    unit.guards.hold(*map(cause_guard, families))
    find, meets = lambda: unit.plans.effective_on(families), lambda plan: plan.is_effective_on(families)
    for plan in _found(context, unit, find, meets):
        keep_plan(unit, _reopened(unit, plan, case, context), plan.version)


def reopen_judged_late(unit: UnitOfWork, plan: PlanPart, context: DeskContext) -> PlanPart:
    """The plan; where it was just told that an action was effective, opened again if a case showed its cause since.

    Of several cases, the one that showed it first is told. A verdict of now comes after every case that is kept.

    Raises:
        StoreDamagedError: a case on that cause cannot be read, and may show it again; outside the scope it is left out.
    """
    told = plan.events[-1]
    if not isinstance(told.data, ActionJudged) or told.occurred_at >= told.recorded_at:
        return plan
    judged = told.data.action
    again = [
        case
        for case in _cases_on(context, unit, plan.action(judged).cause_family)
        if any(one.action == judged for one in recurrences(plan, Occurrence.of_case(case), context.places.known))
    ]
    first = min(again, key=lambda case: (Occurrence.of_case(case).received_at, case.reference), default=None)
    return plan if first is None else _reopened(unit, plan, first, context)


def _reopened(unit: UnitOfWork, plan: P, case: Case, context: DeskContext) -> P:
    """The plan with the lines opened again, as of now, that a case calls for."""
    occurrence, sites = Occurrence.of_case(case), context.places.known
    lines = [LineReference(plan.scope, one.action) for one in recurrences(plan, occurrence, sites)]
    unit.guards.hold(*map(action_guard, lines))
    return reopened_by(plan, occurrence, sites, context.signature(plan, None, case))


def _cases_on(context: DeskContext, unit: UnitOfWork, family: str | None) -> Iterator[Case]:
    """The cases, whatever the scope, with this family among their causes; none of no family.

    One that is damaged and outside the scope is left out.
    """
    query = None if family is None else CaseQuery(cause_family=family, limit=PAGE)
    while query is not None:
        try:
            page = unit.cases.find(query)
        except StoreDamagedError as error:
            if context.is_told(unit, error):
                raise
            query = attrs.evolve(query, after=error.holder)
            continue
        yield from page.cases
        query = query.following(page)
