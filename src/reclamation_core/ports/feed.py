"""The feed of events: what happened, for those who follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection

import attrs

from reclamation_core.cases import Event


@attrs.frozen
class FeedItem:
    """An event and its position in the feed."""

    position: int
    event: Event


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
