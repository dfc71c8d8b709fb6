"""A query for cases as SQL conditions, with every value bound."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from operator import ge, le
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, and_, exists, func, literal_column, or_, select

from reclamation_core.adapters.sqlalchemy.statements import is_among_these
from reclamation_core.adapters.sqlalchemy.tables import (
    CASE_CAUSES,
    CASE_FACTS,
    CASE_PERIODS,
    CASE_SEARCH,
    CASE_SITES,
    CASES,
)
from reclamation_core.cases import Admissibility, CaseKind, CaseState, columns
from reclamation_core.cases.events import admissibility_of
from reclamation_core.cases.words import NAME_MARK, SearchWords
from reclamation_core.ports import CaseQuery
from reclamation_core.validators import is_storable
from reclamation_core.vocabulary import Eligibility

Criterion = ColumnElement[bool]
_A_DAY: Final = timedelta(days=1)
_RANKED: Final = (columns.level, columns.band)
"""The columns of codes whose rank has an index."""
_IS_OVER: Final = (
    CASE_PERIODS.c.until.is_(None),
    or_(CASE_PERIODS.c.ended_on.is_not(None), CASE_PERIODS.c.answered_on.is_not(None)),
)
"""The conditions that a period is the present one of a case that is answered, closed or withdrawn."""


def criteria(query: CaseQuery, backend: str, *, paged: bool, are_found: bool = False) -> list[Criterion]:
    """Return the conditions of a query, its page apart.

    Args:
        query: the query.
        backend: `sqlite` or `postgresql`, which name their functions differently.
        paged: True if rows are read in an order until a page is full; False if every row that meets them is read.
        are_found: True to leave out the words and the sites of the query, by which the cases were found.
    """
    chosen = [*_codes(query, backend), *_others(query, paged), *_dates(query, paged)]
    return chosen if are_found else [*chosen, *_searched(query, backend, paged)]


def _codes(query: CaseQuery, backend: str) -> Iterator[Criterion]:
    for column, wanted in query.codes():
        if column is columns.admissibility:
            yield or_(*(_is_admissible(admissibility) for admissibility in sorted(wanted)))
        elif column in _RANKED:
            yield CASES.c[f"{column.name}_rank"].in_(sorted(code.rank for code in wanted))
        else:
            yield CASES.c[column.name].in_(sorted(map(str, wanted)))
    if query.is_open:
        yield CASES.c.closed_at.is_(None)
    if query.is_unacknowledged:
        yield CASES.c.unacknowledged_since.is_not(None)
    if query.references is not None:
        yield is_among_these(CASES.c.reference, sorted(filter(is_storable, query.references)), backend)
    if query.source is not None:
        yield CASES.c.source == query.source
    if query.has_question:
        yield or_(CASES.c.unclear_facts.is_not(None), CASES.c.requested_on.is_not(None))
        yield ~exists().where(CASE_PERIODS.c.case_reference == CASES.c.reference, *_IS_OVER)


def _is_admissible(admissibility: Admissibility) -> Criterion:
    if admissibility is Admissibility.MALFUNCTION:
        return CASES.c.kind == CaseKind.MALFUNCTION.value
    values = (*Eligibility, None)
    (eligibility,) = (one for one in values if admissibility_of(CaseKind.COMPLAINT, one) is admissibility)
    is_equal = CASES.c.eligibility.is_not_distinct_from(None if eligibility is None else eligibility.value)
    return and_(CASES.c.kind == CaseKind.COMPLAINT.value, is_equal)


def has_site(case: ColumnElement[Any], sites: Collection[str], *, paged: bool = True) -> Criterion:
    """Return the condition that the case of a column has one of these as a site or unit."""
    return _is_listed(case, CASE_SITES, CASE_SITES.c.site.in_(sorted(sites)), paged=paged)


def _is_listed(case: ColumnElement[Any], table: Table, listed: Criterion, *, paged: bool) -> Criterion:
    """Return the condition that a table lists the case of a column.

    For a page, SQLite looks up each case in turn: a list of all the cases of a site would be made for each page. For a
    count it makes that list, and looks up no other case, unless an index finds the few that may be counted. PostgreSQL
    reads both forms as the same join.
    """
    if paged:
        return exists().where(table.c.case_reference == case, listed)
    return case.in_(select(table.c.case_reference).where(listed))


def _searched(query: CaseQuery, backend: str, paged: bool) -> Iterator[Criterion]:
    # SQLite would look up each case of a long list, as of several sites: it scans the index of what is counted.
    scanned = CASES.c.reference if paged else without_index(CASES.c.reference, backend)
    if query.sites:
        case = CASES.c.reference if len(query.sites) == 1 else scanned
        yield has_site(case, query.sites, paged=paged or _waits(query))
    if query.words is not None:
        yield _is_listed(scanned, CASE_SEARCH, has_words(query.words, backend), paged=paged)


def _waits(query: CaseQuery) -> bool:
    """Return True if the cases of a query wait for something: they are few, and an index finds them."""
    is_listed = query.is_unacknowledged or query.has_question or query.due_until is not None
    return is_listed or (bool(query.states) and CaseState.CLOSED not in query.states)


def _dates(query: CaseQuery, paged: bool) -> Iterator[Criterion]:
    for column, first, last in query.days():
        if first is not None:
            yield CASES.c[column.name] >= first
        if last is not None:
            yield CASES.c[column.name] <= last
    # The day of receipt is that of a zone: the instants up to a day away, which have an index, are looked at. For a
    # count until a day alone, which is of most cases, SQLite would read that index in place of a better one.
    if query.received_from is not None and query.received_from > date.min:
        yield CASES.c.received_at >= _midnight(query.received_from - _A_DAY)
    elif not paged:
        return
    if query.received_until is not None and query.received_until < date.max - _A_DAY:
        yield CASES.c.received_at < _midnight(query.received_until + 2 * _A_DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _others(query: CaseQuery, paged: bool) -> Iterator[Criterion]:
    if query.owner is not None:
        handles = and_(CASE_SITES.c.site == query.owner, CASE_SITES.c.part == "handling")
        yield _is_listed(CASES.c.reference, CASE_SITES, handles, paged=paged)
    for table, is_listed in by_causes_and_facts(query):
        yield _is_listed(CASES.c.reference, table, is_listed, paged=paged)
    if query.assigned_to is not None:
        # Few cases are assigned to one person: their list is made, by its index.
        yield _is_listed(CASES.c.reference, CASE_SEARCH, CASE_SEARCH.c.assigned_to == query.assigned_to, paged=False)


def by_causes_and_facts(query: CaseQuery) -> Iterator[tuple[Table, Criterion]]:
    """Yield the tables that list the cases of a query by a family of causes and by own facts, with their conditions."""
    if query.cause_family is not None:
        yield CASE_CAUSES, CASE_CAUSES.c.family == query.cause_family
    for name, text in query.own.searched().items():
        yield CASE_FACTS, and_(CASE_FACTS.c.name == name, CASE_FACTS.c.value == text)
    for name, *ends in query.own_ranges():
        column = CASE_FACTS.c.day if any(isinstance(end, date) for end in ends) else CASE_FACTS.c.number
        limits = [compare(column, end) for compare, end in zip((ge, le), ends, strict=True) if end is not None]
        yield CASE_FACTS, and_(CASE_FACTS.c.name == name, *limits)


def without_index(column: Column[Any], backend: str) -> ColumnElement[Any]:
    """Return a column as an expression on SQLite, which then looks up no value of it in an index."""
    return literal_column(f"+{column.table.name}.{column.name}") if backend == "sqlite" else column


def has_words(words: SearchWords, backend: str) -> Criterion:
    """Return the condition that the texts of a case have the words of a search."""
    # Not LIKE: it has wildcards, and SQLite limits the length of its pattern.
    find: Any = func.instr if backend == "sqlite" else func.strpos

    def has(entries: Iterable[str], end: str) -> Criterion:
        return or_(*(find(CASE_SEARCH.c.words, f" {entry}{end}") > 0 for entry in entries))

    whole = [has(words.entries(word), " ") for word in words.whole]
    return or_(and_(*whole, has(words.entries(words.prefix), "")), has([NAME_MARK], " "))
