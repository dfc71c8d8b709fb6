"""A whole store of cases and plans in a folder of JSON lines, built on the parts of `reclamation_core.adapters`.

Each commit is one line at the end of a file: the new events, as canonical text with their links. A line without its
line end is no commit: an interrupted process leaves such a line, which is not read, and which the next commit replaces.
A line is never changed: so the texts, which may have to be erased, are in a file for each version of a case or plan,
written before the line, and deleted when the line of the next version is there.
"""

import fcntl  # of Unix; on Windows `msvcrt.locking` does the same
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Self, TypeVar

import attrs

from reclamation_core.adapters import BufferedUnitOfWork, CommittedState
from reclamation_core.cases import Case, apply, read_event, read_vault, vault_document
from reclamation_core.cases.journal import Entry, WrittenEventStream, written
from reclamation_core.cases.log import LogEntry, LogState, group_of, heads_of
from reclamation_core.documents import parse_json
from reclamation_core.plans import Pgaac, PlanScope, written_plan
from reclamation_core.plans import read_event as read_plan_event
from reclamation_core.ports import (
    CheckpointRecord,
    EventFeed,
    EventLog,
    ExportKind,
    ExportLog,
    ExportRecord,
    FeedItem,
    JobRepository,
    JobState,
    Journal,
    PlanFeed,
    PlanFeedItem,
    SequenceGenerator,
    Store,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.ports.repositories import Changes, ReadSet
from reclamation_core.vocabulary import Role

T = TypeVar("T")
Aggregate = TypeVar("Aggregate", Case, Pgaac)


class Log:
    """A file of which each line is a commit; one lock excludes other threads and processes."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._path, self._durable = folder / "commits.jsonl", durable
        self._path.touch()
        self._lock_file = (folder / "lock").open("wb")
        self._lock, self._depth = RLock(), 0
        self.end = 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Exclude other threads and processes."""
        with self._lock:
            self._depth += 1
            if self._depth == 1:
                fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    def new_lines(self) -> Iterator[bytes]:
        """Yield the lines since the last call, of every process."""
        with self._path.open("rb") as lines:
            lines.seek(self.end)
            for line in lines:
                if line.endswith(b"\n"):
                    yield line
                    self.end += len(line)

    def append(self, **commit: Any) -> None:
        """Append a commit; an incomplete line at the end is cut off."""
        os.truncate(self._path, self.end)
        self.write(self._path, commit, "ab")

    def write(self, path: Path, document: Any, mode: str = "wb") -> None:
        """Write a document as a line, synced to the disk if durable."""
        with path.open(mode) as file:
            file.write(json.dumps(document).encode() + b"\n")
            file.flush()
            if self._durable:
                os.fsync(file.fileno())
        if self._durable:
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def close(self) -> None:
        self._lock_file.close()


class Folder(CommittedState):
    """What is committed in a folder."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path, self._texts = path, path / "texts"
        self._texts.mkdir(parents=True, exist_ok=True)
        self._log = Log(path, durable=durable)
        self.cases: dict[str, Case] = {}
        self.plans: dict[str, Pgaac] = {}
        self.sources: dict[str | None, set[str]] = {}
        self.histories: dict[tuple[str, str], list[Entry]] = {}
        self.numbers: dict[str, int] = {}
        self.locks: dict[str, int] = {}
        self.jobs: dict[str, JobState] = {}
        self.logged: list[LogEntry] = []
        self.checkpoints: dict[int, dict[str, Any]] = {}
        with self.current():
            held = {self._file(key, case) for key, case in self.cases.items()}
            held |= {self._file(key, plan) for key, plan in self.plans.items()}
            for stray in set(self._texts.iterdir()) - held:
                stray.unlink()  # left by an interrupted commit

    @contextmanager
    def current(self) -> Iterator[Self]:
        """Read the new commits, and exclude others until the end of the block."""
        with self._log.locked():
            for line in self._log.new_lines():
                try:
                    self._apply(json.loads(line))
                except ValueError as error:
                    raise StoreDamagedError(str(self._path), f"the commit at byte {self._log.end}") from error
            yield self

    def _apply(self, commit: dict[str, Any]) -> None:
        self.numbers |= commit.get("numbers", {})
        self.locks |= commit.get("locks", {})
        self.jobs |= {name: JobState.from_document(state) for name, state in commit.get("jobs", {}).items()}
        self.checkpoints |= {checkpoint["size"]: checkpoint for checkpoint in commit.get("checkpoints", [])}
        for kind in ("cases", "plans"):
            for holder, rows in commit.get(kind, {}).items():
                self.logged += [LogEntry(len(self.logged) + at, holder, row[0], row[2]) for at, row in enumerate(rows)]
        for reference, rows in commit.get("cases", {}).items():
            for _, text, _ in rows:
                self.cases[reference] = apply(self.cases.get(reference), read_event(parse_json(text)))
            self.histories.setdefault(("case", reference), []).extend(Entry(*row) for row in rows)
            self.sources.setdefault(self.cases[reference].source, set()).add(reference)
        for scope, rows in commit.get("plans", {}).items():
            plan = self.plans.get(scope) or Pgaac(scope=PlanScope.parse(scope))
            self.plans[scope] = plan.followed_by(read_plan_event(parse_json(text)) for _, text, _ in rows)
            self.histories.setdefault(("plan", scope), []).extend(Entry(*row) for row in rows)

    def _file(self, key: str, holder: Case | Pgaac) -> Path:
        name = hashlib.sha256(f"{type(holder).__name__} {key}".encode()).hexdigest()  # a reference may have a slash
        return self._texts / f"{name}-{holder.version}.json"

    def _whole(self, holders: Mapping[str, Aggregate], key: str) -> Aggregate | None:
        with self.current():
            if key not in holders:
                return None
            texts = parse_json(self._file(key, holders[key]).read_text(encoding="utf-8"))
            return attrs.evolve(holders[key], vault=read_vault(texts))

    def case(self, reference: str) -> Case | None:
        return self._whole(self.cases, reference)

    def plan(self, scope: str) -> Pgaac | None:
        return self._whole(self.plans, scope)

    def references_of(self, source: str) -> Collection[str]:
        with self.current():
            return sorted(self.sources.get(source, ()))

    def scopes(self) -> tuple[str, ...]:
        with self.current():
            return tuple(self.plans)

    def cases_after(self, reference: str | None) -> Iterable[Case]:
        with self.current():
            later = (self.case(key) for key in sorted(self.cases) if reference is None or key > reference)
            return [case for case in later if case is not None]

    def lock_version(self, key: str) -> int:
        with self.current():
            return self.locks.get(key, 0)

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self.current():
            self.check_versions(cases, plans, read)  # before anything is written
            before = [self._file(key, self.cases[key]) for key in cases if key in self.cases]
            before += [self._file(key, self.plans[key]) for key in plans if key in self.plans]
            texts = {self._file(key, case): case.vault for key, (_, case) in cases.items()}
            texts |= {self._file(key, plan): plan.vault for key, (_, plan) in plans.items()}
            for file, vault in texts.items():
                self._log.write(file, vault_document(vault))
            self._log.append(
                cases={key: rows_of(written(key, case.events))[known:] for key, (known, case) in cases.items()},
                plans={key: rows_of(written_plan(key, plan.events))[known:] for key, (known, plan) in plans.items()},
                locks={key: held + 1 for key, held in read.optimistic_locks.items()},
            )
            for file in before:
                file.unlink()

    def take_numbers(self, series: str, count: int) -> int:
        with self.current():
            last = self.numbers.get(series, 0)
            self._log.append(numbers={series: last + count})
            return last + 1

    def save_job(self, name: str, state: JobState) -> bool:
        with self.current():
            if self.jobs.get(name, JobState()).version != state.version:
                return False
            self._log.append(jobs={name: attrs.evolve(state, version=state.version + 1).to_document()})
            return True

    def save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        with self.current():
            self._log.append(checkpoints=[checkpoint])

    def close(self) -> None:
        self._log.close()


def rows_of(stream: WrittenEventStream) -> list[tuple[Any, ...]]:
    """Return the number, the text and the link of each event of a stream."""
    return [attrs.astuple(entry) for entry in stream.entries]


@attrs.frozen
class FolderFeed(EventFeed):
    """The feed of cases: the place of an event in the log is its position."""

    folder: Folder

    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[FeedItem, ...]:
        with self.folder.current() as now:
            found = events_after(after, FeedItem, now.logged, now.cases)
            return first(limit, (item for item in found if is_of(now.cases[item.holder], scopes)))


@attrs.frozen
class FolderPlanFeed(PlanFeed):
    """The feed of plans."""

    folder: Folder

    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[PlanFeedItem, ...]:
        with self.folder.current() as now:
            found = events_after(after, PlanFeedItem, now.logged, now.plans)
            return first(limit, (item for item in found if not scopes or item.holder in scopes))


def first(limit: int, items: Iterable[T]) -> tuple[T, ...]:
    """Return the first items, at least one."""
    if limit < 1:
        raise ValueError(f"limit: {limit}; give one from 1 on")
    return tuple(islice(items, limit))


def events_after(
    after: int, make: Callable[[int, Any], T], logged: list[LogEntry], holders: Mapping[str, Case | Pgaac]
) -> Iterator[T]:
    """Return the items of the events after a position."""
    if after < 0:
        raise ValueError(f"after: {after}; give a position from 0 on")
    return (
        make(entry.index + 1, holders[entry.holder].events[entry.number - 1])
        for entry in logged[after:]
        if entry.holder in holders
    )


def is_of(case: Case, sites: Collection[str]) -> bool:
    """Return whether a case is of one of some sites; any case if there are none."""
    return not sites or not {case.site, case.handling_unit, *case.service_sites}.isdisjoint(sites)


@attrs.frozen
class FolderJournal(Journal):
    """The event streams as they were written."""

    folder: Folder

    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page("case", self.folder.cases, after, limit)

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return self._page("plan", self.folder.plans, after, limit)

    def _page(
        self, kind: str, holders: Mapping[str, Case | Pgaac], after: str | None, limit: int
    ) -> tuple[WrittenEventStream, ...]:
        with self.folder.current() as now:
            later = sorted(key for of, key in now.histories if of == kind and (after is None or key > after))
            return first(
                limit, (WrittenEventStream(key, holders[key].version, tuple(now.histories[kind, key])) for key in later)
            )


@attrs.frozen
class FolderEventLog(EventLog):
    """The log of all events, and the checkpoints of it."""

    folder: Folder

    def extend(self) -> int:
        with self.folder.current() as now:
            return len(now.logged)

    def read(self, after: int = 0, limit: int = 500) -> tuple[LogEntry, ...]:
        if after < 0:
            raise ValueError(f"after: {after}; give an index from 0 on")
        with self.folder.current() as now:
            return first(limit, now.logged[after:])

    def heads(self, group: str, size: int) -> tuple[LogEntry, ...]:
        entries = self.read(0, size) if size else ()
        return tuple(heads_of(one for one in entries if group_of(one.holder) == group))

    def checkpoints(self) -> tuple[CheckpointRecord, ...]:
        with self.folder.current() as now:
            saved = [now.checkpoints[size] for size in sorted(now.checkpoints)]
        return tuple(
            CheckpointRecord(
                size=one["size"],
                note=one["note"],
                taken_at=datetime.fromisoformat(one["taken_at"]),
                token=one["token"] and bytes.fromhex(one["token"]),
                state=LogState.from_json(one["state"]) if one["state"] and one is saved[-1] else None,
            )
            for one in saved
        )

    def save(self, checkpoint: CheckpointRecord) -> None:
        self.folder.save_checkpoint(
            {
                "size": checkpoint.size,
                "note": checkpoint.note,
                "taken_at": checkpoint.taken_at.isoformat(),
                "token": checkpoint.token and checkpoint.token.hex(),
                "state": checkpoint.state and checkpoint.state.to_json(),
            }
        )


@attrs.frozen
class FolderNumbers(SequenceGenerator):
    """The numbers of references, in the log too, so that none is used again."""

    folder: Folder

    def next(self, series: str, count: int = 1) -> int:
        return self.folder.take_numbers(series, count)


class FolderExports(ExportLog):
    """The log of exports, a file of its own."""

    def __init__(self, path: Path) -> None:
        self._file, self._lock = path / "exports.jsonl", Lock()

    def add(self, export: ExportRecord) -> ExportRecord:
        with self._lock:
            export = attrs.evolve(export, number=1 + len(self._lines()))
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(attrs.asdict(export), default=str) + "\n")
        return export

    def read(self, after: int = 0, limit: int = 500, place: str | None = None) -> tuple[ExportRecord, ...]:
        if after < 0:
            raise ValueError(f"after: {after}; give a number from 0 on")
        found = map(self._read, self._lines()[after:])
        return first(limit, (one for one in found if place in {None, one.place}))

    def _lines(self) -> list[str]:
        return self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []

    @staticmethod
    def _read(line: str) -> ExportRecord:
        document = json.loads(line)
        exported_at = datetime.fromisoformat(document["exported_at"])
        codes = {"kind": ExportKind.parse(document["kind"]), "role": Role.parse(document["role"])}
        return ExportRecord(**document | codes | {"exported_at": exported_at})


@attrs.frozen
class FolderJobs(JobRepository):
    """The states of jobs, such as the position of each consumer of the feed, in the log too."""

    folder: Folder

    def get(self, name: str) -> JobState:
        with self.folder.current() as now:
            return now.jobs.get(name, JobState())

    def save(self, name: str, state: JobState) -> bool:
        return self.folder.save_job(name, state)

    def names(self) -> tuple[str, ...]:
        with self.folder.current() as now:
            return tuple(sorted(now.jobs))


class FolderStore(Store):
    """A store in a folder."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        folder = self._folder = Folder(path, durable=durable)
        self.feed, self.plan_feed = FolderFeed(folder), FolderPlanFeed(folder)
        self.journal, self.log = FolderJournal(folder), FolderEventLog(folder)
        self.sequences, self.jobs = FolderNumbers(folder), FolderJobs(folder)
        self.exports = FolderExports(path)

    def unit_of_work(self) -> UnitOfWork:
        return BufferedUnitOfWork(self._folder)

    def close(self) -> None:
        self._folder.close()
