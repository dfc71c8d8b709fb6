"""The life of an action: begun, done, judged, closed; or abandoned; or followed up where it had no effect."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases import CaseKind, CaseState, ClosingReason
from reclamation_core.desk import PlanService
from reclamation_core.plans import Action, ActionStatus, ActionType, Effectiveness, PlanScope, unsettled
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.life.agenda import Course, working_instant
from reclamation_core.simulation.life.bank import life_phrases, themes
from reclamation_core.simulation.life.world import World
from reclamation_core.vocabulary import Role

_LEFT_UNDONE, _ABANDONED, _LATE, _IN_VAIN = 0.08, 0.04, 0.2, 0.12


@attrs.define
class _Deed:
    """An action that goes on, and who does it."""

    world: World
    scope: PlanScope
    unit: str
    reference: str
    draws: Draws
    reopenings: int

    @property
    def action(self) -> Action:
        return self.world.desk.pgaac(self.scope).current.action(self.reference)

    def plan(self, role: Role = Role.HANDLING_UNIT) -> PlanService:
        return self.world.plan(self.scope, self.unit, role)

    def within(self, least: int, most: int) -> datetime:
        calendar = self.world.sites[self.unit].calendar()
        return working_instant(self.draws, calendar, self.world.now, self.draws.whole(least, most))

    def is_still(self, status: ActionStatus) -> bool:
        """Whether it has not moved since, by a recurrence or by somebody else."""
        action = self.action
        return action.status is status and len(action.reopenings) == self.reopenings


def begin(world: World, scope: PlanScope, unit: str, reference: str) -> None:
    """Let an action that was put on a plan, or opened again, go its way."""
    reopenings = len(world.desk.pgaac(scope).current.action(reference).reopenings)
    draws = world.stream(f"action/{scope}/{reference}/{reopenings}")
    deed = _Deed(world, scope, unit, reference, draws, reopenings)
    world.agenda.begin(_life_of(deed), deed.within(0, 2))


def _life_of(deed: _Deed) -> Course[None]:
    draws = deed.draws
    if draws.chance(_LEFT_UNDONE) or not deed.is_still(ActionStatus.TO_DO):
        return
    if draws.chance(_ABANDONED) and not deed.action.reopenings:
        deed.plan(Role.RQR).abandon(deed.reference, reason=life_phrases().reasons["abandon"])
        yield from _settled(deed)
        return
    deed.plan().progress(deed.reference)
    is_cure = deed.action.type in (ActionType.CURATIVE, ActionType.CONTAINMENT)
    yield deed.within(7, 12) if draws.chance(_LATE) else deed.within(1, 2 if is_cure else 4)
    deed.plan().finish(deed.reference, evidence=_evidence(deed.action))
    yield deed.within(1, 2) if is_cure else deed.within(3, 6)
    if deed.is_still(ActionStatus.DONE):
        yield from _judged(deed)


def _judged(deed: _Deed) -> Course[None]:
    action, reasons = deed.action, life_phrases().reasons
    criterion = deed.world.desk.pgaac(deed.scope).current.read(action.criterion)
    in_vain = action.type is ActionType.CORRECTIVE and deed.draws.chance(_IN_VAIN)
    why = reasons["not_effective" if in_vain else "effective"].format(criterion=criterion)
    verdict = Effectiveness.NOT_EFFECTIVE if in_vain else Effectiveness.EFFECTIVE
    deed.plan(Role.AQ).judge(deed.reference, verdict, why=why)
    if in_vain:
        _followed_up(deed)
    yield deed.within(0, 1)
    if deed.is_still(ActionStatus.VERIFIED):
        deed.plan(Role.AQ).close(deed.reference)
        yield from _settled(deed)


def _followed_up(deed: _Deed) -> None:
    """Decide another action for what the first one did not mend: for the cases still open, else for none."""
    plan = deed.world.desk.pgaac(deed.scope).current
    action, again = deed.action, deed.world.next_reference(deed.scope)
    day = deed.world.sites[deed.unit].calendar().day_of(deed.world.now)
    calendar = deed.world.sites[deed.unit].calendar()
    sheet = attrs.evolve(
        action.sheet,
        reference=again,
        cases=(),
        what=life_phrases().reasons["follow_up"].format(what=plan.read(action.what)),
        cause=plan.read(action.cause),
        finding=plan.read(action.finding),
        requirement=plan.read(action.requirement),
        owner=deed.world.person(deed.unit, Role.HANDLING_UNIT),
        criterion=plan.read(action.criterion),
        planned=calendar.add(day, 5),
        check_on=calendar.add(day, 10),
    )
    open_cases = [case for case in action.cases if deed.world.desk.cases.get(case).state is not CaseState.CLOSED]
    if open_cases:
        deed.world.desk_of(deed.unit).plan(open_cases[0], sheet, scope=deed.scope)
    else:
        deed.plan().add(sheet)
    deed.plan(Role.AQ).follow_up(deed.reference, again)
    begin(deed.world, deed.scope, deed.unit, again)


def _evidence(action: Action) -> str:
    known = {cause.family: cause.evidence for theme in themes().values() for cause in theme.causes}
    return known.get(action.cause_family or "", "confirmation écrite au dossier")


def _settled(deed: _Deed) -> Course[None]:
    """Close the cases that awaited nothing but this action."""
    yield deed.within(0, 2)
    for reference in deed.action.cases:
        close_where_settled(deed.world, reference)


def close_where_settled(world: World, reference: str) -> None:
    """Close a case that was answered, or a malfunction that was treated, where none of its actions is awaited."""
    case = world.desk.cases.get(reference)
    is_complaint = case.kind is CaseKind.COMPLAINT
    ready = CaseState.ANSWERED if is_complaint else CaseState.PLANNED
    if case.state is not ready or unsettled(case.actions, world.plans):
        return
    reason = ClosingReason.ANSWERED if is_complaint else ClosingReason.TREATED
    world.desk_of(case.handling_unit).close(reference, reason=reason)
