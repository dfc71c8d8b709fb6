"""The services that the methods of `Desk` call, and types of its signatures: each is loaded when it is first used."""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
