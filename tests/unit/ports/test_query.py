"""Criteria are validated: one that would silently find nothing is refused."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest

from reclamation_core.cases import CaseKind, CaseState
from reclamation_core.errors import FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import Level
from reclamation_core.vocabulary.own_facts import OwnText
from tests.unit.desk.factories import at


@pytest.mark.parametrize(
    ("criteria", "error", "message"),
    [
        ({"kind": "plainte"}, ValueError, "kind: 'plainte'; one of these codes is expected: complaint, malfunction"),
        ({"states": CaseState.CLOSED}, TypeError, "got <CaseState.CLOSED: 'closed'> alone"),
        ({"states": {"clos"}}, ValueError, "states: 'clos'; one of these codes is expected: registered, "),
        ({"levels": {CaseState.CLOSED}}, TypeError, "levels: a member of Level is expected"),
        ({"sites": "CRE"}, TypeError, "sites: a list is expected, got a str alone; write "),
        ({"sites": {3}}, TypeError, "sites: a text is expected, got 3"),
        ({"due_until": at(1)}, TypeError, r"due_until: a date is expected, .* give its date\(\)"),
        ({"received_until": at(1)}, TypeError, "received_until"),
        *(
            ({f"{name}_from": date(2026, 6, 2), f"{name}_until": date(2026, 6, 1)}, FaultsError, f"{name}_until: .*02")
            for name in ("due", "received")
        ),
        ({"own_from": {"hours": 3}, "own_until": {"hours": 2.5}}, FaultsError, r"own_until\.hours: .*in their order"),
        ({"text": " \u0301"}, ValueError, "at least one letter"),
        ({"limit": 1.0}, ValueError, "limit: 1.0"),
    ],
)
def test_a_criterion_that_is_none_is_refused(criteria: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        CaseQuery(**criteria)


def test_collections_of_any_sort_are_taken() -> None:
    query = CaseQuery(kind=CaseKind.COMPLAINT, states=[CaseState.CLOSED], levels=(Level.LOCAL,), sites=iter(["CRE"]))
    assert query.states == frozenset({CaseState.CLOSED})
    assert query.levels == frozenset({Level.LOCAL})
    assert query.sites == frozenset({"CRE"})
    assert CaseQuery().limit == 50


@pytest.mark.parametrize(
    ("own", "path"),
    [
        ("subcontracted", "own"),
        ({"Sub": True}, "own.Sub"),
        ({"session": "deux mots"}, "own.session"),
        ({"hours": float("inf")}, "own.hours"),
        ({"born": OwnText("1990-02-01", personal=True)}, "own.born"),
        ({"funder": UNKNOWN}, "own.funder"),
        ({"size": 10**2000}, "own.size"),
    ],
)
def test_own_facts_that_no_case_is_found_by_are_refused_without_their_value(own: Any, path: str) -> None:
    with pytest.raises(FaultsError) as caught:
        CaseQuery(own=own)
    ((found, value),) = [(fault.path, str(fault.value)) for fault in caught.value.faults]
    assert found == path
    assert "mots" not in value


def test_equal_numbers_are_one_criterion() -> None:
    assert CaseQuery(own={"hours": 7.50}) == CaseQuery(own={"hours": Decimal("7.5")})
    assert CaseQuery(own={"hours": None}) == CaseQuery()
    wrong: Any
    for wrong in (True, "opco", Decimal("1e400"), float("nan"), OwnText("x")):
        for name in ("own_from", "own_until"):
            with pytest.raises(FaultsError, match=rf"{name}\.hours"):
                CaseQuery(**cast("Any", {name: {"hours": wrong}}))
    with pytest.raises(FaultsError, match=r"own_until\.hours: .*of the same type at both ends"):
        CaseQuery(own_from={"hours": 3}, own_until={"hours": date(2026, 5, 4)})
