"""Lists and jobs on many cases: a page for a screen, the agenda, the signals, a sweep and an erasure with nothing due.

A page is compared with a SELECT of the same columns by hand, which makes the same summaries. The other figures have a
budget: `ours` and `peer` are seconds of this process's processor, the peer being the budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import islice
from time import process_time
from typing import Any, Final, cast

import attrs
from sqlalchemy import make_url

from bench._by_hand import ByHand
from bench._cases import lived, replay
from bench._databases import Backend, backends
from bench._measure import compare, ratio_row
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.ports import Store
from reclamation_core.vocabulary import Nature, Requirement

CASES: Final = 100_000
ANSWERS: Final = 10_000
MESSAGES: Final = 50_000
BATCH: Final = 500
NOW: Final = datetime(2026, 6, 2, 9, tzinfo=UTC)
BUDGETS: Final = {"agenda": 0.15, "signals": 0.2, "sweep": 0.05, "forget_expired": 0.05, "count_by": 0.1}
"""The budgets in seconds of processor."""


class _Clock:
    def now(self) -> datetime:
        return NOW


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    rows: list[dict[str, Any]] = []
    with backends() as kinds:
        for kind in kinds:
            if kind.settings.durable:
                rows += measured(kind)
    return rows


def measured(kind: Backend) -> Iterator[dict[str, Any]]:
    """Yield the rows of one database."""
    url = kind.new()
    with closing(SqlAlchemyStore.open(url, kind.settings)) as store:
        fill(store, CASES - MESSAGES, MESSAGES)
        analyse(url)
        desk = Desk(store, clock=_Clock())
        hand = ByHand(url, kind)
        yield from _pages(kind, desk, hand)
        hand.close()
        desk.sweep()  # the first sweep examines every case
        desk.forget_expired()
        analyse(url)  # the first sweep has changed the next day of every case
        jobs: dict[str, Callable[[], object]] = {
            "agenda": lambda: desk.agenda(date(2026, 6, 15)),
            "signals": lambda: desk.signals(since=date(2026, 1, 1)),
            "sweep": desk.sweep,
            "forget_expired": desk.forget_expired,
            "count_by": lambda: desk.cases.count_by("state"),
        }
        for name, seconds in compare(jobs, rounds=5, clock=process_time).items():
            yield ratio_row(f"{kind.name}: {name}", seconds, ("budget", BUDGETS[name]), 1.0, "s of CPU")


def analyse(url: Any) -> None:
    """Update the statistics of the planner, and vacuum a server, as it does by itself within minutes of an import."""
    from sqlalchemy import create_engine, text

    engine = create_engine(make_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE" if engine.name == "sqlite" else "VACUUM (ANALYZE)"))
    engine.dispose()


def _pages(kind: Backend, desk: Desk, hand: ByHand) -> Iterator[dict[str, Any]]:
    first = desk.cases.summaries(order_by="due", limit=50)
    assert list(first.summaries) == hand.summaries(50)
    seconds = compare(
        {"ours": lambda: desk.cases.summaries(order_by="due", limit=50), "hand": lambda: hand.summaries(50)}
    )
    name = f"{kind.name}: page of 50 summaries by due date, out of {CASES:,}"
    yield ratio_row(name, 1e6 * seconds["ours"], ("SQL by hand", 1e6 * seconds["hand"]), 1.3)


def fill(store: Store, complaints: int, messages: int) -> None:
    """Save complaints, a part of which is due early, and messages out of scope."""
    early = lived(1, datetime(2026, 6, 1, 9, tzinfo=UTC))
    late = lived(1, datetime(2026, 6, 1, 23, tzinfo=UTC))
    outside = _outside()
    _save(store, islice(replay(early), ANSWERS))
    _save(store, islice(replay(late, start=ANSWERS + 1), complaints - ANSWERS))
    _save(store, islice(replay(outside, start=complaints + 1), messages))


def _outside() -> Case:
    desk = Desk.in_memory(clock=_Clock())
    facts: Any = attrs.evolve(
        cast(Any, lived(1).facts), nature=Nature.GENERAL_OPINION, formal=False, requirement=Requirement.NONE
    )
    case = desk.register(facts, site="CRE", service_sites=("STR",))
    assert case.admissibility.value == "out_of_scope", case.admissibility
    return case


def _save(store: Store, cases: Iterator[Case]) -> None:
    while batch := list(islice(cases, BATCH)):
        with store.unit_of_work() as unit:
            unit.cases.add(*batch)
            unit.commit()
