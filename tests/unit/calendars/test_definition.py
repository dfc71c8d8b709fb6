import copy
import json
import pickle
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

import attrs
import pytest

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, Territory
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import FaultsError

FULL = CalendarDefinition(
    territory=Territory.ALSACE_MOSELLE,
    good_friday=False,
    whit_monday_worked=True,
    closures=[(date(2026, 8, 3), date(2026, 8, 21)), date(2026, 12, 24)],
    bridge_days=[date(2026, 5, 15)],
    local_usages=True,
    time_zone="Europe/Berlin",
    first_year=2000,
    last_year=2050,
)


def test_the_default_definition_is_metropolitan_france_from_1990_to_2099() -> None:
    definition = BusinessCalendar.france().definition
    assert definition == CalendarDefinition()
    assert (definition.territory, definition.first_year, definition.last_year) == (Territory.METROPOLE, 1990, 2099)
    assert definition.time_zone == "Europe/Paris"


def test_the_arguments_of_france_are_those_of_the_definition() -> None:
    calendar = BusinessCalendar.france(
        "Alsace-Moselle",
        good_friday=False,
        whit_monday_worked=True,
        closures=[date(2026, 12, 24), DayRange(date(2026, 8, 3), date(2026, 8, 21))],
        bridge_days=[date(2026, 5, 15)],
        local_usages=True,
        time_zone=ZoneInfo("Europe/Berlin"),
        first_year=2000,
        last_year=2050,
    )

    assert calendar.definition == FULL
    assert calendar == BusinessCalendar(FULL)


def test_a_document_with_faults_is_refused_with_all_their_paths() -> None:
    document = {"territory": "corse", "good_friday": "no", "closure": [], "last_year": "2050"}
    with pytest.raises(FaultsError) as refused:
        structure(make_converter(), document, CalendarDefinition)
    assert {fault.path for fault in refused.value.faults} == {
        "$.territory",
        "$.good_friday",
        "$.closure",
        "$.last_year",
    }


def test_a_definition_written_down_is_plain_data() -> None:
    document = make_converter().unstructure(FULL)
    assert json.loads(json.dumps(document)) == document
    assert document["territory"] == "alsace-moselle"
    assert document["closures"][0] == {"first": "2026-08-03", "last": "2026-08-21"}


def test_the_same_closed_days_make_equal_definitions_however_they_are_given() -> None:
    one_by_one = CalendarDefinition(closures=[date(2026, 8, 4), date(2026, 8, 3)])
    assert one_by_one == CalendarDefinition(closures=[(date(2026, 8, 3), date(2026, 8, 4))])


def test_calendars_compare_and_copy_by_their_definition_and_cannot_be_changed() -> None:
    calendar = BusinessCalendar(FULL)
    assert calendar != BusinessCalendar.france()
    assert calendar != cast("Any", "alsace-moselle")
    assert len({calendar, BusinessCalendar(FULL), BusinessCalendar.france()}) == 2
    for twin in (copy.copy(calendar), copy.deepcopy(calendar), pickle.loads(pickle.dumps(calendar))):
        assert (twin, twin.edition) == (calendar, calendar.edition)
        assert twin.add(date(2026, 8, 1), 1) == date(2026, 8, 24)
    assert BusinessCalendar(FULL).table() is BusinessCalendar(attrs.evolve(FULL)).table()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        BusinessCalendar.france().zone = ZoneInfo("UTC")  # type: ignore[misc]


def test_a_calendar_is_made_from_a_definition_and_nothing_else() -> None:
    with pytest.raises(TypeError, match=r"definition: CalendarDefinition .*; use BusinessCalendar\.france\("):
        BusinessCalendar(cast("Any", "metropole"))


@pytest.mark.parametrize(
    "change",
    [
        {"territory": "mayotte"},
        {"good_friday": False},
        {"whit_monday_worked": True},
        {"closures": [date(2026, 8, 3)]},
        {"bridge_days": [date(2026, 8, 3)]},
        {"local_usages": True},
        {"time_zone": "Europe/Berlin"},
        {"first_year": 1991},
        {"last_year": 2098},
    ],
)
def test_editions_distinguish_definitions(change: dict[str, Any]) -> None:
    assert BusinessCalendar.france(**change).edition != BusinessCalendar.france().edition


def test_an_edition_names_its_territory_and_tells_closures_from_bridge_days() -> None:
    assert BusinessCalendar(FULL).edition.startswith("alsace-moselle-2000-2050-")
    closed = BusinessCalendar.france(closures=[date(2026, 5, 15)])
    bridged = BusinessCalendar.france(bridge_days=[date(2026, 5, 15)])
    assert closed.edition != bridged.edition
    assert closed.is_closure(date(2026, 5, 15))
    assert not closed.is_bridge_day(date(2026, 5, 15))
    assert bridged.is_bridge_day(date(2026, 5, 15))
    assert not bridged.is_closure(date(2026, 5, 15))


@pytest.mark.parametrize("value", [1949, 2101])
def test_a_year_whose_holidays_are_not_known_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=f"first_year: {value}; a year from 1950 to 2100, whose holidays are known"):
        CalendarDefinition(first_year=value)
    with pytest.raises(ValueError, match=f"last_year: {value}; a year from 1950 to 2100, whose holidays are known"):
        CalendarDefinition(last_year=value)


def test_one_year_or_the_widest_are_accepted_and_the_wrong_order_is_refused() -> None:
    assert BusinessCalendar.france(first_year=1950, last_year=2100).first == date(1950, 1, 1)
    assert BusinessCalendar.france(first_year=1950, last_year=2100).last == date(2100, 12, 31)
    assert BusinessCalendar.france(first_year=2026, last_year=2026).add(date(2026, 1, 1), 1) == date(2026, 1, 2)
    with pytest.raises(ValueError, match="last_year: 2020; a year that is not before the first, 2026"):
        CalendarDefinition(first_year=2026, last_year=2020)


@pytest.mark.parametrize("zone", ["Europe/Lille", "", "../etc/passwd", "Europe"])
def test_a_time_zone_that_is_not_known_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match=f"time_zone: {zone!r}; an IANA time zone known here"):
        CalendarDefinition(time_zone=zone)


@pytest.mark.parametrize("field", ["closures", "bridge_days"])
@pytest.mark.parametrize("days", [(date(1989, 12, 31), date(1990, 1, 2)), (date(2099, 12, 31), date(2100, 1, 1))])
def test_days_outside_the_years_covered_are_refused(field: str, days: tuple[date, date]) -> None:
    with pytest.raises(
        ValueError, match=rf"{field}: \[{days[0]}, {days[1]}\]; days of the years of the calendar, 1990 to 2099"
    ):
        CalendarDefinition(**cast("Any", {field: [days]}))
