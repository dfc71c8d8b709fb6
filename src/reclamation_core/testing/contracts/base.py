"""Contract rules and the base class of the contracts of ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final, NoReturn, TypeAlias, TypeVar

import attrs
import pytest

from reclamation_core.codes import LabelledEnum
from reclamation_core.ports import Store
from reclamation_core.wording import Wording

_HELD: Final = "__promise__"
_TEST: Final = "test_"

F = TypeVar("F", bound=Callable[..., Any])


class Capability(LabelledEnum):
    """What a good store may do without, if it says so (aptitude)."""

    THREADS = "threads", "servir plusieurs fils à la fois", "serving several threads at once"
    SHARING = "sharing", "être ouvert plusieurs fois à la fois", "being open several times at once"
    REOPENING = "reopening", "être fermé puis rouvert", "being closed and opened again"
    TAMPERING = "tampering", "être altéré dans son dos par le test", "being tampered with by the test behind its back"


def lacking_words(capability: Capability) -> str:
    """What the reason of an expected failure begins with; the store's own reason follows."""
    return f"lacks {capability.value}: "


@attrs.frozen(kw_only=True)
class Promise:
    """One thing that a port promises.

    Attributes:
        port: the class of the port.
        name: the test that holds the promise, without `test_`.
        wording: the promise in words.
        source: the clause of the procedure, or the reading, that asks for it; None where it is the port's own.
        needs: what a store needs for it beyond the rest; None where every store can keep it.
    """

    port: str
    name: str
    wording: Wording
    source: str | None = None
    needs: Capability | None = None


def promise(fr: str, *, source: str | None = None, needs: Capability | None = None) -> Callable[[F], F]:
    """Marks a test of a contract as holding a promise; the test's name is the promise in English.

    Args:
        fr: the promise in French.
        source: the clause, or the reading, that asks for it.
        needs: what the store may say that it lacks; then the test is not run, and the promise is told as lacking.
    """

    def mark(test: F) -> F:
        setattr(test, _HELD, (fr, source, needs))
        test.__doc__ = fr
        return test

    return mark


def promise_of(contract: type[Any], test: str) -> Promise | None:
    """The promise that a test of a contract holds, by the name of the test; None where it holds none.

    A test that overrides one holds the promise of that, unless it is marked with its own.
    """
    for base in contract.__mro__:
        held = getattr(vars(base).get(test), _HELD, None)
        if held is not None:
            return _told(base, test, *held)
    return None


def _told(base: type[Any], test: str, fr: str, source: str | None, needs: Capability | None) -> Promise:
    name = test.removeprefix(_TEST)
    wording = Wording(fr, name.replace("_", " "))
    return Promise(port=base.port, name=name, wording=wording, source=source, needs=needs)


def promises_of(contract: type[Any]) -> tuple[Promise, ...]:
    """The promises of a contract, port by port, in the order in which they are written."""
    bases = [base for base in contract.__mro__ if base is not object]
    tests = [test for base in bases for test in vars(base) if test.startswith(_TEST)]
    told = (promise_of(contract, test) for test in dict.fromkeys(tests))
    return tuple(found for found in told if found is not None)


OpenStore: TypeAlias = Callable[[], Store]
"""Opens the store of one test: empty at the first call, then the same place again."""


class PortContract:
    """What the contracts of the ports of a store have in common.

    A subclass gives one fixture, `open_store`: what opens a store, empty when the test begins. Called again it opens
    the same place; what each call gives is closed after the test. A folder, a server or a clean-up are other fixtures
    that it asks for, or what comes after its `yield`.

    Attributes:
        port: the class of the port.
        lacks: what the store does without, and why; the promises that need it are told as lacking.
    """

    port: ClassVar[str]
    lacks: ClassVar[Mapping[Capability, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for capability, reason in dict[Any, Any](cls.lacks).items():
            if not isinstance(capability, Capability):
                known = ", ".join(f"Capability.{one.name}" for one in Capability)
                raise TypeError(f"{cls.__name__}.lacks: {capability!r} is no capability; name one of {known}")
            if not isinstance(reason, str) or not reason.strip():
                raise ValueError(f"{cls.__name__}.lacks: {capability.value}: say why, got {reason!r}")

    @pytest.fixture(autouse=True)
    def _without_what_is_lacking(self, request: pytest.FixtureRequest) -> None:
        held = promise_of(type(self), getattr(request.node, "originalname", request.node.name))
        needed = None if held is None else held.needs
        if needed is not None and needed in self.lacks:
            lacking(needed, self.lacks[needed])

    @pytest.fixture
    def opened(self, _without_what_is_lacking: None, open_store: OpenStore) -> Iterator[OpenStore]:
        """Opens the store; closes whatever was opened, after the test."""
        if not callable(open_store):
            raise TypeError(
                f"open_store: the fixture gives what opens a store, not a {type(open_store).__name__} itself; "
                f"let it return {type(open_store).__name__}, or lambda: {type(open_store).__name__}(...)"
            )
        given: list[Store] = []

        def open_it() -> Store:
            store = open_store()
            if not callable(getattr(store, "unit_of_work", None)):
                raise TypeError(f"open_store: a Store is expected of what the fixture gives, got {store!r}")
            given.append(store)
            return store

        yield open_it
        for store in given:
            store.close()

    @pytest.fixture
    def store(self, opened: OpenStore) -> Store:
        """The store of the test, empty when it begins."""
        return opened()

    def rewrite_event(self, store: Store, reference: str, number: int, text: str) -> None:
        """Put another text in the place of an event, as somebody would behind the store's back; for you to override.

        Args:
            store: the store, which stays open.
            reference: the case.
            number: the event.
            text: what is found in its place.
        """
        lacking(Capability.TAMPERING, f"{type(self).__name__} does not override rewrite_event")

    def delete_case(self, store: Store, reference: str) -> None:
        """Take a case away and leave its events, as somebody would behind the store's back; for you to override.

        Args:
            store: the store, which stays open.
            reference: the case.
        """
        lacking(Capability.TAMPERING, f"{type(self).__name__} does not override delete_case")

    def rewrite_plan_event(self, store: Store, scope: str, number: int, text: str) -> None:
        """Put another text in the place of an event of a plan, behind the store's back; for you to override.

        Args:
            store: the store, which stays open.
            scope: the key of the plan's scope.
            number: the event.
            text: the text to put there.
        """
        lacking(Capability.TAMPERING, f"{type(self).__name__} does not override rewrite_plan_event")

    def delete_plan(self, store: Store, scope: str) -> None:
        """Take a plan away with its events, behind the store's back; for you to override.

        Args:
            store: the store, which stays open.
            scope: the key of the plan's scope.
        """
        lacking(Capability.TAMPERING, f"{type(self).__name__} does not override delete_plan")


def lacking(capability: Capability, reason: str) -> NoReturn:
    """End the test of a promise that a store does not make: neither kept nor broken."""
    pytest.xfail(f"{lacking_words(capability)}{reason}")
