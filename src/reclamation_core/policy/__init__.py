"""The editions of the procedure M2-1: tables, parameters, interpretations, and the assessment of a case under them."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
