"""The part of the feeds that a desk may read: the events of the cases and of the plans inside its scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

import attrs

from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import cases_outside
from reclamation_core.ports import FeedItem, PlanFeedItem
from reclamation_core.ports.store import Feed, ItemT
from reclamation_core.shared_repr import SharedRepr


@attrs.frozen
class FeedSource(SharedRepr, Generic[ItemT]):
    """The part of a feed that a desk may read.

    Args:
        feed: the feed of cases, or that of plans.
        scopes: what of it is inside the scope of the desk, as `Feed.read` expects it; empty for all.
        as_seen: returns events as a reader of the desk may see them.
    """

    feed: Feed[ItemT]
    scopes: frozenset[str] = frozenset()
    as_seen: Callable[[tuple[ItemT, ...]], tuple[ItemT, ...]] = tuple

    def read(self, after: int, limit: int) -> tuple[ItemT, ...]:
        """Return the next events after a position."""
        return self.as_seen(self.feed.read(after, limit, self.scopes))


def cases_of(context: DeskContext) -> FeedSource[FeedItem]:
    """Return the feed of the cases inside the scope of a desk."""
    return FeedSource(context.store.feed, frozenset() if context.scope is None else context.scope.sites)


def plans_of(context: DeskContext) -> FeedSource[PlanFeedItem]:
    """Return the feed of the plans inside the scope of a desk; cases outside are not named."""
    if context.scope is None:
        return FeedSource(context.store.plan_feed)

    def as_seen(items: tuple[PlanFeedItem, ...]) -> tuple[PlanFeedItem, ...]:
        with context.store.unit_of_work() as unit:
            outside = cases_outside(context, unit, {case for item in items for case in item.event.named_cases})
        return tuple(attrs.evolve(item, event=item.event.hiding(outside)) for item in items)

    return FeedSource(context.store.plan_feed, context.scope.plan_keys, as_seen)
