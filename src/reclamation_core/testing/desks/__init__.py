"""Desks for tests, each on a store of its own."""

from reclamation_core.testing.desks.opening import a_desk

__all__ = ["a_desk"]
