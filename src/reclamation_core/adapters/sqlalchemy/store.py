"""The store in a database: SQLite or PostgreSQL, the same code on both.

A unit of work reads what is committed at the time. Its commit is one short transaction with optimistic locking: each
statement expects the version that its change was made on. If a row has another version, the transaction is rolled back,
and a query names what was changed.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import attrs
from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from reclamation_core.adapters.sqlalchemy import word_index
from reclamation_core.adapters.sqlalchemy.asynchronous import entered, run
from reclamation_core.adapters.sqlalchemy.consistency import scan_cases, wrong_tables
from reclamation_core.adapters.sqlalchemy.criteria import has_site
from reclamation_core.adapters.sqlalchemy.database import Database, truncate_log
from reclamation_core.adapters.sqlalchemy.document_keys import SqlAlchemyDocumentKeys
from reclamation_core.adapters.sqlalchemy.engines import Settings, open_async_engine, open_engine
from reclamation_core.adapters.sqlalchemy.feed import SqlAlchemyFeed, SqlAlchemyPlanFeed
from reclamation_core.adapters.sqlalchemy.host_connection import HostConnection, HostDatabase
from reclamation_core.adapters.sqlalchemy.journal import SqlAlchemyExports, SqlAlchemyJournal
from reclamation_core.adapters.sqlalchemy.log import SqlAlchemyLog
from reclamation_core.adapters.sqlalchemy.mapper import (
    CASE_MAPPER,
    EVENT_STREAM,
    PLAN_MAPPER,
    READ_ERRORS,
    Mapper,
    StoredSnapshot,
    read_texts,
    require_key,
)
from reclamation_core.adapters.sqlalchemy.periods import PeriodQueries
from reclamation_core.adapters.sqlalchemy.projections import rebuild
from reclamation_core.adapters.sqlalchemy.schema import check_version, on_own_engine, prepare, require_version
from reclamation_core.adapters.sqlalchemy.snapshots import snapshot_of
from reclamation_core.adapters.sqlalchemy.statements import (
    INSERTS,
    StaleDataError,
    decode,
    events_of,
    is_among,
    is_in_list,
    members_of,
    raw,
    raw_instant,
    texts_of,
    writer_for,
)
from reclamation_core.adapters.sqlalchemy.summaries import SummaryQueries, conditions
from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_FACTS,
    CASE_SITES,
    CASES,
    DOCUMENT_DELETIONS,
    JOBS,
    OF_SIGNALS,
    OPTIMISTIC_LOCKS,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
    PUBLISHED_LINES,
    PUBLISHED_PLANS,
    SERIES,
)
from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork, refuse_stale
from reclamation_core.cases import Case
from reclamation_core.cases.documents import STATE_VERSION
from reclamation_core.documents import canonical_json
from reclamation_core.gil_pauses import pause
from reclamation_core.plans import Effectiveness, Pgaac, PlanPart, PlanScope
from reclamation_core.plans.action import OPEN_STATUSES
from reclamation_core.plans.events import ActionAdded, RecordedPlanEvent, SignalDismissed, SignalRaised
from reclamation_core.plans.published import PublicationView
from reclamation_core.ports import (
    CaseQuery,
    JobRepository,
    JobState,
    RepeatedSourceError,
    Savepoint,
    SequenceGenerator,
    Store,
    StoreBusyError,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.ports.background import run_in_thread
from reclamation_core.ports.repositories import (
    ActionDay,
    AnyPlan,
    Changes,
    Found,
    LoadedParts,
    OwnFactValue,
    ReadSet,
    ServedLine,
    SignalLine,
    erased_documents,
    only_part,
    refuse_changed,
    site_source,
)
from reclamation_core.validators import is_storable
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")

_ATTEMPTS: Final = 3
_CHANGING: Final = Wording("les données à écrire changent sans cesse", "what is to be written changes again and again")
_MAX_VALUES: Final = 500
"""How many values one statement is given at most: databases limit them."""

_COLUMNS: Final = (CASES.c.reference, CASES.c.version, CASES.c.link, CASES.c.state_version, CASES.c.document)
_ADDED, _RAISED, _DISMISSED = (one.event_type.name for one in (ActionAdded, SignalRaised, SignalDismissed))
_NEXT: Final = text(
    f"INSERT INTO {SERIES} (series, last_number) VALUES (:series, :count) "
    f"ON CONFLICT (series) DO UPDATE SET last_number = {SERIES}.last_number + :count RETURNING last_number"
)
_JOB: Final = select(JOBS.c.version, JOBS.c.holder, JOBS.c.until, JOBS.c.position, JOBS.c.parked).where(
    JOBS.c.name == bindparam("job")
)
_JOB_VALUES: Final = {
    name: bindparam(name, type_=JOBS.c[name].type) for name in ("holder", "until", "position", "parked")
}
_NEW_JOB: Final = {
    backend: insert(JOBS)
    .values(name=bindparam("job"), version=bindparam("job_version", type_=BigInteger) + 1, **_JOB_VALUES)
    .on_conflict_do_nothing()
    .returning(JOBS.c.version)
    for backend, insert in INSERTS.items()
}
_JOB_AT_VERSION: Final = (
    update(JOBS)
    .where(JOBS.c.name == bindparam("job"), JOBS.c.version == bindparam("job_version"))
    .values(version=JOBS.c.version + 1, **_JOB_VALUES)
    .returning(JOBS.c.version)
)
_LAST: Final = text(f"SELECT last_number FROM {SERIES} WHERE series = :series")


class SqlAlchemyStore(Store):
    """Cases and plans in a database.

    A unit of work reads what is committed at the time, and its own pending writes, which its commit writes in one short
    transaction. Several threads and processes may use one database; several threads may use one store.

    Args:
        engine: the engine, whose settings are its owner's; `SqlAlchemyStore.open` makes one.

    Raises:
        TypeError: it is not an engine, or its driver is not supported: sqlite3, aiosqlite and psycopg 3 are.
        SchemaError: the schema is missing, or of another version.
        StoreError: the database refused.
    """

    def __init__(self, engine: Engine) -> None:
        if not isinstance(engine, Engine):
            raise TypeError(
                f"engine: an Engine of SQLAlchemy is expected, got a {type(engine).__name__}; for an address use "
                "SqlAlchemyStore.open(...), for an AsyncEngine await SqlAlchemyStore.open_async(...)"
            )
        check_version(engine)
        self._start(_identified(Database(engine.execution_options(isolation_level="AUTOCOMMIT"))))

    @classmethod
    def open(cls, url: str | URL, settings: Settings | None = None) -> Self:
        """Return the store at an address; in a database without tables, the schema is created first.

        Args:
            url: `sqlite:///reclamations.db`, `sqlite://` for one in memory, `postgresql+psycopg://...`.
            settings: the settings of the connections.

        Raises:
            TypeError, ValueError: the address is not supported.
            MissingExtraError: the driver is not installed.
            SchemaError: there are tables, and the schema is missing or of another version.
            StoreError: the database refused.
        """
        return cls._opened(open_engine(url, settings))

    @classmethod
    async def open_async(cls, database: str | URL | AsyncEngine, settings: Settings | None = None) -> Self:
        """Return the store for an `AsyncDesk`, at an address or on an `AsyncEngine` whose settings are its owner's.

        Raises what `open` does.
        """
        from sqlalchemy.ext.asyncio import AsyncEngine

        if isinstance(database, AsyncEngine):
            return await run(lambda: cls(database.sync_engine))
        engine = open_async_engine(database, settings).sync_engine
        try:
            return await run(lambda: cls._opened(engine))
        except asyncio.CancelledError:
            await run(engine.dispose)
            raise

    @classmethod
    def _opened(cls, engine: Engine) -> Self:
        """Return the store on an engine of its own, which is in autocommit mode."""
        try:
            prepare(engine)
            database = _identified(Database(engine))
        except BaseException:
            engine.dispose()
            raise
        return cls._on(database)

    @classmethod
    def from_connection(cls, connection: HostConnection) -> Self:
        """Return the store on a connection of the host, within the host's transaction: the host commits or rolls back.

        Nothing is begun, committed, rolled back, set or closed. A unit of work writes at its commit, in a savepoint;
        if it fails, it alone is rolled back and the transaction stays usable. Uncommitted changes of the host are
        visible. On a connection in autocommit mode without a transaction, each unit of work is one transaction.

        The connection is first used by the first statement. It is for one thread at a time, and the store for as long
        as the host has the connection.

        Args:
            connection: SQLAlchemy's `Connection` (`session.connection()` of a Session) by one of these drivers, or the
                driver's own, of `sqlite3` or `psycopg` 3 (`django.db.connection.connection`). Its row factory, text
                factory and isolation may be any. For an `AsyncDesk`, SQLAlchemy's `AsyncConnection`.

        Raises:
            TypeError: it is not such a connection, or its driver is another one; later, at the first use: it is in
                pipeline mode, or asynchronous while the desk is not.
        """
        return cls._on(HostDatabase.of(connection, require_version))

    @classmethod
    def _on(cls, database: Database) -> Self:
        store = cls.__new__(cls)
        store._start(database)  # noqa: SLF001  its own
        return store

    def _start(self, database: Database) -> None:
        self._database = database
        self.has_host = not database.ends_transactions
        self.feed = SqlAlchemyFeed(database)
        self.plan_feed = SqlAlchemyPlanFeed(database)
        self.journal = SqlAlchemyJournal(database)
        self.log = SqlAlchemyLog(database)
        self.sequences = SqlAlchemySequences(database)
        self.exports = SqlAlchemyExports(database)
        self.jobs = SqlAlchemyJobs(database)
        self.document_keys = SqlAlchemyDocumentKeys(database)

    def __repr__(self) -> str:
        return f"SqlAlchemyStore({self._database.name!r})"

    def unit_of_work(self) -> UnitOfWork:
        return BufferedUnitOfWork(SqlAlchemyState(self._database))

    def commits_at_once(self) -> bool:
        return self._database.commits_at_once()

    def savepoint(self) -> Savepoint:
        return self._database.savepoint()

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        snapshot = snapshot_of(self._database)
        with entered(snapshot) if self._database.dialect.is_async else snapshot as database:
            yield self if database is self._database else self._on(database)

    def scan_cases(self) -> Iterator[tuple[str, bool]]:
        return scan_cases(self._database)

    async def run_async(self, call: Callable[[], T]) -> T:
        if not self._database.dialect.is_async:
            raise TypeError(
                "store: it is synchronous and would block the event loop; open it with AsyncDesk.open or open_async"
            )
        return await run(call)

    async def run_in_thread(self, call: Callable[[], T]) -> T:
        if not self._database.dialect.is_async:
            return await self.run_async(call)
        return await run_in_thread(call)

    def erase_traces(self) -> bool:
        return truncate_log(self._database)

    def vacuum(self) -> bool:
        return word_index.rebuild(self._database)

    def rebuild_projections(self) -> int:
        return sum(self.rebuild_in_batches())

    def rebuild_in_batches(self) -> Iterator[int]:
        return rebuild(self._database, SqlAlchemyState)

    def pause(self, seconds: float) -> None:
        self._database.pause(seconds)

    def close(self) -> None:
        self._database.close()


def _identified(database: Database) -> Database:
    database.identify()
    return database


class SqlAlchemySequences(SequenceGenerator):
    """The sequences of a database: each number is taken by a statement of its own, so that no rollback returns it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, series: str, count: int = 1) -> int:
        # A retry after a lost connection may skip numbers, and never repeats one.
        return int(self._database.row_of(_NEXT, {"series": series, "count": count})[0]) - count + 1

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:
        try:
            row = self._database.first(_LAST, {"series": series})
        except StoreDamagedError:  # it is not even text
            row = None
        is_ahead = row is not None and isinstance(row[0], int) and row[0] >= used
        return () if is_ahead else (SERIES.name,)


class SqlAlchemyJobs(JobRepository):
    """The states of jobs, one row each; a save expects the version of the row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> JobState:
        row = self._database.first(_JOB, {"job": name})
        if row is None:
            return JobState()
        version, holder, until, position, parked = row
        return JobState(version=version, holder=holder, until=until, position=position, parked=json.loads(parked))

    def save(self, name: str, state: JobState) -> bool:
        parked = canonical_json([[event.position, event.holder] for event in state.parked])
        values = {"holder": state.holder, "until": state.until, "position": state.position, "parked": parked}
        change = _NEW_JOB[self._database.backend] if state.version == 0 else _JOB_AT_VERSION
        parameters = {"job": name, "job_version": state.version, **values}
        return self._database.write(lambda connection, _: connection.execute(change, parameters).first() is not None)

    def names(self) -> tuple[str, ...]:
        return tuple(row[0] for row in self._database.rows(select(JOBS.c.name).order_by(JOBS.c.name)))


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _MAX_VALUES):
        yield values[start : start + _MAX_VALUES]


class _Statements:
    """The statements that read cases and plans of one backend, `sqlite` or `postgresql`, each built once."""

    def __init__(self, backend: str) -> None:
        self.cases = CASE_MAPPER.select(CASES, backend)
        self.case = self.cases.where(CASES.c.reference == bindparam("reference"))
        self.of_sources = self.cases.where(is_among(CASES.c.source, "sources", backend))
        listed = exists().where(
            CASE_SITES.c.case_reference == CASES.c.reference, is_among(CASE_SITES.c.site, "sites", backend)
        )
        # The site of a registration is found in the row itself, which is unique by it and the source.
        self.of_sources_at = self.of_sources.where(or_(is_among(CASES.c.site, "sites", backend), listed))
        self.plan = PLAN_MAPPER.select(PLANS, backend).where(PLANS.c.scope == bindparam("scope"))
        recorded_at = select(raw_instant(PLAN_EVENTS.c.recorded_at, backend)).where(
            PLAN_EVENTS.c.scope == PLANS.c.scope, PLAN_EVENTS.c.number == PLANS.c.version
        )
        wanted = members_of("wanted", backend)
        plans = wanted.join(PLANS, PLANS.c.scope == wanted.c.key)
        end = (PLANS.c.version, raw(PLANS.c.link, backend), recorded_at.correlate(PLANS).scalar_subquery())
        events = partial(events_of, PLAN_EVENTS, PLAN_EVENTS.c.scope, PLANS.c.scope, backend)
        part = select(PLANS.c.scope, *end).select_from(plans)
        self.plan_parts = part.add_columns(events(is_in_list(PLAN_EVENTS.c.subject, wanted.c.value, backend)))
        texts = partial(texts_of, PLAN_TEXTS, PLAN_TEXTS.c.scope, PLANS.c.scope, backend)
        self.plan_outlines = part.add_columns(events(PLAN_EVENTS.c.subject.is_not(None)), texts())
        of_wanted = texts(is_in_list(PLAN_TEXTS.c.digest, wanted.c.value, backend))
        self.plan_texts = select(PLANS.c.scope, of_wanted).select_from(plans)
        own, lines = PUBLISHED_PLANS.c, PUBLISHED_LINES.c
        count = select(func.count()).where(lines.scope == own.scope, lines.number == own.number).scalar_subquery()
        published_at, recipients = raw_instant(own.published_at, backend), raw(own.recipients, backend)
        published = select(own.scope, own.number, published_at, recipients, count).order_by(own.number)
        self.publications = published.where(is_among(own.scope, "scopes", backend))


_statements = cache(_Statements)


class SqlAlchemyState(PeriodQueries, SummaryQueries):
    """The committed state as one unit of work reads it, with the snapshots that it loaded and changes.

    Args:
        database: the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = _statements(database.backend)
        self._cases: dict[str, StoredSnapshot[Case]] = {}
        self._plans: dict[str, StoredSnapshot[Pgaac]] = {}
        self._parts: dict[str, tuple[frozenset[str] | None, StoredSnapshot[PlanPart]]] = {}
        self._case_bases: dict[str, StoredSnapshot[Case]] = {}
        self._plan_bases: dict[str, StoredSnapshot[Any]] = {}

    def reading(self) -> AbstractContextManager[None]:
        return self._database.reading()

    # Cases

    def case(self, reference: str) -> Case | None:
        row = self._database.first(self._statements.case, {"reference": reference})
        return None if row is None else self._case(row)

    def _case(self, row: Sequence[Any]) -> Case:
        snapshot = CASE_MAPPER.read(row, self._database.name)
        self._cases[snapshot.aggregate.reference] = snapshot
        return snapshot.aggregate

    def case_to_change(self, reference: str, version: int) -> Case | None:
        loaded = self._cases.get(reference)
        if (loaded is None or loaded.aggregate.version != version) and self.case(reference) is None:
            return None
        base = self._case_bases[reference] = self._cases[reference]
        return base.aggregate

    def cases_of_sources(self, sources: Collection[str], sites: Collection[str]) -> Iterable[Case]:
        parameters = {name: _json_of(some) for name, some in (("sources", sources), ("sites", sites)) if some}
        chosen = self._statements.of_sources_at if sites else self._statements.of_sources
        rows: list[Any] = self._database.rows(chosen, parameters) if sources else []
        return list(map(self._case, rows))

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        names = sorted(filter(is_storable, sites))  # one look-up in the primary key for each
        wanted = select(CASE_SITES.c.part).where(CASE_SITES.c.case_reference == bindparam("reference"))
        wanted = wanted.where(CASE_SITES.c.site.in_(names))
        return bool(names) and self._database.first(wanted, {"reference": reference}) is not None

    def page(
        self, query: CaseQuery, excluded: Collection[str], limit: int
    ) -> tuple[list[Case], StoreDamagedError | None]:
        chosen = self._meeting(query, excluded, paged=True)
        if query.after is not None:
            chosen = chosen.where(CASES.c.reference > query.after)
        found: list[Case] = []
        try:
            for row in self._page(chosen, limit):
                found.append(CASE_MAPPER.read(row, self._database.name).aggregate)
                pause()
        except StoreDamagedError as error:
            return found, error
        return found, None

    def own_names(self) -> list[str]:
        # One look-up in the index for each name: DISTINCT would read a row for each value of each case.
        names = select(func.min(CASE_FACTS.c.name).label("name")).cte("names", recursive=True)
        following = select(func.min(CASE_FACTS.c.name)).where(CASE_FACTS.c.name > names.c.name).scalar_subquery()
        names = names.union_all(select(following).where(names.c.name.is_not(None)))
        return [row[0] for row in self._database.rows(select(names.c.name).where(names.c.name.is_not(None)))]

    def own_values(self, query: CaseQuery, names: Collection[str]) -> list[OwnFactValue]:
        facts = CASE_FACTS.c
        wanted = select(facts.case_reference, facts.name, facts.value).where(facts.name.in_(sorted(names)))
        wanted = wanted.join_from(CASE_FACTS, CASES, CASES.c.reference == facts.case_reference)
        wanted = wanted.where(*conditions(self._database, query, (), paged=False))
        return [(reference, name, value) for reference, name, value in map(tuple, self._database.rows(wanted))]

    def cause_families(self, query: CaseQuery) -> list[tuple[str, str]]:
        wanted = select(CASE_CAUSES.c.case_reference, CASE_CAUSES.c.family)
        wanted = wanted.join_from(CASE_CAUSES, CASES, CASES.c.reference == CASE_CAUSES.c.case_reference)
        wanted = wanted.where(*conditions(self._database, query, (), paged=False))
        return [(reference, family) for reference, family in map(tuple, self._database.rows(wanted))]

    def cases_of(self, references: Collection[str]) -> tuple[list[Case], list[StoreDamagedError]]:
        cases: list[Case] = []
        corrupt: list[StoreDamagedError] = []
        for some in _chunks(sorted(references)):
            for row in self._database.rows(self._statements.cases.where(CASES.c.reference.in_(some))):
                pause()
                try:
                    cases.append(CASE_MAPPER.read(row, self._database.name).aggregate)
                except StoreDamagedError as error:
                    corrupt.append(error)
        # PostgreSQL gives the rows in the order in which they are stored.
        return sorted(cases, key=lambda case: case.reference), sorted(corrupt, key=lambda error: str(error.holder))

    def stale_cases(self, after: str, limit: int) -> list[Any]:
        """Return a page of the rows of cases that another STATE_VERSION computed, for `CASE_MAPPER.read`."""
        stale = select(*_COLUMNS).where(CASES.c.state_version != STATE_VERSION, CASES.c.reference > after)
        return self._page(stale, limit)

    def _page(self, chosen: Select[Any], limit: int) -> list[Any]:
        page = chosen.order_by(CASES.c.reference).limit(limit).subquery()
        return self._database.rows(CASE_MAPPER.select(page, self._database.backend).order_by(page.c.reference))

    def _meeting(self, query: CaseQuery, excluded: Collection[str], *, paged: bool) -> Select[Any]:
        return select(*_COLUMNS).where(*conditions(self._database, query, excluded, paged=paged))

    # Plans

    def plan(self, scope: str) -> Pgaac | None:
        snapshot = self.plan_snapshot(scope)
        return None if snapshot is None else snapshot.aggregate

    def plan_snapshot(self, scope: str) -> StoredSnapshot[Pgaac] | None:
        """Return the committed plan of a scope as it is stored."""
        row = self._database.first(self._statements.plan, {"scope": scope})
        if row is None:
            return None
        snapshot: Any = PLAN_MAPPER.read(row, self._database.name)
        self._plans[scope] = snapshot
        return snapshot  # type: ignore[no-any-return]  # a whole plan

    def plan_to_change(self, scope: str, version: int) -> Pgaac | None:
        loaded = self._plans.get(scope)
        if (loaded is None or loaded.aggregate.version != version) and self.plan(scope) is None:
            return None
        base = self._plan_bases[scope] = self._plans[scope]
        return base.aggregate

    def plan_parts(self, wanted: Mapping[str, frozenset[str] | None]) -> LoadedParts:
        """Return parts of committed plans in any order, and the errors of corrupt ones.

        The texts of some actions are read after the events. If a text is erased in between, it is missing from the
        part; the plan then has another version, so that nothing decided on the part can be committed. Publications are
        read after both; those that came in between are left out.
        """
        named = {scope: actions for scope, actions in wanted.items() if actions is not None}
        outlines = dict.fromkeys(wanted.keys() - named.keys(), ())
        rows = self._of_plans(self._statements.plan_parts, named)
        rows |= (outlined := self._of_plans(self._statements.plan_outlines, outlines))
        events: dict[str, tuple[RecordedPlanEvent, ...]] = {}
        digests: dict[str, set[str]] = {}
        corrupt: list[StoreDamagedError] = []
        for scope, (_, _, _, stored, *_) in rows.items():
            try:
                events[scope] = PLAN_MAPPER.read_events(stored)
                digests[scope] = {text.digest for event in events[scope] for text in event.texts()}
            except READ_ERRORS:
                corrupt.append(self._corruption_of(scope))
        of_named = {key: digests[key] for key in digests.keys() & named}
        texts = outlined | self._of_plans(self._statements.plan_texts, of_named)
        publications = self._publications(outlines)
        parts = []
        for scope, of_actions in events.items():
            version, last, recorded_at, *_ = rows[scope]
            subjects = {event.subject for event in of_actions}
            try:
                if recorded_at is None or None in subjects or not subjects <= named.get(scope, subjects):
                    raise ValueError("an event is missing, or of another action")
                vault = read_texts(texts[scope][-1] if scope in texts else None).only(digests[scope])
                part = PlanPart.from_events(PlanScope.parse(scope), version, _instant(recorded_at), of_actions, vault)
                if scope in outlines:
                    own = publications[scope][: version - len(of_actions)]  # each other event is a publication
                    part = attrs.evolve(part, publications=tuple(_publications(own)))
                self._parts[scope] = wanted[scope], StoredSnapshot(part, decode(last))
                parts.append(part)
            except READ_ERRORS:
                corrupt.append(self._corruption_of(scope))
        return parts, corrupt

    def _of_plans(self, statement: Select[Any], wanted: Mapping[str, Iterable[str]]) -> dict[str, Sequence[Any]]:
        """Return the columns that a statement reads of plans, by their keys, given what is wanted of each."""
        given = {scope: sorted(filter(is_storable, some)) for scope, some in wanted.items() if is_storable(scope)}
        rows: list[Any] = self._database.rows(statement, {"wanted": canonical_json(given)}) if given else []
        return {scope: columns for scope, *columns in rows}

    def _publications(self, scopes: Iterable[str]) -> Mapping[str, list[Sequence[Any]]]:
        """Return the rows of the publications of plans in their order, by the keys of the plans."""
        parameters = {"scopes": _json_of(scopes)}
        found: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
        for row in self._database.rows(self._statements.publications, parameters) if scopes else ():
            found[row[0]].append(row)
        return found

    def with_published(self, outline: PlanPart, numbers: range) -> PlanPart:
        scope, columns = outline.scope.key, PLAN_EVENTS.c
        of_plan = select(raw(columns.document, self._database.backend)).where(columns.scope == scope)
        published = of_plan.where(columns.subject.is_(None)).order_by(columns.number)
        rows: list[Any] = self._database.rows(published.slice(numbers.start - 1, numbers.stop - 1))
        with suppress(*READ_ERRORS):
            part = outline.with_published(PLAN_MAPPER.read_document(decode(row[0])) for row in rows)
            if [one.number for one in part.published_plans] == [*numbers]:
                return part
        raise self._corruption_of(scope)

    def _corruption_of(self, scope: str) -> StoreDamagedError:
        """Return the error of a corrupt plan: that of the whole plan names the corrupt document."""
        try:
            self.plan(scope)
        except StoreDamagedError as error:
            return error
        return PLAN_MAPPER.corrupted(self._database.name, scope, EVENT_STREAM)

    def part_to_change(self, scope: str, actions: frozenset[str], version: int) -> PlanPart:
        """Return the part of a committed plan that a change at a version is made on; raises as `only_part` does."""
        loaded, snapshot = self._parts.get(scope, (None, None))
        if snapshot is None or snapshot.aggregate.version != version or not (loaded is None or actions <= loaded):
            only_part(scope, self.plan_parts({scope: actions}))
        base = self._plan_bases[scope] = self._parts[scope][1]
        return base.aggregate

    def scopes(self) -> list[str]:
        return self._keys(select(PLANS.c.scope))

    def known_scopes(self) -> list[str]:
        return self._keys(select(PLAN_EVENTS.c.scope).distinct())

    def _keys(self, statement: Select[Any]) -> list[str]:
        return [require_key(row[0], self._database.name) for row in self._database.rows(statement)]

    def scopes_effective_on(self, families: frozenset[str]) -> list[str]:
        effective = ACTIONS.c.effectiveness == Effectiveness.EFFECTIVE.value
        named = select(ACTIONS.c.scope).distinct().where(effective, ACTIONS.c.cause_family.in_(sorted(families)))
        return [row[0] for row in self._database.rows(named)]

    def served_cases(self, late_on: date | None) -> list[str]:
        served = select(ACTION_CASES.c.case_reference).distinct()
        if late_on is not None:
            is_open = ACTIONS.c.status.in_(sorted(status.value for status in OPEN_STATUSES))
            late = select(ACTIONS.c.scope, ACTIONS.c.reference).where(is_open, ACTIONS.c.planned_on < late_on)
            served = served.where(tuple_(ACTION_CASES.c.scope, ACTION_CASES.c.action).in_(late))
        return self._keys(served)

    def late_actions(self, on: date) -> Found[ActionDay]:
        is_open = ACTIONS.c.status.in_(sorted(status.value for status in OPEN_STATUSES))
        return self._days(ACTIONS.c.planned_on, is_open, ACTIONS.c.planned_on < on)

    def awaited_checks(self, until: date) -> Found[ActionDay]:
        is_awaited = ACTIONS.c.judged_at.is_(None), ACTIONS.c.abandoned_at.is_(None)
        return self._days(ACTIONS.c.check_on, *is_awaited, ACTIONS.c.check_on <= until)

    def _days(self, column: Column[Any], *chosen: ColumnElement[bool]) -> Found[ActionDay]:
        name, stored = self._database.name, raw_instant(column, self._database.backend)
        days: list[ActionDay] = []
        corrupt: list[StoreDamagedError] = []
        rows: Iterable[Any] = self._database.rows(select(stored, ACTIONS.c.scope, ACTIONS.c.reference).where(*chosen))
        for day, scope, action in rows:
            try:
                found = day if isinstance(day, date) else date.fromisoformat(decode(day))
                days.append(ActionDay(found, require_key(scope, name), require_key(action, name)))
            except READ_ERRORS:
                corrupt.append(PLAN_MAPPER.corrupted(name, require_key(scope, name), EVENT_STREAM))
        return sorted(days), corrupt

    def signals(self) -> Found[SignalLine]:
        columns = PLAN_EVENTS.c
        name, stored = self._database.name, raw(columns.document, self._database.backend)
        chosen = select(columns.scope, columns.subject, columns.number, columns.type, stored)
        raised: dict[tuple[str, str], int] = {}
        decided: dict[tuple[str, str], tuple[int, bool]] = {}
        added: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        corrupt: dict[str, StoreDamagedError] = {}
        events: list[Any] = self._database.rows(chosen.where(OF_SIGNALS[self._database.backend]))
        for scope, subject, number, kind, document in events:
            if kind == _RAISED:
                raised[require_key(scope, name), require_key(subject, name)] = number
            elif kind != _ADDED:
                latest = (number, kind == _DISMISSED)
                decided[scope, subject] = max(latest, decided.get((scope, subject), latest))
            else:
                try:
                    signal = json.loads(decode(document))["data"]["sheet"]["origin_reference"]
                    added[scope, signal].append((number, subject))
                except READ_ERRORS:
                    corrupt[scope] = PLAN_MAPPER.corrupted(name, require_key(scope, name), EVENT_STREAM)
        lines = []
        for line, raised_at in raised.items():
            actions = tuple(sorted(action for number, action in added[line] if number > raised_at))
            _, is_dismissed = decided.get(line, (0, False))
            lines.append(SignalLine(*line, actions, is_dismissed))
        return sorted(lines), list(corrupt.values())

    def served_lines(self, sites: Collection[str]) -> list[ServedLine]:
        lines = select(ACTION_CASES.c.scope, ACTION_CASES.c.action, ACTION_CASES.c.case_reference)
        found: Iterable[Any] = self._database.rows(lines.where(has_site(ACTION_CASES.c.case_reference, sites)))
        return [(scope, action, case) for scope, action, case in found]

    # Optimistic locks, checks and the commit

    def lock_versions(self, keys: Collection[str]) -> Mapping[str, int]:
        return dict.fromkeys(keys, 0) | _pairs(
            self._database, OPTIMISTIC_LOCKS.c.name, OPTIMISTIC_LOCKS.c.version, keys
        )

    def find_inconsistencies(self, aggregate: Case | Pgaac) -> tuple[str, ...]:
        if isinstance(aggregate, Case):
            return wrong_tables(self._database, CASE_MAPPER, aggregate)
        return wrong_tables(self._database, PLAN_MAPPER, aggregate)

    def commit_changes(self, cases: Changes[Case], plans: Changes[AnyPlan], read: ReadSet) -> None:
        writer = writer_for(self._database.backend)
        statements = [
            *writer.advance(read.optimistic_locks),
            *writer.expect(PLANS, _locked(read.plans, plans)),
            *CASE_MAPPER.statements(writer, CASE_MAPPER.changes(cases, self._case_bases)),
            *PLAN_MAPPER.statements(writer, PLAN_MAPPER.changes(plans, self._plan_bases)),
            *writer.insert(DOCUMENT_DELETIONS, ({"document_key": key} for key in erased_documents(cases))),
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


def _json_of(texts: Iterable[str]) -> str:
    """Return as a JSON list those of some texts that can be stored."""
    return canonical_json(sorted(filter(is_storable, texts)))


def _instant(stored: bytes | datetime) -> datetime:
    """Return an instant from the driver's form: SQLite stores the text of an instant in UTC."""
    if isinstance(stored, datetime):
        return stored.astimezone(UTC)
    return datetime.fromisoformat(stored.decode()).replace(tzinfo=UTC)


def _publications(rows: Iterable[Sequence[Any]]) -> Iterator[PublicationView]:
    for _, number, at, recipients, lines in rows:
        named = tuple(decode(recipients).splitlines())
        yield PublicationView(number=number, published_at=_instant(at), recipients=named, lines=lines)


def _locked(expected: Mapping[str, int], written: Mapping[str, tuple[int, AnyPlan]]) -> Mapping[str, int]:
    """Return the plans whose rows are locked before any is written, in one order so that no two units deadlock.

    If no plan is expected, none need be.
    """
    changed = {scope: version for scope, (version, _) in written.items() if version}
    return {**expected, **changed} if expected else {}


def is_committed(connection: Connection, cases: Changes[Case], plans: Mapping[str, tuple[int, AnyPlan]]) -> bool:
    """Return True if a commit whose answer was lost was made: one event is enough, since all is committed or nothing.

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
        StaleReadError: an optimistic lock or a plan that was read has another version.
        ConcurrentChangeError: a case or a plan has another version.
        RepeatedSourceError: another case of the site has the source.
    """
    held = (
        _pairs(database, OPTIMISTIC_LOCKS.c.name, OPTIMISTIC_LOCKS.c.version, read.optimistic_locks)
        if read.optimistic_locks
        else {}
    )
    for key, expected in read.optimistic_locks.items():
        refuse_stale(key, expected, held.get(key, 0))
    stored = _pairs(database, PLANS.c.scope, PLANS.c.version, [*plans, *read.plans])
    for scope, expected in read.plans.items():
        refuse_stale(scope, expected, stored.get(scope, 0))
    versions = _pairs(database, CASES.c.reference, CASES.c.version, cases)
    sources = [case.source for _, case in cases.values() if case.source is not None]
    found = select(CASES.c.reference, CASES.c.site, CASES.c.source).where(CASES.c.source.in_(sources))
    rows: list[Any] = database.rows(found)
    taken = {(site, source): reference for reference, site, source in rows}
    for reference, (expected, case) in cases.items():
        refuse_changed(reference, expected, versions.get(reference, 0))
        if (other := taken.get(site_source(case), reference)) != reference:
            raise RepeatedSourceError(str(case.source), other)
    for scope, (expected, _) in plans.items():
        refuse_changed(scope, expected, stored.get(scope, 0))


def _pairs(database: Database, key: Column[Any], value: Column[Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return the values of a column by those of another."""
    rows: list[Any] = database.rows(select(key, value).where(key.in_(list(keys))))
    return {row[0]: row[1] for row in rows}


def rebuild_projections(database: Engine | URL | str | HostConnection) -> int:
    """Replay the cases and plans whose projections another version of the library computed, and write them again.

    Projections are what searches, lists, the board and the views read: the columns of cases, their sites, causes and
    own facts, the normalized texts, actions and published plans. Run this after `upgrade`: until then, or until the
    next command on a case, they show it as the other version understood it. A case stores the STATE_VERSION that
    computed it; a plan is compared. Cases are written in batches, each all or nothing, while others go on working. No
    event is added.

    Args:
        database: its address, or an engine on it; or a connection of an application, as for `upgrade`: then all of it
            is part of the transaction that the application has begun, and is committed by the application.

    Returns:
        How many cases and plans were rebuilt.

    Raises:
        TypeError, ValueError: it is none of these, or its address is not supported.
        SchemaError: the schema has another version, or there is none.
        StoreDamagedError: a case or a plan is corrupt; all the others are rebuilt first.
        StoreError: the database refused; the batches before it are committed.
    """
    if isinstance(database, str | URL):
        return on_own_engine(database, rebuild_projections)
    check_version(database)
    if isinstance(database, Engine):
        return sum(rebuild(Database(database.execution_options(isolation_level="AUTOCOMMIT")), SqlAlchemyState))
    return sum(rebuild(HostDatabase.of(database), SqlAlchemyState))  # its schema was checked above
