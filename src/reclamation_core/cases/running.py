"""A date awaited, and the thresholds on the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from reclamation_core.cases.codes import DeadlineKind, Threshold
from reclamation_core.cases.line_reference import LineReference


@attrs.frozen(kw_only=True)
class PendingDeadline:
    """One date awaited.

    Args:
        clock: what is awaited.
        due: the last day.
        soon: the first day on which it is due soon; None where that is not told.
        stopped_on: the day on which what was awaited happened, or was no more awaited; None while it is.
        action: of the check of an action's effectiveness, the action.
    """

    clock: DeadlineKind
    due: date
    soon: date | None
    stopped_on: date | None = None
    action: LineReference | None = None

    def reached(self, today: date) -> Iterator[tuple[Threshold, date]]:
        """The thresholds that a clock had reached by a day, while it ran, and since when."""
        last = today if self.stopped_on is None else min(today, self.stopped_on)
        steps = (
            (Threshold.DUE_SOON, self.soon),
            (Threshold.DUE_TODAY, self.due),
            (Threshold.OVERDUE, date.fromordinal(self.due.toordinal() + 1)),
        )
        yield from ((threshold, since) for threshold, since in steps if since is not None and since <= last)
