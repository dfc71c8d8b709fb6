"""The store in memory: immutable cases and plans under one lock."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count, islice
from threading import Lock, RLock
from typing import TYPE_CHECKING, Final, Self, TypeVar
from uuid import uuid4

import attrs

from reclamation_core.adapters.unit_of_work import BufferedUnitOfWork, CommittedState
from reclamation_core.cases import Case
from reclamation_core.cases.journal import WrittenEventStream, written
from reclamation_core.cases.log import LogEntry, group_of, heads_of
from reclamation_core.cases.periods import CasePeriod, periods_of
from reclamation_core.cases.support_documents import DOCUMENT_LOCK
from reclamation_core.cases.words import NAME_MARK, SearchWords, indexed_words
from reclamation_core.ports import (
    CaseJob,
    CheckpointRecord,
    DocumentKeys,
    EventFeed,
    EventLog,
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
    StoreReadOnlyError,
    UnitOfWork,
)
from reclamation_core.ports.query import JOB_COLUMNS, require_limit, require_page, sites_of
from reclamation_core.ports.repositories import Changes, ReadSet, erased_documents
from reclamation_core.ports.store import Feed, ItemT
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from reclamation_core.plans import Pgaac

T = TypeVar("T")

_ONE_MOMENT: Final = Wording("seul l'état d'un instant se lit ici", "only the state at one moment is read here")


class _Feed(Feed[ItemT]):
    """The events in the order of their commits; a reader waits for a commit in progress, and sees it whole.

    Args:
        lock: the lock that a commit holds.
        positions: yields the next position, of cases and of plans.
    """

    def __init__(self, lock: RLock, positions: Iterator[int]) -> None:
        self._lock = lock
        self._positions = positions
        self._items: list[ItemT] = []

    def copy_from(self, other: Self) -> None:
        """Copy the events of another feed."""
        self._items.extend(other._items)

    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[ItemT, ...]:
        require_page(after, limit)
        with self._lock:
            start = bisect_right(self._items, after, key=lambda item: item.position)
            if not scopes:
                return tuple(self._items[start : start + limit])
            later = islice(self._items, start, None)
            return tuple(islice((item for item in later if self._is_within(item, scopes)), limit))

    def last_recorded_at(self) -> datetime | None:
        with self._lock:
            return self._items[-1].event.recorded_at if self._items else None

    @abstractmethod
    def _is_within(self, item: ItemT, scopes: Collection[str]) -> bool:
        """Return True for an event inside these scopes; see `Feed.read`."""


class InMemoryFeed(_Feed[FeedItem], EventFeed):
    """The feed of the events of cases.

    Args:
        lock: the lock that a commit holds.
        positions: yields the next position, of cases and of plans.
        cases: the committed cases by reference.
    """

    def __init__(self, lock: RLock, positions: Iterator[int], cases: Mapping[str, Case]) -> None:
        super().__init__(lock, positions)
        self._cases = cases

    def append(self, case: Case, known: int) -> None:
        """Add the events of a case after the first `known`."""
        self._items.extend(FeedItem(next(self._positions), event) for event in case.events[known:])

    def _is_within(self, item: FeedItem, scopes: Collection[str]) -> bool:
        return not sites_of(self._cases[item.holder]).isdisjoint(scopes)


class InMemoryPlanFeed(_Feed[PlanFeedItem], PlanFeed):
    """The feed of the events of plans."""

    def append(self, plan: Pgaac, known: int) -> None:
        """Add the events of a plan after the first `known`."""
        self._items.extend(PlanFeedItem(next(self._positions), event) for event in plan.events[known:])

    def _is_within(self, item: PlanFeedItem, scopes: Collection[str]) -> bool:
        return item.holder in scopes


class InMemoryJournal(Journal):
    """The event streams of the cases and plans in memory, serialized as another store would have stored them."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        require_limit(limit)
        cases = islice(self._store.cases_after(after), limit)
        return tuple(written(case.reference, case.events) for case in cases)

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        from reclamation_core.plans import written_plan

        require_limit(limit)
        plans = islice(self._store.plans_after(after), limit)
        return tuple(written_plan(plan.scope.key, plan.events) for plan in plans)

    def stream_of(self, reference: str) -> WrittenEventStream | None:
        case = self._store.case(reference)
        return None if case is None else written(reference, case.events)

    def plan_stream_of(self, scope: str) -> WrittenEventStream | None:
        from reclamation_core.plans import written_plan

        plan = self._store.plan(scope)
        return None if plan is None else written_plan(scope, plan.events)


class InMemoryLog(EventLog):
    """The log in a list, under the lock of the store."""

    def __init__(self, store: InMemoryStore, lock: RLock) -> None:
        self._store = store
        self._lock = lock
        self._entries: list[LogEntry] = []
        self._numbers: Counter[str] = Counter()
        self._checkpoints: dict[int, CheckpointRecord] = {}

    def copy_from(self, other: InMemoryLog) -> None:
        """Copy the entries and the checkpoints of another log."""
        self._entries.extend(other._entries)
        self._numbers.update(other._numbers)
        self._checkpoints.update(other._checkpoints)

    def extend(self) -> int:
        with self._lock:
            journal, changed = self._store.journal, self._store.changed_cases(self._numbers)
            streams = (*map(journal.stream_of, changed), *map(journal.plan_stream_of, self._store.scopes()))
            for stream in filter(None, streams):
                new = stream.entries[self._numbers[stream.holder] :]
                self._entries += [
                    LogEntry(index, stream.holder, entry.number, entry.link)
                    for index, entry in enumerate(new, start=len(self._entries))
                ]
                self._numbers[stream.holder] += len(new)
            return len(self._entries)

    def read(self, after: int = 0, limit: int = 500) -> tuple[LogEntry, ...]:
        require_page(after, limit)
        with self._lock:
            return tuple(self._entries[after : after + limit])

    def heads(self, group: str, size: int) -> tuple[LogEntry, ...]:
        with self._lock:
            return tuple(heads_of(entry for entry in self._entries[:size] if group_of(entry.holder) == group))

    def checkpoints(self) -> tuple[CheckpointRecord, ...]:
        with self._lock:
            return tuple(self._checkpoints[size] for size in sorted(self._checkpoints))

    def save(self, checkpoint: CheckpointRecord) -> None:
        with self._lock:
            others = {size: attrs.evolve(one, state=None) for size, one in self._checkpoints.items()}
            self._checkpoints = {**others, checkpoint.size: checkpoint}


class InMemoryExports(ExportLog):
    """The exports in a list, under a lock."""

    def __init__(self) -> None:
        self._records: list[ExportRecord] = []
        self._lock = Lock()

    def add(self, export: ExportRecord) -> ExportRecord:
        with self._lock:
            self._records.append(attrs.evolve(export, number=len(self._records) + 1))
            return self._records[-1]

    def read(self, after: int = 0, limit: int = 500, place: str | None = None) -> tuple[ExportRecord, ...]:
        require_page(after, limit)
        with self._lock:
            later = self._records[after:]
        return tuple(islice((one for one in later if place is None or one.place == place), limit))


class InMemorySequences(SequenceGenerator):
    """Counters under a lock."""

    def __init__(self) -> None:
        self._last: Counter[str] = Counter()
        self._lock = Lock()

    def next(self, series: str, count: int = 1) -> int:
        with self._lock:
            self._last[series] += count
            return self._last[series] - count + 1


class InMemoryDocumentKeys(DocumentKeys):
    """The keys to delete in a set, under the lock of the commits.

    Args:
        store: the store, which has the optimistic locks.
    """

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store
        self._register = uuid4().hex
        self._listed: set[str] = set()

    def register(self) -> str:
        return self._register

    def add(self, keys: Iterable[str]) -> None:
        """Add keys to the list; a commit calls it under its lock."""
        self._listed.update(keys)

    def discard(self, key: str) -> bool:
        with self._store.locked():
            is_new = self._store.advance_new(DOCUMENT_LOCK + key)
            if is_new:
                self._listed.add(key)
            return is_new

    def to_delete(self, limit: int = 500) -> tuple[str, ...]:
        require_limit(limit)
        with self._store.locked():
            return tuple(sorted(self._listed)[:limit])

    def among_to_delete(self, keys: Collection[str]) -> frozenset[str]:
        with self._store.locked():
            return frozenset(self._listed.intersection(keys))

    def mark_deleted(self, key: str) -> None:
        with self._store.locked():
            self._listed.discard(key)


class InMemoryJobs(JobRepository):
    """The states of jobs under a lock."""

    def __init__(self) -> None:
        self._states: dict[str, JobState] = {}
        self._lock = Lock()

    def get(self, name: str) -> JobState:
        with self._lock:
            return self._states.get(name, JobState())

    def save(self, name: str, state: JobState) -> bool:
        with self._lock:
            is_current = self._states.get(name, JobState()).version == state.version
            if is_current:
                self._states[name] = attrs.evolve(state, version=state.version + 1)
            return is_current

    def names(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(sorted(self._states))


class WordIndex:
    """The cases by their words: a case is indexed by the first search after its change."""

    def __init__(self) -> None:
        self._words_of: dict[str, tuple[str, ...]] = {}
        self._references: dict[str, set[str]] = {}
        self._sorted: list[str] = []
        self._changed: dict[str, Case] = {}

    def change(self, case: Case) -> None:
        """Remove the words of a case that was changed, and index it later."""
        for word in self._words_of.pop(case.reference, ()):
            self._references[word].remove(case.reference)
            if not self._references[word]:
                del self._references[word]
                del self._sorted[bisect_left(self._sorted, word)]
        self._changed[case.reference] = case

    def find(self, words: SearchWords) -> set[str]:
        """Return the references of the cases that have the words of a search."""
        self._update()
        found = self._with_prefix(words.entries(words.prefix))
        for word in words.whole:
            found &= self._with(words.entries(word))
        return found | self._with((NAME_MARK,))

    def _update(self) -> None:
        new: set[str] = set()
        for case in self._changed.values():
            words = self._words_of[case.reference] = indexed_words(case)
            new.update(word for word in words if word not in self._references)
            for word in words:
                self._references.setdefault(word, set()).add(case.reference)
        self._changed.clear()
        if new:
            self._sorted = sorted([*self._sorted, *new])

    def _with(self, entries: Collection[str]) -> set[str]:
        return set[str]().union(*(self._references.get(entry, ()) for entry in entries))

    def _with_prefix(self, prefixes: Collection[str]) -> set[str]:
        found: set[str] = set()
        for prefix in prefixes:
            first, end = (bisect_left(self._sorted, border) for border in (prefix, f"{prefix}\U0010ffff"))
            found |= self._with(self._sorted[first:end])
        return found


class InMemoryStore(Store, CommittedState):
    """Cases and plans in memory, as long as the program runs.

    A unit of work reads what is committed at the time, and its own pending writes; its commit checks and applies them
    under one lock. Cases and plans are immutable, so callers cannot change what is stored.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._cases: dict[str, Case] = {}
        self._positions = count(1)
        self.feed = self._feed = InMemoryFeed(self._lock, self._positions, self._cases)
        self.plan_feed = self._plan_feed = InMemoryPlanFeed(self._lock, self._positions)
        self.journal = InMemoryJournal(self)
        self.log = self._log = InMemoryLog(self, self._lock)
        self.sequences = InMemorySequences()
        self.exports = InMemoryExports()
        self.jobs = InMemoryJobs()
        self.document_keys = self._document_keys = InMemoryDocumentKeys(self)
        self._ordered: list[str] = []
        self._sources: dict[str, tuple[str, ...]] = {}
        self._plans: dict[str, Pgaac] = {}
        self._postponed: dict[tuple[CaseJob, str], tuple[int, date | None]] = {}
        self._optimistic_locks: dict[str, int] = {}
        self._index = WordIndex()
        self._known_periods: dict[str, tuple[int, tuple[CasePeriod, ...]]] = {}

    def unit_of_work(self) -> UnitOfWork:
        return BufferedUnitOfWork(self)

    def locked(self) -> RLock:
        """Return the lock of the commits, as a context manager."""
        return self._lock

    def advance_new(self, name: str) -> bool:
        """Advance an optimistic lock that no commit has held, under the lock of the store; return False for others."""
        is_new = name not in self._optimistic_locks
        if is_new:
            self._optimistic_locks[name] = 1
        return is_new

    async def run_in_thread(self, call: Callable[[], T]) -> T:
        from reclamation_core.ports.background import run_in_thread  # asyncio, for those that use it

        return await run_in_thread(call)

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        with self._lock:
            copied = _Snapshot(self)
        yield copied

    def copy_from(self, other: InMemoryStore) -> None:
        """Copy what another store holds; cases and plans are immutable, so that only the mappings are copied."""
        self._cases.update(other._cases)
        self._ordered.extend(other._ordered)
        self._sources.update(other._sources)
        self._plans.update(other._plans)
        self._postponed.update(other._postponed)
        self._optimistic_locks.update(other._optimistic_locks)
        self._feed.copy_from(other._feed)
        self._plan_feed.copy_from(other._plan_feed)
        self._log.copy_from(other._log)
        self.exports, self.jobs = other.exports, other.jobs
        self.document_keys = other.document_keys

    def case(self, reference: str) -> Case | None:
        with self._lock:
            return self._cases.get(reference)

    def plan(self, scope: str) -> Pgaac | None:
        with self._lock:
            return self._plans.get(scope)

    def references_of(self, source: str) -> Collection[str]:
        with self._lock:
            return self._sources.get(source, ())

    def cases_after(self, reference: str | None) -> list[Case]:
        with self._lock:
            start = 0 if reference is None else bisect_right(self._ordered, reference)
            return [self._cases[later] for later in self._ordered[start:]]

    def periods_of(self, case: Case) -> tuple[CasePeriod, ...]:
        known, rows = self._known_periods.get(case.reference, (0, ()))
        if known != case.version:
            rows = periods_of(case)
            self._known_periods[case.reference] = case.version, rows
        return rows

    def cases_with_words(self, words: SearchWords) -> Collection[str] | None:
        with self._lock:
            return self._index.find(words)

    def due_references(self, job: CaseJob, until: date, sites: Collection[str]) -> Collection[str]:
        with self._lock:
            cases = (self._cases[reference] for reference in self._ordered)
            return [
                case.reference
                for case in cases
                if self._is_due(case, job, until) and (not sites or not sites_of(case).isdisjoint(sites))
            ]

    def _is_due(self, case: Case, job: CaseJob, until: date) -> bool:
        version, day = self._postponed.get((job, case.reference), (0, None))
        day = day if version == case.version else JOB_COLUMNS[job](case)
        return day is not None and day <= until

    def postpone(self, job: CaseJob, days: Mapping[str, tuple[int, date | None]]) -> None:
        with self._lock:
            self._postponed.update({(job, reference): noted for reference, noted in days.items()})

    def changed_cases(self, versions: Mapping[str, int]) -> list[str]:
        """Return the references of the cases that have other versions, in their order."""
        return [reference for reference in self._ordered if self._cases[reference].version != versions[reference]]

    def scopes(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._plans)

    def plans_after(self, scope: str | None) -> list[Pgaac]:
        """Return the committed plans after a scope's key, in the order of their keys by code point."""
        with self._lock:
            return [self._plans[key] for key in sorted(self._plans) if scope is None or key > scope]

    def lock_version(self, key: str) -> int:
        with self._lock:
            return self._optimistic_locks.get(key, 0)

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            self.check_versions(cases, plans, read)
            self._optimistic_locks.update({key: version + 1 for key, version in read.optimistic_locks.items()})
            for reference, (expected, case) in cases.items():
                self._commit_case(reference, case, expected)
            for scope, (expected, plan) in plans.items():
                self._plans[scope] = plan
                self._plan_feed.append(plan, expected)
            self._document_keys.add(erased_documents(cases))

    def _commit_case(self, reference: str, case: Case, expected: int) -> None:
        if expected == 0:
            insort(self._ordered, reference)
            if case.source is not None:
                self._sources[case.source] = (*self._sources.get(case.source, ()), reference)
        self._cases[reference] = case
        self._index.change(case)
        self._feed.append(case, expected)


class _Snapshot(InMemoryStore):
    """A copy of a store at one moment, which nothing is committed to."""

    def __init__(self, store: InMemoryStore) -> None:
        super().__init__()
        self.copy_from(store)

    def cases_with_words(self, words: SearchWords) -> None:  # noqa: ARG002  its cases are read
        return None

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:  # noqa: ARG002
        raise StoreReadOnlyError.of("memory", _ONE_MOMENT)
