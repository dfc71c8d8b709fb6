"""What a store has that overrides nothing: jobs examine every case, streams are found by reading them all."""

import importlib
import inspect
import pkgutil
import re
from datetime import UTC, date, datetime
from types import FunctionType
from typing import Any

import attrs
import pytest

import reclamation_core
from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import Case
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseJob, Journal, Store, StoreDamagedError
from reclamation_core.ports.repositories import CaseRepository, CommittedQueries
from reclamation_core.ports.store import EventFeed, JobState, ParkedEvent
from reclamation_core.vocabulary import Role
from tests.databases import memory_store
from tests.unit.desk import factories


def a_desk(store: InMemoryStore) -> Desk:
    clock = factories.FakeClock(factories.at(20))
    return Desk(store, sites=factories.SITES, clock=clock).acting("Mme Roux", Role.RQR)


def test_a_store_that_does_not_know_what_is_due_has_every_case_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    desks = [a_desk(InMemoryStore()) for _ in range(2)]
    for desk in desks:
        factories.qualified(desk)
    expected = [(one.reference, one.alert.threshold) for one in desks[0].sweep()]
    monkeypatch.setattr(InMemoryStore, "due_references", CommittedQueries.due_references)
    assert expected
    assert [(one.reference, one.alert.threshold) for one in desks[1].sweep()] == expected


def test_streams_are_found_by_reading_them_all() -> None:
    store = InMemoryStore()
    desk = a_desk(store)
    case = factories.analysed(desk)
    desk.plan(case.reference, factories.sheet("A-1"))
    assert Journal.stream_of(store.journal, case.reference) == store.journal.stream_of(case.reference)
    assert Journal.stream_of(store.journal, "R-2026-999999") is None
    assert Journal.plan_stream_of(store.journal, "site:CRE") == store.journal.plan_stream_of("site:CRE")
    assert Journal.plan_stream_of(store.journal, "nation") is None


def test_missing_and_corrupt_cases_are_left_out_of_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    store = InMemoryStore()
    case = factories.registered(a_desk(store))
    damage = StoreDamagedError("x", "state: no document", holder="R-2026-000002")
    with store.unit_of_work() as unit:
        found = unit.cases.get

        def get(reference: str) -> Case:
            if reference == damage.holder:
                raise damage
            return found(reference)

        monkeypatch.setattr(unit.cases, "get", get)
        references = [case.reference, "R-2026-000002", "R-2026-000003"]
        assert CaseRepository.load(unit.cases, references) == ([case], [damage])


def test_the_state_of_a_job_is_read_back_from_its_document() -> None:
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    for state in (
        JobState(),
        JobState(
            version=2, holder="run", until=at, position=7, parked=(ParkedEvent(position=5, holder="R-2026-000001"),)
        ),
    ):
        assert JobState.from_document(state.to_document()) == state


def test_postponing_nothing_changes_nothing() -> None:
    store = memory_store()
    with store.unit_of_work() as unit:
        unit.cases.postpone(CaseJob.SWEEP, {})
        assert unit.cases.due_references(CaseJob.SWEEP, date(2026, 6, 1), frozenset()) == []
    store.close()


def test_the_latest_recording_is_found_by_reading_the_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = InMemoryStore()
    assert EventFeed.last_recorded_at(store.feed) is None
    factories.registered(a_desk(store))
    assert EventFeed.last_recorded_at(store.feed) == factories.at(20)

    def damaged(*_: object) -> None:
        raise StoreDamagedError("R-2026-000001", "stored under another key")

    monkeypatch.setattr(type(store.feed), "follow", damaged)
    assert EventFeed.last_recorded_at(store.feed) is None


def test_a_store_without_snapshots_is_read_as_it_is() -> None:
    store = InMemoryStore()
    with Store.snapshot(store) as read:
        assert read is store


def test_a_store_that_runs_in_no_thread_runs_as_it_does_otherwise() -> None:
    calls: list[object] = []

    class OnLoop(InMemoryStore):
        async def run_async(self, call: Any) -> Any:
            calls.append(call)
            return call()

    def answer() -> int:
        return 3

    running = Store.run_in_thread(OnLoop(), answer)
    with pytest.raises(StopIteration) as ended:
        running.send(None)
    assert (ended.value.value, calls) == (3, [answer])


def test_an_overriding_method_has_the_defaults_of_what_it_overrides() -> None:
    names = [one.name for one in pkgutil.walk_packages(reclamation_core.__path__, "reclamation_core.")]
    modules = [importlib.import_module(one) for one in names if not re.search("django|migrations|__main__", one)]
    compared = 0
    classes = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    for cls in (one for one in classes if one.__module__.startswith("reclamation_core")):
        for name, method in vars(cls).items():
            for base in (base for base in cls.__mro__[1:] if isinstance(vars(base).get(name), FunctionType)):
                if name == "__init__" or not isinstance(method, FunctionType):
                    continue
                own, inherited = (inspect.signature(one).parameters for one in (method, vars(base)[name]))
                for one in own.keys() & inherited.keys():
                    assert own[one].default == inherited[one].default, (cls, name, one)
                    compared += own[one].default is not inspect.Parameter.empty
    assert compared > 80


def test_a_period_has_nothing_of_what_is_not_asked_for() -> None:
    numbers = {name: value for name, value in attrs.asdict(CasePeriod()).items() if type(value) is int}
    assert numbers == {"cycle": 0, "supports": 0, "questions": 0, "transfers": 0, "count": 1}
