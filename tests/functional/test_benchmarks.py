"""Each benchmark runs in its smallest size, except those of peers that only `make bench` installs.

What they compare is equal, which they assert; their figures are for `make bench`.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import make_url

from bench.__main__ import modules
from bench._databases import Backend
from bench._measure import child_usage
from reclamation_core.adapters import Settings
from tests.databases import sqlite_file

pytestmark = pytest.mark.slow
SIZES: Final[dict[str, dict[str, Any]]] = {
    "board": {"DAYS": 3, "OPEN_DAYS": 2, "ACTIONS": 6, "OTHER_PLANS": ["P00"], "ACTIONS_OF_OTHERS": 3},
    "checkpoints": {"NEW": 2},
    "dates": {"ROUNDS": 1},
    "indicators": {"LIVES": 20},
    "lists": {"CASES": 60, "ANSWERS": 2, "MESSAGES": 4},  # a page of 50 with a due date
    "own_facts": {},
    "plans": {"SIZES": (2, 4), "WHOLE": 3, "EACH": 1, "ROUNDS": 1},
    "reports": {"ROWS": 20, "PRINTED": 5},
    "routes": {"ROUNDS": 1},
    "searches": {"WORDS": 4},
    "startup": {},
    "triage": {"ROWS": 20, "FEW": 10, "SHEETS": 5, "ROUNDS": 1},
    "workbooks": {"ROWS": 20, "ROUNDS": 1},
}
OF_PEERS: Final = {"columns", "decisions", "stores"}
"""They import OpenFisca, ZEN and eventsourcing."""
OF_NPM: Final = {"page"}
"""It has npm download Pyodide; `tests/browser` writes the same folder."""
WITH_PROCESSES: Final = {"exports"}
"""It configures Django, which a process does once: `make bench` runs it alone."""

LONG: Final = {"board", "startup"}
"""They take long in their smallest size too."""

Run = Callable[[Any, Backend, Path], Iterable[object]]


def of_reports(module: Any, _: Backend, folder: Path) -> Iterable[object]:
    for write in module.WRITERS.values():
        write(folder)
    assert module.greatest_memory() > 1
    return sorted(folder.glob("*.*"))


RUNS: Final[dict[str, Run]] = {
    "board": lambda module, kind, _: module.measured(kind, cases=12, rounds=1),
    "checkpoints": lambda module, *_: module.run(4),
    "dates": lambda module, *_: [*module.one_date(), *module.a_million_dates(100)],
    "indicators": lambda module, kind, _: module.measured(kind, 40, rounds=1),
    "lists": lambda module, kind, _: module.measured(kind),
    "own_facts": lambda module, *_: [*module.one_by_one(), *module.in_columns(50_000)],
    "plans": lambda module, kind, _: [*module.growth(kind), module.gain(kind)],
    "reports": of_reports,
    "routes": lambda module, kind, _: module.measured(kind, cases=12, exports=4),
    "searches": lambda module, kind, _: module.measured(kind, kind.new(), 4),
    "startup": lambda module, *_: [
        child_usage([module.sys.executable, "-c", *arguments]) for _, arguments in module.PROGRAMS.values()
    ],
    "triage": lambda module, *_: module.run(),
    "workbooks": lambda module, *_: module.run(),
}


def test_each_benchmark_is_run_here_or_named_with_what_it_needs() -> None:
    assert {*SIZES} == {*RUNS} == {*modules()} - OF_PEERS - OF_NPM - WITH_PROCESSES


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.soak] if name in LONG else []) for name in RUNS]
)
def test_a_benchmark_runs_in_its_smallest_size(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(9))
    kind = Backend("SQLite", lambda: make_url(sqlite_file(tmp_path, f"{next(numbers)}.db")), Settings())
    module = import_module(f"bench.{name}")
    for constant, value in SIZES[name].items():
        monkeypatch.setattr(module, constant, value)
    if name == "routes":  # it fills the register of the board
        for constant, value in SIZES["board"].items():
            monkeypatch.setattr(f"bench.board.{constant}", value)
    assert len(list(RUNS[name](module, kind, tmp_path))) > 1
