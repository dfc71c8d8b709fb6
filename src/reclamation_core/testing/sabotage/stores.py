"""The sabotaged stores: the store in memory with one part replaced by a faulty one."""

from __future__ import annotations

import json
import unicodedata
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import sleep
from typing import Any

import attrs

from reclamation_core.adapters import BufferedUnitOfWork, Changes, InMemoryStore, ReadSet
from reclamation_core.adapters.memory import (
    InMemoryFeed,
    InMemoryJobs,
    InMemoryJournal,
    InMemoryLog,
    InMemoryPlanFeed,
    InMemorySequences,
)
from reclamation_core.cases import Case, RecordedEvent, Vault, case_document, read_case, read_vault, vault_document
from reclamation_core.cases.events import Registered
from reclamation_core.cases.events.base import FactsEvent
from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.cases.log import LogEntry
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.cases.texts import Secret, commitments
from reclamation_core.cases.words import indexed_words
from reclamation_core.documents import parse_json
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Pgaac, plan_document, read_plan
from reclamation_core.ports import (
    CaseFacet,
    CaseOrdering,
    CasePage,
    CaseQuery,
    CaseRepository,
    CaseSummary,
    CaseSummaryPage,
    ConcurrentChangeError,
    FeedItem,
    PlanFeedItem,
    RepeatedSourceError,
    Savepoint,
    SequenceGenerator,
    Store,
    UnitOfWork,
    UnitOfWorkEndedError,
    normalize_text,
)
from reclamation_core.ports.periods import PeriodSelection
from reclamation_core.ports.query import meets, sites_of
from reclamation_core.ports.summaries import Tabulation


class ComposedStore(InMemoryStore):
    """A store in memory with other parts.

    Args:
        unit: the class of its units of work.
        cases: the class of its repository of cases.
        feed: the class of its feed of cases.
        plan_feed: the class of its feed of plans.
        journal: the class of its journal.
        log: the class of its log of all events.
    """

    def __init__(
        self,
        *,
        unit: type[BufferedUnitOfWork] = BufferedUnitOfWork,
        cases: type[CaseRepository] | None = None,
        feed: type[InMemoryFeed] = InMemoryFeed,
        plan_feed: type[InMemoryPlanFeed] = InMemoryPlanFeed,
        journal: type[InMemoryJournal] = InMemoryJournal,
        log: type[InMemoryLog] = InMemoryLog,
    ) -> None:
        super().__init__()
        self._unit, self._repository = unit, cases
        self.feed = self._feed = feed(self._lock, self._positions, self._cases)
        self.plan_feed = self._plan_feed = plan_feed(self._lock, self._positions)
        self.journal = journal(self)
        self.log = self._log = log(self, self._lock)

    def unit_of_work(self) -> UnitOfWork:
        unit = self._unit(self)
        if self._repository is not None:
            unit.cases = unit._cases = self._repository(self)  # noqa: SLF001  a double of it
        return unit


# Commits


class LiveObjects(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            live = dict(self._cases)
            copies = {key: (expected, attrs.evolve(case)) for key, (expected, case) in cases.items()}
            super().commit_changes(copies, plans, read)
            for key in live.keys() & cases.keys():
                for name, value in attrs.asdict(self._cases[key], recurse=False).items():
                    object.__setattr__(live[key], name, value)
                self._cases[key] = live[key]


def _version(stored: Case | Pgaac | None) -> int:
    return 0 if stored is None else stored.version


class DroppedConflicts(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            on_time = {key: value for key, value in cases.items() if value[0] == _version(self._cases.get(key))}
            drawn = {key: value for key, value in plans.items() if value[0] == _version(self._plans.get(key))}
            super().commit_changes(on_time, drawn, read)


class LastWriterWins(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            stored = {key: (_version(self._cases.get(key)), case) for key, (_, case) in cases.items()}
            drawn = {key: (_version(self._plans.get(key)), plan) for key, (_, plan) in plans.items()}
            super().commit_changes(stored, drawn, read)


class PartialCommits(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        super().commit_changes({}, {}, read)
        for key, value in cases.items():
            super().commit_changes({key: value}, {}, ReadSet())
            sleep(0.002)  # a reader in another thread has its turn
        super().commit_changes({}, plans, ReadSet())


class NoOptimisticLocks(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        super().commit_changes(cases, plans, ReadSet(plans=read.plans))


class NoExpectedPlans(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        super().commit_changes(cases, plans, ReadSet(optimistic_locks=read.optimistic_locks))


class Autocommit(BufferedUnitOfWork):
    def rollback(self) -> None:
        with suppress(ReclamationError, UnitOfWorkEndedError):
            self._committed.commit_changes(self._cases.pending.written, self._plans.pending.written, self.read_set)
        super().rollback()

    def commit(self) -> None:
        self._committed.commit_changes(self._cases.pending.written, self._plans.pending.written, self.read_set)
        super().rollback()


class EndlessUnit(BufferedUnitOfWork):
    def commit(self) -> None:
        self._committed.commit_changes(self._cases.pending.written, self._plans.pending.written, self.read_set)
        self._cases.pending.written.clear()
        self._plans.pending.written.clear()


class _PositionsUndone(Savepoint):
    def __init__(self, jobs: InMemoryJobs) -> None:
        self._jobs, self._states = jobs, dict(jobs._states)  # noqa: SLF001  a double of it

    def rollback(self) -> None:
        self._jobs._states = self._states  # noqa: SLF001


class HalfSavepoints(InMemoryStore):
    jobs: InMemoryJobs

    def savepoint(self) -> Savepoint:
        return _PositionsUndone(self.jobs)


class SilentConflicts(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        is_new = all(expected == 0 for expected, _ in cases.values())
        with suppress(*((ConcurrentChangeError, RepeatedSourceError) if is_new else ())):
            super().commit_changes(cases, plans, read)


class NoSources(InMemoryStore):
    def references_of(self, source: str) -> Collection[str]:  # noqa: ARG002  that is the fault
        return ()


class _HighestNumber(SequenceGenerator):
    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    def next(self, series: str, count: int = 1) -> int:  # noqa: ARG002  that is the fault
        references = (case.reference for case in self._store.cases_after(None))
        numbers = (reference.rpartition("-") for reference in references)
        return 1 + max((int(number) for name, _, number in numbers if name == series and number.isdigit()), default=0)


class ReusedNumbers(InMemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.sequences: Any = _HighestNumber(self)


class _Flushing(InMemoryStore):
    """Writes a commit when the next one comes."""

    def __init__(self, place: list[tuple[Changes[Case], Changes[Pgaac]]]) -> None:
        super().__init__()
        self._place = place
        for cases, plans in place:
            super().commit_changes(cases, plans, ReadSet())
        self._pending: list[tuple[Changes[Case], Changes[Pgaac]]] = []

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            super().commit_changes(cases, plans, read)
            self._place += self._pending
            self._pending = [(dict(cases), dict(plans))]


def flushing_place() -> Callable[[], Store]:
    """Return a function that opens one place; its stores lose the last commit when they are closed."""
    place: list[tuple[Changes[Case], Changes[Pgaac]]] = []
    return lambda: _Flushing(place)


class FileStore(InMemoryStore):
    """A store whose committed state is in a file, written aside and renamed: the base of faults on a disk.

    Args:
        folder: the folder of the file.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self._file = folder, folder / "state.json"
        self.opened_by: object = None
        self.sequences: Any = _FileSequences(self)
        if self._file.exists():
            state = parse_json(self._file.read_text(encoding="utf-8"))
            cases = [read_case(case, read_vault(texts)) for case, texts in state["cases"]]
            plans = [read_plan(plan, read_vault(texts)) for plan, texts in state["plans"]]
            super().commit_changes(
                {case.reference: (0, case) for case in cases}, {plan.scope.key: (0, plan) for plan in plans}, ReadSet()
            )
            self.sequences.last.update(state["numbers"])

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            super().commit_changes(cases, plans, read)
            self.write_state()

    def write_state(self) -> None:
        cases = [[case_document(case), vault_document(case.vault)] for case in self._cases.values()]
        plans = [[plan_document(plan), vault_document(plan.vault)] for plan in self._plans.values()]
        # Not canonical JSON, which would sort the texts.
        self.write(json.dumps({"cases": cases, "plans": plans, "numbers": self.sequences.last}).encode())

    def write(self, content: bytes) -> None:
        aside = self.folder / "aside"
        aside.write_bytes(content)
        aside.replace(self._file)


class _FileSequences(InMemorySequences):
    def __init__(self, store: FileStore) -> None:
        super().__init__()
        self.last = self._last
        self._store = store

    def next(self, series: str, count: int = 1) -> int:
        number = super().next(series, count)
        self._store.write_state()
        return number


class CopyBeside(FileStore):
    def write(self, content: bytes) -> None:
        if self._file.exists():
            self._file.with_suffix(".bak").write_bytes(self._file.read_bytes())
        super().write(content)


class InPlace(FileStore):
    def write(self, content: bytes) -> None:
        self._file.write_bytes(content)


def folder_place(cls: type[FileStore]) -> Callable[[], Store]:
    """Return a function that opens one folder, which is removed once neither the function nor a store is in use."""
    folder = mkdtemp()

    def open_folder() -> Store:
        store = cls(Path(folder))
        store.opened_by = open_folder
        return store

    weakref.finalize(open_folder, rmtree, folder, ignore_errors=True)
    return open_folder


# Stored values


class AlteringStore(InMemoryStore):
    """A store that alters cases when it stores them.

    Args:
        alter: returns the case that is stored instead of another.
    """

    def __init__(self, alter: Callable[[Case], Case]) -> None:
        super().__init__()
        self._alter = alter

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            altered = {key: (expected, self._alter(case)) for key, (expected, case) in cases.items()}
            super().commit_changes(altered, plans, read)


def with_instants(change: Callable[[datetime], datetime]) -> Callable[[Case], Case]:
    """Return a function that changes the instants of a case."""

    def changed(event: RecordedEvent) -> RecordedEvent:
        data: Any = event.data
        if isinstance(event.data, Registered | FactsEvent) and event.data.facts is not None:
            data = attrs.evolve(data, facts=attrs.evolve(data.facts, received_at=change(data.facts.received_at)))
        occurred_at, recorded_at = change(event.occurred_at), change(event.recorded_at)
        return attrs.evolve(event, occurred_at=occurred_at, recorded_at=max(occurred_at, recorded_at), data=data)

    return lambda case: Case.from_events(map(changed, case.events), case.vault)


def with_texts(change: Callable[[str], str]) -> Callable[[Case], Case]:
    """Return a function that changes the texts of a case, each under its digest."""

    def altered(case: Case) -> Case:
        texts = case.vault.by_digest().items()
        return attrs.evolve(case, vault=Vault({digest: Secret(change(one.text), one.salt) for digest, one in texts}))

    return altered


def sorted_texts(case: Case) -> Case:
    """Return the case with its texts in the order of their digests."""
    return attrs.evolve(case, vault=Vault(dict(sorted(case.vault.by_digest().items()))))


class NoErasure(InMemoryStore):
    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            longer = {}
            for reference, (expected, case) in cases.items():
                known = self.case(reference)
                vault = case.vault if known is None else known.vault.with_(case.vault)
                longer[reference] = expected, attrs.evolve(case, vault=vault)
            super().commit_changes(longer, plans, read)


# Queries


class QueriedCases(CaseRepository):
    """A repository that matches and orders by its own methods."""

    def matches(self, case: Case, query: CaseQuery) -> bool:
        """Return True if a case matches a query."""
        return meets(case, query)

    def _all(self, after: str | None) -> list[Case]:
        """Return the cases after a reference, pending ones too, in the order of their references."""
        store: Any = self._committed
        known = {case.reference: case for case in store.cases_after(after)}
        known |= {key: case for key, (_, case) in self.pending.written.items() if after is None or key > after}
        return [known[key] for key in sorted(known)]

    def find(self, query: CaseQuery) -> CasePage:
        found = [case for case in self._all(query.after) if self.matches(case, query)]
        page = tuple(found[: query.limit])
        return CasePage(page, page[-1].reference if len(found) > query.limit else None)

    def count(self, query: CaseQuery, most: int | None = None) -> int:  # noqa: ARG002  all are counted
        return sum(self.matches(case, query) for case in self._all(None))


class OverlappingPages(QueriedCases):
    def find(self, query: CaseQuery) -> CasePage:
        page = super().find(query)
        last = None if query.after is None else self._seen(query.after)
        return page if last is None else attrs.evolve(page, cases=(last, *page.cases[: query.limit - 1]))


class OffsetPages(QueriedCases):
    def find(self, query: CaseQuery) -> CasePage:
        if query.after is not None and not query.after.isdigit():
            return super().find(query)
        start = int(query.after or 0)
        found = [case for case in self._all(None) if self.matches(case, query)][start:]
        after = str(start + query.limit) if len(found) > query.limit else None
        return CasePage(tuple(found[: query.limit]), after)


class OnePage(QueriedCases):
    def find(self, query: CaseQuery) -> CasePage:
        return attrs.evolve(super().find(query), next=None)


class LocaleOrder(QueriedCases):
    def _all(self, after: str | None) -> list[Case]:
        def key(reference: str) -> tuple[str, str]:
            return normalize_text(reference), reference

        ordered = sorted(super()._all(None), key=lambda case: key(case.reference))
        return [case for case in ordered if after is None or key(case.reference) > key(after)]


class SourcesOfAllSites(CaseRepository):
    def by_sources(self, sources: Collection[str], sites: Collection[str] = ()) -> dict[str, tuple[Case, ...]]:  # noqa: ARG002  that is the fault
        return super().by_sources(sources)


class SitesByPrefix(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        near = not query.sites or any(place.startswith(tuple(query.sites)) for place in sites_of(case))
        return near and meets(case, attrs.evolve(query, sites=()))

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        found = self._seen(reference)
        return found is not None and any(place.startswith(tuple(sites)) for place in sites_of(found))


class CountsByJoin(QueriedCases):
    def count(self, query: CaseQuery, most: int | None = None) -> int:  # noqa: ARG002  all are counted
        matching = (case for case in self._all(None) if self.matches(case, query))
        return sum(len(sites_of(case) & query.sites) if query.sites else 1 for case in matching)


class DaysInUtc(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        received = case.received_at.astimezone(UTC).date()
        first, last = query.received_from or received, query.received_until or received
        return first <= received <= last and meets(case, attrs.evolve(query, received_from=None, received_until=None))


class AccentSensitiveSearch(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        wanted = unicodedata.normalize("NFC", query.text or "").casefold().split()
        stored = (case.read(text) for event in case.events for text in commitments(event.data))
        texts = " ".join(unicodedata.normalize("NFC", text).casefold() for text in stored if text is not None)
        return all(word in texts for word in wanted) and meets(case, attrs.evolve(query, text=None))


class AnyOfTheWords(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        words = (query.text or "").split()
        wanted = [attrs.evolve(query, text=word) for word in words] or [query]
        return any(meets(case, one) for one in wanted)


class AnyOwnFact(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        wanted = [attrs.evolve(query, own={name: value}) for name, value in query.own.items()] or [query]
        return any(meets(case, one) for one in wanted)


class NamesForAll(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        return meets(case, attrs.evolve(query, in_names=True))


class _IndexedCases(QueriedCases):
    def matches(self, case: Case, query: CaseQuery) -> bool:
        index: Mapping[str, set[str]] = getattr(self._committed, "index", {})
        found = query.words is None or query.words.are_among(index.get(case.reference, set()))
        return found and meets(case, attrs.evolve(query, text=None))


class StaleIndex(ComposedStore):
    def __init__(self) -> None:
        super().__init__(cases=_IndexedCases)
        self.index: dict[str, set[str]] = {}

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            super().commit_changes(cases, plans, read)
            for reference, (_, case) in cases.items():
                self.index.setdefault(reference, set()).update(indexed_words(case))


class PresentPeriods(CaseRepository):
    def periods(self, selections: Sequence[PeriodSelection]) -> Sequence[Sequence[CasePeriod]]:
        now = datetime.max.replace(tzinfo=UTC)
        return super().periods([attrs.evolve(one, known_before=now, holds_at=now) for one in selections])


class _ListedCases(QueriedCases):
    """A repository that lists by its own methods."""

    def row(self, case: Case) -> CaseSummary:
        """Return the row of a case in a list."""
        return CaseSummary.of(case)

    def follows(self, ordering: CaseOrdering, row: CaseSummary) -> bool:
        """Return True if a row comes after the position of an order."""
        return ordering.follows(row)

    def arrange(self, ordering: CaseOrdering, rows: list[CaseSummary]) -> list[CaseSummary]:
        """Return rows in an order."""
        return ordering.sorted(rows)

    def summaries(self, query: CaseQuery, ordering: CaseOrdering) -> CaseSummaryPage:
        rows = [self.row(case) for case in self._all(None) if self.matches(case, query)]
        rest = [row for row in rows if self.follows(ordering, row)]
        return ordering.page_of_sorted(self.arrange(ordering, rest), query.limit)


class ListsByReference(_ListedCases):
    def arrange(self, ordering: CaseOrdering, rows: list[CaseSummary]) -> list[CaseSummary]:
        return sorted(rows, key=lambda row: row.reference, reverse=ordering.descending)


class ListsUnknownFirst(_ListedCases):
    def arrange(self, ordering: CaseOrdering, rows: list[CaseSummary]) -> list[CaseSummary]:
        ordered = ordering.sorted(rows)
        return sorted(ordered, key=lambda row: ordering.descending and ordering.value(row) is not None)


class SkippedTies(_ListedCases):
    def follows(self, ordering: CaseOrdering, row: CaseSummary) -> bool:
        return super().follows(ordering, row) and (ordering.position is None or not _is_tie(ordering, row))


class RepeatedTies(_ListedCases):
    def follows(self, ordering: CaseOrdering, row: CaseSummary) -> bool:
        return super().follows(ordering, row) or _is_tie(ordering, row)


def _is_tie(ordering: CaseOrdering, row: CaseSummary) -> bool:
    """Return True if a row has the value of the last row of the page before."""
    return ordering.position is not None and ordering.value(row) == ordering.position.value


class ListsAsRegistered(_ListedCases):
    def row(self, case: Case) -> CaseSummary:
        return CaseSummary.of(Case.from_events(case.events[:1], case.vault))


class TotalsOfPages(QueriedCases):
    def count(self, query: CaseQuery, most: int | None = None) -> int:
        return min(super().count(query, most), query.limit)


class FacetsOfEveryCase(CaseRepository):
    def tabulate(self, query: CaseQuery, facets: Sequence[CaseFacet], day: date) -> Tabulation:  # noqa: ARG002  that is the fault
        return super().tabulate(CaseQuery(), facets, day)


class FacetsWithoutUnknown(CaseRepository):
    def tabulate(self, query: CaseQuery, facets: Sequence[CaseFacet], day: date) -> Tabulation:
        counts = super().tabulate(query, facets, day)
        return {codes: count for codes, count in counts.items() if None not in codes}


class ReplicaReads(CaseRepository):
    def _seen(self, reference: str) -> Case | None:
        return self._committed.case(reference)


class _Snapshot(InMemoryStore):
    """A store as it was at one moment, which writes to the store."""

    def __init__(self, store: InMemoryStore) -> None:
        super().__init__()
        self._store = store
        for name in ("_cases", "_ordered", "_sources", "_plans", "_optimistic_locks"):
            setattr(self, name, getattr(store, name).copy())

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        self._store.commit_changes(cases, plans, read)


class SnapshotReads(InMemoryStore):
    def unit_of_work(self) -> UnitOfWork:
        with self._lock:
            return BufferedUnitOfWork(_Snapshot(self))


# Feed and journal


class FeedByHour(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[FeedItem, ...]:
        super().read(after, limit, scopes)
        ordered = sorted(super().read(0, 1 + len(self._items), scopes), key=lambda item: item.event.occurred_at)
        return tuple(FeedItem(place, item.event) for place, item in enumerate(ordered, 1))[after : after + limit]


class EarlyPositions(InMemoryFeed):
    """Assigns positions when events are written, not when they are committed."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.places: dict[tuple[str, int], int] = {}

    def number(self, case: Case) -> None:
        """Assign positions to the events of a case."""
        with self._lock:
            for event in case.events:
                self.places.setdefault((case.reference, event.number), 1 + len(self.places))

    def append(self, case: Case, known: int) -> None:
        self.number(case)
        places = ((self.places[event.case, event.number], event) for event in case.events[known:])
        self._items.extend(FeedItem(place, event) for place, event in places)

    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[FeedItem, ...]:
        super().read(after, limit, scopes)
        ordered = sorted(super().read(0, 1 + len(self._items), scopes), key=lambda item: item.position)
        return tuple(item for item in ordered if item.position > after)[:limit]


class NumberingCases(CaseRepository):
    """Has the feed assign positions to pending events."""

    def add(self, *cases: Case) -> None:
        super().add(*cases)
        self._number(*cases)

    def save(self, case: Case, expected: int) -> None:
        super().save(case, expected)
        self._number(case)

    def _number(self, *cases: Case) -> None:
        store: Any = self._committed
        for case in cases:
            store.feed.number(case)


class UnfilteredFeed(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[FeedItem, ...]:  # noqa: ARG002  that is the fault
        return super().read(after, limit)


class OverlappingFeed(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[FeedItem, ...]:
        return super().read(max(after - 1, 0), limit, scopes)


class FeedLimitedFirst(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[FeedItem, ...]:
        theirs = {item.position for item in super().read(0, 1 + len(self._items), scopes)}
        return tuple(item for item in super().read(after, limit) if item.position in theirs)


class PlansNumberedApart(InMemoryPlanFeed):
    def append(self, plan: Pgaac, known: int) -> None:
        self._positions = count(len(self._items) + 1)
        super().append(plan, known)


class UnfilteredPlanFeed(InMemoryPlanFeed):
    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[PlanFeedItem, ...]:  # noqa: ARG002  that is the fault
        return super().read(after, limit)


class PlanFeedOfTheLastEvent(InMemoryPlanFeed):
    def append(self, plan: Pgaac, known: int) -> None:
        super().append(plan, max(known, plan.version - 1))
        self._items = [one for one in self._items if one.holder != plan.scope.key or one.event is plan.events[-1]]


class LogWithoutPlans(InMemoryLog):
    def extend(self) -> int:
        with self._lock:
            size = super().extend()
            self._entries = [entry for entry in self._entries if ":" not in entry.holder]
            return min(size, len(self._entries))


class LogByReference(InMemoryLog):
    def extend(self) -> int:
        with self._lock:
            super().extend()
            ordered = sorted(self._entries, key=lambda entry: (entry.holder, entry.number))
            self._entries = [attrs.evolve(entry, index=index) for index, entry in enumerate(ordered)]
            return len(self._entries)


class LogOfHeads(InMemoryLog):
    def heads(self, group: str, size: int) -> tuple[LogEntry, ...]:
        return super().heads(group, max(size, len(self._entries)))


class OverlappingJournal(InMemoryJournal):
    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        return tuple(stream for stream in super().read(None, 500) if after is None or stream.holder >= after)[:limit]

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        streams = super().read_plans(None, 500)
        return tuple(stream for stream in streams if after is None or stream.holder >= after)[:limit]


class JournalWithoutPlans(InMemoryJournal):
    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        super().read_plans(after, limit)
        return ()
