"""What a file of complaints comes to: how many of what, due when, and what is to be asked."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TypeAlias

import attrs

from reclamation_core.intake.decided import Decided
from reclamation_core.intake.records import Rejected
from reclamation_core.vocabulary import Eligibility, Level

_Kind: TypeAlias = tuple[Eligibility | None, Level | None, str, date | None]


@attrs.frozen
class Due:
    """How many are to be answered when, seen from a day.

    Args:
        overdue: before that day.
        this_week: from that day to the Sunday of its week.
        later: afterwards.
    """

    overdue: int
    this_week: int
    later: int


@attrs.define
class Summary:
    """Counts, in constant memory.

    Attributes:
        decided: how many rows were decided, undetermined ones included.
        rejected: how many could not be read.
        rejected_fields: of these, how many by first field refused.
    """

    decided: int = 0
    rejected: int = 0
    rejected_fields: Counter[str] = attrs.field(factory=Counter)
    _kinds: Counter[_Kind] = attrs.field(factory=Counter)

    @property
    def read(self) -> int:
        """How many rows were read: `decided + rejected`."""
        return self.decided + self.rejected

    def add(self, result: Decided | Rejected) -> None:
        """Count one row."""
        if isinstance(result, Rejected):
            self.rejected += 1
            self.rejected_fields[result.field] += 1
            return
        self.decided += 1
        outcome = result.outcome
        self._kinds[outcome.eligibility, outcome.level, outcome.question, result.receipt.due_date] += 1

    def by_eligibility(self) -> Counter[Eligibility | None]:
        """How many by eligibility; None counts those to be clarified."""
        counts: Counter[Eligibility | None] = Counter()
        for (eligibility, _, _, _), number in self._kinds.items():
            counts[eligibility] += number
        return counts

    def by_level(self) -> Counter[Level | None]:
        """How many by level, of those that are not out of scope; None counts those to be settled."""
        counts: Counter[Level | None] = Counter()
        for (eligibility, level, _, _), number in self._kinds.items():
            if eligibility is not Eligibility.OUT_OF_SCOPE:
                counts[level] += number
        return counts

    def questions(self) -> Counter[str]:
        """How many by the question to ask first, in French."""
        counts: Counter[str] = Counter()
        for (_, _, question, _), number in self._kinds.items():
            if question:
                counts[question] += number
        return counts

    def due(self, as_of: date) -> Due:
        """When those that are not out of scope are to be answered, seen from a day."""
        sunday = as_of + timedelta(days=6 - as_of.weekday())
        overdue = this_week = later = 0
        for (_, _, _, due), number in self._kinds.items():
            if due is None:
                continue
            if due < as_of:
                overdue += number
            elif due <= sunday:
                this_week += number
            else:
                later += number
        return Due(overdue, this_week, later)
