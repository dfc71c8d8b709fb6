"""Cases are found by the facts of their edition, alike in memory and in SQLite, whatever was corrected or erased."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from reclamation_core import Desk
from reclamation_core.adapters import InMemoryStore, rebuild_projections
from reclamation_core.adapters.sqlalchemy import mapper
from reclamation_core.cases import Case
from reclamation_core.desk import Registration
from reclamation_core.missing import Missing
from reclamation_core.ports import CaseQuery
from reclamation_core.testing.builders import a_complaint
from reclamation_core.testing.strategies import complaint_facts, malfunction_facts
from tests.databases import memory_store
from tests.inside import engine_of, store_of
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.policy.own_facts import own_policy

POLICY = own_policy()
FACTS = complaint_facts(policy=POLICY) | malfunction_facts(policy=POLICY)
ERASABLE = {"session", "born"}
CHANGES = st.fixed_dictionaries({}, optional={"subcontracted": st.none() | st.booleans()})
ENDS: dict[str, Any] = {"hours": (2, Decimal("7.5")), "group_size": (None, 12), "started": (date(2026, 1, 1), None)}


def values_of(facts: Any) -> dict[str, Any]:
    """The values of facts that cases are found by."""
    return {k: v for k, v in facts.own.items() if k not in ERASABLE and not isinstance(v, Missing)}


def is_same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def is_between(value: Any, first: Any, last: Any) -> bool:
    return value is not None and (first is None or first <= value) and (last is None or value <= last)


@given(st.lists(FACTS, min_size=1, max_size=4), st.integers(0, 3), CHANGES, st.booleans())
def test_cases_are_found_by_values(drawn: list[Any], number: int, change: dict[str, Any], is_erased: bool) -> None:
    memory, database = InMemoryStore(), memory_store()
    desks = [Desk(store, policy=POLICY, clock_limit=None) for store in (memory, database)]
    known = {}
    for desk in desks:
        results = desk.register_many([Registration(facts=facts, site="CRE") for facts in drawn])
        known = {one.case.reference: values_of(facts) for one, facts in zip(results, drawn, strict=True) if one.case}
        assert len(known) == len(drawn)
    corrected = sorted(known)[number % len(known)]
    for desk in desks if change else ():
        desk.correct(corrected, reason="erreur", own=change)
    known[corrected] = {k: v for k, v in (known[corrected] | change).items() if v is not None}
    if is_erased:
        run(database, "UPDATE reclamation_cases SET state_version = 1")
        run(database, "DELETE FROM reclamation_case_facts")
        rebuild_projections(engine_of(database))

    asked = [values for values in known.values() if values] + [{"subcontracted": True}, {"hours": 7}, {"other": "x"}]
    for own in asked:
        wanted = [
            case for case, values in sorted(known.items()) if all(is_same(values.get(k), v) for k, v in own.items())
        ]
        for desk in desks:
            assert [case.reference for case in desk.cases.find(CaseQuery(own=own)).cases] == wanted
            assert desk.cases.count(CaseQuery(own=own)) == len(wanted)
    for name, ends in ENDS.items():
        limits: dict[str, Any] = {
            f"own_{end}": {name: one} for end, one in zip(("from", "until"), ends, strict=True) if one
        }
        wanted = [case for case, values in sorted(known.items()) if is_between(values.get(name), *ends)]
        for desk in desks:
            assert [case.reference for case in desk.cases.find(CaseQuery(**limits)).cases] == wanted
            assert desk.cases.count(CaseQuery(**limits)) == len(wanted)
    for desk in desks:
        assert desk.own_facts(stored=True) == POLICY.facts_by_name
        assert set(Desk(store_of(desk)).own_facts(stored=True)) == {
            name for values in known.values() for name in values
        }
    assert list(desks[1].examine()) == []
    stored = rows(database, "SELECT case_reference, name FROM reclamation_case_facts")
    assert sorted(stored) == sorted((case, name) for case, values in known.items() for name in values)
    database.close()


def test_a_save_without_own_facts_computes_and_writes_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    computed, statements = list[Case](), list[str]()

    def counted(case: Case) -> list[dict[str, Any]]:
        computed.append(case)
        return own_rows(case)

    own_rows = mapper.own_rows
    monkeypatch.setattr(mapper, "own_rows", counted)
    store = memory_store()
    desk = Desk(store, policy=own_policy())
    event.listen(engine_of(store), "before_cursor_execute", lambda *call: statements.append(call[2]))
    case = desk.register(a_complaint(), site="CRE", source="1")
    desk.complete_facts(case.reference, theme="training")

    assert any("INSERT INTO reclamation_cases" in one for one in statements)
    assert computed == []
    assert [one for one in statements if "case_facts" in one] == []
    desk.complete_facts(case.reference, own={"hours": 3})
    assert {one.reference for one in computed} == {case.reference}
    store.close()
