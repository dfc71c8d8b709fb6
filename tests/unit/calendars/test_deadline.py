import pickle
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reclamation_core.calendars import (
    BusinessCalendar,
    DayRange,
    DayType,
    Deadline,
    DeadlineRule,
    DeadlineStatus,
    Duration,
    NaiveInstantError,
    OutsideHorizonError,
    SuspensionsNotAllowedError,
)

PARIS = ZoneInfo("Europe/Paris")
FRANCE = BusinessCalendar.france()
ALSACE = BusinessCalendar.france("alsace-moselle")
WHIT_MONDAY_WORKED = BusinessCalendar.france(whit_monday_worked=True)
TEN_DAYS = DeadlineRule(days=10)

# The table of dates of the project's design: received -> last day to answer.
DATES = [
    ("2024-04-26", "2024-05-15", "2024-05-15", "2024-05-15", "2024-05-14"),
    ("2024-05-10", "2024-05-27", "2024-05-27", "2024-05-24", "2024-05-24"),
    ("2024-05-11", "2024-05-27", "2024-05-27", "2024-05-24", "2024-05-27"),
    ("2024-12-20", "2025-01-07", "2025-01-08", "2025-01-07", "2025-01-06"),
    ("2025-04-11", "2025-04-28", "2025-04-29", "2025-04-28", "2025-04-25"),
    ("2025-06-02", "2025-06-17", "2025-06-17", "2025-06-16", "2025-06-16"),
    ("2026-12-18", "2027-01-05", "2027-01-05", "2027-01-05", "2027-01-04"),
]


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(("received", "metropole", "alsace", "whit_monday_worked", "first_counted"), DATES)
def test_the_last_days_agree_with_the_table(
    received: str, metropole: str, alsace: str, whit_monday_worked: str, first_counted: str
) -> None:
    received_at = paris(f"{received}T09:30")
    assert FRANCE.deadline(received_at, TEN_DAYS).due == date.fromisoformat(metropole)
    assert ALSACE.deadline(received_at, TEN_DAYS).due == date.fromisoformat(alsace)
    assert WHIT_MONDAY_WORKED.deadline(received_at, TEN_DAYS).due == date.fromisoformat(whit_monday_worked)
    counting_the_first = DeadlineRule(days=10, first_day_counted=True)
    assert FRANCE.deadline(received_at, counting_the_first).due == date.fromisoformat(first_counted)


def test_a_mail_at_half_past_eleven_utc_is_received_the_next_day_in_paris() -> None:
    # Monday 4 May in Greenwich is already Tuesday 5 May in Paris.
    deadline = FRANCE.deadline(datetime(2026, 5, 4, 23, 30, tzinfo=UTC), DeadlineRule(days=1))
    assert deadline.received_on == deadline.arrived_on == date(2026, 5, 5)
    assert deadline.due == date(2026, 5, 6)


def test_the_hours_that_a_clock_shows_twice_or_never_are_received_on_their_day() -> None:
    rule = DeadlineRule(days=1)
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1)]
    never = datetime(2026, 3, 29, 2, 30, tzinfo=PARIS)
    assert [FRANCE.deadline(instant, rule).received_on for instant in twice] == [date(2026, 10, 25)] * 2
    assert FRANCE.deadline(never, rule).received_on == date(2026, 3, 29)
    # Clocks change in the night before these days: midnight is 22:00 UTC in summer and 23:00 in winter.
    assert FRANCE.day_of(datetime(2026, 10, 25, 22, 30, tzinfo=UTC)) == date(2026, 10, 25)
    assert FRANCE.day_of(datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == date(2026, 10, 25)


def test_the_end_is_the_midnight_that_ends_the_last_day_and_is_too_late() -> None:
    deadline = FRANCE.deadline(paris("2026-05-02T09:30"), TEN_DAYS)
    assert deadline.due == date(2026, 5, 19)
    assert deadline.end == paris("2026-05-20T00:00")
    assert deadline.end.utcoffset() == timedelta(hours=2)
    last_moment = deadline.end - timedelta(microseconds=1)
    assert deadline.status(deadline.end, last_moment) is DeadlineStatus.MET
    assert deadline.status(deadline.end, deadline.end) is DeadlineStatus.MET_LATE
    assert deadline.status(last_moment) is DeadlineStatus.DUE_TODAY
    assert deadline.status(deadline.end) is DeadlineStatus.OVERDUE


def test_after_the_cut_off_of_its_zone_what_arrives_is_received_the_next_day() -> None:
    rule = DeadlineRule(days=1, cut_off=time(17))
    at_the_hour = FRANCE.deadline(paris("2026-05-04T17:00"), rule)
    after = FRANCE.deadline(paris("2026-05-04T17:00:00.000001"), rule)
    assert (at_the_hour.received_on, at_the_hour.due) == (date(2026, 5, 4), date(2026, 5, 5))
    assert (after.arrived_on, after.received_on, after.due) == (date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6))
    instant = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
    assert FRANCE.deadline(instant, rule).received_on == date(2026, 6, 1)
    assert BusinessCalendar.france("reunion").deadline(instant, rule).received_on == date(2026, 6, 2)
    assert FRANCE.deadline(paris("2026-05-29T18:00"), rule).due == date(2026, 6, 1)


def test_a_closure_moves_the_last_day() -> None:
    closed = BusinessCalendar.france(closures=[(date(2026, 5, 11), date(2026, 5, 12))], bridge_days=[date(2026, 5, 15)])
    assert closed.deadline(paris("2026-05-02T09:30"), TEN_DAYS).due == date(2026, 5, 22)


def test_four_days_end_by_their_day_type() -> None:
    for day_type, due in [
        (DayType.OUVRE, date(2026, 5, 7)),
        (DayType.OUVRABLE, date(2026, 5, 6)),
        (DayType.CALENDAIRE, date(2026, 5, 4)),
        (DayType.FRANC, date(2026, 5, 5)),
    ]:
        assert FRANCE.deadline(paris("2026-04-30T09:30"), DeadlineRule(days=4, day_type=day_type)).due == due, day_type


def test_clear_days_that_would_end_on_a_weekend_end_on_the_next_business_day() -> None:
    rule = DeadlineRule(days=5, day_type=DayType.FRANC)
    assert FRANCE.deadline(paris("2026-05-01T09:30"), rule).due == date(2026, 5, 7)
    assert FRANCE.deadline(paris("2026-05-02T09:30"), rule).due == date(2026, 5, 11)


SUSPENDED = DeadlineRule(days=3, suspensions_allowed=True)


@pytest.mark.parametrize(
    ("suspensions", "due"),
    # Received on Monday 1 June 2026, three business days: 2, 3, 4 June.
    [
        ([], date(2026, 6, 4)),
        ([date(2026, 6, 2)], date(2026, 6, 5)),
        ([(date(2026, 6, 3), date(2026, 6, 9))], date(2026, 6, 11)),
        ([(date(2026, 5, 1), date(2026, 6, 2))], date(2026, 6, 5)),
        ([date(2026, 6, 2), (date(2026, 6, 5), date(2026, 6, 8))], date(2026, 6, 9)),
        ([date(2026, 6, 1)], date(2026, 6, 4)),
        ([date(2026, 6, 5)], date(2026, 6, 4)),
        ([date(2020, 6, 5), (date(1980, 1, 1), date(1980, 2, 1))], date(2026, 6, 4)),
        ([date(2026, 6, 3), date(2026, 6, 3)], date(2026, 6, 5)),
    ],
)
def test_suspended_days_do_not_count(suspensions: Any, due: date) -> None:
    assert FRANCE.deadline(paris("2026-06-01T09:30"), SUSPENDED, suspensions).due == due


def test_a_suspended_first_day_does_not_count_either() -> None:
    rule = DeadlineRule(days=3, first_day_counted=True, suspensions_allowed=True)
    assert FRANCE.deadline(paris("2026-06-01T09:30"), rule, [date(2026, 6, 1)]).due == date(2026, 6, 4)
    assert FRANCE.deadline(paris("2026-06-01T09:30"), rule, [date(2026, 5, 31)]).due == date(2026, 6, 3)


def test_clear_days_do_not_expire_in_a_suspension() -> None:
    rule = DeadlineRule(days=3, day_type=DayType.FRANC, suspensions_allowed=True)
    received_at = paris("2026-06-01T09:30")
    assert FRANCE.deadline(received_at, rule).due == date(2026, 6, 5)
    assert FRANCE.deadline(received_at, rule, [date(2026, 6, 5)]).due == date(2026, 6, 8)
    assert FRANCE.deadline(received_at, rule, [date(2026, 6, 3)]).due == date(2026, 6, 8)
    both: list[Any] = [date(2026, 6, 5), (date(2026, 6, 8), date(2026, 6, 9))]
    assert FRANCE.deadline(received_at, rule, both).due == date(2026, 6, 10)


def test_suspensions_are_refused_where_the_rule_allows_none() -> None:
    given = (date(2026, 6, 3), date(2026, 6, 4)), (date(2026, 6, 8), date(2026, 6, 8))
    named = r"2026-06-03\.\.2026-06-04, 2026-06-08\.\.2026-06-08; the rule allows none"
    with pytest.raises(SuspensionsNotAllowedError, match=named) as refused:
        FRANCE.deadline(paris("2026-06-01T09:30"), TEN_DAYS, given)
    assert refused.value.suspensions == given
    assert FRANCE.deadline(paris("2026-06-01T09:30"), TEN_DAYS, []).suspensions == ()


def test_a_suspension_past_the_horizon_is_refused() -> None:
    with pytest.raises(OutsideHorizonError) as refused:
        FRANCE.deadline(paris("2026-06-01T09:30"), SUSPENDED, [(date(2026, 6, 3), date(2100, 6, 4))])
    assert refused.value.day == date(2100, 6, 4)


def test_an_unanswered_deadline_has_the_status_of_the_day() -> None:
    for at, status in [
        ("2026-05-01T09:00", DeadlineStatus.RUNNING),
        ("2026-05-14T23:59", DeadlineStatus.RUNNING),
        ("2026-05-15T00:00", DeadlineStatus.DUE_SOON),
        ("2026-05-18T12:00", DeadlineStatus.DUE_SOON),
        ("2026-05-19T00:00", DeadlineStatus.DUE_TODAY),
        ("2026-05-19T23:59", DeadlineStatus.DUE_TODAY),
        ("2026-05-20T00:00", DeadlineStatus.OVERDUE),
    ]:
        deadline = FRANCE.deadline(paris("2026-05-02T09:30"), TEN_DAYS)
        assert deadline.status(paris(at)) is status, at
        assert deadline.status(paris(at).astimezone(UTC)) is status, at


def test_due_soon_is_a_parameter_of_the_rule() -> None:
    received_at, at = paris("2026-05-02T09:30"), paris("2026-05-18T12:00")
    assert FRANCE.deadline(received_at, DeadlineRule(due_soon=0)).status(at) is DeadlineStatus.RUNNING
    assert FRANCE.deadline(received_at, DeadlineRule(due_soon=1)).status(at) is DeadlineStatus.DUE_SOON


def test_an_answer_has_its_status_once_given_and_none_before_the_receipt() -> None:
    deadline = FRANCE.deadline(paris("2026-05-02T09:30"), TEN_DAYS)
    assert deadline.status(paris("2030-01-02T09:00"), paris("2026-05-19T23:59")) is DeadlineStatus.MET
    assert deadline.status(paris("2030-01-02T09:00"), paris("2026-05-20T00:01")) is DeadlineStatus.MET_LATE
    answered_at = paris("2026-05-18T10:00")
    assert deadline.status(paris("2026-05-18T09:59"), answered_at) is DeadlineStatus.DUE_SOON
    assert deadline.status(answered_at, answered_at) is DeadlineStatus.MET
    with pytest.raises(
        ValueError, match=r"answered_at: 2026-05-02T09:29:00\+02:00 is before the receipt, 2026-05-02T09:30"
    ):
        deadline.status(paris("2026-06-02T09:30"), paris("2026-05-02T09:29"))
    assert deadline.status(paris("2026-06-02T09:30"), paris("2026-05-02T09:30")) is DeadlineStatus.MET


def test_instants_of_the_repeated_hour_are_distinguished() -> None:
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1))
    deadline = FRANCE.deadline(first, TEN_DAYS)
    assert deadline.status(first, second) is DeadlineStatus.RUNNING
    assert deadline.status(second, second) is DeadlineStatus.MET
    with pytest.raises(ValueError, match="is before the receipt"):
        FRANCE.deadline(second, TEN_DAYS).status(second, first)


def test_business_days_left_are_those_after_the_day() -> None:
    for at, left in [
        ("2026-04-01T09:00", 10),
        ("2026-05-02T09:30", 10),
        ("2026-05-04T09:00", 9),
        ("2026-05-18T09:00", 1),
        ("2026-05-19T09:00", 0),
        ("2026-05-20T09:00", -1),
        ("2026-05-26T09:00", -4),
    ]:
        assert FRANCE.deadline(paris("2026-05-02T09:30"), TEN_DAYS).business_days_left(paris(at)) == left, at


def test_suspended_days_are_not_days_left() -> None:
    suspensions: list[Any] = [
        (date(1985, 1, 1), date(1985, 2, 1)),
        (date(2026, 6, 3), date(2026, 6, 9)),
        date(2026, 6, 20),
    ]
    deadline = FRANCE.deadline(paris("2026-06-01T09:30"), SUSPENDED, suspensions)
    left = [deadline.business_days_left(paris(f"2026-06-{day:02}T12:00")) for day in (1, 2, 3, 9, 10, 11, 12)]
    assert left == [3, 2, 2, 2, 1, 0, -1]


def test_a_suspension_that_began_before_the_horizon_takes_no_days_from_those_left() -> None:
    calendar = BusinessCalendar.france(first_year=2026)
    deadline = calendar.deadline(paris("2026-01-02T09:30"), SUSPENDED, [(date(2025, 12, 1), date(2026, 1, 5))])
    assert deadline.due == date(2026, 1, 8)
    assert deadline.business_days_left(paris("2026-01-02T09:30")) == 3


def test_a_naive_instant_is_refused_by_its_name() -> None:
    naive = datetime(2026, 5, 2, 9, 30)  # noqa: DTZ001
    deadline = FRANCE.deadline(paris("2026-05-02T09:30"), TEN_DAYS)
    for name, ask in (
        ("received_at", lambda: FRANCE.deadline(naive, TEN_DAYS)),
        ("at", lambda: deadline.status(naive)),
        ("answered_at", lambda: deadline.status(paris("2026-05-02T09:30"), naive)),
        ("instant", lambda: deadline.business_days_left(naive)),
    ):
        with pytest.raises(NaiveInstantError, match=f"{name}: 2026-05-02T09:30:00 has no time zone") as refused:
            ask()
        assert refused.value.name == name


def test_what_is_not_a_rule_is_refused() -> None:
    rule: Any = 10
    with pytest.raises(TypeError, match="rule: a DeadlineRule is expected, got 10"):
        FRANCE.deadline(paris("2026-05-02T09:30"), rule)


@pytest.mark.parametrize("received", ["1989-12-31T09:30", "2099-12-31T09:30", "2099-12-20T09:30"])
def test_a_deadline_outside_the_horizon_is_refused(received: str) -> None:
    with pytest.raises(OutsideHorizonError) as refused:
        FRANCE.deadline(paris(received), TEN_DAYS)
    assert refused.value.day == date.fromisoformat(received[:10])


@pytest.mark.parametrize("received", ["1989-12-31T18:00", "2099-12-31T18:00", "9999-12-31T18:00"])
def test_a_receipt_that_the_cut_off_moves_from_or_to_outside_the_horizon_is_refused(received: str) -> None:
    with pytest.raises(OutsideHorizonError) as refused:
        FRANCE.deadline(paris(received), DeadlineRule(days=1, cut_off=time(17)))
    assert (refused.value.day, refused.value.steps) == (date.fromisoformat(received[:10]), 1)


def test_deadlines_compare_hash_and_pickle() -> None:
    deadline = FRANCE.deadline(paris("2026-06-01T09:30"), SUSPENDED, [date(2026, 6, 3)])
    assert pickle.loads(pickle.dumps(deadline)) == deadline
    assert Deadline(FRANCE, SUSPENDED, paris("2026-06-01T09:30"), deadline.suspensions) == deadline
    assert len({deadline, FRANCE.deadline(paris("2026-06-01T09:30"), SUSPENDED)}) == 2
    assert deadline.suspensions == (DayRange(date(2026, 6, 3), date(2026, 6, 3)),)


def test_a_rule_with_durations_by_level_is_counted_for_one_level() -> None:
    rule = DeadlineRule(days=10, by_level={"regional": Duration(days=15)})
    received = datetime(2026, 6, 1, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match=r"rule\.of_level\(level\)"):
        Deadline(BusinessCalendar.france(), rule, received)
    with pytest.raises(TypeError, match="rule: a DeadlineRule is expected, got 10"):
        Deadline(BusinessCalendar.france(), 10, received)  # type: ignore[arg-type]
    assert Deadline(BusinessCalendar.france(), rule.of_level("regional"), received).due == date(2026, 6, 22)
