"""Each test of a contract is a rule of a port with a wording, and each port has a contract."""

import ast
import inspect
import re
import textwrap
from typing import Any

import pytest

from reclamation_core import ports
from reclamation_core.policy import m2_1
from reclamation_core.testing.contracts import Capability, ClockContract, DocumentStoreContract, StoreContract
from reclamation_core.testing.contracts.base import PortContract, rule, rules_of
from scripts.matrix import matrix_page


def subclasses(cls: type[PortContract]) -> list[type[PortContract]]:
    return [each for sub in cls.__subclasses__() for each in (sub, *subclasses(sub))]


EACH = sorted(
    (
        cls
        for cls in set(subclasses(PortContract))
        if cls.__module__.startswith("reclamation_core.testing.contracts.")
        and any(name.startswith("test_") for name in vars(cls))
    ),
    key=lambda cls: cls.__name__,
)


@pytest.mark.parametrize("contract", EACH, ids=lambda contract: contract.__name__)
def test_every_test_of_a_contract_is_a_rule_worded_in_both_languages(contract: type[PortContract]) -> None:
    tests = [name for name in vars(contract) if name.startswith("test_")]
    held = rules_of(contract)
    assert [f"test_{one.name}" for one in held] == tests
    assert all(one.port == contract.port for one in held)
    assert all(one.wording.fr != one.wording.en for one in held)


def test_store_contract_has_the_rules_of_every_port() -> None:
    apart = {ClockContract, DocumentStoreContract}
    each = [held for contract in EACH if contract not in apart for held in rules_of(contract)]
    assert len({held.name for held in each}) == len(each)
    assert len({held.wording.fr for held in each}) == len(each)
    assert {held.name for held in rules_of(StoreContract)} == {held.name for held in each}


def test_every_port_has_a_contract() -> None:
    public = [getattr(ports, name) for name in vars(ports)["__all__"]]
    abstract = {thing.__name__ for thing in public if inspect.isabstract(thing)}
    # The rules of locks belong to the unit of work, those of committed queries to the repository that asks them.
    assert {contract.port for contract in EACH} == abstract - {"OptimisticLocks", "CommittedQueries"} | {
        "CaseRepository",
        "Clock",
        "PlanRepository",
    }


def test_a_source_is_a_clause_or_a_interpretation_of_the_procedure() -> None:
    clauses = set(re.findall("^## (.*)$", matrix_page(m2_1()), re.MULTILINE))
    sources = {held.source for contract in EACH for held in rules_of(contract)} - {None}
    assert sources <= clauses | {f"I{number}" for number in range(1, 32)}
    assert {"M2-1 §5.0", "I17"} <= sources


def test_an_overriding_test_has_the_rule_of_the_overridden_one_or_its_own() -> None:
    class Other(PortContract):
        port = "Store"

        @rule("autre chose", source="I1", needs=Capability.THREADS)
        def test_something_else(self) -> None: ...

    class Overriding(Other):
        def test_something_else(self) -> None: ...

    class Marked(Other):
        @rule("encore autre chose")
        def test_something_else(self) -> None: ...

    (held,) = rules_of(Other)

    assert (held.port, held.name, held.source, held.needs) == ("Store", "something_else", "I1", Capability.THREADS)
    assert (held.wording.fr, held.wording.en) == ("autre chose", "something else")
    assert rules_of(Overriding) == (held,)
    assert [one.wording.fr for one in rules_of(Marked)] == ["encore autre chose"]


def wordings_checked(test: Any) -> set[str]:
    """The parts of messages that a test requires of a builtin error, which the store words itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(test)))
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) == "pytest.raises" and ast.unparse(call.args[0]) in {"ValueError", "TypeError"}:
            found |= {part for given in call.keywords for part in str(ast.literal_eval(given.value)).split("|")}
    return found


@pytest.mark.parametrize("contract", [StoreContract, ClockContract, DocumentStoreContract])
def test_a_rule_that_checks_a_wording_says_so(contract: type[PortContract]) -> None:
    for held in rules_of(contract):
        assert set(held.message) == wordings_checked(getattr(contract, f"test_{held.name}")), held.name
        for part in held.message:
            assert f"« {part} »" in held.wording.fr
            assert repr(part) in held.wording.en
