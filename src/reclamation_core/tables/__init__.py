"""Decision tables that are compiled to cells, proved when built, and explain themselves.

This package knows nothing of complaints and can be used alone.
"""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
