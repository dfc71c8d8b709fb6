"""The answer clock suspended, where the edition allows it (I25). Days of June 2026, counted by hand.

Monday 1 June is received; the ten business days are 2 to 5, 8 to 12 and 15 June.
"""

from datetime import date, datetime
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import LedgerReason
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, CommandRefusedError, DeadlineKind, Threshold
from reclamation_core.cases.events import DeadlineSuspended
from reclamation_core.desk import Desk
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.ports import CaseQuery
from tests.unit.desk import factories
from tests.unit.desk.factories import SUSPENDING, at, new_desk


def due(case: Case) -> date | None:
    return None if case.deadline is None else case.deadline.due


def suspending(now: datetime | None = None, **given: Any) -> tuple[Desk, Case]:
    """A desk whose edition allows suspensions, and a complaint received on 1 June."""
    desk = new_desk(now, policy=given.pop("policy", SUSPENDING))
    return desk, factories.qualified(desk, **given)


def guards(desk: Desk, act: Any) -> list[str]:
    with pytest.raises(CommandRefusedError) as refused:
        act(desk)
    return [guard.id for guard in refused.value.guards]


def test_suspended_days_do_not_count_and_the_ledger_shows_them() -> None:
    desk, case = suspending()
    desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(4))
    resumed = desk.resume_deadline(case.reference, occurred_at=at(9))
    # 2 and 3 June count, 4, 5 and 8 do not, 9 June counts again: it is the third day, and the tenth is 18 June.
    assert due(case) == date(2026, 6, 15)
    assert due(resumed) == resumed.awaited_on == date(2026, 6, 18)
    assert resumed.deadline is not None
    ledger = resumed.deadline.ledger
    assert [day.day.day for day in ledger if day.reason is LedgerReason.SUSPENSION] == [4, 5, 8]
    assert [day.day.day for day in ledger if day.counted is not None] == [2, 3, 9, 10, 11, 12, 15, 16, 17, 18]


def test_a_suspended_clock_has_no_due_answer_and_no_alert() -> None:
    desk, case = suspending(at(30))
    suspended = desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(4))
    assert suspended.is_deadline_suspended
    assert (suspended.awaited_on, due(suspended)) == (None, date(2026, 6, 16))
    assert desk.agenda(date(2027, 1, 1)).answers == ()
    assert desk.cases.count(CaseQuery(due_until=date(2027, 1, 1))) == 0
    assert desk.sweep() == ()


def test_agenda_and_alerts_follow_the_new_date_after_a_suspension() -> None:
    desk, case = suspending(at(19))
    desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(4))
    desk.resume_deadline(case.reference, occurred_at=at(9))
    (answer,) = desk.agenda(date(2026, 6, 18)).answers
    assert (answer.case, answer.due) == (case.reference, date(2026, 6, 18))
    assert desk.agenda(date(2026, 6, 17)).answers == ()
    alerts = [(alert.alert.clock, alert.alert.threshold, alert.alert.due.day) for alert in desk.sweep()]
    assert alerts == [(DeadlineKind.ANSWER, threshold, 18) for threshold in Threshold]


def test_an_alert_is_raised_once_more_for_the_new_date() -> None:
    clock = factories.FakeClock(at(11))
    desk = new_desk(policy=SUSPENDING, clock=clock)
    case = factories.qualified(desk)

    assert [(a.alert.threshold, a.alert.due.day) for a in desk.sweep()] == [(Threshold.DUE_SOON, 15)]
    desk.suspend_deadline(case.reference, reason="une pièce manque")
    clock.set(at(15))
    assert desk.sweep() == ()
    desk.resume_deadline(case.reference)
    # 11 and 12 June are off the clock: 15 June is the eighth day, 17 June the tenth.
    assert [(a.alert.threshold, a.alert.due.day, a.alert.late) for a in desk.sweep()] == [
        (Threshold.DUE_SOON, 17, False)
    ]
    assert desk.sweep() == ()


def test_reopening_starts_a_clock_without_suspensions() -> None:
    desk, case = suspending()
    desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(4))
    desk.plan_nothing(case.reference, reason="isolé", occurred_at=at(5))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame, ...", occurred_at=at(9))
    desk.close(case.reference, reason=ClosingReason.ANSWERED, occurred_at=at(10))
    reopened = desk.reopen(case.reference, reason="un fait nouveau", occurred_at=at(15))

    first, second = reopened.answer_cycles
    assert (len(first.suspensions), second.suspensions) == (1, ())
    assert reopened.deadline_of(first).due == date(2026, 6, 18)
    assert (due(reopened), reopened.is_deadline_suspended) == (date(2026, 6, 29), False)
    again = desk.suspend_deadline(case.reference, reason="une autre pièce", occurred_at=at(16))
    assert [len(run.suspensions) for run in again.answer_cycles] == [1, 1]
    early = guards(desk, lambda desk: desk.suspend_deadline(case.reference, reason="trop tôt", occurred_at=at(3)))
    assert {"before-run", "before-deadline-suspension", "deadline-suspended"} <= {*early}


def test_an_overdue_case_cannot_be_suspended_by_a_corrected_date() -> None:
    desk, case = suspending()
    assert guards(desk, lambda desk: desk.suspend_deadline(case.reference, reason="trop tard", occurred_at=at(16))) == [
        "deadline-passed"
    ]
    suspended = desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(15))
    assert suspended.awaited_on is None
    moved = desk.correct_date(case.reference, suspended.version, happened_at=at(16), reason="le lendemain")
    assert (moved.awaited_on, moved.is_deadline_suspended) == (date(2026, 6, 15), False)
    assert [alert.alert.threshold for alert in desk.sweep()] == list(Threshold)


def test_a_receipt_moved_to_an_edition_without_suspensions_ignores_them() -> None:
    strict = Policy(edition="strict", in_force_until=date(2026, 5, 31))
    book = PolicyBook([strict, attrs.evolve(SUSPENDING, in_force_from=date(2026, 6, 1))])
    desk, case = suspending(policy=book)
    desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(4))
    moved = desk.correct(case.reference, reason="cachet", received_at=at(29, month=5))
    # Friday 29 May: ten business days from Monday 1 June on, nothing left out.
    assert (due(moved), moved.awaited_on) == (date(2026, 6, 12), date(2026, 6, 12))
    assert len(moved.answer_cycles[0].suspensions) == 1
    assert not desk.resume_deadline(case.reference, occurred_at=at(9)).is_deadline_suspended


def test_the_reason_of_a_suspension_is_redacted_by_default() -> None:
    desk, case = suspending()
    suspended = desk.suspend_deadline(case.reference, reason="le contrat de Mme Durand manque", occurred_at=at(4))
    event = suspended.events[-1].data
    assert isinstance(event, DeadlineSuspended)
    assert suspended.read(event.reason) == "le contrat de Mme Durand manque"
    assert "Durand" not in suspended.to_html()
    html = suspended.to_html(texts=True)
    assert "délai de réponse suspendu" in html
    assert "Durand" in html
    assert "délai suspendu depuis le 04/06/2026" in html
    assert "reprise du délai de réponse" in desk.resume_deadline(case.reference, occurred_at=at(9)).to_html()
