"""What is damaged in a database is named by its case and its place; everything else stays readable."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.store import SqlAlchemyState
from reclamation_core.cases import LinkKind
from reclamation_core.desk import Desk, Registration
from reclamation_core.ports import CaseNotFoundError, CaseQuery, StoreDamagedError
from reclamation_core.testing.contracts.samples import a_case, desk_on, insert, save, with_support
from tests.databases import memory_store
from tests.properties.cases.documents.spoiling import places, put, written
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.adapters.sqlalchemy.conftest import store as store  # noqa: PLC0414  a fixture
from tests.unit.desk import factories
from tests.unit.desk.factories import at

DAMAGED = "R-2026-000002"


def three_cases(store: SqlAlchemyStore) -> Desk:
    """Three cases that each hold a text; the second has two events, the second of which is the fourth of the feed."""
    case = a_case(2, complainant="Mme Durand")
    insert(store, a_case(1, complainant="Mme Durand"), case, a_case(3, complainant="Mme Durand"))
    save(store, with_support(case), 1)
    store.sequences.next("R-2026", 3)
    store.feed.read()
    return desk_on(store)


def spoil(store: SqlAlchemyStore, table: str = "cases", change: Callable[[Any], Any] = lambda _: "") -> None:
    """Change the state of the second case, or the first document of its history."""
    which = {"cases": f"reference = '{DAMAGED}'", "case_events": f"case_reference = '{DAMAGED}' AND number = 1"}[table]
    ((document,),) = rows(store, f"SELECT document FROM reclamation_{table} WHERE {which}")
    changed = change(json.loads(document))
    written_so = changed if isinstance(changed, str) else json.dumps(changed)
    run(store, f"UPDATE reclamation_{table} SET document = :document WHERE {which}", document=written_so)


def _key(document: Any, old: str, new: str) -> Any:
    """The document in which one bit of a key is another."""
    return {new if key == old else key: value for key, value in document.items()}


SPOILT: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "a bit of a key": ("case_events", lambda document: _key(document, "role", "rola"), r"event 1: .*\$\.rol"),
    "a bit of an instant": ("case_events",
        lambda document: document | {"occurred_at": document["occurred_at"].replace("-", "m", 1)},
        r"event 1: \$\.occurred_at$"),
    "no JSON": ("case_events", lambda document: json.dumps(document)[:-1], "event 1: no document"),
    "two documents": ("case_events", lambda document: f"{json.dumps(document)} {{}}", "event 1: no document"),
    "a type that nobody knows": ("case_events", lambda document: put(document, ("data", "type"), "dreamt"),
        r"event 1: \$\.data\.type$"),
    "a newer version": ("case_events", lambda document: put(document, ("data", "version"), 9),
        r"event 1: \$\.data\.version$"),
    "a state that is none": ("cases", lambda state: state | {"state": "registerad"}, r"state: \$\.state$"),
    "a state without a field": ("cases", lambda state: _key(state, "site", "sitf"), r"state: .*\$\.sit"),
    "a state of another case": ("cases", lambda state: state | {"reference": "S-2026-000002"},
        r"state: \$\.reference$"),
    "a state that is no JSON": ("cases", lambda _: "{", "state: no document"),
}  # fmt: skip


def broken(*_: object) -> Any:
    """Fail as a database that is damaged as a whole does."""
    raise StoreDamagedError("x", "SQLITE_CORRUPT")


def in_french(error: StoreDamagedError) -> str:
    """What is damaged, in French; no word of English is left in it."""
    told = error.why.fr
    assert told in error.in_("fr")
    words = re.sub(r"\$\.\S+", "", told)  # a path is the same in both
    assert re.search(r"\b(a|case|event|its|link|no|of|state|history|the|text)\b", words) is None
    return told


@pytest.mark.parametrize(("table", "change", "named"), SPOILT.values(), ids=SPOILT)
def test_a_damaged_document_is_named_by_case_and_place_and_the_others_are_read(
    store: SqlAlchemyStore, table: str, change: Callable[[Any], Any], named: str
) -> None:
    desk = three_cases(store)
    spoil(store, table, change)
    with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}': ") as refused:
        desk.cases.get(DAMAGED)
    assert re.search(named, refused.value.reason)
    assert in_french(refused.value).startswith(f"dossier '{DAMAGED}' : ")
    assert refused.value.holder == DAMAGED
    assert "Durand" not in str(refused.value)
    for reference in ("R-2026-000001", "R-2026-000003"):
        assert desk.cases.get(reference) == a_case_as_stored(store, reference)
    assert desk.cases.count() == 3


def test_an_event_of_another_case_is_reported_where_the_history_is_replayed(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    spoil(store, "case_events", lambda document: document | {"case": "R-2026-000003"})
    run(store, "UPDATE reclamation_cases SET state_version = 0")
    with pytest.raises(StoreDamagedError, match=rf"case '{DAMAGED}': the history\)$") as refused:
        desk.cases.get(DAMAGED)
    assert in_french(refused.value) == f"dossier '{DAMAGED}' : l'historique"
    assert desk.cases.get("R-2026-000003").version == 1


def a_case_as_stored(store: SqlAlchemyStore, reference: str) -> Any:
    ((version,),) = rows(store, "SELECT version FROM reclamation_cases WHERE reference = :r", r=reference)
    with store.unit_of_work() as unit:
        case = unit.cases.get(reference)
    assert (case.reference, case.version) == (reference, version)
    return case


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_a_page_ends_before_a_damaged_case_which_is_told_to_who_asks_on(store: SqlAlchemyStore, limit: int) -> None:
    desk = three_cases(store)
    spoil(store)
    first = desk.cases.find(CaseQuery(limit=limit))
    assert [case.reference[-1] for case in first.cases] == ["1"]
    with pytest.raises(StoreDamagedError) as refused:
        desk.cases.find(CaseQuery(limit=limit, after=first.next))
    rest = desk.cases.find(CaseQuery(limit=limit, after=refused.value.holder))
    assert [case.reference[-1] for case in rest.cases] == ["3"]
    assert rest.next is None


def test_a_page_with_a_damaged_case_has_what_this_unit_wrote_before_it(store: SqlAlchemyStore) -> None:
    three_cases(store)
    spoil(store)
    with store.unit_of_work() as unit:
        unit.cases.add(attrs.evolve(a_case(1), reference="R-2026-0000019"))
        unit.cases.add(attrs.evolve(a_case(1), reference="R-2026-0000029"))
        assert [case.reference for case in unit.cases.find(CaseQuery()).cases] == ["R-2026-000001", "R-2026-0000019"]
        rest = unit.cases.find(CaseQuery(after=DAMAGED))
        assert [case.reference for case in rest.cases] == ["R-2026-0000029", "R-2026-000003"]


def test_a_feed_ends_before_a_damaged_event_of_its_scope_told_to_who_asks_on(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    spoil(store, "case_events")
    assert [item.position for item in desk.feed()] == [1]
    with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}', event 1: no document") as refused:
        desk.feed(1)
    assert (refused.value.holder, refused.value.position) == (DAMAGED, 2)
    assert in_french(refused.value) == f"dossier '{DAMAGED}', événement 1 : document illisible"
    assert [item.position for item in desk.feed(2)] == [3, 4]
    here = desk.scoped(site="CRE")
    assert [item.position for item in here.feed()] == [1]
    with pytest.raises(StoreDamagedError) as refused:
        here.feed(1)
    assert refused.value.position == 2
    assert [item.position for item in here.feed(2)] == [3, 4]
    assert desk.scoped(site="STD").feed() == ()


def test_a_sweep_raises_the_alerts_of_the_others_then_tells_what_is_damaged(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    spoil(store)
    with pytest.raises(StoreDamagedError, match=DAMAGED):
        desk.sweep(at(1, month=7))
    for reference in ("R-2026-000001", "R-2026-000003"):
        assert desk.cases.get(reference).alerts


def test_a_damaged_plan_keeps_a_sweep_from_no_case(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    case = desk.plan(factories.analysed(desk).reference, factories.sheet())
    run(store, "UPDATE reclamation_plan_events SET document = replace(document, '{', '')")
    with pytest.raises(StoreDamagedError, match="plan 'site:CRE': event 1: no document") as refused:
        desk.sweep(at(1, month=7))
    assert refused.value.holder == "site:CRE"
    assert in_french(refused.value) == "plan 'site:CRE' : événement 1 : document illisible"
    assert desk.cases.get(case.reference).alerts


@pytest.mark.parametrize("damaged", [{"2"}, {"1", "4"}, {"1", "2", "3", "4"}])
@pytest.mark.parametrize("at_once", [1, 3, 500])
def test_of_many_registered_those_of_damaged_cases_are_refused_and_the_others_kept(
    store: SqlAlchemyStore, at_once: int, damaged: set[str]
) -> None:
    desk = desk_on(store)
    asked = [Registration(facts=factories.facts(), site="CRE", source=number) for number in "123456"]
    assert all(entered.is_new for entered in desk.register_many(asked[:4]))
    for number in damaged:
        run(store, "UPDATE reclamation_cases SET document = '{' WHERE source = :source", source=number)

    entered = list(desk.register_many(asked, batch_size=at_once))

    refusals = {one.source: came.refusal for one, came in zip(asked, entered) if came.case is None}
    assert refusals.keys() == damaged
    for source, refusal in refusals.items():
        assert isinstance(refusal, StoreDamagedError)
        assert refusal.holder == f"R-2026-00000{source}"
    known = {one.source for one, came in zip(asked, entered) if came.case is not None and not came.is_new}
    assert known == {"1", "2", "3", "4"} - damaged
    assert [came.is_new for came in entered[4:]] == [True, True]


def test_many_are_not_registered_in_a_database_that_is_damaged_as_a_whole(
    store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = three_cases(store)
    monkeypatch.setattr(SqlAlchemyState, "cases_of_sources", broken)
    with pytest.raises(StoreDamagedError, match="SQLITE_CORRUPT"):
        list(desk.register_many([Registration(facts=factories.facts(), site="CRE", source="1")]))
    assert desk.cases.count() == 3


ON_A_CASE: dict[str, Callable[[Desk, str], object]] = {
    "get": lambda desk, case: desk.cases.get(case),
    "acknowledge": lambda desk, case: desk.acknowledge(case),
    "plan": lambda desk, case: desk.plan(case, factories.sheet()),
    "link": lambda desk, case: desk.link("R-2026-000001", kind=LinkKind.SAME_CAUSE_AS, to=case),
}


def of_two_sites(store: SqlAlchemyStore) -> Desk:
    """A case of Créteil that can be read, and twelve that cannot: of Strasbourg, and of both, in turn."""
    desk = desk_on(store)
    factories.registered(desk)
    for number in range(12):
        serving = ("CRE",) if number % 2 else ()
        factories.registered(desk, "STR", service_sites=serving, source=f"mail-{number}")
    run(store, "UPDATE reclamation_cases SET document = '{' WHERE site = 'STR'")
    return desk


FOREIGN = [f"R-2026-{number:06}" for number in (2, 4, 12)]
SHARED = [f"R-2026-{number:06}" for number in (3, 5, 13)]


@pytest.mark.parametrize("ask", ON_A_CASE.values(), ids=ON_A_CASE)
def test_a_foreign_case_that_is_damaged_is_indistinguishable_from_a_missing_one(
    store: SqlAlchemyStore, ask: Callable[[Desk, str], object]
) -> None:
    desk = of_two_sites(store)
    here = desk.scoped(site="CRE")
    for reference in FOREIGN:
        with pytest.raises(CaseNotFoundError, match=reference) as refused:
            ask(here, reference)
        assert (refused.value.__context__, refused.value.__cause__) == (None, None)
    for reference in SHARED:
        with pytest.raises(StoreDamagedError, match=reference):
            ask(here, reference)
    for reference in (*FOREIGN, *SHARED):
        with pytest.raises(StoreDamagedError, match=reference):
            desk.cases.get(reference)


def test_the_message_of_a_damaged_foreign_case_is_an_unknown_one(store: SqlAlchemyStore) -> None:
    here = of_two_sites(store).scoped(site="CRE")
    opened = factories.registered(here, source="mail-0")
    with pytest.raises(StoreDamagedError, match="R-2026-000003"):
        factories.registered(here, source="mail-1")
    asked = [Registration(facts=factories.facts(), site="CRE", source=f"mail-{number}") for number in (0, 1, 99)]
    first, second, third = here.register_many(asked)
    assert (opened.site, first.case, first.is_new) == ("CRE", opened, False)
    assert isinstance(second.refusal, StoreDamagedError)
    assert third.is_new


def test_a_database_that_is_damaged_as_a_whole_is_told_whatever_the_scope(
    store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = of_two_sites(store).scoped(site="CRE")
    monkeypatch.setattr(SqlAlchemyState, "case", broken)
    with pytest.raises(StoreDamagedError, match="SQLITE_CORRUPT"):
        here.cases.get(SHARED[0])
    monkeypatch.setattr(SqlAlchemyState, "has_site", broken)
    with pytest.raises(StoreDamagedError, match="SQLITE_CORRUPT"):
        here.cases.get(FOREIGN[0])


def test_all_that_is_damaged_is_told_with_the_first(store: SqlAlchemyStore) -> None:
    desk = three_cases(store)
    run(store, "UPDATE reclamation_cases SET document = '{' WHERE reference <> 'R-2026-000001'")
    with pytest.raises(StoreDamagedError, match=DAMAGED) as refused:
        desk.sweep(at(1, month=7))
    (note,) = refused.value.__notes__
    assert "case 'R-2026-000003': state: no document" in note


def test_a_case_damaged_during_a_sweep_is_reported(store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = three_cases(store)
    cases_of = SqlAlchemyState.cases_of

    def and_then_damaged(*asked: Any) -> Any:
        found = cases_of(*asked)
        spoil(store)
        return found

    monkeypatch.setattr(SqlAlchemyState, "cases_of", and_then_damaged)
    with pytest.raises(StoreDamagedError, match=f"case '{DAMAGED}'"):
        desk.sweep(at(1, month=7))
    assert desk.cases.get("R-2026-000003").alerts


def test_retention_forgets_the_others_then_tells_what_is_damaged(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    cases = [factories.closed(desk, complainant="Mme Durand") for _ in range(3)]
    spoil(store)
    with pytest.raises(StoreDamagedError, match=DAMAGED):
        factories.in_year(desk, 2030).forget_expired()
    for case in (cases[0], cases[2]):
        assert desk.cases.get(case.reference).anonymised_at is not None
    with pytest.raises(StoreDamagedError, match=DAMAGED):
        desk.personal_data_of("Durand")


@pytest.mark.parametrize("reading", ["due_references", "cases_of", "postpone"])
def test_a_database_that_is_damaged_as_a_whole_is_told_at_once(
    store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch, reading: str
) -> None:
    desk = three_cases(store)
    monkeypatch.setattr(SqlAlchemyState, reading, broken)
    with pytest.raises(StoreDamagedError, match="SQLITE_CORRUPT"):
        desk.sweep(at(1, month=7))


@given(st.data())
def test_whatever_is_put_in_the_place_of_a_value_is_named_or_read(data: st.DataObject) -> None:
    store, document = in_memory()
    path = data.draw(st.sampled_from([path for path, _ in places(document) if path]))
    junk: Any = data.draw(st.sampled_from([None, 7, -1, "", "x", [], {}, True, 1e300, "\x00", "é" * 200]))
    spoil(store, "case_events", lambda _: put(document, path, junk))
    desk = desk_on(store)
    named = _named(desk)
    near = (written(path), written(path[:-1]))
    assert all(written(path).startswith(part) or part.startswith(near) for part in named)
    assert [case.reference for case in desk.cases.find(CaseQuery(after=DAMAGED)).cases] == ["R-2026-000003"]


@cache
def in_memory() -> tuple[SqlAlchemyStore, Any]:
    store = memory_store()
    three_cases(store)
    stream = f"SELECT document FROM reclamation_case_events WHERE case_reference = '{DAMAGED}' AND number = 1"
    return store, json.loads(rows(store, stream)[0][0])


def _named(desk: Desk) -> list[str]:
    """The places that are named as damaged; none where the case is read, or its history is no history."""
    try:
        desk.cases.get(DAMAGED)
    except StoreDamagedError as error:
        head, _, parts = error.reason.rpartition("event 1: ")
        return parts.split(", ") if head else []
    return []
