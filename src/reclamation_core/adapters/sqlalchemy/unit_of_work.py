"""A unit of work on a database: what is written waits here, and is kept in one short transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, select

from reclamation_core.adapters.committed_state import ReadSet, refuse_changed, refuse_stale
from reclamation_core.adapters.sqlalchemy import case_writing, plan_writing
from reclamation_core.adapters.sqlalchemy.cases import CaseQuestions, SqlAlchemyCases
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.guards import SqlAlchemyGuards
from reclamation_core.adapters.sqlalchemy.plans import PlanQuestions, SqlAlchemyPlans
from reclamation_core.adapters.sqlalchemy.steps import StaleDataError
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, CASES, GUARDS, PLAN_EVENTS, PLANS
from reclamation_core.adapters.sqlalchemy.writing import Writer
from reclamation_core.cases import Case
from reclamation_core.cases.documents import event_document
from reclamation_core.documents import canonical_json
from reclamation_core.plans import Pgaac, PlanPart
from reclamation_core.plans import event_document as plan_event_document
from reclamation_core.ports import RepeatedSourceError, StoreBusyError, UnitOfWork
from reclamation_core.wording import Wording

_TRIES = 3
_CHANGING = Wording("ce qui est à écrire ne cesse de changer", "what is to be written changes again and again")


class SqlAlchemyUnitOfWork(UnitOfWork):
    """What is written waits here until the commit; reading it sees what others commit meanwhile."""

    def __init__(self, database: Database, writer: Writer, cases: CaseQuestions, plans: PlanQuestions) -> None:
        self._database = database
        self._writer = writer
        self.cases = self._cases = SqlAlchemyCases(cases)
        self.plans = self._plans = SqlAlchemyPlans(plans)
        self.guards = self._guards = SqlAlchemyGuards(database)

    def commit(self) -> None:
        cases, plans = self._cases.waiting.written, self._plans.waiting.written
        if cases or plans:
            self._keep(cases, plans)
        self.rollback()

    def rollback(self) -> None:
        self._cases.waiting.end()
        self._plans.waiting.end()
        self._plans.expected.end()
        self._guards.held.end()

    def _keep(self, cases: Mapping[str, tuple[int, Case]], plans: Mapping[str, tuple[int, Pgaac | PlanPart]]) -> None:
        read = ReadSet(plans=self._plans.expected.apart_from(plans), guards=self._guards.held.versions)
        steps = [
            *self._writer.advance(read.guards),
            *self._writer.expect(PLANS, _locked(read.plans, plans)),
            *case_writing.steps(self._writer, case_writing.changes(cases, self._cases.bases)),
            *plan_writing.steps(self._writer, plan_writing.changes(plans, self._plans.bases)),
        ]

        def is_done(connection: Connection) -> bool:
            return kept_already(connection, cases.values(), plans.values())

        for _ in range(_TRIES):
            try:
                self._database.run(steps, is_done)
            except StaleDataError:
                check_versions(self._database, cases, plans, read)
            else:
                return
        raise StoreBusyError.of(self._database.name, _CHANGING)


def _locked(expected: Mapping[str, int], written: Mapping[str, tuple[int, Pgaac | PlanPart]]) -> Mapping[str, int]:
    """The plans whose rows are locked before any is written: in one order, so that no two units wait for each other.

    Where no plan is expected, none need be.
    """
    changed = {scope: version for scope, (version, _) in written.items() if version}
    return {**expected, **changed} if expected else {}


def kept_already(
    connection: Connection, cases: Iterable[tuple[int, Case]], plans: Iterable[tuple[int, Pgaac | PlanPart]]
) -> bool:
    """Whether what was to be written is stored: the last event of one thing tells, for all is kept or nothing.

    No two events are the same, for each keeps commitments under salts of its own.
    """
    for _, case in cases:
        text = canonical_json(event_document(case.events[-1]))
        mine = (CASE_EVENTS.c.case_reference == case.reference, CASE_EVENTS.c.number == case.version)
        return bool(connection.execute(select(CASE_EVENTS.c.document).where(*mine)).scalar() == text)
    for _, plan in plans:
        text = canonical_json(plan_event_document(plan.events[-1]))
        ours = (PLAN_EVENTS.c.scope == plan.scope.key, PLAN_EVENTS.c.number == plan.version)
        return bool(connection.execute(select(PLAN_EVENTS.c.document).where(*ours)).scalar() == text)
    return False


def check_versions(
    database: Database,
    cases: Mapping[str, tuple[int, Case]],
    plans: Mapping[str, tuple[int, Pgaac | PlanPart]],
    read: ReadSet,
) -> None:
    """Say what was changed by somebody else; nothing where it is as expected after all.

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
    """What a column has where another has these keys."""
    rows: list[Any] = database.rows(select(key, value).where(key.in_(list(keys))))
    return {row[0]: row[1] for row in rows}
