"""Consumers of the feed: each event at least once, those of a case in their order, failures by an explicit choice."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.desk import (
    AsyncDesk,
    ConsumerLag,
    ConsumerOptions,
    DeliveryError,
    Desk,
    FailureAction,
    JobBusyError,
)
from reclamation_core.desk.consumers import FailedDelivery
from reclamation_core.errors import FaultsError
from reclamation_core.ports import FeedItem, ParkedEvent, PlanFeedItem, StoreDamagedError, StoreUnreachableError
from tests.databases import sqlite_file
from tests.hosts import HOSTS
from tests.inside import store_of
from tests.unit.desk.factories import SITES, FakeClock, at, registered, sheet

FIRST, SECOND = "R-2026-000001", "R-2026-000002"
AT_ONCE = ConsumerOptions(first_pause=0, attempts=3)


class Quiet(InMemoryStore):
    """A store that notes the pauses instead of waiting, and moves the clock if it is given one."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self.clock = clock

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if self.clock is not None:
            self.clock.set(self.clock.now() + timedelta(seconds=seconds))


class Handler:
    """A handler that notes what it accepts, and refuses what `refuses` matches."""

    def __init__(self, refuses: Callable[[FeedItem], bool] = lambda _: False) -> None:
        self.accepted: list[tuple[str, int]] = []
        self.attempts = 0
        self.refuses = refuses

    def __call__(self, item: FeedItem) -> None:
        self.attempts += 1
        if self.refuses(item):
            raise ValueError("Mme Durand")
        self.accepted.append((item.event.case, item.event.number))


def second_refused(item: FeedItem) -> bool:
    return item.event.case == SECOND


def a_desk(store: Any = None, clock: FakeClock | None = None) -> Desk:
    """Return a desk with three cases, the first with a second event at the end."""
    return a_desk_of(Desk(store or Quiet(), sites=SITES, clock=clock or FakeClock(at(1, month=7))))


def a_desk_of(desk: Desk) -> Desk:
    """Register three cases, the first with a second event at the end."""
    for site in ("CRE", "STR", "CRE"):
        registered(desk, site)
    desk.acknowledge(FIRST)
    return desk


def test_a_run_delivers_each_event_and_the_next_run_what_came_since() -> None:
    desk, handler = a_desk(), Handler()
    first = desk.consumer("webhooks").run_once(handler)
    desk.acknowledge(SECOND)
    second = desk.consumer("webhooks").run_once(handler)
    assert handler.accepted == [(FIRST, 1), (SECOND, 1), ("R-2026-000003", 1), (FIRST, 2), (SECOND, 2)]
    assert (first.delivered, first.position, second.delivered, second.position) == (4, 4, 1, 5)


def test_consumers_of_other_names_have_positions_of_their_own() -> None:
    desk = a_desk()
    desk.consumer("webhooks").run_once(Handler())
    assert desk.consumer("e-mail").run_once(Handler()).delivered == 4


def test_a_consumer_of_a_scope_receives_the_events_inside_it() -> None:
    desk, handler = a_desk(), Handler()
    desk.scoped(site="STR").consumer("Strasbourg").run_once(handler)
    assert handler.accepted == [(SECOND, 1)]
    assert desk.scoped(site="STR").consumer("Strasbourg").lag().events == 0
    assert desk.scoped(site="CRE").consumer("Créteil").lag().events == 3


def test_the_lag_counts_the_events_that_wait_and_dates_the_first() -> None:
    desk = a_desk()
    consumer = desk.consumer("webhooks")
    assert consumer.lag() == ConsumerLag(events=4, since=desk.cases.get(FIRST).events[0].recorded_at, parked=0)
    consumer.run_once(Handler())
    assert consumer.lag() == ConsumerLag(events=0, since=None, parked=0)


def test_a_refused_event_is_tried_again_after_pauses_that_double_up_to_a_bound() -> None:
    store = Quiet()
    handler = Handler(refuses=lambda item: item.event.case == FIRST and handler.attempts < 6)
    options = ConsumerOptions(attempts=6, first_pause=2, longest_pause=5)
    report = a_desk(store).consumer("webhooks", options).run_once(handler)
    assert store.pauses == [2, 4, 5, 5, 5]
    assert (report.delivered, handler.attempts) == (4, 9)


def test_a_consumer_stops_before_an_event_that_is_refused_at_every_attempt() -> None:
    desk, handler = a_desk(), Handler(second_refused)
    with pytest.raises(DeliveryError, match="consumer 'webhooks' could not handle event 2") as stopped:
        desk.consumer("webhooks", AT_ONCE).run_once(handler)
    assert (handler.accepted, handler.attempts) == ([(FIRST, 1)], 4)
    assert (stopped.value.position, stopped.value.holder, stopped.value.error) == (2, SECOND, "ValueError")
    assert isinstance(stopped.value.__cause__, ValueError)
    assert "Durand" not in str(stopped.value) + stopped.value.in_("fr")
    assert desk.consumer("webhooks").lag().events == 3
    assert desk.consumer("webhooks").run_once(Handler()).delivered == 3


def test_a_skipped_event_is_named_in_the_report_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    desk, handler = a_desk(), Handler(second_refused)
    report = desk.consumer("webhooks", ConsumerOptions(first_pause=0, on_failure="skip")).run_once(handler)
    assert report.skipped == (FailedDelivery(position=2, holder=SECOND, error="ValueError"),)
    assert (report.delivered, report.position, report.parked) == (3, 4, ())
    assert "consumer webhooks: skip after ValueError" in caplog.text
    assert "Durand" not in caplog.text


def test_a_parked_case_waits_with_its_later_events_in_their_order() -> None:
    desk, refusing, accepting = a_desk(), Handler(second_refused), Handler()
    desk.acknowledge(SECOND)
    consumer = desk.consumer("webhooks", ConsumerOptions(first_pause=0, on_failure=FailureAction.PARK))

    report = consumer.run_once(refusing)

    assert report.parked == (FailedDelivery(position=2, holder=SECOND, error="ValueError"),)
    assert refusing.accepted == [(FIRST, 1), ("R-2026-000003", 1), (FIRST, 2)]
    assert consumer.parked() == (ParkedEvent(2, SECOND), ParkedEvent(5, SECOND))
    assert consumer.lag().parked == 2

    again = consumer.retry_parked(refusing)
    assert (again.delivered, again.parked) == (0, report.parked)
    assert consumer.retry_parked(accepting).delivered == 2
    assert accepting.accepted == [(SECOND, 1), (SECOND, 2)]
    assert consumer.parked() == ()


def test_parked_events_can_be_discarded() -> None:
    consumer = a_desk().consumer("webhooks", ConsumerOptions(attempts=1, on_failure=FailureAction.PARK))
    consumer.run_once(Handler(lambda item: item.position in {2, 4}))
    with pytest.raises(FaultsError, match=r"^positions: 3; the position of a parked event is expected$"):
        consumer.discard(2, 3)
    consumer.discard(2)
    assert [parked.position for parked in consumer.parked()] == [4]


def test_a_parked_event_of_a_case_that_left_the_scope_stays_parked() -> None:
    desk = a_desk()
    consumer = desk.scoped(site="STR").consumer("x", ConsumerOptions(attempts=1, on_failure=FailureAction.PARK))
    consumer.run_once(Handler(second_refused))
    report = desk.scoped(site="CRE").consumer("x").retry_parked(Handler())
    assert report.parked == (FailedDelivery(position=2, holder=SECOND, error="LookupError"),)


def test_no_more_than_a_thousand_events_are_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.desk.consumers.MAX_PARKED", 2)
    consumer = a_desk().consumer("x", ConsumerOptions(attempts=1, on_failure=FailureAction.PARK))
    with pytest.raises(DeliveryError):
        consumer.run_once(Handler(lambda _: True))
    assert [parked.position for parked in consumer.parked()] == [1, 2]
    assert consumer.lag().events == 2


def test_a_consumer_that_begins_at_the_end_receives_what_is_to_come() -> None:
    desk, handler = a_desk(), Handler()
    consumer = desk.consumer("e-mail")
    consumer.move_to_end()
    consumer.move_to_end()
    desk.acknowledge(SECOND)
    desk.consumer("e-mail").run_once(handler)  # another process, at once
    assert handler.accepted == [(SECOND, 2)]


def test_a_second_run_of_a_consumer_is_refused_while_the_first_one_runs() -> None:
    desk, errors = a_desk(), []

    def handler(_: FeedItem) -> None:
        with pytest.raises(JobBusyError, match="job 'feed:webhooks' is running already; run it again") as busy:
            desk.consumer("webhooks").run_once(Handler())
        errors.append(busy.value)

    assert desk.consumer("webhooks").run_once(handler).delivered == len(errors) == 4
    assert "est déjà en cours" in errors[0].in_("fr")
    assert "if it was killed" in str(errors[0])


def test_a_run_that_lost_its_lease_stops_and_changes_no_position() -> None:
    clock = FakeClock(at(1, month=7))
    desk = a_desk(clock=clock)
    stolen: list[int] = []

    def slow(_: FeedItem) -> None:
        if not stolen:
            clock.set(clock.now() + timedelta(seconds=301))
            stolen.append(desk.consumer("webhooks").run_once(Handler()).position)

    with pytest.raises(JobBusyError, match=r"run it again when it has ended$"):
        desk.consumer("webhooks").run_once(slow)
    assert stolen == [4]
    assert desk.consumer("webhooks").lag().events == 0


def test_a_long_backoff_keeps_the_lease() -> None:
    clock = FakeClock(at(1, month=7))
    handler = Handler(refuses=lambda _: handler.attempts < 5)
    options = ConsumerOptions(first_pause=200, longest_pause=250)
    assert a_desk(Quiet(clock), clock).consumer("webhooks", options).run_once(handler).delivered == 4


def test_the_position_is_saved_when_the_handler_ends_the_process() -> None:
    desk = a_desk()

    def interrupted(item: FeedItem) -> None:
        if item.position == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.consumer("webhooks").run_once(interrupted)
    assert desk.consumer("webhooks").lag().events == 2
    assert desk.consumer("webhooks").run_once(Handler()).delivered == 2


def test_the_position_is_saved_after_each_batch() -> None:
    desk, seen = a_desk(), []

    def looking(_: FeedItem) -> None:
        seen.append(store_of(desk).jobs.get("feed:webhooks").position)

    desk.consumer("webhooks", ConsumerOptions(batch_size=2)).run_once(looking)
    assert seen == [0, 0, 2, 2]


class Stop(threading.Event):
    """A stop event that is set by the n-th pause."""

    def __init__(self, pauses: int, meanwhile: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.left, self.meanwhile = pauses, meanwhile
        self.waited: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        self.left -= 1
        if self.left == 0:
            self.set()
        self.meanwhile()
        return self.is_set()


def test_a_run_until_stopped_looks_again_and_delivers_what_comes() -> None:
    desk, handler = a_desk(), Handler()
    stop = Stop(2, lambda: desk.acknowledge(SECOND) if not stop.is_set() else None)
    report = desk.consumer("webhooks").run(handler, stop=stop, poll=7)
    assert handler.accepted[-1] == (SECOND, 2)
    assert (report.delivered, stop.waited) == (5, [7, 7])


def test_a_run_that_is_stopped_during_a_backoff_leaves_the_event_for_later() -> None:
    desk, handler = a_desk(), Handler(second_refused)
    options = ConsumerOptions(attempts=2, on_failure=FailureAction.SKIP)
    report = desk.consumer("webhooks", options).run(handler, stop=Stop(1), poll=1)
    assert (report.delivered, report.skipped, report.position) == (1, (), 1)
    assert desk.consumer("webhooks").run_once(Handler()).delivered == 3


def test_a_run_that_is_stopped_by_its_handler_ends_after_that_event() -> None:
    desk, stop = a_desk(), threading.Event()
    report = desk.consumer("webhooks").run(lambda _: stop.set(), stop=stop)
    assert (report.delivered, report.position) == (1, 1)


def test_a_last_failure_of_a_stopped_run_is_no_poison() -> None:
    desk, stop = a_desk(), threading.Event()

    def refusing(_: FeedItem) -> None:
        stop.set()
        raise ValueError

    report = desk.consumer("webhooks", ConsumerOptions(attempts=1)).run(refusing, stop=stop)
    assert (report.delivered, report.position) == (0, 0)


class Corrupt(Quiet):
    """A store whose second event cannot be read."""

    def __init__(self, holder: str | None = SECOND) -> None:
        super().__init__()
        read = self.feed.read

        def corrupt(after: int = 0, limit: int = 500, scopes: Any = ()) -> tuple[FeedItem, ...]:
            page = read(after, limit, scopes)
            readable = tuple(item for item in page if item.position < 2) if after < 2 else page
            if after == 1 and page:
                raise StoreDamagedError("memory", "x", None, holder, 2) if holder else StoreDamagedError("memory", "x")
            return readable

        self.feed.read = corrupt  # type: ignore[method-assign]


@pytest.mark.parametrize("holder", [SECOND, None])
def test_an_event_that_cannot_be_read_stops_the_consumer(holder: str | None) -> None:
    desk = a_desk(Corrupt(holder))
    action = FailureAction.STOP if holder else FailureAction.SKIP
    with pytest.raises(StoreDamagedError):
        desk.consumer("webhooks", ConsumerOptions(on_failure=action)).run_once(Handler())
    assert store_of(desk).jobs.get("feed:webhooks").position == 1


def test_an_event_that_cannot_be_read_is_skipped_or_parked_by_choice() -> None:
    desk = a_desk(Corrupt())
    report = desk.consumer("webhooks", ConsumerOptions(on_failure=FailureAction.SKIP)).run_once(Handler())
    assert report.skipped == (FailedDelivery(position=2, holder=SECOND, error="StoreDamagedError"),)
    assert report.delivered == 3
    consumer = a_desk(Corrupt()).consumer("webhooks", ConsumerOptions(on_failure=FailureAction.PARK))
    report = consumer.run_once(Handler())
    assert report.parked == (FailedDelivery(position=2, holder=SECOND, error="StoreDamagedError"),)
    assert consumer.retry_parked(Handler()).parked == report.parked
    assert consumer.parked() == (ParkedEvent(2, SECOND),)


def test_the_lag_before_an_event_that_cannot_be_read_has_no_date() -> None:
    desk = a_desk(Corrupt())
    with pytest.raises(StoreDamagedError):
        desk.consumer("webhooks").run_once(Handler())
    store_of(desk).feed.count = lambda *_: 3  # type: ignore[method-assign]
    assert desk.consumer("webhooks").lag() == ConsumerLag(events=3, since=None, parked=0)


def test_a_consumer_needs_a_name_and_options(desk: Desk) -> None:
    with pytest.raises(FaultsError):
        desk.consumer(" ")
    with pytest.raises(TypeError, match="options"):
        desk.consumer("webhooks", {"attempts": 3})  # type: ignore[arg-type]
    with pytest.raises(FaultsError):
        desk.consumer("webhooks").run(Handler(), stop=threading.Event(), poll=-1)


# Outages


class Outage(Quiet):
    """A store on a server that does not answer while `left` pauses are to come."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        save, read = self.jobs.save, self.feed.read
        self.jobs.save = lambda *given: self.reached() and save(*given)  # type: ignore[method-assign]
        self.feed.read = lambda *given: (self.reached(), read(*given))[1]  # type: ignore[method-assign]

    def reached(self) -> bool:
        if self.left > 0:
            raise StoreUnreachableError("server", "57P01")
        return True

    def pause(self, seconds: float) -> None:
        super().pause(seconds)
        self.left -= 1


def test_a_run_until_stopped_waits_an_outage_out_and_repeats_nothing(caplog: pytest.LogCaptureFixture) -> None:
    store = Outage()
    desk, handler = a_desk(store), Handler()

    def meanwhile() -> None:
        store.left -= 1

    stop = Stop(12, meanwhile)

    def handle(item: FeedItem) -> None:
        handler(item)
        if item.position == 2:
            store.left = 8

    report = desk.consumer("webhooks", ConsumerOptions(batch_size=1)).run(handle, stop=stop, poll=7)

    assert (report.delivered, len(handler.accepted), report.position) == (4, 4, 4)
    assert stop.waited[:9] == [0.5, 1, 2, 4, 8, 16, 30, 30, 7]
    assert "consumer webhooks: waiting after StoreUnreachableError" in caplog.text


def test_a_handler_that_needs_the_register_during_an_outage_is_called_again_after_it() -> None:
    store = Outage()
    desk, handler, outages = a_desk(store), Handler(), [3]

    def handle(item: FeedItem) -> None:
        if outages:
            store.left = outages.pop()
        store.reached()
        handler(item)

    report = desk.consumer("webhooks", ConsumerOptions(attempts=1)).run_once(handle)
    assert (report.delivered, store.pauses) == (4, [0.5, 1, 2])


def test_a_run_that_an_outage_ended_is_taken_up_by_its_object_at_once() -> None:
    store = Outage()
    desk, handler = a_desk(store), Handler()
    consumer = desk.consumer("webhooks", ConsumerOptions(outage=2, batch_size=2))

    def handle(item: FeedItem) -> None:
        handler(item)
        if item.position == 3:
            store.left = 100

    with pytest.raises(StoreUnreachableError):
        consumer.run_once(handle)
    store.left = 0
    with pytest.raises(JobBusyError):
        desk.consumer("webhooks").run_once(handler)
    assert consumer.run_once(handler).position == 4

    assert handler.accepted == [(FIRST, 1), (SECOND, 1), ("R-2026-000003", 1), (FIRST, 2)]


def test_two_runs_of_one_object_do_not_both_deliver() -> None:
    consumer = a_desk().consumer("webhooks")

    def handler(_: FeedItem) -> None:
        with pytest.raises(JobBusyError):
            consumer.run_once(Handler())

    assert consumer.run_once(handler).delivered == 4


# Asynchronous


async def asynchronous(handler: Handler, item: FeedItem) -> None:
    await asyncio.sleep(0)
    handler(item)


def test_an_asynchronous_consumer_awaits_its_handler() -> None:
    async def main() -> None:
        async with AsyncDesk.open("sqlite://", sites=SITES, clock=FakeClock(at(1, month=7))) as desk:
            for site in ("CRE", "STR"):
                await registered(desk, site)  # type: ignore[arg-type, misc]
            handler = Handler(second_refused)
            options = ConsumerOptions(first_pause=0, on_failure=FailureAction.PARK)
            consumer = desk.consumer("webhooks", options)

            assert (await consumer.lag()).events == 2
            report = await consumer.run_once(lambda item: asynchronous(handler, item))

            assert (report.delivered, handler.accepted, handler.attempts) == (1, [(FIRST, 1)], 6)
            assert await consumer.parked() == (ParkedEvent(2, SECOND),)
            assert (await consumer.retry_parked(Handler())).delivered == 1
            with pytest.raises(FaultsError):
                await consumer.discard(2)
            await desk.acknowledge(FIRST)
            await consumer.move_to_end()
            assert (await consumer.lag()).events == 0
            await desk.pgaac("CRE").add(sheet())
            of_plans: list[PlanFeedItem] = []
            assert (await desk.plan_consumer("team").run_once(of_plans.append)).delivered == 1
            assert tuple(of_plans) == await desk.plan_feed()

    asyncio.run(main())


def test_an_asynchronous_run_ends_when_it_is_stopped() -> None:
    async def main() -> None:
        desk = AsyncDesk.in_memory(sites=SITES, clock=FakeClock(at(1, month=7)))
        await registered(desk)  # type: ignore[arg-type, misc]
        stop, polls = asyncio.Event(), []

        async def handler(item: FeedItem) -> None:
            polls.append(item.position)
            asyncio.get_running_loop().call_soon(stop.set)

        report = await desk.consumer("webhooks").run(handler, stop=stop, poll=0)
        assert (report.delivered, polls) == (1, [1])

    asyncio.run(main())


def test_a_cancelled_run_saves_its_position_and_releases_the_consumer() -> None:
    async def main() -> None:
        async with AsyncDesk.open("sqlite://", sites=SITES, clock=FakeClock(at(1, month=7))) as desk:
            for _ in range(2):
                await registered(desk)  # type: ignore[arg-type, misc]
            reached = asyncio.Event()

            async def handler(item: FeedItem) -> None:
                if item.position == 2:
                    reached.set()
                    await asyncio.Event().wait()

            task = asyncio.create_task(desk.consumer("webhooks").run_once(handler))
            await reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

            assert (await desk.consumer("webhooks").lag()).events == 1
            assert (await desk.consumer("webhooks").run_once(Handler())).delivered == 1

    asyncio.run(main())


def test_a_position_is_committed_with_the_rows_of_the_host(tmp_path: Any) -> None:
    import sqlalchemy as sa

    url = sqlite_file(tmp_path, "register.db")
    with Desk.open(url, sites=SITES, clock=FakeClock(at(1, month=7))) as desk:
        registered(desk)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        report = Desk.from_connection(connection, sites=SITES).consumer("copy").run_once(Handler())
        connection.rollback()
    engine.dispose()
    with Desk(SqlAlchemyStore.open(url), sites=SITES) as desk:
        assert (report.delivered, desk.consumer("copy").lag().events) == (1, 1)


@pytest.mark.parametrize("host", ["sqlite3", "psycopg"])
def test_an_sql_error_of_the_handler_parks_the_event_and_undoes_its_writes(host: str, tmp_path: Path) -> None:
    application = HOSTS[host](tmp_path)
    a_desk_of(application.desk())
    application.commit()

    def handler(item: FeedItem) -> None:
        application.invoice(item.position)
        if item.event.case == SECOND:
            application.say("INSERT INTO nowhere VALUES (1)")

    options = ConsumerOptions(first_pause=0, on_failure=FailureAction.PARK)
    report = application.desk().consumer("copy", options).run_once(handler)
    application.commit()

    assert [(parked.position, parked.holder) for parked in report.parked] == [(2, SECOND)]
    assert application.kept()[0] == [1, 3, 4]
    application.close()


@pytest.mark.parametrize("host", ["sqlite3", "psycopg"])
def test_a_handler_that_ends_the_transaction_of_its_host_goes_on_without_savepoint(host: str, tmp_path: Path) -> None:
    application = HOSTS[host](tmp_path)
    a_desk_of(application.desk())
    application.commit()

    def handler(item: FeedItem) -> None:
        application.invoice(item.position)
        application.commit()

    assert application.desk().consumer("copy").run_once(handler).delivered == 4
    application.commit()
    assert application.kept()[0] == [1, 2, 3, 4]
    application.close()


@pytest.mark.postgresql
def test_a_handler_that_swallows_an_error_of_postgresql_has_failed(tmp_path: Path) -> None:
    application = HOSTS["psycopg"](tmp_path)
    a_desk_of(application.desk())
    application.commit()

    def handler(_: FeedItem) -> None:
        with suppress(psycopg.Error):
            application.say("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(DeliveryError, match="StoreError"):
        application.desk().consumer("copy", AT_ONCE).run_once(handler)
    assert application.invoices() == []
    application.close()


def test_an_asynchronous_handler_that_fails_leaves_nothing_in_the_transaction(tmp_path: Path) -> None:
    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import create_async_engine

    async def main() -> None:
        url = sqlite_file(tmp_path)
        async with AsyncDesk.open(url, sites=SITES, clock=FakeClock(at(1, month=7))) as desk:
            for _ in range(2):
                await registered(desk)  # type: ignore[arg-type, misc]
        engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
        async with engine.connect() as connection:
            await connection.execute(sa.text("CREATE TABLE invoices (number INTEGER)"))
            failed: list[int] = []

            async def handler(item: FeedItem) -> None:
                await connection.execute(sa.text(f"INSERT INTO invoices VALUES ({item.position})"))
                if not failed:
                    failed.append(item.position)
                    raise ValueError

            consumer = AsyncDesk.from_connection(connection, sites=SITES).consumer("copy", AT_ONCE)
            assert (await consumer.run_once(handler)).delivered == 2
            await connection.commit()
            found = await connection.execute(sa.text("SELECT number FROM invoices ORDER BY 1"))
            assert [row[0] for row in found] == [1, 2]
        await engine.dispose()

    asyncio.run(main())
