"""The whole life of an invented caseload, lived on a desk."""

from reclamation_core.simulation.life.agenda import SimulatedClock
from reclamation_core.simulation.life.living import Lived, live

__all__ = ["Lived", "SimulatedClock", "live"]
