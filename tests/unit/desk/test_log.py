"""The log of all events: checkpoints, what they show of a rewritten register, and what they leave alone."""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases.log import LogCheckpoint, LogEntry, LogFaultKind, LogState, examine_log, recorded_before
from reclamation_core.cli.application import run
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.errors import FaultsError
from reclamation_core.reporting import verifier
from reclamation_core.reporting.notes import signed_note, verifier_key
from reclamation_core.reporting.verifier import MODIFIED, PROVED, canonical
from tests.databases import memory_store, sqlite_file
from tests.inside import store_of
from tests.log_rewrites import rewrite
from tests.properties.desk.random_lives import Lives
from tests.unit.adapters.sqlalchemy.asking import run as run_sql
from tests.unit.desk import factories
from tests.unit.desk.factories import FakeClock, at, new_desk, registered
from tests.unit.reporting.tampering import sealed
from tests.unit.reporting.test_audit_file import KEY, PRIVATE, PUBLIC, lived
from tests.unit.reporting.test_audit_file import verify_here as verify_here  # noqa: PLC0414  a fixture

RAW = PRIVATE.public_key().public_bytes_raw()
ORIGIN = "reclamations.example.fr/registre"
STORES: list[SqlAlchemyStore] = []
"""The stores that a test has opened."""


def on_sqlite(clock: FakeClock | None = None, url: str | None = None) -> Desk:
    """Return a desk on a database, which `closed_stores` closes."""
    STORES.append(SqlAlchemyStore.open(url) if url else memory_store())
    desk = Desk(STORES[-1], sites=factories.SITES, clock=clock or FakeClock(at(30)), clock_limit=None)
    return desk.acting("Mme Roux", "rqr")


@pytest.fixture(autouse=True)
def closed_stores() -> Iterator[None]:
    yield
    while STORES:
        STORES.pop().close()


def kinds(desk: Desk, note: str, newer: str | None = None) -> list[str]:
    return [fault.kind.value for fault in desk.log.compare(note, newer, public_key=RAW)]


def test_a_checkpoint_is_a_signed_note_with_the_number_of_events_and_two_roots() -> None:
    desk = lived()
    record = desk.log.write_checkpoint(KEY, origin=ORIGIN)
    text, _, signatures = record.note.partition("\n\n")
    origin, size, root, heads = text.split("\n")
    entries = list(store_of(desk).log.entries())
    assert (origin, int(size), record.size) == (ORIGIN, len(entries), len(entries))
    assert LogCheckpoint.parse(record.note) == LogState.of(entries).checkpoint(ORIGIN)
    assert signatures.startswith(f"\N{EM DASH} {ORIGIN} ")
    assert heads.startswith("heads ")
    assert (len(root), len(heads.split()[1])) == (44, 44)
    assert verifier.is_note_of(record.note, RAW)
    assert not verifier.is_note_of(record.note.replace(root, heads.split()[1]), RAW)
    assert verifier_key(ORIGIN, RAW).startswith(f"{ORIGIN}+{verifier.note_key(ORIGIN, RAW).hex()}+AQ")
    assert desk.log.write_checkpoint(KEY) == record
    assert desk.log.checkpoints()[0].state is not None
    assert desk.log.write_checkpoint(KEY, origin="autre.fr/registre").note.startswith("autre.fr/registre\n")


@pytest.mark.parametrize("make", [new_desk, on_sqlite])
def test_the_next_checkpoint_from_the_stored_edge_is_that_of_the_whole_log(make: Any) -> None:
    clock = FakeClock(at(1, month=7))
    desk, random = make(clock=clock) if make is on_sqlite else new_desk(clock=clock), Random(7)  # noqa: S311  a drawn life
    lives, notes = Lives(desk, clock, random, Counter()), []
    for _ in range(2):
        lives.live()
        notes.append(desk.log.write_checkpoint(KEY).note)
        entries = tuple(store_of(desk).log.entries())
        assert LogCheckpoint.parse(notes[-1]) == LogState.of(entries).checkpoint("reclamations")
    assert [kinds(desk, note, notes[-1]) for note in notes] == [[]] * 2


def test_each_kind_of_difference_has_its_name() -> None:
    desk = on_sqlite()
    case = registered(desk)
    factories.qualified(desk)
    first = desk.log.write_checkpoint(KEY, origin=ORIGIN).note
    store: Any = store_of(desk)
    assert kinds(desk, first) == []
    longer = LogState.of([*store.log.entries(), LogEntry(4, "R-9", 1, "0" * 64)]).checkpoint(ORIGIN)
    assert kinds(desk, signed_note(str(longer), ORIGIN, KEY)) == ["shorter"]
    foreign = signed_note(str(longer).replace(ORIGIN, "elsewhere"), "elsewhere", KEY)
    assert kinds(desk, first, foreign) == ["origin", "shorter"]
    assert kinds(desk, first.replace("\N{EM DASH} ", "- ")) == ["forged"]
    assert kinds(desk, first.split("\N{EM DASH}")[0] + f"\N{EM DASH} {ORIGIN} A\n") == ["forged"]
    text = str(LogCheckpoint(origin=ORIGIN, size=4, root=LogCheckpoint.parse(first).root, heads=bytes(32)))
    assert kinds(desk, signed_note(text, ORIGIN, KEY)) == ["heads"]

    run_sql(store, "UPDATE reclamation_case_events SET document = '{}' WHERE case_reference = :c", c=case.reference)
    assert kinds(desk, first) == ["altered"]
    run_sql(store, "DELETE FROM reclamation_case_texts")
    run_sql(store, "DELETE FROM reclamation_case_events WHERE number = 3")
    assert kinds(desk, first) == ["altered", "missing"]
    run_sql(store, "DELETE FROM reclamation_case_events WHERE number = 1 AND case_reference = 'R-2026-000002'")
    assert kinds(desk, first) == ["altered", "misplaced"]
    run_sql(store, "UPDATE reclamation_log SET log_index = 9 WHERE log_index = 2")
    assert "misplaced" in kinds(desk, first)


def test_a_holder_that_is_gone_and_a_text_that_no_store_wrote_are_found(desk: Desk) -> None:
    registered(desk)
    store = store_of(desk)
    store.log.extend()
    entries = list(store.log.entries())
    [stream] = store.journal.streams()
    assert [one.kind for one in examine_log(entries, [])] == [LogFaultKind.MISSING]
    renumbered = [attrs.evolve(entries[0], number=2)]
    assert [one.kind for one in examine_log(renumbered, [stream])] == [LogFaultKind.MISPLACED]
    assert not [*examine_log([], [stream]), *recorded_before([], [stream], at(30, month=12))]  # not in this log
    odd = attrs.evolve(stream, entries=(attrs.evolve(stream.entries[0], text="\ud800"),))
    assert [one.kind for one in examine_log(entries, [odd])] == [LogFaultKind.ALTERED]
    dates = ("30T07:59:59", "30T08:59:59.9+01:00", "30T08:00:00", "30T09:00:00+01:00")  # without an offset in UTC
    texts = [f'{{"recorded_at":"{claim}"}}' for claim in ("x", *(f"2026-12-{one}" for one in dates))]
    for text in ("{}", "[]", "{", *texts):  # what claims no instant is not dated back
        claimed = attrs.evolve(stream, entries=(attrs.evolve(stream.entries[0], text=text),))
        found = [(one.kind, one.number) for one in recorded_before(entries, [claimed], at(30, 8, month=12))]
        assert found == [(LogFaultKind.BACKDATED, 1)] * ("59" in text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\nx\nAA==\nheads AA==\n",
        "a b\n1\n{0}\nheads {0}\n",
        "a\n01\n{0}\nheads {0}\n",
        "a\n1\n{0}\nends {0}\n",
        "a\n1\n{0}\nheads AA==\n",
        "a\n1\n?\nheads {0}\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    root = "A" * 43 + "="
    with pytest.raises(FaultsError):
        LogCheckpoint.parse(text.format(root))


@pytest.mark.parametrize("number", range(4))
def test_a_rewritten_register_differs_from_a_checkpoint_published_before(number: int) -> None:
    random, clock = Random(number), FakeClock(at(1, month=7))  # noqa: S311  a drawn life
    desk = on_sqlite(clock)
    lives = Lives(desk, clock, random, Counter())
    lives.live()
    published = desk.log.write_checkpoint(KEY, origin=ORIGIN)
    lives.live()
    desk.log.write_checkpoint(KEY)
    assert desk.log.compare(published.note, public_key=RAW) == ()
    done = rewrite(store_of(desk), published.size, random, key=KEY, origin=ORIGIN)
    assert desk.log.compare(published.note, public_key=RAW), done


def test_an_audit_file_proves_its_chains_and_ends_to_an_older_checkpoint(tmp_path: Path, verify_here: Any) -> None:
    (tmp_path / "key.pub").write_bytes(PUBLIC)
    desk = lived()
    old = tmp_path / "old.txt"
    old.write_text(desk.log.write_checkpoint(KEY, origin=ORIGIN).note, "utf-8")
    factories.closed(desk, site="STD")
    whole, part, later = tmp_path / "whole", tmp_path / "part", tmp_path / "later.txt"
    desk.reports.audit(whole, received_from=date(2026, 6, 1), key=KEY)
    desk.reports.audit(part, case="R-2026-000001", key=KEY)
    later.write_text(desk.log.write_checkpoint(KEY).note, "utf-8")
    own = (tmp_path / "key.pub",)
    for folder, note in product((whole, part), (old, later)):
        assert verify_here(folder, "--key", *own, "--checkpoint", note)[0] == PROVED
    other = tmp_path / "other.txt"
    size, last = (LogCheckpoint.parse(one.read_text("utf-8")).size for one in (old, later))
    for origin, number in ((ORIGIN, size), (ORIGIN, 10**6), (ORIGIN, 1), ("else", size), (ORIGIN, last)):
        changed = LogCheckpoint(origin=origin, size=number, root=bytes(32), heads=bytes(32))
        other.write_text(signed_note(str(changed), origin, KEY), "utf-8")
        assert verify_here(whole, "--checkpoint", other)[0] == MODIFIED
    other.write_text("x", "utf-8")
    assert verify_here(whole, "--checkpoint", other)[0] == MODIFIED


def test_proofs_that_do_not_hold_are_found_even_with_a_new_manifest(tmp_path: Path, verify_here: Any) -> None:
    lived().reports.audit(tmp_path / "sound", received_from=date(2026, 6, 1))
    name = "R-2026-000001"

    def status(change: Any) -> int:
        folder = tmp_path / "changed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "sound", folder)
        proofs = json.loads((folder / verifier.PROOFS).read_bytes())
        change(proofs["holders"][name])
        (folder / verifier.PROOFS).write_bytes(canonical(proofs))
        sealed(folder)
        return int(verify_here(folder)[0])

    def with_another_leaf(one: Any) -> None:
        one["events"][0], one["events"][1] = one["events"][1], one["events"][0]

    def without_the_last(one: Any) -> None:
        one["events"].pop()

    assert status(with_another_leaf) == status(without_the_last) == MODIFIED
    assert status(lambda one: one.update(head=[0, 1, [], 0, 1, ["00" * 32] * 9])) == MODIFIED
    assert status(lambda one: one["events"][0].__setitem__(0, -1)) == MODIFIED
    assert status(lambda one: one["events"].clear()) == verifier.UNPROVED


def test_an_audit_file_without_its_checkpoint_or_with_anothers_is_found(tmp_path: Path, verify_here: Any) -> None:
    desk = lived()
    old = tmp_path / "old.txt"
    old.write_text(desk.log.write_checkpoint(KEY).note, "utf-8")
    desk.reports.audit(tmp_path / "one", case="R-2026-000001")
    for name in (verifier.CHECKPOINT, verifier.PROOFS):
        (tmp_path / "one" / name).unlink()
    sealed(tmp_path / "one")
    new_desk().reports.audit(tmp_path / "empty")
    assert verify_here(tmp_path / "one")[0] == verify_here(tmp_path / "empty")[0] == verifier.UNPROVED
    assert verify_here(tmp_path / "one", "--checkpoint", old)[0] == MODIFIED
    assert (
        list(verifier.checkpoint_faults({verifier.CHECKPOINT: verifier.content(old.read_bytes())}, bytes(32), None))
        != []
    )


def test_the_command_writes_and_compares_checkpoints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = sqlite_file(tmp_path)
    desk = on_sqlite(url=url)
    registered(desk)
    (tmp_path / "cle").write_bytes(KEY)
    (tmp_path / "cle.pub").write_bytes(PUBLIC)
    first, second = str(tmp_path / "1.txt"), str(tmp_path / "2.txt")
    key, db = ["--key", str(tmp_path / "cle")], ["--db", url]
    assert run(["checkpoint", "write", *db, *key, "--origin", ORIGIN, "-o", first]) == 0
    registered(desk)
    assert run(["checkpoint", "write", *db, *key, "-o", second]) == 0
    assert "2 événements" in capsys.readouterr().out
    assert run(["checkpoint", "compare", first, second, *db, "--key", str(tmp_path / "cle.pub")]) == 0
    assert "Aucun écart" in capsys.readouterr().out
    (tmp_path / "autre").write_bytes(bytes(range(256)))
    for arguments, words in (
        (["compare", first, *key], "clé privée"),
        (["compare", first, "--key", f"{tmp_path}/no\nne"], "ne : fichier ou dossier introuvable"),
        (["compare", first, str(tmp_path / "autre")], "autre : un point de contrôle est attendu"),
        (["write", "--key", str(tmp_path / "cle.pub")], "une clé privée Ed25519"),
    ):
        assert run(["checkpoint", *arguments, *db]) == 2
        assert words in capsys.readouterr().err
    store: Any = store_of(desk)
    run_sql(store, "UPDATE reclamation_case_events SET document = '{}' WHERE case_reference = 'R-2026-000001'")
    assert run(["checkpoint", "compare", first, *db]) == 1
    assert "R-2026-000001, événement 1 : événement qui n'est pas" in capsys.readouterr().out
    Path(first).write_text("x")
    assert run(["checkpoint", "compare", first, *db]) != 0
    desk.release()


async def _awaited() -> None:
    desk = AsyncDesk.in_memory(sites=factories.SITES, clock=FakeClock(at(1, month=7)))
    await desk.register(factories.facts(), site="CRE")
    record = await desk.log.write_checkpoint(KEY)
    assert await desk.log.compare(record.note) == ()


def test_the_log_is_awaited() -> None:
    asyncio.run(_awaited())
