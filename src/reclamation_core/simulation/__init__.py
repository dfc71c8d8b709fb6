"""Invented complaints, survey results and malfunctions from a seed, the files of them, and their life on a desk."""

from reclamation_core.simulation.caseload import Caseload
from reclamation_core.simulation.complaint import InventedComplaint
from reclamation_core.simulation.demonstration import Shipped, shipped
from reclamation_core.simulation.generator import generate_complaints
from reclamation_core.simulation.kinds import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.life.agenda import SimulatedClock
from reclamation_core.simulation.life.living import Lived, live
from reclamation_core.simulation.malfunctions import InventedMalfunction, generate_malfunctions
from reclamation_core.simulation.profile import CaseloadProfile, MalfunctionProfile, ReceiptProfile, SurveyProfile
from reclamation_core.simulation.survey import InventedSurveyResult, generate_survey_results
from reclamation_core.simulation.writing import write_complaints, write_malfunctions, write_survey_results

__all__ = [
    "Caseload",
    "CaseloadProfile",
    "InventedComplaint",
    "InventedMalfunction",
    "InventedSurveyResult",
    "Kind",
    "Lived",
    "MalfunctionProfile",
    "MalfunctionTheme",
    "ReceiptProfile",
    "Shipped",
    "SimulatedClock",
    "SurveyProfile",
    "Theme",
    "generate_complaints",
    "generate_malfunctions",
    "generate_survey_results",
    "live",
    "shipped",
    "write_complaints",
    "write_malfunctions",
    "write_survey_results",
]
