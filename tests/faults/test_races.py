"""Decisions that read each other's cases and plans, started at the same time, break no rule."""

from pathlib import Path
from random import Random

import pytest

from tests.databases import emptied
from tests.faults.racing import KINDS, raced

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_decisions_at_the_same_time_break_no_rule(backend: str, kind: str, tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path}/a.db"
    url = file if backend == "sqlite" else emptied().render_as_string(hide_password=False)
    tally = raced(url, kind, 8, Random(kind), processes=False)
    assert (tally.races, tally.broken) == (8, 0)
    assert tally.accepted
