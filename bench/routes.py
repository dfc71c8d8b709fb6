"""The budget of each route that reads, API and board: 100,000 cases, 50,000 exports, the worst parameters.

The addresses are those of the routes of the application: `PATHS` has the values of the parameters of a path, `QUERIES`
the queries of a route. A route whose parameters have no value fails by its name.

`ours` is the median of the seconds of processor in a warm process, the peer is the budget; `first` in the file of
figures has those of the first request, which also loads what the route needs. A busy machine changes them little. Those
of a server of PostgreSQL are counted too. A file of many rows has a budget of its own: it grows with the rows. The PDF
files, which a process of their own computes, are measured by `bench.reports`.

A page of the board is compared with its queries too, made again by hand; where these are too short there is no target.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import product
from statistics import median
from typing import Any, Final

import attrs
import httpx
from fastapi import FastAPI
from sqlalchemy import URL, Engine, event, insert

from bench._by_hand import connect
from bench._databases import Backend, backends
from bench._measure import ratio_row
from bench.board import BOARD, CASES, DONE_ACTION, NOW, desk_on, fill
from bench.lists import analyse
from reclamation_core.adapters import InMemoryDocumentStore, SqlAlchemyStore, open_engine
from reclamation_core.adapters.sqlalchemy.tables import EXPORTS
from reclamation_core.cases import CaseState, NewDocument
from reclamation_core.desk import Desk
from reclamation_core.gil_pauses import leave_out_of_collections
from reclamation_core.integrations.api.routes import ROUTES as API_ROUTES
from reclamation_core.integrations.board.pages import ROUTES as BOARD_ROUTES
from reclamation_core.integrations.fastapi import board_router, reclamation_router
from reclamation_core.plans import PlanScope
from reclamation_core.ports import CaseFacet, CaseQuery
from reclamation_core.reporting import LetterSettings, TextBlock

EXPORTED: Final = 50_000
BUDGET: Final = 0.3
BUDGET_OF_ROWS: Final = 2.0
"""The seconds of processor of a request, and of a file of many rows."""
OF_QUERIES: Final = 3.0
"""The most times its queries by hand that a page takes."""
SHORT: Final = 0.002
"""The seconds of queries that are too short for such a target."""
ROUNDS: Final = 5
_YEARS: Final = "since=2025-01-01&until=2026-12-31"
_LAST_MONTH: Final = "since=2026-05-01&until=2026-05-31"
_YEAR: Final = "since=2025-06-01&until=2026-05-31"
_FIVE_YEARS: Final = "since=2021-06-01&until=2026-05-31"
_EVERY_FACET: Final = "&".join(f"facet={facet}" for facet in CaseFacet)
_THREE_DAYS: Final = "du=2026-05-30&au=2026-06-01"
_SITE: Final = "site%3ACRE"
_GROUP: Final = re.compile(r"\(\?P<([a-z]+)>[^()]*\)")
_TEXT: Final = "r%C3%A9ponse"
"""A word of most cases."""
_LETTERS: Final = LetterSettings(
    organisation="Afpa, centre de Créteil",
    address="12 rue de l'Exemple\n94000 Créteil",
    contact="reclamations@example.org",
    signatory="Jeanne Martin",
    signatory_title="directrice du centre",
    mediator="Médiateur de l'organisme\nBP 1, 75000 Paris",
    data_protection="dpo@example.org",
    legal_basis="l'exécution du contrat de formation",
    recipients="l'accueil du centre et notre service des réclamations",
    place="Créteil",
)
_BLOCKS: Final = [TextBlock(name=f"b{number}", title="Reçue", text="Reçue le {received}.") for number in range(20)]

PATHS: Final[Mapping[str, Sequence[str]]] = {
    "scope": [_SITE],
    "number": ["1"],
    "command": ["complete_facts"],
    "name": ["complete_facts"],
    "action": ["A-5"],
    "suffix": ["html", "csv", "xlsx"],
}
"""The values of the parameters of a path, `reference` apart, by name."""
PATHS_OF: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "/api/plans/{scope}/forms/{command}": {"command": ["add"]},
    "/board/dossiers/{reference}/actes/{name}": {"name": ["complete_facts", "plan", "answer"]},
    "/board/dossiers/{reference}/courriers/{name}.{suffix}": {"name": ["acknowledgement"], "suffix": ["html", "docx"]},
    # The file of the plan that was exported so often has more exports than the rows of an HTML file.
    "/board/pgaac/{scope}/pgaac.{suffix}": {"suffix": ["csv", "xlsx"]},
    "/board/pgaac/{scope}/editions/{number}": {"scope": [_SITE, "nation"], "number": ["0", "1"]},
    "/board/pgaac/{scope}/actes/{name}": {"name": ["add"]},
    "/board/pgaac/{scope}/actions/{action}/{name}": {"name": ["abandon"]},
    "/board/pgaac/{scope}/actions/{action}/effet": {"action": [DONE_ACTION]},
    "/board/pgaac/{scope}/actions/{action}/effet.{suffix}": {"action": [DONE_ACTION]},
}
"""Those of a route, in place of these."""
QUERIES: Final[Mapping[str, Sequence[str]]] = {
    "/api/cases": ["limit=500", f"limit=500&text={_TEXT}&order_by=due", "limit=500&text=introuvable"],
    "/api/search": [f"q={_TEXT}&limit=500", "q=introuvable"],
    "/api/case-counts": [_EVERY_FACET, "&".join(["facet=state"] * 1_000), f"text={_TEXT}&{_EVERY_FACET}"],
    "/api/agenda": ["until=2027-06-01&limit=500"],
    "/api/signals": [f"{_YEARS}&min_count=1"],
    "/api/indicators": [
        _LAST_MONTH,
        f"{_LAST_MONTH}&by=unit",
        f"{_LAST_MONTH}&name=received&cases=true",
        f"{_YEAR}&by=theme",
    ],
    "/api/indicator-series": [
        f"{_YEAR}&name=on_time&name=time_to_answer_median&with_year_before=true",
        f"{_FIVE_YEARS}&name=on_time&name=opening&name=received&name=recurrence&by=unit&with_year_before=true",
    ],
    "/api/indicator-page": [_LAST_MONTH, _YEAR, f"{_YEAR}&published=true"],
    "/api/plans/{scope}/effect": [f"action={DONE_ACTION}"],
    "/api/plans/{scope}/timeline": [f"action={DONE_ACTION}"],
    "/board/dossiers": ["", f"q={_TEXT}", "q=introuvable"],
    "/board/recherche": [f"q={_TEXT}", "q=introuvable"],
    "/board/registre.{suffix}": [_THREE_DAYS],
    "/board/indicateurs": ["", "du=2025-06-01&au=2026-05-31"],
    "/board/indicateurs/dossiers": ["indicateur=received", "indicateur=received&du=2025-06-01&au=2026-05-31"],
    "/board/signaux": ["", "etat=tous"],
}
"""The queries of a route, each of which makes it read much; of other routes none."""
BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "/api/similar-cases": {
        "site": "CRE",
        "received_on": "2026-06-01",
        "text": "Bonjour, je n'ai pas reçu de réponse à ma demande du mois dernier.",
        "sender": "Mme Durand",
    },
    "/api/cases/{reference}/letter-preview": {"type": "answer", "decision": "founded", "text": "Vous avez raison."},
}
"""The documents that routes take without changing anything."""
OF_ROWS: Final = ("/board/registre.{suffix}", "/board/indicateurs.{suffix}")
"""The files of many rows."""
_TOO_MANY: Final = "reclamation indicators"
"""What an answer names that refuses to count too many rows."""


@attrs.frozen
class MeasuredRequest:
    """A request: the route that it is of, its address, and the document that it sends; None for a GET."""

    route: str
    address: str
    body: Mapping[str, Any] | None = attrs.field(default=None, eq=False)

    @property
    def is_page(self) -> bool:
        """Whether it asks for a page of the board."""
        return self.route.startswith("/board") and "." not in self.route

    @property
    def name(self) -> str:
        """The name of at most 80 characters."""
        name = f"{'GET' if self.body is None else 'POST'} {self.address}"
        return name if len(name) <= 80 else f"{name[:55]}... ({len(name)} characters)"


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
    with closing(connect(url, kind)) as by_hand:
        yield from measured_on(kind, store, by_hand)
    store.close()


def measured_on(kind: Backend, store: SqlAlchemyStore, by_hand: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a register that is filled, given another connection to it."""
    desk = desk_on(store, documents=InMemoryDocumentStore())
    reference, application = read_much(desk), application_of(desk)
    leave_out_of_collections()  # as the applications of FastAPI and Django do
    found = asyncio.run(seconds_of(application, requests(reference), kind.clock, by_hand))
    for request, (first, seconds, queries) in found.items():
        budget = BUDGET_OF_ROWS if request.route in OF_ROWS else BUDGET
        row = ratio_row(f"{kind.name}: {request.name}", seconds, ("budget", budget), 1.0, "s of CPU")
        yield {**row, "first": first}
        if request.is_page:
            target = OF_QUERIES if queries >= SHORT else None
            yield ratio_row(f"{row['name']}, queries", seconds, ("by hand", queries), target, "s of CPU")


def application_of(desk: Desk) -> FastAPI:
    """Return an application with the API and the board of a desk."""
    application = FastAPI()
    api = reclamation_router(lambda: desk, letters=_LETTERS, text_blocks=_BLOCKS)
    application.include_router(api, prefix="/api")
    board = attrs.evolve(BOARD, letters=_LETTERS, text_blocks=_BLOCKS)
    application.include_router(board_router(lambda: desk, board), prefix="/board")
    return application


def read_much(desk: Desk) -> str:
    """Return the reference of a case with a document, once plans are published."""
    qualified = CaseQuery(states=frozenset({CaseState.QUALIFIED}))
    reference = desk.cases.summaries(qualified, order_by="due", limit=1).summaries[0].reference
    letter = NewDocument(name="lettre.txt", content=b"Bonjour")
    desk.add_support(reference, kind="letter", title="la lettre", documents=[letter])
    desk.pgaac("CRE").publish()
    desk.pgaac(PlanScope.nation()).publish()
    return reference


def routes() -> Iterator[tuple[str, bool]]:
    """Yield each route that reads, its parameters in braces, with True if it takes a document."""
    yield from (("/api/health", False), ("/api/ready", False))
    for route in API_ROUTES:
        if route.method == "GET" or route.body:
            yield f"/api{route.template}", bool(route.body)
    for pattern, methods in BOARD_ROUTES:
        if "GET" in methods:
            template = _GROUP.sub(r"{\1}", pattern.pattern).replace("\\", "")
            yield f"/board{template}", False


def requests(reference: str) -> list[MeasuredRequest]:
    """Return the requests of each route.

    Raises:
        LookupError: a route has a parameter without a value, or its document is missing.
    """
    found = []
    for route, takes_body in routes():
        values = {**PATHS, "reference": [reference], **PATHS_OF.get(route, {})}
        names = re.findall(r"{([a-z]+)}", route)
        if lacking := [name for name in names if name not in values] or takes_body != (route in BODIES):
            raise LookupError(f"bench.routes: {route} has no value: {lacking}")
        for chosen in product(*(values[name] for name in names)):
            path = route.format(**dict(zip(names, chosen, strict=True)))
            found += [
                MeasuredRequest(route, f"{path}?{query}" if query else path, BODIES.get(route))
                for query in QUERIES.get(route, [""])
            ]
    return found


async def seconds_of(
    application: FastAPI, wanted: Sequence[MeasuredRequest], clock: Callable[[], float], by_hand: Any
) -> dict[MeasuredRequest, tuple[float, float, float]]:
    """Return the first and the median seconds of processor of each request, and those of its queries by hand.

    Raises:
        AssertionError: it is refused, but for too many rows to count.
    """
    found: dict[MeasuredRequest, tuple[float, float, float]] = {}
    queries: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        queries.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench.test") as client:
        for request in wanted:
            method = "GET" if request.body is None else "POST"
            taken = []
            of_queries = []
            for _ in range(1 + ROUNDS):
                queries.clear()
                start = clock()
                response = await client.request(method, request.address, json=request.body)
                taken.append(clock() - start)
                assert response.status_code == 200 or _TOO_MANY in response.text, (request.address, response.text)
                start = clock()
                read_all(by_hand, queries if request.is_page else ())
                of_queries.append(clock() - start)
            found[request] = taken[0], median(taken[1:]), median(of_queries[1:])
    event.remove(Engine, "before_cursor_execute", note)
    return found


def read_all(connection: Any, queries: Iterable[tuple[str, Any]]) -> None:
    """Make queries with their parameters on a connection of the driver, and read every row."""
    for statement, parameters in queries:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            connection.execute(statement, parameters).fetchall()


def export(url: URL, count: int) -> None:
    """Add exports to the log: of each two one is a file of the same plan that was sent."""
    rows = [
        {
            "number": number,
            "kind": "plan" if number % 2 else "audit",
            "subject": "site:CRE" if number % 2 else "R-2026-00000001",
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
