"""Time in an invented life: a clock that is moved, an agenda of what goes on, the hours at which people work."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from datetime import datetime, time
from typing import Final, TypeAlias, TypeVar

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.simulation.draws import Draws

R = TypeVar("R")
Course: TypeAlias = Generator[datetime, None, R]
"""Something that goes on: it does a part, gives the instant at which it goes on, and in the end gives a result."""

_OPENS, _SHUTS, _LAST_START = 9 * 60, 17 * 60, 16 * 60 + 30
_START: Final = 20


class SimulatedClock:
    """A clock for `Desk` that tells the time of the story, and never goes back.

    Args:
        now: where it stands; aware.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Where it stands."""
        return self._now

    def advance(self, to: datetime) -> None:
        """Move it forward; an instant that is past already leaves it where it stands."""
        self._now = max(self._now, to)


class Agenda:
    """What goes on, each thing going on at its instant; of two at one instant, the one that was written down first.

    Args:
        clock: the clock that it moves.
    """

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[datetime, int, Course[object]]] = []
        self._written = 0

    def begin(self, course: Course[object], at: datetime) -> None:
        """Write down that something begins at an instant."""
        self._written += 1
        heapq.heappush(self._waiting, (at, self._written, course))

    def run(self, until: datetime) -> None:
        """Let everything go on until an instant; what would go on later is left undone."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _, course = heapq.heappop(self._waiting)
            self._clock.advance(at)
            then = next(course, None)
            if then is not None:
                self.begin(course, then)
        self._clock.advance(until)


def working_instant(draws: Draws, calendar: BusinessCalendar, after: datetime, days: int) -> datetime:
    """An instant of office hours so many business days after another one, in the zone of the calendar.

    For 0 it is later on the same day where that day is worked and not over, else on the next one that is worked.
    """
    local = after.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    if days == 0 and calendar.is_business_day(local.date()) and minute < _LAST_START:
        return _at(calendar, local, draws.whole(max(minute + _START, _OPENS), _SHUTS))
    day = calendar.add(local.date(), max(days, 1))
    return _at(calendar, datetime.combine(day, time(), tzinfo=calendar.zone), draws.whole(_OPENS, _SHUTS))


def _at(calendar: BusinessCalendar, day: datetime, minute: int) -> datetime:
    return datetime.combine(day.date(), time(minute // 60, minute % 60), tzinfo=calendar.zone)
