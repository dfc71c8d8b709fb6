from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reclamation_core.calendars import BusinessCalendar, Territory
from tests.unit.calendars.by_hand import national_holidays

# Code du travail L.3422-2, and L.3134-13 for Alsace-Moselle, worked out for 2026 (Good Friday is 3 April).
LEGAL_2026 = {
    "metropole": set(),
    "alsace-moselle": {date(2026, 4, 3), date(2026, 12, 26)},
    "guadeloupe": {date(2026, 5, 27)},
    "martinique": {date(2026, 5, 22)},
    "guyane": {date(2026, 6, 10)},
    "reunion": {date(2026, 12, 20)},
    "mayotte": {date(2026, 4, 27)},
    "saint-barthelemy": {date(2026, 10, 9)},
    "saint-martin": {date(2026, 5, 28)},
    "saint-pierre-et-miquelon": set(),
    "nouvelle-caledonie": {date(2026, 9, 24)},
    "polynesie-francaise": {date(2026, 3, 5), date(2026, 4, 3), date(2026, 11, 20)},
    "wallis-et-futuna": {date(2026, 4, 28), date(2026, 6, 29), date(2026, 7, 29)},
    "terres-australes": set(),
}
# Mi-Carême is 24 days before Easter Sunday, 5 April 2026; 21 July is Victor Schoelcher's day.
MI_CAREME, GOOD_FRIDAY, SCHOELCHER = date(2026, 3, 12), date(2026, 4, 3), date(2026, 7, 21)
# What every release of `holidays` has, and what one or the other has: usages have no text to go by.
USAGES_2026 = {
    "guadeloupe": ({SCHOELCHER}, {MI_CAREME, GOOD_FRIDAY}),
    "martinique": ({SCHOELCHER}, {GOOD_FRIDAY}),
    "saint-martin": ({SCHOELCHER}, {GOOD_FRIDAY}),
}


def test_every_territory_is_worked_out_here() -> None:
    assert set(LEGAL_2026) == {territory.value for territory in Territory}


@pytest.mark.parametrize("territory", LEGAL_2026)
def test_a_territory_has_its_own_legal_holidays_and_usages_with_the_option(territory: str) -> None:
    assert set(BusinessCalendar.france(territory).holidays(2026)) == national_holidays(2026) | LEGAL_2026[territory]
    calendar = BusinessCalendar.france(territory, local_usages=True)
    always, sometimes = USAGES_2026.get(territory, (set(), set()))
    usages = set(calendar.holidays(2026)) - national_holidays(2026) - LEGAL_2026[territory]
    assert always <= usages <= always | sometimes
    assert set(calendar.holidays(2026)) >= LEGAL_2026[territory]


@pytest.mark.parametrize("year", [1990, 1997, 2008, 2024, 2038, 2099])
def test_metropolitan_france_has_the_eleven_holidays_of_the_labour_code(year: int) -> None:
    assert set(BusinessCalendar.france().holidays(year)) == national_holidays(year)


def test_the_abolition_of_slavery_is_commemorated_from_the_year_of_the_decree() -> None:
    for territory, day, first_year in [
        ("guadeloupe", (5, 27), 1984),
        ("martinique", (5, 22), 1984),
        ("guyane", (6, 10), 1984),
        ("reunion", (12, 20), 1983),
        ("mayotte", (4, 27), 1984),
        ("saint-barthelemy", (10, 9), 2012),
        ("saint-martin", (5, 28), 2012),
    ]:
        calendar = BusinessCalendar.france(territory, first_year=1980)
        assert not calendar.is_holiday(date(first_year - 1, *day)), territory
        assert calendar.is_holiday(date(first_year, *day)), territory
        assert "abolition de l'esclavage" in calendar.holidays(first_year)[date(first_year, *day)].fr, territory
        assert calendar.holidays(2026)[date(2026, *day)].en == "Abolition of Slavery", territory


def test_good_friday_can_be_worked_wherever_the_list_has_it() -> None:
    assert not BusinessCalendar.france("alsace-moselle").is_business_day(date(2026, 4, 3))
    assert BusinessCalendar.france("alsace-moselle", good_friday=False).is_business_day(date(2026, 4, 3))
    assert not BusinessCalendar.france("alsace-moselle", good_friday=False).is_business_day(date(2025, 12, 26))
    assert not BusinessCalendar.france("polynesie-francaise").is_business_day(date(2026, 4, 3))
    assert BusinessCalendar.france("polynesie-francaise", good_friday=False).is_business_day(date(2026, 4, 3))


def test_whit_monday_can_be_worked() -> None:
    assert not BusinessCalendar.france().is_business_day(date(2026, 5, 25))
    assert BusinessCalendar.france(whit_monday_worked=True).is_business_day(date(2026, 5, 25))


@pytest.mark.parametrize("local_usages", [False, True])
def test_a_legal_day_that_falls_on_a_worked_whit_monday_stays_a_holiday(local_usages: bool) -> None:
    # Easter is on 2 April in 2051, so that Whit Monday is on 22 May, Martinique's day.
    day = date(2051, 5, 22)
    worked = BusinessCalendar.france("martinique", whit_monday_worked=True, local_usages=local_usages)
    observed = BusinessCalendar.france("martinique", local_usages=local_usages)
    assert not worked.is_business_day(day)
    assert worked.holidays(2051)[day].fr == "abolition de l'esclavage"
    assert {"abolition de l'esclavage", "lundi de Pentecôte"} == set(
        observed.holidays(2051)[day].fr.replace("; ", ", ").split(", ")
    )


def test_a_territory_has_its_time_zone() -> None:
    for territory, zone in [
        ("metropole", "Europe/Paris"),
        ("alsace-moselle", "Europe/Paris"),
        ("guadeloupe", "America/Guadeloupe"),
        ("martinique", "America/Martinique"),
        ("guyane", "America/Cayenne"),
        ("reunion", "Indian/Reunion"),
        ("mayotte", "Indian/Mayotte"),
        ("saint-barthelemy", "America/St_Barthelemy"),
        ("saint-martin", "America/Marigot"),
        ("saint-pierre-et-miquelon", "America/Miquelon"),
        ("nouvelle-caledonie", "Pacific/Noumea"),
        ("polynesie-francaise", "Pacific/Tahiti"),
        ("wallis-et-futuna", "Pacific/Wallis"),
        ("terres-australes", "Indian/Kerguelen"),
    ]:
        assert BusinessCalendar.france(territory).zone == ZoneInfo(zone), territory


@pytest.mark.parametrize("text", ["reunion", "La Réunion", "LA REUNION", "Réunion", "réunion "])
def test_a_territory_is_parsed_without_case_and_accents(text: str) -> None:
    assert BusinessCalendar.france(text).definition.territory is Territory.REUNION


def test_a_territory_that_is_not_known_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match="'Corse' is not one of metropole, alsace-moselle"):
        BusinessCalendar.france("Corse")


def test_a_holiday_has_the_name_of_french_law_and_usage() -> None:
    calendars = [BusinessCalendar.france(territory) for territory in Territory]
    assert {name.fr for calendar in calendars for name in calendar.holidays(2026).values()} == {
        *("jour de l'An", "lundi de Pâques", "fête du Travail", "8 mai (Victoire de 1945)", "Ascension"),
        *("lundi de Pentecôte", "fête nationale", "Assomption", "Toussaint", "11 novembre (Armistice de 1918)", "Noël"),
        *("vendredi saint", "Saint-Étienne", "abolition de l'esclavage", "fête de la Citoyenneté"),
        *("arrivée de l'Évangile", "Matāri'i", "Saint-Pierre-Chanel", "Saints-Pierre-et-Paul", "fête du Territoire"),
    }
