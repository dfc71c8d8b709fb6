"""Processes and threads on the same few cases: what was accepted is there once, and what was refused was raised."""

from pathlib import Path

import pytest

from tests.databases import emptied
from tests.faults.hammering import hammered

pytestmark = pytest.mark.slow


def test_nothing_is_lost_by_hammering_one_file(tmp_path: Path) -> None:
    done = hammered(f"sqlite:///{tmp_path}/a.db", processes=4, threads=3, commands=28, stalled=False)
    assert done.accepted > 0
    assert done.refused


def test_nothing_is_lost_by_hammering_one_server_on_which_a_writer_stalls() -> None:
    url = emptied().render_as_string(hide_password=False)
    done = hammered(url, processes=4, threads=3, commands=28, stalled=True)
    assert done.accepted > 0
    assert done.refused
