"""Sweeping: the alerts that are due, written down as events."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from reclamation_core.cases import Alerted, Case, alerts_due
from reclamation_core.cases.checks import instant, optional
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.doors import require
from reclamation_core.desk.every_case import change_every_case, tell
from reclamation_core.desk.plans import effectiveness_checks, readable_plans
from reclamation_core.errors import ReclamationError
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
    require(optional(instant), now=now)
    looked_at = acting.clock.now() if now is None else now

    damaged: list[StoreDamagedError] = []
    checks = effectiveness_checks(readable_plans(acting, damaged))
    left: list[ReclamationError] = [*damaged]

    def alerted(case: Case) -> Case:
        for alert in alerts_due(case, acting.edition_of(case), looked_at, checks.get(case.reference)):
            case = system.recorded(case, alert, looked_at)
        return case

    alerts = tuple(
        Alert(after.reference, alert)
        for before, after in change_every_case(system, alerted, left)
        for alert in after.alerts[len(before.alerts) :]
    )
    tell(left)
    return alerts
