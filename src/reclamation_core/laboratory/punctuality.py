"""Whether answers were in time, seen at the end of a day: of what is not due yet nothing is said, answered or not.

What is due later and answered already was answered quickly; what will be answered slowly is still open. A rate that had
the one without the other would be too good, and the better the shorter the caseload. So all is rated once its last day
has come, and nothing before.

Nor are those rated that only a later edition admits: a register that was kept under the first owed them no answer, and
its silence is not lateness.
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
    withdrawn_on: date | None = None

    def is_withdrawn(self, as_of: date) -> bool:
        """Whether the complaint was withdrawn, as known at the end of a day, while its answer was still awaited."""
        if self.withdrawn_on is None or self.due is None or self.withdrawn_on > min(self.due, as_of):
            return False
        return is_open(self.answered_on, self.withdrawn_on)


class Punctuality(Enum):
    """What is known at the end of a day of an answer that is due."""

    ON_TIME = "on_time"
    """Its last day has come, and it was given by then."""
    LATE = "late"
    """Its last day has come, and it was given later or is not given."""
    OPEN = "open"
    """It is not given, and its last day is still to come: a censored observation, neither in time nor late."""
    EARLY = "early"
    """It is given, and its last day is still to come: rated when that has come, as the open ones are."""
    NEWLY_ADMITTED = "newly_admitted"
    """It is due under this edition, not under the first: whether it is given or not, nobody was held to it."""
    WITHDRAWN = "withdrawn"
    """The complaint was withdrawn by its last day, before any answer: nobody awaits one."""


def punctuality(due: date | None, answered_on: date | None, as_of: date) -> Punctuality | None:
    """What is known of an answer at the end of `as_of`; None where none is due.

    An answer given after `as_of` is not known then.

    >>> due, answered_on = date(2026, 5, 19), date(2026, 5, 12)
    >>> [punctuality(due, answered_on, as_of).value for as_of in (date(2026, 5, 11), date(2026, 5, 18), due)]
    ['open', 'early', 'on_time']
    >>> [punctuality(due, None, as_of).value for as_of in (date(2026, 5, 18), due)]
    ['open', 'late']
    """
    if due is None:
        return None
    if as_of < due:
        return Punctuality.OPEN if is_open(answered_on, as_of) else Punctuality.EARLY
    return Punctuality.LATE if is_open(answered_on, due) else Punctuality.ON_TIME


def is_open(answered_on: date | None, as_of: date) -> bool:
    """Whether no answer is known at the end of a day."""
    return answered_on is None or answered_on > as_of


@attrs.frozen
class Rated:
    """How many answers were in time, late, not due yet, due to those that the first does not admit, or not awaited."""

    on_time: int
    late: int
    open: int
    early: int
    newly_admitted: int
    withdrawn: int

    @property
    def due(self) -> int:
        """How many answers are due at all."""
        return self.on_time + self.late + self.open + self.early + self.newly_admitted + self.withdrawn

    @property
    def rate(self) -> float | None:
        """The share in time of those whose last day has come (taux de respect du délai); None where there are none."""
        known = self.on_time + self.late
        return self.on_time / known if known else None


def rated(groups: Iterable[tuple[Dated, int]], as_of: date) -> Rated:
    """How many complaints, given as groups with their numbers, were answered in time."""
    found: Counter[Punctuality | None] = Counter()
    for dated, cases in groups:
        if dated.newly_admitted:
            found[Punctuality.NEWLY_ADMITTED] += cases
        elif dated.is_withdrawn(as_of):
            found[Punctuality.WITHDRAWN] += cases
        else:
            found[punctuality(dated.due, dated.answered_on, as_of)] += cases
    return Rated(**{kind.value: found[kind] for kind in Punctuality})
