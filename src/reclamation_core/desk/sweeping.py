"""Sweeping: the alerts that are due, written down as events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import attrs

from reclamation_core.cases import Alerted, Case, Check, alerts_due
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.living_plan import effectiveness_checks
from reclamation_core.ports import CaseQuery, ConcurrentChangeError
from reclamation_core.vocabulary import Role

_SWEEP: Final = "sweep"
_PAGE: Final = 500


@attrs.frozen
class Alert:
    """An alert raised on a case."""

    reference: str
    alert: Alerted


def sweep(acting: Acting, now: datetime | None) -> tuple[Alert, ...]:
    """Raise what is due on every case within the scope; see `Desk.sweep`."""
    system = attrs.evolve(acting, by=_SWEEP, role=Role.SYSTEM)
    instant = acting.clock.now() if now is None else now
    return tuple(alert for reference in _references(acting) for alert in _sweep(system, reference, instant))


def _references(acting: Acting) -> Iterator[str]:
    after: str | None = None
    sites = frozenset[str]() if acting.scope is None else acting.scope.sites
    while True:
        with acting.store.unit_of_work() as unit:
            page = unit.cases.find(CaseQuery(sites=sites, after=after, limit=_PAGE))
        yield from (case.reference for case in page.cases)
        if page.next is None:
            return
        after = page.next


def _sweep(acting: Acting, reference: str, now: datetime) -> tuple[Alert, ...]:
    while True:
        try:
            with acting.store.unit_of_work() as unit:
                case = unit.cases.get(reference)
                if not acting.sees(case):  # it left the scope meanwhile
                    return ()
                changed, alerts = _alerted(acting, case, now, effectiveness_checks(unit, case))
                if alerts:
                    unit.cases.save(changed, case.version)
                    unit.commit()
                return tuple(Alert(reference, alert) for alert in alerts)
        except ConcurrentChangeError:
            continue  # somebody acted on the case meanwhile: look at it again


def _alerted(acting: Acting, case: Case, now: datetime, checks: dict[str, Check]) -> tuple[Case, tuple[Alerted, ...]]:
    alerts = alerts_due(case, acting.edition_of(case), now, checks)
    for alert in alerts:
        case = acting.recorded(case, alert, now)
    return case, alerts
