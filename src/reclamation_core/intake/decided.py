"""What is written of a complaint once it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Self, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar, Deadline
from reclamation_core.policy import Assessment
from reclamation_core.tables import Cell, Decision
from reclamation_core.tables.explanation import headline, row_wording, sentence
from reclamation_core.vocabulary import Eligibility, Level


@attrs.frozen(eq=False)
class Part:
    """What is written of one decision and of those that it rests on.

    Args:
        columns: the columns, "" where undetermined.
        reason: what was decided and by which rules, in French; while undetermined, what is still possible of the
            eligibility and "" of the level.
    """

    columns: Mapping[str, str]
    reason: str


class Outcomes:
    """Makes outcomes of assessments: one object for all that is written alike, so that it is written out once.

    An outcome follows from two cells of the tables, that of the eligibility and that of the complexity.
    """

    def __init__(self) -> None:
        self._of_cells: dict[tuple[Cell[Eligibility], Cell[Any]], Outcome] = {}
        self._first: dict[Cell[Eligibility], Part] = {}
        self._then: dict[Cell[Any], Part] = {}
        self._parts: dict[tuple[str, ...], Part] = {}
        self._outcomes: dict[tuple[Part, Part, str], Outcome] = {}

    def of(self, assessment: Assessment) -> Outcome:
        """The outcome of an assessment."""
        cells = (assessment.eligibility.cell, assessment.complexity.cell)
        found = self._of_cells.get(cells)
        return _kept(self._of_cells, cells, self._made(assessment)) if found is None else found

    def _made(self, assessment: Assessment) -> Outcome:
        eligibility, complexity = assessment.eligibility, assessment.complexity
        first = self._first.get(eligibility.cell)
        if first is None:
            first = _kept(self._first, eligibility.cell, self._same(_eligibility_part(eligibility)))
        then = self._then.get(complexity.cell)
        if then is None:
            then = _kept(self._then, complexity.cell, self._same(_handling_part(assessment)))
        asked = assessment.question
        question = "" if asked is None else asked.question.fr
        key = (first, then, question)
        found = self._outcomes.get(key)
        if found is not None:
            return found
        words = _words(first, then, is_handled=eligibility.outcome is Eligibility.COMPLAINT)
        runs = assessment.deadline is not None
        outcome = Outcome(eligibility.outcome, assessment.level.outcome, question, words, runs, first, then)
        return _kept(self._outcomes, key, outcome)

    def _same(self, part: Part) -> Part:
        """The part made before that says the same, or this one."""
        key = (*part.columns.values(), part.reason)
        found = self._parts.get(key)
        return _kept(self._parts, key, part) if found is None else found


@attrs.frozen(eq=False)
class Outcome:
    """The part that the facts alone decide, the receipt aside.

    Args:
        eligibility: whether it is a complaint; None while undetermined.
        level: the level that handles it; None while undetermined.
        question: what to ask for first, in French; "" once all is decided.
        reason: why it is so, in French.
        clock_runs: whether an answer is due.
        first: what is written of the eligibility.
        then: what is written of the level, the risk and the complexity.
    """

    eligibility: Eligibility | None
    level: Level | None
    question: str
    reason: str
    clock_runs: bool
    first: Part
    then: Part

    @property
    def columns(self) -> dict[str, str]:
        """What is written of it, by column."""
        return {**self.first.columns, **self.then.columns, "question": self.question, "reason": self.reason}


@attrs.frozen(eq=False)
class Receipt:
    """The part that the receipt and the site decide.

    Args:
        received_on: the day of receipt in the site's zone.
        due_date: the last day to answer; None for what is out of scope.
        calendar: the edition of the calendar that counted.
    """

    received_on: date
    due_date: date | None
    calendar: str

    @classmethod
    def of(cls, received_at: datetime, deadline: Deadline | None, calendar: BusinessCalendar) -> Self:
        """The receipt at an instant, its deadline if it has one, and the calendar that counts."""
        if deadline is None:
            return cls(calendar.day_of(received_at), None, calendar.edition)
        return cls(deadline.received_on, deadline.due, calendar.edition)


@attrs.define
class Decided:
    """One complaint, decided."""

    line: int
    reference: str
    site: str
    receipt: Receipt
    outcome: Outcome


_MEMORY: Final = 1 << 15

COLUMNS: Final = (
    "reference",
    "site",
    "received_on",
    "due_date",
    "eligibility",
    "eligibility_rows",
    "level",
    "level_rows",
    "handling_level",
    "criticality",
    "band",
    "complexity",
    "question",
    "reason",
    "calendar",
)
"""The columns of a file of decisions, in order."""


def _words(first: Part, then: Part, *, is_handled: bool) -> str:
    """The reason: empty while eligibility is undetermined; of what is out of scope nothing more is said."""
    return " ".join(filter(None, (first.reason, then.reason))) if is_handled else first.reason


def _eligibility_part(decision: Decision[Eligibility]) -> Part:
    columns = {"eligibility": _written(decision.outcome), "eligibility_rows": _rows(decision)}
    return Part(columns, _reason(decision))


def _handling_part(assessment: Assessment) -> Part:
    level, risk, complexity = assessment.level, assessment.risk, assessment.complexity
    columns = {
        "level": _written(level.outcome),
        "level_rows": _rows(level),
        "handling_level": assessment.handling_level.value,
        "criticality": _written(assessment.criticality.outcome),
        "band": _written(risk.outcome),
        "complexity": _written(complexity.outcome),
    }
    return Part(columns, _reason(level))


_K = TypeVar("_K")
_V = TypeVar("_V")


def _kept(memory: dict[_K, _V], key: _K, made: _V) -> _V:
    if len(memory) >= _MEMORY:
        memory.clear()
    memory[key] = made
    return made


def _written(outcome: object) -> str:
    return "" if outcome is None else str(outcome)


def _rows(decision: Decision[Any]) -> str:
    return " ".join(row.id for row in decision.rows)


def _reason(decision: Decision[Any]) -> str:
    """What was decided and by which rules; nothing while it is not."""
    if decision.outcome is None:
        return ""
    # Where no rule is sure to fire, one of those that may and that agree will.
    rows = decision.deciding or [row for row in decision.may_fire if row.then == decision.outcome]
    texts = [(row_wording(decision.table, row, "fr"), row.source("fr")) for row in rows]
    return " ".join(
        [
            sentence(headline(decision, "fr")),
            *(sentence(f"{text} ({source})" if source else text) for text, source in texts),
        ]
    )
