"""The unit of work on a database: pending writes are committed in one short transaction, with optimistic locking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Column, Connection, select

from reclamation_core.adapters.committed_state import Changes, ReadSet, refuse_changed, refuse_stale
from reclamation_core.adapters.pending_writes import ExpectedVersions
from reclamation_core.adapters.sqlalchemy.cases import CaseQueries, SqlAlchemyCases
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import CASE_MAPPER, PLAN_MAPPER, AnyPlan, Mapper
from reclamation_core.adapters.sqlalchemy.plans import PlanQueries, SqlAlchemyPlans
from reclamation_core.adapters.sqlalchemy.statements import StaleDataError, Writer
from reclamation_core.adapters.sqlalchemy.tables import CASES, GUARDS, PLANS
from reclamation_core.cases import Case
from reclamation_core.documents import canonical_json
from reclamation_core.ports import Guards, RepeatedSourceError, StoreBusyError, UnitOfWork
from reclamation_core.wording import Wording

_ATTEMPTS: Final = 3
_CHANGING: Final = Wording("ce qui est à écrire ne cesse de changer", "what is to be written changes again and again")


class SqlAlchemyGuards(Guards):
    """The guards that a unit of work holds, each with the version that it had when it was first held."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.held = ExpectedVersions()

    def hold(self, *keys: str) -> None:
        versions = self.held.versions
        new = [key for key in keys if key not in versions]
        if new:
            rows: list[Any] = self._database.rows(select(GUARDS).where(GUARDS.c.name.in_(new)))
            versions.update(dict.fromkeys(new, 0) | {row.name: row.version for row in rows})


class SqlAlchemyUnitOfWork(UnitOfWork):
    """Keeps writes pending until the commit; reads see what others commit meanwhile."""

    def __init__(self, database: Database, writer: Writer, cases: CaseQueries, plans: PlanQueries) -> None:
        self._database = database
        self._writer = writer
        self.cases = self._cases = SqlAlchemyCases(cases)
        self.plans = self._plans = SqlAlchemyPlans(plans)
        self.guards = self._guards = SqlAlchemyGuards(database)

    def commit(self) -> None:
        cases, plans = self._cases.pending.written, self._plans.pending.written
        if cases or plans:
            self._commit(cases, plans)
        self.rollback()

    def rollback(self) -> None:
        self._cases.pending.end()
        self._plans.pending.end()
        self._plans.expected.end()
        self._guards.held.end()

    def _commit(self, cases: Changes[Case], plans: Mapping[str, tuple[int, AnyPlan]]) -> None:
        read = ReadSet(plans=self._plans.expected.without(plans), guards=self._guards.held.versions)
        writer = self._writer
        statements = [
            *writer.advance(read.guards),
            *writer.expect(PLANS, _locked(read.plans, plans)),
            *CASE_MAPPER.statements(writer, CASE_MAPPER.changes(cases, self._cases.bases)),
            *PLAN_MAPPER.statements(writer, PLAN_MAPPER.changes(plans, self._plans.bases)),
        ]

        def is_done(connection: Connection) -> bool:
            return is_committed(connection, cases, plans)

        for _ in range(_ATTEMPTS):
            try:
                self._database.run(statements, is_done)
            except StaleDataError:
                check_versions(self._database, cases, plans, read)
            else:
                return
        raise StoreBusyError.of(self._database.name, _CHANGING)


def _locked(expected: Mapping[str, int], written: Mapping[str, tuple[int, AnyPlan]]) -> Mapping[str, int]:
    """Return the plans whose rows are locked before any is written, in one order so that no two units deadlock.

    If no plan is expected, none need be.
    """
    changed = {scope: version for scope, (version, _) in written.items() if version}
    return {**expected, **changed} if expected else {}


def is_committed(connection: Connection, cases: Changes[Case], plans: Mapping[str, tuple[int, AnyPlan]]) -> bool:
    """Return True if a commit whose answer was lost was made: one event tells, since all is committed or nothing.

    No two events are equal, since each holds commitments under salts of its own.
    """
    written: tuple[tuple[Mapping[str, tuple[int, Any]], Mapper[Any]], ...] = (
        (cases, CASE_MAPPER),
        (plans, PLAN_MAPPER),
    )
    for some, mapper in written:
        for key, (_, aggregate) in some.items():
            text = canonical_json(mapper.write_event(aggregate.events[-1]))
            events = mapper.events
            mine = (events.c[mapper.owner] == key, events.c.number == aggregate.version)
            return bool(connection.execute(select(events.c.document).where(*mine)).scalar() == text)
    return False


def check_versions(
    database: Database, cases: Changes[Case], plans: Mapping[str, tuple[int, AnyPlan]], read: ReadSet
) -> None:
    """Name what another unit of work changed; return if all is as expected after all.

    Raises:
        StaleReadError: a guard or a plan that was read has another version.
        ConcurrentChangeError: a case or a plan has another version.
        RepeatedSourceError: another case has the source.
    """
    guards = _pairs(database, GUARDS.c.name, GUARDS.c.version, read.guards) if read.guards else {}
    for key, expected in read.guards.items():
        refuse_stale(key, expected, guards.get(key, 0))
    stored = _pairs(database, PLANS.c.scope, PLANS.c.version, [*plans, *read.plans])
    for scope, expected in read.plans.items():
        refuse_stale(scope, expected, stored.get(scope, 0))
    versions = _pairs(database, CASES.c.reference, CASES.c.version, cases)
    sources = [case.source for _, case in cases.values() if case.source is not None]
    taken = _pairs(database, CASES.c.source, CASES.c.reference, sources)
    for reference, (expected, case) in cases.items():
        refuse_changed(reference, expected, versions.get(reference, 0))
        if case.source is not None and taken.get(case.source, reference) != reference:
            raise RepeatedSourceError(case.source, taken[case.source])
    for scope, (expected, _) in plans.items():
        refuse_changed(scope, expected, stored.get(scope, 0))


def _pairs(database: Database, key: Column[Any], value: Column[Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return the values of a column by those of another."""
    rows: list[Any] = database.rows(select(key, value).where(key.in_(list(keys))))
    return {row[0]: row[1] for row in rows}
