"""Invented complaints, survey results and malfunctions from a seed, their life on a desk, and who handles them."""

from reclamation_core.simulation.agenda import SimulatedClock
from reclamation_core.simulation.caseload import Caseload, write_complaints, write_malfunctions
from reclamation_core.simulation.estimates import TimeToAnswer, WaitingTime, rate_interval, time_to_answer, waiting_of
from reclamation_core.simulation.messages import (
    InventedComplaint,
    generate_complaints,
    generate_malfunctions,
    generate_survey_results,
)
from reclamation_core.simulation.profile import CaseloadProfile, MalfunctionProfile, SurveyProfile
from reclamation_core.simulation.rates import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.records import generate_records
from reclamation_core.simulation.scenario.run import run_scenario, seed_register
from reclamation_core.simulation.shipped_files import shipped
from reclamation_core.simulation.staffing.calibration import (
    StaffingValidation,
    fit_effort,
    fit_waiting,
    step_durations,
    validate_staffing,
)
from reclamation_core.simulation.staffing.comparison import (
    HandlersNeeded,
    StaffingComparison,
    compare_staffing,
    handlers_needed,
)
from reclamation_core.simulation.staffing.metrics import METRICS
from reclamation_core.simulation.staffing.model import StaffingScenario
from reclamation_core.simulation.staffing.team import Absence, Effort, Staffing, WorkingHours

__all__ = [
    "METRICS",
    "Absence",
    "Caseload",
    "CaseloadProfile",
    "Effort",
    "HandlersNeeded",
    "InventedComplaint",
    "Kind",
    "MalfunctionProfile",
    "MalfunctionTheme",
    "SimulatedClock",
    "Staffing",
    "StaffingComparison",
    "StaffingScenario",
    "StaffingValidation",
    "SurveyProfile",
    "Theme",
    "TimeToAnswer",
    "WaitingTime",
    "WorkingHours",
    "compare_staffing",
    "fit_effort",
    "fit_waiting",
    "generate_complaints",
    "generate_malfunctions",
    "generate_records",
    "generate_survey_results",
    "handlers_needed",
    "rate_interval",
    "run_scenario",
    "seed_register",
    "shipped",
    "step_durations",
    "time_to_answer",
    "validate_staffing",
    "waiting_of",
    "write_complaints",
    "write_malfunctions",
]
