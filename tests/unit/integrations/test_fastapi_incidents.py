"""A database that fails: 503 with Retry-After, one line of log with the number of the request, nothing internal."""

import asyncio
import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import QueuePool, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, PendingRollbackError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from reclamation_core.errors import MissingExtraError, ReclamationError
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.integrations.fastapi import ProblemRoute, add_problem_details, board_router, reclamation_router
from reclamation_core.integrations.problem_details import ProbeRoute
from reclamation_core.ports import (
    SchemaError,
    StoreBusyError,
    StoreDamagedError,
    StoreEncodingError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreReplacedError,
    StoreUnreachableError,
)
from tests.inside import store_of
from tests.schemas import valid
from tests.unit.integrations.test_fastapi_routes import REGISTER, Client, a_desk

ADDRESS = "postgresql://db-7.internal:5433/plaintes"
SECRET = re.compile(r"db-7|(?<![0-9a-f])5433(?![0-9a-f])|plaintes|internal|pip install|UPDATE|SELECT|/srv")


def lost(statement: str = "SELECT 1") -> OperationalError:
    return OperationalError(statement, {}, psycopg.errors.AdminShutdown(f"terminated: {ADDRESS}"))


FAILURES: dict[str, Callable[[], Exception]] = {
    "a connection that the server has ended": lost,
    "a server that is not there": lambda: OperationalError("", {}, psycopg.OperationalError(f"no route to {ADDRESS}")),
    "a pool without a free connection": lambda: PoolTimeoutError("QueuePool limit of size 5 reached"),
    "a lock that others hold": lambda: OperationalError("", {}, psycopg.errors.LockNotAvailable(ADDRESS)),
    "a transaction without its connection": lambda: PendingRollbackError("can't reconnect"),
}
STAGES = ("begin", "work", "commit")


def application(failure: Callable[[], Exception], stage: str) -> Client:
    """An application with a transaction of its own around each request, which fails at a stage."""
    desk, app = a_desk(), FastAPI()
    tickets = APIRouter(route_class=ProblemRoute)

    def transaction() -> Iterator[Any]:
        if stage == "begin":
            raise failure()
        yield desk
        if stage == "commit":
            raise failure()

    desk_of = Depends(transaction, scope="function")

    @tickets.post("/tickets")
    def open_ticket(_: Any = desk_of) -> Any:
        if stage == "work":
            raise failure()
        return {}

    app.include_router(tickets)
    app.include_router(reclamation_router(transaction), prefix="/api")
    app.include_router(board_router(transaction), prefix="/board")
    return Client.of(app)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("stage", STAGES)
def test_a_database_of_the_application_that_fails_is_503_with_one_line_of_log(
    failure: Callable[[], Exception], stage: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = application(failure, stage)
    requests = [("POST", "/tickets"), ("GET", "/api/cases/R-2026-000007"), ("GET", "/board/dossiers")]
    for method, path in requests[:1] if stage == "work" else requests:
        if path.endswith("7") and stage == "commit":
            continue  # the case is not found, so that nothing is committed
        caplog.clear()
        refused = client(method, path, headers={"x-request-id": "7f3a-1", "accept-language": "en"})
        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json"), stage
        assert valid("view.problem", refused.json())
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["instance"].endswith(":7f3a-1")
        assert SECRET.search(refused.text) is None
        [record] = [one for one in caplog.records if one.levelno >= logging.WARNING]
        assert (record.levelno, record.name) == (logging.ERROR, "reclamation_core.integrations")
        assert f"{method} {path} (request 7f3a-1): Store" in record.getMessage()
        assert "\n" not in record.getMessage()


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: IntegrityError("", {}, psycopg.errors.UniqueViolation("twice")),
        lambda: ProgrammingError("", {}, psycopg.errors.UndefinedTable("no such table")),
        lambda: OperationalError("", {}, sqlite3.OperationalError("no such table")),
        lambda: ValueError("another mistake"),
    ],
)
def test_a_mistake_of_the_application_stays_an_error_of_the_application(mistake: Callable[[], Exception]) -> None:
    with pytest.raises(type(mistake())):
        application(mistake, "begin")("POST", "/tickets")


def test_a_real_engine_that_finds_no_database_and_a_full_pool_are_503() -> None:
    app, router = FastAPI(), APIRouter(route_class=ProblemRoute)
    missing = create_engine("sqlite:////nowhere/there.db")
    full = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)

    @router.get("/{name}")
    def read(name: str) -> Any:
        with (missing if name == "missing" else full).connect() as connection:
            return connection.execute(text("SELECT 1")).scalar()

    app.include_router(router)
    with full.connect():
        assert [Client.of(app)("GET", path).status_code for path in ("/missing", "/full")] == [503, 503]
    full.dispose()


def test_a_browser_is_answered_with_a_page(caplog: pytest.LogCaptureFixture) -> None:
    page = application(lost, "begin")("GET", "/board/dossiers", headers={"accept": "text/html, */*"})
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert 'href="/board/"' in page.text
    number = page.headers["x-request-id"]
    assert f"(incident {number})." in page.text
    assert [number in record.getMessage() for record in caplog.records] == [True]


ERRORS: tuple[ReclamationError, ...] = (
    *(cls(ADDRESS, "57P01 AdminShutdown") for cls in (StoreError, StoreBusyError, StoreReadOnlyError, StoreFullError)),
    *(cls(ADDRESS, "x") for cls in (StoreUnreachableError, StoreReplacedError, StoreDamagedError, StoreEncodingError)),
    StoreDamagedError(ADDRESS, "SELECT", None, "R-2026-000007"),
    SchemaError(ADDRESS, "0003", "0012"),
    SchemaError("sqlite:////srv/db.sqlite", None, "0012"),
    MissingExtraError("/srv/typst", "reports"),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__} {error.in_('en')[:20]}")
def test_what_a_user_reads_of_an_unavailable_service_has_nothing_internal(error: ReclamationError) -> None:
    assert ADDRESS in str(error) or "/srv" in str(error)
    for lang in ("fr", "en"):
        document = error.to_document(lang)
        assert SECRET.search(str(document)) is None
        assert document["detail"] == error.public_message(lang)
        assert document["faults"] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__} {error.in_('en')[:20]}")
@pytest.mark.parametrize("path", ["/api/cases/R-2026-000001", "/board/dossiers/R-2026-000001", "/own", "/ready"])
def test_an_unavailable_register_is_logged_once_under_its_case_and_request(
    error: ReclamationError, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProbeRoute, "limit", 60)

    def fail() -> Any:
        raise error

    desk, app = a_desk(), FastAPI()
    vars(store_of(desk))["unit_of_work"] = fail
    app.include_router(reclamation_router(lambda: desk), prefix="/api")
    app.include_router(board_router(lambda: desk), prefix="/board")
    app.include_router(reclamation_router(lambda: desk))
    app.get("/own")(fail)
    add_problem_details(app)
    refused = Client.of(app)("GET", path, headers={"x-request-id": "a b\n", "accept": "text/html"})

    assert refused.status_code == 503
    assert SECRET.search(refused.text) is None
    [record] = [one for one in caplog.records if one.levelno >= logging.WARNING]
    number = refused.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", number)
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    assert record.getMessage() == f"GET {path} (request {number}): {reason}"
    assert number in refused.text
    assert (refused.headers.get("retry-after") is not None) is (error.retry_after is not None)


def test_a_page_is_logged_once_though_the_transaction_fails_too(caplog: pytest.LogCaptureFixture) -> None:
    desk, ended = a_desk(), list[str]()

    def fail() -> Any:
        raise StoreUnreachableError(ADDRESS, "57P01 AdminShutdown")

    def transaction() -> Iterator[Any]:
        try:
            yield desk
        except Exception as error:
            ended.append("rolled back")
            raise lost() from error
        ended.append("committed")

    vars(store_of(desk))["unit_of_work"] = fail
    app = FastAPI()
    app.include_router(board_router(transaction), prefix="/board")
    page = Client.of(app)("GET", "/board/dossiers", headers={"accept": "text/html"})

    assert (page.status_code, ended) == (503, ["rolled back"])
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_a_form_that_could_not_be_recorded_keeps_what_was_entered(caplog: pytest.LogCaptureFixture) -> None:
    desk = a_desk()

    def fail(*_: Any) -> Any:
        raise StoreBusyError(ADDRESS, "55P03 LockNotAvailable")

    vars(store_of(desk).sequences)["next"] = fail
    form = {"received_at": ["2026-06-01T09:00"], "site": ["CRE"], "verbatim": ["La salle est froide."]}
    request = BoardRequest(path="/dossiers/nouveau", method="POST", form=form, id="n-1")
    page = Board().respond(desk, request)
    assert (page.status, page.headers["Retry-After"], page.headers["X-Request-ID"]) == (503, "5", "n-1")
    assert b"La salle est froide." in page.body
    assert b"(incident n-1)" in page.body
    assert SECRET.search(page.body.decode()) is None
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_refusal_that_is_no_incident_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(a_desk())
    client("POST", "/cases", json=REGISTER)
    refused = client(
        "POST", "/cases/R-2026-000001/commands", json={"type": "answer", "decision": "founded", "text": "x"}
    )
    assert refused.status_code == 409
    assert "instance" not in refused.json()
    assert "x-request-id" not in refused.headers
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


# Probes


class Locked:
    """A dependency that waits as long as a lock is held, as the transaction of an application or its pool does."""

    def __init__(self) -> None:
        self.lock, self.entered = threading.Lock(), 0

    def __call__(self) -> Any:
        self.entered += 1
        with self.lock:
            return a_desk()


def test_readiness_is_answered_in_time_while_the_store_is_locked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ProbeRoute, "limit", 0.05)
    locked, app = Locked(), FastAPI()
    app.include_router(reclamation_router(a_desk, ready=locked))
    transport = httpx.ASGITransport(app)

    async def probe() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url="http://afpa.test") as client:
            with locked.lock:
                answers = [await client.get("/ready"), await client.get("/ready"), await client.get("/health")]
            while asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
            return [*answers, await client.get("/ready"), await client.head("/ready")]

    answers = asyncio.run(probe())

    assert [one.status_code for one in answers] == [503, 503, 200, 200, 200]
    assert answers[0].headers["retry-after"] == "5"
    assert valid("view.problem", answers[0].json())
    number = answers[0].headers["x-request-id"]
    assert number in answers[0].json()["instance"]
    assert f"(request {number}): TimeoutError: no answer within" in caplog.records[0].getMessage()
    assert locked.entered == 3  # the second probe did not wait for the lock


def test_the_limit_of_a_probe_leaves_time_for_its_answer() -> None:
    assert ProbeRoute.limit <= 1.5
