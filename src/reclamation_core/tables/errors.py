"""Findings of the proof of a table, and the errors that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.errors import ErrorKind, FaultsError, ReclamationError
from reclamation_core.missing import Missing
from reclamation_core.wording import Lang, Wording


class FindingKind(StrEnum):
    """What is found. The first four are errors and refuse the table; the others are warnings."""

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
    """A row that fires, but whose outcome another row always overrides or repeats."""
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


@attrs.define(eq=False)
class TableDefinitionError(ReclamationError, ValueError):
    """A table cannot be made of these parts: a name that is not an input, a value outside its domain, ..."""

    code = "invalid_table"
    kind = ErrorKind.INVALID

    table: str
    part: str
    reason: str

    def __str__(self) -> str:
        return f"table {self.table!r}: {self.part}: {self.reason}"


@attrs.define(eq=False)
class TableProofError(ReclamationError, ValueError):
    """A table is refused because it is incomplete or contradicts itself; `findings` are the errors, never empty."""

    code = "unproved_table"
    kind = ErrorKind.INVALID

    table: str
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return f"table {self.table!r} is refused:\n" + "\n".join(f"- {finding}" for finding in self.findings)


class FactsError(FaultsError):
    """Facts given to a table are not values of its inputs."""

    code = "invalid_facts"
    kind = ErrorKind.INVALID


@attrs.define(eq=False)
class OutcomeError(ReclamationError, ValueError):
    """No row of the table has the outcome in question."""

    code = "unknown_outcome"
    kind = ErrorKind.INVALID
    argument = "outcome"

    table: str
    outcome: object
    known: tuple[object, ...]

    def __str__(self) -> str:
        known = ", ".join(str(outcome) for outcome in self.known)
        return f"table {self.table!r}: {self.outcome!r} is never its outcome; the outcomes are {known}"
