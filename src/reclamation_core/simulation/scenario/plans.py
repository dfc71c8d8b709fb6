"""The plans of the scenario: the course of an action, morning sweeps, published plans."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import CaseKind, CaseState, ClosingReason
from reclamation_core.desk import PlanService
from reclamation_core.plans import Action, ActionStatus, ActionType, Effectiveness, PlanScope, ScopeKind
from reclamation_core.plans.action import ENDED_STATUSES
from reclamation_core.plans.relations import unsettled
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.agenda import Course, take, working_instant
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.scenario.world import World, scenario_data, themes
from reclamation_core.vocabulary import Role

_SWEPT_AT, _PUBLISHED_AT = time(7, 30), time(17, 30)
_HALF: Final = 15


def begin_action(world: World, scope: PlanScope, unit: str, reference: str) -> None:
    """Begin the course of an action that was added to a plan or reopened."""
    reopenings = len(world.desk.pgaac(scope).current.action(reference).reopenings)
    draws = world.stream(f"action/{scope}/{reference}/{reopenings}")
    subject = ActionCourse(world, scope, unit, reference, draws, reopenings)
    world.agenda.add(take(scenario_data().courses["action"], subject), subject.within(0, 2))


@attrs.define
class ActionCourse(SharedRepr):
    """An action, with the conditions and the steps that the scenario names.

    Args:
        world: the shared parts.
        scope: the scope of its plan.
        unit: the site that carries it out.
        reference: its number.
        draws: its draws.
        reopenings: how often it had been reopened when the course began; a later reopening begins another course.
    """

    world: World
    scope: PlanScope
    unit: str
    reference: str
    draws: Draws
    reopenings: int

    @property
    def action(self) -> Action:
        """The action as it is now."""
        return self.world.desk.pgaac(self.scope).current.action(self.reference)

    def within(self, least: int, most: int) -> datetime:
        """Draw an instant between two numbers of business days from now."""
        calendar = self.world.sites[self.unit].calendar()
        return working_instant(self.draws, calendar, self.world.now, self.draws.whole(least, most))

    def _is(self, *statuses: ActionStatus) -> bool:
        action = self.action
        return action.status in statuses and len(action.reopenings) == self.reopenings

    to_do = property(lambda self: self._is(ActionStatus.TO_DO))
    in_progress = property(lambda self: self._is(ActionStatus.IN_PROGRESS))
    done = property(lambda self: self._is(ActionStatus.DONE))
    verified = property(lambda self: self._is(ActionStatus.VERIFIED))
    ended = property(lambda self: self._is(*ENDED_STATUSES))
    never_reopened = property(lambda self: not self.action.reopenings)
    corrective = property(lambda self: self.action.type is ActionType.CORRECTIVE)
    quick = property(lambda self: self.action.type in (ActionType.CURATIVE, ActionType.CONTAINMENT))

    def acting(self, role: Role) -> PlanService:
        """Return the plan on which the holder of a role at the site acts."""
        return self.world.plan(self.scope, self.unit, role)

    def finish(self) -> None:
        """Finish the action, with the evidence of that action."""
        evidence = {cause.what: cause.evidence for theme in themes().values() for cause in theme.causes}
        plan = self.world.desk.pgaac(self.scope).current
        what: Any = plan.action(self.reference).what
        shown = evidence.get(plan.vault.read(what) or "", "confirmation écrite au dossier")
        self.acting(Role.HANDLING_UNIT).finish(self.reference, evidence=shown)

    def judge_effective(self) -> None:
        """Judge the action effective."""
        self._judge(Effectiveness.EFFECTIVE)

    def judge_not_effective(self) -> None:
        """Judge the action not effective and reopen it, to be done better."""
        self._judge(Effectiveness.NOT_EFFECTIVE)
        self.acting(Role.AQ).reopen(self.reference, reason=scenario_data().reasons["do_again"])
        begin_action(self.world, self.scope, self.unit, self.reference)

    def _judge(self, effectiveness: Effectiveness) -> None:
        criterion = self.world.desk.pgaac(self.scope).current.read(self.action.criterion)
        why = scenario_data().reasons[effectiveness.value].format(criterion=criterion)
        self.acting(Role.AQ).judge(self.reference, effectiveness, why=why)

    def close_cases(self) -> None:
        """Close the cases that awaited only this action."""
        for reference in self.action.cases:
            if is_settled(self.world, reference):
                close_case(self.world, reference)


def is_settled(world: World, reference: str) -> bool:
    """Return True if a case is answered, or a malfunction planned, and none of its actions is awaited."""
    case = world.desk.cases.get(reference)
    ready = CaseState.ANSWERED if case.kind is CaseKind.COMPLAINT else CaseState.PLANNED
    return case.state is ready and not unsettled(case.actions, world.plans)


def close_case(world: World, reference: str) -> None:
    """Close a case as answered, or as treated if it is a malfunction."""
    case = world.desk.cases.get(reference)
    reason = ClosingReason.ANSWERED if case.kind is CaseKind.COMPLAINT else ClosingReason.TREATED
    world.desk_of(case.handling_unit).close(reference, reason=reason)


def sweeps(world: World, first: date) -> Course:
    """Sweep for alerts in the morning of every business day."""
    calendar = BusinessCalendar.france()
    for day in _business_days(calendar, first, world.until):
        yield datetime.combine(day, _SWEPT_AT, tzinfo=calendar.zone)
        world.desk.sweep()


def publications(world: World, first: date) -> Course:
    """Publish every plan on the last business day of each half of a month, and on the last day.

    Sites come first, then regions, then the nation, so that each plan gathers the newly published ones below it.
    """
    calendar = BusinessCalendar.france()
    last = world.until.astimezone(calendar.zone).date()
    for day in _business_days(calendar, first, world.until):
        following = calendar.next(day)
        if day == last or (following.month, following.day > _HALF) != (day.month, day.day > _HALF):
            yield datetime.combine(day, _PUBLISHED_AT, tzinfo=calendar.zone)
            for scope in world.scopes:
                plan = world.desk.acting("direction qualité", Role.AQ).pgaac(scope)
                if plan.actions or any(one.actions and _gathers(world, scope, one.scope) for one in world.plans):
                    plan.publish()


def _gathers(world: World, scope: PlanScope, other: PlanScope) -> bool:
    """Return True if a plan gathers the actions of another one, below it."""
    if not scope.above(other) or scope.kind is ScopeKind.NATION:
        return scope.above(other)
    return other.kind is ScopeKind.SITE and world.sites[str(other.code)].region == scope.code


def _business_days(calendar: BusinessCalendar, first: date, until: datetime) -> list[date]:
    last = until.astimezone(calendar.zone).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if calendar.is_business_day(day)]
