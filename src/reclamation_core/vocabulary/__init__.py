"""The words of the procedure: its closed lists, the facts of a complaint, the sites of the agency."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
