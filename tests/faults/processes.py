"""Child processes from a fork server: their messages are read to the end, however they end."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final, TypeAlias

import attrs

KILL: Final = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows the latter cannot be caught either
Tell: TypeAlias = Callable[[Any], None]
Task: TypeAlias = Callable[..., None]
"""What a process does; it is given how to tell its parent something, then its own arguments."""


def _context() -> Any:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    context.set_forkserver_preload(["tests.faults.warm"])
    return context


_CONTEXT: Final = _context()


@attrs.frozen
class Ended:
    """The messages of a process, and whether it was killed.

    Attributes:
        told: its messages in order; all of them, for each was sent before the next step began.
        killed: whether it was killed; else it came to its end.
    """

    told: list[Any]
    killed: bool


class Child:
    """A process that was started."""

    def __init__(self, task: Task, *arguments: Any) -> None:
        self._ear, mouth = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_run, args=(task, mouth, arguments), daemon=True)
        self._process.start()
        mouth.close()

    def heard(self) -> Any:
        """Return its next message; raise EOFError if it has ended."""
        try:
            return self._ear.recv()
        except OSError:  # killed while it spoke
            raise EOFError from None

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def end(self) -> Ended:
        """Hear it to its end.

        Raises:
            AssertionError: it failed, neither killed nor at its end.
        """
        told = list(self._all())
        self._process.join()
        code = self._process.exitcode
        self._process.close()
        self._ear.close()
        assert code in {0, -KILL}, f"a process of the fault runs ended with {code}"
        return Ended(told, code != 0)

    def _all(self) -> Iterator[Any]:
        while True:
            try:
                yield self.heard()
            except EOFError:
                return


def _run(task: Task, mouth: Connection, arguments: tuple[Any, ...]) -> None:
    task(mouth.send, *arguments)
    mouth.close()


@contextmanager
def signalled() -> Iterator[Any]:
    """An event that processes share."""
    yield _CONTEXT.Event()


def die() -> None:
    """Be killed, now, without any farewell."""
    os.kill(os.getpid(), KILL)
