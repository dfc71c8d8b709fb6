"""What another person waits for while two workbooks of 10,000 cases are computed.

With Django on a file of SQLite, in processes of their own as its workers are: the median of a page alone, and beside
two processes that export the register over and over; a lock that one of them held would show, as would the processor
that they share, of which a machine with two cores has too little. With AsyncDesk, in one process: the longest that a
request of `/health` takes beside the same exports, which compute in threads. Clocks measure both: an idle machine is
needed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any, Final

import httpx
from fastapi import FastAPI
from sqlalchemy import URL

from bench._measure import ratio_row
from bench.board import NOW, SITES, fill
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.desk import AsyncDesk
from reclamation_core.reporting import report_bytes
from reclamation_core.testing.builders import FakeClock

CASES: Final = 10_000
EXPORTS: Final = 2
ROUNDS: Final = 30
MOST: Final = 3.0
HEALTH: Final = 0.2
_PAGE, _FILE = "/reclamations/dossiers", "/reclamations/registre.xlsx"


def run(cases: int = CASES) -> list[dict[str, Any]]:
    """The rows of the table."""
    with TemporaryDirectory() as folder:
        os.environ.update(EXAMPLE_FOLDER=folder, DJANGO_SETTINGS_MODULE="examples.django_app.settings")
        url = URL.create("sqlite", database=str(Path(folder, "register.db")))
        store = SqlAlchemyStore.open(url)
        fill(store, cases)
        store.close()
        return [*_with_django(cases), *asyncio.run(_with_async_desk(url, cases))]


def _with_django(cases: int) -> Iterator[dict[str, Any]]:
    from django.core.management import call_command

    _client()
    call_command("migrate", verbosity=0)
    from examples.django_app.seed import create_people

    create_people(password=None)
    alone = _seconds()
    context = get_context("spawn")
    begun, over = context.Barrier(EXPORTS + 1), context.Event()
    exporters = [context.Process(target=_export, args=(begun, over)) for _ in range(EXPORTS)]
    for one in exporters:
        one.start()
    begun.wait()
    beside = _seconds()
    over.set()
    for one in exporters:
        one.join()
    yield ratio_row(
        f"Django, SQLite: a page beside {EXPORTS} workbooks of {cases} cases", beside, ("alone", alone), MOST, "s"
    )


def _client() -> Any:
    """Return a client of the example, without a login."""
    import django

    django.setup()
    from django.test import Client

    return Client(headers={"host": "localhost"})


def _logged_in() -> Any:
    """Return a client that acts for the whole agency."""
    client = _client()
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(username="chef"))
    return client


def _seconds() -> float:
    """Return the median seconds of the page."""
    client, taken = _logged_in(), list[float]()
    for _ in range(ROUNDS + 1):
        start = perf_counter()
        answer = client.get(_PAGE)
        taken.append(perf_counter() - start)
        assert answer.status_code == 200, answer.content
        sleep(0.05)  # a person does not ask for the next page at once
    return median(taken[1:])


def _export(begun: Any, over: Event) -> None:
    client = _logged_in()
    begun.wait()
    while not over.is_set():
        answer = client.get(_FILE)
        assert answer.status_code == 200
        assert b"".join(answer).startswith(b"PK")


async def _with_async_desk(url: URL, cases: int) -> list[dict[str, Any]]:
    application, waits = FastAPI(), list[float]()

    @application.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    async with _desk(url) as desk:

        async def export() -> None:
            content = await desk.run(lambda one: report_bytes(one.reports.register(), "xlsx"))
            assert content.startswith(b"PK")  # a ZIP file, as each workbook is

        exports = asyncio.gather(*(export() for _ in range(EXPORTS)))
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://bench.test") as client:
            while not exports.done():
                start = perf_counter()
                await asyncio.sleep(0.02)  # a loop that is held wakes up late
                await client.get("/health")
                waits.append(perf_counter() - start - 0.02)
        await exports
    name = f"AsyncDesk: the longest /health beside {EXPORTS} workbooks of {cases} cases"
    return [ratio_row(name, max(waits), ("budget", HEALTH), 1.0, "s")]


@asynccontextmanager
async def _desk(url: URL) -> AsyncIterator[AsyncDesk]:
    desk = await AsyncDesk.open(url.render_as_string(hide_password=False), sites=SITES, clock=FakeClock(NOW))
    try:
        yield desk
    finally:
        await desk.release()


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if sys.argv[1:] else CASES):
        print(row)
