"""Indicators of a period, each with its definition, and rises in weekly counts, with a stated rate of false alarms."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
