import sys
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import numpy as np
import pytest
from scipy import stats

from reclamation_core import ComplaintFacts, Desk, m2_1
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, SupportKind
from reclamation_core.errors import MissingExtraError
from reclamation_core.laboratory import what_if
from reclamation_core.simulation import SimulatedClock, WaitingTime, time_to_answer, waiting_of
from reclamation_core.vocabulary import MalfunctionFacts, Site, Sites

PARIS = ZoneInfo("Europe/Paris")
SITES = Sites(
    (
        Site(code="REIMS", name="Reims", region="Grand Est"),
        Site(code="COLMAR", name="Colmar", region="Grand Est", territory="alsace-moselle"),
    )
)

# Weeks of remission of 21 patients under 6-mercaptopurine; + marks those still in remission at the end.
# Freireich et al., Blood 21 (1963); the table below is in every textbook of survival analysis.
FREIREICH = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PUBLISHED = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}


def waits(told: str) -> list[WaitingTime]:
    return [WaitingTime(days=int(word.rstrip("+")), is_open=word.endswith("+")) for word in told.split()]


def test_the_curve_is_that_of_the_published_table() -> None:
    found = time_to_answer(waits(FREIREICH))
    steps = {point.days: point for point in found.points if point.answered}

    assert {days: round(point.still_open, 4) for days, point in steps.items()} == PUBLISHED
    assert {days: (point.at_risk, point.answered) for days, point in steps.items()} == {
        6: (21, 3),
        7: (17, 1),
        10: (15, 1),
        13: (12, 1),
        16: (11, 1),
        22: (7, 1),
        23: (6, 1),
    }
    assert (found.answered, found.still_open, found.median) == (9, 12, 23)


def test_the_bounds_are_greenwood_s_on_the_log_log_scale() -> None:
    (first, *_) = time_to_answer(waits(FREIREICH)).points
    # S = 18/21, Greenwood's variance of log S = 3 / (21 * 18); 1.96 standard errors of log(-log S) each way.
    assert first.low == pytest.approx(0.6197, abs=1e-3)
    assert first.high == pytest.approx(0.9516, abs=1e-3)


def test_the_mean_counts_the_open_ones_and_the_naive_mean_forgets_them() -> None:
    found = time_to_answer(waits("2 4+ 5"))
    # Until day 2 all are open, from 2 to 5 two thirds, none after: 2 + 3 * 2/3.
    assert found.mean == pytest.approx(4)
    assert found.naive_mean == 3.5
    assert not found.is_least
    assert [round(point.still_open, 6) for point in found.points] == [0.666667, 0.666667, 0]


def test_where_the_longest_wait_is_open_the_mean_is_the_least_that_it_can_be() -> None:
    found = time_to_answer(waits("2 9+"))
    assert (found.mean, found.is_least, found.median) == (2 + 7 / 2, True, 2)
    assert (found.answered_within(1), found.answered_within(2)) == (0, 0.5)
    assert found.answered_within(9) == 0.5
    assert found.answered_within(10) is None
    assert time_to_answer(waits("2 9")).answered_within(10) == 1


def test_without_an_answer_nothing_is_known_but_that_all_wait() -> None:
    found = time_to_answer(waits("3+ 5+"))
    assert (found.answered, found.naive_mean, found.mean, found.median) == (0, None, 5, None)
    assert [(point.still_open, point.high) for point in found.points] == [(1, 1), (1, 1)]
    assert [point.low for point in found.points] == pytest.approx([0.025 ** (1 / 2), 0.025])


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_where_none_or_all_are_answered_the_bounds_are_the_exact_ones(confidence: float) -> None:
    waiting = time_to_answer(waits("3+ 3+ 5+"), confidence=confidence).points
    (at_once,) = time_to_answer(waits("0 0 0 0"), confidence=confidence).points
    before, last = time_to_answer(waits("2 4"), confidence=confidence).points
    for point, trials in zip(waiting, (3, 1), strict=True):
        exact = stats.binomtest(trials, trials).proportion_ci(confidence, method="exact")
        assert [point.low, point.high] == pytest.approx([exact.low, 1])
    exact = stats.binomtest(0, 4).proportion_ci(confidence, method="exact")
    assert [at_once.low, at_once.high] == pytest.approx([0, exact.high])
    assert (last.still_open, last.low, last.high) == (0, 0, before.high)


def test_answers_on_the_day_of_receipt_take_no_day() -> None:
    found = time_to_answer(waits("0 0"))
    assert (found.mean, found.naive_mean, found.median) == (0, 0, 0)


@pytest.mark.parametrize("days", [-1, 2.0, True, "3"])
def test_a_wait_is_a_whole_number_of_days(days: Any) -> None:
    with pytest.raises(ValueError, match=r"days: .*; give a whole number of days, 0 or more"):
        WaitingTime(days=days, is_open=False)
    with pytest.raises(ValueError, match=r"days: .*; give a whole number of days"):
        time_to_answer(waits("1")).answered_within(days)


def test_a_wait_is_open_or_not() -> None:
    with pytest.raises(TypeError, match="is_open"):
        WaitingTime(days=1, is_open="no")  # type: ignore[arg-type]


def test_what_cannot_be_estimated_is_refused_with_its_place() -> None:
    class Odd:
        days, is_open = -3, False

    with pytest.raises(ValueError, match="waiting: it is empty; give at least one complaint"):
        time_to_answer([])
    with pytest.raises(TypeError, match=r"waiting\[1\]: 'late'; something with `days` and `is_open`"):
        time_to_answer([WaitingTime(days=1, is_open=False), "late"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"waiting\[0\].days: -3; give a whole number"):
        time_to_answer([Odd()])
    with pytest.raises(TypeError, match="waiting: 3; a collection is expected"):
        time_to_answer(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cases: 3; a collection is expected"):
        waiting_of(3, date(2026, 5, 10))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="confidence: 1; give a number between 0 and 1"):
        time_to_answer(waits("1"), confidence=1)


def test_scipy_is_named_with_its_extra_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingExtraError, match=r"scipy is not installed.*\[simulation\]"):
        time_to_answer(waits("1"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def facts(at: str, **known: Any) -> ComplaintFacts:
    return ComplaintFacts(received_at=moment(at), channel="survey", satisfaction=3, **known)


@pytest.fixture
def desk() -> Desk:
    """A desk on 11 May: answered, open, withdrawn, out of scope, a malfunction, one received since."""
    clock = SimulatedClock(moment("2026-04-30T09:00"))
    desk = Desk.in_memory(sites=SITES, clock=clock)
    answered = desk.register(facts("2026-04-30T08:00"), site="REIMS")
    opened = desk.register(facts("2026-04-30T08:00"), site="COLMAR")
    withdrawn = desk.register(facts("2026-04-30T08:00"), site="REIMS", source="mail")
    desk.register(ComplaintFacts(received_at=moment("2026-04-30T08:00"), nature="general_opinion"), site="REIMS")
    desk.register(MalfunctionFacts(received_at=moment("2026-04-30T08:00")), site="REIMS")
    clock.advance(moment("2026-05-05T10:00"))
    desk.withdraw(withdrawn.reference, words="Je retire ma plainte.")
    desk.close(withdrawn.reference, reason=ClosingReason.WITHDRAWN)
    clock.advance(moment("2026-05-07T10:00"))
    desk.add_support(answered.reference, kind=SupportKind.SURVEY, title="note")
    desk.qualify(answered.reference, problem="la note est basse", risks={}, likelihood=1)
    desk.answer(answered.reference, decision=AnswerDecision.FOUNDED, text="Nous vous rappelons.", collective=True)
    clock.advance(moment("2026-05-11T10:00"))
    desk.register(facts("2026-05-11T09:00"), site="REIMS", source="mail-2")
    assert opened.deadline is not None
    return desk


def test_the_waits_of_a_desk_are_counted_on_its_calendars_until_the_day_asked(desk: Desk) -> None:
    cases = desk.cases.find().cases
    # After 30 April come 4, 5, 6 and 7 May; the 1st and the 8th are holidays. Withdrawn on the 5th, the second one
    # waited two days; the open one has waited until the 10th, a Sunday.
    found = sorted((wait.days, wait.is_open) for wait in waiting_of(cases, date(2026, 5, 10)))
    assert found == [(2, True), (4, False), (4, True)]
    assert sorted((wait.days, wait.is_open) for wait in waiting_of(cases, date(2026, 5, 4))) == [(1, True)] * 3
    assert waiting_of(cases, date(2026, 4, 29)) == ()
    by_calendar = waiting_of(desk.cases.find().cases, date(2026, 5, 10), day_type="calendaire")
    assert sorted(wait.days for wait in by_calendar) == [5, 7, 10]


def test_the_waits_of_a_desk_make_the_estimate(desk: Desk) -> None:
    found = time_to_answer(waiting_of(desk.cases.find().cases, date(2026, 5, 12)))
    # Waits of 1+ (received on the 11th), 2+, 4 and 6+ days.
    assert (found.answered, found.still_open, found.naive_mean) == (1, 3, 4)
    assert found.mean == pytest.approx(4 + 2 * 0.5)


def test_cases_and_a_day_are_required(desk: Desk) -> None:
    with pytest.raises(TypeError, match="as_of: a date is expected"):
        waiting_of([], datetime(2026, 5, 10))  # noqa: DTZ001
    with pytest.raises(TypeError, match="cases: 3; cases of a desk are expected"):
        waiting_of([3], date(2026, 5, 10))  # type: ignore[list-item]
    with pytest.raises(ValueError, match="franc"):
        waiting_of(desk.cases.find().cases, date(2026, 5, 10), day_type="franc")


@attrs.frozen
class Row:
    days: Any
    is_open: Any


def test_numbers_and_truth_values_may_be_of_numpy() -> None:
    rows = [Row(np.int64(2), np.False_), Row(np.int16(4), np.True_), Row(np.uint8(5), is_open=False)]
    assert time_to_answer(rows) == time_to_answer(waits("2 4+ 5"))
    assert repr(WaitingTime(days=np.int64(3), is_open=np.True_)) == "WaitingTime(days=3, is_open=True)"  # type: ignore[arg-type]
    for odd in (np.float64(2), np.array([2, 3]), np.True_):
        with pytest.raises(ValueError, match=r"waiting\[0\].days: .*; give a whole number of days"):
            time_to_answer([Row(odd, is_open=False)])
    with pytest.raises(TypeError, match=r"waiting\[0\]: .*something with `days` and `is_open` is expected"):
        time_to_answer([Row(2, np.array([True, False]))])


def suspended(resumed: str | None) -> Case:
    """A complaint received on Monday 1 June, suspended from the 4th, resumed or not, answered on the 15th or not."""
    clock = SimulatedClock(moment("2026-06-01T09:00"))
    desk = Desk.in_memory(sites=SITES, clock=clock, policy=what_if(m2_1(), deadline_suspensions_allowed=True))
    case = desk.register(facts("2026-06-01T08:00"), site="REIMS")
    clock.advance(moment("2026-06-04T10:00"))
    case = desk.suspend_deadline(case.reference, reason="une pièce manque")
    if resumed:
        clock.advance(moment(resumed))
        case = desk.resume_deadline(case.reference)
    return case


def test_suspended_days_are_no_days_of_waiting() -> None:
    for resumed, as_of, days in [
        ("2026-06-09T10:00", "2026-06-12", 6),  # 2, 3, 9 to 12 June
        ("2026-06-04T15:00", "2026-06-12", 9),  # resumed on the same day: nothing is taken off
        (None, "2026-06-12", 2),  # 2 and 3 June
        (None, "2026-06-03", 2),  # it was not suspended yet
        (None, "2026-06-04", 2),  # the first day of the suspension is no day of waiting
        ("2026-06-09T10:00", "2026-06-05", 2),  # it was suspended still
    ]:
        (wait,) = waiting_of([suspended(resumed)], date.fromisoformat(as_of))
        assert (wait.days, wait.is_open) == (days, True), (resumed, as_of, days)
