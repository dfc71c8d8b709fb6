"""The application services: one method of `Desk` for each use case, on any store."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.cases.decision import Registration
    from reclamation_core.desk.agenda import Agenda, AvailableCommand, Signals
    from reclamation_core.desk.arguments import etag, read_etag
    from reclamation_core.desk.async_desk import AsyncDesk, AsyncPlanService
    from reclamation_core.desk.commands import Command, PlanCommand
    from reclamation_core.desk.consumers import (
        AsyncFeedConsumer,
        ConsumerLag,
        ConsumerOptions,
        DeliveryReport,
        FailureAction,
        FeedConsumer,
    )
    from reclamation_core.desk.context import DeskOptions
    from reclamation_core.desk.desk import Desk
    from reclamation_core.desk.errors import (
        CircularLinkError,
        ClockError,
        DeliveryError,
        JobBusyError,
        OutsideScopeError,
        SourceConflictError,
        WholeStoreError,
    )
    from reclamation_core.desk.maintenance import Alert, Discrepancy
    from reclamation_core.desk.nightly import MaintenanceView, NightlyReport
    from reclamation_core.desk.plan_service import PlanService
    from reclamation_core.desk.privacy import PersonalDataItem, PersonRelation
    from reclamation_core.desk.queries import CasesView
    from reclamation_core.desk.registration import RegistrationResult
    from reclamation_core.desk.reports import ReportService
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".agenda": "Agenda AvailableCommand Signals",
            ".arguments": "etag read_etag",
            ".async_desk": "AsyncDesk AsyncPlanService",
            ".commands": "Command PlanCommand",
            ".consumers": "AsyncFeedConsumer ConsumerLag ConsumerOptions DeliveryReport FailureAction FeedConsumer",
            ".context": "DeskOptions",
            ".desk": "Desk",
            ".errors": """
                CircularLinkError ClockError DeliveryError JobBusyError OutsideScopeError
                SourceConflictError WholeStoreError
            """,
            ".maintenance": "Alert Discrepancy",
            ".nightly": "MaintenanceView NightlyReport",
            ".plan_service": "PlanService",
            ".privacy": "PersonalDataItem PersonRelation",
            ".queries": "CasesView",
            "..cases.decision": "Registration",
            ".registration": "RegistrationResult",
            ".reports": "ReportService",
        },
    )

__all__ = [
    "Agenda",
    "Alert",
    "AsyncDesk",
    "AsyncFeedConsumer",
    "AsyncPlanService",
    "AvailableCommand",
    "CasesView",
    "CircularLinkError",
    "ClockError",
    "Command",
    "ConsumerLag",
    "ConsumerOptions",
    "DeliveryError",
    "DeliveryReport",
    "Desk",
    "DeskOptions",
    "Discrepancy",
    "FailureAction",
    "FeedConsumer",
    "JobBusyError",
    "MaintenanceView",
    "NightlyReport",
    "OutsideScopeError",
    "PersonRelation",
    "PersonalDataItem",
    "PlanCommand",
    "PlanService",
    "Registration",
    "RegistrationResult",
    "ReportService",
    "Signals",
    "SourceConflictError",
    "WholeStoreError",
    "etag",
    "read_etag",
]
