from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reclamation_core import BusinessCalendar, Channel, Site, Sites
from reclamation_core.simulation import CaseloadProfile
from reclamation_core.simulation.draws import Draws, Weights
from reclamation_core.simulation.messages import days_of_receipt, instant_of_receipt, rates_of

SITES = Weights({"UN": 0.5, "DEUX": 1.5})
THURSDAY = date(2026, 5, 7)
REUNION = BusinessCalendar.france("reunion")


def instants(channel: Channel, evenings: float) -> list[datetime]:
    draws, profile = Draws(1), CaseloadProfile(evenings=evenings)
    return [instant_of_receipt(draws, profile, THURSDAY, channel, REUNION) for _ in range(500)]


def test_all_complaints_are_received_on_the_days_of_the_period_in_order() -> None:
    days = list(days_of_receipt(Draws(1), CaseloadProfile(days=10), 5_000, date(2026, 5, 19), SITES))
    assert [day for day, _ in days] == [date(2026, 5, 10) + timedelta(days=rank) for rank in range(10)]
    assert sum(count for _, count in days) == 5_000


def test_days_of_rest_are_left_out_when_nothing_is_received_on_them() -> None:
    profile = CaseloadProfile(days=10, idle_days=0)
    days = [day.isoformat() for day, _ in days_of_receipt(Draws(1), profile, 5_000, date(2026, 5, 10), SITES)]
    # 1 May, 8 May and the weekends of the 2nd and of the 9th are days of rest.
    assert days == ["2026-05-04", "2026-05-05", "2026-05-06", "2026-05-07"]


def test_later_working_days_receive_more_unless_nothing_rises() -> None:
    counts = dict(days_of_receipt(Draws(1), CaseloadProfile(days=4), 10_000, THURSDAY, SITES))
    # Monday to Thursday: in the proportion of 1, 2, 3 and 4.
    assert list(counts.values()) == pytest.approx([1_000, 2_000, 3_000, 4_000], rel=0.1)
    counts = dict(days_of_receipt(Draws(1), CaseloadProfile(days=4, rising=0), 10_000, THURSDAY, SITES))
    assert list(counts.values()) == pytest.approx([2_500] * 4, rel=0.1)


def test_a_period_of_rest_in_which_nothing_is_received_is_refused() -> None:
    profile = CaseloadProfile(days=2, idle_days=0)
    with pytest.raises(ValueError, match=r"idle_days: 0, .*nothing is received from 2026-05-02 to 2026-05-03; give"):
        days_of_receipt(Draws(1), profile, 1, date(2026, 5, 3), SITES)


@pytest.mark.parametrize("channel", [Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER, Channel.PHONE])
def test_letters_and_calls_are_received_in_office_hours(channel: Channel) -> None:
    times = {instant.time().isoformat("minutes") for instant in instants(channel, 1)}
    assert "08:30" <= min(times) < "08:40"
    assert "17:20" < max(times) <= "17:29"


def test_messages_by_computer_come_in_the_evening_where_there_are_evenings() -> None:
    received = instants(Channel.EMAIL, 1)
    hours = {instant.hour for instant in received}
    assert {instant.date() for instant in received} == {THURSDAY}
    assert hours == {0, 1, *range(17, 24)}
    assert {instant.hour for instant in instants(Channel.EMAIL, 0)} == set(range(8, 18))


def test_an_instant_is_in_the_zone_of_the_centre_and_the_portal_stamps_in_utc() -> None:
    by_mail, by_portal = instants(Channel.EMAIL, 1), instants(Channel.PORTAL, 1)
    assert {instant.utcoffset() for instant in by_mail} == {timedelta(hours=4)}
    assert {instant.tzinfo for instant in by_portal} == {UTC}
    assert {instant.astimezone(ZoneInfo("Indian/Reunion")).date() for instant in by_portal} == {THURSDAY}


def test_the_season_makes_a_month_heavier_than_another() -> None:
    profile = CaseloadProfile(days=61, rising=0, idle_days=0, months={4: 3, 5: 0})
    days = dict(days_of_receipt(Draws(1), profile, 6_000, date(2026, 5, 31), SITES))
    assert {day.month for day in days} == {4}  # 1 April to 31 May
    both = CaseloadProfile(days=61, rising=0, idle_days=0, months={4: 3})
    counts = dict(days_of_receipt(Draws(1), both, 6_000, date(2026, 5, 31), SITES))
    april, may = ([count for day, count in counts.items() if day.month == month] for month in (4, 5))
    assert sum(april) / len(april) == pytest.approx(3 * sum(may) / len(may), rel=0.1)


@pytest.mark.slow
def test_without_a_number_the_receipts_follow_the_rates_of_the_sites() -> None:
    # The working days of May 2026 until the 19th are 4 to 7, 11 to 13, 15, 18 and 19: ten, of two a day.
    for rising in (0.0, 1.0):
        profile = CaseloadProfile(days=19, rising=rising, idle_days=0)
        numbers = [
            sum(count for _, count in days_of_receipt(Draws(seed), profile, None, date(2026, 5, 19), SITES))
            for seed in range(400)
        ]
        mean = sum(numbers) / 400
        variance = sum((number - mean) ** 2 for number in numbers) / 399
        # The later days weigh more where they rise, so that their mean is not exactly that of a flat period.
        assert mean == pytest.approx(20, abs=4 if rising else 1)
        assert variance == pytest.approx(mean, rel=0.3)  # as Poisson has it


def test_sites_receive_in_the_proportion_of_their_rates() -> None:
    sites = Sites(Site(code=code, name=code, region="Ici") for code in ("UN", "DEUX"))
    assert dict(rates_of(CaseloadProfile(per_site=2, sites={"UN": 5}), sites)) == {"UN": 5, "DEUX": 2}
    with pytest.raises(ValueError, match="sites: the profile names 'TROIS'; the sites are UN, DEUX"):
        rates_of(CaseloadProfile(sites={"TROIS": 5}), sites)
    with pytest.raises(ValueError, match="per_site: 0; no site receives anything"):
        rates_of(CaseloadProfile(per_site=0), sites)
