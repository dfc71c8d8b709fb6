"""The application is a project of its own: its tests run in an environment of its own, not here."""

from __future__ import annotations

collect_ignore = ["application"]
