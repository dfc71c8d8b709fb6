"""Contracts run on a store without a test file, and the result of each rule."""

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
    SequenceGeneratorContract,
    StoreContract,
    run_contracts,
)
from reclamation_core.testing.contracts.base import PortContract, rule

NEVER_AGAIN = "a_number_that_its_taker_does_not_use_is_never_given_again"
AT_ONCE = "threads_that_ask_at_once_get_each_number_once"


class Counted(SequenceGeneratorContract):
    unsupported: ClassVar = {Capability.THREADS: "it is for one thread"}

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return InMemoryStore


class Untampered(JournalContract):
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


def test_a_rule_is_satisfied_or_unsupported_with_the_reason() -> None:
    report = run_contracts(Counted)
    outcomes = {result.rule.name: (result.outcome, result.reason) for result in report.results}
    assert outcomes.pop(AT_ONCE) == (Outcome.UNSUPPORTED, "unsupported threads: it is for one thread")
    assert set(outcomes.values()) == {(Outcome.SATISFIED, None)}
    assert report.stores == ("Counted",)


def test_rules_that_need_tampering_are_unsupported_without_the_methods() -> None:
    report = run_contracts(Untampered)

    assert [(result.rule.name, result.reason) for result in report.with_outcome(Outcome.UNSUPPORTED)] == [
        (
            "tampered_events_are_returned_as_they_are",
            "unsupported tampering: Untampered does not override rewrite_event",
        ),
        (
            "a_plan_that_was_tampered_with_shows_as_a_case_does",
            "unsupported tampering: Untampered does not override rewrite_plan_event",
        ),
        (
            "a_deleted_case_leaves_its_events_with_version_0",
            "unsupported tampering: Untampered does not override delete_case",
        ),
    ]
    assert report.with_outcome(Outcome.BROKEN) == ()


def test_a_store_that_cannot_be_opened_and_a_false_clock_break_every_rule() -> None:
    report = run_contracts(Unopened)
    assert {result.outcome for result in report.results} == {Outcome.BROKEN}
    assert all("no such server" in str(result.reason) for result in report.results)
    assert [result.outcome for result in run_contracts(Stopped).results] == [Outcome.BROKEN, Outcome.BROKEN]


def test_some_rules_of_several_contracts_run_without_pytest_addopts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--an-unknown-option")
    report = run_contracts(Counted, Unopened, rules=[NEVER_AGAIN])
    assert [(result.store, result.outcome) for result in report.results] == [
        ("Counted", Outcome.SATISFIED),
        ("Unopened", Outcome.BROKEN),
    ]
    assert os.environ["PYTEST_ADDOPTS"] == "--an-unknown-option"


def test_no_contract_an_unknown_rule_and_what_is_no_contract_are_refused() -> None:
    with pytest.raises(ValueError, match="contracts: at least one is required; give a subclass of StoreContract"):
        run_contracts()
    with pytest.raises(ValueError, match="rules: no contract has 'flies'; see rules_of"):
        run_contracts(Counted, rules=["flies", NEVER_AGAIN])
    for strange in (int, "Counted"):
        with pytest.raises(TypeError, match="contracts: a subclass of StoreContract or of a port's is expected, got"):
            run_contracts(strange)  # type: ignore[arg-type]


class Ready(SequenceGeneratorContract):
    @pytest.fixture
    def open_store(self) -> Any:
        return InMemoryStore()


class Empty(SequenceGeneratorContract):
    @pytest.fixture
    def open_store(self) -> Any:
        return lambda: None


def test_a_fixture_that_returns_a_store_is_reported_with_the_remedy() -> None:
    report = run_contracts(Ready, Empty, rules=[NEVER_AGAIN])
    ready, empty = (str(result.reason) for result in report.with_outcome(Outcome.BROKEN))
    assert (
        "TypeError: open_store: the fixture must return a function that opens a store, not a InMemoryStore itself"
        in ready
    )
    assert "return InMemoryStore, or lambda" in ready
    assert "TypeError: open_store: the returned function must open a Store, got None" in empty


def test_a_contract_that_cannot_be_collected_is_an_error() -> None:
    class Closed(PortContract):
        port = "Store"

        @rule("ne se fait pas")
        @pytest.mark.parametrize("a", "b", "c", "d")  # type: ignore[call-arg]
        def test_nothing(self) -> None: ...

    with pytest.raises(RuntimeError, match="run them from a test file to see why"):
        run_contracts(Closed)


def test_unsupported_capabilities_are_members_with_a_reason() -> None:
    with pytest.raises(
        TypeError, match=r"Named.unsupported: 'threads' is not a capability; use one of Capability.THREADS"
    ):
        type("Named", (StoreContract,), {"unsupported": {"threads": "no"}})
    with pytest.raises(ValueError, match=r"Silent.unsupported: threads: give the reason, got ' '"):
        type("Silent", (StoreContract,), {"unsupported": {Capability.THREADS: " "}})
