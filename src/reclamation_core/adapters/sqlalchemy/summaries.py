"""Lists of cases from their projections: pages in an order, counts by facet, groups, and the cases that a job examines.

The rows of a page are those with a value of the order first, then those without: each part is read from an index in its
order, whose last row is the position of the next page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from math import ceil
from types import NoneType
from typing import Any, Final, TypeAlias

import attrs
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from reclamation_core.adapters.sqlalchemy import word_index
from reclamation_core.adapters.sqlalchemy.criteria import (
    by_causes_and_facts,
    criteria,
    has_site,
    has_words,
    without_index,
)
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import require_key
from reclamation_core.adapters.sqlalchemy.statements import as_json, is_among, is_in_array, is_in_json, writer_for
from reclamation_core.adapters.sqlalchemy.tables import ACTION_CASES, CASE_SEARCH, CASE_SITES, CASES, INSTANT, TEXT
from reclamation_core.adapters.sqlalchemy.word_index import estimate
from reclamation_core.calendars import DeadlineStatus
from reclamation_core.cases import Admissibility, CaseKind
from reclamation_core.cases.events import admissibility_of
from reclamation_core.cases.words import SearchWords
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents import canonical_json
from reclamation_core.ports import (
    CaseFacet,
    CaseGroup,
    CaseJob,
    CaseOrder,
    CaseOrdering,
    CaseQuery,
    CaseSummary,
    StoreDamagedError,
)
from reclamation_core.ports.query import JOB_COLUMNS, SUMMARY_FIELDS
from reclamation_core.ports.repositories import MOST_IDENTIFIED, CommittedQueries
from reclamation_core.ports.summaries import NULLABLE, ListPosition, Tabulation
from reclamation_core.validators import MAX_INT, is_storable
from reclamation_core.vocabulary import Band, Eligibility, Level, Nature
from reclamation_core.wording import Wording

_C: Final = CASES.c
_ORDERS: Final[Mapping[CaseOrder, Column[Any]]] = {
    CaseOrder.REFERENCE: _C.reference,
    CaseOrder.RECEIVED: _C.received_at,
    CaseOrder.DUE: _C.due_on,
    CaseOrder.AWAITED: _C.awaited_on,
    CaseOrder.LEVEL: _C.level_rank,
    CaseOrder.CRITICALITY: _C.band_rank,
}
_LIMIT: Final = bindparam("the_limit", type_=BigInteger())
_NUMBER: Final = re.compile(r"[0-9]{4}")
_NONE: Final = "[]"
_Found: TypeAlias = ColumnElement[bool] | str
"""Few cases: the condition that they meet, or their references as a JSON list."""
_FEW: Final = {"sqlite": 5_000, "postgresql": 10_000}
"""So many cases at most are found by their references rather than in the order of a page."""
_MOST: Final = 0.4
"""On PostgreSQL a word of this share of the cases, or of more, is counted by a scan of the texts."""
_WINDOW: Final = 2
_MOST_READ: Final = 20_000
_READ_SHARE: Final = 1 / 20
"""On PostgreSQL so many times the cases expected are read in an order for a page: so many at most, and so much of all.

To list those with the words by the index takes less time than to read more.
"""
_MOST_JOINED: Final = 30_000
"""Of so many cases with a cause or a fact, or of the sites, at most it is looked up which have both."""
_MOST_LISTED: Final = 100_000
"""Of sites with more cases, no list is made for a scan of the words: each case is looked up."""
JOB_DAYS: Final[Mapping[CaseJob, Column[Any]]] = {job: _C[one.name] for job, one in JOB_COLUMNS.items()}
"""The column with the first day on which a job may have something to do."""


_SHOWN: Final = CASE_SEARCH.alias("shown")
"""The texts of the rows, apart from those that a criterion searches."""
SUMMARY_COLUMNS: Final = tuple((_SHOWN if one.is_text else CASES).c[one.name] for one in SUMMARY_FIELDS.values())
"""The columns of a summary, in the order of its fields."""


def _types(column: Column[Any]) -> frozenset[type[object]]:
    """Return the types of the values of a column as a driver gives them."""
    match column.type:
        case _ if column.type is TEXT:
            types: set[type[object]] = {str}
        case _ if column.type is INSTANT:
            types = {str, datetime}
        case Date():
            types = {str, date}
        case _:
            types = {int}
    return frozenset(types | {NoneType} if column.nullable else types)


_TYPES: Final = tuple(map(_types, SUMMARY_COLUMNS))


@cache
def _are_written(found: tuple[type[object], ...]) -> bool:
    """Return whether a row of these types may be one that this library writes: SQLite keeps whatever it is given."""
    return all(one in known for one, known in zip(found, _TYPES, strict=True))


def _day(stored: str | date) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _instant(stored: str | datetime) -> datetime:
    return datetime.fromisoformat(f"{stored}+00:00") if isinstance(stored, str) else stored.astimezone(UTC)


def _members(codes: type[LabelledEnum]) -> dict[str, Any]:
    return {member.value: member for member in codes}


def _reader_of(cls: type[Any]) -> Callable[[Any], Any] | None:
    """Return the function from stored values to those of a class, apart from None; None if they are the same."""
    if issubclass(cls, LabelledEnum):
        return _members(cls).__getitem__
    if issubclass(cls, tuple):
        return lambda stored: tuple(stored.split())
    return next((read for base, read in ((datetime, _instant), (date, _day)) if issubclass(cls, base)), None)


_NATURES: Final = _members(Nature)
_READERS: Final = tuple(
    (name, read) for name, one in SUMMARY_FIELDS.items() if (read := _reader_of(one.type)) is not None
)
"""Of each field of a summary whose stored values are of another class, its name and the function from these."""


def read_summary(row: tuple[Any, ...]) -> CaseSummary:
    """Return the summary of a row of `SUMMARY_COLUMNS`.

    Raises:
        ValueError, TypeError, KeyError: a value is not one that this library writes.
    """
    if not _are_written(tuple(map(type, row))):
        raise TypeError(row[0])
    fields: dict[str, Any] = dict(zip(SUMMARY_FIELDS, row, strict=True))
    for name, read in _READERS:
        if (stored := fields[name]) is not None:
            fields[name] = read(stored)
    fields["requested_facts"] = fields["requested_facts"] or ()
    return CaseSummary(**fields)


def _plain(column: Column[Any], backend: str) -> ColumnElement[Any]:
    """Return a column without its type, so that SQLAlchemy converts nothing."""
    # SQLite's unary plus hides the declared type from the converters of a host's connection.
    sign = "+" if backend == "sqlite" else ""
    return literal_column(f"{sign}{column.table.name}.{column.name}")


@cache
def _columns(backend: str) -> tuple[ColumnElement[Any], ...]:
    return tuple(_plain(column, backend) for column in SUMMARY_COLUMNS)


@cache
def _page_statement(
    backend: str, by: CaseOrder, *, awaited: bool, descending: bool, part: str, is_listed: bool
) -> Select[Any]:
    """Return the statement of a part of a list, without its criteria.

    Args:
        backend: `sqlite` or `postgresql`.
        by: the order.
        awaited: True for a list of awaited answers alone, whose day is in a column of its own with an index.
        descending: True for the greatest value first.
        part: `whole` for all the rows, those without a value last, `first` for the rows with a value from the first on,
            `later` for those after a position, `missing` for the rows without a value, `missing later` for those of
            them after a position.
        is_listed: True for those of a JSON list of references alone, the parameter `listed`.
    """
    column = _C.awaited_on if awaited and by is CaseOrder.DUE else _ORDERS[by]
    keys = [_C.reference] if part.startswith("missing") or by is CaseOrder.REFERENCE else [column, _C.reference]
    statement = _summaries_of_few(backend) if is_listed else _summaries(backend)
    if is_listed:
        statement = statement.where(is_among(_C.reference, "listed", backend))
    if by in NULLABLE and part == "whole":
        statement = statement.order_by(column.is_(None))
    elif by in NULLABLE:
        statement = statement.where(column.is_(None) if part.startswith("missing") else column.is_not(None))
    if part.endswith("later"):
        last = tuple_(*(bindparam(f"last_{key.name}", type_=key.type) for key in keys))
        place = tuple_(*keys)
        statement = statement.where(place < last if descending else place > last)
    statement = statement.order_by(*(key.desc() if descending else key for key in keys))
    return statement.limit(_LIMIT)


def _summaries(backend: str) -> Select[Any]:
    return select(*_columns(backend)).select_from(CASES.outerjoin(_SHOWN, _SHOWN.c.case_reference == _C.reference))


def _summaries_of_few(backend: str) -> Select[Any]:
    """Return the statement of the summaries of cases that are sorted, for the first of which PostgreSQL reads texts."""
    if backend == "sqlite":
        return _summaries(backend)
    of_case = _SHOWN.c.case_reference == _C.reference
    texts = (
        select(one).where(of_case).scalar_subquery() if one.table is _SHOWN else plain
        for one, plain in zip(SUMMARY_COLUMNS, _columns(backend), strict=True)
    )
    return select(*texts).select_from(CASES)


@cache
def _identified_statement(backend: str, *, at_sites: bool) -> Select[Any]:
    """Return the statement of the cases of an identifier, without its criteria other than the parameter `sites`."""
    known, identifier = CASES.alias("known").c, bindparam("identifier", type_=TEXT)
    named = union_all(
        select(known.reference).where(is_among(known.reference, "references", backend)),
        select(known.reference).where(known.source == identifier),
        select(ACTION_CASES.c.case_reference).where(ACTION_CASES.c.action == identifier),
    )
    is_named = _C.reference.in_(named) if backend == "sqlite" else is_in_array(_C.reference, named)
    is_first = is_among(_C.reference, "references", backend)
    order = (is_first.desc(), _C.due_on.is_(None), _C.due_on, _C.reference)
    statement = _summaries(backend).where(is_named).order_by(*order).limit(_LIMIT)
    of_sites = is_among(CASE_SITES.c.site, "sites", backend)
    has_site = exists().where(CASE_SITES.c.case_reference == _C.reference, of_sites)
    return statement.where(has_site) if at_sites else statement


def _parts(ordering: CaseOrdering, *, awaited: bool, is_short: bool) -> Iterator[tuple[str, ListPosition | None]]:
    """Yield the parts of a list that come after the position of its order; a short list is sorted, in one part."""
    position = ordering.position
    if is_short and position is None:
        yield "whole", None
        return
    if position is None or position.value is not None:
        yield "first" if position is None else "later", position
        position = None
    if ordering.by in NULLABLE and not (awaited and ordering.by is CaseOrder.DUE):
        yield "missing" if position is None else "missing later", position


def _read(database: Database, rows: list[Any]) -> tuple[list[CaseSummary], list[str]]:
    """Return the summaries of rows, and the references of those that cannot be read.

    Raises:
        StoreDamagedError: the reference of one of these is not text.
    """
    read: list[CaseSummary] = []
    unread: list[str] = []
    for row in rows:
        try:
            read.append(read_summary(row[:]))  # a plain tuple, which is read faster
        except (ValueError, TypeError, KeyError):
            unread.append(require_key(row[0], database.name))
    return read, unread


def conditions(
    database: Database, query: CaseQuery, excluded: Collection[str], *, paged: bool
) -> list[ColumnElement[bool]]:
    """Return the conditions of a query, without the cases excluded.

    A page for a text is read in its order, which ends early if many cases of the sites have the text. If few have it,
    that would test every case: so these are found first. So are the few cases of a family of causes or an own fact.
    """
    chosen, listed, _ = _conditions(database, query, excluded, paged=paged)
    return chosen if listed is None else [*chosen, is_in_json(_C.reference, listed, database.backend)]


def _conditions(
    database: Database, query: CaseQuery, excluded: Collection[str], *, paged: bool
) -> tuple[list[ColumnElement[bool]], str | None, bool]:
    """Return the conditions of a query.

    Returns:
        The conditions; the references of the only cases that may meet the query too, if these were found first, as a
        JSON list; True if only few cases may meet it.
    """
    found = _with_words(database, query, paged=paged)
    if found == _NONE:
        return [], _NONE, True
    are_found = found is not None
    if found is None and paged:
        found = _with_causes_and_facts(database, query)
    is_short = found is not None or query.references is not None or query.source is not None
    chosen = criteria(query, database.backend, paged=paged, are_found=are_found)
    if excluded:
        chosen.append(_C.reference.not_in(sorted(excluded)))
    if found is None or isinstance(found, str):
        return chosen, found, is_short
    return [*chosen, found], None, is_short


def _with_words(database: Database, query: CaseQuery, *, paged: bool) -> _Found | None:
    """Return the cases found by their words and sites, if that is faster."""
    words, sites = query.words, query.sites
    if words is None:
        return None
    if not word_index.is_usable(database, words):
        of_sites = _of_sites(query)
        are_many = of_sites is not None and _count(database, of_sites, _MOST_LISTED) > _MOST_LISTED
        return _few(database, _scanned(words, sites, database.backend, paged=are_many))
    most = _FEW[database.backend]
    count, listed = word_index.few_indexed(database, words, sites, most + 1)
    if count <= most:
        return listed
    if paged or _are_in_most(database, words, sites):
        return None
    indexed = word_index.indexed(database, words, sites)
    return without_index(_C.reference, database.backend).in_(indexed)


def _scanned(words: SearchWords, sites: Collection[str], backend: str, *, paged: bool) -> Select[Any]:
    """Return the statement that finds the references of the cases with some words, and of some sites, by a scan."""
    case = CASE_SEARCH.c.case_reference
    scanned = select(case).where(has_words(words, backend))
    return scanned.where(has_site(case, sites, paged=paged)) if sites else scanned


def _has_words_alone(query: CaseQuery) -> bool:
    """Return True if a text and sites are the only criteria of a query."""
    alone = CaseQuery(text=query.text, in_names=query.in_names, sites=query.sites, after=query.after, limit=query.limit)
    return alone == query


def _are_in_most(database: Database, words: SearchWords, sites: Collection[str]) -> bool:
    """Return True if PostgreSQL counts some cases faster without its index, because most have the words and sites."""
    if database.backend == "sqlite":
        return False
    expected = estimate(database, words, sites)
    return expected.found > expected.cases * _MOST


def _with_causes_and_facts(database: Database, query: CaseQuery) -> str | None:
    """Return the cases of a family of causes, or with an own fact, as a JSON list of references, if they are few.

    If they are not, those of the sites may be.
    """
    listed = [(table.c.case_reference, has) for table, has in by_causes_and_facts(query)]
    of_sites = _of_sites(query)
    found = next((few for one, has in listed if (few := _few(database, select(one).where(has))) is not None), None)
    if found is not None or of_sites is None:
        return found
    joined = _joined_with_sites(database, listed, of_sites)
    return next((few for one in joined if (few := _few(database, one)) is not None), None)


def _joined_with_sites(
    database: Database, listed: Iterable[tuple[Column[Any], ColumnElement[bool]]], of_sites: Select[Any]
) -> Iterator[Select[Any]]:
    """Yield the statements that find the cases of some sites among those with a cause or a fact.

    Whichever are not too many are looked up among the others: SQLite does not know which they are.
    """
    for one, has in listed:
        if _count(database, select(one).where(has), _MOST_JOINED) <= _MOST_JOINED:
            yield select(one).where(has, without_index(one, database.backend).in_(of_sites))
        elif _count(database, of_sites, _MOST_JOINED) <= _MOST_JOINED:
            yield of_sites.where(exists().where(one == CASE_SITES.c.case_reference, has))


def _of_sites(query: CaseQuery) -> Select[Any] | None:
    """Return the statement that finds the cases of the sites of a query; None if it has none."""
    if not query.sites:
        return None
    return select(CASE_SITES.c.case_reference).distinct().where(CASE_SITES.c.site.in_(sorted(query.sites)))


def _few(database: Database, references: Select[Any]) -> str | None:
    """Return the references of a statement as a JSON list, if they are few; None if they are many."""
    most = _FEW[database.backend]
    some = references.limit(most + 1).subquery()
    rows: list[Any] = database.rows(select(func.count(), as_json(some.c.case_reference, database.backend)))
    count, listed = rows[0]
    return listed if count <= most else None


def _count(database: Database, references: Select[Any], most: int) -> int:
    """Return the number of references of a statement, at most one more than `most`."""
    return int(database.rows(select(func.count()).select_from(references.limit(most + 1).subquery()))[0][0])


# Facets


def _facet(facet: CaseFacet, of: Any, day: date) -> ColumnElement[Any]:
    """Return the expression of the code of a facet, of the columns of `_FACETS`."""
    match facet:
        case CaseFacet.ADMISSIBILITY:
            return case(*_admissibilities(of))
        case CaseFacet.LEVEL:
            return case(*((of.level_rank == level.rank, literal(level.value)) for level in Level))
        case CaseFacet.CRITICALITY:
            return case(*((of.band_rank == band.rank, literal(band.value)) for band in Band))
        case CaseFacet.DUE:
            return case(
                (of.awaited_on < day, literal(DeadlineStatus.OVERDUE.value)),
                (of.awaited_on == day, literal(DeadlineStatus.DUE_TODAY.value)),
                (of.awaited_on > day, literal(DeadlineStatus.RUNNING.value)),
            )
        case _:
            (column,) = _FACETS[facet]
            return of[column.name]  # type: ignore[no-any-return]


def _admissibilities(of: Any) -> Iterator[tuple[ColumnElement[bool], ColumnElement[str]]]:
    yield of.kind == CaseKind.MALFUNCTION.value, literal(Admissibility.MALFUNCTION.value)
    for eligibility in Eligibility:
        yield (of.eligibility == eligibility.value, literal(admissibility_of(CaseKind.COMPLAINT, eligibility).value))
    yield of.eligibility.is_(None), literal(admissibility_of(CaseKind.COMPLAINT, None).value)


_FACETS: Final[Mapping[CaseFacet, tuple[Column[Any], ...]]] = {
    CaseFacet.STATE: (_C.state,),
    CaseFacet.ADMISSIBILITY: (_C.kind, _C.eligibility),
    CaseFacet.LEVEL: (_C.level_rank,),
    CaseFacet.SITE: (_C.site,),
    CaseFacet.UNIT: (_C.handling_unit,),
    CaseFacet.CHANNEL: (_C.channel,),
    CaseFacet.NATURE: (_C.nature,),
    CaseFacet.THEME: (_C.theme,),
    CaseFacet.CRITICALITY: (_C.band_rank,),
    CaseFacet.DUE: (_C.awaited_on,),
}
"""The columns of each facet, which have an index as far as there is one."""


class SummaryQueries(CommittedQueries):
    """The queries that are answered from projections."""

    _database: Database

    def identified_rows(
        self, identifier: str, references: Collection[str], query: CaseQuery, excluded: Collection[str]
    ) -> tuple[list[CaseSummary], list[str]]:
        """Return the summaries of the cases of an identifier, and the references of rows that cannot be read."""
        database = self._database
        chosen = criteria(query, database.backend, paged=True, are_found=True)
        if excluded:
            chosen.append(_C.reference.not_in(sorted(excluded)))
        given = {
            "references": canonical_json(sorted(filter(is_storable, references))),
            "identifier": identifier if is_storable(identifier) else None,
            "the_limit": MOST_IDENTIFIED,
        }
        if query.sites:
            given["sites"] = canonical_json(sorted(query.sites))
        statement = _identified_statement(database.backend, at_sites=bool(query.sites))
        return _read(database, database.rows(statement.where(*chosen) if chosen else statement, given))

    def summary_rows(
        self, query: CaseQuery, excluded: Collection[str], ordering: CaseOrdering, limit: int
    ) -> tuple[list[CaseSummary], list[str]]:
        """Return the first summaries after the position of an order, and the references of rows that cannot be read."""
        awaited = (query.due_from, query.due_until) != (None, None)
        first = self._first_rows(query, excluded, ordering, limit) if ordering.position is None else None
        if first is not None:
            return first, []
        chosen, listed, is_short = _conditions(self._database, query, excluded, paged=True)
        found: list[CaseSummary] = []
        damaged: list[str] = []
        if listed == _NONE:
            return found, damaged
        for part, position in _parts(ordering, awaited=awaited, is_short=is_short):
            statement = _page_statement(
                self._database.backend,
                ordering.by,
                awaited=awaited,
                descending=ordering.descending,
                part=part,
                is_listed=listed is not None,
            )
            column = _C.awaited_on if awaited and ordering.by is CaseOrder.DUE else _ORDERS[ordering.by]
            parameters: dict[str, Any] = {} if listed is None else {"listed": listed}
            if position is not None:
                parameters |= {f"last_{column.name}": position.value, "last_reference": position.reference}
                if part == "missing later":
                    del parameters[f"last_{column.name}"]
            asked = statement.where(*chosen) if chosen else statement
            wanted = count = limit - len(found)
            while True:
                rows: list[Any] = self._database.rows(asked, parameters | {"the_limit": count})
                read, unread = _read(self._database, rows)
                if len(read) >= wanted or len(rows) < count:
                    break
                count += len(unread)  # so many more, lest the page seem to be the last one
            found += read[:wanted]
            damaged += unread
            if len(found) >= limit:
                break
        return found, damaged

    def _first_rows(
        self, query: CaseQuery, excluded: Collection[str], ordering: CaseOrdering, limit: int
    ) -> list[CaseSummary] | None:
        """Return the first summaries with frequent words on PostgreSQL, if they are among the first cases of the order.

        Its planner only knows how frequent each word and each site is. It would read all cases if they have both
        seldom, and starts processes for it. Few cases have the number of a case or of a message: they are looked up.

        Returns:
            None if they are not.
        """
        words = None if self._database.backend == "sqlite" else query.words
        if words is None or any(map(_NUMBER.search, (*words.whole, words.prefix))):
            return None
        expected = estimate(self._database, words, query.sites)
        column, most = _ORDERS[ordering.by], ceil(_WINDOW * expected.rows_of_page(limit))
        if most > min(_MOST_READ, expected.cases * _READ_SHARE):
            return None
        keys = [column, _C.reference] if ordering.by in NULLABLE else [_C.reference]
        order = [key.desc() if ordering.descending else key for key in keys]
        window = select(*keys).where(column.is_not(None)).order_by(*order).limit(most).subquery("first_cases")
        places = [key.desc() if ordering.descending else key for key in window.c]
        chosen = [*criteria(query, "postgresql", paged=True), _C.reference.not_in(sorted(excluded))]
        listed = select(_C.reference).join(window, window.c.reference == _C.reference).where(*chosen).order_by(*places)
        references = [row[0] for row in self._database.rows(listed.limit(limit))]
        if len(references) < limit:
            return None
        asked = attrs.evolve(query, text=None, sites=(), references=references)
        found, damaged = self.summary_rows(asked, (), ordering, limit)
        return None if damaged else found

    def count(self, query: CaseQuery, excluded: Collection[str], most: int | None = None) -> int:
        """Return how many cases meet a query, at most so many."""
        words, sites, database = query.words, query.sites, self._database
        if words is not None and most is None and not excluded and _has_words_alone(query):
            if not _are_in_most(database, words, sites) and word_index.is_usable(database, words):
                return word_index.count_indexed(database, words, sites)
            return _count(database, _scanned(words, sites, database.backend, paged=False), MAX_INT - 1)
        chosen = conditions(database, query, excluded, paged=most is not None)
        counted = select(_C.reference).where(*chosen).limit(most).subquery()
        return int(database.rows(select(func.count()).select_from(counted))[0][0])

    def tabulate(
        self, query: CaseQuery, excluded: Collection[str], facets: Sequence[CaseFacet], day: date
    ) -> Tabulation:
        """Return how many cases meet a query, by the codes of some facets.

        They are counted by the values of columns first, which are read from an index in its order, then by codes.
        """
        chosen = conditions(self._database, query, excluded, paged=False)
        columns = dict.fromkeys(column for facet in facets for column in _FACETS[facet])
        values = select(*columns, func.count().label("cases")).where(*chosen).group_by(*columns).subquery()
        codes = [_facet(facet, values.c, day).label(facet.value) for facet in facets]
        coded = select(*codes, values.c.cases).subquery()
        names = [coded.c[facet.value] for facet in facets]
        rows = self._database.rows(select(*names, func.sum(coded.c.cases)).group_by(*names))
        return {tuple(row[:-1]): int(row[-1]) for row in rows}

    def group(self, query: CaseQuery, min_count: int) -> list[CaseGroup]:
        """Return the groups of at least so many cases that meet a query, by site and nature.

        Raises:
            StoreDamagedError: a nature is not one that this library knows.
        """
        is_served = and_(CASE_SITES.c.case_reference == _C.reference, CASE_SITES.c.part == "service")
        site = func.coalesce(CASE_SITES.c.site, _C.site)
        listed = func.json_group_array if self._database.backend == "sqlite" else func.json_agg
        groups = (
            select(site, _C.nature, listed(_C.reference), func.min(_C.received_on), func.max(_C.received_on))
            .select_from(CASES.outerjoin(CASE_SITES, is_served))
            .where(*criteria(query, self._database.backend, paged=False))
            .group_by(site, _C.nature)
            .having(func.count() >= min_count)
        )
        rows: list[Any] = self._database.rows(groups)
        try:
            return [
                CaseGroup(
                    site=site,
                    nature=None if nature is None else _NATURES[nature],
                    cases=tuple(sorted(json.loads(cases) if isinstance(cases, str) else cases)),
                    first=first,
                    last=last,
                )
                for site, nature, cases, first, last in rows
            ]
        except KeyError as error:
            raise StoreDamagedError.of(self._database.name, Wording(f"nature {error}", f"nature {error}")) from None

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> list[str]:
        """Return the references of the cases for which a job may have something to do by a day, in their order.

        Raises:
            StoreDamagedError: a reference is not text.
        """
        due = select(_C.reference).where(JOB_DAYS[job] <= until)
        if sites:
            due = due.where(has_site(_C.reference, sites))
        return sorted(require_key(row[0], self._database.name) for row in self._database.rows(due))

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:
        """Note until when a job has nothing to do for cases that still have the version at which it examined them."""
        if not days:
            return
        rows = (
            {"the_key": reference, "the_version": version, "day": day}
            for reference, (version, day) in sorted(days.items())
            if is_storable(reference)
        )
        self._database.run([*writer_for(self._database.backend).postpone(JOB_DAYS[job], rows)])
