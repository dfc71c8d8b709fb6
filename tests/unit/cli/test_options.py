"""Dates and territories that people type; tables and lists on a narrow screen."""

from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.board_command import board_of, show_board
from reclamation_core.cli.errors import CommandError
from reclamation_core.cli.options import as_of_day, calendar_of, typed_day, typed_instant
from reclamation_core.cli.terminal import Screen, lines, listed, number, show, table
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.wording import verbatim
from tests.unit.desk import factories


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


def test_a_day_of_reference_outside_the_calendar_is_refused() -> None:
    assert [as_of_day(text).year for text in ("1990-01-01", "31/12/2099")] == [1990, 2099]
    for text in ("0001-01-01", "1989-12-31", "2100-01-01", "9999-12-31"):
        with pytest.raises(CommandError, match=rf"--as-of : « {text} » est hors des années 1990 à 2099"):
            as_of_day(text)


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
    with pytest.raises(CommandError, match=r"; cette heure n'existe pas ; au changement d'heure, 02:30 devient 03:30"):
        typed_instant(text, "RECEIVED", ZoneInfo("Europe/Paris"))


WIDTHS = [20, 40, 60, 80, 110, 200]


def screen_of(columns: int) -> tuple[Console, StringIO]:
    written = StringIO()
    screen = Screen()
    screen.width, screen.file = columns, written
    return screen, written


@pytest.fixture
def desk() -> Desk:
    """A desk with cases that await an answer, one that is to be clarified, and an action to be judged."""
    desk = factories.new_desk()
    case = factories.analysed(desk)
    desk.plan(
        case.reference, factories.sheet("ACTION-CRE-2026-000012", what="convenir avec chaque entreprise d'une date")
    )
    desk.register(ComplaintFacts(received_at=factories.at(1)), site="CRE")
    return desk


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_board_breaks_no_reference(desk: Desk, columns: int) -> None:
    screen, written = screen_of(columns)
    board = board_of(desk, name="sqlite://", place="", as_of=date(2026, 7, 1), until=date(2026, 9, 1))
    show_board(screen, board, 0)
    said = written.getvalue()
    assert said.count("R-2026-000001") == 1
    assert said.count("R-2026-000002") == 2  # awaited, and to be clarified
    assert said.count("ACTION-CRE-2026-000012") == 1


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("reference", ["SAV 12", "R-2026-000001", "X" * 200, "réclamation n° 7 / 2026"])
def test_unbroken_cells_are_not_cut_next_to_any_cell(reference: str, columns: int) -> None:
    screen, written = screen_of(columns)
    some = "des mots, assez pour plus d'une ligne"
    show(
        screen,
        table(("un titre", "numéro", "plus", "encore"), [(some, verbatim(reference), some, some)], unbroken=(1,)),
    )
    lines(screen, f"À clarifier : {listed([reference] * 3)}.")
    assert written.getvalue().count(reference) == 4
