"""Summaries of cases: statuses, documents, tokens, and the answers of a store of events alone."""

import base64
import json
from datetime import date
from typing import Any

import pytest

from reclamation_core.calendars import DeadlineStatus
from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.ports import CaseQuery, CaseRepository, CaseSummary, StoreDamagedError
from reclamation_core.ports.repositories import CommittedQueries
from tests.unit.desk import factories
from tests.unit.ports.test_repositories import concrete


def token(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_the_status_of_the_answer_is_that_of_a_day(desk: Desk) -> None:
    awaited = CaseSummary.of(factories.registered(desk))
    answered = CaseSummary.of(factories.answered(desk))
    malfunction = CaseSummary.of(desk.register(factories.malfunction(), site="CRE"))
    due = date(2026, 6, 15)

    assert awaited.due_on == due
    assert [awaited.status_on(day) for day in (date(2026, 6, 14), due, date(2026, 6, 16))] == [
        DeadlineStatus.RUNNING,
        DeadlineStatus.DUE_TODAY,
        DeadlineStatus.OVERDUE,
    ]
    assert answered.status_on(due) is (
        DeadlineStatus.MET if answered.answered_on <= answered.due_on else DeadlineStatus.MET_LATE  # type: ignore[operator]
    )
    assert malfunction.status_on(due) is None


def test_a_summary_is_plain_data() -> None:
    summary = CaseSummary.of(factories.registered(factories.new_desk()))
    document = json.loads(json.dumps(summary.to_document(date(2026, 6, 16))))
    assert (document["state"], document["due_on"], document["status"]) == ("registered", "2026-06-15", "overdue")
    assert (document["requested_facts"], document["admissibility"]) == ([], "in_scope")
    assert "unclear_facts" not in document
    assert "status" not in summary.to_document()


@pytest.mark.parametrize(
    ("by", "after"),
    [
        ("due", "?"),
        ("due", "é"),
        ("due", token("due", False, "2026-06-15", "R-1", 1)),
        ("due", token("due", True, "2026-06-15", "R-1")),
        ("due", token("received", False, "2026-06-15", "R-1")),
        ("due", token("due", False, "tomorrow", "R-1")),
        ("due", token("due", False, 5, "R-1")),
        ("due", token("due", False, "2026-06-15", 5)),
        ("due", token("due", False, "2026-06-15", "R\0")),
        ("received", token("received", False, "2026-06-15T09:00:00", "R-1")),
        ("received", token("received", False, None, "R-1")),
        ("level", token("level", False, 100, "R-1")),
        ("level", token("level", False, True, "R-1")),
        ("level", token("level", False, "1", "R-1")),
        ("reference", token("reference", False, "\ud800", "R-1")),
    ],
)
def test_a_token_of_another_list_is_refused(by: str, after: str) -> None:
    with pytest.raises(FaultsError, match=r"^after: "):
        factories.new_desk().cases.summaries(order_by=by, after=after)


def test_an_unknown_order_and_facet_are_refused() -> None:
    with pytest.raises(FaultsError, match=r"^order_by: "):
        factories.new_desk().cases.summaries(order_by="age")
    with pytest.raises(FaultsError, match=r"^facet: "):
        factories.new_desk().cases.count_by("age")


def test_a_desk_limited_to_other_sites_lists_nothing(desk: Desk) -> None:
    factories.registered(desk)
    elsewhere = desk.scoped(site="STR")
    assert elsewhere.cases.summaries(CaseQuery(sites={"CRE"})).summaries == ()
    assert elsewhere.cases.count_by("site", CaseQuery(sites={"CRE"})) == {}


def test_groups_leave_out_an_unreadable_case_and_end_with_a_damaged_store() -> None:
    cases = _waiting(StoreDamagedError("memory", "the history", holder="R-2026-000001"))
    groups, damaged = cases.group(CaseQuery(), 2)
    assert ([group.cases for group in groups], damaged) == ([("R-2026-000002", "R-2026-000003")], ("R-2026-000001",))
    with pytest.raises(StoreDamagedError):
        _waiting(StoreDamagedError("memory", "the history")).group(CaseQuery(), 2)


def _waiting(damage: StoreDamagedError) -> CaseRepository:
    """Return a repository with a pending case over a store of two, the first of which cannot be read."""
    desk = factories.new_desk()
    _, committed, added = (factories.registered(desk, received_at=factories.at(day)) for day in (3, 1, 2))

    def page(_: object, query: CaseQuery, *__: object) -> tuple[list[Case], StoreDamagedError | None]:
        return ([], damage) if query.after is None else ([committed], None)

    cases = CaseRepository(concrete(CommittedQueries, page=page))
    cases.add(added)
    return cases
