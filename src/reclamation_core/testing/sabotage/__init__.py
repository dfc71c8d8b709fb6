"""Stores each with one realistic fault: the contracts fail on each, and a test suite of yours may too."""

from reclamation_core.testing.sabotage.catalogue import SABOTAGES, Sabotage, sabotage

__all__ = ["SABOTAGES", "Sabotage", "sabotage"]
