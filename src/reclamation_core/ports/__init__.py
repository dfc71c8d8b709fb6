"""What the desk asks of a store: abstract, documented, free of any technology."""

from reclamation_core.ports.cases import CaseRepository
from reclamation_core.ports.clock import Clock, SystemClock
from reclamation_core.ports.errors import (
    CaseNotFoundError,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    StaleReadError,
    UnitOfWorkEndedError,
)
from reclamation_core.ports.failures import (
    SchemaError,
    StoreBusyError,
    StoreDamagedError,
    StoreEncodingError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreReplacedError,
    StoreUnreachableError,
)
from reclamation_core.ports.feed import EventFeed, FeedItem
from reclamation_core.ports.guards import Guards
from reclamation_core.ports.journal import Journal
from reclamation_core.ports.plans import PlanRepository
from reclamation_core.ports.query import CasePage, CaseQuery
from reclamation_core.ports.references import ReferenceNumbers
from reclamation_core.ports.searching import folded, searched
from reclamation_core.ports.unit_of_work import Store, UnitOfWork

__all__ = [
    "CaseNotFoundError",
    "CasePage",
    "CaseQuery",
    "CaseRepository",
    "Clock",
    "ConcurrentChangeError",
    "EventFeed",
    "FeedItem",
    "Guards",
    "Journal",
    "PlanNotFoundError",
    "PlanRepository",
    "ReferenceNumbers",
    "RepeatedSourceError",
    "SchemaError",
    "StaleReadError",
    "Store",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreEncodingError",
    "StoreError",
    "StoreFullError",
    "StoreReadOnlyError",
    "StoreReplacedError",
    "StoreUnreachableError",
    "SystemClock",
    "UnitOfWork",
    "UnitOfWorkEndedError",
    "folded",
    "searched",
]
