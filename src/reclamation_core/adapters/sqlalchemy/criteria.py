"""A query for cases as SQL conditions, with every value bound."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, exists, func, or_, select

from reclamation_core.adapters.sqlalchemy.tables import CASE_CAUSES, CASE_SITES, CASE_TEXTS, CASES
from reclamation_core.cases import Admissibility, CaseKind
from reclamation_core.cases.events import admissibility_of
from reclamation_core.ports import CaseQuery, normalize_text
from reclamation_core.vocabulary import Eligibility

Criterion = ColumnElement[bool]


def criteria(query: CaseQuery, backend: str) -> list[Criterion]:
    """Return the conditions of a query, its page apart.

    Args:
        query: the query.
        backend: `sqlite` or `postgresql`, which name their functions differently.
    """
    return [*_codes(query), *_sites(query), *_dates(query), *_texts(query, backend)]


def _codes(query: CaseQuery) -> Iterator[Criterion]:
    if query.kind is not None:
        yield CASES.c.kind == query.kind.value
    if query.states:
        yield CASES.c.state.in_(sorted(state.value for state in query.states))
    if query.admissibilities:
        yield or_(*(_is_admissible(admissibility) for admissibility in sorted(query.admissibilities)))
    if query.levels:
        yield CASES.c.level.in_(sorted(level.value for level in query.levels))
    if query.criticalities:
        yield CASES.c.band.in_(sorted(band.value for band in query.criticalities))


def _is_admissible(admissibility: Admissibility) -> Criterion:
    if admissibility is Admissibility.MALFUNCTION:
        return CASES.c.kind == CaseKind.MALFUNCTION.value
    values = (*Eligibility, None)
    (eligibility,) = (one for one in values if admissibility_of(CaseKind.COMPLAINT, one) is admissibility)
    is_equal = CASES.c.eligibility.is_not_distinct_from(None if eligibility is None else eligibility.value)
    return and_(CASES.c.kind == CaseKind.COMPLAINT.value, is_equal)


def has_site(case: Column[Any], sites: Collection[str]) -> Criterion:
    """Return the condition that the case of a column has one of these as a site or unit."""
    return case.in_(select(CASE_SITES.c.case_reference).where(CASE_SITES.c.site.in_(sorted(sites))))


def _sites(query: CaseQuery) -> Iterator[Criterion]:
    if query.sites:
        yield has_site(CASES.c.reference, query.sites)
    if query.owner is not None:
        yield CASES.c.handling_unit == query.owner


def _dates(query: CaseQuery) -> Iterator[Criterion]:
    if query.due_until is not None:
        yield CASES.c.awaited_on <= query.due_until
    if query.received_from is not None:
        yield CASES.c.received_on >= query.received_from
    if query.received_until is not None:
        yield CASES.c.received_on <= query.received_until


def _texts(query: CaseQuery, backend: str) -> Iterator[Criterion]:
    if query.cause_family is not None:
        named = select(CASE_CAUSES.c.case_reference).where(CASE_CAUSES.c.family == query.cause_family)
        yield CASES.c.reference.in_(named)
    if query.text is not None:
        # Not LIKE: it has wildcards, and SQLite limits the length of its pattern.
        find: Any = func.instr if backend == "sqlite" else func.strpos
        found = find(CASE_TEXTS.c.normalized_text, normalize_text(query.text)) > 0
        yield exists().where(CASE_TEXTS.c.case_reference == CASES.c.reference, found)
