"""What-if analysis of the procedure: derive editions, replay them on a caseload, sweep a parameter, plot results."""

from reclamation_core.laboratory.caseload_replay import replay
from reclamation_core.laboratory.compared_records import COMPARED_MEASURES, Costs
from reclamation_core.laboratory.comparison import Comparison, compare
from reclamation_core.laboratory.comparison_page import ComparisonPage, example_file
from reclamation_core.laboratory.derivation import what_if
from reclamation_core.laboratory.parameter_sweep import sweep
from reclamation_core.laboratory.plots.comparisons import plot_comparison
from reclamation_core.laboratory.plots.curves import plot_answer_time, plot_sensitivity
from reclamation_core.laboratory.plots.replays import plot_ageing, plot_flows, plot_workload
from reclamation_core.laboratory.plots.staffing import plot_staffing
from reclamation_core.laboratory.reports import laboratory_report, to_xlsx
from reclamation_core.laboratory.result import Replay

__all__ = [
    "COMPARED_MEASURES",
    "Comparison",
    "ComparisonPage",
    "Costs",
    "Replay",
    "compare",
    "example_file",
    "laboratory_report",
    "plot_ageing",
    "plot_answer_time",
    "plot_comparison",
    "plot_flows",
    "plot_sensitivity",
    "plot_staffing",
    "plot_workload",
    "replay",
    "sweep",
    "to_xlsx",
    "what_if",
]
