"""The feed of events: what happened, for those who follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator

import attrs

from reclamation_core.cases import RecordedEvent
from reclamation_core.ports.pagination import require_progress


@attrs.frozen
class FeedItem:
    """An event and its position in the feed."""

    position: int
    event: RecordedEvent


class EventFeed(ABC):
    """Every committed event once.

    The events of one case come in their order; those of several cases in the order in which positions were given, after
    their commit. A reader that keeps the last position it has seen misses nothing, however late another writer commits.
    """

    @abstractmethod
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        """The next events after a position, 0 for the beginning, at most so many, in ascending positions.

        Where sites are given, only those of the cases that have one of these as registering site, service site or
        handling unit when it is read: positions then have holes. Empty where there are none yet. A page ends before an
        event that cannot be read; one that would begin with it raises.

        Raises:
            StoreDamagedError: the first event cannot be read; asked for what comes after its position, it goes on.
            ValueError: the position is before the beginning, or the limit less than 1.
        """

    def follow(self, after: int = 0, sites: Collection[str] = ()) -> Iterator[FeedItem]:
        """Yield every event after a position, page by page, until there are no more.

        Raises:
            StoreDamagedError, ValueError: as `read` does.
            RuntimeError: a page does not come after the one before; the store breaks its contract.
        """
        while items := self.read(after, sites=sites):
            require_progress(items[-1].position, after, "feed")
            after = items[-1].position
            yield from items
