"""The journal: the events of cases and plans as they were written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.ports.pagination import require_progress


class Journal(ABC):
    """Every committed story, as it was written: the text of each event and its link, whether or not they hold together.

    Nothing is decoded, lifted or mended on the way: what was tampered with comes as it is.
    """

    @abstractmethod
    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        """The stories of the cases whose references come after one, at most so many, in their order by code point.

        Each is of one moment. Empty where there are no more. Of a case that has events and is no more itself, the
        version is 0.

        Raises:
            ValueError: the limit is less than 1.
        """

    @abstractmethod
    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        """Return the same of plans, by the keys of their scopes.

        Raises:
            ValueError: the limit is less than 1.
        """

    def stories(self) -> Iterator[WrittenEventStream]:
        """Yield every story of a case, page by page.

        Raises:
            RuntimeError: a page does not come after the one before; the store breaks its contract.
        """
        return _every(self.read)

    def plan_stories(self) -> Iterator[WrittenEventStream]:
        """Yield every story of a plan, page by page; raises what `stories` does."""
        return _every(self.read_plans)


def _every(read: Callable[[str | None], tuple[WrittenEventStream, ...]]) -> Iterator[WrittenEventStream]:
    after: str | None = None
    while page := read(after):
        require_progress(page[-1].holder, after, "journal")
        after = page[-1].holder
        yield from page
