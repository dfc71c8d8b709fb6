"""The journal in memory: events written down when they are asked for."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from reclamation_core.cases.journal import WrittenEventStream, written
from reclamation_core.plans import written_plan
from reclamation_core.ports import Journal
from reclamation_core.ports.pagination import require_limit

if TYPE_CHECKING:
    from reclamation_core.adapters.memory.store import InMemoryStore


class InMemoryJournal(Journal):
    """The events of the cases and plans in memory, written as another store would have written them."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        require_limit(limit)
        cases = islice(self._store.cases_after(after), limit)
        return tuple(written(case.reference, case.events) for case in cases)

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        require_limit(limit)
        plans = islice(self._store.plans_after(after), limit)
        return tuple(written_plan(plan.scope.key, plan.events) for plan in plans)
