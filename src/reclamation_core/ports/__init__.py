"""The ports of the desk: the store and the clock; abstract, documented, free of any technology."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
