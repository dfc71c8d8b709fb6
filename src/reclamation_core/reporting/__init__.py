"""Reports, letters and calendars that people read; the extras `reports`, `letters` and `calendar` bring the formats."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
