"""Procedure M2-1 (Piloter les réclamations clients et dysfonctionnements internes) as a library.

The names of this module are those that most programs need; each is loaded from its room when it is first used, so that
`import reclamation_core` costs next to nothing.
"""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
