"""Invented complaints, survey results and malfunctions from a seed, their life on a desk, and who handles them."""

from reclamation_core.simulation.agenda import SimulatedClock
from reclamation_core.simulation.caseload import Caseload, write_complaints, write_malfunctions, write_survey_results
from reclamation_core.simulation.complaints import InventedComplaint, generate_complaints
from reclamation_core.simulation.intervals import Interval, rate_interval
from reclamation_core.simulation.malfunctions import InventedMalfunction, generate_malfunctions
from reclamation_core.simulation.profile import CaseloadProfile, MalfunctionProfile, ReceiptProfile, SurveyProfile
from reclamation_core.simulation.rates import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.records import CaseloadRecord, generate_records
from reclamation_core.simulation.scenario.run import ScenarioResult, run_scenario
from reclamation_core.simulation.shipped_files import Shipped, shipped
from reclamation_core.simulation.staffing.arrivals import Arrivals, ArrivingComplaint
from reclamation_core.simulation.staffing.comparison import (
    Estimate,
    PairedDifference,
    StaffingComparison,
    compare_staffing,
)
from reclamation_core.simulation.staffing.metrics import METRICS, Metric, measured
from reclamation_core.simulation.staffing.model import (
    DayBacklog,
    HandledComplaint,
    StaffingRun,
    StaffingScenario,
    UnitLoad,
    simulate_staffing,
)
from reclamation_core.simulation.staffing.sizing import HandlersNeeded, HandlersTried, handlers_needed
from reclamation_core.simulation.staffing.team import (
    Absence,
    Effort,
    ExponentialEffort,
    FixedEffort,
    Staffing,
    TriangularEffort,
    WorkingHours,
)
from reclamation_core.simulation.survey import InventedSurveyResult, generate_survey_results
from reclamation_core.simulation.survival import (
    HasWaitingTime,
    SurvivalPoint,
    TimeToAnswer,
    WaitingTime,
    time_to_answer,
    waiting_of,
)

__all__ = [
    "METRICS",
    "Absence",
    "Arrivals",
    "ArrivingComplaint",
    "Caseload",
    "CaseloadProfile",
    "CaseloadRecord",
    "DayBacklog",
    "Effort",
    "Estimate",
    "ExponentialEffort",
    "FixedEffort",
    "HandledComplaint",
    "HandlersNeeded",
    "HandlersTried",
    "HasWaitingTime",
    "Interval",
    "InventedComplaint",
    "InventedMalfunction",
    "InventedSurveyResult",
    "Kind",
    "MalfunctionProfile",
    "MalfunctionTheme",
    "Metric",
    "PairedDifference",
    "ReceiptProfile",
    "ScenarioResult",
    "Shipped",
    "SimulatedClock",
    "Staffing",
    "StaffingComparison",
    "StaffingRun",
    "StaffingScenario",
    "SurveyProfile",
    "SurvivalPoint",
    "Theme",
    "TimeToAnswer",
    "TriangularEffort",
    "UnitLoad",
    "WaitingTime",
    "WorkingHours",
    "compare_staffing",
    "generate_complaints",
    "generate_malfunctions",
    "generate_records",
    "generate_survey_results",
    "handlers_needed",
    "measured",
    "rate_interval",
    "run_scenario",
    "shipped",
    "simulate_staffing",
    "time_to_answer",
    "waiting_of",
    "write_complaints",
    "write_malfunctions",
    "write_survey_results",
]
