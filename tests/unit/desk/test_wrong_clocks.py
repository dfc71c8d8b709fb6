"""A wrong clock: its events are refused or reported, and one corrected date repairs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, CommandRefusedError
from reclamation_core.cases.deadlines import retained_until
from reclamation_core.desk import ClockError, Desk
from reclamation_core.errors import FaultsError
from reclamation_core.plans import PlanScope
from reclamation_core.policy import m2_1
from tests.unit.desk.factories import (
    FakeClock,
    answered,
    at,
    closed,
    in_year,
    new_desk,
    planned_nothing,
    registered,
    sheet,
)

CLOSING = ClosingReason.ANSWERED


def retained(case: Case) -> date | None:
    return retained_until(case, m2_1())


def test_a_clock_far_ahead_dates_no_event() -> None:
    desk = new_desk()
    case = answered(desk)
    ahead = in_year(desk, 2099)

    with pytest.raises(ClockError, match="set the clock if it is fast, else enter the date of the event") as refusal:
        ahead.close(case.reference, reason=CLOSING)
    assert (refusal.value.dated, refusal.value.now.year) == (case.events[-1].recorded_at, 2099)
    assert "réglez-la si elle avance" in refusal.value.in_("fr")
    with pytest.raises(ClockError):
        ahead.correct(case.reference, reason="relu", channel="portal")
    dated = ahead.close(case.reference, reason=CLOSING, occurred_at=at(2, month=7))
    assert (dated.closed_at, retained(dated)) == (at(2, month=7), date(2027, 7, 2))


def test_a_clock_far_ahead_erases_nothing() -> None:
    desk = new_desk()
    case = closed(desk)

    with pytest.raises(ClockError, match="the clock shows 2099-07-01 09:00 UTC"):
        in_year(desk, 2099).forget_expired()
    with pytest.raises(FaultsError, match="now: 2099-"):
        desk.forget_expired(at(1).replace(year=2099))
    assert desk.cases.get(case.reference) == case


def test_an_event_dated_two_years_ahead_is_reported_and_corrected() -> None:
    desk = new_desk()
    case = answered(desk)
    others = registered(desk), closed(desk)
    wrong = in_year(desk, 2028).close(case.reference, reason=CLOSING)
    assert retained(wrong) == date(2029, 7, 1)

    with pytest.raises(ClockError, match="has an event dated 2028-07-01 09:00 UTC") as refusal:
        desk.reopen(case.reference, reason="une nouvelle pièce")
    assert (refusal.value.dated, refusal.value.now) == (wrong.closed_at, at(1, month=7))
    with pytest.raises(ClockError, match=r"R-2026-000001 has an event dated 2028-07-01 09:00 UTC") as told:
        desk.sweep()
    assert "sinon rectifiez la date de l'acte" in told.value.wording.fr
    assert desk.cases.get(others[0].reference).alerts
    with pytest.raises(ClockError):
        in_year(desk, 2028 - 1).forget_expired()
    assert desk.cases.get(others[1].reference).closed_at is not None

    right = desk.correct_date(case.reference, wrong.version, happened_at=at(1, month=7), reason="l'horloge avançait")

    assert (right.closed_at, retained(right)) == (at(1, month=7), date(2027, 7, 1))
    reopened = desk.reopen(case.reference, reason="une nouvelle pièce")
    assert reopened.events[-1].occurred_at == at(1, month=7)
    assert [event.recorded_at.year for event in reopened.events[-3:]] == [2028, 2028, 2028]
    assert all(alert.reference != "" for alert in desk.sweep())
    assert list(desk.verify()) == []


def test_a_registration_by_a_clock_ahead_is_corrected_as_any_event() -> None:
    ahead = new_desk(at(1).replace(year=2027))
    case = ahead.register(registered(new_desk()).facts, site="CRE")
    desk = in_year(ahead, 2026)

    with pytest.raises(ClockError, match="correct the date of the event"):
        desk.acknowledge(case.reference)
    desk.correct_date(case.reference, 1, happened_at=at(2), reason="l'horloge avançait")
    assert desk.acknowledge(case.reference).acknowledged_at == at(1, month=7)


def test_a_receipt_in_the_future_may_be_corrected() -> None:
    ahead = new_desk(at(1).replace(year=2027))
    received = at(1).replace(year=2027)
    case = ahead.register(attrs.evolve(registered(new_desk()).facts, received_at=received), site="CRE")
    desk = in_year(ahead, 2026)

    desk.correct(case.reference, reason="l'année", received_at=at(1))
    desk.correct_date(case.reference, 1, happened_at=at(2), reason="l'horloge avançait")
    assert desk.acknowledge(case.reference).received_at == at(1)


def test_alerts_of_a_clock_ahead_do_not_prevent_commands() -> None:
    desk = new_desk()
    case = registered(desk)
    assert in_year(desk, 2028).sweep() != ()

    assert desk.acknowledge(case.reference).acknowledged_at == at(1, month=7)


def test_a_plan_is_not_dated_by_alerts_of_a_clock_ahead() -> None:
    desk = new_desk()
    case = planned_nothing(desk)
    wrong = in_year(desk, 2028).contain(case.reference, measure="une salle")
    desk.correct_date(case.reference, wrong.version, happened_at=at(2), reason="l'horloge avançait")

    answered = desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame")
    answered_at = answered.answer_cycles[-1].answered_at
    assert answered_at == at(1, month=7)
    desk.analyse(case.reference, causes=("organisation",))
    desk.plan(case.reference, sheet())
    with desk._context.store.unit_of_work() as unit:
        events = unit.plans.get(str(PlanScope.site("CRE"))).events
    assert [event.occurred_at for event in events] == [at(1, month=7)]


ACTS: tuple[Callable[[Desk, str], Case], ...] = (
    lambda desk, reference: desk.acknowledge(reference),
    lambda desk, reference: desk.contain(reference, measure="une salle"),
    lambda desk, reference: desk.complete_facts(reference, recurrences=0),
)


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(-30 * 24, 30 * 24)), min_size=1, max_size=6))
def test_an_event_is_dated_within_a_day_of_the_clock(
    acts: list[tuple[Callable[[Desk, str], Case], int]],
) -> None:
    """The oracle has only the dates: a command is refused if one of them is over a day after the clock."""
    clock = FakeClock(at(1, month=7))
    desk = new_desk(clock=clock)
    case = desk.register(registered(new_desk()).facts, site="CRE", occurred_at=at(1))
    dates, day = [at(1)], timedelta(days=1)
    for act, hours in acts:
        now = clock.set(at(1, month=7) + timedelta(hours=hours))
        try:
            case = act(desk, case.reference)
        except ClockError:
            assert max(dates) > now + day
            continue
        except CommandRefusedError:
            pass
        assert max(dates) <= now + day
        dates.append(max(now, *dates))
        assert [event.occurred_at for event in case.events] == dates
        recorded = [event.recorded_at for event in case.events]
        assert recorded == sorted(recorded)
