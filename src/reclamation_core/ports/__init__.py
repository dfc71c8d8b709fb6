"""What the desk asks of a store: abstract, documented, free of any technology."""

from reclamation_core.ports.cases import CaseRepository
from reclamation_core.ports.clock import Clock, SystemClock
from reclamation_core.ports.errors import (
    CaseNotFoundError,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    SchemaError,
    StaleReadError,
    StoreBusyError,
    StoreDamagedError,
    StoreEncodingError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreReplacedError,
    StoreUnreachableError,
    UnitOfWorkEndedError,
)
from reclamation_core.ports.feed import EventFeed, FeedItem
from reclamation_core.ports.guards import Guards
from reclamation_core.ports.journal import Journal
from reclamation_core.ports.plans import PlanRepository
from reclamation_core.ports.query import CasePage, CaseQuery
from reclamation_core.ports.sequences import SequenceGenerator
from reclamation_core.ports.text_search import normalize_text, searchable_texts
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
    "RepeatedSourceError",
    "SchemaError",
    "SequenceGenerator",
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
    "normalize_text",
    "searchable_texts",
]
