"""A register of invented cases to show, saved whole."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reclamation_core import read_policy
from reclamation_core.adapters import InMemoryStore
from reclamation_core.adapters.document_stores import InMemoryDocumentStore
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery, Store
from reclamation_core.simulation import seed_register, shipped
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import ComplaintFacts, Sites
from tests.databases import memory_store

SITES = Sites.from_toml(shipped().sites)
UNTIL = datetime(2026, 11, 26, 18, tzinfo=ZoneInfo("Europe/Paris"))


def a_desk(store: Store, **options: Any) -> Desk:
    return Desk(store, sites=SITES, clock=FakeClock(UNTIL), **options)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: Any) -> Iterator[Store]:
    if request.param == "memory":
        yield InMemoryStore()
    else:
        with closing(memory_store()) as store:
            yield store


def test_a_register_is_filled_with_sound_cases_and_plans(store: Store) -> None:
    more: dict[str, Any] = {"policy": read_policy(shipped().edition), "documents": InMemoryDocumentStore()}
    count = seed_register(store, SITES, UNTIL, number=40, **more)
    desk = a_desk(store, **more)
    assert desk.cases.count() == count
    assert 20 <= count <= 40
    assert list(desk.verify()) == []
    assert desk.examine() == ()
    assert len(desk.cases.count_by("state")) > 2
    assert any(desk.pgaac(site).actions for site in SITES)
    cases = desk.cases.find(CaseQuery(limit=count)).cases
    assert {name for case in cases for name in case.facts.own} == {"funder", "subcontracted"}
    shown, *others = [case for case in cases if case.documents]
    assert all(case.qualification for case in (shown, *others))
    with desk.open_document(shown.reference, shown.documents[0].key).content as content:
        assert content.read() == shipped().agreement.read_bytes()
    names = {type(one.data).__name__ for case in cases for one in case.events}
    assert {"ComplainantCorrected", "NoteAdded", "Assigned"} <= names
    assert {item.event.case for item in desk.feed(limit=10_000)} >= {one.reference for one in desk.cases.find().cases}


def test_the_next_case_has_the_next_reference() -> None:
    store = InMemoryStore()
    count = seed_register(store, SITES, UNTIL, number=20)
    case = a_desk(store).register(ComplaintFacts(received_at=UNTIL), site=next(iter(SITES)))
    assert case.reference == f"R-2026-{count + 1:06}"


def test_a_store_with_cases_is_refused() -> None:
    store = InMemoryStore()
    a_desk(store).register(ComplaintFacts(received_at=UNTIL), site=next(iter(SITES)))
    with pytest.raises(ValueError, match="it has 1 cases already"):
        seed_register(store, SITES, UNTIL)
