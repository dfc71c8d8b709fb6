"""The page on the life of a case follows the guards and the events."""

import runpy
from functools import cache

import pytest

from reclamation_core.cases import CaseState, CommandType
from reclamation_core.cases.guards import GUARDS
from reclamation_core.wording import citation
from tests.unit.diagrams import DOCS, check_drawing, sources

pytestmark = pytest.mark.slow  # to write the page takes seconds
WAITING = {CommandType.SUSPEND_DEADLINE, CommandType.RESUME_DEADLINE}
"""What M2-1 does not allow (I25)."""


@cache
def sections() -> list[str]:
    """Return the sections of the page; trying every command on a case in every situation takes seconds."""
    pages = runpy.run_path(str(DOCS / "_generators" / "life_of_a_case.py"))["pages"]()
    page: str = pages["fr/vie-d-un-dossier.md"]
    return page.split("\n## ")[1:]


def complaint() -> str:
    return sections()[0]


def malfunction() -> str:
    return sections()[1]


def guards() -> str:
    return sections()[2]


@pytest.mark.soak  # `make docs` draws them; test_diagrams checks the drawing of those that are written by hand
def test_both_diagrams_are_drawn_with_their_labels_and_one_arrow_for_each_step() -> None:
    diagrams = [source for section in sections() for source in sources(section)]
    assert len(diagrams) == 2
    for source in diagrams:
        check_drawing(source)


def test_the_page_has_every_guard_with_its_source_and_its_interpretation_in_french() -> None:
    for guard in GUARDS:
        lines = guards().splitlines()
        (place,) = [number for number, line in enumerate(lines) if line.endswith(f" · `{guard.id}`")]
        assert guard.wording.fr in lines[place]
        assert citation(guard.clause, guard.interpretation, "fr") in lines[place]
        assert guard.commands[0].label("fr") in lines[place + 1] or "toutes les opérations" in lines[place + 1]


def test_the_page_has_every_act_and_every_state_of_a_complaint() -> None:
    for verb in CommandType:
        assert (verb.label("fr") in complaint()) is (verb not in WAITING), verb
    for state in CaseState:
        assert f'state "{state.label("fr")}" as {state.value}' in complaint()


def test_the_diagram_has_the_steps_of_the_procedure() -> None:
    for move in [
        "[*] --> registered",
        "registered --> qualified : qualifier",
        "qualified --> analysed : analyser",
        "analysed --> planned : décider des actions, indiquer pourquoi aucune action n'est nécessaire",
        "planned --> answered : répondre",
        "answered --> closed : clôturer",
        "closed --> planned : rouvrir",
    ]:
        assert f"\n    {move}\n" in complaint(), move


def test_the_diagrams_have_no_step_around_a_guard_and_no_answer_to_a_malfunction() -> None:
    for never in (
        "registered --> answered",
        "registered --> analysed",
        "closed --> answered",
        "qualified --> registered",
    ):
        assert never not in complaint()
    assert "answered" not in malfunction()
    assert "répondre" not in malfunction()
