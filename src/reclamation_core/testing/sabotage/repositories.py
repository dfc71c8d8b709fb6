"""Units of work on a store in memory whose repository of cases is another one."""

from __future__ import annotations

from typing import ClassVar

from reclamation_core.adapters import BufferedUnitOfWork, InMemoryStore
from reclamation_core.adapters.matching import meets
from reclamation_core.adapters.unit_of_work import BufferedCases
from reclamation_core.cases import Case
from reclamation_core.ports import CasePage, CaseQuery, UnitOfWork


class RepositoryStore(InMemoryStore):
    """A store in memory whose units have the repository of cases `repository`."""

    repository: ClassVar[type[BufferedCases]] = BufferedCases

    def unit_of_work(self) -> UnitOfWork:
        unit = BufferedUnitOfWork(self)
        unit.cases = unit._cases = self.repository(self)  # noqa: SLF001  a double of it
        return unit


class AskedCases(BufferedCases):
    """A repository that asks and orders in its own way."""

    def asked(self, case: Case, query: CaseQuery) -> bool:
        """Whether a case meets a query."""
        return meets(case, query)

    def find(self, query: CaseQuery) -> CasePage:
        found = [case for case in self._all(query.after) if self.asked(case, query)]
        page = tuple(found[: query.limit])
        return CasePage(page, page[-1].reference if len(found) > query.limit else None)

    def count(self, query: CaseQuery) -> int:
        return sum(self.asked(case, query) for case in self._all(None))
