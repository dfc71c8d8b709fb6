"""Sweeping: the alerts that are due, written down as events."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from reclamation_core.cases import Alerted, Case, alerts_due
from reclamation_core.cases.plans import Pgaac
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.every_case import change_every_case, of_one, tell
from reclamation_core.desk.living_plan import effectiveness_checks
from reclamation_core.ports import StoreDamagedError
from reclamation_core.vocabulary import Role

_SWEEP: Final = "sweep"


@attrs.frozen
class Alert:
    """An alert raised on a case."""

    reference: str
    alert: Alerted


def sweep(acting: Acting, now: datetime | None) -> tuple[Alert, ...]:
    """Raise what is due on every case within the scope; see `Desk.sweep`."""
    system = attrs.evolve(acting, by=_SWEEP, role=Role.SYSTEM)
    instant = acting.clock.now() if now is None else now

    damaged: list[StoreDamagedError] = []
    checks = effectiveness_checks(_readable_plans(acting, damaged))

    def alerted(case: Case) -> Case:
        for alert in alerts_due(case, acting.edition_of(case), instant, checks.get(case.reference)):
            case = system.recorded(case, alert, instant)
        return case

    alerts = tuple(
        Alert(after.reference, alert)
        for before, after in change_every_case(system, alerted, damaged)
        for alert in after.alerts[len(before.alerts) :]
    )
    tell(damaged)
    return alerts


def _readable_plans(acting: Acting, damaged: list[StoreDamagedError]) -> list[Pgaac]:
    """The plans that can be read; those that cannot are put with what is damaged."""
    plans = []
    with acting.store.unit_of_work() as unit:
        for scope in unit.plans.scopes():
            try:
                plans.append(unit.plans.get(scope))
            except StoreDamagedError as error:
                damaged.append(of_one(error))
    return plans
