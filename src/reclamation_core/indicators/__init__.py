"""Signals of a rise in weekly counts of complaints, by detectors with a stated rate of false alarms."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
