"""Stores each with one realistic fault: the contracts fail on each, and a test suite of yours may too."""

from reclamation_core.testing.sabotage.catalogue import SABOTAGES, Sabotage, sabotage
from reclamation_core.testing.sabotage.documents import DOCUMENT_SABOTAGES, DocumentSabotage

__all__ = ["DOCUMENT_SABOTAGES", "SABOTAGES", "DocumentSabotage", "Sabotage", "sabotage"]
