"""The connections that the page on production counts are those that are open on PostgreSQL."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, event
from sqlalchemy.pool import Pool

from reclamation_core.adapters import Settings, SqlAlchemyStore, upgrade
from reclamation_core.cli.application import run
from reclamation_core.desk import Desk
from reclamation_core.errors import ErrorKind
from reclamation_core.ports import CaseQuery, StoreBusyError
from reclamation_core.testing.builders import a_complaint
from tests.databases import new_database
from tests.functional.test_production_page import PAGE
from tests.hosts import conninfo
from tests.inside import database_of


@pytest.fixture
def address() -> URL:
    found = new_database()
    upgrade(found)
    with Desk.open(found.render_as_string(hide_password=False)) as desk:
        desk.register(a_complaint(received_at=datetime.now(UTC) - timedelta(days=40)), site="CRE")
    return found


@contextmanager
def observed(address: URL) -> Iterator[list[int]]:
    """Yield the numbers of connections to a database, each counted by the server when one more was opened."""
    counts: list[int] = []
    with psycopg.connect(conninfo(address), autocommit=True) as own:

        def count(*_: Any) -> None:
            row = own.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
            counts.append(0 if row is None else row[0])

        event.listen(Pool, "connect", count)
        try:
            yield counts
        finally:
            event.remove(Pool, "connect", count)


def worker(address: URL) -> int:
    """Return how many connections a process takes whose requests all need one at the same time."""
    with observed(address) as counts, ExitStack() as requests:
        store = SqlAlchemyStore.open(address, Settings(wait=0.05))
        requests.callback(store.close)
        for _ in range(Settings().connections):
            requests.enter_context(database_of(store).connected())
        with pytest.raises(StoreBusyError) as refused, store.unit_of_work() as unit:
            unit.cases.count(CaseQuery())
    assert refused.value.kind is ErrorKind.UNAVAILABLE
    assert refused.value.kind.status == 503
    return max(counts)


def job(address: URL) -> int:
    """Return how many connections the nightly job takes, with the verification."""
    with observed(address) as counts:
        assert run(["nightly", "--db", address.render_as_string(hide_password=False), "--verify"]) == 0
    return max(counts)


def consumer(address: URL) -> int:
    """Return how many connections a consumer of the feed takes."""
    seen: list[Any] = []
    url = address.render_as_string(hide_password=False)
    with observed(address) as counts, Desk.open(url) as desk:
        desk.consumer("export").run_once(seen.append)
    assert seen
    return max(counts)


@pytest.mark.slow
@pytest.mark.parametrize(("process", "expected"), [(worker, Settings().connections), (job, 1), (consumer, 1)])
def test_a_process_opens_the_connections_counted(process: Callable[[URL], int], expected: int, address: URL) -> None:
    assert process(address) == expected


def test_the_sum_of_the_page_is_that_of_its_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    (pool,) = re.findall(r"each a pool: `Settings\(connections=(\d+)\)` by default", page)
    (total,) = re.findall(r"four workers with pools of ten, one job\s+and two consumers take (\d+)", page)
    assert (int(pool), int(total)) == (Settings().connections, 4 * Settings().connections + 1 + 2)
