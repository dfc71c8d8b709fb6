"""The store that a desk needs: units of work, feed, journal, log, sequences, jobs, exports; and the clock.

Optimistic locks are named versions that make decisions exclude each other which write to different cases and plans.
The desk holds these:

- `cause:FAMILY`: a verdict on an action, which looks for cases that show its cause since; an analysis and a corrected
  receipt or date, which look for actions judged effective on their causes.
- `duplicate:CASE`: a link from a duplicate, for both cases and all that the chain of links goes by.
- `action:SCOPE/REFERENCE`: a closing, a statement that nothing is needed and a corrected date, which depend on whether
  the actions of the case are settled; every event that reopens an action.
- `document:KEY`: a support with the document of that key, and the removal of a document without an event; each only
  while nobody has held it before.
- `plans`: an edition of a region or of the nation, which gathers the plans there are; the first event of a plan.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

import attrs

from reclamation_core.cases import RecordedEvent
from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.cases.log import LogEntry, LogState
from reclamation_core.codes import LabelledEnum
from reclamation_core.ports.documents import DocumentKeys
from reclamation_core.ports.errors import StoreDamagedError
from reclamation_core.ports.query import require_page, require_progress
from reclamation_core.ports.repositories import CaseRepository, PlanRepository
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    at_offset,
    each_a_label,
    each_once,
    instant,
    member_of,
    not_blank,
    optional,
    storable_text,
)
from reclamation_core.vocabulary import Role

if TYPE_CHECKING:
    from reclamation_core.plans import RecordedPlanEvent

T = TypeVar("T")


class Clock(Protocol):
    """A source of the current time."""

    def now(self) -> datetime:
        """Return the current instant, aware. A clock may be set back: the recording times of a case never go back."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the current instant, in UTC."""
        return datetime.now(UTC)


class SequenceGenerator(ABC):
    """Returns each number of a series once."""

    @abstractmethod
    def next(self, series: str, count: int = 1) -> int:
        """Return the next number of a series, from 1; for several, the first of a block without holes.

        A number that its caller does not use is lost, never returned again.

        Args:
            series: the series.
            count: how many are taken.
        """

    def find_inconsistencies(self, series: str, used: int) -> tuple[str, ...]:  # noqa: ARG002  a store without counters has nothing to check
        """Return the names of stored counters that would return a number in use again; named as for cases.

        Args:
            series: the series.
            used: the greatest of its numbers that a case has.
        """
        return ()


@attrs.frozen
class FeedItem(SharedRepr):
    """An event of a case and its position in the feed.

    Args:
        position: its position.
        event: the event.
        epoch: how often the register had been restored from a backup when the event was recorded. Events that a
            backup lacked and those recorded in their place may have the same case and number, and never the same epoch.
    """

    position: int
    event: RecordedEvent
    epoch: int = 0

    @property
    def holder(self) -> str:
        """The reference of the case."""
        return self.event.case


@attrs.frozen
class PlanFeedItem(SharedRepr):
    """An event of a plan and its position in the feed; see `FeedItem`.

    Args:
        position: its position.
        event: the event.
        epoch: how often the register had been restored from a backup when the event was recorded.
    """

    position: int
    event: RecordedPlanEvent
    epoch: int = 0

    @property
    def holder(self) -> str:
        """The key of the scope of the plan."""
        return self.event.plan.key


ItemT = TypeVar("ItemT", bound=FeedItem | PlanFeedItem)


class Feed(ABC, Generic[ItemT]):
    """Every committed event of one kind of streams once, of cases or of plans.

    Events of cases and of plans are numbered together: no two have the same position, so each of the two feeds has
    gaps. The events of one stream come in their order; those of several in the order in which positions were assigned,
    after their commit. A reader that stores the last position it has read misses nothing, however late another writer
    commits.
    """

    @abstractmethod
    def read(self, after: int = 0, limit: int = 500, scopes: Collection[str] = ()) -> tuple[ItemT, ...]:
        """Return the next events after a position, in ascending positions; empty at the end of the feed.

        A page ends before an event that cannot be read; one that would begin with it raises.

        Args:
            after: the position; 0 for the beginning.
            limit: the maximum number of events.
            scopes: if given, only the events inside these: of cases, the codes of sites, one of which is registering
                site, service site or handling unit at the time of the call; of plans, the keys of their scopes.

        Raises:
            StoreDamagedError: the first event cannot be read; a call with its position continues after it.
            ValueError: the position is negative, or the limit less than 1.
        """

    def count(self, after: int = 0, scopes: Collection[str] = ()) -> int:
        """Return how many events `follow` would yield, those that cannot be read included.

        A store overrides this that can count them without reading them.

        Raises:
            StoreDamagedError, ValueError, RuntimeError: as `follow` does.
        """
        return sum(1 for _ in self.follow(after, scopes))

    def last_recorded_at(self) -> datetime | None:
        """Return when the latest event was recorded; None if there is none, or its instant cannot be read.

        A store overrides this that can find it without reading the feed.
        """
        try:
            return max((item.event.recorded_at for item in self.follow()), default=None)
        except StoreDamagedError:
            return None

    def follow(self, after: int = 0, scopes: Collection[str] = ()) -> Iterator[ItemT]:
        """Yield every event after a position, page by page, until there are no more.

        Raises:
            StoreDamagedError, ValueError: as `read` does.
            RuntimeError: a page does not come after the one before; the store breaks its contract.
        """
        while items := self.read(after, 500, scopes):
            require_progress(items[-1].position, after, "feed")
            after = items[-1].position
            yield from items


class EventFeed(Feed[FeedItem]):
    """Every committed event of a case once."""


class PlanFeed(Feed[PlanFeedItem]):
    """Every committed event of a plan once, such as a signal that was raised, acknowledged or dismissed."""


@attrs.frozen
class ParkedEvent(SharedRepr):
    """An event of the feed that a consumer could not handle, or that follows such an event in the same stream.

    Args:
        position: its position in the feed.
        holder: the reference of its case, or the key of the scope of its plan.
    """

    position: int
    holder: str


def _parked(values: Any) -> tuple[ParkedEvent, ...]:
    return tuple(value if isinstance(value, ParkedEvent) else ParkedEvent(*value) for value in values)


@attrs.frozen(kw_only=True)
class JobState(SharedRepr):
    """The state of a named job: a consumer of the feed, or a job of which one may run at a time.

    Args:
        version: how many times it was saved; 0 if never.
        holder: an identifier of the run that has the job now; None if no run has it.
        until: the instant from which another run may take it, because its holder must have been killed; aware.
        position: the position in the feed up to which every event is handled or parked.
        parked: the parked events, by position.
    """

    version: int = 0
    holder: str | None = None
    until: datetime | None = None
    position: int = 0
    parked: tuple[ParkedEvent, ...] = attrs.field(default=(), converter=_parked)

    def to_document(self) -> dict[str, Any]:
        """Return the state as plain data, for JSON."""
        return {
            "version": self.version,
            "holder": self.holder,
            "until": None if self.until is None else self.until.isoformat(),
            "position": self.position,
            "parked": [[event.position, event.holder] for event in self.parked],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the state that `to_document` wrote."""
        until = document["until"]
        return cls(**{**document, "until": None if until is None else datetime.fromisoformat(until)})


class JobRepository(ABC):
    """The states of named jobs: positions of consumers of the feed, and which jobs are running.

    It is not part of a unit of work: each save is committed by itself, or with the transaction of a host.
    """

    @abstractmethod
    def get(self, name: str) -> JobState:
        """Return the state of a job; `JobState()` if none was saved under that name."""

    @abstractmethod
    def save(self, name: str, state: JobState) -> bool:
        """Save the state of a job, one version further, if the stored version is that of `state`.

        Returns:
            False if another save came first; nothing is changed then.
        """

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Return the names of the jobs that have a state, by code point."""


class Journal(ABC):
    """Every committed event stream as it was written: the text of each event and its link, valid or not.

    Nothing is decoded, upcast or repaired: a corrupt text is returned as it is stored.
    """

    @abstractmethod
    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        """Return a page of the event streams of cases, in the order of their references by code point.

        Each stream is of one moment. Empty at the end. A case that has events and no row has version 0.

        Args:
            after: the reference after which the page begins; None for the first page.
            limit: the maximum number of streams.

        Raises:
            ValueError: the limit is less than 1.
        """

    @abstractmethod
    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        """Return the same of plans, by the keys of their scopes.

        Raises:
            ValueError: the limit is less than 1.
        """

    def stream_of(self, reference: str) -> WrittenEventStream | None:
        """Return the event stream of a case; None if there is none. A store with an index overrides it."""
        return next((stream for stream in self.streams() if stream.holder == reference), None)

    def plan_stream_of(self, scope: str) -> WrittenEventStream | None:
        """Return the event stream of a plan, by the key of its scope; None if there is none."""
        return next((stream for stream in self.plan_streams() if stream.holder == scope), None)

    def streams(self) -> Iterator[WrittenEventStream]:
        """Yield the event stream of every case, page by page.

        Raises:
            RuntimeError: a page does not come after the one before; the store breaks its contract.
        """
        return _every(self.read)

    def plan_streams(self) -> Iterator[WrittenEventStream]:
        """Yield the event stream of every plan, page by page; raises what `streams` does."""
        return _every(self.read_plans)


def _every(read: Callable[[str | None], tuple[WrittenEventStream, ...]]) -> Iterator[WrittenEventStream]:
    after: str | None = None
    while page := read(after):
        require_progress(page[-1].holder, after, "journal")
        after = page[-1].holder
        yield from page


@attrs.frozen(kw_only=True)
class CheckpointRecord(SharedRepr):
    """A checkpoint of the log that was written, with the state that the next one is computed from.

    Args:
        size: the number of entries of the log.
        note: the checkpoint and its signatures, as C2SP `signed-note`.
        taken_at: the instant at which it was first written; aware.
        token: the time-stamp token (RFC 3161) over the note; None without one.
        state: the state of the log; None in the records before the last one.
    """

    size: int
    note: str
    taken_at: datetime = attrs.field(converter=at_offset, validator=instant)
    token: bytes | None = attrs.field(default=None, repr=False)
    state: LogState | None = attrs.field(default=None, repr=False)


class EventLog(ABC):
    """The committed events of all cases and plans in one order, for checkpoints: see `cases.log`.

    An event has no place in the log when it is committed; `extend` assigns it, under a short lock. The events of a case
    or a plan have theirs in order. An entry never changes.
    """

    @abstractmethod
    def extend(self) -> int:
        """Add the committed events that the log does not have, and return its number of entries.

        On a connection of a host it sees what the host has not committed yet, and is part of its transaction.
        """

    @abstractmethod
    def read(self, after: int = 0, limit: int = 500) -> tuple[LogEntry, ...]:
        """Return the next entries, in order; empty at the end.

        Args:
            after: the index of the first one: how many entries come before.
            limit: the maximum number of entries.

        Raises:
            ValueError: `after` is negative, or the limit less than 1.
        """

    @abstractmethod
    def heads(self, group: str, size: int) -> tuple[LogEntry, ...]:
        """Return the heads of a group, by code point of the holder: of each the last of the first `size` entries."""

    @abstractmethod
    def checkpoints(self) -> tuple[CheckpointRecord, ...]:
        """Return the checkpoints that were written, by size; the last one with the state of the log."""

    @abstractmethod
    def save(self, checkpoint: CheckpointRecord) -> None:
        """Save a checkpoint, in place of one of the same size; its state replaces that of the others."""

    def entries(self, after: int = 0, size: int | None = None) -> Iterator[LogEntry]:
        """Yield the entries, page by page, up to a size of the log.

        Raises:
            RuntimeError: a page does not come after the one before; the store breaks its contract.
        """
        while (size is None or after < size) and (page := self.read(after, 5_000)):
            require_progress(page[-1].index + 1, after, "log")
            after = page[-1].index + 1
            yield from (entry for entry in page if size is None or entry.index < size)


class ExportKind(LabelledEnum):
    """The kind of a document that was exported (document exporté)."""

    REGISTER = "register", "registre", "register"
    PLAN = "plan", "PGAAC", "PGAAC"
    CASE = "case", "fiche d'un dossier", "case file"
    AUDIT = "audit", "dossier de preuves", "audit file"
    DOCUMENT = "document", "document d'un support", "document of a support"


def _text(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    storable_text(attribute.name, value)


@attrs.frozen(kw_only=True)
class ExportRecord(SharedRepr):
    """An export: its document, instant, author, recipients, and the hash of its file.

    Args:
        kind: the kind of the document.
        subject: what the document is about: a case, a period, a plan and the number of its publication.
        sha256: the SHA-256 of the file, in hexadecimal; of an audit file, that of its manifest; of a document of a
            support, the salted commitment to it, which tells nothing once the document is erased.
        exported_at: the instant of the export; aware.
        actor: the name of the person; None once it is erased.
        role: the role of that person.
        place: the scope of the desk: `site:CODE`, `region:NAME`; empty for all sites.
        recipients: the functions that received the document, never names of persons; empty if it was not sent.
        number: its number in the log; 0 before it is added.
    """

    kind: ExportKind = attrs.field(validator=member_of(ExportKind))
    subject: str = attrs.field(validator=_text)
    sha256: str = attrs.field(validator=attrs.validators.matches_re("[0-9a-f]{64}"))
    exported_at: datetime = attrs.field(converter=at_offset, validator=instant)
    actor: str | None = attrs.field(default=None, repr=False, validator=optional(not_blank))
    role: Role = attrs.field(default=Role.HANDLING_UNIT, validator=member_of(Role))
    place: str = attrs.field(default="", validator=_text)
    recipients: tuple[str, ...] = attrs.field(default=(), converter=each_once, validator=each_a_label)
    number: int = 0

    def is_about(self, subject: str) -> bool:
        """Return True for an export of a subject, or of a part of it: the subject, a space and a number."""
        part = self.subject[len(subject) :]
        is_numbered = part[:1] == " " and part.isascii() and part[1:].isdigit()
        return self.subject.startswith(subject) and (not part or is_numbered)


class ExportLog(ABC):
    """Every export, in the order of their numbers; none is changed or removed."""

    @abstractmethod
    def add(self, export: ExportRecord) -> ExportRecord:
        """Add an export, and return it with its number: one more than that of the last."""

    @abstractmethod
    def read(self, after: int = 0, limit: int = 500, place: str | None = None) -> tuple[ExportRecord, ...]:
        """Return a page of the exports, in the order of their numbers; empty at the end.

        Args:
            after: the number after which the page begins; 0 for the first.
            limit: the maximum number of exports.
            place: if given, only the exports of desks of this scope.

        Raises:
            ValueError: `after` is negative, or the limit less than 1.
        """

    def latest(self, limit: int = 50, place: str | None = None, subject: str | None = None) -> tuple[ExportRecord, ...]:
        """Return the latest exports, in the order of their numbers; by default all are read for them.

        Args:
            limit: the maximum number of exports.
            place: if given, only the exports of desks of this scope.
            subject: if given, only the exports of this subject and of its numbered parts: a plan and its publications.

        Raises:
            ValueError: the limit is less than 1.
        """
        require_page(0, limit)
        found: deque[ExportRecord] = deque(maxlen=limit)
        after = 0
        while page := self.read(after, 500, place):
            require_progress(page[-1].number, after, "exports")
            after = page[-1].number
            found.extend(one for one in page if subject is None or one.is_about(subject))
        return tuple(found)


class OptimisticLocks(ABC):
    """The optimistic locks of a unit of work, for what a decision reads and does not write.

    The version of a case or a plan protects what is written. It does not prevent write skew: of two decisions each may
    read what the other writes, and write something else. Such decisions hold one lock, by a name on which both agree.
    """

    @abstractmethod
    def hold(self, *keys: str) -> Mapping[str, int]:
        """Hold optimistic locks from now on, and return the noted version of each of these.

        Call it before reading what the decision depends on.

        The unit of work notes the committed version of each lock the first time that it holds it. A commit that writes
        something compares these versions and advances each by one, atomically with what it writes. So of two units that
        hold one lock, the second to commit is refused unless it held the lock after the first had committed. A commit
        that writes nothing, and a rollback, neither compare nor advance.

        Args:
            keys: the names, each any text that a store can hold. None need be created; its version is 0 at first.

        Raises:
            UnitOfWorkEndedError: the unit of work has ended.
        """


class UnitOfWork(ABC):
    """Reads and writes that are committed whole or not at all.

    Used as a context manager: leaving it without `commit` rolls back. It is used once: after a commit or a rollback
    every call of it or of its repositories raises UnitOfWorkEndedError, except another rollback.
    """

    cases: CaseRepository
    plans: PlanRepository
    optimistic_locks: OptimisticLocks

    def reading(self) -> AbstractContextManager[None]:
        """Return a block of several reads; a database may read them on one connection."""
        return nullcontext()

    @abstractmethod
    def commit(self) -> None:
        """Commit everything written in this unit.

        Raises:
            StaleReadError: something is written, and another commit advanced a lock that was held, or an expected plan
                has another version; nothing is committed. It takes precedence over the other errors.
            ConcurrentChangeError: another commit changed something written here; nothing is committed.
            RepeatedSourceError: another commit registered a source; nothing is committed.
            UnitOfWorkEndedError: it has ended already.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Discard everything written in this unit and not committed; harmless after a commit."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rollback()


class Savepoint:
    """A point in the transaction of a host to which what follows can be undone; here of none, so that nothing is."""

    def release(self) -> None:
        """Accept what was written since; it is committed with the transaction."""

    def rollback(self) -> None:
        """Undo what was written since, by the store and by its host; the transaction stays usable."""


class Store(ABC):
    """A store of cases and plans."""

    feed: EventFeed
    plan_feed: PlanFeed
    journal: Journal
    log: EventLog
    sequences: SequenceGenerator
    exports: ExportLog
    jobs: JobRepository
    document_keys: DocumentKeys | None = None
    """The keys of the documents of supports; None if the store has no documents."""
    has_host: bool = False
    """True if the store is part of the transaction of a host, which alone commits."""

    @abstractmethod
    def unit_of_work(self) -> UnitOfWork:
        """Return a new unit of work. It sees the later commits of others, each of their units whole."""

    def commits_at_once(self) -> bool:
        """Return True if a unit of work is final once it is committed; False within a transaction of a host."""
        return not self.has_host

    def savepoint(self) -> Savepoint:
        """Begin a savepoint, if the store is part of a transaction of a host; it is released or rolled back once.

        A store that commits by itself returns one without effect: each of its commits is final.
        """
        return Savepoint()

    def snapshot(self) -> AbstractContextManager[Store]:
        """Return this store as it is at one moment, for reads that belong together, as a context manager.

        The units of work and the journal of the snapshot do not see what others commit within the block, and no commit
        waits for its end. A commit to it that writes something raises StoreReadOnlyError. The default is the store
        itself, whose reads may be of several moments; so is a store on a connection of a host, whose isolation applies.
        """
        return nullcontext(self)

    def scan_cases(self) -> Iterator[tuple[str, bool]]:
        """Yield the reference of each case in their order, and True if the store has verified what it stores of it.

        A store overrides this that can replay many cases at once and compare them with its snapshots and projections,
        which costs less than `find_inconsistencies` of each. False, the default, requires `find_inconsistencies` of the
        case. Cases that are gone while their events are left are among them.

        Raises:
            StoreDamagedError: a reference is not text.
            RuntimeError: a page of the journal does not come after the one before; the store breaks its contract.
        """
        return ((stream.holder, False) for stream in self.journal.streams())

    async def run_async(self, call: Callable[[], T]) -> T:
        """Run a call that uses this store from a coroutine, without blocking the event loop if it can be awaited.

        Raises:
            TypeError: the store would block the event loop; the message has the remedy.
        """
        return call()

    async def run_in_thread(self, call: Callable[[], T]) -> T:
        """Run a call that computes for long, such as a page or a file, without blocking the event loop.

        The default is `run_async`. A store that may be used from any thread overrides this, for example by
        `return await asyncio.to_thread(call)`.

        Raises:
            TypeError: as `run_async`.
        """
        return await self.run_async(call)

    def erase_traces(self) -> bool:
        """Remove what forgotten texts have left in files that the store itself writes, such as a write-ahead log.

        Called after each commit that forgets texts. If it is impossible now, this is logged and nothing is raised.

        Returns:
            False if something may be left, for example because of a concurrent reader; a later call may remove it.
        """
        return True

    def vacuum(self) -> bool:
        """Remove what erased texts have left in the pages and indexes of the store; the nightly job calls it.

        Returns:
            False if it is impossible now, for example within the transaction of a host; the reason is logged.
        """
        return True

    def rebuild_projections(self) -> int:
        """Rebuild projections that another version of the library computed; a store without projections has none.

        Returns:
            How many cases and plans were rebuilt.

        Raises:
            StoreDamagedError: a case or a plan is corrupt; all the others are rebuilt first.
        """
        return 0

    def rebuild_in_batches(self) -> Iterator[int]:
        """Rebuild projections as `rebuild_projections` does, and yield how many cases and plans each batch had."""
        yield self.rebuild_projections()

    def pause(self, seconds: float) -> None:
        """Wait before a retry; a store that is awaited does not block the event loop."""
        time.sleep(seconds)

    def close(self) -> None:  # noqa: B027  a store that holds nothing open has nothing to do
        """Close connections and files. Harmless when it is closed already."""
