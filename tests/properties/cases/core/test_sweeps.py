from collections.abc import Iterable
from datetime import date, datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CaseKind, DeadlineKind, Threshold
from reclamation_core.cases.deadlines import EffectivenessCheck, alerts_due, pending_deadlines
from reclamation_core.cases.events import Alerted
from reclamation_core.plans import LineReference, PlanScope
from reclamation_core.policy import Parameters, Policy
from reclamation_core.policy.parameters import AcknowledgementParameters
from tests.properties.cases.core.streams import lives
from tests.unit.cases.core.life import line
from tests.unit.policy.cases import RECEIVED

POLICY = Policy(edition="M2-1", parameters=Parameters(acknowledgement=AcknowledgementParameters(days=2)))
CHECKS = {
    line("A-1"): EffectivenessCheck(date(2026, 9, 1)),
    LineReference(PlanScope.nation(), "A-1"): EffectivenessCheck(date(2026, 6, 1), RECEIVED + timedelta(days=40)),
}
instants = st.integers(0, 24 * 500).map(lambda hours: RECEIVED + timedelta(hours=hours))


def swept(case: Case, instants: Iterable[datetime]) -> Case:
    for now in sorted(instants):
        case = attrs.evolve(case, alerts=(*case.alerts, *alerts_due(case, POLICY, now, CHECKS)))
    return case


def what(alerts: Iterable[Alerted]) -> list[tuple[DeadlineKind, Threshold, date, str]]:
    return sorted((alert.clock, alert.threshold, alert.due, str(alert.action or "")) for alert in alerts)


@given(lives(), st.lists(instants, min_size=1))
def test_a_missed_threshold_is_reported_late_and_never_lost(case: Case, runs: list[datetime]) -> None:
    first = min(runs)
    daily = [first - timedelta(days=days) for days in range(500)]
    daily_alerts = swept(case, [run for run in daily if run >= RECEIVED - timedelta(days=60)]).alerts
    missed = swept(case, [first]).alerts
    assert what(daily_alerts) == what(missed)
    assert {(a.clock, a.threshold, a.due, a.action) for a in daily_alerts if a.late} <= {
        (a.clock, a.threshold, a.due, a.action) for a in missed if a.late
    }


@given(lives(), instants)
def test_what_is_stopped_is_never_overdue_and_a_malfunction_awaits_no_answer(case: Case, now: datetime) -> None:
    overdue = {(a.clock, a.due) for a in alerts_due(case, POLICY, now, CHECKS) if a.threshold is Threshold.OVERDUE}
    running = pending_deadlines(case, POLICY, CHECKS)
    for clock, due in overdue:
        assert any(r.clock is clock and r.due == due and (r.stopped_on is None or r.stopped_on > due) for r in running)
    if case.kind is CaseKind.MALFUNCTION:
        told = {alert.clock for alert in alerts_due(case, POLICY, now, CHECKS)}
        assert told <= {DeadlineKind.EFFECTIVENESS, DeadlineKind.RETENTION}
