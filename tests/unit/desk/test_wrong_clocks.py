"""A wrong clock: its events are refused or reported, and one corrected date repairs them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, CommandRefusedError
from reclamation_core.cases.deadlines import retained_until
from reclamation_core.desk import ClockError, Desk, Registration, RegistrationResult
from reclamation_core.plans import PlanScope
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import Role
from tests.databases import postgresql_store, sqlite_file
from tests.inside import clock_of, store_of
from tests.unit.desk.factories import (
    SITES,
    FakeClock,
    answered,
    at,
    closed,
    facts,
    in_year,
    new_desk,
    planned_nothing,
    registered,
    sheet,
)

CLOSING = ClosingReason.ANSWERED


def retained(case: Case) -> date | None:
    return retained_until(case, m2_1())


def with_clock(desk: Desk, now: datetime, **options: Any) -> Desk:
    """Return a desk on the same store with another clock."""
    clock = FakeClock(now)
    return Desk(store_of(desk), sites=SITES, clock=clock, **options).acting("Mme Roux", Role.RQR)


def ahead_of(desk: Desk, days: int, **options: Any) -> Desk:
    return with_clock(desk, at(1, month=7) + timedelta(days=days), **options)


COMMANDS: dict[str, Callable[[Desk, str], object]] = {
    "register": lambda desk, _: desk.register(facts(at(1)), site="CRE"),
    "register with a date": lambda desk, _: desk.register(facts(at(1)), site="CRE", occurred_at=at(2)),
    "register many": lambda desk, _: _raised(desk.register_many([Registration(facts=facts(at(1)), site="CRE")])),
    "act": lambda desk, reference: desk.close(reference, reason=CLOSING),
    "act with a date": lambda desk, reference: desk.close(reference, reason=CLOSING, occurred_at=at(2, month=7)),
    "correct": lambda desk, reference: desk.correct(reference, reason="relu", channel="portal"),
    "correct a date": lambda desk, reference: desk.correct_date(reference, 1, happened_at=at(1), reason="relu"),
    "act on a plan": lambda desk, _: desk.pgaac("CRE").add(sheet()),
    "sweep": lambda desk, _: desk.sweep(),
    "erase": lambda desk, _: desk.forget_expired(),
    "nightly": lambda desk, _: desk.maintenance.nightly(),
}


def _raised(results: Iterable[RegistrationResult]) -> None:
    for result in results:
        if result.refusal is not None:
            raise result.refusal


@pytest.mark.parametrize("command", COMMANDS)
def test_a_clock_far_ahead_of_the_register_writes_nothing(command: str, desk: Desk) -> None:
    case = answered(desk)
    ahead = ahead_of(desk, 11 * 365)
    before = store_of(desk).feed.read(limit=1000)
    with pytest.raises(ClockError, match="the latest event of the register is of 1 July 2026 09:00 UTC") as refusal:
        COMMANDS[command](ahead, case.reference)
    assert (refusal.value.dated, refusal.value.now) == (at(1, month=7), clock_of(ahead).now())
    assert store_of(desk).feed.read(limit=1000) == before


def test_the_limit_is_400_days_by_default_and_an_option_of_the_desk(desk: Desk) -> None:
    case = answered(desk)

    with pytest.raises(ClockError):
        ahead_of(desk, 401).acknowledge(case.reference)
    with pytest.raises(ClockError):
        ahead_of(desk, 31, clock_limit=timedelta(days=30)).acknowledge(case.reference)
    trusted: tuple[tuple[int, dict[str, Any]], ...] = (
        (400, {}),
        (30, {"clock_limit": timedelta(days=30)}),
        (4000, {"clock_limit": None}),
    )
    for days, options in trusted:
        ahead_of(desk, days, **options).maintenance.require_clock()
    for wrong in (400, timedelta(), "P400D"):
        with pytest.raises(TypeError, match="clock_limit"):
            Desk.in_memory(clock_limit=wrong)  # type: ignore[arg-type]


def test_a_confirmed_clock_is_right_for_a_register_that_was_idle(desk: Desk) -> None:
    registered(desk)
    later = ahead_of(desk, 900)
    with pytest.raises(ClockError):
        later.maintenance.nightly()
    assert later.maintenance.confirm_clock() == at(1, month=7) + timedelta(days=900)
    assert len(later.maintenance.nightly().alerts) == 3
    assert registered(ahead_of(desk, 901)).reference == "R-2026-000002"
    assert [job.name for job in desk.maintenance.jobs()] == ["nightly"]
    with pytest.raises(ClockError):
        ahead_of(desk, 1302).sweep()


def test_a_case_whose_last_event_is_old_is_handled_in_a_register_that_is_used(desk: Desk) -> None:
    case = closed(desk)
    for days in (300, 600, 900):
        registered(ahead_of(desk, days))
    assert [one.reference for one in ahead_of(desk, 1000).forget_expired()] == [case.reference]


def test_a_night_names_the_cases_with_a_date_in_the_future_and_goes_on(desk: Desk) -> None:
    poisoned = answered(desk)
    in_year(desk, 2028).close(poisoned.reference, reason=CLOSING)
    other = registered(desk)

    report = desk.maintenance.nightly()

    assert [(one.case, one.dated) for one in report.dated_ahead] == [
        (poisoned.reference, at(1, 9, 7).replace(year=2028))
    ]
    assert {alert.reference for alert in report.alerts} == {other.reference}
    assert (report.is_clean, report.failures) == (True, ())
    assert report.to_document()["dated_ahead"] == [{"case": poisoned.reference, "dated": "2028-07-01T09:00:00+00:00"}]
    assert "Dossiers dont une date est à venir : 1" in report.to_text()
    dated = "a une opération datée du 01/07/2028 11:00, heure de Paris"
    assert f"le dossier {poisoned.reference} {dated}" in report.to_text()


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_the_latest_recording_is_found_before_and_after_the_feed_is_read(store: str, tmp_path: Path) -> None:
    opened = SqlAlchemyStore.open(sqlite_file(tmp_path)) if store == "sqlite" else postgresql_store()
    clock = FakeClock(at(1, month=7))
    desk = Desk(opened, sites=SITES, clock=clock)
    assert opened.feed.last_recorded_at() is None
    for day in (1, 2, 3):
        clock.set(at(day, month=7))
        registered(desk)
        assert opened.feed.last_recorded_at() == at(day, month=7)
    opened.feed.read()
    assert opened.feed.last_recorded_at() == at(3, month=7)
    clock.set(at(4, month=7))
    registered(desk)
    assert opened.feed.last_recorded_at() == at(4, month=7)
    opened.close()


def test_an_event_dated_two_years_ahead_is_reported_and_corrected(desk: Desk) -> None:
    case = answered(desk)
    others = registered(desk), closed(desk)
    wrong = in_year(desk, 2028).close(case.reference, reason=CLOSING)
    assert retained(wrong) == date(2029, 7, 1)

    with pytest.raises(ClockError, match="has an event dated 1 July 2028 09:00 UTC") as refusal:
        desk.reopen(case.reference, reason="une nouvelle pièce")
    assert (refusal.value.dated, refusal.value.now) == (wrong.closed_at, at(1, month=7))
    with pytest.raises(ClockError, match=r"R-2026-000001 has an event dated 1 July 2028 09:00 UTC"):
        desk.sweep()
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


def test_alerts_of_a_clock_ahead_do_not_prevent_commands(desk: Desk, case: Case) -> None:
    assert in_year(desk, 2028).sweep() != ()
    assert desk.acknowledge(case.reference).acknowledged_at == at(1, month=7)


def test_a_plan_is_not_dated_by_alerts_of_a_clock_ahead(desk: Desk) -> None:
    case = planned_nothing(desk)
    wrong = in_year(desk, 2028).contain(case.reference, measure="une salle")
    desk.correct_date(case.reference, wrong.version, happened_at=at(2), reason="l'horloge avançait")
    answered = desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame")
    assert answered.answer_cycles[-1].answered_at == at(1, month=7)
    desk.analyse(case.reference, causes=("organisation",))
    desk.plan(case.reference, sheet())
    with store_of(desk).unit_of_work() as unit:
        events = unit.plans.get(str(PlanScope.site("CRE"))).events
    assert [event.occurred_at for event in events] == [at(1, month=7)]


ACTS: tuple[Callable[[Desk, str], Case], ...] = (
    lambda desk, reference: desk.acknowledge(reference),
    lambda desk, reference: desk.contain(reference, measure="une salle"),
    lambda desk, reference: desk.complete_facts(reference, recurrences=0),
)


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(-30 * 24, 30 * 24)), min_size=1, max_size=6))
def test_an_event_is_dated_within_a_day_of_the_clock(acts: list[tuple[Callable[[Desk, str], Case], int]]) -> None:
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


def test_an_instant_may_equal_its_limit_and_not_pass_it() -> None:
    desk, moment = new_desk(at(10)), timedelta(microseconds=1)
    case = desk.register(facts(at(1)), site="CRE", occurred_at=at(10)).reference
    desk.add_note(case, text="la même heure", occurred_at=at(10))
    assert desk.correct_date(case, 2, happened_at=at(10), reason="relu").version == 3
    for instant in (at(1) - moment, at(10) + moment):
        with pytest.raises(CommandRefusedError):
            desk.add_note(case, text="une autre heure", occurred_at=instant)
        with pytest.raises(CommandRefusedError):
            desk.correct_date(case, 2, happened_at=instant, reason="relu")
