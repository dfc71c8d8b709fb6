"""The queueing model, in SimPy: handlers take complaints by their priority."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import Any, TypeAlias

import attrs
import simpy

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.staffing.arrivals import RoutedComplaint
from reclamation_core.simulation.staffing.team import Shift, Unit

Process: TypeAlias = Generator[Any, Any, None]


@attrs.define(eq=False)
class QueuedComplaint(SharedRepr):
    """A complaint on its way: what is to be done, and when what was.

    Args:
        sorted: the complaint as the policy judges it.
        first: the unit that qualifies it.
        then: the unit that treats it; None for what is out of scope.
        qualification: the seconds of work to qualify it.
        treatment: the seconds of work from there to the answer.
    """

    sorted: RoutedComplaint
    first: str
    then: str | None
    qualification: int
    treatment: int
    qualified_at: int | None = None
    started_at: int | None = None
    answered_at: int | None = None
    worked: int = 0


@attrs.define(eq=False)
class Busy(SharedRepr):
    """The work of a unit over the measured seconds."""

    present: int = 0
    worked: int = 0
    tasks: int = 0


@attrs.define(eq=False)
class _Task(SharedRepr):
    """A part of a job: to qualify, or to treat."""

    job: QueuedComplaint
    is_treatment: bool
    left: int


@attrs.define
class _Agency(SharedRepr):
    """The units, what waits at each, and the time."""

    env: Any
    waiting: Mapping[str, Any]
    busy: Mapping[str, Busy]
    since: int

    def arrive(self, jobs: Iterable[QueuedComplaint]) -> Process:
        """Let jobs arrive, each at its instant, in their order."""
        for job in jobs:
            yield self.env.timeout(job.sorted.arrival.at - self.env.now)
            self._put(job.first, _Task(job, is_treatment=False, left=job.qualification))

    def work(self, unit: str, shifts: Iterable[Shift]) -> Process:
        """Let a handler work: in each shift on the most urgent task, unless one is unfinished."""
        env, task = self.env, None
        for shift in shifts:
            if shift.end <= env.now:
                continue
            yield env.timeout(max(0, shift.start - env.now))
            self.busy[unit].present += max(0, shift.end - max(env.now, self.since))
            while env.now < shift.end:
                task = task or (yield from self._next(unit, shift.end))
                if task is None:
                    break
                yield from self._go_on(unit, task, shift.end)
                task = task if task.left else None
            if task is not None and not shift.stays:
                self._put(unit, task)
                task = None

    def _next(self, unit: str, until: int) -> Generator[Any, Any, _Task | None]:
        """The most urgent task, waited for until an instant at most."""
        asked = self.waiting[unit].get()
        yield asked | self.env.timeout(until - self.env.now)
        if asked.triggered:
            task: _Task = asked.value.item
            return task
        asked.cancel()
        return None

    def _go_on(self, unit: str, task: _Task, until: int) -> Process:
        """Work on a task until it is done, or until an instant."""
        start, job = self.env.now, task.job
        if task.is_treatment and job.started_at is None:
            job.started_at = start
        spent = min(task.left, until - start)
        yield self.env.timeout(spent)
        task.left -= spent
        job.worked += spent
        self.busy[unit].worked += max(0, self.env.now - max(start, self.since))
        if not task.left:
            self.busy[unit].tasks += self.env.now >= self.since
            self._done(task)

    def _done(self, task: _Task) -> None:
        job = task.job
        if task.is_treatment:
            job.answered_at = self.env.now
            return
        job.qualified_at = self.env.now
        if job.then is not None:
            self._put(job.then, _Task(job, is_treatment=True, left=job.treatment))

    def _put(self, unit: str, task: _Task) -> None:
        # No two tasks are compared by themselves: a reference is of one job, of which one part waits at a time.
        self.waiting[unit].put(simpy.PriorityItem(task.job.sorted.urgency, task))


def run(
    jobs: Iterable[QueuedComplaint],
    units: Mapping[str, Unit],
    shifts: Mapping[str, list[list[Shift]]],
    since: int,
    until: int,
) -> dict[str, Busy]:
    """Let the jobs arrive and be handled until an instant; what is done is written on them.

    Args:
        jobs: in the order of their arrival.
        units: the units by name.
        shifts: for each unit, those of each of its handlers.
        since: from when on the work is counted.
        until: the end; what ends in that very second is done.

    Returns:
        What each unit did from `since` on.
    """
    jobs = tuple(jobs)
    env = simpy.Environment(initial_time=min([since, *(job.sorted.arrival.at for job in jobs)]))
    agency = _Agency(env, {name: simpy.PriorityStore(env) for name in units}, {name: Busy() for name in units}, since)
    env.process(agency.arrive(jobs))
    for name in units:
        for of_handler in shifts[name]:
            env.process(agency.work(name, of_handler))
    env.run(until=until + 1)  # SimPy stops before what happens at the instant given
    return dict(agency.busy)
