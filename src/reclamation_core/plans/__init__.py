"""The PGAAC: actions, the living plan of a site, a region or the nation, and its numbered editions."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
