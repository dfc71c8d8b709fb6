"""Un entrepôt qui tient le registre de ce qu'il garde."""

from __future__ import annotations

import logging

from reclamation_core.adapters import InMemoryStore
from reclamation_core.ports import Store, UnitOfWork

LOG = logging.getLogger("guichet")


class LoggedUnitOfWork(UnitOfWork):
    """Une unité de travail dont la validation est écrite au registre."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self.cases, self.plans, self.optimistic_locks = unit.cases, unit.plans, unit.optimistic_locks

    def commit(self) -> None:
        """Garder tout ou rien, et l'écrire."""
        self._unit.commit()
        LOG.info("validé")

    def rollback(self) -> None:
        """Oublier ce qui n'est pas gardé."""
        self._unit.rollback()


class LoggedStore(Store):
    """Un entrepôt qui écrit au registre chaque validation d'un autre : en mémoire, si rien n'est dit."""

    def __init__(self, kept: Store | None = None) -> None:
        self._kept = kept or InMemoryStore()
        self.feed, self.journal = self._kept.feed, self._kept.journal
        self.plan_feed = self._kept.plan_feed
        self.sequences, self.exports = self._kept.sequences, self._kept.exports
        self.jobs, self.log = self._kept.jobs, self._kept.log
        self.document_keys = self._kept.document_keys

    def unit_of_work(self) -> UnitOfWork:
        """Une unité de travail de l'autre."""
        return LoggedUnitOfWork(self._kept.unit_of_work())

    def close(self) -> None:
        """Fermer l'autre."""
        self._kept.close()
