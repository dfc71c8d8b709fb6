"""A consumer delivers each event at least once, those of a case without a gap, however its runs fail or are killed."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.desk import ConsumerOptions, DeliveryError, Desk, FailureAction, FeedConsumer, JobBusyError
from reclamation_core.desk.consumers import Delivery
from reclamation_core.ports import FeedItem, StoreBusyError, StoreUnreachableError
from reclamation_core.testing.builders import FakeClock
from tests.databases import memory_store
from tests.hosts import HOSTS
from tests.unit.desk.factories import registered

STEPS = st.lists(st.sampled_from(["accept", "refuse", "interrupt", "kill", "write"]), max_size=30)
ACTIONS = st.sampled_from([FailureAction.STOP, FailureAction.PARK])


class Killed(BaseException):
    """The end of a process without any of its `finally` blocks."""


class World:
    """A desk, a consumer and a handler that follows a script; what it accepted is the evidence."""

    def __init__(self, store: Any, script: list[str], options: ConsumerOptions) -> None:
        self.clock = FakeClock(datetime(2026, 7, 1, 9, tzinfo=UTC))
        self.desk = Desk(store, clock=self.clock)
        self.script, self.options = list(reversed(script)), options
        self.accepted: defaultdict[str, list[int]] = defaultdict(list)
        self.cases = [registered(self.desk).reference for _ in range(3)]

    @property
    def consumer(self) -> FeedConsumer[FeedItem]:
        return self.desk.consumer("copy", self.options)

    def write(self) -> None:
        self.desk.acknowledge(self.cases[len(self.accepted) % 3])

    def handle(self, item: FeedItem) -> None:
        step = self.script.pop() if self.script else "accept"
        if step == "write":
            self.write()
        if step == "refuse":
            raise ValueError
        self.accepted[item.event.case].append(item.event.number)
        if step == "interrupt":
            raise KeyboardInterrupt
        if step == "kill":
            raise Killed

    def run(self, patch: Any) -> None:
        """Run once; a kill leaves the lease, which another run takes when it is over."""
        with patch.context() as here:
            end = Delivery.end
            here.setattr(
                Delivery, "end", lambda delivery, **given: None if self.is_killed() else end(delivery, **given)
            )
            try:
                self.consumer.run_once(self.guarded)
                self.consumer.retry_parked(self.guarded)
            except (DeliveryError, KeyboardInterrupt):
                pass
            except (Killed, JobBusyError):
                self.clock.set(self.clock.now() + timedelta(seconds=400))
        self.killed = False

    killed = False

    def is_killed(self) -> bool:
        return self.killed

    def guarded(self, item: FeedItem) -> None:
        try:
            self.handle(item)
        except Killed:
            self.killed = True
            raise


def check(store: Any, script: list[str], options: ConsumerOptions, patch: Any) -> None:
    world = World(store, script, options)
    for _ in range(100):
        world.run(patch)
        if not world.script and world.consumer.lag().events == 0 and not world.consumer.parked():
            break
    for reference in world.cases:
        seen, numbers = world.accepted[reference], [event.number for event in world.desk.cases.get(reference).events]
        assert sorted(set(seen)) == numbers
        assert all(number <= 1 + max(seen[:place], default=0) for place, number in enumerate(seen))
        assert seen[-1] == numbers[-1]


def options(action: FailureAction, batch_size: int) -> ConsumerOptions:
    return ConsumerOptions(on_failure=action, attempts=2, first_pause=0, batch_size=batch_size)


@settings(max_examples=50)
@given(script=STEPS, action=ACTIONS, batch_size=st.integers(1, 5))
def test_events_are_delivered_and_no_case_has_a_gap(script: list[str], action: FailureAction, batch_size: int) -> None:
    check(InMemoryStore(), script, options(action, batch_size), pytest.MonkeyPatch)


@pytest.mark.slow
@settings(max_examples=15)
@given(script=STEPS, action=ACTIONS)
def test_each_event_is_delivered_from_a_database(script: list[str], action: FailureAction) -> None:
    store = memory_store()
    try:
        check(store, script, options(action, 3), pytest.MonkeyPatch)
    finally:
        store.close()


EFFECTS = st.lists(st.sampled_from(["accept", "refuse", "break", "interrupt"]), max_size=20)
_SOAKED = ("sqlite3, odd", "SQLAlchemy on SQLite, beginning", "psycopg")


@pytest.mark.slow
@pytest.mark.parametrize(
    "host", ["sqlite3", "psycopg, odd", *(pytest.param(one, marks=pytest.mark.soak) for one in _SOAKED)]
)
@given(script=EFFECTS, action=ACTIONS, attempts=st.integers(1, 3))
def test_the_effect_of_an_event_in_the_transaction_of_a_host_is_exactly_once(
    host: str, script: list[str], action: FailureAction, attempts: int
) -> None:
    """The handler writes, then fails; the oracle is the table of the host, which has each position once."""
    steps = list(reversed(script))
    with TemporaryDirectory() as folder:
        application = HOSTS[host](Path(folder))
        application.begin()
        for _ in range(3):
            registered(application.desk())
        application.commit()

        def handle(item: FeedItem) -> None:
            step = steps.pop() if steps else "accept"
            application.invoice(item.position)
            if step == "refuse":
                raise ValueError
            if step == "break":
                application.say("INSERT INTO nowhere VALUES (1)")
            if step == "interrupt":
                raise KeyboardInterrupt

        options = ConsumerOptions(on_failure=action, attempts=attempts, first_pause=0)
        for _ in range(100):
            application.begin()
            consumer = application.desk().consumer("copy", options)
            with suppress(DeliveryError, KeyboardInterrupt):
                consumer.run_once(handle)
                consumer.retry_parked(handle)
            application.commit()
            assert len(set(application.invoices())) == len(application.invoices())
            if not steps and consumer.lag().events == 0 and not consumer.parked():
                break

        assert application.kept()[0] == [1, 2, 3]
        application.rollback()
        application.close()


class Interrupted(InMemoryStore):
    """A store on a server whose answers follow a script: lost before or after the effect of a call."""

    def __init__(self) -> None:
        super().__init__()
        self.script: list[str] = []
        self.jobs.save = self._scripted(self.jobs.save)  # type: ignore[method-assign]
        self.jobs.get = self._scripted(self.jobs.get)  # type: ignore[method-assign]
        self.feed.read = self._scripted(self.feed.read)  # type: ignore[method-assign]

    def _scripted(self, call: Any) -> Any:
        def answered(*given: Any, **named: Any) -> Any:
            step = self.script.pop() if self.script else "answer"
            if step == "lose the call":
                raise StoreUnreachableError("server", "57P01")
            result = call(*given, **named)
            if step == "lose the answer":
                raise StoreBusyError("server", "57014")
            return result

        return answered

    def pause(self, seconds: float) -> None:
        """Do not wait."""


@settings(max_examples=100)
@given(
    script=st.lists(st.sampled_from(["answer", "lose the call", "lose the answer"]), max_size=40),
    batch_size=st.integers(1, 4),
    outage=st.sampled_from([0.0, 1.0, 60.0]),
)
def test_outages_of_a_database_repeat_no_event_of_a_consumer(script: list[str], batch_size: int, outage: float) -> None:
    """One object is run until it ends; the oracle is the list of what its handler received."""
    store = Interrupted()
    desk = Desk(store, clock=FakeClock(datetime(2026, 7, 1, 9, tzinfo=UTC)))
    for _ in range(5):
        registered(desk)
    received: list[int] = []
    consumer = desk.consumer("copy", ConsumerOptions(batch_size=batch_size, outage=outage))
    store.script = list(reversed(script))

    for _ in range(100):
        try:
            consumer.run_once(lambda item: received.append(item.position))
        except (StoreUnreachableError, StoreBusyError):
            continue
        break

    assert received == [1, 2, 3, 4, 5]
    store.script = []
    assert desk.consumer("copy").run_once(lambda item: received.append(item.position)).delivered == 0
