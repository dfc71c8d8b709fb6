"""Start-up of processes against `import sqlalchemy`: the processor time of a whole process, the least of many runs.

The runs alternate. The first of each is not counted: it compiles the modules. What a busy machine adds, the least of
many runs leaves out.

A case needs the public holidays: `import holidays` alone takes 0.26 of the peer, which no desk can avoid.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final

from bench._measure import child_usage, ratio_row

RUNS: Final = 20
PEER: Final = "import sqlalchemy"
COMMAND: Final = "from reclamation_core.cli import main; main()"
_DESK: Final = "from reclamation_core import Desk; desk = Desk.in_memory()"
_FACTS: Final = (
    "from datetime import UTC, date, datetime; from reclamation_core import BusinessCalendar, ComplaintFacts, m2_1; "
    "facts = ComplaintFacts(received_at=datetime(2026, 5, 4, tzinfo=UTC))"
)
PROGRAMS: Final[dict[str, tuple[float | None, tuple[str, ...]]]] = {
    PEER: (None, (PEER,)),
    "import reclamation_core": (0.25, ("import reclamation_core",)),
    "a desk in memory": (1.1, (_DESK,)),
    "a desk in memory, a case, the agenda": (
        1.7,
        (f"{_DESK}; {_FACTS}; desk.register(facts, site='CRE'); desk.agenda(date(2026, 6, 1))",),
    ),
    "the first assessment": (1.1, (f"{_FACTS}; m2_1().assess(facts, BusinessCalendar.france())",)),
    "reclamation --help": (0.5, (COMMAND, "--help")),
    "reclamation deadline": (1.6, (COMMAND, "deadline", "2026-05-02")),
}
"""The programs, each with the ratio that is aimed at and the arguments of `python -c`."""


def run() -> list[dict[str, Any]]:
    """Measure each program against the peer."""
    found = seconds_of({name: arguments for name, (_, arguments) in PROGRAMS.items()})
    return [
        ratio_row(f"start-up: {name}", 1e3 * found[name], (PEER, 1e3 * found[PEER]), target, "ms of CPU")
        for name, (target, _) in PROGRAMS.items()
        if name != PEER
    ]


def seconds_of(programs: dict[str, tuple[str, ...]], runs: int = RUNS) -> dict[str, float]:
    """Return the least seconds of processor of each program, in runs that alternate."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(1 + runs):
        for name, arguments in programs.items():
            seconds[name].append(child_usage([sys.executable, "-c", *arguments], environment).seconds)
    return {name: min(taken[1:]) for name, taken in seconds.items()}
