"""Invented complaints: a seeded generator, and the file that `reclamation demo` triages."""

from reclamation_core.simulation.complaint import InventedComplaint
from reclamation_core.simulation.demonstration import Shipped, shipped
from reclamation_core.simulation.generator import generate_complaints
from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.simulation.profile import CaseloadProfile
from reclamation_core.simulation.writing import write_complaints

__all__ = [
    "CaseloadProfile",
    "InventedComplaint",
    "Kind",
    "Shipped",
    "Theme",
    "generate_complaints",
    "shipped",
    "write_complaints",
]
