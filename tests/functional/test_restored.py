"""A register that was restored from a backup assigns no number again, and its consumers notice."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import URL

from reclamation_core.adapters import SqlAlchemyStore, check, mark_restored
from reclamation_core.cases import event_document
from reclamation_core.cli.application import run
from reclamation_core.desk import Desk
from reclamation_core.ports import FeedItem, JobState, StoreReplacedError
from tests.databases import emptied, sqlite_file
from tests.inside import store_of
from tests.unit.desk.factories import SITES, FakeClock, at, registered

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def a_desk(url: str | URL) -> Desk:
    return Desk(SqlAlchemyStore.open(url), sites=SITES, clock=FakeClock(at(1, month=7)))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str | URL:
    """The address of an empty register; on PostgreSQL others use it afterwards."""
    return sqlite_file(tmp_path) if request.param == "sqlite" else emptied()


def test_a_restored_register_assigns_no_number_and_no_position_again(url: str | URL) -> None:
    with a_desk(url) as desk:
        cases = [registered(desk).reference for _ in range(2)]
        store_of(desk).jobs.save("nightly", JobState(holder="killed", until=at(1, month=7)))

    done = mark_restored(url, NOW, counters={"R-2026": 7, "R-2025": 3}, position=40)
    check(url)

    assert (done.epoch, done.position, dict(done.counters)) == (1, 40, {"R-2025": 3, "R-2026": 7})
    with a_desk(url) as desk:
        assert [registered(desk).reference for _ in range(2)] == ["R-2026-000008", "R-2026-000009"]
        items = store_of(desk).feed.read()
        assert [(item.position, item.epoch) for item in items] == [(1, 0), (2, 0), (41, 1), (42, 1)]
        assert [item.event.case for item in items[:2]] == cases
        assert list(desk.verify()) == []
        assert not desk.maintenance.jobs()[0].is_taken


def test_a_second_restoration_begins_after_the_first_and_lowers_no_counter(url: str | URL) -> None:
    with a_desk(url) as desk:
        registered(desk)
    mark_restored(url, NOW, counters={"R-2026": 9}, position=10)
    done = mark_restored(url, NOW, counters={"R-2026": 4}, position=5)
    assert (done.epoch, done.position, dict(done.counters)) == (2, 10, {"R-2026": 9})
    with a_desk(url) as desk:
        assert registered(desk).reference == "R-2026-000010"
        assert [(item.position, item.epoch) for item in store_of(desk).feed.read()] == [(1, 0), (11, 2)]


def test_a_desk_that_was_open_during_a_restoration_writes_nothing(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    with a_desk(url) as desk:
        registered(desk)
        mark_restored(url, NOW, counters={"R-2026": 9})
        with pytest.raises(StoreReplacedError, match="it is another database"):
            registered(desk)


def test_a_receiver_that_ignores_what_it_knows_drops_nothing_after_a_restoration(tmp_path: Path) -> None:
    url, backup = sqlite_file(tmp_path), tmp_path / "backup.db"
    known: dict[str, str] = {}

    def receive(item: FeedItem) -> None:
        document = event_document(item.event, cloud_events_source="urn:register", epoch=item.epoch)
        known.setdefault(document["id"], document["data"]["texts"] if "texts" in document["data"] else str(item.event))

    with a_desk(url) as desk:
        first = registered(desk).reference
    copyfile(tmp_path / "reclamations.db", backup)
    with a_desk(url) as desk:
        desk.acknowledge(first)
        lost = registered(desk).reference
        desk.consumer("tool").run_once(receive)
        last = store_of(desk).feed.read()[-1].position
    copyfile(backup, tmp_path / "reclamations.db")

    assert run(["db", "restored", "--db", url, "--seen", lost, "--position", str(last)]) == 0

    with a_desk(url) as desk:
        desk.contain(first, measure="une salle")
        new = registered(desk).reference
        desk.consumer("tool").run_once(receive)
    assert new not in {first, lost}
    assert {f"{first}/1", f"{first}/2", f"{lost}/1", f"{first}/2/1", f"{new}/1/1"} == known.keys()


def test_the_command_names_what_is_missing_and_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    url = sqlite_file(tmp_path)
    with a_desk(url) as desk:
        for _ in range(3):
            registered(desk)
    assert run(["db", "checkpoint", "--db", url, "--output", "later.json"]) == 0

    assert run(["db", "restored", "--db", url]) == 2
    assert run(["db", "restored", "--db", url, "--seen", "12"]) == 2
    told = capsys.readouterr().err
    assert "--checkpoint, --seen ou --position" in told
    assert "n'est pas une référence de dossier" in told
    assert run(["db", "restored", "--db", url, "--checkpoint", "later.json", "--seen", "R-2025-000004"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "prochain dossier : R-2025-000005 ou plus",
        "prochain dossier : R-2026-000004 ou plus",
        "prochaine position du fil : 4",
    ]
