"""The board on a register of 100,000 cases, asked by two clients at once: the 95th percentile of each page.

The cases are received over a year: those of the last month are open, of the others one in twenty is overdue. `ours` is
the 95th percentile of the seconds of the client's processor, the peer is the budget; `elapsed` in the file of figures
is that of the seconds on the clock, which a busy machine changes more. The cases are saved by the store's bulk path, a
few lives of each day under many references, so that seeding takes minutes rather than hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import Any, Final, cast

import attrs

from bench._cases import lived, replay
from bench._databases import Backend, backends
from bench._measure import ratio_row
from bench.lists import analyse
from reclamation_core.adapters import Settings, SqlAlchemyStore
from reclamation_core.cases import Case, ClosingReason
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports.documents import DocumentStore
from reclamation_core.testing.builders import FakeClock, an_action
from reclamation_core.vocabulary import Role, Site, Sites

CASES: Final = 100_000
DAYS: Final = 365
OPEN_DAYS: Final = 30
OVERDUE: Final = 20
"""One in so many of the older cases is still open."""
ACTIONS: Final = 200
DONE_ACTION: Final = "A-4"
BATCH: Final = 500
BUDGET: Final = 0.2
ROUNDS: Final = 40
WARM: Final = 3
NOW: Final = datetime(2026, 6, 2, 9, tzinfo=UTC)
OTHER_PLANS: Final = [f"P{number:02}" for number in range(100)]
ACTIONS_OF_OTHERS: Final = 30
SITES: Final = Sites(
    Site(code=code, name=code.title(), region="Centre") for code in ("CRE", "STD", "STR", *OTHER_PLANS)
)
BOARD: Final = Board(sites=SITES, taxonomy=TRAINING_BODY, clock=FakeClock(NOW))


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    rows: list[dict[str, Any]] = []
    with backends() as kinds:
        for kind in kinds:
            if kind.settings.durable:
                rows += measured(kind)
    return rows


def measured(kind: Backend, cases: int = CASES, rounds: int = ROUNDS) -> Iterator[dict[str, Any]]:
    """Yield the rows of one database."""
    url = kind.new()
    store = SqlAlchemyStore.open(url, kind.settings)
    fill(store, cases)
    analyse(url)
    pages = addresses(desk_on(store))
    store.close()
    address = url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(2, get_context("spawn")) as clients:
        for name, page in pages.items():
            both = [clients.submit(seconds_of, address, kind.settings, page, rounds) for _ in range(2)]
            taken = [one for client in both for one in client.result()]
            elapsed, busy = (sorted(column)[int(len(taken) * 0.95)] for column in zip(*taken, strict=True))
            row = ratio_row(f"{kind.name}: board, {name}", busy, ("budget", BUDGET), 1.0, "s of CPU")
            yield {**row, "elapsed": elapsed}


def addresses(desk: Desk) -> dict[str, BoardRequest]:
    """Return the requests of the pages that are measured, by name."""
    tenth = None
    for _ in range(9):
        tenth = desk.cases.summaries(order_by="due", limit=50, after=tenth).next
    listed = {
        "list, first page": {},
        "list, filtered": {"etat": "qualified", "centre": "CRE", "tri": "received", "sens": "desc"},
        "list, a text of many": {"q": "réponse"},
        "list, a text of none": {"q": "introuvable"},
        "list, tenth page": {"tri": "due", "suite": tenth or ""},
    }
    reference = desk.cases.summaries(order_by="due", limit=1).summaries[0].reference
    return {
        "due": BoardRequest(path="/"),
        "late actions": BoardRequest(path="/actions"),
        **{
            name: BoardRequest(path="/dossiers", query={key: [value] for key, value in query.items()})
            for name, query in listed.items()
        },
        "case": BoardRequest(path=f"/dossiers/{reference}"),
        "form": BoardRequest(path=f"/dossiers/{reference}/actes/complete_facts"),
        "questions": BoardRequest(path="/questions"),
        "plans": BoardRequest(path="/pgaac"),
        f"plan of {ACTIONS} actions": BoardRequest(path="/pgaac/site:CRE"),
        "plan of the nation": BoardRequest(path="/pgaac/nation"),
    }


_OPENED: dict[str, Desk] = {}


def seconds_of(address: str, settings: Settings, request: BoardRequest, rounds: int) -> list[tuple[float, float]]:
    """Return the seconds of each of so many responses, and those of the processor, in the process of a client."""
    if address not in _OPENED:
        _OPENED[address] = desk_on(SqlAlchemyStore.open(address, settings))
    seconds: list[tuple[float, float]] = []
    for number in range(WARM + rounds):
        start, busy = perf_counter(), process_time()
        response = BOARD.respond(_OPENED[address], request)
        if number >= WARM:
            seconds.append((perf_counter() - start, process_time() - busy))
        assert response.status == 200, response.body.decode()
    return seconds


def desk_on(store: SqlAlchemyStore, documents: DocumentStore | None = None) -> Desk:
    """Return the desk of the whole agency on a store."""
    desk = Desk(store, sites=SITES, taxonomy=TRAINING_BODY, clock=FakeClock(NOW), documents=documents)
    return desk.acting("Mme Roux", Role.RQR)


def fill(store: SqlAlchemyStore, cases: int) -> None:
    """Save cases of every day of the year, a long plan, and those of other sites, a third of whose actions are late."""
    each, start = cases // DAYS + 1, 1
    for back in range(DAYS):
        received = NOW - timedelta(days=back)
        count = min(each, cases - start + 1)
        lives = _lives(received, is_recent=back < OPEN_DAYS)
        _save(store, islice(_interleaved(lives, start), count))
        start += count
    desk = desk_on(store)
    for site in OTHER_PLANS:
        for number in range(ACTIONS_OF_OTHERS):
            planned = NOW.date() + timedelta(days=number - ACTIONS_OF_OTHERS // 3)
            sheet = an_action(reference=f"A-{number}", site=site, planned=planned, check_on=planned)
            desk.pgaac(site).add(attrs.evolve(sheet, cause_family="planning"))
    plan = desk.pgaac("CRE")
    for number in range(ACTIONS):
        sheet = an_action(reference=f"A-{number}", check_on=(NOW + timedelta(days=number)).date())
        plan.add(attrs.evolve(sheet, cause_family="planning"))
    plan.finish(DONE_ACTION, evidence="la liste signée")


def _lives(received: datetime, *, is_recent: bool) -> list[Case]:
    """Return cases received on a day, in the proportions of the register."""
    received = received.replace(hour=9 if received < NOW else 0)
    if is_recent:
        return [lived(1, received), _unclear(received), lived(3, received), lived(5, received)]
    closed, overdue = _closed(received), lived(5, received)
    return [closed] * (OVERDUE - 1) + [overdue]


def _unclear(received: datetime) -> Case:
    facts = attrs.evolve(cast(Any, lived(1, received).facts), nature=UNKNOWN)
    desk = Desk.in_memory(clock=FakeClock(received + timedelta(hours=8)))
    return desk.register(facts, site="STD", verbatim="Où en est ma demande ?")


def _closed(received: datetime) -> Case:
    desk = Desk.in_memory(clock=FakeClock(received + timedelta(hours=8))).acting("Mme Roux", Role.RQR)
    facts = cast(Any, lived(1, received).facts)
    case = desk.register(facts, site="STR", complainant="Mme Durand", verbatim="Sans nouvelle de ma demande.")
    desk.withdraw(case.reference, words="le client a obtenu sa réponse")
    return desk.close(case.reference, reason=ClosingReason.WITHDRAWN)


def _interleaved(lives: list[Case], start: int) -> Iterator[Case]:
    replays = {id(case): case for case in lives}
    for number, case in zip(range(start, start + CASES), cycle(lives), strict=False):
        yield next(replay(replays[id(case)], number))


def _save(store: SqlAlchemyStore, cases: Iterator[Case]) -> None:
    while batch := list(islice(cases, BATCH)):
        with store.unit_of_work() as unit:
            unit.cases.add(*batch)
            unit.commit()
