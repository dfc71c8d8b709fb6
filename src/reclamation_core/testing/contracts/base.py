"""Contract rules and the base class of the contracts of ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, NoReturn, TypeAlias, TypeVar

import attrs
import pytest

from reclamation_core.codes import LabelledEnum
from reclamation_core.ports import Store
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

_RULE_MARK: Final = "__contract_rule__"
_TEST: Final = "test_"

F = TypeVar("F", bound=Callable[..., Any])


class Capability(LabelledEnum):
    """A capability that a store may declare unsupported (aptitude)."""

    THREADS = "threads", "servir plusieurs fils à la fois", "serving several threads at once"
    SHARING = "sharing", "être ouvert plusieurs fois à la fois", "being open several times at once"
    REOPENING = "reopening", "être fermé puis rouvert", "being closed and opened again"
    TAMPERING = "tampering", "être modifié directement par le test", "direct changes by the test"
    SNAPSHOTS = "snapshots", "lire un seul instant pendant que d'autres écrivent", "reads of one moment during writes"
    FILES = "files", "nommer ses fichiers", "naming its files"
    DOCUMENTS = "documents", "tenir les clés des documents", "the keys of documents"
    KILLS = "kills", "survivre à un processus tué", "surviving a killed process"


def unsupported_prefix(capability: Capability) -> str:
    """Return the beginning of an expected failure's reason; the store's own reason follows it."""
    return f"unsupported {capability.value}: "


@attrs.frozen(kw_only=True)
class ContractRule(SharedRepr):
    """A rule of a port's contract.

    Attributes:
        port: the class of the port.
        name: the name of the rule's test, without `test_`.
        wording: the rule as a sentence.
        source: the clause of the procedure, or the interpretation, that requires the rule; None for the port's own.
        needs: the capability that the rule requires, or None.
        message: what the message of the error contains, each part in English; empty if no wording is checked. The
            wording of the rule says it too.
    """

    port: str
    name: str
    wording: Wording
    source: str | None = None
    needs: Capability | None = None
    message: tuple[str, ...] = ()


def rule(
    fr: str, *, source: str | None = None, needs: Capability | None = None, message: tuple[str, ...] = ()
) -> Callable[[F], F]:
    """Mark a test of a contract as a rule; the test's name is the rule in English.

    Args:
        fr: the rule in French.
        source: the clause, or the interpretation, that requires it.
        needs: the capability that it requires; a store without it does not run the test.
        message: what the test requires of the message of an error of the store, each part in English.
    """

    def mark(test: F) -> F:
        setattr(test, _RULE_MARK, (fr, source, needs, message))
        test.__doc__ = fr
        return test

    return mark


def rule_of(contract: type[Any], test: str) -> ContractRule | None:
    """Return the rule of a contract's test, by the name of the test; None if the test has none.

    An overriding test has the rule of the overridden one unless it is marked with its own.
    """
    for base in contract.__mro__:
        marked = getattr(vars(base).get(test), _RULE_MARK, None)
        if marked is not None:
            (fr, source, needs, message), name = marked, test.removeprefix(_TEST)
            wording = _with_message(Wording(fr, name.replace("_", " ")), message)
            port = vars(base).get("port", contract.port)
            return ContractRule(port=port, name=name, wording=wording, source=source, needs=needs, message=message)
    return None


def _with_message(wording: Wording, message: tuple[str, ...]) -> Wording:
    if not message:
        return wording
    fr, en = " ou ".join(f"« {part} »" for part in message), " or ".join(map(repr, message))
    return Wording(f"{wording.fr} ; le message de l'erreur contient {fr}", f"{wording.en}; its message contains {en}")


def rules_of(contract: type[Any]) -> tuple[ContractRule, ...]:
    """Return the rules of a contract, port by port, in the order of the source."""
    bases = [base for base in contract.__mro__ if base is not object]
    tests = dict.fromkeys(test for base in bases for test in vars(base) if test.startswith(_TEST))
    return tuple(rule for rule in (rule_of(contract, test) for test in tests) if rule is not None)


OpenStore: TypeAlias = Callable[[], Store]
"""Opens the store of one test: empty at the first call, then the same place again."""


class PortContract:
    """The base class of the contracts of a store's ports.

    A subclass defines the fixture `open_store`, which returns a function that opens a store, empty when the test
    begins. Each further call opens the same place again; every store is closed after the test. The fixture may request
    other fixtures (a folder, a server) and clean up after its `yield`.

    Attributes:
        port: the class of the port.
        unsupported: the capabilities that the store does not have, each with the reason.
    """

    port: ClassVar[str]
    unsupported: ClassVar[Mapping[Capability, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for capability, reason in dict[Any, Any](cls.unsupported).items():
            if not isinstance(capability, Capability):
                known = ", ".join(f"Capability.{one.name}" for one in Capability)
                raise TypeError(f"{cls.__name__}.unsupported: {capability!r} is not a capability; use one of {known}")
            if not isinstance(reason, str) or not reason.strip():
                raise ValueError(f"{cls.__name__}.unsupported: {capability.value}: give the reason, got {reason!r}")

    @pytest.fixture(autouse=True)
    def _skip_unsupported(self, request: pytest.FixtureRequest) -> None:
        rule = rule_of(type(self), request.function.__name__)
        needed = None if rule is None else rule.needs
        if needed is not None and needed in self.unsupported:
            mark_unsupported(needed, self.unsupported[needed])

    @pytest.fixture
    def opened(self, _skip_unsupported: None, open_store: OpenStore) -> Iterator[OpenStore]:
        """Return a function that opens the store; close every opened store after the test."""
        if not callable(open_store):
            raise TypeError(
                f"open_store: the fixture must return a function that opens a store, not a {type(open_store).__name__} "
                f"itself; return {type(open_store).__name__}, or lambda: {type(open_store).__name__}(...)"
            )
        stores: list[Store] = []

        def open_and_remember() -> Store:
            store = open_store()
            if not isinstance(store, Store):
                raise TypeError(f"open_store: the returned function must open a Store, got {store!r}")
            stores.append(store)
            return store

        yield open_and_remember
        for store in stores:
            store.close()

    @pytest.fixture
    def store(self, opened: OpenStore) -> Store:
        """The store of the test, empty when it begins."""
        return opened()

    def rewrite_event(self, store: Store, reference: str, number: int, text: str) -> None:
        """Replace the stored text of a case's event, without the open store; to be overridden."""
        self._not_overridden("rewrite_event")

    def delete_case(self, store: Store, reference: str) -> None:
        """Delete a case and leave its events, without the open store; to be overridden."""
        self._not_overridden("delete_case")

    def rewrite_plan_event(self, store: Store, scope: str, number: int, text: str) -> None:
        """Replace the stored text of a plan's event, without the open store; to be overridden."""
        self._not_overridden("rewrite_plan_event")

    def delete_plan(self, store: Store, scope: str) -> None:
        """Delete a plan with its events, without the open store; to be overridden."""
        self._not_overridden("delete_plan")

    def files(self, store: Store) -> Iterable[Path]:
        """Return the files and folders of a store, where forgotten texts are searched; to be overridden.

        Of a file, the folder is searched: a copy may lie beside it. The folder of a test has the store alone.
        """
        self._not_overridden("files", Capability.FILES)

    def _not_overridden(self, method: str, capability: Capability = Capability.TAMPERING) -> NoReturn:
        mark_unsupported(capability, f"{type(self).__name__} does not override {method}")


def mark_unsupported(capability: Capability, reason: str) -> NoReturn:
    """End the test of a rule that a store does not support, as an expected failure."""
    pytest.xfail(f"{unsupported_prefix(capability)}{reason}")
