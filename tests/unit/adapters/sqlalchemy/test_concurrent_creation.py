"""Schemas made at once: by threads, by tasks, within the migrations of an application that has its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, create_engine, inspect

from reclamation_core import AsyncDesk, Desk
from reclamation_core.adapters.sqlalchemy.tables import METADATA, VERSION
from reclamation_core.adapters.sqlalchemy.views import VIEWS
from reclamation_core.adapters.sqlalchemy.word_index import SQLITE_TABLES
from tests.databases import new_database

NEW: dict[str, Callable[[Path, int], str]] = {
    "files": lambda folder, number: f"sqlite:///{folder}/{number}.db",
    "one file": lambda folder, _: f"sqlite:///{folder}/same.db",
    "in memory": lambda *_: "sqlite://",
    "databases of a server": lambda *_: typed(new_database()),
}
OURS = {*METADATA.tables, VERSION}


def typed(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def found(url: str) -> tuple[set[str], set[str]]:
    """The tables and views of a database."""
    engine = create_engine(url)
    asked = inspect(engine)
    names = set(asked.get_table_names()) - SQLITE_TABLES, set(asked.get_view_names())
    engine.dispose()
    return names


@pytest.mark.slow
@pytest.mark.parametrize("new", NEW.values(), ids=NEW)
def test_threads_opening_new_databases_find_theirs_whole(new: Callable[[Path, int], str], tmp_path: Path) -> None:
    urls = [new(tmp_path, number) for number in range(6)]
    barrier = Barrier(len(urls))

    def count(url: str) -> int:
        barrier.wait()
        with Desk.open(url) as desk:
            return desk.cases.count()

    with ThreadPoolExecutor(len(urls)) as pool:
        assert list(pool.map(count, urls)) == [0] * len(urls)
    assert all(found(url) == (OURS, set(VIEWS)) for url in urls if url != "sqlite://")


@pytest.mark.slow
@pytest.mark.parametrize(
    "new",
    [pytest.param(new, id=name, marks=[] if name == "one file" else pytest.mark.soak) for name, new in NEW.items()],
)
def test_so_do_tasks(new: Callable[[Path, int], str], tmp_path: Path) -> None:
    urls = [new(tmp_path, number) for number in range(4)]

    async def count(url: str) -> int:
        async with AsyncDesk.open(url) as desk:
            return await desk.cases.count()

    async def all_of_them() -> list[int]:
        return list(await asyncio.gather(*map(count, urls)))

    assert asyncio.run(all_of_them()) == [0] * len(urls)
    assert all(found(url) == (OURS, set(VIEWS)) for url in urls if url != "sqlite://")


MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "a", None

def upgrade():
    from reclamation_core.adapters import upgrade as ours

    op.create_table("before", sa.Column("number", sa.Integer))
    ours({of!s})
    op.create_table("after", sa.Column("number", sa.Integer))
"""


def application(folder: Path, url: str, of: str) -> Config:
    """An application whose own migration makes our schema in a database too."""
    config = Config(str(folder / "alembic.ini"), stdout=StringIO())
    command.init(config, str(folder / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.config_file_name = None  # it would set the logging of the tests
    (folder / "migrations" / "versions" / "a.py").write_text(MIGRATION.format(of=of), encoding="utf-8")
    return config


def test_the_migrations_of_an_application_may_create_the_schema_in_its_file(tmp_path: Path) -> None:
    theirs, ours = f"sqlite:///{tmp_path}/application.db", f"sqlite:///{tmp_path}/reclamations.db"
    command.upgrade(application(tmp_path, theirs, repr(ours)), "head")
    assert found(theirs)[0] == {"before", "after", "alembic_version"}
    assert found(ours) == (OURS, set(VIEWS))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_and_in_their_own_database_by_their_own_connection(kind: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/application.db" if kind == "sqlite" else typed(new_database())
    command.upgrade(application(tmp_path, url, "op.get_bind()"), "head")
    assert found(url) == ({"before", "after", "alembic_version"} | OURS, set(VIEWS))
