"""What a contract promises, in words: each of its tests holds one promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.codes import LabelledEnum
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
