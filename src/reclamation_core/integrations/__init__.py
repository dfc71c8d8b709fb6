"""Integrations with web frameworks: a board for people, and thin adapters for FastAPI and Django.

No rule of the procedure is here: each page and each route calls the desk.
"""

from __future__ import annotations

__all__: list[str] = []
