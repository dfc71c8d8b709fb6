"""Leases: a job that one run has at a time, renewed while it works, and free soon after a run that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import Final
from uuid import uuid4

import attrs

from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.errors import JobBusyError
from reclamation_core.ports import JobState, StoreBusyError, StoreUnreachableError
from reclamation_core.validators import at_offset

_SKEW: Final = timedelta(seconds=60)
"""The difference between the clocks of two machines that a lease allows for."""
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_LONGEST_PAUSE: Final = 30.0


def is_outage(error: BaseException | None) -> bool:
    """Return True if the database may answer again in a while."""
    if isinstance(error, StoreUnreachableError):
        return not error.is_closed
    return isinstance(error, StoreBusyError)


def outage_pauses(seconds: float | None) -> Iterator[float]:
    """Yield the pauses between the attempts during an outage, for some seconds in all; without an end for None."""
    left = float("inf") if seconds is None else seconds
    for pause in chain(_PAUSES, repeat(_LONGEST_PAUSE)):
        if left <= 0:
            return
        yield min(pause, left)
        left -= pause


class Lease:
    """A job that one run has at a time, from `take` to `release`.

    The run that has it may take it again, for example after an outage during which it could not release it: it then
    goes on with its own state, which may be further than the stored one.

    Args:
        context: the context of the desk.
        job: the name of the job, also an attribute.
        seconds: the seconds without a save after which another run may take it. A lease that ends later than that comes
            from a wrong clock, and counts as none.
    """

    def __init__(self, context: DeskContext, job: str, seconds: float) -> None:
        self._context = context
        self.job = job
        self._lease = timedelta(seconds=seconds)
        self._token = uuid4().hex
        self._is_held = False
        self.state = JobState()

    def take(self, change: Callable[[JobState], JobState] = lambda state: state) -> None:
        """Take the job, with a change of its state in the same save.

        Raises:
            JobBusyError: another run has it.
        """
        stored = self._context.store.jobs.get(self.job)
        # The transaction of a host may have been rolled back, with all that its handlers did.
        is_own = stored.holder == self._token and not self._context.store.has_host
        if is_own:
            self.state = attrs.evolve(self.state, version=stored.version)
        elif self._is_valid(stored):
            raise JobBusyError(self.job, stored.until)
        else:
            self.state = stored
        self.state = change(self.state)
        self._is_held = True
        self.save()

    def save(self) -> None:
        """Save the state and extend the lease.

        Raises:
            JobBusyError: another run has taken the job.
        """
        self._save(attrs.evolve(self.state, holder=self._token, until=self._now() + self._lease))

    def save_if_needed(self) -> None:
        """Save if half of the lease is over."""
        if self.state.until is not None and self._now() > self.state.until - self._lease / 2:
            self.save()

    def release(self) -> None:
        """Save the state and let others take the job; harmless if it is not held."""
        if self._is_held:
            with suppress(JobBusyError):
                self._save(attrs.evolve(self.state, holder=None, until=None))
        self._is_held = False

    def _is_valid(self, stored: JobState) -> bool:
        """Return True if another run has the job."""
        if stored.holder is None or stored.until is None:
            return False
        return timedelta() < stored.until - self._now() <= self._lease + _SKEW

    def _save(self, state: JobState) -> None:
        jobs = self._context.store.jobs
        while not jobs.save(self.job, state):
            found = jobs.get(self.job)
            if found == _saved(state):
                break  # this save, whose answer was lost
            if found.holder != self._token:
                self._is_held = False
                raise JobBusyError(self.job, found.until)
            state = attrs.evolve(state, version=found.version)  # after another save, whose answer was lost
        self.state = _saved(state)

    def _now(self) -> datetime:
        return at_offset(self._context.clock.now())


def _saved(state: JobState) -> JobState:
    return attrs.evolve(state, version=state.version + 1)
