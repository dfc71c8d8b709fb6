"""What the proof of a table can find."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.missing import Missing
from reclamation_core.wording import Lang, Wording


class FindingKind(StrEnum):
    """What is found. The first four are errors and refuse the table; the others are remarks."""

    GAP = "gap"
    """Facts for which no row fires."""
    OVERLAP = "overlap"
    """Facts for which several rows fire, under UNIQUE."""
    CONFLICT = "conflict"
    """Facts for which rows give different outcomes, under ANY."""
    NOT_MONOTONE = "not_monotone"
    """Facts where a promise of monotonicity is broken."""
    NEVER_FIRES = "never_fires"
    """A row whose conditions no facts meet."""
    ALWAYS_MASKED = "always_masked"
    """A row that fires, but whose outcome another row always overrides or already gives."""
    OUTCOME_NEVER_GIVEN = "outcome_never_given"
    """An outcome of a closed list that no facts get."""
    INPUT_NEVER_MATTERS = "input_never_matters"
    """An input that no outcome depends on."""


_ERRORS = frozenset({FindingKind.GAP, FindingKind.OVERLAP, FindingKind.CONFLICT, FindingKind.NOT_MONOTONE})


@attrs.frozen
class Finding:
    """One thing found about a table.

    Attributes:
        kind: what is found.
        subject: the row, the outcome or the input it is about; empty where it is the table.
        cells: how many cells it concerns.
        witness: base facts that show it: a value, or `ABSENT`, for each. Of a row that never fires, facts that meet
            all the conditions that can be met.
        rows: the ids of the rows that fire for the witness.
        message: the finding in a sentence.
    """

    kind: FindingKind
    subject: str
    cells: int
    witness: Mapping[str, Any]
    rows: tuple[str, ...]
    message: Wording

    @property
    def is_error(self) -> bool:
        """Whether it refuses the table."""
        return self.kind in _ERRORS

    def in_(self, lang: Lang) -> str:
        """The finding with its witness."""
        values = ", ".join(f"{name} = {_shown(value)}" for name, value in self.witness.items())
        return f"{self.message.in_(lang)} ({'témoin : ' if lang == 'fr' else 'witness: '}{values})"

    def __str__(self) -> str:
        return self.in_("en")


def _shown(value: Any) -> str:
    return value.name if isinstance(value, Missing) else str(value)
