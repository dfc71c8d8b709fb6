"""Stores each with one realistic fault: the contracts fail on each, and a test suite of yours may too."""

from reclamation_core.testing.sabotage.catching import caught, caught_markdown
from reclamation_core.testing.sabotage.every_sabotage import SABOTAGES, sabotage
from reclamation_core.testing.sabotage.fault import Sabotage

__all__ = ["SABOTAGES", "Sabotage", "caught", "caught_markdown", "sabotage"]
