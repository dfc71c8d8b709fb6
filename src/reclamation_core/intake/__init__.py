"""Reading complaints from files with foreign columns, deciding them, writing and registering the decisions."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
