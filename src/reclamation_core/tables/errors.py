"""What can go wrong with a table or with the facts given to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from reclamation_core.errors import FaultsError, ReclamationError

if TYPE_CHECKING:
    from reclamation_core.tables.findings import Finding


@attrs.define(eq=False)
class TableDefinitionError(ReclamationError, ValueError):
    """A table cannot be made of these parts: a name that is not an input, a value outside its domain, ..."""

    table: str
    part: str
    reason: str

    def __str__(self) -> str:
        return f"table {self.table!r}: {self.part}: {self.reason}"


@attrs.define(eq=False)
class TableProofError(ReclamationError, ValueError):
    """A table is refused because it is incomplete or contradicts itself; `findings` are the errors, never empty."""

    table: str
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return f"table {self.table!r} is refused:\n" + "\n".join(f"- {finding}" for finding in self.findings)


class FactsError(FaultsError):
    """Facts given to a table are not values of its inputs."""


@attrs.define(eq=False)
class OutcomeError(ReclamationError, ValueError):
    """A table was asked about an outcome that none of its rows gives."""

    table: str
    outcome: object
    known: tuple[object, ...]

    def __str__(self) -> str:
        known = ", ".join(str(outcome) for outcome in self.known)
        return f"table {self.table!r}: {self.outcome!r} is never its outcome; the outcomes are {known}"
