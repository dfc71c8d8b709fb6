"""Web applications are killed while they write a row of their own and a case: both are there afterwards, or neither.

Each application serves requests from several clients at once and is killed at a random moment, again and again, on
SQLite and on PostgreSQL. The seed of the draws is shown, and may be given, and so may the number of kills and the names
of applications: `python -m soak.host_kills 7 200 fastapi`.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Final

import attrs
import django
import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import Client
from sqlalchemy import Connection, create_engine, make_url, text

from examples.fastapi_app.application import TICKETS, create_app, prepare
from examples.fastapi_app.people import PASSWORD
from soak.faults import Server
from tests.asgi import immediate_engine, serve
from tests.faults.killing import assert_whole
from tests.faults.processes import Child, Tell

KILLS: Final = 200
A_DATABASE: Final = 25
CLIENTS: Final = 4
LONGEST: Final = 0.6
"""How many kills on each kind of database, how many before a new database is taken, how many clients send requests at
once, and the longest time in seconds from the first request to the kill."""

PRELOADED: Final = ["tests.faults.warm", "examples.fastapi_app.application", "django.test"]
"""What the fork server imports once, before it forks."""


@attrs.frozen
class HostApplication:
    """A web application that embeds the library.

    Args:
        prepare: creates the tables of the library and the application's own in the database of an address.
        serve: serves that database until it is killed; it sends the address of the application once it listens.
        send: sends one request that writes a row and registers a case; returns the reference of the case if the
            application acknowledged both, else None.
        rows: returns the references that the application's own rows have, one for each row.
    """

    prepare: Callable[[str], None]
    serve: Callable[[Tell, str], None]
    send: Callable[[httpx.Client, str], str | None]
    rows: Callable[[Connection], list[str]]


@attrs.define
class Tally:
    """What came of the kills."""

    kills: int = 0
    acknowledged: list[str] = attrs.field(factory=list)
    cases: int = 0
    unacknowledged: int = 0

    def line(self) -> str:
        """All in one line; had a row and a case disagreed, it would not be reached."""
        return (
            f"{self.kills} kills, {self.cases} cases with their rows, of which {len(self.acknowledged)} acknowledged"
            f" and {self.unacknowledged} committed before the kill; rows alone 0, cases alone 0, lost 0"
        )


def killed_host(application: HostApplication, url: str, random: Random, kills: int, tally: Tally) -> None:
    """Kill an application some times on one database, and examine the database after each kill.

    Raises:
        AssertionError: a row is without its case or a case without its row, or one that was acknowledged is lost.
    """
    application.prepare(url)
    acknowledged: list[str] = []
    for _ in range(kills):
        child = Child(application.serve, url)
        address = child.heard()
        acknowledged += islice(_requests(application, address), 1)  # the first request takes longer than others
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(_all_requests, application, address) for _ in range(CLIENTS)]
            sleep(random.uniform(0, LONGEST))
            child.kill()
            ended = child.end()
            for client in clients:
                acknowledged += client.result()
        assert ended.killed
        tally.kills += 1
        cases = examine(application, url)
        assert set(acknowledged) <= cases, f"lost: {sorted(set(acknowledged) - cases)}"
    assert len(acknowledged) == len(set(acknowledged))
    tally.acknowledged += acknowledged
    tally.cases += len(cases)
    tally.unacknowledged += len(cases) - len(acknowledged)


def _requests(application: HostApplication, address: str) -> Iterator[str]:
    """Send requests until the application is gone, and yield what it acknowledged."""
    with httpx.Client(base_url=address, timeout=30) as client:
        while True:
            try:
                reference = application.send(client, address)
            except httpx.TransportError:
                return
            if reference is not None:
                yield reference


def _all_requests(application: HostApplication, address: str) -> list[str]:
    return list(_requests(application, address))


def examine(application: HostApplication, url: str) -> set[str]:
    """Compare the rows of an application with the cases, in one snapshot; return the references of the cases.

    Raises:
        AssertionError: they disagree, or the register is corrupt.
    """
    engine = create_engine(url)
    level = "SERIALIZABLE" if engine.dialect.name == "sqlite" else "REPEATABLE READ"
    with closing(engine.connect().execution_options(isolation_level=level)) as connection:
        rows = application.rows(connection)
        cases = set(connection.execute(text("SELECT reference FROM reclamation_cases")).scalars())
    engine.dispose()
    assert len(rows) == len(set(rows))
    assert set(rows) == cases, f"rows and cases disagree: {sorted(set(rows) ^ cases)}"
    assert_whole(url, [])
    return cases


# The applications


def _prepare_fastapi(url: str) -> None:
    engine = create_engine(url)
    prepare(engine)
    engine.dispose()


def _serve_fastapi(tell: Tell, url: str) -> None:
    serve(create_app(immediate_engine(url)), tell)


def _send_ticket(client: httpx.Client, _: str) -> str | None:
    facts = {"type": "complaint", "received_at": "2026-06-30T09:30:00+02:00"}
    ticket = {"subject": "Pas de formateur", "complaint": {"site": "METZ", "facts": facts, "verbatim": "Personne."}}
    answer = client.post("/tickets", json=ticket, auth=("metz", PASSWORD))
    assert answer.status_code == 201, answer.text  # an application that refuses for ever would never be killed
    return str(answer.json()["case"])


def _tickets(connection: Connection) -> list[str]:
    return list(connection.execute(TICKETS.select()).scalars("case_reference"))


def _set_up_django(url: str) -> None:
    """Configure Django in this process, which has no other one: the settings of the example, on a database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "examples.django_app.settings"
    place = make_url(url)
    is_sqlite = place.get_backend_name() == "sqlite"
    settings.DATABASES = {
        "default": {
            **settings.DATABASES["default"],
            "ENGINE": f"django.db.backends.{'sqlite3' if is_sqlite else 'postgresql'}",
            "NAME": place.database,
            "USER": place.username or "",
            "HOST": place.host or place.query.get("host", ""),
            "OPTIONS": settings.DATABASES["default"]["OPTIONS"] if is_sqlite else {},
        }
    }
    django.setup()


_COOKIES: Final = {"csrftoken": "a" * 32}
"""The cookies of a person who is logged in, with a token against forged requests that is its own proof."""


def _prepare_django(url: str) -> None:
    child = Child(_migrate_django, url)
    _COOKIES["sessionid"] = child.heard()
    child.end()


def _migrate_django(tell: Tell, url: str) -> None:
    _set_up_django(url)
    call_command("migrate", verbosity=0)
    from django.contrib.auth import get_user_model

    from examples.django_app.seed import create_people

    create_people(password=None)
    browser = Client()
    browser.force_login(get_user_model().objects.get(username="metz"))
    tell(browser.cookies["sessionid"].value)


def _serve_django(tell: Tell, url: str) -> None:
    _set_up_django(url)
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.set_app(WSGIHandler())
    tell(f"http://127.0.0.1:{server.server_port}")
    server.serve_forever()


class _QuietHandler(WSGIRequestHandler):  # type: ignore[misc]  # Django has no types
    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _send_form(client: httpx.Client, _: str) -> str | None:
    ticket = {"subject": "Pas de formateur", "received_at": "2026-06-30T09:30", "site": "METZ", "verbatim": "Personne."}
    token = {"csrfmiddlewaretoken": _COOKIES["csrftoken"]}
    cookies = "; ".join(f"{name}={value}" for name, value in _COOKIES.items())
    answer = client.post("/tickets/new", data=token | ticket, headers={"Cookie": cookies})
    assert answer.status_code in {200, 302, 500, 503}, answer.text
    return answer.headers["location"].rpartition("/")[2] if answer.is_redirect else None


def _form_tickets(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT case_id FROM django_app_ticket")).scalars())


APPLICATIONS: Final[dict[str, HostApplication]] = {
    "django": HostApplication(_prepare_django, _serve_django, _send_form, _form_tickets),
    "fastapi": HostApplication(_prepare_fastapi, _serve_fastapi, _send_ticket, _tickets),
}


def main() -> None:
    """Kill each application, and show the figures."""
    given = [int(one) for one in sys.argv[1:3] if one.isdigit()]
    names = [one for one in sys.argv[1:] if not one.isdigit()] or list(APPLICATIONS)
    seed = given[0] if given else SystemRandom().randrange(1_000_000)
    kills = given[1] if len(given) > 1 else KILLS
    print(f"seed {seed}", flush=True)
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    for name in names:
        with TemporaryDirectory() as folder, closing(Server()) as server:
            files = (f"sqlite:///{Path(folder)}/{number}.db" for number in range(kills))
            for kind, new in (("SQLite", lambda files=files: next(files)), ("PostgreSQL", server.database)):
                start, tally, random = perf_counter(), Tally(), Random(seed)
                while tally.kills < kills:
                    killed_host(APPLICATIONS[name], new(), random, min(A_DATABASE, kills - tally.kills), tally)
                print(f"{name} on {kind}, {perf_counter() - start:.0f} s: {tally.line()}", flush=True)


if __name__ == "__main__":
    main()
