"""The cases as a unit of work sees them: those committed, those it wrote in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

from sqlalchemy import FromClause, Select, Subquery, bindparam, func, or_, select, union_all

from reclamation_core.adapters.matching import meets, places
from reclamation_core.adapters.pending_writes import Waiting
from reclamation_core.adapters.sqlalchemy.beside import astray_of_case
from reclamation_core.adapters.sqlalchemy.case_rows import Base, StoredCase
from reclamation_core.adapters.sqlalchemy.database import Database, Question
from reclamation_core.adapters.sqlalchemy.matching import criteria
from reclamation_core.adapters.sqlalchemy.stories import events_of, raw, texts_of
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS, CASE_SITES, CASE_TEXTS, CASES
from reclamation_core.cases import Case
from reclamation_core.cases.checks import keepable
from reclamation_core.ports import (
    CaseNotFoundError,
    CasePage,
    CaseQuery,
    CaseRepository,
    RepeatedSourceError,
    StoreDamagedError,
)

_AT_ONCE: Final = 500
"""How many values one statement is given at most: databases have their limits."""


_NAMES: Final = (CASES.c.reference, CASES.c.version, CASES.c.source)

_T = TypeVar("_T")


def _pieces(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def stored_cases(cases: FromClause, backend: str) -> Select[Any]:
    """What is stored of cases, as `StoredCase` has it.

    Args:
        cases: the rows of the cases wanted.
        backend: which database it is asked of.
    """
    return select(
        cases.c.reference,
        cases.c.version,
        raw(cases.c.link, backend),
        cases.c.fold,
        raw(cases.c.document, backend),
        events_of(CASE_EVENTS, CASE_EVENTS.c.case_reference, cases.c.reference, backend),
        texts_of(CASE_TEXTS, CASE_TEXTS.c.case_reference, cases.c.reference, backend),
    )


class CaseQuestions:
    """What is asked of the committed cases, compiled once for a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._of_sites: dict[int, Question] = {}

    @cached_property
    def _by_reference(self) -> Question:
        wanted = stored_cases(CASES, self.database.backend).where(CASES.c.reference == bindparam("reference"))
        return self.database.question(wanted)

    @cached_property
    def _by_source(self) -> Question:
        wanted = stored_cases(CASES, self.database.backend).where(CASES.c.source == bindparam("source"))
        return self.database.question(wanted)

    def by_reference(self, reference: str) -> Base | None:
        """The committed case with a reference."""
        row = self.database.ask(self._by_reference, {"reference": reference})
        return None if row is None else self._base(row)

    def by_source(self, source: str) -> Base | None:
        """The committed case registered from a source message."""
        row = self.database.ask(self._by_source, {"source": source})
        return None if row is None else self._base(row)

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        """Whether a committed case has one of these sites: one look into the primary key of its sites, for each."""
        names = {f"site_{number}": site for number, site in enumerate(sorted(filter(keepable, sites)))}
        return (
            bool(names) and self.database.ask(self._at_sites(len(names)), {"reference": reference, **names}) is not None
        )

    def _at_sites(self, count: int) -> Question:
        """Compiled once for each number of sites."""
        if count not in self._of_sites:
            wanted = select(CASE_SITES.c.part).where(
                CASE_SITES.c.case_reference == bindparam("reference"),
                CASE_SITES.c.site.in_([bindparam(f"site_{number}") for number in range(count)]),
            )
            self._of_sites[count] = self.database.question(wanted)
        return self._of_sites[count]

    @cached_property
    def _taken(self) -> Question:
        named = select(*_NAMES).where(CASES.c.reference == bindparam("reference"))
        told = select(*_NAMES).where(CASES.c.source == bindparam("source"))
        return self.database.question(union_all(named, told))

    def taken(self, cases: Sequence[Case]) -> tuple[dict[str, int], dict[str, str]]:
        """What stands in the way of new cases: the versions of committed cases by reference, references by source."""
        rows = self._in_the_way(cases)
        return (
            {reference: version for reference, version, _ in rows},
            {source: reference for reference, _, source in rows if source is not None},
        )

    def _in_the_way(self, cases: Sequence[Case]) -> list[Any]:
        if len(cases) == 1:
            (case,) = cases
            row = self.database.ask(self._taken, {"reference": case.reference, "source": case.source})
            return [] if row is None else [row]
        found: list[Any] = []
        for some in _pieces(cases):
            named = CASES.c.reference.in_([case.reference for case in some])
            told = CASES.c.source.in_([case.source for case in some if case.source is not None])
            found += self.database.rows(select(*_NAMES).where(or_(named, told)))
        return found

    def by_sources(self, sources: Sequence[str]) -> list[Base]:
        """What is stored of the committed cases registered from source messages."""
        wanted = stored_cases(CASES, self.database.backend)
        found: list[Any] = []
        for some in _pieces([source for source in sources if keepable(source)]):
            found += self.database.rows(wanted.where(CASES.c.source.in_(some)))
        return [self._base(row) for row in found]

    def page(self, query: CaseQuery, left_out: set[str], most: int) -> tuple[list[Case], StoreDamagedError | None]:
        """Committed cases that meet a query, in the order of their references, at most so many.

        They end before the first that cannot be read; then that is told too.
        """
        chosen = self._meeting(query, left_out).order_by(CASES.c.reference).limit(most)
        if query.after is not None:
            chosen = chosen.where(CASES.c.reference > query.after)
        page: Subquery = chosen.subquery()
        rows = self.database.rows(stored_cases(page, self.database.backend).order_by(page.c.reference))
        found: list[Case] = []
        try:
            found.extend(self._base(row).case for row in rows)
        except StoreDamagedError as error:
            return found, error
        return found, None

    def count(self, query: CaseQuery, left_out: set[str]) -> int:
        """How many committed cases meet a query."""
        chosen = self._meeting(query, left_out).subquery()
        return int(self.database.rows(select(func.count()).select_from(chosen))[0][0])

    def _meeting(self, query: CaseQuery, left_out: set[str]) -> Select[Any]:
        columns = (CASES.c.reference, CASES.c.version, CASES.c.link, CASES.c.fold, CASES.c.document)
        chosen = select(*columns).where(*criteria(query, self.database.backend))
        return chosen.where(CASES.c.reference.not_in(sorted(left_out))) if left_out else chosen

    def _base(self, row: Any) -> Base:
        return StoredCase(*tuple[Any, ...](row)).read(self.database.name)


class SqlAlchemyCases(CaseRepository):
    """The cases as a unit of work sees them.

    Attributes:
        waiting: what it wrote.
        bases: by reference, what is stored of the cases that it changed.
    """

    def __init__(self, questions: CaseQuestions) -> None:
        self._questions = questions
        self._loaded: dict[str, Base] = {}
        self._sources: dict[str, str] = {}
        self.waiting: Waiting[Case] = Waiting()
        self.bases: dict[str, Base] = {}

    def add(self, *cases: Case) -> None:
        written = self.waiting.written
        versions, references = self._questions.taken([case for case in cases if case.reference not in written])
        for case in cases:
            mine, source = written.get(case.reference), case.source
            taken = versions.get(case.reference) if mine is None else mine[1].version
            other = None if source is None else self._sources.get(source) or references.get(source)
            if taken is None and other is not None:
                raise RepeatedSourceError(str(source), other)
            self.waiting.add(case.reference, case, taken)
            if source is not None:
                self._sources[source] = case.reference

    def save(self, case: Case, expected: int) -> None:
        reference = case.reference
        if reference in self.waiting.written:
            self.waiting.save(reference, case, expected, self.get(reference).version)
            return
        base = self._loaded.get(reference)
        # What was loaded at that version in this unit need not be asked for again: the commit looks.
        if base is None or base.case.version != expected:
            base = self._stored(reference)
        self.waiting.save(reference, case, expected, base.case.version)
        self.bases[reference] = base

    def get(self, reference: str) -> Case:
        written = self.waiting.written.get(reference)
        return self._stored(reference).case if written is None else written[1]

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        written = self.waiting.written.get(reference)
        if written is not None:
            return not places(written[1]).isdisjoint(sites)
        return self._questions.has_site(reference, sites)

    def _stored(self, reference: str) -> Base:
        base = self._questions.by_reference(reference)
        if base is None:
            raise CaseNotFoundError(reference)
        self._loaded[reference] = base
        return base

    def by_source(self, source: str) -> Case | None:
        written = self.waiting.written.get(self._sources.get(source, ""))
        if written is not None:
            return written[1]
        base = self._questions.by_source(source)
        if base is None:
            return None
        self._loaded[base.case.reference] = base
        return self.get(base.case.reference) if base.case.reference in self.waiting.written else base.case

    def by_sources(self, sources: Collection[str]) -> dict[str, Case]:
        written = self.waiting.written
        bases = self._questions.by_sources([source for source in sources if source not in self._sources])
        self._loaded.update((base.case.reference, base) for base in bases)
        mine = [self._sources[source] for source in sources if source in self._sources]
        found = [self.get(reference) for reference in mine] + [base.case for base in bases]
        seen = (written[case.reference][1] if case.reference in written else case for case in found)
        return {case.source: case for case in seen if case.source is not None}

    def find(self, query: CaseQuery) -> CasePage:
        mine = [case for case in self._mine(query) if query.after is None or case.reference > query.after]
        stored, damaged = self._questions.page(query, set(self.waiting.written), query.limit + 1)
        found = sorted([*mine, *stored], key=lambda case: case.reference) if mine else stored
        if damaged is not None:
            found = [case for case in found if case.reference < str(damaged.holder)]
            if not found:
                raise damaged
        more = damaged is not None or len(found) > query.limit
        return CasePage(tuple(found[: query.limit]), found[: query.limit][-1].reference if more else None)

    def find_inconsistencies(self, case: Case) -> tuple[str, ...]:
        return astray_of_case(self._questions.database, case)

    def count(self, query: CaseQuery) -> int:
        return len(self._mine(query)) + self._questions.count(query, set(self.waiting.written))

    def _mine(self, query: CaseQuery) -> list[Case]:
        return [case for _, case in self.waiting.written.values() if meets(case, query)]
