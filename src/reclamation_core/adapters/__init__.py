"""Stores that the ports ask for: in memory."""

from reclamation_core.adapters.memory import InMemoryStore

__all__ = ["InMemoryStore"]
