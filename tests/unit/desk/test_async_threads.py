"""Pages, reports and files of an asynchronous desk: in a thread, with statements on the event loop, cancelled early."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import pytest

from reclamation_core import AsyncDesk, Desk
from reclamation_core.desk import Registration, async_desk
from reclamation_core.ports import background
from reclamation_core.ports.background import require_awaited, run_in_thread
from reclamation_core.reporting import report_bytes
from tests.databases import emptied, sqlite_file
from tests.unit.desk import factories
from tests.unit.reporting.test_letters import SETTINGS

OPTIONS: dict[str, Any] = {"sites": factories.SITES, "clock": factories.FakeClock(factories.at(1, month=7))}


def postgresql(_: Path) -> str:
    url: str = emptied().set(drivername="postgresql").render_as_string(hide_password=False)
    return url


STORES: dict[str, Callable[[Path], str | None]] = {
    "memory": lambda _: None,
    "sqlite": lambda folder: str(sqlite_file(folder)),
    "postgresql": postgresql,
}


@pytest.fixture(params=STORES)
def url(request: Any, tmp_path: Path) -> str | None:
    return STORES[request.param](tmp_path)


async def opened(url: str | None, cases: int = 3) -> AsyncDesk:
    desk = AsyncDesk.in_memory(**OPTIONS) if url is None else await AsyncDesk.open(url, **OPTIONS)
    for _ in range(cases):
        await desk.register(factories.facts(), site="CRE", complainant="Mme Durand", occurred_at=factories.at(1))
    return desk


def test_the_loop_goes_on_while_work_computes_and_reads(url: str | None) -> None:
    """The work waits for the loop between two reads: it would never end if it ran there."""
    beats: list[str] = []

    async def life() -> None:
        desk, beat = await opened(url), threading.Event()

        def work(one: Desk) -> int:
            count = one.cases.count()
            assert beat.wait(10)
            assert threading.current_thread() is not threading.main_thread()
            return count + one.cases.count()

        async def tick() -> None:
            await asyncio.sleep(0)
            beats.append("tick")
            beat.set()

        result, _ = await asyncio.gather(desk.run(work), tick())
        assert result == 6
        await desk.release()

    asyncio.run(life())
    assert beats == ["tick"]


IN_THREADS = (
    "add_support agenda anonymise checkpoint examine forget_expired indicators nightly open_document personal_data_of "
    "register_many rises signals sweep upload_document verify"
)


def test_what_reads_or_writes_many_cases_or_documents_runs_in_a_thread() -> None:
    places: list[str] = []

    async def noted(place: str) -> None:
        places.append(place)

    store = SimpleNamespace(run_in_thread=lambda _: noted("thread"), run_async=lambda _: noted("loop"))
    facade: Any = SimpleNamespace(_store=store, _synchronous=None)
    of: Any = async_desk
    facades = (AsyncDesk, of.AsyncCasesView, of.AsyncPlanService, of.AsyncMaintenanceView)
    derived = [
        one
        for each in facades
        for one in vars(each).items()
        if isinstance(one[1], FunctionType) and hasattr(one[1], "__wrapped__")
    ]
    for _, method in derived:
        asyncio.run(method(facade))
    assert len(places) == len(derived) > 100
    in_threads = sorted(name for (name, _), place in zip(derived, places, strict=True) if place == "thread")
    assert " ".join(in_threads) == IN_THREADS


def test_reports_and_files_are_the_same_as_those_of_a_desk_that_blocks(url: str | None) -> None:
    async def life() -> None:
        desk = await opened(url)
        case = "R-2026-000001"
        content = await desk.run(lambda one: report_bytes(one.reports.register(), "csv"))
        assert report_bytes(await desk.reports.register(), "csv") == content
        assert content.decode("utf-8-sig").count("R-2026-") == 3
        content = await desk.run(lambda one: report_bytes(one.reports.case(case), "csv"))
        assert report_bytes(await desk.reports.case(case), "csv") == content
        content = await desk.run(lambda one: report_bytes(one.reports.plan("CRE"), "csv"))
        assert report_bytes(await desk.reports.plan("CRE"), "csv") == content
        assert len((await desk.reports.calendar()).entries) == 3
        assert (await desk.reports.letter(case, "acknowledgement", SETTINGS)).title.endswith(case)
        assert len((await desk.agenda(factories.at(30).date())).answers) == 3
        messages = [Registration(facts=factories.facts(), site="CRE") for _ in range(2)]
        assert [one.is_new for one in await desk.register_many(messages)] == [True, True]
        await desk.release()

    asyncio.run(life())


def test_an_audit_file_is_exported_from_one_moment(url: str | None, tmp_path: Path) -> None:
    async def life() -> None:
        desk = await opened(url)
        record = await desk.reports.audit(tmp_path / "audit.zip", case="R-2026-000001")
        assert [one.subject for one in await desk.reports.exports()] == [record.subject] == ["R-2026-000001"]
        assert await desk.cases.count() == 3
        await desk.release()

    asyncio.run(life())


def test_an_error_of_the_work_is_raised_where_it_is_awaited(url: str | None) -> None:
    async def life() -> None:
        desk = await opened(url, 0)
        with pytest.raises(LookupError, match="R-2026-000009"):
            await desk.run(lambda one: one.cases.get("R-2026-000009"))
        with pytest.raises(ZeroDivisionError):
            await desk.run(lambda _: 1 // 0)
        await desk.release()

    asyncio.run(life())


def test_work_that_is_cancelled_ends_at_its_next_read_and_the_task_waits_for_it(url: str | None) -> None:
    async def life() -> list[str]:
        desk, began, go_on = await opened(url), threading.Event(), threading.Event()
        steps: list[str] = []

        def work(one: Desk) -> None:
            steps.append("began")
            began.set()
            assert go_on.wait(10)
            try:
                report_bytes(one.reports.register(), "csv")
            except BaseException as error:
                steps.append(type(error).__name__)
                raise
            steps.append("written")

        running = asyncio.create_task(desk.run(work))
        await asyncio.to_thread(began.wait, 10)
        running.cancel()
        await asyncio.sleep(0)
        assert not running.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await desk.cases.count() == 3
        await desk.release()
        return steps

    assert asyncio.run(life()) == ["began", "CancelledError"]


def test_many_works_at_once_take_turns_and_all_end(url: str | None) -> None:
    async def life() -> None:
        desk = await opened(url)
        counts = await asyncio.gather(
            *(desk.run(lambda one: (one.cases.count(), one.cases.count())) for _ in range(20))
        )
        assert counts == [(3, 3)] * 20
        await desk.release()

    asyncio.run(life())


def test_a_work_that_waits_for_its_turn_ends_if_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_PLACES", threading.BoundedSemaphore(1))

    async def life() -> list[int]:
        release, done = threading.Event(), list[int]()
        first = asyncio.create_task(run_in_thread(lambda: release.wait(10)))
        await asyncio.sleep(0)
        second = asyncio.create_task(run_in_thread(lambda: done.append(2)))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)  # the work learns of it
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert await first
        return done

    assert asyncio.run(life()) == []


def test_outside_of_such_work_nothing_is_cancelled() -> None:
    require_awaited()
    assert background.current_work() is None
