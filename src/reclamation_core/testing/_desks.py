"""Desks for tests, each on a store of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from reclamation_core.desk import Desk
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.ports import Clock
from reclamation_core.testing._arguments import expect
from reclamation_core.vocabulary import Sites

_STORES: Final = "write memory, sqlite, or the URL of a database"


@contextmanager
def a_desk(
    store: str,
    folder: Path,
    policy: Policy | PolicyBook | None = None,
    sites: Sites | None = None,
    clock: Clock | None = None,
) -> Iterator[Desk]:
    """Open a desk for a `with` block.

    Args:
        store: `memory`; `sqlite`, a file in the folder; or the URL of a database, in a transaction that is rolled back
            at the end. In a database without tables the schema is created, and stays.
        folder: the folder of the file.
        policy: the policy of the desk, as for `Desk.in_memory`.
        sites: the sites of the agency.
        clock: the clock of the desk, which may be moved by years.

    Raises:
        TypeError, ValueError: the store is invalid.
        MissingExtraError: the driver of the database is not installed.
        SchemaError, StoreError: the database cannot be used.
    """
    expect("store", store, str, remedy=_STORES)
    if store in {"memory", "sqlite"}:
        file = partial(Desk.open, f"sqlite:///{folder / 'reclamations.db'}")
        opened: Callable[..., Desk] = Desk.in_memory if store == "memory" else file
        with opened(policy=policy, sites=sites, clock=clock, clock_limit=None) as desk:
            yield desk
    elif "://" in store:
        yield from _rolled_back(store, policy, sites, clock)
    else:
        raise ValueError(f"store: {store!r}; {_STORES}")


def _rolled_back(
    url: str, policy: Policy | PolicyBook | None, sites: Sites | None, clock: Clock | None
) -> Iterator[Desk]:
    from reclamation_core.adapters import SqlAlchemyStore, open_engine

    SqlAlchemyStore.open(url).close()  # makes the schema where there is none, refuses one of another version
    engine = open_engine(url)
    try:
        # A driver in autocommit begins no transaction by itself.
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield Desk.from_connection(connection, policy=policy, sites=sites, clock=clock, clock_limit=None)
            finally:
                connection.exec_driver_sql("ROLLBACK")
    finally:
        engine.dispose()
