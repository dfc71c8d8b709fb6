"""The two ways a fact can be without a value: not known, and known not to exist."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, NoReturn, TypeAlias

__all__ = ["ABSENT", "UNKNOWN", "Absent", "Missing", "Unknown"]


class Missing(Enum):
    """Why a fact has no value.

    Neither member is true or false: a test such as `if facts.formal:` on a missing fact raises instead of taking
    the missing fact for a no.
    """

    UNKNOWN = "unknown"
    """The value is not known yet, nor whether there is one where there may be none (inconnu)."""

    ABSENT = "absent"
    """It is known that there is no value (sans objet)."""

    # Enum's own __hash__ is a Python function, many times slower than identity's.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self.name} is neither true nor false; compare with `is {self.name}`")


Unknown: TypeAlias = Literal[Missing.UNKNOWN]
"""The type of `UNKNOWN`, for annotations: `bool | Unknown`."""
Absent: TypeAlias = Literal[Missing.ABSENT]
"""The type of `ABSENT`, for annotations."""

UNKNOWN: Final = Missing.UNKNOWN
"""The value is not known yet (inconnu)."""
ABSENT: Final = Missing.ABSENT
"""It is known that there is no value (sans objet)."""
