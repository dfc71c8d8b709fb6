"""What if the procedure said otherwise: editions derived, replayed on a caseload, swept over a parameter, plotted."""

from reclamation_core.laboratory.deriving import what_if
from reclamation_core.laboratory.replayed import Replay
from reclamation_core.laboratory.replaying import replay
from reclamation_core.laboratory.sweeping import sweep

__all__ = ["Replay", "replay", "sweep", "what_if"]
