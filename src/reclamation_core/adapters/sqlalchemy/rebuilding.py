"""Folding again what another version of the library has folded: what is asked by may be told otherwise now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import URL, Engine, select

from reclamation_core.adapters.sqlalchemy import case_writing, plan_writing
from reclamation_core.adapters.sqlalchemy.beside import is_plan_as_folded
from reclamation_core.adapters.sqlalchemy.case_rows import Base, StoredCase, case_row
from reclamation_core.adapters.sqlalchemy.case_writing import CaseChange
from reclamation_core.adapters.sqlalchemy.cases import stored_cases
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.drivers import HostConnection
from reclamation_core.adapters.sqlalchemy.engines import open_engine
from reclamation_core.adapters.sqlalchemy.hosted import HostDatabase
from reclamation_core.adapters.sqlalchemy.plans import PlanQuestions
from reclamation_core.adapters.sqlalchemy.steps import StaleDataError
from reclamation_core.adapters.sqlalchemy.tables import CASES
from reclamation_core.adapters.sqlalchemy.upgrading import check_version
from reclamation_core.adapters.sqlalchemy.writing import writer_for
from reclamation_core.cases.documents import STATE_VERSION
from reclamation_core.ports import StoreDamagedError

_AT_ONCE: Final = 500


def rebuild_projections(database: Engine | URL | str | HostConnection) -> int:
    """Fold the cases and plans again that another version of the library has folded, and write what follows from their
    stories: what they are found by and told by, and what their texts are searched by.

    To be done once the schema is up to date: until then, or until somebody acts on such a case, searches, lists and
    views show it as the other version understood it. A case says which version folded it; a plan is looked at, and
    written where it would be written otherwise. It is done in batches, each whole or not at all, while others go on
    working. No event is added.

    Args:
        database: its address, or an engine on it; or a connection that an application has, as for `upgrade`: then
            all of it is within the transaction that the application has begun, and kept when the application commits.

    Returns:
        How many cases and plans were folded again.

    Raises:
        TypeError, ValueError: it is none of these, or no address that is known here.
        SchemaError: the schema has another version, or there is none.
        StoreDamagedError: a case or a plan cannot be read; all the others are folded first.
        StoreError: the database refused; the batches before are kept.
    """
    if isinstance(database, str | URL):
        engine = open_engine(database)
        try:
            return rebuild_projections(engine)
        finally:
            engine.dispose()
    check_version(database)
    if isinstance(database, Engine):
        return _folded_again(Database(database.execution_options(isolation_level="AUTOCOMMIT")))
    return _folded_again(HostDatabase.of(database, any_schema=True))  # it was looked at just now


def _folded_again(database: Database) -> int:
    damaged: list[StoreDamagedError] = []
    count = _cases(database, damaged) + _plans(database, damaged)
    if damaged:
        for other in damaged[1:]:
            damaged[0].add_note(str(other))
        raise damaged[0]
    return count


def _cases(database: Database, damaged: list[StoreDamagedError]) -> int:
    count, after = 0, ""
    while rows := _page(database, after):
        bases, unread = _read(database, rows)
        try:
            _write(database, bases)
        except StaleDataError:
            continue  # somebody acted on one of them, and folded it so: look again
        count, after = count + len(bases), rows[-1].reference
        damaged += unread
    return count


def _plans(database: Database, damaged: list[StoreDamagedError]) -> int:
    plans = PlanQuestions(database)
    return sum(_is_plan_written(database, plans, scope, damaged) for scope in plans.scopes())


def _is_plan_written(database: Database, plans: PlanQuestions, scope: str, damaged: list[StoreDamagedError]) -> bool:
    """Fold a plan again where another version would have told it otherwise; whether that was so."""
    while True:
        try:
            base = plans.by_scope(scope)
            if base is None or is_plan_as_folded(database, base.plan):
                return False
            database.run([*plan_writing.fold_steps(writer_for(database.dialect), [base])])
        except StaleDataError:
            continue  # somebody changed the plan meanwhile: look again
        except StoreDamagedError as error:
            if error.holder is None:
                raise
            damaged.append(error)
            return False
        return True


def _page(database: Database, after: str) -> list[Any]:
    columns = (CASES.c.reference, CASES.c.version, CASES.c.link, CASES.c.fold, CASES.c.document)
    stale = select(*columns).where(CASES.c.fold != STATE_VERSION, CASES.c.reference > after)
    page = stale.order_by(CASES.c.reference).limit(_AT_ONCE).subquery()
    return database.rows(stored_cases(page, database.backend).order_by(page.c.reference))


def _read(database: Database, rows: Sequence[Any]) -> tuple[list[Base], list[StoreDamagedError]]:
    bases: list[Base] = []
    damaged: list[StoreDamagedError] = []
    for row in rows:
        try:
            bases.append(StoredCase(*tuple[Any, ...](row)).read(database.name))
        except StoreDamagedError as error:
            damaged.append(error)
    return bases, damaged


def _write(database: Database, bases: Sequence[Base]) -> None:
    writer = writer_for(database.dialect)
    rows = ((base.case.version, case_row(base.case) | {"link": base.link}) for base in bases)
    changed = [CaseChange(base, base.case) for base in bases]
    database.run([*writer.update(CASES, rows), *case_writing.key_steps(writer, changed)])
