"""Programs killed between the steps of uploads, erasures and sweeps, and hosts that roll back.

After each kill: no event without the bytes of its documents, and no key of an event on the list of those to delete.
After the sweep: no orphan, and no bytes of an erased document.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.adapters.memory import InMemoryDocumentKeys
from reclamation_core.cases import Case, NewDocument, SupportKind, TextKind
from reclamation_core.desk import Desk, JobBusyError
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.ports import CaseQuery, DocumentNotFoundError, DocumentStore, StoreUnreachableError
from reclamation_core.testing.builders import FakeClock, a_complaint
from reclamation_core.vocabulary import Role
from tests.inside import store_of

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
KILLS = 60
"""Killed programs in the fast tests; the soak has a thousand."""


class Killed(BaseException):
    """The program is dead: nothing that it still tries has an effect."""


class Life:
    """The life of a program: so many steps, then it is killed."""

    def __init__(self) -> None:
        self.left: int | None = None

    def step(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed

    def guarded(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Call between two steps: the kill comes before it, or after it."""
        self.step()
        result = call(*arguments)
        self.step()
        return result


class Disk(DocumentStore):
    """Bytes that outlive programs; an upload is written part by part, and a killed one stays incomplete."""

    def __init__(self, life: Life, clock: FakeClock) -> None:
        self.life, self.clock = life, clock
        self.files: dict[str, tuple[bytes, datetime]] = {}

    def put(self, key: str, content: Iterable[bytes]) -> None:
        self.life.step()
        self.files[key] = (b"", self.clock.now())
        for part in content:
            self.files[key] = (self.files[key][0] + part, self.clock.now())
            self.life.step()

    def open(self, key: str) -> BinaryIO:
        if key not in self.files:
            raise DocumentNotFoundError(key)
        return BytesIO(self.files[key][0])

    def delete(self, key: str) -> None:
        self.life.guarded(self.files.pop, key, None)

    def exists(self, key: str) -> bool:
        return key in self.files

    def keys(self, register: str, before: datetime) -> Iterator[str]:
        return iter([key for key, (_, at) in self.files.items() if key.startswith(f"{register}/") and at < before])


class MortalKeys(InMemoryDocumentKeys):
    """The keys of a store, between whose calls its program may be killed."""

    life: Life

    def discard(self, key: str) -> bool:
        return bool(self.life.guarded(super().discard, key))

    def mark_deleted(self, key: str) -> None:
        self.life.guarded(super().mark_deleted, key)


class MortalStore(InMemoryStore):
    """A store whose program may be killed before and after a commit, never within: that is the store's own promise."""

    def __init__(self, life: Life) -> None:
        super().__init__()
        self.life = life
        self.keys = self.document_keys = self._document_keys = MortalKeys(self)
        self.keys.life = life

    def commit_changes(self, *changes: Any) -> None:
        self.life.guarded(super().commit_changes, *changes)


def content(random: Random) -> NewDocument:
    return NewDocument(name="lettre.txt", content=BytesIO(random.randbytes(40).hex().encode()))


def cases_of(desk: Desk) -> list[Case]:
    return list(desk.cases.find(CaseQuery(limit=500)).cases)


def act(desk: Desk, random: Random) -> None:
    """Do one thing of those that touch documents."""
    case = random.choice(cases_of(desk))
    deed = random.choice(("add", "add", "upload", "refused", "erase", "nightly"))
    if deed == "erase":
        with suppress(ReclamationError):
            desk.withdraw(case.reference)
            desk.close(case.reference, reason="withdrawn")
        with suppress(ReclamationError):
            desk.anonymise(case.reference, kinds=random.choice([(TextKind.FREE,), tuple(TextKind)]))
    elif deed == "nightly":
        with suppress(JobBusyError):
            desk.maintenance.nightly()
    else:
        documents: list[Any] = [content(random) for _ in range(random.randint(1, 2))]
        if deed == "upload":
            documents = [desk.upload_document(case.reference, one) for one in documents]
        occurred_at = NOW + timedelta(days=900) if deed == "refused" else None
        with suppress(ReclamationError):
            desk.add_support(
                case.reference, kind=SupportKind.EMAIL, title="a", documents=documents, occurred_at=occurred_at
            )


def check(desk: Desk, files: dict[str, tuple[bytes, datetime]], listed: Iterable[str], seed: object) -> set[str]:
    """Check that each event has the bytes of its documents; return the keys of those that are not erased."""
    alive: set[str] = set()
    for case in cases_of(desk):
        for document in case.documents:
            sha256 = case.read(document.sha256)
            if sha256 is not None:
                alive.add(document.key)
                assert document.key in files, (seed, "an event without its bytes")
                assert hashlib.sha256(files[document.key][0]).hexdigest() == sha256, (seed, "other bytes")
                assert len(files[document.key][0]) == document.size, seed
    assert not alive & set(listed), (seed, "a document of an event is to be deleted")
    return alive


def swept(desk: Desk, clock: FakeClock, seed: object) -> None:
    """Sweep two days later, when the lock of a killed nightly job has expired."""
    clock.set(clock.now() + timedelta(days=2))
    report = desk.maintenance.nightly()
    assert (report.failures, report.documents_left) == ((), 0), seed


def live(seed: int) -> int:
    """Run a register through kills; return how many there were."""
    random, life, clock = Random(seed), Life(), FakeClock(NOW)
    store, kills = MortalStore(life), 0
    disk = Disk(life, clock)
    desk = Desk(store, documents=disk, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)
    for _ in range(2):
        desk.register(a_complaint(received_at=NOW), site="CRE", complainant="Mme Durand")
    for _ in range(random.randint(2, 6)):
        life.left = random.randint(0, 12)
        try:
            act(desk, random)
        except Killed:
            kills += 1
        life.left = None
        check(desk, disk.files, store.keys.to_delete(), seed)
        if random.random() < 0.3:
            clock.set(clock.now() + timedelta(hours=random.choice((1, 30))))
    swept(desk, clock, seed)
    assert check(desk, disk.files, store.keys.to_delete(), seed) == set(disk.files), (seed, "an orphan")
    return kills


def killed_programs(at_least: int, first_seed: int = 0) -> int:
    kills, seed = 0, first_seed
    while kills < at_least:
        kills += live(seed)
        seed += 1
    return kills


def test_no_event_lacks_its_bytes_and_no_orphan_is_left_after_kills() -> None:
    assert killed_programs(KILLS) >= KILLS


@pytest.mark.soak
@pytest.mark.slow
def test_a_thousand_kills_leave_nothing_wrong() -> None:
    assert killed_programs(1000, 10_000) >= 1000


def hosted(path: Path, seed: int) -> None:
    """Run a register on the connection of a host that commits or rolls back; the nightly job has a store of its own."""
    random, life, clock = Random(seed), Life(), FakeClock(NOW)
    disk = Disk(life, clock)
    url = f"sqlite:///{path}"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        Desk.open(url, documents=disk, clock=clock, clock_limit=None) as own,
    ):
        desk = Desk.from_connection(connection, documents=disk, clock=clock, clock_limit=None)
        desk = desk.acting("Mme Roux", Role.RQR)
        own.register(a_complaint(received_at=NOW), site="CRE", complainant="Mme Durand")
        for _ in range(random.randint(2, 5)):
            connection.execute("BEGIN")
            life.left = random.choice((None, random.randint(0, 10)))
            try:
                act(desk, random)
                is_lost = random.random() < 0.4
            except Killed:
                is_lost = True
            life.left = None
            connection.execute("ROLLBACK" if is_lost else "COMMIT")
            keys = store_of(own).document_keys
            assert keys is not None
            check(own, disk.files, keys.to_delete(), seed)
            if random.random() < 0.3:
                swept(own, clock, seed)
        swept(own, clock, seed)
        assert check(own, disk.files, (), seed) == set(disk.files), (seed, "an orphan")


def test_the_rollbacks_of_a_host_leave_no_event_without_bytes(tmp_path: Path) -> None:
    for seed in range(2):
        hosted(tmp_path / f"{seed}.db", seed)


def test_a_host_connection_deletes_outside_of_a_transaction_alone(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    disk = Disk(Life(), clock)
    options: Any = {"documents": disk, "clock": clock, "clock_limit": None}
    with Desk.open(f"sqlite:///{tmp_path}/r.db", **options) as own:
        case = own.register(a_complaint(received_at=NOW), site="CRE")
        own.add_support(case.reference, kind=SupportKind.EMAIL, title="a", documents=[content(Random(1))])
        own.upload_document(case.reference, content(Random(2)))
        clock.set(NOW + timedelta(days=2))
    with closing(sqlite3.connect(tmp_path / "r.db", isolation_level=None)) as connection:
        desk = Desk.from_connection(connection, **options)
        connection.execute("BEGIN")
        assert desk.maintenance.nightly().documents == 0
        connection.execute("COMMIT")
        assert desk.maintenance.nightly().documents == 1
        assert len(check(desk, disk.files, (), "host")) == len(disk.files) == 1


@pytest.mark.soak
@pytest.mark.slow
def test_many_rollbacks_of_hosts_leave_nothing_wrong(tmp_path: Path) -> None:
    for seed in range(100, 250):
        hosted(tmp_path / f"{seed}.db", seed)


def test_a_swept_upload_cannot_be_claimed() -> None:
    """The sweep between the upload and its event: the event is refused, and nothing of it is stored."""
    clock, life = FakeClock(NOW), Life()
    desk = Desk.in_memory(documents=Disk(life, clock), clock=clock, clock_limit=None)
    case = desk.register(a_complaint(received_at=NOW), site="CRE")
    uploaded = desk.upload_document(case.reference, content(Random(1)))
    swept(desk, clock, "sweep")
    with pytest.raises(FaultsError, match="no longer available"):
        desk.add_support(case.reference, kind=SupportKind.EMAIL, title="a", documents=[uploaded])
    assert desk.cases.get(case.reference).version == 1


def test_an_upload_that_is_swept_between_its_reading_and_its_event_is_refused() -> None:
    clock, disk = FakeClock(NOW), Disk(Life(), FakeClock(NOW))
    store = InMemoryStore()
    options: Any = {"documents": disk, "clock": clock, "clock_limit": None}
    case = Desk(store, **options).register(a_complaint(received_at=NOW), site="CRE")
    uploaded = Desk(store, **options).upload_document(case.reference, content(Random(1)))
    sweeping = Desk(store, **options, scan_document=lambda _: swept(Desk(store, **options), clock, "sweep"))
    with pytest.raises(FaultsError, match="no longer available"):
        sweeping.add_support(case.reference, kind=SupportKind.EMAIL, title="a", documents=[uploaded])
    assert sweeping.cases.get(case.reference).version == 1


def test_a_commit_whose_answer_is_lost_keeps_its_documents() -> None:
    class LostAnswers(InMemoryStore):
        def commit_changes(self, cases: Any, plans: Any, read: Any) -> None:
            super().commit_changes(cases, plans, read)
            if read.optimistic_locks:
                raise StoreUnreachableError("test", "lost")

    clock, disk = FakeClock(NOW), Disk(Life(), FakeClock(NOW))
    desk = Desk(LostAnswers(), documents=disk, clock=clock, clock_limit=None)
    case = desk.register(a_complaint(received_at=NOW), site="CRE")
    with pytest.raises(StoreUnreachableError):
        desk.add_support(case.reference, kind=SupportKind.EMAIL, title="a", documents=[content(Random(1))])
    assert check(desk, disk.files, (), "lost answer") == set(disk.files) != set()
