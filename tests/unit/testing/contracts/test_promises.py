"""Each test of a contract holds a promise of a port, in words, and no port is without one."""

from __future__ import annotations

import inspect
import re

import pytest

from reclamation_core import ports
from reclamation_core.policy import m2_1, matrix_page
from reclamation_core.testing import contracts
from reclamation_core.testing.contracts import (
    Capability,
    ClockContract,
    PortContract,
    StoreContract,
    promise,
    promises_of,
)

CLASSES = [thing for name in contracts.__all__ if isinstance(thing := getattr(contracts, name), type)]
EACH = [cls for cls in CLASSES if issubclass(cls, PortContract) and cls not in (PortContract, StoreContract)]


@pytest.mark.parametrize("contract", EACH, ids=lambda contract: contract.__name__)
def test_every_test_of_a_contract_holds_a_promise_told_in_both_languages(contract: type[PortContract]) -> None:
    tests = [name for name in vars(contract) if name.startswith("test_")]
    held = promises_of(contract)

    assert [f"test_{one.name}" for one in held] == tests
    assert all(one.port == contract.port for one in held)
    assert all(one.wording.fr != one.wording.en for one in held)


def test_one_class_has_the_promises_of_every_port_of_a_store_and_none_hides_another() -> None:
    each = [held for contract in EACH if contract is not ClockContract for held in promises_of(contract)]

    assert len({held.name for held in each}) == len(each)
    assert len({held.wording.fr for held in each}) == len(each)
    assert {held.name for held in promises_of(StoreContract)} == {held.name for held in each}


def test_every_port_has_a_contract() -> None:
    public = [getattr(ports, name) for name in ports.__all__]
    abstract = {thing.__name__ for thing in public if inspect.isabstract(thing)}

    # What guards promise is a part of what a unit of work does.
    assert {contract.port for contract in EACH} == (abstract - {"Guards"}) | {"Clock"}


def test_a_source_is_a_clause_or_a_reading_of_the_procedure() -> None:
    clauses = set(re.findall("^## (.*)$", matrix_page(m2_1()), re.MULTILINE))
    sources = {held.source for contract in EACH for held in promises_of(contract)} - {None}

    assert sources <= clauses | {f"I{number}" for number in range(1, 24)}
    assert {"M2-1 §5.0", "I17"} <= sources


def test_a_test_that_overrides_one_holds_its_promise_or_its_own() -> None:
    class Other(PortContract):
        port = "Store"

        @promise("autre chose", source="I1", needs=Capability.THREADS)
        def test_something_else(self) -> None: ...

    class Overriding(Other):
        def test_something_else(self) -> None: ...

    class Marked(Other):
        @promise("encore autre chose")
        def test_something_else(self) -> None: ...

    (held,) = promises_of(Other)

    assert (held.port, held.name, held.source, held.needs) == ("Store", "something_else", "I1", Capability.THREADS)
    assert (held.wording.fr, held.wording.en) == ("autre chose", "something else")
    assert promises_of(Overriding) == (held,)
    assert [one.wording.fr for one in promises_of(Marked)] == ["encore autre chose"]
