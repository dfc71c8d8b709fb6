"""Whether answers were in time, seen at the end of a day: open complaints that are not due yet are neither.

Nor are those that only a later edition admits: a register that was kept under the first owed them no answer, and its
silence is not lateness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import NamedTuple

import attrs


class Dated(NamedTuple):
    """What a complaint comes to under an edition, and its days; None where there is none."""

    outcome: str
    due: date | None
    answered_on: date | None
    newly_admitted: bool
    """Whether an answer is due under this edition, and none is under the first."""


class Punctuality(Enum):
    """What is known at the end of a day of an answer that is due."""

    ON_TIME = "on_time"
    """It was given on its last day at the latest."""
    LATE = "late"
    """It was given later, or is not given and its last day has passed."""
    OPEN = "open"
    """It is not given, and its last day has not passed: a censored observation, neither in time nor late."""
    NEWLY_ADMITTED = "newly_admitted"
    """It is due under this edition, not under the first: whether it is given or not, nobody was held to it."""


def punctuality(due: date | None, answered_on: date | None, as_of: date) -> Punctuality | None:
    """What is known of an answer at the end of `as_of`; None where none is due.

    An answer given after `as_of` is not known then.

    >>> punctuality(date(2026, 5, 19), None, date(2026, 5, 19)), punctuality(date(2026, 5, 19), None, date(2026, 5, 20))
    (<Punctuality.OPEN: 'open'>, <Punctuality.LATE: 'late'>)
    """
    if due is None:
        return None
    if is_open(answered_on, as_of):
        return Punctuality.OPEN if as_of <= due else Punctuality.LATE
    return Punctuality.ON_TIME if answered_on is not None and answered_on <= due else Punctuality.LATE


def is_open(answered_on: date | None, as_of: date) -> bool:
    """Whether no answer is known at the end of a day."""
    return answered_on is None or answered_on > as_of


@attrs.frozen
class Rated:
    """How many answers were in time, late, are open, or are due to those that the first edition does not admit."""

    on_time: int
    late: int
    open: int
    newly_admitted: int

    @property
    def due(self) -> int:
        """How many answers are due at all."""
        return self.on_time + self.late + self.open + self.newly_admitted

    @property
    def rate(self) -> float | None:
        """The share in time of those in time or late (taux de respect du délai); None where there are none."""
        known = self.on_time + self.late
        return self.on_time / known if known else None


def rated(groups: Iterable[tuple[Dated, int]], as_of: date) -> Rated:
    """How many complaints, given as groups with their numbers, were answered in time."""
    found: Counter[Punctuality | None] = Counter()
    for dated, cases in groups:
        if dated.newly_admitted:
            found[Punctuality.NEWLY_ADMITTED] += cases
        else:
            found[punctuality(dated.due, dated.answered_on, as_of)] += cases
    return Rated(**{kind.value: found[kind] for kind in Punctuality})
