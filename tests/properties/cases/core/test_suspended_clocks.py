"""Suspensions of the answer clock (I25) against a count of its own, day by day."""

from datetime import date, datetime, timedelta
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import Case, DeadlineKind
from reclamation_core.cases.deadlines import alerts_due
from reclamation_core.cases.events import DateCorrected, DeadlineResumed, DeadlineSuspended, Withdrawn
from reclamation_core.policy import Parameters, Policy
from tests.unit.cases.core.life import after, guards_of, opened, refused
from tests.unit.policy.cases import CALENDAR, RECEIVED

DAYS = 10
EDITION = Policy(edition="suspensions", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True)))
SUSPENDED, RESUMED = DeadlineSuspended(reason="une pièce manque"), DeadlineResumed()
LATER = RECEIVED + timedelta(days=200)
gaps = st.lists(st.integers(0, 40).map(lambda quarters: timedelta(hours=6 * quarters)), max_size=6)


def instants(between: list[timedelta]) -> list[datetime]:
    """Instants after the receipt and its registration, each some time after the one before."""
    found = [RECEIVED + timedelta(hours=2)]
    for gap in between:
        found.append(found[-1] + gap)
    return found[1:]


def counted_to(off: set[date]) -> date:
    """The tenth business day after the receipt, days off the clock left out."""
    day, left = CALENDAR.day_of(RECEIVED), DAYS
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_business_day(day) and day not in off
    return day


def days_off(suspensions: list[tuple[datetime, datetime | None]]) -> set[date]:
    """The days from each suspension to the day before its end; where it goes on, the first alone."""
    off: set[date] = set()
    for since, until in suspensions:
        first = CALENDAR.day_of(since)
        last = first + timedelta(days=1) if until is None else CALENDAR.day_of(until)
        off |= {first + timedelta(days=number) for number in range((last - first).days)}
    return off


def lived(times: list[datetime]) -> tuple[Case, list[tuple[datetime, datetime | None]]]:
    """A case suspended and resumed in turn, and the suspensions that a count by hand lets through."""
    case, kept = opened(policy=EDITION), list[tuple[datetime, datetime | None]]()
    for moment in times:
        is_open = bool(kept) and kept[-1][1] is None
        passed = CALENDAR.day_of(moment) > counted_to(days_off(kept))
        act = RESUMED if is_open else SUSPENDED
        if passed and not is_open:
            assert guards_of(refused(case, act, at=moment, now=LATER, policy=EDITION)) == ["deadline-passed"]
            break
        case = after(case, act, at=moment, now=LATER, policy=EDITION)
        kept[-1:] = [(kept[-1][0], moment)] if is_open else [*kept[-1:], (moment, None)]
    return case, kept


@given(gaps)
def test_the_last_day_is_the_one_counted_by_hand(between: list[timedelta]) -> None:
    case, kept = lived(instants(between))
    expected = counted_to(days_off(kept))
    is_open = bool(kept) and kept[-1][1] is None
    assert case.deadline is not None
    assert (case.deadline.due, case.is_deadline_suspended) == (expected, is_open)
    assert case.awaited_on == (None if is_open else expected)
    ledger = case.deadline.ledger
    assert len([day for day in ledger if day.counted is not None]) == DAYS
    assert not {day.day for day in ledger if day.counted is not None} & days_off(kept)


@given(gaps, st.integers(0, 60))
def test_what_stops_the_clock_ends_the_suspension_that_is_open(between: list[timedelta], hours: int) -> None:
    times = instants(between)
    case, kept = lived(times)
    stop = max([RECEIVED + timedelta(hours=2), *times]) + timedelta(hours=hours)
    stopped = after(case, Withdrawn(), at=stop, now=LATER, policy=EDITION)
    ended: list[tuple[datetime, datetime | None]] = [(since, until or stop) for since, until in kept]
    assert stopped.deadline is not None
    assert stopped.deadline.due == counted_to(days_off(ended))
    assert (stopped.awaited_on, stopped.is_deadline_suspended) == (None, False)


@given(gaps, st.integers(0, 60))
def test_alerts_are_of_the_date_that_is_awaited_and_of_none_while_none_is(between: list[timedelta], days: int) -> None:
    case, _ = lived(instants(between))
    now = max(RECEIVED, *(event.occurred_at for event in case.events)) + timedelta(days=days)
    alerts = [alert for alert in alerts_due(case, EDITION, now) if alert.clock is DeadlineKind.ANSWER]
    assert {alert.due for alert in alerts} <= {case.awaited_on}
    if case.awaited_on is not None:
        today = CALENDAR.day_of(now)
        assert ("overdue" in [alert.threshold for alert in alerts]) == (today > case.awaited_on)
        assert ("due_today" in [alert.threshold for alert in alerts]) == (today >= case.awaited_on)


@given(gaps.filter(bool), st.data())
def test_a_corrected_date_gives_the_case_that_had_it_at_first(between: list[timedelta], data: st.DataObject) -> None:
    case, kept = lived(instants(between))
    numbers = [event.number for event in case.events if isinstance(event.data, DeadlineSuspended | DeadlineResumed)]
    number = data.draw(st.sampled_from(numbers))
    place = numbers.index(number)
    moments = [event.occurred_at for event in case.events if event.number in numbers]
    right = RECEIVED + timedelta(hours=data.draw(st.integers(2, 24 * 60)))
    neighbours = (*moments[:place], right, *moments[place + 1 :])
    correction = DateCorrected(event=number, happened_at=right, reason="relu")

    dates: dict[str, Any] = {"now": LATER + timedelta(hours=1), "at": LATER, "policy": EDITION}
    if list(neighbours) != sorted(neighbours):
        assert guards_of(refused(case, correction, **dates)) == ["against-the-history"]
        return
    corrected = after(case, correction, **dates)
    turns = iter(neighbours)
    expected = [(since, next(turns, None)) for since in turns]
    assert [(one.since, one.until) for one in corrected.answer_cycles[0].suspensions] == expected
    assert len(expected) == len(kept)


def test_the_documents_of_a_suspended_case_read_back_equal() -> None:
    from reclamation_core.cases import case_document, read_case, read_vault, vault_document
    from reclamation_core.cases.documents import read_state, state_document

    case, _ = lived(instants([timedelta(days=1), timedelta(days=2), timedelta(days=1)]))
    vault: Any = read_vault(vault_document(case.vault))
    assert read_case(case_document(case), vault) == case
    assert read_state(state_document(case), case.events, vault) == case
    assert attrs.evolve(case.answer_cycles[0], suspensions=()) != case.answer_cycles[0]
