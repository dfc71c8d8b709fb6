from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import BusinessCalendar, DeadlineRule, DeadlineStatus
from reclamation_core.cases import Case, CaseCommand, DeadlineKind, Threshold, apply, events
from reclamation_core.cases.aggregate import record
from reclamation_core.cases.deadlines import EffectivenessCheck, alerts_due, pending_deadlines, retained_until
from reclamation_core.plans import LineReference
from reclamation_core.policy import Parameters, Policy, m2_1
from reclamation_core.policy.parameters import AcknowledgementParameters, RetentionParameters
from reclamation_core.vocabulary import RetentionMode, Role
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    HANDLED,
    HOUR,
    LIVED,
    OUT_OF_SCOPE,
    PLANNED,
    QUALIFIED,
    SUPPORT,
    TO_BE_CLARIFIED,
    WITHDRAWN,
    after,
    around,
    line,
    opened,
    utc,
)
from tests.unit.policy.cases import RECEIVED, complaint

# Received on Saturday 2 May 2026; the last day is Tuesday 19 May, two business days before it is Friday 15 May.
DUE = date(2026, 5, 19)
ACKNOWLEDGING = Policy(edition="AR", parameters=Parameters(acknowledgement=AcknowledgementParameters(days=2)))


def told(
    case: Case, day: date, policy: Policy | None = None, checks: dict[LineReference, EffectivenessCheck] | None = None
) -> list[tuple[str, str, str, bool]]:
    """The alerts that a sweep at noon of a day adds, in plain codes."""
    alerts = alerts_due(case, policy or m2_1(), utc(day.year, day.month, day.day), checks)
    return [(alert.clock.value, alert.threshold.value, alert.due.isoformat(), alert.late) for alert in alerts]


def answers(*steps: tuple[str, bool]) -> list[tuple[str, str, str, bool]]:
    return [("answer", threshold, "2026-05-19", late) for threshold, late in steps]


def test_a_first_sweep_reports_every_reached_threshold_late() -> None:
    for day, alerts in [
        (date(2026, 5, 4), []),
        (date(2026, 5, 14), []),
        (date(2026, 5, 15), [("due_soon", False)]),
        (date(2026, 5, 16), [("due_soon", True)]),
        (date(2026, 5, 18), [("due_soon", True)]),
        (date(2026, 5, 19), [("due_soon", True), ("due_today", False)]),
        (date(2026, 5, 20), [("due_soon", True), ("due_today", True), ("overdue", False)]),
        (date(2026, 6, 20), [("due_soon", True), ("due_today", True), ("overdue", True)]),
    ]:
        assert told(opened(), day) == answers(*alerts), day


def test_an_alert_is_raised_once_for_clock_threshold_and_due_date() -> None:
    case = opened()
    for day in (15, 15, 18, 19, 20, 25):
        for alert in alerts_due(case, m2_1(), utc(2026, 5, day)):
            case = attrs.evolve(case, alerts=(*case.alerts, alert))
    assert case.alerts == tuple(
        events.Alerted(clock=DeadlineKind.ANSWER, threshold=threshold, due=DUE) for threshold in Threshold
    )


def test_the_day_is_that_of_the_calendar_not_of_greenwich() -> None:
    just_before_midnight_in_paris = utc(2026, 5, 18, 21) + timedelta(minutes=59)
    assert [alert.threshold.value for alert in alerts_due(opened(), m2_1(), just_before_midnight_in_paris)] == [
        "due_soon"
    ]
    assert [a.threshold.value for a in alerts_due(opened(), m2_1(), just_before_midnight_in_paris + HOUR)] == [
        "due_soon",
        "due_today",
    ]


def test_a_moved_due_date_raises_new_alerts() -> None:
    case = opened()
    case = attrs.evolve(case, alerts=alerts_due(case, m2_1(), utc(2026, 5, 19)))
    moved = after(
        case,
        events.FactsCorrected(facts=complaint(received_at=RECEIVED - timedelta(days=30)), reason="cachet"),
        now=utc(2026, 5, 19),
    )
    # Received on Thursday 2 April; Easter Monday off: the last day is Friday 17 April.
    assert told(moved, date(2026, 5, 19)) == [
        ("answer", threshold, "2026-04-17", True) for threshold in ("due_soon", "due_today", "overdue")
    ]


def test_the_clock_runs_while_to_be_clarified_and_not_out_of_scope() -> None:
    assert told(opened(complaint(**TO_BE_CLARIFIED)), date(2026, 5, 20)) != []
    assert told(opened(complaint(**OUT_OF_SCOPE)), date(2026, 6, 20)) == []


def test_a_reopened_case_awaits_a_new_answer_with_its_earlier_alerts() -> None:
    case = after(after(opened(), *LIVED), events.Reopened(reason="encore"), at=utc(2026, 6, 2))
    assert told(case, date(2026, 6, 16)) == [
        ("answer", "due_soon", "2026-06-16", True),
        ("answer", "due_today", "2026-06-16", False),
    ]
    assert [(running.due.isoformat(), running.stopped_on is None) for running in pending_deadlines(case, m2_1())] == [
        ("2026-05-19", False),
        ("2026-06-16", True),
        ("2027-05-03", False),
    ]


def test_an_acknowledgement_is_awaited_only_if_the_edition_has_a_rule() -> None:
    # Tuesday 5 May is the second business day after Saturday 2 May.
    assert told(opened(), date(2026, 5, 6)) == []
    assert told(opened(), date(2026, 5, 4), ACKNOWLEDGING) == []
    assert told(opened(), date(2026, 5, 6), ACKNOWLEDGING) == [
        ("acknowledgement", "due_today", "2026-05-05", True),
        ("acknowledgement", "overdue", "2026-05-05", False),
    ]
    assert told(after(opened(), events.Acknowledged()), date(2026, 5, 6), ACKNOWLEDGING) == []


@pytest.mark.parametrize("done", [(WITHDRAWN,), (*HANDLED, ANSWERED)], ids=["withdrawn", "answered"])
def test_an_acknowledgement_is_no_more_awaited_once_the_answer_is_not(done: tuple[Any, ...]) -> None:
    assert told(after(opened(), *done), date(2026, 5, 10), ACKNOWLEDGING) == []


def test_a_missing_effectiveness_check_of_an_action_is_awaited() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, ANALYSED, PLANNED, ANSWERED)
    for day, alerts in {9: [], 10: [("due_today", False)], 12: [("due_today", True), ("overdue", True)]}.items():
        checks = {line("A-1"): EffectivenessCheck(date(2026, 8, 10)), line("A-2"): EffectivenessCheck(date(2026, 8, 1))}
        assert told(case, date(2026, 8, day), checks=checks) == [
            ("effectiveness", threshold, "2026-08-10", late) for threshold, late in alerts
        ]
    assert told(case, date(2026, 12, 31)) == []


def test_each_check_raises_one_alert_with_its_action() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, ANALYSED, PLANNED, attrs.evolve(PLANNED, actions=("A-2",)), ANSWERED)
    day = date(2026, 8, 10)

    alerts = alerts_due(
        case, m2_1(), utc(2026, 8, 10), {line("A-1"): EffectivenessCheck(day), line("A-2"): EffectivenessCheck(day)}
    )
    again = attrs.evolve(case, alerts=alerts)

    assert [(alert.clock, alert.threshold, alert.due, alert.action) for alert in alerts] == [
        (DeadlineKind.EFFECTIVENESS, Threshold.DUE_TODAY, day, line("A-1")),
        (DeadlineKind.EFFECTIVENESS, Threshold.DUE_TODAY, day, line("A-2")),
    ]
    assert (
        alerts_due(
            again,
            m2_1(),
            utc(2026, 8, 10),
            {line("A-1"): EffectivenessCheck(day), line("A-2"): EffectivenessCheck(day)},
        )
        == ()
    )


def test_a_late_check_raises_a_late_alert_and_one_in_time_none() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, ANALYSED, PLANNED, ANSWERED)
    day = date(2026, 8, 10)
    assert told(case, date(2026, 9, 1), checks={line("A-1"): EffectivenessCheck(day, utc(2026, 8, 9))}) == []
    assert told(case, date(2026, 9, 1), checks={line("A-1"): EffectivenessCheck(day, utc(2026, 8, 12))}) == [
        ("effectiveness", "due_today", "2026-08-10", True),
        ("effectiveness", "overdue", "2026-08-10", True),
    ]


def test_reopening_postpones_the_end_of_retention() -> None:
    case = after(opened(), *LIVED)
    assert told(case, date(2027, 5, 2)) == []
    assert told(case, date(2027, 5, 3)) == [("retention", "due_today", "2027-05-03", False)]
    assert told(case, date(2027, 5, 4))[1:] == [("retention", "overdue", "2027-05-03", False)]
    again = after(case, events.Reopened(reason="encore"))
    assert told(again, date(2026, 5, 10)) == []
    suspended = after(again, SUSPENDED, at=utc(2027, 6, 1))
    assert "retention" not in {alert[0] for alert in told(suspended, date(2027, 6, 2))}
    assert told(after(case, events.Anonymised(), at=utc(2026, 12, 1)), date(2027, 6, 1)) == []


def test_what_is_forgotten_on_the_first_day_that_it_may_be_is_never_overdue() -> None:
    case = after(after(opened(), *LIVED), events.Anonymised(), at=utc(2027, 5, 3))
    assert retained_until(after(opened(), *LIVED), m2_1()) == date(2027, 5, 2)
    assert told(case, date(2027, 6, 1)) == [("retention", "due_today", "2027-05-03", True)]


SUSPENDED = events.RetentionSuspended(reason="assignation")
RESUMED = events.RetentionResumed(reason="jugement")


# Closed on 2 May 2026; suspended from 1 March to 31 March 2027, thirty days: retained until 1 June 2027, not 2 May, and
# to be forgotten on the day after.
def test_litigation_defers_the_end_of_retention() -> None:
    for day, expected in [
        (date(2027, 5, 3), []),
        (date(2027, 6, 1), []),
        (date(2027, 6, 2), [("retention", "due_today", "2027-06-02", False)]),
    ]:
        case = after(after(opened(), *LIVED), SUSPENDED, at=utc(2027, 3, 1))
        assert told(case, date(2029, 1, 1)) == [], day
        assert told(after(case, RESUMED, at=utc(2027, 3, 31)), day) == expected, day


def test_what_was_suspended_before_the_closing_counts_from_the_closing() -> None:
    case = after(after(opened(), SUSPENDED), *LIVED)
    assert told(case, date(2029, 1, 1)) == []
    # Closed on 2 May 2026, resumed on 12 May: ten days.
    resumed = after(case, RESUMED, at=utc(2026, 5, 12))
    assert told(resumed, date(2027, 5, 13)) == [("retention", "due_today", "2027-05-13", False)]
    same_day = pending_deadlines(after(case, RESUMED, at=utc(2026, 5, 2, 21)), m2_1())
    assert [one.due for one in same_day if one.clock is DeadlineKind.RETENTION] == [date(2027, 5, 3)]
    over = after(after(opened(), SUSPENDED, RESUMED), *LIVED)
    assert told(over, date(2027, 5, 3)) == [("retention", "due_today", "2027-05-03", False)]


def test_a_suspension_after_the_end_of_retention_retains_texts() -> None:
    case = after(after(opened(), *LIVED), SUSPENDED, at=utc(2027, 6, 1))
    resumed = after(case, RESUMED, at=utc(2027, 8, 20))
    ended = [("due_today", "2027-05-03", True), ("overdue", "2027-05-03", True)]
    assert [alert[1:] for alert in told(case, date(2027, 7, 1))] == ended
    assert (retained_until(case, m2_1()), retained_until(resumed, m2_1())) == (None, date(2027, 8, 20))
    assert [alert[1:] for alert in told(resumed, date(2027, 8, 21))] == [*ended, ("due_today", "2027-08-21", False)]


def test_a_restricted_archive_extends_retention() -> None:
    retention = RetentionParameters(mode=RetentionMode.ARCHIVE, active_months=12, archive_months=24)
    archiving = Policy(edition="M2-1", parameters=Parameters(retention=retention))
    assert told(after(opened(), *LIVED), date(2028, 5, 3), archiving) == [
        ("retention", "due_today", "2028-05-03", False)
    ]


@pytest.mark.parametrize("due_soon", [0, 1, 2, 5, 9, 30])
def test_due_soon_begins_on_the_day_of_the_deadline_rule(due_soon: int) -> None:
    rule = DeadlineRule(days=10, due_soon=due_soon)
    policy = Policy(edition="seuil", parameters=Parameters(deadline=rule))
    case = opened(policy=policy)
    deadline = BusinessCalendar.france().deadline(RECEIVED, rule)
    for day in range(2, 20):
        at = utc(2026, 5, day)
        soon = "due_soon" in [threshold for _, threshold, _, _ in told(case, date(2026, 5, day), policy)]
        # On the last day the deadline is due today; the threshold of the day before has been reached too.
        said = deadline.status(min(at, utc(2026, 5, 18))) is DeadlineStatus.DUE_SOON
        assert soon is said, day


def test_an_alert_written_down_is_an_event_that_changes_nothing_else() -> None:
    case = opened()
    (alert,) = alerts_due(case, m2_1(), utc(2026, 5, 15))
    command = CaseCommand(data=alert, actor="reclamation", role=Role.SYSTEM, occurred_at=utc(2026, 5, 15))
    told_case = apply(case, record(case.stream_end, alert, command, around(utc(2026, 5, 15))).event)
    assert (told_case.alerts, told_case.state, told_case.answer_cycles) == ((alert,), case.state, case.answer_cycles)
    assert alerts_due(told_case, m2_1(), utc(2026, 5, 15)) == ()


def test_due_soon_does_not_begin_before_the_receipt() -> None:
    policy = Policy(edition="seuil", parameters=Parameters(deadline=DeadlineRule(days=10, due_soon=30)))
    assert told(opened(policy=policy), date(2026, 5, 2), policy) == answers(("due_soon", False))
