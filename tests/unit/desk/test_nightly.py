"""The nightly job: every step once, each failure in the report, one run at a time."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.desk import ConsumerOptions, Desk, JobBusyError, NightlyReport
from reclamation_core.desk.nightly import JobStatus
from reclamation_core.errors import FaultsError
from reclamation_core.ports import FeedItem, JobState, StoreDamagedError, StoreUnreachableError, UnitOfWork
from tests.inside import clock_of, store_of
from tests.unit.desk.factories import SITES, FakeClock, at, closed, exclusive, in_year, new_desk, registered

FIRST, SECOND = "R-2026-000001", "R-2026-000002"


def alerts(report: NightlyReport) -> list[tuple[str, str]]:
    return [(alert.reference, alert.alert.threshold.value) for alert in report.alerts]


def test_a_night_raises_alerts_and_erases_what_has_expired_once() -> None:
    desk = new_desk()
    closed(desk)
    desk = in_year(desk, 2028)
    registered(desk, received_at=at(1).replace(year=2028))
    report, again = desk.maintenance.nightly(), desk.maintenance.nightly()
    assert report.forgotten == (FIRST,)
    assert "R-2028-000001" in {reference for reference, _ in alerts(report)}
    assert report.is_clean
    assert (again.forgotten, again.alerts, again.rebuilt) == ((), (), 0)


def test_a_report_is_plain_data_and_french_text(desk: Desk) -> None:
    registered(desk, complainant="Mme Durand")
    report = desk.maintenance.nightly(verify=True)
    text = json.dumps(report.to_document())
    assert json.loads(text)["clean"] is True
    assert json.loads(text)["alerts"][0]["case"] == FIRST
    assert "Durand" not in text
    assert report.to_text() == (
        "Dossiers et plans recalculés : 0\nAlertes émises : 3\nDossiers anonymisés : 0\n"
        "Documents supprimés : étape non demandée\n"
        "Transmission des alertes : étape non demandée\nContrôle d'intégrité (écarts) : 0"
    )
    assert report.to_text("en").startswith("Cases and plans rebuilt: 0\n")


def test_alerts_are_published_once_from_the_first_night_on() -> None:
    desk, received = new_desk(), []
    registered(desk)
    desk.sweep()
    registered(desk)

    def publish(item: FeedItem) -> None:
        received.append(item.event.case)

    assert [desk.maintenance.nightly(publish=publish).published for _ in range(2)] == [3, 0]
    assert received == [SECOND] * 3


def test_an_alert_whose_publication_fails_is_published_the_next_night() -> None:
    desk, received = new_desk(), []
    registered(desk)

    def refuse(_: FeedItem) -> None:
        raise ConnectionError

    report = desk.maintenance.nightly(publish=refuse, options=ConsumerOptions(attempts=1))
    desk.maintenance.nightly(publish=lambda item: received.append(item.event.case))
    assert [(failure.step, failure.error.code) for failure in report.failures] == [("publish", "delivery_failed")]
    assert "Transmission des alertes : échec" in report.to_text()
    assert report.to_document()["failures"][0]["step"] == "publish"
    assert not report.is_clean
    assert received == [FIRST] * 3


class Corrupt(InMemoryStore):
    """A store in which a case, the journal or the feed cannot be read, and whose projections cannot be rebuilt."""

    def rebuild_projections(self) -> int:
        raise StoreDamagedError("memory", "projection")


def test_a_step_that_fails_does_not_prevent_the_others() -> None:
    desk = Desk(Corrupt(), sites=SITES, clock=FakeClock(at(1, month=7)))
    registered(desk)
    report = desk.maintenance.nightly()
    assert ([failure.step for failure in report.failures], len(report.alerts)) == (["rebuild"], 3)
    assert report.to_text().startswith("Dossiers et plans recalculés : 0, échec\n")
    error = report.failures[0].error
    assert (report.to_text().splitlines()[-1], report.to_text("en").splitlines()[-1]) == (
        f"- {error.in_('fr')}",
        f"- {error.in_('en')}",
    )


def test_a_feed_that_cannot_be_read_leaves_the_alerts_for_later(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    registered(desk)

    def damaged(*_: Any, **__: Any) -> Any:
        raise StoreDamagedError("memory", "x", None, FIRST, 1)

    with monkeypatch.context() as patch:
        patch.setattr(store_of(desk).feed, "follow", damaged)
        report = desk.maintenance.nightly(publish=lambda _: None)
    assert (report.published, [failure.step for failure in report.failures]) == (None, ["publish"])
    assert desk.maintenance.nightly(publish=lambda _: None).published == 3


def test_a_case_that_fails_is_in_the_report_with_the_alerts_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = new_desk()
    registered(desk)
    monkeypatch.setattr(
        "reclamation_core.desk.maintenance.readable_plans",
        lambda _, corrupt: corrupt.extend([StoreDamagedError("memory", "x", None, "site:CRE")] * 2) or [],
    )
    report = desk.maintenance.nightly()
    assert (len(report.alerts), [failure.step for failure in report.failures]) == (3, ["sweep"] * 2)
    assert [report.to_text().count(text) for text in ("\n- ", " (2 fois)")] == [1, 1]


def test_what_verification_finds_is_in_the_report(tmp_path: Any) -> None:
    import sqlite3

    file = tmp_path / "register.db"
    with Desk(SqlAlchemyStore.open(f"sqlite:///{file}"), sites=SITES, clock=FakeClock(at(1, month=7))) as desk:
        registered(desk)
        desk.maintenance.nightly()
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE reclamation_cases SET site = 'STR'")
            connection.execute("UPDATE reclamation_case_events SET link = 'x' WHERE number = 1")
        connection.close()

        report = desk.maintenance.nightly(verify=True)

    assert [found.holder for found in report.discrepancies or ()] != []
    assert [(found.holder, found.number) for found in report.anomalies or ()] == [(FIRST, 1)]
    document = report.to_document()
    assert (document["anomalies"][0]["holder"], document["discrepancies"][0]["holder"]) == (FIRST, FIRST)
    assert {field.name for field in attrs.fields(NightlyReport)} - {*document} == {"signals", "themes", "checkpoint"}
    alone = attrs.evolve(report, discrepancies=())
    assert not alone.is_clean
    assert alone.to_text().endswith("Contrôle d'intégrité (écarts) : 1")


def test_two_nights_at_once_do_not_both_run(desk: Desk) -> None:
    with exclusive(desk, "nightly"), pytest.raises(JobBusyError, match="job 'nightly' is running already"):
        desk.maintenance.nightly()
    assert desk.maintenance.nightly().is_clean


def test_a_night_that_was_killed_gives_way_when_its_lease_is_over(desk: Desk) -> None:
    now = clock_of(desk).now()
    store_of(desk).jobs.save("nightly", JobState(holder="killed", until=now + timedelta(minutes=5)))
    with pytest.raises(JobBusyError, match=r"or after 2026-07-01 09:05:00 UTC if it was killed"):
        desk.maintenance.nightly()
    clock_of(desk).set(now + timedelta(minutes=5))  # type: ignore[attr-defined]
    assert desk.maintenance.nightly().is_clean


@pytest.mark.parametrize("ahead", [timedelta(minutes=7), timedelta(days=3700)])
def test_a_lease_of_a_wrong_clock_blocks_no_night_and_no_consumer(ahead: timedelta, desk: Desk) -> None:
    until = clock_of(desk).now() + ahead
    for job in ("nightly", "feed:webhooks"):
        store_of(desk).jobs.save(job, JobState(holder="killed", until=until))
    assert desk.maintenance.nightly().is_clean
    assert desk.consumer("webhooks").run_once(lambda _: None).delivered == 0


def test_a_night_renews_its_lease_between_two_cases() -> None:
    clock = FakeClock(at(1, month=7))
    desk, refused = new_desk(clock=clock), []
    for _ in range(3):
        registered(desk)
    desk.maintenance.nightly()
    registered(desk)

    def publish(_: FeedItem) -> None:
        clock.set(clock.now() + timedelta(seconds=200))
        with pytest.raises(JobBusyError):
            desk.maintenance.nightly()
        refused.append(clock.now())

    report = desk.maintenance.nightly(publish=publish)

    assert (report.published, len(refused), report.interrupted) == (3, 3, None)
    assert clock.now() == at(1, month=7) + timedelta(seconds=600)


def test_a_job_whose_run_is_dead_is_freed_by_its_name(desk: Desk) -> None:
    until = clock_of(desk).now() + timedelta(minutes=5)
    store_of(desk).jobs.save("nightly", JobState(holder="killed", until=until))
    assert desk.maintenance.jobs() == (JobStatus(name="nightly", is_taken=True, until=until, position=0, parked=0),)
    assert (desk.maintenance.free("nightly"), desk.maintenance.free("nightly")) == (True, False)
    assert not desk.maintenance.jobs()[0].is_taken
    assert desk.maintenance.nightly().is_clean
    with pytest.raises(FaultsError, match=r"^job: 'nightyl'; a job of the database is expected$"):
        desk.maintenance.free("nightyl")


class Outage(InMemoryStore):
    """A store on a server that does not answer for some pauses, from its n-th call on."""

    def __init__(self, after: int, pauses: int) -> None:
        super().__init__()
        self.after, self.left = after, pauses
        self.waited: list[float] = []
        save, read = self.jobs.save, self.feed.read
        self.jobs.save = self.reached(save)  # type: ignore[method-assign]
        self.feed.read = self.reached(read)  # type: ignore[method-assign]

    def reached(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def answered(*given: Any, **named: Any) -> Any:
            self.after -= 1
            if self.after < 0 < self.left:
                raise StoreUnreachableError("server", "57P01")
            return call(*given, **named)

        return answered

    def unit_of_work(self) -> UnitOfWork:
        return self.reached(super().unit_of_work)()  # type: ignore[no-any-return]

    def pause(self, seconds: float) -> None:
        self.left -= 1
        self.waited.append(seconds)


def a_desk_with_an_outage(after: int, pauses: int) -> tuple[Desk, Outage]:
    store = Outage(10_000, pauses)
    desk = Desk(store, sites=SITES, clock=FakeClock(at(1, month=7)))
    for _ in range(4):
        registered(desk)
    store.after = after
    return desk, store


def test_on_the_connection_of_an_application_nothing_waits_for_the_end_of_an_outage() -> None:
    for after in range(12):
        desk, store = a_desk_with_an_outage(after, 100)
        store.has_host = True
        for run in (desk.maintenance.nightly, lambda desk=desk: desk.consumer("a").run_once(lambda _: None)):
            with suppress(StoreUnreachableError):
                run()
            assert store.waited == [], after


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8, 13, 20])
def test_a_night_goes_on_after_an_outage_and_does_nothing_twice(after: int) -> None:
    desk, store = a_desk_with_an_outage(after, pauses=3)
    received: list[tuple[str, int]] = []
    report = desk.maintenance.nightly(publish=lambda item: received.append((item.event.case, item.event.number)))
    assert (report.interrupted, report.failures, len(report.alerts)) == (None, (), 12)
    assert len(received) == len(set(received)) == report.published == 12
    assert store.waited == [0.5, 1.0, 2.0]


def test_a_night_that_an_outage_ends_says_so_and_the_next_one_goes_on() -> None:
    desk, store = a_desk_with_an_outage(after=6, pauses=1000)

    report = desk.maintenance.nightly()

    assert (report.interrupted, report.is_clean, report.to_document()["interrupted"]) == ("sweep", False, "sweep")
    assert [(one.step, one.error.code) for one in report.failures] == [("sweep", "store_unreachable")]
    assert "interrompu à l'étape « Alertes émises »" in report.to_text()
    assert sum(store.waited) == 60
    store.left = 0
    with pytest.raises(JobBusyError):
        desk.maintenance.nightly()
    clock_of(desk).set(at(1, month=7) + timedelta(minutes=5))  # type: ignore[attr-defined]
    again = desk.maintenance.nightly()
    assert len(report.alerts) + len(again.alerts) == 12
    assert again.interrupted is None


def test_a_scope_has_a_night_of_its_own(desk: Desk) -> None:
    registered(desk, "CRE")
    registered(desk, "STR")
    here = desk.scoped(site="STR")
    with exclusive(desk, "nightly"):
        assert {reference for reference, _ in alerts(here.maintenance.nightly(publish=lambda _: None))} == {SECOND}
    assert store_of(desk).jobs.names() == ("feed:nightly-alerts: STR", "nightly", "nightly: STR")
