"""Simulated time: a clock that is moved, an agenda of courses, office hours, and courses made of scripted steps."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, time
from itertools import count
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.draws import Draws
from reclamation_core.vocabulary import Role

Course: TypeAlias = Generator[datetime, None, None]
"""A course of events: it yields the instant at which it goes on."""

_OPENS, _SHUTS, _LAST_START = 9 * 60, 17 * 60, 16 * 60 + 30
_START: Final = 20


class SimulatedClock:
    """A clock for `Desk` whose time is set by a simulation and never goes back.

    Args:
        now: the first instant; aware.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the present instant."""
        return self._now

    def advance(self, to: datetime) -> None:
        """Move the clock forward; an instant in the past does not change it."""
        self._now = max(self._now, to)


class Schedule:
    """Courses in the order of their next instants; at the same instant, in the order in which they were added.

    Args:
        clock: the clock that the agenda moves.
    """

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[datetime, int, Course]] = []
        self._orders = count()

    def add(self, course: Course, at: datetime) -> None:
        """Add a course that begins at an instant."""
        heapq.heappush(self._waiting, (at, next(self._orders), course))

    def run(self, until: datetime) -> None:
        """Run all courses until an instant; later parts are left undone."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _, course = heapq.heappop(self._waiting)
            self._clock.advance(at)
            following = next(course, None)
            if following is not None:
                self.add(course, following)
        self._clock.advance(until)


def working_instant(draws: Draws, calendar: BusinessCalendar, after: datetime, days: int) -> datetime:
    """Draw an instant of office hours a number of business days after another instant, in the zone of the calendar.

    For 0 days it is later on the same day if that is a business day and not over, else on the next business day.
    """
    local = after.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    if days == 0 and calendar.is_business_day(local.date()) and minute < _LAST_START:
        return _at(calendar, local, draws.whole(max(minute + _START, _OPENS), _SHUTS))
    day = calendar.add(local.date(), max(days, 1))
    return _at(calendar, datetime.combine(day, time(), tzinfo=calendar.zone), draws.whole(_OPENS, _SHUTS))


def _at(calendar: BusinessCalendar, day: datetime, minute: int) -> datetime:
    return datetime.combine(day.date(), time(minute // 60, minute % 60), tzinfo=calendar.zone)


@attrs.frozen(kw_only=True)
class ScenarioStep(SharedRepr):
    """A step of a scripted course, as `data/scenario.toml` writes and explains it."""

    do: str | None = None
    arguments: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    role: Role = Role.HANDLING_UNIT
    days: Sequence[int] | None = None
    when: Sequence[str] = ()
    chance: float = 1.0
    repeat: bool = False
    ends: bool = False

    def applies(self, subject: object) -> bool:
        """Return True if all conditions hold: attributes of the subject, negated with `not ` before them."""
        return all(
            bool(getattr(subject, condition.removeprefix("not "))) is not condition.startswith("not ")
            for condition in self.when
        )

    def run(self, subject: Any) -> None:
        """Call the method of the subject, or else the command of its desk or plan."""
        if self.do is None:
            return
        if hasattr(subject, self.do):
            getattr(subject, self.do)()
            return
        values = {name: subject.draws.one_of(texts) for name, texts in self.arguments.items()}
        getattr(subject.acting(self.role), self.do)(subject.reference, **values)


def take(steps: Sequence[ScenarioStep], subject: Any) -> Course:
    """Take the steps of a course one after the other.

    Args:
        steps: the steps.
        subject: the course of a case or an action: it has the methods and conditions that the steps name, `draws` for
            chances, `within(least, most)` for the instant of a step, `acting(role)` for commands.
    """
    for step in steps:
        while step.applies(subject) and subject.draws.chance(step.chance):
            if step.days is not None:
                yield subject.within(*step.days)
                if not step.applies(subject):
                    break
            step.run(subject)
            if step.ends:
                return
            if not step.repeat:
                break
