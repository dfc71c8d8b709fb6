"""The marginals of a caseload are those of its profile, by Pearson's chi-square test.

Each test rejects at one in ten thousand: of the some thirty marginals below, a sound generator with fresh seeds would
fail one in three hundred runs. The seeds are fixed, so that none fails by chance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
from scipy import stats

from reclamation_core import BusinessCalendar, Channel, Complainant, Level, Sites
from reclamation_core.simulation import CaseloadProfile, Kind, Theme, generate_complaints, generate_records, shipped

pytestmark = pytest.mark.slow
Row: TypeAlias = Any
"""A row of a frame, with its columns as attributes."""

ALARM = 1e-4
SITES = Sites.from_toml(shipped().sites)
PROFILE = CaseloadProfile(
    days=365, rising=0, sites={"METZ": 2, "ARRAS": 1, "MILLAU": 0}, months={1: 1.2, 7: 0.5, 8: 0.2, 9: 1.8}
)
UNTIL = date(2025, 12, 31)


@pytest.fixture(scope="module", params=[8_000, pytest.param(20_000, marks=pytest.mark.soak)])
def records(request: pytest.FixtureRequest) -> list[Row]:
    records = generate_records(request.param, 17, sites=SITES, profile=PROFILE, until=UNTIL)
    return [SimpleNamespace(**record.row()) for record in records]


def assert_drawn_from(values: Iterable[Any], weights: Mapping[Any, float]) -> None:
    """The values are those of the weights: none of weight 0, and the others as often as the test lets pass."""
    drawn, likely = Counter(values), {key: weight for key, weight in weights.items() if weight > 0}
    assert set(drawn) <= set(likely)
    whole = sum(likely.values())
    expected = [drawn.total() * weight / whole for weight in likely.values()]
    assert min(expected) >= 5  # the level of the test
    assert stats.chisquare([drawn[key] for key in likely], expected).pvalue > ALARM


def test_the_themes_are_those_that_the_mediation_publishes(records: list[Row]) -> None:
    themes = Counter(record.theme for record in records if record.theme is not None)
    quality = ("trainer", "training", "organisation")
    # Half of the referrals are about the quality, 48 %; of these 39 % the trainer, 36 % the training, 25 % the rest.
    about = Counter("quality" if theme in quality else "other" for theme in themes.elements())
    assert_drawn_from(about.elements(), {"quality": 48, "other": 52})
    parts = (theme for theme in themes.elements() if theme in quality)
    assert_drawn_from(parts, {"trainer": 39, "training": 36, "organisation": 25})
    assert_drawn_from(themes.elements(), {theme.value: PROFILE.themes[theme] for theme in Theme})


def test_the_kinds_and_the_notes_are_those_of_the_profile(records: list[Row]) -> None:
    assert_drawn_from((record.kind for record in records), {kind.value: PROFILE.kinds[kind] for kind in Kind})
    notes = (record.satisfaction for record in records if record.satisfaction is not None)
    assert_drawn_from(notes, {float(note): weight for note, weight in PROFILE.notes.items()})


def test_the_sites_receive_at_their_rates(records: list[Row]) -> None:
    rates = {code: PROFILE.sites.get(code, PROFILE.per_site) for code in SITES}
    assert_drawn_from((record.site for record in records if record.site is not None), rates)


def test_the_months_receive_by_their_season_and_their_working_days(records: list[Row]) -> None:
    calendar, worth = BusinessCalendar.france(), Counter[int]()
    for number in range(365):
        day = date.fromordinal(UNTIL.toordinal() - number)
        factor = PROFILE.months.get(day.month, 1)
        worth[day.month] += factor * (1 if calendar.is_business_day(day) else PROFILE.idle_days)  # type: ignore[assignment]
    local = (calendar_of(record).day_of(record.received_at).month for record in records)
    assert_drawn_from(local, worth)


def calendar_of(record: Row) -> BusinessCalendar:
    return BusinessCalendar.france() if record.site is None else SITES[record.site].calendar()


def test_the_mixes_are_those_of_the_profile(records: list[Row]) -> None:
    persons = (Complainant.TRAINEE.value, Complainant.OTHER.value)
    persons_alone = [one for one in records if one.complainant in persons]
    funders = [one for one in records if one.complainant == Complainant.FUNDER.value]
    themed = [one for one in records if one.theme is not None]
    for name, weights, chosen in (
        ("service_reach", PROFILE.service_reaches, records),
        ("complainant", PROFILE.complainants, [one for one in records if one.kind != "survey"]),
        ("client_scope", PROFILE.person_scopes, persons_alone),
        ("client_scope", PROFILE.organisation_scopes, funders),
        ("mobilisation", PROFILE.mobilisations, themed),
        ("recurrences", PROFILE.recurrences, themed),
    ):
        values = (getattr(one, name) for one in chosen)
        assert_drawn_from((value for value in values if value is not None), weights)


@pytest.mark.parametrize("name", sorted(set(PROFILE.unknown) - {"severity", "satisfaction", "channel"}))
def test_a_fact_is_unknown_at_the_rate_of_the_profile(name: str, records: list[Row]) -> None:
    known = (getattr(record, name) is not None for record in records)
    assert_drawn_from(known, {False: PROFILE.unknown[name], True: 1 - PROFILE.unknown[name]})


@pytest.mark.parametrize("level", list(Level))
def test_the_days_to_the_answer_are_those_of_the_level(level: Level, records: list[Row]) -> None:
    # Received before November, all are answered by the end of the year: thirty business days later at most.
    chosen = [one for one in records if one.level == level.value and one.received_at.date() < date(2025, 11, 1)]
    assert not any(one.is_open for one in chosen)
    assert_drawn_from((one.days for one in chosen), PROFILE.answers[level])


def test_the_number_itself_is_that_of_the_rates() -> None:
    numbers = [sum(1 for _ in generate_complaints(None, seed, profile=CaseloadProfile(days=7))) for seed in range(200)]
    # The sum of Poisson's numbers is one of the same law: from 13 to 19 May 2026 there are four working days, the
    # 14th is Ascension and two days are a weekend. Rising to the end, the days weigh 1 to 7 quarters of their own.
    weights = [1, 2 * 0.3, 3, 4 * 0.3, 5 * 0.3, 6, 7]
    mean = 200 * 12 * 0.5 * sum(weights) / 4
    assert min(stats.poisson.cdf(sum(numbers), mean), stats.poisson.sf(sum(numbers) - 1, mean)) > ALARM / 2
    # And they vary as such numbers do: the index of dispersion follows chi-square.
    each = sum(numbers) / 200
    spread = sum((number - each) ** 2 for number in numbers) / each
    assert ALARM / 2 < stats.chi2.cdf(spread, 199) < 1 - ALARM / 2


def test_channels_need_staff_on_working_days_alone(records: list[Row]) -> None:
    channels = {channel.value: weight for channel, weight in PROFILE.channels.items()}
    working = [one for one in records if one.kind != "survey" and one.channel is not None]
    working = [one for one in working if calendar_of(one).is_business_day(calendar_of(one).day_of(one.received_at))]
    assert_drawn_from((one.channel for one in working), channels)
    assert Channel.SURVEY.value not in {one.channel for one in working}
