"""A store in memory, for tests, notebooks and small programs."""

from reclamation_core.adapters.memory.store import InMemoryStore

__all__ = ["InMemoryStore"]
