"""The ports of the desk: the store and the clock; abstract, documented, free of any technology."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.cases.columns import normalize_text
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
        VersionConflictError,
    )
    from reclamation_core.ports.query import CaseJob, CasePage, CaseQuery, CaseSummary
    from reclamation_core.ports.repositories import CaseRepository, CommittedQueries, PlanRepository
    from reclamation_core.ports.store import (
        Clock,
        EventFeed,
        ExportKind,
        ExportLog,
        ExportRecord,
        FeedItem,
        Guards,
        JobRepository,
        JobState,
        Journal,
        ParkedEvent,
        Savepoint,
        SequenceGenerator,
        Store,
        UnitOfWork,
    )
    from reclamation_core.ports.summaries import CaseFacet, CaseGroup, CaseOrder, CaseOrdering, CaseSummaryPage
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".errors": """
                CaseNotFoundError ConcurrentChangeError PlanNotFoundError RepeatedSourceError
                SchemaError StaleReadError StoreBusyError StoreDamagedError StoreEncodingError
                StoreError StoreFullError StoreReadOnlyError StoreReplacedError
                StoreUnreachableError UnitOfWorkEndedError VersionConflictError
            """,
            ".query": "CaseJob CasePage CaseQuery CaseSummary",
            ".repositories": "CaseRepository CommittedQueries PlanRepository",
            ".store": """
                Clock EventFeed ExportKind ExportLog ExportRecord FeedItem Guards JobRepository
                JobState Journal ParkedEvent Savepoint SequenceGenerator Store UnitOfWork
            """,
            ".summaries": "CaseFacet CaseGroup CaseOrder CaseOrdering CaseSummaryPage",
            "..cases.columns": "normalize_text",
        },
    )

__all__ = [
    "CaseFacet",
    "CaseGroup",
    "CaseJob",
    "CaseNotFoundError",
    "CaseOrder",
    "CaseOrdering",
    "CasePage",
    "CaseQuery",
    "CaseRepository",
    "CaseSummary",
    "CaseSummaryPage",
    "Clock",
    "CommittedQueries",
    "ConcurrentChangeError",
    "EventFeed",
    "ExportKind",
    "ExportLog",
    "ExportRecord",
    "FeedItem",
    "Guards",
    "JobRepository",
    "JobState",
    "Journal",
    "ParkedEvent",
    "PlanNotFoundError",
    "PlanRepository",
    "RepeatedSourceError",
    "Savepoint",
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
    "UnitOfWork",
    "UnitOfWorkEndedError",
    "VersionConflictError",
    "normalize_text",
]
