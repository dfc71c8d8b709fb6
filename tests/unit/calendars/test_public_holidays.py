"""The traps of `holidays`: its names follow LANG, its objects fill themselves, its lists change."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import holidays
import pytest
from holidays.countries.france import France

from reclamation_core.calendars import BusinessCalendar, OutsideHorizonError
from reclamation_core.calendars.prepared import france_class, names_of_year, prepared


@pytest.fixture
def _fresh_tables() -> Iterator[None]:
    for cache in (prepared, names_of_year):
        cache.cache_clear()
    yield
    for cache in (prepared, names_of_year):
        cache.cache_clear()


@pytest.mark.usefixtures("_fresh_tables")
@pytest.mark.parametrize("lang", ["uk_UA.UTF-8", "th_TH.UTF-8", "C", "fr_FR.UTF-8"])
def test_names_and_edition_do_not_follow_the_environment(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    edition = BusinessCalendar.france("guadeloupe", local_usages=True).edition
    prepared.cache_clear()
    for variable in ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(variable, lang)
    calendar = BusinessCalendar.france("guadeloupe", local_usages=True)
    assert calendar.edition == edition
    assert calendar.holidays(2026)[date(2026, 5, 25)].fr == "lundi de Pentecôte"
    assert calendar.holidays(2026)[date(2026, 12, 25)].en == "Christmas Day"


@pytest.mark.usefixtures("_fresh_tables")
def test_a_list_that_changes_with_a_release_changes_the_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    before = BusinessCalendar.france()
    france: Any = france_class()
    populate = france._populate_public_holidays

    def with_one_more(self: Any) -> None:
        populate(self)
        self._add_holiday_feb_3("Jour ajouté")

    monkeypatch.setattr(france, "_populate_public_holidays", with_one_more)
    prepared.cache_clear()
    names_of_year.cache_clear()
    after = BusinessCalendar.france()

    assert after == before
    assert after.edition != before.edition
    assert after.holidays(2026)[date(2026, 2, 3)].fr == "Jour ajouté"
    assert not after.is_business_day(date(2026, 2, 3))


def test_what_others_do_to_their_holidays_changes_nothing_here() -> None:
    calendar = BusinessCalendar.france()
    theirs = holidays.country_holidays("FR", years=2026)
    theirs.pop(date(2026, 5, 1))
    theirs[date(2026, 5, 4)] = "à nous"
    assert not calendar.is_business_day(date(2026, 5, 1))
    assert calendar.is_business_day(date(2026, 5, 4))
    calendar.holidays(2026).clear()
    assert calendar.holidays(2026)[date(2026, 7, 14)].fr == "fête nationale"


def test_the_holidays_of_a_year_come_in_order_with_both_names() -> None:
    year = BusinessCalendar.france("alsace-moselle").holidays(2026)
    assert list(year) == sorted(year)
    assert year[date(2026, 4, 3)].fr == "vendredi saint"
    assert year[date(2026, 12, 26)].en == "Saint Stephen's Day"


def test_later_years_are_not_forgotten() -> None:
    assert BusinessCalendar.france(whit_monday_worked=True).is_business_day(date(2098, 6, 9))
    assert not BusinessCalendar.france().is_business_day(date(2098, 6, 9))


@pytest.mark.parametrize(
    ("year", "day"),
    [(year, date(year, 1, 1)) for year in (1, 1989, 2100, 9999)] + [(year, None) for year in (-1, 0, 10000, 12026)],
)
def test_the_holidays_of_a_year_that_is_not_covered_are_refused(year: int, day: date | None) -> None:
    with pytest.raises(
        OutsideHorizonError, match="outside the calendar's horizon, 1990-01-01 to 2099-12-31"
    ) as refused:
        BusinessCalendar.france().holidays(year)
    assert refused.value.day == day


@pytest.mark.parametrize("lang", ["fr", "en_US"])
@pytest.mark.parametrize("subdivision", [None, *France.subdivisions])
def test_france_alone_has_the_list_that_it_has_among_all_countries(subdivision: str | None, lang: str) -> None:
    asked: Any = {"subdiv": subdivision, "years": range(1990, 2100), "expand": False, "language": lang}
    assert france_class()(**asked) == France(**asked)  # type: ignore[no-untyped-call]
