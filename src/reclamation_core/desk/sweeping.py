"""Sweeping: the alerts that are due, written down as events."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from reclamation_core.cases import Alerted, Case, alerts_due
from reclamation_core.cases.checks import truth
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.every_case import change_every_case, come_at, instant_come, instant_of, tell
from reclamation_core.desk.plans import checks_now, effectiveness_checks, readable_plans
from reclamation_core.errors import ReclamationError
from reclamation_core.ports import StoreDamagedError, UnitOfWork
from reclamation_core.vocabulary import Role

_SWEEP: Final = "sweep"


@attrs.frozen
class Alert:
    """An alert raised on a case."""

    reference: str
    alert: Alerted


def sweep(context: DeskContext, now: datetime | None, *, preview: bool) -> tuple[Alert, ...]:
    """Raise what is due on every case within the scope, or tell it; see `Desk.sweep`."""
    require(truth, preview=preview)
    system = attrs.evolve(context, actor=_SWEEP, role=Role.SYSTEM)
    looked_at = instant_of(context, now) if preview else instant_come(context, now)

    damaged: list[StoreDamagedError] = []
    checks = effectiveness_checks(readable_plans(context, damaged))
    left: list[ReclamationError] = [*damaged]

    def alerted(case: Case, unit: UnitOfWork | None) -> Case:
        awaited = checks.get(case.reference, {})
        if unit is not None and awaited:
            awaited = checks_now(unit, case, awaited)
        moment = looked_at if preview else come_at(context, case, looked_at)
        for alert in alerts_due(case, context.edition_of(case), moment, awaited):
            case = system.recorded(case, alert, moment)
        return case

    changed = change_every_case(system, alerted, left, keep=not preview)
    alerts = tuple(
        Alert(after.reference, alert) for before, after in changed for alert in after.alerts[len(before.alerts) :]
    )
    tell(left)
    return alerts
