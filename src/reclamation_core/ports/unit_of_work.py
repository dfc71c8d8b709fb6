"""The unit of work: all or nothing."""

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
    """Some reading and writing that is kept whole or not at all.

    Used as a context: leaving it without `commit` forgets everything. It serves once: after a commit or a rollback
    whatever is asked of it or of its repositories raises UnitOfWorkEndedError, a second rollback apart.
    """

    cases: CaseRepository
    plans: PlanRepository
    guards: Guards

    @abstractmethod
    def commit(self) -> None:
        """Keep everything written in this unit.

        Raises:
            StaleReadError: where something is written, a guard that was held was advanced meanwhile, or a plan that is
                expected has another version; nothing is kept. It is told first.
            ConcurrentChangeError: something written was changed meanwhile; nothing is kept.
            RepeatedSourceError: a source was registered meanwhile; nothing is kept.
            UnitOfWorkEndedError: it has ended already.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Forget everything written in this unit and not committed; harmless after a commit."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rollback()


class Store(ABC):
    """Where cases and plans are kept."""

    feed: EventFeed
    journal: Journal
    sequences: SequenceGenerator

    @abstractmethod
    def unit_of_work(self) -> UnitOfWork:
        """A new unit of work. It sees what others commit meanwhile, each of their units whole."""

    def scan_cases(self) -> Iterator[tuple[str, bool]]:
        """Yield the reference of each case in their order, and True if the store has verified what it stores of it.

        A store overrides this that can replay many cases at once and compare them with its snapshots and projections,
        which costs less than `find_inconsistencies` of each. False asks for that closer look, and is what a store
        yields by default. Cases that are gone while their events are left are among them.

        Raises:
            StoreDamagedError: a reference is not text.
            RuntimeError: a page of the journal does not come after the one before; the store breaks its contract.
        """
        return ((stream.holder, False) for stream in self.journal.stories())

    async def run_async(self, call: Callable[[], T]) -> T:
        """What a call that uses this store gives, from a coroutine: a store that waits for others lets the event loop
        go on meanwhile.

        Raises:
            TypeError: it cannot; the message says what to do.
        """
        return call()

    def erase_traces(self) -> bool:
        """Remove what forgotten texts have left in files that the store itself writes, such as a write-ahead log.

        Asked for after each commit that forgets texts. Nothing is raised where it cannot be done now: that is logged.

        Returns:
            False if something may be left, which a later call may remove, as where somebody reads meanwhile.
        """
        return True

    def pause(self, seconds: float) -> None:
        """Wait before something is decided again; a store that is awaited lets the event loop go on."""
        time.sleep(seconds)

    def close(self) -> None:  # noqa: B027  a store that holds nothing open has nothing to do
        """Give back what the store holds open: connections, files. Harmless when it is closed already."""
