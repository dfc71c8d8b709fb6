"""The use cases: one verb each, on any store."""

from reclamation_core.desk.desk import Desk
from reclamation_core.desk.errors import CircularLinkError, ForeignSourceError, OutsideScopeError
from reclamation_core.desk.keeping import Holding
from reclamation_core.desk.living_plan import LivingPlan
from reclamation_core.desk.looking import CasesView
from reclamation_core.desk.scope import Scope
from reclamation_core.desk.sweeping import Alert

__all__ = [
    "Alert",
    "CasesView",
    "CircularLinkError",
    "Desk",
    "ForeignSourceError",
    "Holding",
    "LivingPlan",
    "OutsideScopeError",
    "Scope",
]
