"""The case aggregate (dossier): its events, its state, the commands on it and their guards."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
