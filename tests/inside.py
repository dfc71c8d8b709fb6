"""What tests reach inside of a desk and a store: a store that another desk opens, a clock that moves, an engine.

Tests of other modules reach it here alone, so that a change of what is private is one change of the tests.
"""

import ast
import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache, partial
from typing import Any, get_type_hints

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


def raise_signal(desk: Desk | PlanService, scope: PlanScope, event: PlanEvent, *known: str) -> None:
    """Store an event of a plan that the library itself observes, or any other without the checks of a command."""
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


@cache
def words_of_templates() -> set[str]:
    """Return the set to which templates of the board and of the comparison page add each text that they show."""
    from reclamation_core.integrations.board import pages
    from reclamation_core.laboratory.comparison_page import rendering

    heard = set[str]()

    def text(write: Any, lang: str, text: Any, english: str = "", /, **values: object) -> Any:
        if english:
            heard.add(f"{text} | {english}")
        return write(lang, text, english, **values)

    def plural(write: Any, lang: str, *given: Any) -> Any:
        heard.add(" | ".join(write(one, *given) for one in ("fr", "en")))
        return write(lang, *given)

    for module, environment in ((pages, pages._environment), (rendering, rendering.environment)):
        changed: Any = module
        changed._text, changed.plural = partial(text, module._text), partial(plural, module.plural)
        environment.cache_clear()
    return heard


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
