"""The page on the life of a case follows the guards and the events."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from reclamation_core.cases import CaseState, CommandType
from reclamation_core.cases.guards import GUARDS

DOCS = Path(__file__).parents[4] / "docs"
PAGE: str = runpy.run_path(str(DOCS / "_generators" / "life_of_a_case.py"))["pages"]()["reference/life-of-a-case.md"]
COMPLAINT, MALFUNCTION, GATES = (PAGE.split("\n## ")[number] for number in (1, 2, 3))


def test_the_page_has_every_guard_with_its_source_and_its_reading_in_french() -> None:
    for guard in GUARDS:
        (line,) = [line for line in GATES.splitlines() if line.startswith(f"| `{guard.id}` |")]
        assert guard.wording.fr in line
        assert (guard.clause or "") in line
        assert (f"lecture {guard.reading}" if guard.reading else "") in line
        assert guard.commands[0].label("fr") in line or "| tous" in line


def test_the_page_has_every_act_and_every_state_of_a_complaint() -> None:
    for verb in CommandType:
        assert f"\n| {verb.label('fr')} |" in COMPLAINT
    for state in CaseState:
        assert f'state "{state.label("fr")}" as {state.value}' in COMPLAINT


@pytest.mark.parametrize(
    "move",
    [
        "[*] --> registered",
        "registered --> qualified : qualifier",
        "qualified --> analysed : analyser",
        "analysed --> planned : décider des actions, dire pourquoi aucune action n'est nécessaire",
        "planned --> answered : répondre",
        "answered --> closed : clore",
        "closed --> planned : rouvrir",
    ],
)
def test_the_diagram_has_the_steps_of_the_procedure(move: str) -> None:
    assert f"\n    {move}\n" in COMPLAINT


def test_the_diagram_has_no_step_around_a_guard() -> None:
    for never in (
        "registered --> answered",
        "registered --> analysed",
        "closed --> answered",
        "qualified --> registered",
    ):
        assert never not in COMPLAINT


def test_a_malfunction_is_never_answered() -> None:
    assert "answered" not in MALFUNCTION
    assert "\n| répondre | – | – | – | – | – | – |" in MALFUNCTION
