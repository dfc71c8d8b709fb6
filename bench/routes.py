"""The budget of each GET of the API and of the board: 100,000 cases and 50,000 exports, the worst parameters.

`ours` is the median of the seconds of processor in a warm process, the peer is the budget; `first` in the file of
figures has those of the first request, which also loads what the route needs. A busy machine changes them little. The
files of the register have the cases of three days, and a budget of their own: it grows with the rows. The PDF files,
which a process of their own computes, are measured by `bench.reports`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from statistics import median
from time import process_time
from typing import Any, Final

import httpx
from fastapi import FastAPI
from sqlalchemy import URL, insert

from bench._databases import Backend, backends
from bench._measure import ratio_row
from bench.board import BOARD, CASES, NOW, desk_on, fill
from bench.lists import analyse
from reclamation_core.adapters import SqlAlchemyStore, open_engine
from reclamation_core.adapters.sqlalchemy.tables import EXPORTS
from reclamation_core.integrations.fastapi import board_router, reclamation_router
from reclamation_core.ports import CaseFacet

EXPORTED: Final = 50_000
BUDGET: Final = 0.3
BUDGET_OF_THREE_DAYS: Final = 2.0
"""The seconds of processor of a request, and of a file of the register."""
ROUNDS: Final = 5
PERIOD: Final = "since=2025-01-01&until=2026-12-31"
EVERY_FACET: Final = "&".join(f"facet={facet}" for facet in CaseFacet)
THREE_DAYS: Final = "du=2026-05-30&au=2026-06-01"
_CASE: Final = "R-2026-00000001"


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    with backends() as kinds:
        return [row for kind in kinds if kind.settings.durable for row in measured(kind)]


def measured(kind: Backend, cases: int = CASES, exports: int = EXPORTED) -> Iterator[dict[str, Any]]:
    """Yield the rows of one database."""
    url = kind.new()
    store = SqlAlchemyStore.open(url, kind.settings)
    fill(store, cases)
    export(url, exports)
    analyse(url)
    application = FastAPI()
    desk = desk_on(store)
    application.include_router(reclamation_router(lambda: desk), prefix="/api")
    application.include_router(board_router(lambda: desk, BOARD), prefix="/board")
    reference = desk.cases.summaries(order_by="due", limit=1).summaries[0].reference
    for name, (first, seconds) in asyncio.run(seconds_of(application, paths(reference))).items():
        budget = BUDGET_OF_THREE_DAYS if "/registre." in name else BUDGET
        row = ratio_row(f"{kind.name}: GET {name}", seconds, ("budget", budget), 1.0, "s of CPU")
        yield {**row, "first": first}
    store.close()


def paths(reference: str) -> list[str]:
    """Return the addresses, each with parameters that make it read the most."""
    case, plan, board = f"/api/cases/{reference}", "/api/plans/site:CRE", "/board/pgaac/site%3ACRE"
    of_case = f"/board/dossiers/{reference}"
    return [
        "/api/health",
        "/api/ready",
        "/api/cases?limit=500",
        "/api/cases?limit=500&text=r%C3%A9ponse&order_by=due",
        "/api/cases?limit=500&text=introuvable",
        f"/api/case-counts?{EVERY_FACET}",
        f"/api/case-counts?{'&'.join(['facet=state'] * 1_000)}",
        f"/api/case-counts?text=r%C3%A9ponse&{EVERY_FACET}",
        "/api/agenda?until=2027-06-01&limit=500",
        f"/api/signals?{PERIOD}&min_count=1",
        "/api/calendar.ics",
        "/api/worklist",
        *(f"{case}{part}" for part in ("", "/commands", "/explanation", "/next-steps", "/timeline")),
        plan,
        "/board/",
        "/board/dossiers",
        "/board/dossiers?q=r%C3%A9ponse",
        "/board/dossiers?q=introuvable",
        "/board/dossiers/nouveau",
        *(f"{of_case}{part}" for part in ("", "/actes/complete_facts", "/actes/plan", "/courriers")),
        *(f"{of_case}/fiche.{suffix}" for suffix in ("html", "csv", "xlsx")),
        f"{of_case}/echeances.ics",
        *(f"/board/registre.{suffix}?{THREE_DAYS}" for suffix in ("html", "csv", "xlsx")),
        *(f"{board}/pgaac.{suffix}" for suffix in ("csv", "xlsx")),
        "/board/pgaac/nation/pgaac.html",  # that of the site has more exports than the rows of an HTML file
        "/board/documents",
        "/board/questions",
        "/board/echeances.ics",
        "/board/pgaac",
        *(f"{board}{part}" for part in ("", "/editions/0", "/actes/add", "/actions/A-5", "/actions/A-5/abandon")),
        "/board/pgaac/nation/editions/0",
    ]


async def seconds_of(application: FastAPI, addresses: list[str]) -> dict[str, tuple[float, float]]:
    """Return the first and the median seconds of processor of each address, by a name of at most 80 characters."""
    found: dict[str, tuple[float, float]] = {}
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench.test") as client:
        for address in addresses:
            taken = []
            for _ in range(1 + ROUNDS):
                start = process_time()
                response = await client.get(address)
                taken.append(process_time() - start)
                assert response.status_code == 200, (address, response.text)
            name = address if len(address) < 80 else f"{address[:60]}... ({len(address)} characters)"
            found[name] = taken[0], median(taken[1:])
    return found


def export(url: URL, count: int) -> None:
    """Add exports to the log: of each two one is a file of the same plan that was sent."""
    rows = [
        {
            "number": number,
            "kind": "plan" if number % 2 else "audit",
            "subject": "site:CRE" if number % 2 else _CASE,
            "sha256": "0" * 64,
            "exported_at": NOW,
            "role": "rqr",
            "place": "",
            "recipients": "RQR" if number % 2 else "",
        }
        for number in range(1, count + 1)
    ]
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(EXPORTS), rows)
    engine.dispose()
