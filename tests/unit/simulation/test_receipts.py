from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reclamation_core import BusinessCalendar, Channel
from reclamation_core.simulation import CaseloadProfile
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.receipts import days_of_receipt, instant_of_receipt

THURSDAY = date(2026, 5, 7)
REUNION = BusinessCalendar.france("reunion")


def instants(channel: Channel, evenings: float) -> list[datetime]:
    draws, profile = Draws(1), CaseloadProfile(evenings=evenings)
    return [instant_of_receipt(draws, profile, THURSDAY, channel, REUNION) for _ in range(500)]


def test_all_complaints_are_received_on_the_days_of_the_period_in_order() -> None:
    days = list(days_of_receipt(Draws(1), CaseloadProfile(days=10), 5_000, date(2026, 5, 19)))

    assert [day for day, _ in days] == [date(2026, 5, 10) + timedelta(days=rank) for rank in range(10)]
    assert sum(count for _, count in days) == 5_000


def test_days_of_rest_are_left_out_when_nothing_is_received_on_them() -> None:
    profile = CaseloadProfile(days=10, idle_days=0)

    days = [day.isoformat() for day, _ in days_of_receipt(Draws(1), profile, 5_000, date(2026, 5, 10))]

    # 1 May, 8 May and the weekends of the 2nd and of the 9th are days of rest.
    assert days == ["2026-05-04", "2026-05-05", "2026-05-06", "2026-05-07"]


def test_later_working_days_receive_more() -> None:
    counts = dict(days_of_receipt(Draws(1), CaseloadProfile(days=4), 10_000, THURSDAY))

    # Monday to Thursday: in the proportion of 1, 2, 3 and 4.
    assert list(counts.values()) == pytest.approx([1_000, 2_000, 3_000, 4_000], rel=0.1)


def test_a_period_of_rest_in_which_nothing_is_received_is_refused() -> None:
    profile = CaseloadProfile(days=2, idle_days=0)

    with pytest.raises(ValueError, match="idle_days: 0, and there is no working day from 2026-05-02 to 2026-05-03"):
        days_of_receipt(Draws(1), profile, 1, date(2026, 5, 3))


@pytest.mark.parametrize("channel", [Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER, Channel.PHONE])
def test_letters_and_calls_are_received_in_office_hours(channel: Channel) -> None:
    times = {instant.time().isoformat("minutes") for instant in instants(channel, 1)}

    assert "08:30" <= min(times) < "08:40"
    assert "17:20" < max(times) <= "17:29"


def test_what_comes_by_computer_may_come_in_the_evening_and_after_midnight_of_the_same_day() -> None:
    received = instants(Channel.EMAIL, 1)
    hours = {instant.hour for instant in received}

    assert {instant.date() for instant in received} == {THURSDAY}
    assert hours == {0, 1, *range(17, 24)}


def test_what_comes_by_computer_comes_in_office_hours_when_there_are_no_evenings() -> None:
    assert {instant.hour for instant in instants(Channel.EMAIL, 0)} == set(range(8, 18))


def test_an_instant_is_in_the_zone_of_the_centre_and_the_portal_stamps_in_utc() -> None:
    by_mail, by_portal = instants(Channel.EMAIL, 1), instants(Channel.PORTAL, 1)

    assert {instant.utcoffset() for instant in by_mail} == {timedelta(hours=4)}
    assert {instant.tzinfo for instant in by_portal} == {UTC}
    assert {instant.astimezone(ZoneInfo("Indian/Reunion")).date() for instant in by_portal} == {THURSDAY}
