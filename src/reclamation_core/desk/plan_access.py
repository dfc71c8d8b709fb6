"""Load and save plans for the desk, and make cases and plans consistent: follow-up, checks and recurrences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

import attrs

from reclamation_core.cases import Case, DecisionContext, Vault
from reclamation_core.cases.deadlines import EffectivenessCheck
from reclamation_core.cases.events.base import FollowUp, Periods
from reclamation_core.desk.batch import PAGE, holder_corruption, raise_first
from reclamation_core.desk.context import DeskContext
from reclamation_core.errors import FaultsError
from reclamation_core.plans import Action, LineReference, Occurrence, Pgaac, PlanPart, PlanScope, ScopeKind, recurrences
from reclamation_core.plans.events import ActionAbandoned, ActionClosed, ActionJudged, ActionReopened, PlanEvent
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.relations import is_below, unsettled
from reclamation_core.policy import ChangedEditionError, Policy, UnknownEditionError
from reclamation_core.ports import CaseOrdering, CaseQuery, PlanNotFoundError, StoreDamagedError, UnitOfWork
from reclamation_core.ports.repositories import ActionDay, F, Found, LoadedParts
from reclamation_core.validators import at_offset
from reclamation_core.vocabulary import Sites, UnknownSiteError

P = TypeVar("P", bound=BasePlan)

_ONE_DAY: Final = timedelta(days=1)
NEW_PLANS: Final = "plans"
"""The optimistic lock of decisions that read all plans, and of those that begin a plan."""


def cause_lock(family: str) -> str:
    """Return the lock of decisions on a family of causes: verdicts that look for recurrences, analyses of cases."""
    return f"cause:{family}"


def action_lock(line: LineReference) -> str:
    """Return the optimistic lock of decisions that depend on whether an action is settled, and of its reopening."""
    return f"action:{line}"


# Loading and saving


def load_plan(context: DeskContext, unit: UnitOfWork, scope: PlanScope) -> Pgaac:
    """Return the plan that a caller names, empty if it has no events.

    Raises:
        UnknownSiteError, FaultsError: the plan has no events, and the site or the region is unknown.
    """
    try:
        return unit.plans.get(str(scope))
    except PlanNotFoundError:
        context.sites.require_plan(scope)
        return Pgaac(scope=scope)


def cases_outside(context: DeskContext, unit: UnitOfWork, cases: Collection[str]) -> frozenset[str]:
    """Return those of some cases that are outside the scope of the desk, in one query."""
    if context.scope is None or not cases:
        return frozenset()
    named = frozenset(cases)
    query = CaseQuery(references=named, sites=context.scope.sites, limit=len(named))
    page = unit.cases.summaries(query, CaseOrdering())
    return named.difference((one.reference for one in page.summaries), page.damaged)


def as_seen(context: DeskContext, unit: UnitOfWork, plan: P) -> P:
    """Return a plan without the cases outside the scope of the desk, nor names of persons if its role reads none."""
    outside = cases_outside(context, unit, () if context.scope is None else plan.named_cases)
    return context.without_unread_names(plan.hiding(outside) if outside else plan)


def load_part(unit: UnitOfWork, scope: PlanScope, actions: Iterable[str] | None = None) -> PlanPart:
    """Return the part of a plan with some actions, or its outline: see `Pgaac.part`; empty if it has no events."""
    try:
        return unit.plans.part(str(scope), actions)
    except PlanNotFoundError:
        return Pgaac(scope=scope).part(actions)


def load_known_part(
    context: DeskContext, unit: UnitOfWork, scope: PlanScope, actions: Iterable[str] | None = None
) -> PlanPart:
    """Return the part of the plan that a caller names; raises the errors of `load_plan`."""
    part = load_part(unit, scope, actions)
    if not part.version:
        context.sites.require_plan(scope)
    return part


def require_named(context: DeskContext, unit: UnitOfWork, part: PlanPart, before: PlanPart) -> None:
    """Refuse unknown sites and families of causes, unless an action of the plan names them already.

    Raises:
        UnknownSiteError, FaultsError: the desk has a list of sites, a taxonomy, without it.
    """
    try:
        _require_new_names(context, part, before)
    except (UnknownSiteError, FaultsError):
        if not before.version:
            raise
        _require_new_names(context, part, unit.plans.part(part.scope.key))  # another action may name it


def _require_new_names(context: DeskContext, plan: BasePlan, before: BasePlan) -> None:
    context.sites.require(*sorted(_sites(plan) - _sites(before)))
    context.require_families(("cause_family", family) for family in sorted(_families(plan) - _families(before)))


def _families(plan: BasePlan) -> set[str]:
    return {action.cause_family for action in plan.actions if action.cause_family is not None}


def _sites(plan: BasePlan) -> set[str]:
    return {site for action in plan.actions for site in (action.site, *action.spread) if site is not None}


def save_plan(unit: UnitOfWork, plan: Pgaac | PlanPart, expected: int) -> None:
    """Save a plan, or a part, that has more events than the expected version; add it if it had none."""
    if expected == 0:
        unit.optimistic_locks.hold(NEW_PLANS)
        unit.plans.add(Pgaac(scope=plan.scope).extended_by(plan) if isinstance(plan, PlanPart) else plan)
    elif plan.version != expected:
        if isinstance(plan, PlanPart):
            unit.plans.extend(plan, expected)
        else:
            unit.plans.save(plan, expected)


def plans_below(unit: UnitOfWork, scope: PlanScope, sites: Sites) -> list[PlanPart]:
    """Return the outlines of the plans that a plan gathers; the commit fails if one of them changes before it.

    Raises:
        StoreDamagedError: one of them is corrupt.
    """
    if scope.kind is ScopeKind.SITE:
        return []
    unit.optimistic_locks.hold(NEW_PLANS)
    below = [key for key in unit.plans.scopes() if _gathers(scope, parsed_scope(key), sites)]
    plans, corrupt = unit.plans.parts(dict.fromkeys(below))
    raise_first(corrupt)
    unit.plans.expect(*plans)
    return plans


def _gathers(scope: PlanScope, other: PlanScope | None, sites: Sites) -> bool:
    """Return True if a plan gathers another; the nation gathers also a plan whose key is corrupt."""
    return scope.kind is ScopeKind.NATION if other is None else is_below(scope, other, sites)


def texts_by_plan(context: DeskContext, plans: Iterable[BasePlan]) -> Callable[[PlanScope], Vault]:
    """Return the function from a plan to its texts, as the desk sees them: those of some plans, given as it sees them.

    Another plan is read when its texts are needed first. It raises StoreDamagedError if that one is corrupt and inside
    the scope; those of another corrupt plan, and of a missing one, are none.
    """
    known = {plan.scope: plan.vault for plan in plans}

    def texts_of(scope: PlanScope) -> Vault:
        if scope not in known:
            with context.store.unit_of_work() as unit:
                found = _reportable(context, unit.plans.parts({scope.key: None}))
            known[scope] = Vault.merged(context.without_unread_names(one).vault for one in found)
        return known[scope]

    return texts_of


def readable_plans(context: DeskContext, corrupt: list[StoreDamagedError]) -> list[PlanPart]:
    """Return the outlines of the readable plans; errors of plans inside the scope are appended to `corrupt`."""
    with context.store.unit_of_work() as unit:
        plans, found = unit.plans.parts(dict.fromkeys(unit.plans.scopes()))
    corrupt += _of_scope(context, found)
    return plans


def readable_plans_in_scope(context: DeskContext, corrupt: list[StoreDamagedError]) -> list[Pgaac]:
    """Return the readable plans inside the scope; errors of the others are appended to `corrupt`."""
    plans = []
    with context.store.unit_of_work() as unit:
        for key in plans_in_scope(context, unit):
            try:
                plans.append(unit.plans.get(key))
            except StoreDamagedError as error:
                corrupt.append(holder_corruption(error))
    return plans


def plans_in_scope(context: DeskContext, unit: UnitOfWork) -> list[str]:
    """Return the keys of the plans inside the scope, in their order."""
    return [key for key in unit.plans.scopes() if is_in_scope(context, key)]


def found_in_scope(context: DeskContext, found: Found[F], corrupt: list[StoreDamagedError]) -> list[F]:
    """Return what a search of plans found inside the scope; errors of plans inside it are appended to `corrupt`."""
    lines, errors = found
    corrupt += _of_scope(context, errors)
    plans = {plan for plan in {line.plan for line in lines} if is_in_scope(context, plan)}
    return [line for line in lines if line.plan in plans]


def served_outside(context: DeskContext, unit: UnitOfWork) -> dict[str, dict[str, list[str]]]:
    """Return the actions on plans outside the scope that serve cases inside it: these cases, by plan and action."""
    found: dict[str, dict[str, list[str]]] = {}
    for key, action, case in () if context.scope is None else unit.plans.served_lines(context.scope.sites):
        if parsed_scope(key) is not None and not is_in_scope(context, key):
            found.setdefault(key, {}).setdefault(action, []).append(case)
    return found


def awaited_actions(
    context: DeskContext, unit: UnitOfWork, corrupt: list[StoreDamagedError], *searches: Found[ActionDay]
) -> list[list[ActionDay]]:
    """Return the actions that each search found on plans inside the scope, or that serve cases inside it, by day.

    Errors of plans inside the scope are appended to `corrupt`.
    """
    served = served_outside(context, unit)

    def is_served(one: ActionDay) -> bool:
        return one.action in served.get(one.plan, ())

    return [sorted((*found_in_scope(context, found, corrupt), *filter(is_served, found[0]))) for found in searches]


def parts_of_plans(
    context: DeskContext, unit: UnitOfWork, lines: Iterable[tuple[str, Iterable[str]]], corrupt: list[StoreDamagedError]
) -> dict[str, PlanPart]:
    """Return the parts of plans with some actions and signals, by the keys of the plans, each read once.

    Args:
        context: the context of the desk.
        unit: the unit of work.
        lines: the keys of plans, with references of actions and signals.
        corrupt: receives the errors of corrupt plans inside the scope.
    """
    named: defaultdict[str, set[str]] = defaultdict(set)
    for key, references in lines:
        named[key].update(references)
    parts, errors = unit.plans.parts(named)
    corrupt += _of_scope(context, errors)
    return {str(part.scope): part for part in parts}


def _of_scope(context: DeskContext, errors: Iterable[StoreDamagedError]) -> list[StoreDamagedError]:
    return [error for error in map(holder_corruption, errors) if is_in_scope(context, str(error.holder))]


def is_in_scope(context: DeskContext, key: str) -> bool:
    """Return True if the plan with a key is inside the scope; a corrupt key is outside every scope."""
    if context.scope is None:
        return True
    scope = parsed_scope(key)
    return scope is not None and context.scope.holds_plan(scope)


def parsed_scope(key: str) -> PlanScope | None:
    """Return the scope of a key; None if the stored key is corrupt."""
    try:
        return PlanScope.parse(key)
    except (TypeError, ValueError):
        return None


def _reportable(context: DeskContext, loaded: LoadedParts) -> list[PlanPart]:
    """Return the parts of plans that are loaded, without those of corrupt plans outside the scope.

    Raises:
        StoreDamagedError: a plan inside the scope is corrupt.
    """
    for error in loaded[1]:
        if error.holder is None or is_in_scope(context, error.holder):  # of the whole store, or of a plan inside
            raise error
    return loaded[0]


# Follow-up of the actions of a case


def parts_of_case(context: DeskContext, unit: UnitOfWork, case: Case) -> tuple[PlanPart, ...]:
    """Return the parts of plans with the actions of a case, without corrupt ones outside the scope.

    Raises:
        StoreDamagedError: a plan inside the scope is corrupt.
    """
    actions: defaultdict[str, list[str]] = defaultdict(list)
    for line in case.actions:
        actions[str(line.scope)].append(line.action)
    return tuple(_reportable(context, unit.plans.parts(actions)))


def follow_up(context: DeskContext, unit: UnitOfWork, case: Case, *, ever: bool = False) -> FollowUp:
    """Return which actions of a case are settled on the plans; holds the optimistic locks of the actions.

    Args:
        context: the context of the desk; an action of a corrupt plan outside its scope counts as unsettled.
        unit: the unit of work.
        case: the case.
        ever: True to include actions that were settled once and are open again.
    """
    unit.optimistic_locks.hold(*map(action_lock, case.actions))
    return _follow_up(case, parts_of_case(context, unit, case), ever=ever)


def _follow_up(case: Case, parts: Sequence[PlanPart], *, ever: bool = False) -> FollowUp:
    left = unsettled(case.actions, parts)
    settled = {line: periods for part in parts for line, periods in _settled(part).items() if ever or line not in left}
    return FollowUp(left, settled)


def decision_on(
    context: DeskContext, unit: UnitOfWork, case: Case, parts: Sequence[PlanPart]
) -> tuple[DecisionContext, ChangedEditionError | UnknownEditionError | None]:
    """Return the context of a decision on a case now, and why it has no policy: the desk lacks the edition.

    It is for reading: no optimistic lock is held.

    Args:
        context: the context of the desk.
        unit: the unit of work.
        case: the case.
        parts: those of `parts_of_case`.
    """
    policy: Policy | None = None
    lack: ChangedEditionError | UnknownEditionError | None = None
    try:
        policy = context.policy_of(case)
    except (ChangedEditionError, UnknownEditionError) as error:
        lack = error
    decision = DecisionContext(
        policy=policy,
        now=at_offset(context.clock.now()),
        follow_up=_follow_up(case, parts),
        another_author=context.has_another_author(unit, case),
    )
    return decision, lack


def _settled(plan: PlanPart) -> dict[LineReference, Periods]:
    """Return the periods in which the actions of a plan were settled."""
    found: defaultdict[LineReference, Periods] = defaultdict(tuple)
    for event in plan.events:
        if not isinstance(event.data, ActionClosed | ActionAbandoned | ActionReopened):
            continue
        line = LineReference(plan.scope, event.data.action)
        if not isinstance(event.data, ActionReopened):
            found[line] += ((event.occurred_at, None),)
        elif found[line]:  # an action that was judged and not closed was not settled yet
            *before, (since, until) = found[line]
            found[line] = (*before, (since, until or event.occurred_at))
    return found


def effectiveness_checks(plans: Iterable[BasePlan]) -> dict[str, dict[LineReference, EffectivenessCheck]]:
    """Return the effectiveness checks by case reference and action."""
    checks: defaultdict[str, dict[LineReference, EffectivenessCheck]] = defaultdict(dict)
    for line in (line for plan in plans for line in plan.lines):
        if line.action.check_on is not None:
            for case in line.action.cases:
                checks[case][line.reference] = EffectivenessCheck(line.action.check_on, _ended_at(line.action))
    return checks


def cases_with_checks_due(
    checks: Mapping[str, Mapping[LineReference, EffectivenessCheck]], as_of: datetime
) -> frozenset[str]:
    """Return the references of the cases with an effectiveness check that was due by an instant, in any zone."""
    last = as_of.date() + _ONE_DAY if as_of.date() < date.max else date.max
    return frozenset(
        case
        for case, actions in checks.items()
        if any(
            check.due <= last and (check.done_at is None or check.due <= check.done_at.date() + _ONE_DAY)
            for check in actions.values()
        )
    )


def checks_at_commit(
    unit: UnitOfWork, case: Case, lines: Iterable[LineReference]
) -> dict[LineReference, EffectivenessCheck]:
    """Return the checks of some actions of a case; the commit fails if one of their plans changes before it.

    Raises:
        StoreDamagedError: the plan of one of these actions is corrupt.
    """
    plans = [unit.plans.part(key) for key in sorted({line.scope.key for line in lines})]
    unit.plans.expect(*plans)
    return effectiveness_checks(plans).get(case.reference, {})


def _ended_at(action: Action) -> datetime | None:
    """Return the time of the judgement or of the abandonment, whichever came first."""
    ends = (end.at for end in (action.judgement, action.abandonment) if end is not None)
    return min(ends, default=None)


# Recurrences


def reopen_recurring(context: DeskContext, unit: UnitOfWork, case: Case) -> None:
    """Reopen the actions that were judged effective on a cause of a later case.

    Holds the optimistic locks of its causes, so that no action on one of them is judged before the commit.
    """
    families = Occurrence.of_case(case).families
    unit.optimistic_locks.hold(*map(cause_lock, families))
    for plan in _reportable(context, unit.plans.effective_on(families)):
        save_plan(unit, _reopened(context, unit, plan, case), plan.version)


def reopen_judged_late(context: DeskContext, unit: UnitOfWork, plan: PlanPart) -> PlanPart:
    """Return the plan; if its last event is a verdict with an earlier date, reopen the action on a later recurrence.

    Of several cases the reopening names the first. A verdict dated now comes after every case of the store.

    Raises:
        StoreDamagedError: a case on that cause is corrupt, and inside the scope.
    """
    event = plan.events[-1]
    if not isinstance(event.data, ActionJudged) or event.occurred_at >= event.recorded_at:
        return plan
    judged = event.data.action
    again = [
        case
        for case in _cases_on(context, unit, plan.action(judged).cause_family)
        if any(one.action == judged for one in recurrences(plan, Occurrence.of_case(case), context.sites.known))
    ]
    first = min(again, key=lambda case: (Occurrence.of_case(case).received_at, case.reference), default=None)
    return plan if first is None else _reopened(context, unit, plan, first)


def _reopened(context: DeskContext, unit: UnitOfWork, plan: P, case: Case) -> P:
    """Return the plan with the actions reopened on which a case is a recurrence."""
    reopenings = recurrences(plan, Occurrence.of_case(case), context.sites.known)
    unit.optimistic_locks.hold(*(action_lock(LineReference(plan.scope, one.action)) for one in reopenings))
    for reopening in reopenings:
        plan = context.handle_on_plan(plan, _always(reopening), None, case, follows=True)
    return plan


def _always(event: PlanEvent) -> Callable[[object], PlanEvent]:
    return lambda _: event


def _cases_on(context: DeskContext, unit: UnitOfWork, family: str | None) -> Iterator[Case]:
    """Yield the cases inside and outside the scope with a family of causes; corrupt cases outside are left out."""
    query = None if family is None else CaseQuery(cause_family=family, limit=PAGE)
    while query is not None:
        try:
            page = unit.cases.find(query)
        except StoreDamagedError as error:
            if context.may_report(unit, error):
                raise
            query = attrs.evolve(query, after=error.holder)
            continue
        yield from page.cases
        query = query.following(page)
