"""Consumers of the feeds: each event at least once, those of a case or a plan in their order, positions in the store.

A delivery is a generator of steps: an event to handle, or a pause. It reads and writes the store; its driver, which is
synchronous or asynchronous, calls the handler and waits.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from threading import Event, Lock
from typing import Any, Final, Generic, TypeVar

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.errors import DeliveryError, JobBusyError
from reclamation_core.desk.feeds import FeedSource
from reclamation_core.desk.leases import Lease, is_outage, outage_pauses
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.ports import FeedItem, JobState, ParkedEvent, PlanFeedItem, StoreDamagedError, StoreError
from reclamation_core.ports.query import require_progress
from reclamation_core.ports.store import ItemT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import member_of, name, of_class, optional, require, whole_number
from reclamation_core.wording import Wording

T = TypeVar("T")
Handler = Callable[[ItemT], object]
AsyncHandler = Callable[[ItemT], Awaitable[object] | object]
AnyItem = FeedItem | PlanFeedItem
_Steps = Generator[AnyItem | float, Exception | None, T]
"""Events to handle and pauses in seconds, the failure of the handler, and a result."""

_LOG: Final = logging.getLogger("reclamation_core.desk")
MAX_PARKED: Final = 1000
_GRACE: Final = 5.0
"""The seconds for which a run that is stopped or has failed waits for the database to save its position."""
_SECONDS: Final = Wording("un nombre de secondes, 0 ou plus, est attendu", "a number of seconds from 0 on is expected")
_NOT_PARKED: Final = Wording(
    "la position d'un événement mis de côté est attendue", "the position of a parked event is expected"
)


class FailureAction(LabelledEnum):
    """What a consumer does with an event that its handler refuses at every attempt."""

    STOP = "stop", "s'arrêter", "stop"
    """Raise; the position stays before the event."""
    SKIP = "skip", "passer l'événement", "skip the event"
    """Go on without it; the report and the log name it."""
    PARK = "park", "mettre le dossier ou le plan de côté", "park the case or the plan"
    """Set the event aside, and the later events of its case or plan after it, until `retry_parked`."""


@attrs.frozen(kw_only=True)
class FailedDelivery(SharedRepr):
    """An event that was not handled.

    Args:
        position: its position in the feed.
        holder: the reference of its case, or the key of the scope of its plan.
        error: the name of the class of the handler's error, whose text may be personal.
    """

    position: int
    holder: str
    error: str


@attrs.frozen(kw_only=True)
class DeliveryReport(SharedRepr):
    """What one run of a consumer did.

    Args:
        delivered: the number of events that the handler accepted.
        position: the position of the consumer afterwards.
        skipped: the events that were skipped.
        parked: the events that failed and were parked, or stay parked.
    """

    delivered: int
    position: int
    skipped: tuple[FailedDelivery, ...] = ()
    parked: tuple[FailedDelivery, ...] = ()


@attrs.frozen(kw_only=True)
class ConsumerLag(SharedRepr):
    """How far a consumer is behind the feed.

    Args:
        events: the number of events that it has not received.
        since: when the first of them was recorded; None if there is none, or it cannot be read.
        parked: the number of its parked events.
    """

    events: int
    since: datetime | None
    parked: int


def _action(value: object) -> Any:
    """Return the member of a code; anything else as it is, for the validator."""
    return next((action for action in FailureAction if action == value), value)


def _seconds(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise FaultsError([Fault(attribute.name, value, _SECONDS)])


@attrs.frozen(kw_only=True)
class ConsumerOptions(SharedRepr):
    """How a consumer delivers.

    Args:
        on_failure: what becomes of an event that the handler refuses at every attempt.
        attempts: how often an event is delivered before that.
        first_pause: the seconds before the second attempt; each further pause is twice the one before.
        longest_pause: the greatest number of seconds between two attempts.
        batch_size: after how many events the position is saved; a process that is killed repeats at most so many.
        lease: the seconds after which another process may take the place of one that was killed; longer than the
            handler takes for one event, and the same for every run.
        outage: the seconds for which `run_once` and `retry_parked` wait for a database that does not answer; `run`
            waits until it is stopped.
    """

    on_failure: FailureAction = attrs.field(
        default=FailureAction.STOP, converter=_action, validator=member_of(FailureAction)
    )
    attempts: int = attrs.field(default=5, validator=whole_number(1))
    first_pause: float = attrs.field(default=1, validator=_seconds)
    longest_pause: float = attrs.field(default=60, validator=_seconds)
    batch_size: int = attrs.field(default=100, validator=whole_number(1))
    lease: float = attrs.field(default=300, validator=_seconds)
    outage: float = attrs.field(default=60, validator=_seconds)

    def pauses(self) -> Iterator[float]:
        """Yield the pause after each attempt but the last."""
        pause = self.first_pause
        for _ in range(self.attempts - 1):
            yield min(pause, self.longest_pause)
            pause = min(2 * pause, self.longest_pause)


class Delivery:
    """One run of a consumer.

    Args:
        context: the context of the desk.
        source: what it delivers.
        consumer: the name of the consumer.
        options: how it delivers.
        lease: the lease of the consumer.
        is_stopped: returns True when the run is to end.
        outage: the seconds for which it waits for the database; None for as long as it is not stopped.
    """

    def __init__(
        self,
        context: DeskContext,
        source: FeedSource[Any],
        consumer: str,
        options: ConsumerOptions,
        *,
        lease: Lease,
        is_stopped: Callable[[], bool],
        outage: float | None,
    ) -> None:
        self._context = context
        self._source = source
        self._consumer = consumer
        self._options = options
        self._is_stopped = is_stopped
        # An outage ends the transaction of a host, with all that was written in it.
        self._outage = 0 if context.store.has_host else outage
        self._lease = lease
        self._corrupt: StoreDamagedError | None = None
        self._unsaved = 0
        self._delivered = 0
        self._skipped: list[FailedDelivery] = []
        self._parked: list[FailedDelivery] = []

    def end(self, *, is_complete: bool = False) -> None:
        """Save the position and release the consumer, after the end of a short outage of the database.

        Args:
            is_complete: True to wait for `ConsumerOptions.outage`; by default some seconds.
        """
        seconds = self._options.outage if is_complete and not self._is_stopped() else min(_GRACE, self._options.outage)
        pauses = outage_pauses(0 if self._context.store.has_host else seconds)
        while True:
            try:
                self._lease.release()
            except StoreError as error:
                if not is_outage(error) or (pause := next(pauses, None)) is None:
                    raise
                self._context.store.pause(pause)
            else:
                return

    def report(self) -> DeliveryReport:
        return DeliveryReport(
            delivered=self._delivered,
            position=self._lease.state.position,
            skipped=tuple(self._skipped),
            parked=tuple(self._parked),
        )

    def new_events(self, poll: float | None) -> _Steps[None]:
        """Deliver what follows the position; then end, or look again after `poll` seconds."""
        yield from self._waiting(self._lease.take)
        while not self._is_stopped():
            page = yield from self._waiting(self._page)
            for item in page:
                yield from self._deliver(item)
                if self._is_stopped():
                    return
            if not page and not (yield from self._skip_corrupt()):
                if poll is None:
                    return
                yield from self._waiting(self._lease.save_if_needed)
                yield poll

    def parked_events(self) -> _Steps[None]:
        """Deliver the parked events, those of a case or a plan up to the first that fails again."""
        yield from self._waiting(self._lease.take)
        failed: set[str] = set()
        for parked in self._lease.state.parked:
            if parked.holder in failed or self._is_stopped():
                continue
            item, failure = yield from self._waiting(partial(self._read_parked, parked))
            if item is not None:
                failure = yield from self._attempts(item)
            if failure is None:
                self._delivered += 1
                left = tuple(event for event in self._lease.state.parked if event != parked)
                self._lease.state = attrs.evolve(self._lease.state, parked=left)
                yield from self._waiting(self._lease.save)
            else:
                failed.add(parked.holder)
                self._parked.append(_failed(parked.position, parked.holder, failure))

    def _waiting(self, call: Callable[[], T]) -> _Steps[T]:
        """Return the result of a call of the store, after the end of an outage of the database."""
        pauses = outage_pauses(self._outage)
        while True:
            try:
                return call()
            except StoreError as error:
                if not is_outage(error) or self._is_stopped() or (pause := next(pauses, None)) is None:
                    raise
                self._log_outage(error)
            yield pause

    def _handled(self, item: AnyItem) -> _Steps[Exception | None]:
        """Deliver an event once, after the end of an outage of the database in which the handler failed."""
        pauses = outage_pauses(self._outage)
        failure = yield item
        while failure is not None and is_outage(failure) and not self._is_stopped():
            pause = next(pauses, None)
            if pause is None:
                break
            self._log_outage(failure)
            yield pause
            failure = yield item
        return failure

    def _log_outage(self, error: Exception) -> None:
        _LOG.warning("consumer %s: waiting after %s", self._consumer, type(error).__name__)

    def _page(self) -> tuple[AnyItem, ...]:
        """Return the next events; none at the end of the feed, and before one that cannot be read."""
        position, self._corrupt = self._lease.state.position, None
        try:
            page = self._source.read(position, self._options.batch_size)
        except StoreDamagedError as error:
            if error.position is None or error.holder is None or self._options.on_failure is FailureAction.STOP:
                raise
            self._corrupt = error
            return ()
        if page:
            require_progress(page[-1].position, position, "feed")
        return page

    def _skip_corrupt(self) -> _Steps[bool]:
        """Skip or park the event that cannot be read; False if there is none."""
        error = self._corrupt
        if error is None:
            return False
        yield from self._set_aside(int(error.position or 0), str(error.holder), error)
        return True

    def _deliver(self, item: AnyItem) -> _Steps[None]:
        holder = item.holder
        if any(parked.holder == holder for parked in self._lease.state.parked):
            yield from self._park(item.position, holder)
            return
        failure = yield from self._attempts(item)
        if failure is None:
            self._delivered += 1
            yield from self._advance(item.position)
        elif not self._is_stopped():
            if self._options.on_failure is FailureAction.STOP:
                raise DeliveryError(self._consumer, item.position, holder, type(failure).__name__) from failure
            yield from self._set_aside(item.position, holder, failure)

    def _attempts(self, item: AnyItem) -> _Steps[Exception | None]:
        """Deliver an event until it is accepted; return the last failure."""
        failure = yield from self._handled(item)
        for pause in self._options.pauses():
            if failure is None or self._is_stopped():
                break
            yield from self._waiting(self._lease.save_if_needed)
            yield pause
            if self._is_stopped():
                break
            failure = yield from self._handled(item)
        return failure

    def _read_parked(self, parked: ParkedEvent) -> tuple[AnyItem | None, Exception | None]:
        """Return a parked event, or the reason for which it cannot be read."""
        try:
            found = self._source.read(parked.position - 1, 1)
        except StoreDamagedError as error:
            return None, error
        is_it = bool(found) and found[0].position == parked.position
        return (found[0], None) if is_it else (None, LookupError("outside the scope"))

    def _set_aside(self, position: int, holder: str, failure: Exception) -> _Steps[None]:
        failed = _failed(position, holder, failure)
        what = self._options.on_failure.value
        _LOG.warning(
            "consumer %s: %s after %s",
            self._consumer,
            what,
            failed.error,
            extra={"reference": holder, "command": "deliver"},
        )
        if self._options.on_failure is FailureAction.SKIP:
            self._skipped.append(failed)
            yield from self._advance(position)
        else:
            self._parked.append(failed)
            yield from self._park(position, holder)

    def _park(self, position: int, holder: str) -> _Steps[None]:
        state = self._lease.state
        if len(state.parked) >= MAX_PARKED:
            raise DeliveryError(self._consumer, position, holder, "OverflowError")
        self._lease.state = attrs.evolve(state, parked=(*state.parked, ParkedEvent(position, holder)))
        yield from self._advance(position)

    def _advance(self, position: int) -> _Steps[None]:
        self._lease.state = attrs.evolve(self._lease.state, position=position)
        self._unsaved += 1
        if self._unsaved >= self._options.batch_size:
            yield from self._waiting(self._lease.save)
            self._unsaved = 0
        else:
            yield from self._waiting(self._lease.save_if_needed)


def _failed(position: int, holder: str, failure: Exception) -> FailedDelivery:
    return FailedDelivery(position=position, holder=holder, error=type(failure).__name__)


def job_of(consumer: str) -> str:
    """Return the name of the job of a consumer."""
    return f"feed:{consumer}"


class _Consumer(Generic[ItemT]):
    """What the two consumers have in common: the state, read and changed in the store."""

    def __init__(
        self, context: DeskContext, source: FeedSource[ItemT], consumer: str, options: ConsumerOptions | None = None
    ) -> None:
        require(name, name=consumer)
        require(optional(of_class(ConsumerOptions)), options=options)
        self._context = context
        self._source = source
        self._options = ConsumerOptions() if options is None else options
        self._lease = Lease(context, job_of(consumer), self._options.lease)
        self._running = Lock()
        self.name = consumer

    @contextmanager
    def _delivery(self, stop: Event | asyncio.Event | None = None) -> Iterator[Delivery]:
        """Have the delivery of one run.

        Raises:
            JobBusyError: a run of this object is going on.
        """
        if not self._running.acquire(blocking=False):
            raise JobBusyError(job_of(self.name), self._lease.state.until)
        is_stopped, outage = (lambda: False, self._options.outage) if stop is None else (stop.is_set, None)
        try:
            yield Delivery(
                self._context,
                self._source,
                self.name,
                self._options,
                lease=self._lease,
                is_stopped=is_stopped,
                outage=outage,
            )
        finally:
            self._running.release()

    def _lag(self) -> ConsumerLag:
        state, source = self._context.store.jobs.get(job_of(self.name)), self._source
        since = None
        with suppress(StoreDamagedError):
            since = next((item.event.recorded_at for item in source.read(state.position, 1)), None)
        events = source.feed.count(state.position, source.scopes)
        return ConsumerLag(events=events, since=since, parked=len(state.parked))

    def _parked(self) -> tuple[ParkedEvent, ...]:
        return self._context.store.jobs.get(job_of(self.name)).parked

    def _change(self, change: Callable[[JobState], JobState]) -> None:
        with self._delivery() as delivery:
            self._lease.take(change)
            delivery.end(is_complete=True)

    def _move_to_end(self) -> None:
        def moved(state: JobState) -> JobState:
            last = deque(self._source.feed.follow(state.position), maxlen=1)
            return attrs.evolve(state, position=last[0].position) if last else state

        self._change(moved)

    def _discard(self, positions: tuple[int, ...]) -> None:
        def discarded(state: JobState) -> JobState:
            known = {event.position for event in state.parked}
            for position in positions:
                if position not in known:
                    raise FaultsError([Fault("positions", position, _NOT_PARKED)])
            return attrs.evolve(state, parked=[event for event in state.parked if event.position not in positions])

        self._change(discarded)


class FeedConsumer(_Consumer[ItemT]):
    """A consumer of a feed: its handler gets each event at least once, those of a case or a plan in their order.

    The position is stored under the name of the consumer, after each batch and at the end of a run. Several consumers
    have different names; of one consumer, one run at a time. If an outage of the database ends a run, the next run of
    the same object goes on where it was, at once. `Desk.consumer` makes one for the events of cases,
    `Desk.plan_consumer` one for those of plans.
    """

    def run_once(self, handler: Handler[ItemT]) -> DeliveryReport:
        """Deliver the events after the position, until there are no more.

        Args:
            handler: receives each event; any exception is a failure, after which the event is delivered again.

        Raises:
            DeliveryError: an event failed at every attempt, and `on_failure` is `stop`; or 1,000 events are parked.
            JobBusyError: another run of this consumer is going on, or has taken over.
            StoreDamagedError: an event cannot be read, and `on_failure` is `stop`.
            StoreError: the database refused.
        """
        with self._delivery() as delivery:
            return self._drive(delivery, delivery.new_events(None), handler, self._context.store.pause)

    def run(self, handler: Handler[ItemT], *, stop: Event, poll: float = 5) -> DeliveryReport:
        """Deliver events until `stop` is set, which is looked at after each event and ends every pause.

        It waits out an outage of the database, and goes on where it was: no event is delivered again.

        Args:
            handler: as for `run_once`.
            stop: the event that ends the run.
            poll: the seconds between two looks at the end of the feed.

        Raises what `run_once` does.
        """
        require(_seconds, poll=poll)
        with self._delivery(stop) as delivery:
            return self._drive(delivery, delivery.new_events(poll), handler, stop.wait)

    def retry_parked(self, handler: Handler[ItemT]) -> DeliveryReport:
        """Deliver the parked events again, of each case or plan up to the first that fails again; see `run_once`."""
        with self._delivery() as delivery:
            return self._drive(delivery, delivery.parked_events(), handler, self._context.store.pause)

    def lag(self) -> ConsumerLag:
        """Return how many events are waiting, and since when."""
        return self._lag()

    def parked(self) -> tuple[ParkedEvent, ...]:
        """Return the parked events, by position."""
        return self._parked()

    def discard(self, *positions: int) -> None:
        """Give up parked events, by their positions.

        Raises:
            FaultsError: no event is parked at a position.
            JobBusyError: the consumer is running.
        """
        self._discard(positions)

    def move_to_end(self) -> None:
        """Ignore every event that is in the feed now, for a consumer that begins with what is to come.

        Raises:
            JobBusyError: the consumer is running.
            StoreDamagedError: an event cannot be read.
        """
        self._move_to_end()

    def _drive(
        self, delivery: Delivery, steps: _Steps[None], handler: Handler[ItemT], wait: Callable[[float], object]
    ) -> DeliveryReport:
        failure: Exception | None = None
        try:
            while (step := _next(steps, failure)) is not None:
                failure = None
                if isinstance(step, float | int):
                    wait(step)
                else:
                    failure = self._attempt(handler, step)
        except BaseException:
            delivery.end()
            raise
        delivery.end(is_complete=True)
        return delivery.report()

    def _attempt(self, handler: Handler[ItemT], item: ItemT) -> Exception | None:
        """Deliver an event, and return the failure: what the handler wrote in the transaction of a host is undone."""
        savepoint = self._context.store.savepoint()
        try:
            handler(item)
            savepoint.release()
        except BaseException as error:  # noqa: BLE001  an attempt that ends the process is undone, too
            savepoint.rollback()
            return _failed_attempt(error)
        return None


class AsyncFeedConsumer(_Consumer[ItemT]):
    """A consumer of the feed for asyncio; see `FeedConsumer`. Its handler may be a coroutine function.

    A task that is cancelled saves the position and releases the consumer. `AsyncDesk.consumer` makes one.
    """

    async def run_once(self, handler: AsyncHandler[ItemT]) -> DeliveryReport:
        """Deliver the events after the position, until there are no more; see `FeedConsumer.run_once`."""
        with self._delivery() as delivery:
            return await self._drive(delivery, delivery.new_events(None), handler, asyncio.sleep)

    async def run(self, handler: AsyncHandler[ItemT], *, stop: asyncio.Event, poll: float = 5) -> DeliveryReport:
        """Deliver events until `stop` is set; see `FeedConsumer.run`."""
        require(_seconds, poll=poll)

        async def wait(seconds: float) -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)

        with self._delivery(stop) as delivery:
            return await self._drive(delivery, delivery.new_events(poll), handler, wait)

    async def retry_parked(self, handler: AsyncHandler[ItemT]) -> DeliveryReport:
        """Deliver the parked events again; see `FeedConsumer.retry_parked`."""
        with self._delivery() as delivery:
            return await self._drive(delivery, delivery.parked_events(), handler, asyncio.sleep)

    async def lag(self) -> ConsumerLag:
        """Return how many events are waiting, and since when."""
        return await self._context.store.run_async(self._lag)

    async def parked(self) -> tuple[ParkedEvent, ...]:
        """Return the parked events, by position."""
        return await self._context.store.run_async(self._parked)

    async def discard(self, *positions: int) -> None:
        """Give up parked events, by their positions; see `FeedConsumer.discard`."""
        await self._context.store.run_async(partial(self._discard, positions))

    async def move_to_end(self) -> None:
        """Ignore every event that is in the feed now; see `FeedConsumer.move_to_end`."""
        await self._context.store.run_async(self._move_to_end)

    async def _drive(
        self,
        delivery: Delivery,
        steps: _Steps[None],
        handler: AsyncHandler[ItemT],
        wait: Callable[[float], Awaitable[object]],
    ) -> DeliveryReport:
        run, failure = self._context.store.run_async, None
        try:
            while (step := await run(partial(_next, steps, failure))) is not None:
                failure = None
                if isinstance(step, float | int):
                    await wait(step)
                else:
                    failure = await self._attempt(handler, step)
        except BaseException:
            await run(delivery.end)
            raise
        await run(partial(delivery.end, is_complete=True))
        return delivery.report()

    async def _attempt(self, handler: AsyncHandler[ItemT], item: ItemT) -> Exception | None:
        """Deliver an event, and return the failure; see `_attempt`."""
        run = self._context.store.run_async
        savepoint = await run(self._context.store.savepoint)
        try:
            result = handler(item)
            if inspect.isawaitable(result):
                await result
            await run(savepoint.release)
        except BaseException as error:  # noqa: BLE001  an attempt that ends the process is undone, too
            await run(savepoint.rollback)
            return _failed_attempt(error)
        return None


def _next(steps: _Steps[None], failure: Exception | None) -> Any:
    """Return the next step of a delivery, given the failure of the last event; None at the end."""
    try:
        return steps.send(failure)
    except StopIteration:
        return None


def _failed_attempt(error: BaseException) -> Exception:
    """Return the failure of an attempt; raise again what ends the process or the task."""
    if not isinstance(error, Exception):
        raise error
    return error
