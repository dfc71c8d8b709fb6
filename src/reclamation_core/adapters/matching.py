"""The criteria of a query, evaluated on a case: for stores in memory and for pending writes."""

from __future__ import annotations

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Admissibility, Case
from reclamation_core.ports import CaseQuery, normalize_text
from reclamation_core.ports.query import searchable_texts


def meets(case: Case, query: CaseQuery) -> bool:
    """Return True if a case meets every criterion of a query, its page apart."""
    return _is(case, query) and _dates(case, query) and _contains(case, query)


def sites_of(case: Case) -> frozenset[str]:
    """Return the sites and the unit of a case."""
    return frozenset((case.site, case.handling_unit, *case.service_sites))


def _is(case: Case, query: CaseQuery) -> bool:
    return (
        query.kind in (None, case.kind)
        and (not query.states or case.state in query.states)
        and (not query.admissibilities or case.admissibility in query.admissibilities)
        and (not query.levels or case.level in query.levels)
        and (not query.criticalities or case.verdict.band in query.criticalities)
        and (not query.has_question or _has_question(case))
        and (not query.sites or not sites_of(case).isdisjoint(query.sites))
        and query.owner in (None, case.handling_unit)
        and (query.cause_family is None or (case.analysis is not None and query.cause_family in case.analysis.causes))
    )


def _has_question(case: Case) -> bool:
    is_over = case.closed_at is not None or case.withdrawn_at is not None
    return not is_over and (case.admissibility is Admissibility.TO_BE_CLARIFIED or case.open_request is not None)


def _dates(case: Case, query: CaseQuery) -> bool:
    due = case.awaited_on
    if query.due_from is not None and (due is None or due < query.due_from):
        return False
    if query.due_until is not None and (due is None or due > query.due_until):
        return False
    if query.received_from is None and query.received_until is None:
        return True
    received = BusinessCalendar(case.calendar).day_of(case.received_at)
    first, last = query.received_from or received, query.received_until or received
    return first <= received <= last


def _contains(case: Case, query: CaseQuery) -> bool:
    if query.text is None:
        return True
    wanted = normalize_text(query.text)
    return any(wanted in text for text in searchable_texts(case))
