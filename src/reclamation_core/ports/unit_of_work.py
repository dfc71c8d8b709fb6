"""The unit of work and the store."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, TypeVar

from reclamation_core.ports.cases import CaseRepository
from reclamation_core.ports.feed import EventFeed
from reclamation_core.ports.guards import Guards
from reclamation_core.ports.journal import Journal
from reclamation_core.ports.plans import PlanRepository
from reclamation_core.ports.sequences import SequenceGenerator

T = TypeVar("T")


class UnitOfWork(ABC):
    """Reads and writes that are committed whole or not at all.

    Used as a context manager: leaving it without `commit` rolls back. It is used once: after a commit or a rollback
    every call of it or of its repositories raises UnitOfWorkEndedError, except another rollback.
    """

    cases: CaseRepository
    plans: PlanRepository
    guards: Guards

    @abstractmethod
    def commit(self) -> None:
        """Commit everything written in this unit.

        Raises:
            StaleReadError: something is written, and another commit advanced a guard that was held, or an expected plan
                has another version; nothing is committed. It takes precedence over the other errors.
            ConcurrentChangeError: another commit changed something written here; nothing is committed.
            RepeatedSourceError: another commit registered a source; nothing is committed.
            UnitOfWorkEndedError: it has ended already.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Discard everything written in this unit and not committed; harmless after a commit."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rollback()


class Store(ABC):
    """A store of cases and plans."""

    feed: EventFeed
    journal: Journal
    sequences: SequenceGenerator

    @abstractmethod
    def unit_of_work(self) -> UnitOfWork:
        """Return a new unit of work. It sees the later commits of others, each of their units whole."""

    def scan_cases(self) -> Iterator[tuple[str, bool]]:
        """Yield the reference of each case in their order, and True if the store has verified what it stores of it.

        A store overrides this that can replay many cases at once and compare them with its snapshots and projections,
        which costs less than `find_inconsistencies` of each. False, the default, requires `find_inconsistencies` of the
        case. Cases that are gone while their events are left are among them.

        Raises:
            StoreDamagedError: a reference is not text.
            RuntimeError: a page of the journal does not come after the one before; the store breaks its contract.
        """
        return ((stream.holder, False) for stream in self.journal.stories())

    async def run_async(self, call: Callable[[], T]) -> T:
        """Run a call that uses this store from a coroutine, without blocking the event loop if it can be awaited.

        Raises:
            TypeError: the store would block the event loop; the message has the remedy.
        """
        return call()

    def erase_traces(self) -> bool:
        """Remove what forgotten texts have left in files that the store itself writes, such as a write-ahead log.

        Called after each commit that forgets texts. If it is impossible now, this is logged and nothing is raised.

        Returns:
            False if something may be left, for example because of a concurrent reader; a later call may remove it.
        """
        return True

    def pause(self, seconds: float) -> None:
        """Wait before a retry; a store that is awaited does not block the event loop."""
        time.sleep(seconds)

    def close(self) -> None:  # noqa: B027  a store that holds nothing open has nothing to do
        """Close connections and files. Harmless when it is closed already."""
