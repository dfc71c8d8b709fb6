"""Deciding actions: those that a case calls for go on the plan of the level that handles it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from reclamation_core.plans import (
    Action,
    ActionSheet,
    ActionStatus,
    ActionType,
    Priority,
    ScopeKind,
)
from reclamation_core.simulation.life.acting import begin
from reclamation_core.simulation.life.analysing import measure_of
from reclamation_core.simulation.life.bank import CausePhrases, life_phrases
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.vocabulary import Band, Level, Role

_CURED, _MAINTAINED, _PREVENTED, _NOTHING, _CHECKED_AFTER = 0.45, 0.12, 0.25, 0.1, 6
_ENDED: Final = (ActionStatus.CLOSED, ActionStatus.ABANDONED)
_LEVELS: Final = {ScopeKind.REGION: Level.REGIONAL, ScopeKind.NATION: Level.NATIONAL}


def planned(folder: Folder, causes: Sequence[CausePhrases]) -> None:
    """Decide an action on each cause, and often one that mends the harm; or say why none is needed."""
    draws, case = folder.draws, folder.case
    if len(causes) == 1 and case.verdict.band is Band.LOW and draws.chance(_NOTHING):
        plan_nothing(folder, "nothing_isolated")
        return
    known = [action for action in (_on_the_plan(folder, cause) for cause in causes) if action is not None]
    acted_on = {action.cause_family for action in known}
    new = [
        corrective(folder, cause, number) for number, cause in enumerate(c for c in causes if c.family not in acted_on)
    ]
    if draws.chance(_CURED):
        new.append(_curative(folder, len(new)))
    if case.containments and draws.chance(_MAINTAINED):
        new.append(_maintained(folder, len(new)))
    folder.desk().plan(folder.reference, *(action.reference for action in known), *new, scope=folder.scope)
    reopened = [action for action in known if _is_reopened(action, folder)]
    for action in reopened:
        _reinforced(folder, action)
    for sheet in (*reopened, *new):
        begin(folder.world, folder.scope, folder.unit, sheet.reference)


def plan_nothing(folder: Folder, why: str) -> None:
    """State why no action is needed; first, where nobody looked for causes, that there are none (I24)."""
    reason = life_phrases().reasons[why]
    if folder.case.verdict.complexity is None:
        folder.desk().analyse(folder.reference, report=reason)
    folder.desk().plan_nothing(folder.reference, reason=reason)


def _on_the_plan(folder: Folder, cause: CausePhrases) -> Action | None:
    """The action on the same cause that goes on already, or again."""
    actions = folder.world.desk.pgaac(folder.scope).actions
    return next((one for one in actions if one.cause_family == cause.family and one.status not in _ENDED), None)


def _is_reopened(action: Action, folder: Folder) -> bool:
    return bool(action.reopenings) and action.reopenings[-1].case == folder.reference


def _reinforced(folder: Folder, action: Action) -> None:
    """An action that is opened again is given another date, and comes first."""
    done, checked = dates(folder)
    reason = life_phrases().reasons["reinforce"]
    plan = folder.world.plan(folder.scope, folder.unit, Role.AQ)
    plan.amend(action.reference, reason=reason, priority=Priority.HIGH, planned=done, check_on=checked)


def corrective(folder: Folder, cause: CausePhrases, already: int) -> ActionSheet:
    """An action on a cause; where a region handles it, often for its other centres too, before they are harmed."""
    critical = folder.case.verdict.band in (Band.HIGH, Band.CRITICAL)
    others = _others_of_the_region(folder)
    prevents = bool(others) and folder.draws.chance(_PREVENTED)
    return _sheet(
        folder,
        already,
        type=ActionType.PREVENTIVE if prevents else ActionType.CORRECTIVE,
        spread=others if prevents else (),
        cause_family=cause.family,
        cause=cause.root,
        what=cause.what,
        criterion=cause.criterion,
        priority=Priority.HIGH if critical else Priority.NORMAL,
    )


def _others_of_the_region(folder: Folder) -> tuple[str, ...]:
    sites, scope = folder.world.sites, folder.scope
    if scope.kind is not ScopeKind.REGION:
        return ()
    return tuple(code for code in sites if sites[code].region == scope.code and code != folder.unit)


def _curative(folder: Folder, already: int) -> ActionSheet:
    """An action that mends what happened to who complains."""
    return _sheet(
        folder,
        already,
        type=ActionType.CURATIVE,
        what=folder.theme.remedy,
        criterion="la personne concernée confirme que c'est fait",
    )


def _maintained(folder: Folder, already: int) -> ActionSheet:
    """An action that keeps a containment measure up until the cause is dealt with."""
    return _sheet(
        folder,
        already,
        type=ActionType.CONTAINMENT,
        what=f"maintenir la mesure conservatoire : {measure_of(folder)}",
        criterion=folder.theme.held,
    )


def _sheet(folder: Folder, already: int, **decided: Any) -> ActionSheet:
    scope = folder.scope
    done, checked = dates(folder)
    return ActionSheet(
        reference=folder.world.next_reference(scope, already),
        origin=folder.message.origin,
        origin_reference=folder.message.source,
        site=scope.code if scope.kind is ScopeKind.SITE else None,
        level=_LEVELS.get(scope.kind),
        finding=folder.problem,
        requirement=folder.theme.requirement,
        owner=folder.world.person(folder.unit, Role.HANDLING_UNIT),
        planned=done,
        check_on=checked,
        **decided,
    )


def dates(folder: Folder) -> tuple[date, date]:
    """By when an action is to be done and its effectiveness judged."""
    done = folder.calendar.add(folder.calendar.day_of(folder.world.now), folder.draws.whole(4, 9))
    return done, folder.calendar.add(done, _CHECKED_AFTER)
