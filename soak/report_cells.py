"""Each cell of a register, a plan and a case file is the same in every format, for cases that have lived.

The seed and the number of cases may be given: `python -m soak.report_cells 7 10000`. Four in five of the cases are
those of simulated weeks; the others are handled by random commands of every kind. The reports of each desk are written
as xlsx, CSV, JSON, HTML and PDF, and read back by other readers: the register, the plans of a site, its region and
the nation, and the files of some cases, half of them with the texts that people wrote.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from time import perf_counter
from typing import Final

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanScope
from reclamation_core.ports import CaseQuery
from reclamation_core.reporting import Report
from reclamation_core.simulation import (
    Caseload,
    SimulatedClock,
    generate_complaints,
    generate_malfunctions,
    generate_survey_results,
    run_scenario,
    shipped,
)
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Sites
from tests.properties.desk.differential import a_desk
from tests.properties.desk.random_lives import Lives
from tests.unit.desk.factories import SITES, at
from tests.unit.reporting.readers import unequal_cells

CASES: Final = 10_000
SIMULATED: Final = 240
RANDOM: Final = 40
"""The messages of a simulated desk, and the cases of one that is handled by random commands."""
FILES: Final = 40
"""One case in so many has its file compared."""


def main() -> None:
    """Live, write and read; exit with the cells that differ."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SystemRandom().randrange(1_000_000)
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else CASES
    start, counts, unequal = perf_counter(), Counter[str](), list[str]()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, found in pool.map(partial(compared, seed), range(2 * -(-cases // (SIMULATED + RANDOM)))):
            counts += done
            unequal += found
    what = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"{what}: {len(unequal)} cells differ; {perf_counter() - start:.0f} s, seed {seed}")
    sys.exit("; ".join(unequal[:20]) or 0)


def compared(seed: int, number: int, count: int | None = None) -> tuple[Counter[str], list[str]]:
    """Live on one desk; return how many cases, cells and documents there are, and the cells that differ."""
    counts, unequal = Counter[str](), list[str]()
    with closing(SqlAlchemyStore.open("sqlite://")) as store:
        random = Random(f"{seed}.{number}")
        desk, sites = simulated(random, count) if number % 2 else at_random(store, random, count)
        counts["cases"] = desk.cases.count()
        for name, report in reports(desk, sites):
            unequal += [f"seed {seed}, desk {number}, {report.title.en}, {one}" for one in unequal_cells(report)]
            counts[name] += 1
            counts["cells"] += sum(len(row) for table in report.tables for row in table.rows())
    return counts, unequal


def simulated(random: Random, count: int | None) -> tuple[Desk, Sites]:
    """Return a desk in memory after some simulated weeks; with a database it would take fifteen times as long."""
    number, seed = count or SIMULATED, random.randrange(1_000_000)
    files = shipped()
    end = datetime.combine(files.as_of, time(23, 59), tzinfo=BusinessCalendar.france().zone)
    sites, clock = Sites.from_toml(files.sites), SimulatedClock(end - timedelta(days=365))
    caseload = Caseload(
        complaints=tuple(generate_complaints(number * 7 // 10, seed)),
        survey=tuple(generate_survey_results(number * 2 // 10, seed)),
        malfunctions=tuple(generate_malfunctions(number // 10, seed)),
    )
    desk = Desk(InMemoryStore(), sites=sites, clock=clock)
    run_scenario(caseload, desk, clock, sites, end, seed=seed)
    return desk, sites


def at_random(store: SqlAlchemyStore, random: Random, count: int | None) -> tuple[Desk, Sites]:
    """Return a desk after random commands of every kind; its years must end before the calendar does."""
    clock = FakeClock(at(1))
    desk, sites = a_desk(store, clock), SITES
    lives = Lives(desk, clock, random, Counter())
    for _ in range(count or RANDOM):
        lives.live()
        if clock.now().year > 2090:
            break
    return desk, sites


def reports(desk: Desk, sites: Sites) -> Iterator[tuple[str, Report]]:
    """Yield the reports of a desk, each with the name of its kind."""
    yield "registers", desk.reports.register()
    code = next(iter(sites))
    for scope in (PlanScope.site(code), PlanScope.region(sites[code].region), PlanScope.nation()):
        publications = desk.pgaac(scope).published_plans[-1:]
        for number in (None, *(one.number for one in publications)):
            yield "plans", desk.reports.plan(scope, number)
    references = [case.reference for case in desk.cases.find(CaseQuery(limit=500)).cases]
    for place, reference in enumerate(references[::FILES]):
        yield "case files", desk.reports.case(reference, texts=bool(place % 2))


if __name__ == "__main__":
    main()
