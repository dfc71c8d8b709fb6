"""The application services: one method of `Desk` for each use case, on any store."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
