"""Findings of the proof of a table, and the errors that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.errors import ErrorKind, FaultsError, WordedError, describe_value
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import LANGUAGES, Lang, Wording


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
class Finding(SharedRepr):
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
        values = ", ".join(f"{name} = {_shown(value, lang)}" for name, value in self.witness.items())
        return f"{self.message.in_(lang)} ({'exemple : ' if lang == 'fr' else 'witness: '}{values})"

    def __str__(self) -> str:
        return self.in_("en")


def _shown(value: object, lang: Lang) -> str:
    return str(value) if isinstance(value, str) else describe_value(value, lang)


@attrs.define
class TableDefinitionError(WordedError, ValueError):
    """A table cannot be made of these parts: a name that is not an input, a value outside its domain, ...

    Args:
        table: the name of the table.
        part: which part, as a path: `priority`, `inputs.age`, `rows.child`.
        reason: why it does not fit.
    """

    code = "invalid_table"
    kind = ErrorKind.INVALID

    table: str
    part: str
    reason: Wording

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"table « {self.table} », {self.part} : {self.reason.fr}",
            f"table '{self.table}': {self.part}: {self.reason.en}",
        )


@attrs.define
class TableProofError(WordedError, ValueError):
    """A table is refused because it is incomplete or contradicts itself; `findings` are the errors, never empty."""

    code = "unproved_table"
    kind = ErrorKind.INVALID

    table: str
    findings: tuple[Finding, ...]

    @property
    def wording(self) -> Wording:
        """The findings, one a line."""
        fr, en = ("\n".join(f"- {finding.in_(lang)}" for finding in self.findings) for lang in LANGUAGES)
        return Wording(f"la table « {self.table} » est refusée :\n{fr}", f"table '{self.table}' is refused:\n{en}")


class FactsError(FaultsError):
    """Facts given to a table are not values of its inputs."""

    code = "invalid_facts"
    kind = ErrorKind.INVALID


@attrs.define
class OutcomeError(WordedError, ValueError):
    """No row of the table has the outcome in question."""

    code = "unknown_outcome"
    kind = ErrorKind.INVALID
    argument = "outcome"

    table: str
    outcome: object
    known: tuple[object, ...]

    @property
    def wording(self) -> Wording:
        """Which outcomes there are."""
        known = ", ".join(str(outcome) for outcome in self.known)
        fr, en = (describe_value(self.outcome, lang) for lang in LANGUAGES)
        return Wording(
            f"table « {self.table} » : {fr} n'en est jamais le résultat ; les résultats sont {known}",
            f"table '{self.table}': {en} is never its outcome; the outcomes are {known}",
        )
