"""Looking: cases one by one, by query, counted; the feed of what happened."""

from __future__ import annotations

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.checks import of_class, optional
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.ports import CasePage, CaseQuery, FeedItem


class CasesView:
    """The cases that a desk sees."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def get(self, reference: str) -> Case:
        """The case with a reference.

        Raises:
            CaseNotFoundError: there is none within the desk's scope.
        """
        with self._context.store.unit_of_work() as unit:
            return self._context.load(unit, reference)

    def find(self, query: CaseQuery | None = None) -> CasePage:
        """A page of the cases asked for, all by default, in the order of their references."""
        scoped = self._within(query)
        if scoped is None:
            return CasePage((), None)
        with self._context.store.unit_of_work() as unit:
            return unit.cases.find(scoped)

    def count(self, query: CaseQuery | None = None) -> int:
        """How many cases meet a query, whatever its page; all by default."""
        scoped = self._within(query)
        if scoped is None:
            return 0
        with self._context.store.unit_of_work() as unit:
            return unit.cases.count(scoped)

    def _within(self, asked: CaseQuery | None) -> CaseQuery | None:
        """What is asked, limited to the scope; None where nothing can meet it."""
        require(optional(of_class(CaseQuery)), query=asked)
        query = asked or CaseQuery()
        scope = self._context.scope
        if scope is None:
            return query
        sites = scope.sites & query.sites if query.sites else scope.sites
        return attrs.evolve(query, sites=sites) if sites else None


def feed(context: DeskContext, after: int, limit: int) -> tuple[FeedItem, ...]:
    """The next events after a position, of the cases within the scope.

    Positions are those of the whole feed: a scoped reader sees holes, never a foreign event. What comes before an event
    that cannot be read is given first; then it is told, with its position.
    """
    return context.store.feed.read(after, limit, frozenset() if context.scope is None else context.scope.sites)
