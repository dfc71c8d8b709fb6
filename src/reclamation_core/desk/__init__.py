"""The use cases: one verb each, on any store."""

from reclamation_core.desk.acting import DeskOptions
from reclamation_core.desk.agenda import Agenda, AwaitedAnswer, AwaitedCheck
from reclamation_core.desk.async_desk import AsyncCasesView, AsyncDesk, AsyncPlanService
from reclamation_core.desk.desk import Desk
from reclamation_core.desk.errors import (
    CircularLinkError,
    ClockError,
    ForeignSourceError,
    OutsideScopeError,
    WholeStoreError,
)
from reclamation_core.desk.importing import RegistrationResult
from reclamation_core.desk.keeping import PersonalDataItem
from reclamation_core.desk.living_plan import PlanService
from reclamation_core.desk.looking import CasesView
from reclamation_core.desk.opening import Registration
from reclamation_core.desk.scope import Scope
from reclamation_core.desk.signals import Signal, Signals
from reclamation_core.desk.sweeping import Alert
from reclamation_core.desk.verifying import Discrepancy

__all__ = [
    "Agenda",
    "Alert",
    "AsyncCasesView",
    "AsyncDesk",
    "AsyncPlanService",
    "AwaitedAnswer",
    "AwaitedCheck",
    "CasesView",
    "CircularLinkError",
    "ClockError",
    "Desk",
    "DeskOptions",
    "Discrepancy",
    "ForeignSourceError",
    "OutsideScopeError",
    "PersonalDataItem",
    "PlanService",
    "Registration",
    "RegistrationResult",
    "Scope",
    "Signal",
    "Signals",
    "WholeStoreError",
]
