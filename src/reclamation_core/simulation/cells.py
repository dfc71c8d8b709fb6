"""How a file writes what is known: codes, numbers, true and false, instants with their offset."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reclamation_core.missing import Missing


def cells_of(columns: Iterable[str], facts: Any, own: dict[str, str]) -> dict[str, str]:
    """The cells of a row: its own ones by name, the others from the facts of those names."""
    return {name: own[name] if name in own else cell(getattr(facts, name)) for name in columns}


def cell(value: object) -> str:
    """One value as a cell; empty where it is unknown or absent."""
    if isinstance(value, Missing):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
