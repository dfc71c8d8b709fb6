"""The use cases: one verb each, on any store."""

from reclamation_core.desk.agenda import Agenda, AwaitedAnswer, AwaitedCheck
from reclamation_core.desk.async_desk import AsyncCasesView, AsyncDesk, AsyncLivingPlan, Opening
from reclamation_core.desk.desk import Desk
from reclamation_core.desk.errors import (
    CircularLinkError,
    ClockError,
    ForeignSourceError,
    OutsideScopeError,
    WholeStoreError,
)
from reclamation_core.desk.importing import Entered
from reclamation_core.desk.keeping import Holding
from reclamation_core.desk.living_plan import LivingPlan
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
    "AsyncLivingPlan",
    "AwaitedAnswer",
    "AwaitedCheck",
    "CasesView",
    "CircularLinkError",
    "ClockError",
    "Desk",
    "Discrepancy",
    "Entered",
    "ForeignSourceError",
    "Holding",
    "LivingPlan",
    "Opening",
    "OutsideScopeError",
    "Registration",
    "Scope",
    "Signal",
    "Signals",
    "WholeStoreError",
]
