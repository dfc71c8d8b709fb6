"""The cases of a unit of work: those committed in the database, and its pending writes in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Executable, Select, Subquery, bindparam, func, or_, select, union_all

from reclamation_core.adapters.matching import meets, sites_of
from reclamation_core.adapters.pending_writes import PendingWrites
from reclamation_core.adapters.sqlalchemy.consistency import wrong_tables
from reclamation_core.adapters.sqlalchemy.criteria import criteria
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import CASE_MAPPER, StoredSnapshot
from reclamation_core.adapters.sqlalchemy.tables import CASE_SITES, CASES
from reclamation_core.cases import Case
from reclamation_core.ports import (
    CaseNotFoundError,
    CasePage,
    CaseQuery,
    CaseRepository,
    RepeatedSourceError,
    StoreDamagedError,
)
from reclamation_core.validators import is_storable

_MAX_VALUES: Final = 500
"""How many values one statement is given at most: databases limit them."""

_COLUMNS: Final = (CASES.c.reference, CASES.c.version, CASES.c.link, CASES.c.fold, CASES.c.document)
_KEYS: Final = (CASES.c.reference, CASES.c.version, CASES.c.source)
_TAKEN: Final = union_all(
    select(*_KEYS).where(CASES.c.reference == bindparam("reference")),
    select(*_KEYS).where(CASES.c.source == bindparam("source")),
)

_T = TypeVar("_T")


def _chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _MAX_VALUES):
        yield values[start : start + _MAX_VALUES]


class CaseQueries:
    """The queries for committed cases, each built once for a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        stored = CASE_MAPPER.select(CASES, database.backend)
        self._stored = stored
        self._by_reference = stored.where(CASES.c.reference == bindparam("reference"))
        self._by_source = stored.where(CASES.c.source == bindparam("source"))

    def by_reference(self, reference: str) -> StoredSnapshot[Case] | None:
        """Return the committed case with a reference."""
        return self._first(self._by_reference, {"reference": reference})

    def by_source(self, source: str) -> StoredSnapshot[Case] | None:
        """Return the committed case registered from a source message."""
        return self._first(self._by_source, {"source": source})

    def by_sources(self, sources: Sequence[str]) -> list[StoredSnapshot[Case]]:
        """Return the committed cases registered from source messages."""
        found: list[Any] = []
        for some in _chunks([source for source in sources if is_storable(source)]):
            found += self.database.rows(self._stored.where(CASES.c.source.in_(some)))
        return list(map(self._read, found))

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        """Return whether a committed case has one of these sites, by one look-up in the primary key for each."""
        names = sorted(filter(is_storable, sites))
        wanted = select(CASE_SITES.c.part).where(CASE_SITES.c.case_reference == bindparam("reference"))
        wanted = wanted.where(CASE_SITES.c.site.in_(names))
        return bool(names) and self.database.first(wanted, {"reference": reference}) is not None

    def taken(self, cases: Sequence[Case]) -> tuple[dict[str, int], dict[str, str]]:
        """Return what new cases conflict with: versions by reference, and references by source."""
        rows: list[Any] = []
        if len(cases) == 1:
            row = self.database.first(_TAKEN, {"reference": cases[0].reference, "source": cases[0].source})
            rows = [] if row is None else [row]
        else:
            for some in _chunks(cases):
                references = CASES.c.reference.in_([case.reference for case in some])
                sources = CASES.c.source.in_([case.source for case in some if case.source is not None])
                rows += self.database.rows(select(*_KEYS).where(or_(references, sources)))
        return (
            {reference: version for reference, version, _ in rows},
            {source: reference for reference, _, source in rows if source is not None},
        )

    def page(self, query: CaseQuery, excluded: set[str], limit: int) -> tuple[list[Case], StoreDamagedError | None]:
        """Return committed cases that meet a query, in the order of their references.

        They end before the first case that is corrupt; its error is returned too.
        """
        chosen = self._meeting(query, excluded).order_by(CASES.c.reference).limit(limit)
        if query.after is not None:
            chosen = chosen.where(CASES.c.reference > query.after)
        page: Subquery = chosen.subquery()
        rows = self.database.rows(CASE_MAPPER.select(page, self.database.backend).order_by(page.c.reference))
        found: list[Case] = []
        try:
            found.extend(self._read(row).aggregate for row in rows)
        except StoreDamagedError as error:
            return found, error
        return found, None

    def count(self, query: CaseQuery, excluded: set[str]) -> int:
        """Return how many committed cases meet a query."""
        chosen = self._meeting(query, excluded).subquery()
        return int(self.database.rows(select(func.count()).select_from(chosen))[0][0])

    def stale(self, version: int, after: str, limit: int) -> list[Any]:
        """Return the rows of a page of cases whose state another STATE_VERSION computed, for `CASE_MAPPER.read`."""
        stale = select(*_COLUMNS).where(CASES.c.fold != version, CASES.c.reference > after)
        page = stale.order_by(CASES.c.reference).limit(limit).subquery()
        return self.database.rows(CASE_MAPPER.select(page, self.database.backend).order_by(page.c.reference))

    def _meeting(self, query: CaseQuery, excluded: set[str]) -> Select[Any]:
        chosen = select(*_COLUMNS).where(*criteria(query, self.database.backend))
        return chosen.where(CASES.c.reference.not_in(sorted(excluded))) if excluded else chosen

    def _first(self, statement: Executable, parameters: dict[str, str | None]) -> StoredSnapshot[Case] | None:
        row = self.database.first(statement, parameters)
        return None if row is None else self._read(row)

    def _read(self, row: Any) -> StoredSnapshot[Case]:
        return CASE_MAPPER.read(row, self.database.name)


class SqlAlchemyCases(CaseRepository):
    """The cases of a unit of work.

    Attributes:
        pending: its pending writes.
        bases: by reference, the stored snapshots of the cases that it changed.
    """

    def __init__(self, queries: CaseQueries) -> None:
        self._queries = queries
        self._loaded: dict[str, StoredSnapshot[Case]] = {}
        self._sources: dict[str, str] = {}
        self.pending: PendingWrites[Case] = PendingWrites()
        self.bases: dict[str, StoredSnapshot[Case]] = {}

    def add(self, *cases: Case) -> None:
        written = self.pending.written
        versions, references = self._queries.taken([case for case in cases if case.reference not in written])
        for case in cases:
            mine, source = written.get(case.reference), case.source
            taken = versions.get(case.reference) if mine is None else mine[1].version
            other = None if source is None else self._sources.get(source) or references.get(source)
            if taken is None and other is not None:
                raise RepeatedSourceError(str(source), other)
            self.pending.add(case.reference, case, taken)
            if source is not None:
                self._sources[source] = case.reference

    def save(self, case: Case, expected: int) -> None:
        reference = case.reference
        if reference in self.pending.written:
            self.pending.save(reference, case, expected, self.get(reference).version)
            return
        base = self._loaded.get(reference)
        # A case that this unit loaded at that version is not loaded again: the commit compares the versions.
        if base is None or base.aggregate.version != expected:
            base = self._stored(reference)
        self.pending.save(reference, case, expected, base.aggregate.version)
        self.bases[reference] = base

    def get(self, reference: str) -> Case:
        written = self.pending.written.get(reference)
        return self._stored(reference).aggregate if written is None else written[1]

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        written = self.pending.written.get(reference)
        if written is not None:
            return not sites_of(written[1]).isdisjoint(sites)
        return self._queries.has_site(reference, sites)

    def _stored(self, reference: str) -> StoredSnapshot[Case]:
        base = self._queries.by_reference(reference)
        if base is None:
            raise CaseNotFoundError(reference)
        self._loaded[reference] = base
        return base

    def by_source(self, source: str) -> Case | None:
        written = self.pending.written.get(self._sources.get(source, ""))
        if written is not None:
            return written[1]
        base = self._queries.by_source(source)
        if base is None:
            return None
        self._loaded[base.aggregate.reference] = base
        return (
            self.get(base.aggregate.reference) if base.aggregate.reference in self.pending.written else base.aggregate
        )

    def by_sources(self, sources: Collection[str]) -> dict[str, Case]:
        written = self.pending.written
        bases = self._queries.by_sources([source for source in sources if source not in self._sources])
        self._loaded.update((base.aggregate.reference, base) for base in bases)
        mine = [self._sources[source] for source in sources if source in self._sources]
        found = [self.get(reference) for reference in mine] + [base.aggregate for base in bases]
        seen = (written[case.reference][1] if case.reference in written else case for case in found)
        return {case.source: case for case in seen if case.source is not None}

    def find(self, query: CaseQuery) -> CasePage:
        mine = [case for case in self._mine(query) if query.after is None or case.reference > query.after]
        stored, corrupt = self._queries.page(query, set(self.pending.written), query.limit + 1)
        found = sorted([*mine, *stored], key=lambda case: case.reference) if mine else stored
        if corrupt is not None:
            found = [case for case in found if case.reference < str(corrupt.holder)]
            if not found:
                raise corrupt
        more = corrupt is not None or len(found) > query.limit
        return CasePage(tuple(found[: query.limit]), found[: query.limit][-1].reference if more else None)

    def find_inconsistencies(self, case: Case) -> tuple[str, ...]:
        return wrong_tables(self._queries.database, CASE_MAPPER, case)

    def count(self, query: CaseQuery) -> int:
        return len(self._mine(query)) + self._queries.count(query, set(self.pending.written))

    def _mine(self, query: CaseQuery) -> list[Case]:
        return [case for _, case in self.pending.written.values() if meets(case, query)]
