"""Contracts are run on a store without a file of tests, and what comes of each promise is told."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.testing.contracts import (
    Capability,
    ClockContract,
    JournalContract,
    OpenStore,
    Outcome,
    PortContract,
    SequenceGeneratorContract,
    StoreContract,
    conformance,
    promise,
)

NEVER_AGAIN = "a_number_that_its_taker_does_not_use_is_never_given_again"
AT_ONCE = "threads_that_ask_at_once_get_each_number_once"


class Counted(SequenceGeneratorContract):
    lacks: ClassVar = {Capability.THREADS: "it is for one thread"}

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return InMemoryStore


class Told(JournalContract):
    @pytest.fixture
    def open_store(self) -> OpenStore:
        return InMemoryStore


class Unopened(SequenceGeneratorContract):
    @pytest.fixture
    def open_store(self) -> OpenStore:
        raise OSError("no such server")


class Stopped(ClockContract):
    @pytest.fixture
    def clock(self) -> Any:
        return InMemoryStore()


def test_a_promise_is_kept_or_lacking_with_the_reason() -> None:
    report = conformance(Counted)

    outcomes = {result.promise.name: (result.outcome, result.reason) for result in report.results}
    assert outcomes.pop(AT_ONCE) == (Outcome.LACKING, "lacks threads: it is for one thread")
    assert set(outcomes.values()) == {(Outcome.KEPT, None)}
    assert report.stores == ("Counted",)


def test_what_a_test_cannot_do_behind_the_store_s_back_is_lacking() -> None:
    report = conformance(Told)

    assert [(result.promise.name, result.reason) for result in report.with_outcome(Outcome.LACKING)] == [
        ("what_was_tampered_with_comes_as_it_is", "lacks tampering: Told does not override rewrite_event"),
        (
            "a_plan_that_was_tampered_with_shows_as_a_case_does",
            "lacks tampering: Told does not override rewrite_plan_event",
        ),
        (
            "of_a_case_that_is_no_more_the_events_stay_and_the_version_is_0",
            "lacks tampering: Told does not override delete_case",
        ),
    ]
    assert report.with_outcome(Outcome.BROKEN) == ()


def test_a_store_that_cannot_be_opened_breaks_every_promise() -> None:
    report = conformance(Unopened)

    assert {result.outcome for result in report.results} == {Outcome.BROKEN}
    assert all("no such server" in str(result.reason) for result in report.results)


def test_what_is_no_clock_breaks_the_promises_of_a_clock() -> None:
    assert [result.outcome for result in conformance(Stopped).results] == [Outcome.BROKEN, Outcome.BROKEN]


def test_some_promises_of_several_contracts_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--an-option-that-nobody-knows")

    report = conformance(Counted, Unopened, promises=[NEVER_AGAIN])

    assert [(result.store, result.outcome) for result in report.results] == [
        ("Counted", Outcome.KEPT),
        ("Unopened", Outcome.BROKEN),
    ]
    assert os.environ["PYTEST_ADDOPTS"] == "--an-option-that-nobody-knows"


def test_no_contract_and_a_promise_that_none_makes_are_refused() -> None:
    with pytest.raises(ValueError, match="contracts: none is given; give a subclass of StoreContract"):
        conformance()
    with pytest.raises(ValueError, match="promises: 'flies' is none of these contracts'; see promises_of"):
        conformance(Counted, promises=["flies", NEVER_AGAIN])


class Ready(SequenceGeneratorContract):
    @pytest.fixture
    def open_store(self) -> Any:
        return InMemoryStore()


class Empty(SequenceGeneratorContract):
    @pytest.fixture
    def open_store(self) -> Any:
        return lambda: None


def test_a_fixture_that_gives_no_way_to_open_a_store_is_told_with_the_remedy() -> None:
    report = conformance(Ready, Empty, promises=[NEVER_AGAIN])

    ready, empty = (str(result.reason) for result in report.with_outcome(Outcome.BROKEN))
    assert "TypeError: open_store: the fixture gives what opens a store, not a InMemoryStore itself" in ready
    assert "let it return InMemoryStore" in ready
    assert "TypeError: open_store: a Store is expected of what the fixture gives, got None" in empty


def test_what_is_no_class_of_contracts_is_refused() -> None:
    for strange in (int, "Counted"):
        with pytest.raises(TypeError, match="contracts: a subclass of StoreContract or of a port's is expected, got"):
            conformance(strange)  # type: ignore[arg-type]


def test_a_contract_that_cannot_be_collected_is_told() -> None:
    class Closed(PortContract):
        port = "Store"

        @promise("ne se fait pas")
        @pytest.mark.parametrize("a", "b", "c", "d")  # type: ignore[call-arg]
        def test_nothing(self) -> None: ...

    with pytest.raises(RuntimeError, match="run them from a file of tests to see why"):
        conformance(Closed)


def test_what_lacks_is_named_and_says_why() -> None:
    with pytest.raises(TypeError, match=r"Named.lacks: 'threads' is no capability; name one of Capability.THREADS"):
        type("Named", (StoreContract,), {"lacks": {"threads": "no"}})
    with pytest.raises(ValueError, match=r"Silent.lacks: threads: say why, got ' '"):
        type("Silent", (StoreContract,), {"lacks": {Capability.THREADS: " "}})
