"""Dates and territories that people type."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.errors import CommandError
from reclamation_core.cli.options import calendar_of, typed_day, typed_instant
from reclamation_core.cli.terminal import number


def test_a_day_is_formatted_in_french() -> None:
    assert in_words(date(2026, 5, 1)) == "vendredi 1er mai 2026"
    assert in_words(date(2026, 8, 16)) == "dimanche 16 août 2026"
    assert in_words(date(2026, 12, 21)) == "lundi 21 décembre 2026"


def test_thousands_stand_apart() -> None:
    assert number(1_234_567) == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"
    assert number(0) == "0"


@pytest.mark.parametrize("text", ["2026-05-02", "02/05/2026", " 2/5/2026 ", "2026-05-02T17:30", "02/05/2026 17:30"])
def test_a_day_may_be_typed_in_several_ways(text: str) -> None:
    assert typed_day(text, "--as-of") == date(2026, 5, 2)


@pytest.mark.parametrize("text", ["", "hier", "2026-02-30", "05/2026", "2026-05-02T25:00"])
def test_an_invalid_day_is_refused_with_the_option_and_the_remedy(text: str) -> None:
    with pytest.raises(CommandError, match=r"--as-of : .* n'est pas une date ; écrivez-la 2026-05-02"):
        typed_day(text, "--as-of")


def test_an_instant_without_an_offset_is_local() -> None:
    zone = ZoneInfo("Indian/Reunion")
    assert typed_instant("2026-05-02T17:30", "RECEIVED", zone).isoformat() == "2026-05-02T17:30:00+04:00"
    assert typed_instant("2026-05-02T17:30Z", "RECEIVED", zone).isoformat() == "2026-05-02T17:30:00+00:00"


def test_a_territory_is_named_by_its_code_or_its_label() -> None:
    assert calendar_of("Alsace-Moselle").is_holiday(date(2026, 12, 26))
    with pytest.raises(CommandError, match="« bretagne » n'est pas un territoire ; choisissez parmi metropole, "):
        calendar_of("bretagne")


@pytest.mark.parametrize("text", ["2026-03-29T02:30", "29/03/2026 02:30"])
def test_an_hour_that_clocks_skip_is_reported_as_such(text: str) -> None:
    with pytest.raises(CommandError, match=r"n'existe pas .Europe/Paris. : les horloges sautent cette heure"):
        typed_instant(text, "RECEIVED", ZoneInfo("Europe/Paris"))
