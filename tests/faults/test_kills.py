"""Processes are killed in mid-write: what was acknowledged is there, and nothing is half there."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.databases import emptied
from tests.faults.killing import PER_LIFE, Tally, a_doom, imported, killed_import, killed_lives
from tests.faults.living import Doom

pytestmark = pytest.mark.slow
SOURCES = 12
ADDRESSES: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder}/reclamations.db",
    "postgresql": lambda _: emptied().render_as_string(hide_password=False),
}


@pytest.fixture(params=ADDRESSES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    address: str = ADDRESSES[request.param](tmp_path)
    return address


def test_what_was_acknowledged_survives_a_kill_and_nothing_is_half_there(url: str) -> None:
    random, tally = Random(6), Tally()
    dooms = [[a_doom(random, PER_LIFE), a_doom(random, PER_LIFE)] for _ in range(4)]
    killed_lives(url, dooms, tally)
    assert tally.kills == 8
    assert tally.told


def test_an_import_that_was_killed_and_resumed_ends_as_one_that_was_not(url: str, tmp_path: Path) -> None:
    elsewhere, tally = f"sqlite:///{tmp_path}/elsewhere.db", Tally()
    killed_import(elsewhere, [], SOURCES, Tally())
    killed_import(url, [Doom(8), Doom(12, 0.0005), Doom(16)], SOURCES, tally)
    assert tally.kills == 3
    assert imported(url) == imported(elsewhere)
    assert len(imported(url)) == SOURCES
