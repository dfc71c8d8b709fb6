"""What tests reach inside of a desk and a store: a store that another desk opens, a clock that moves, an engine.

Tests of other modules reach it here alone, so that a change of what is private is one change of the tests.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from functools import partial
from itertools import product
from typing import Any, get_type_hints
from unittest import mock

from sqlalchemy import Engine

from reclamation_core.adapters import InMemoryDocumentStore, InMemoryStore, SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.desk import AsyncDesk, Desk, PlanService
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.plan_access import load_part, save_plan
from reclamation_core.plans import PlanScope
from reclamation_core.plans.events import PlanEvent
from reclamation_core.ports import Clock, Store, UnitOfWork


def context_of(desk: Desk) -> DeskContext:
    """Return the context of a desk: who acts, in which scope, by which editions."""
    return desk._context


def store_of(desk: Desk) -> Store:
    """Return the store of a desk."""
    return desk._context.store


def store_of_async(desk: AsyncDesk) -> Store:
    """Return the store of a desk for asyncio."""
    store: Store = desk._store  # type: ignore[attr-defined]  # private, not in the stub
    return store


def clock_of(desk: Desk) -> Clock:
    """Return the clock of a desk."""
    return desk._context.clock


def desk_with(desk: Desk, **changes: Any) -> Desk:
    """Return a desk with another store, other policies or salts."""
    return desk._with(**changes)


def database_of(store: SqlAlchemyStore) -> Database:
    """Return the database of a store, which executes its statements."""
    return store._database


def engine_of(store: SqlAlchemyStore) -> Engine:
    """Return the engine of a store in a database."""
    return store._database.engine


def lose(store: Store, key: str) -> None:
    """Remove a case or a plan from a store in memory, as nothing of the library does."""
    assert isinstance(store, InMemoryStore)
    store._plans.pop(key, None)
    if store._cases.pop(key, None) is not None:
        store._ordered.remove(key)


def optimistic_locks_of(store: Store) -> dict[str, int]:
    """Return the optimistic locks of a store in memory, each with its version."""
    assert isinstance(store, InMemoryStore)
    return store._optimistic_locks


def contents_of(documents: InMemoryDocumentStore) -> dict[str, tuple[bytes, datetime]]:
    """Return the documents of every register in a store, with the instant of each."""
    return documents._bytes


def change_plan(plan: PlanService, event: PlanEvent, reference: str) -> None:
    """Store an event of a plan about one action, without the checks of a command."""
    plan._change(lambda _: event, None, None, {reference})


def raise_signal(desk: Desk, scope: PlanScope, event: PlanEvent, *known: str) -> None:
    """Store an event of a plan that the library itself observes."""
    context = desk._context

    def observed(unit: UnitOfWork) -> None:
        before = load_part(unit, scope, known)
        save_plan(unit, context.observe_on_plan(before, event), before.version)

    context.transact(observed, CommandLog(scope.key))


def forget_templates() -> None:
    """Let the templates of the board and of letters be loaded again."""
    from reclamation_core.integrations.board import pages
    from reclamation_core.reporting import letters

    pages._environment.cache_clear()
    letters._environment.cache_clear()


@contextmanager
def words_of_templates(heard: Callable[[str, str], None]) -> Iterator[None]:
    """Pass each text that a template of the board or of the comparison page has in itself, in both languages."""
    from reclamation_core.integrations.board import pages
    from reclamation_core.laboratory.comparison_page import rendering

    def text(write: Any, text: Any, english: str = "", /, **values: object) -> Any:
        if english:
            heard(text, english)
        return write(text, english, **values)

    def plural(write: Any, count: int, fr: tuple[str, str], en: tuple[str, str]) -> str:
        heard(*(write.func(lang, count, fr, en) for lang in ("fr", "en")))
        return str(write(count, fr, en))

    with ExitStack() as stack:
        for made, lang in product((pages._environment, rendering.environment), ("fr", "en")):
            names = made(lang).globals  # type: ignore[arg-type]
            changed = {"_": partial(text, names["_"]), "plural": partial(plural, names["plural"])}
            stack.enter_context(mock.patch.dict(names, changed))
        yield


def forget_versions() -> None:
    """Let the versions of the schema be read from their folder again."""
    from reclamation_core.adapters.sqlalchemy import schema

    schema._script.cache_clear()


def place_of_pdf() -> AbstractContextManager[None]:
    """Take a place in the queue of PDF files, as one that is composed does."""
    from reclamation_core.reporting import pdf

    return pdf._QUEUES[0].place()


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the type hints of a function, of which some names are imported for type checkers alone."""
    names: dict[str, Any] = {}
    for node in ast.parse(inspect.getsource(sys.modules[function.__module__])).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            exec(compile(ast.Module(node.body, []), function.__module__, "exec"), names)  # noqa: S102  our imports
    return get_type_hints(function, localns=names)
