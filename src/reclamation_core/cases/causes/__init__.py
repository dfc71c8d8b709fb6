"""Problem-solving methods, each an object that cannot be made wrong, and the families that causes are counted under."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
