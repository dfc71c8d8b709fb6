"""Tables and lists on a narrow screen: no reference is cut at the end of a line."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from reclamation_core.cli.board_command import board_of, show_board
from reclamation_core.cli.terminal import Screen, lines, listed, show, table
from reclamation_core.desk import Desk
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.wording import verbatim
from tests.unit.desk import factories

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
