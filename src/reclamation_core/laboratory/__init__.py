"""What if the procedure said otherwise: editions derived, replayed on a caseload, swept over a parameter, plotted."""

from reclamation_core.laboratory.deriving import what_if
from reclamation_core.laboratory.plots.answer_time import plot_answer_time
from reclamation_core.laboratory.plots.flows import plot_flows
from reclamation_core.laboratory.plots.sensitivity import plot_sensitivity
from reclamation_core.laboratory.plots.staffing import plot_staffing
from reclamation_core.laboratory.plots.workload import plot_ageing, plot_workload
from reclamation_core.laboratory.replayed import Replay
from reclamation_core.laboratory.replaying import replay
from reclamation_core.laboratory.sweeping import sweep

__all__ = [
    "Replay",
    "plot_ageing",
    "plot_answer_time",
    "plot_flows",
    "plot_sensitivity",
    "plot_staffing",
    "plot_workload",
    "replay",
    "sweep",
    "what_if",
]
