"""Adapters of the ports: the stores in memory and in a database, and the parts to write another store with.

SQLAlchemy is imported at the first use of a name that needs it; it comes with the extra `sql`.
"""

from reclamation_core.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, __file__)
