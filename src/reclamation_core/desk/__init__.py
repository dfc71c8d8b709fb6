"""The use cases: one verb each, on any store."""

from reclamation_core.desk.desk import Desk
from reclamation_core.desk.looking import CasesView
from reclamation_core.desk.scope import OutsideScopeError, Scope
from reclamation_core.desk.sweeping import Alert

__all__ = ["Alert", "CasesView", "Desk", "OutsideScopeError", "Scope"]
