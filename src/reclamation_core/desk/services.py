"""The services that the methods of `Desk` call; each is loaded when it is first used."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.desk.commands import Command, as_command, require_placed
    from reclamation_core.desk.consumers import FeedConsumer
    from reclamation_core.desk.handling import ClosingService, HandlingService
    from reclamation_core.desk.maintenance import MaintenanceService
    from reclamation_core.desk.nightly import MaintenanceView
    from reclamation_core.desk.plan_service import PlanningService, PlanService
    from reclamation_core.desk.privacy import PrivacyService
    from reclamation_core.desk.queries import CasesView, QueryService
    from reclamation_core.desk.registration import RegistrationService
    from reclamation_core.desk.reports import ReportService
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "..commands": "Command as_command require_placed",
            "..consumers": "FeedConsumer",
            "..handling": "ClosingService HandlingService",
            "..maintenance": "MaintenanceService",
            "..nightly": "MaintenanceView",
            "..plan_service": "PlanningService PlanService",
            "..privacy": "PrivacyService",
            "..queries": "CasesView QueryService",
            "..registration": "RegistrationService",
            "..reports": "ReportService",
        },
    )

__all__ = [
    "CasesView",
    "ClosingService",
    "Command",
    "FeedConsumer",
    "HandlingService",
    "MaintenanceService",
    "MaintenanceView",
    "PlanService",
    "PlanningService",
    "PrivacyService",
    "QueryService",
    "RegistrationService",
    "ReportService",
    "as_command",
    "require_placed",
]
