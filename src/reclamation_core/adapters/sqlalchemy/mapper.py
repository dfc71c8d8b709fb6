"""Mappers between event-sourced aggregates and tables: one for cases, one for plans, over the same machinery.

An aggregate is stored as one row of its own, one row for each event, one for each text, and the rows of projections,
which follow from the events. A case's row also has a snapshot of its state, so that loading replays nothing. A document
that cannot be read is named with the path in it, never with its content.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from itertools import takewhile
from operator import attrgetter
from typing import Any, ClassVar, Final, Generic, TypeVar

import attrs
from sqlalchemy import FromClause, Select, Table, select

from reclamation_core.adapters.sqlalchemy.statements import (
    UPDATED,
    BatchStatement,
    StatementRow,
    Writer,
    decode,
    decode_lossy,
    events_of,
    raw,
    texts_of,
)
from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_EVENTS,
    CASE_FACTS,
    CASE_PERIODS,
    CASE_SEARCH,
    CASE_SITES,
    CASE_TEXTS,
    CASES,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
    PUBLISHED_LINES,
    PUBLISHED_PLANS,
)
from reclamation_core.cases import Case, EventStreamError, Vault, columns
from reclamation_core.cases.documents import STATE_VERSION, event_document, read_event, read_state, state_document
from reclamation_core.cases.periods import PERIOD_TYPES, CasePeriod, later_periods
from reclamation_core.cases.texts import Commitment, Secret, commitments
from reclamation_core.cases.words import indexed_words, site_entries
from reclamation_core.codes import LabelledEnum, OrderedEnum
from reclamation_core.documents import canonical_json
from reclamation_core.documents.canonical import first_link, link
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans import Action, Pgaac, PlanPart, PlanScope, PublishedPlan
from reclamation_core.plans import event_document as plan_event_document
from reclamation_core.plans import read_event as read_plan_event
from reclamation_core.ports import StoreDamagedError
from reclamation_core.ports.query import sites_of
from reclamation_core.ports.repositories import AnyPlan
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS, OwnValue, comparable
from reclamation_core.wording import Wording

A = TypeVar("A", bound="Case | AnyPlan")
A_co = TypeVar("A_co", bound="Case | AnyPlan", covariant=True)

READ_ERRORS: Final = (ValueError, TypeError, KeyError, RecursionError)
"""What reading a corrupt document raises."""

_OWN_REFERENCE: Final = Wording("la référence du dossier", "the reference of the case")


@attrs.frozen
class StoredSnapshot(SharedRepr, Generic[A_co]):
    """An aggregate as it is stored, which a change is made on.

    Args:
        aggregate: the aggregate.
        link: the link of its last event in the hash chain.
        is_stale: True if another STATE_VERSION computed its row and its projections.
    """

    aggregate: A_co
    link: str
    is_stale: bool = False


@attrs.frozen(slots=False)  # with cached properties
class PendingChange(SharedRepr, Generic[A]):
    """An aggregate to be written.

    Args:
        mapper: the mapper of its kind.
        base: the snapshot that is stored; None for a new aggregate.
        aggregate: the aggregate as it is to be.
    """

    mapper: Mapper[A]
    base: StoredSnapshot[A] | None
    aggregate: A

    @property
    def version(self) -> int:
        """The version that is stored; 0 for a new aggregate."""
        return 0 if self.base is None else self.base.aggregate.version

    @property
    def stored(self) -> A | None:
        """The aggregate that is stored."""
        return None if self.base is None else self.base.aggregate

    @property
    def is_stale(self) -> bool:
        """True if another STATE_VERSION computed the projections that are stored."""
        return self.base is not None and self.base.is_stale

    @cached_property
    def new_events(self) -> list[Any]:
        """Its events that are not stored."""
        events: tuple[Any, ...] = self.aggregate.events
        new = [*takewhile(lambda event: event.number > self.version, reversed(events))]
        return new[::-1]

    @cached_property
    def event_rows(self) -> list[StatementRow]:
        """The rows of its new events, chained to those that are stored."""
        key = self.mapper.key(self.aggregate)
        return list(
            self.mapper.event_rows(key, self.new_events, first_link(key) if self.base is None else self.base.link)
        )

    @property
    def row(self) -> StatementRow:
        """Its own row."""
        before = "" if self.base is None else self.base.link
        last = self.event_rows[-1]["link"] if self.event_rows else before
        return self.mapper.row(self.aggregate) | {"link": last}

    @cached_property
    def digests(self) -> Mapping[str, Secret]:
        """The texts that are stored, by digest."""
        return {} if self.base is None else self.base.aggregate.vault.by_digest()


class Mapper(ABC, Generic[A]):
    """Reads and writes aggregates of one kind.

    Attributes:
        table: the table with one row an aggregate.
        events: the table of their events.
        texts: the table of their texts.
        projections: the tables that follow from the events.
        owner: the column that refers to the aggregate in the other tables.
        kind: what messages call such an aggregate.
    """

    table: ClassVar[Table]
    events: ClassVar[Table]
    texts: ClassVar[Table]
    projections: ClassVar[tuple[Table, ...]]
    owner: ClassVar[str]
    kind: ClassVar[Wording]

    read_event: Callable[[Any], Any]
    write_event: Callable[[Any], dict[str, Any]]

    @abstractmethod
    def key(self, aggregate: A) -> str:
        """Return the key of an aggregate."""

    @abstractmethod
    def row(self, aggregate: A) -> StatementRow:
        """Return the row of an aggregate without its link."""

    @abstractmethod
    def projection_rows(self, aggregate: A, other: A | None) -> dict[Table, list[StatementRow]]:
        """Return the rows of the projections by table; those that `other` has alike may be left out."""

    @abstractmethod
    def restore(self, key: str, events: tuple[Any, ...], vault: Vault, state: tuple[Any, ...]) -> A:
        """Return the aggregate that is stored.

        Args:
            key: its key.
            events: its events.
            vault: its texts.
            state: the columns of its snapshot, if it has one.

        Raises:
            ValueError, TypeError, KeyError, RecursionError: what is stored is corrupt.
        """

    def state_columns(self, _: FromClause, __: str) -> tuple[Any, ...]:
        """Return the columns of the snapshot."""
        return ()

    def is_stale(self, _: tuple[Any, ...]) -> bool:
        """Return True if another STATE_VERSION wrote the snapshot."""
        return False

    def state_fault(self, _: str, __: tuple[Any, ...]) -> Wording | None:
        """Return what is wrong with the snapshot; None if it can be read."""
        return None

    def event_columns(self, key: str, event: Any, kind: str) -> StatementRow:
        """Return the columns of an event's row that follow from the event, given what documents call its type."""
        return {
            self.owner: key,
            "number": event.number,
            "type": kind,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "role": code(event.role),
        }

    def event_rows(self, key: str, events: Iterable[Any], last: str) -> Iterator[StatementRow]:
        """Yield the rows of events, without the position in the feed.

        Args:
            key: the key of their aggregate.
            events: the events.
            last: the link of the event before them, or the first link of the chain.
        """
        for event in events:
            document = self.write_event(event)
            text = canonical_json(document)
            last = link(last, text)
            yield self.event_columns(key, event, document["data"]["type"]) | {"document": text, "link": last}

    def text_rows(self, aggregate: A, stored: Collection[str]) -> Iterator[StatementRow]:
        """Yield the rows of the texts whose digests are not stored."""
        new = [(digest, secret) for digest, secret in aggregate.vault.by_digest().items() if digest not in stored]
        key = self.key(aggregate)
        for place, (digest, secret) in enumerate(new):
            yield {
                self.owner: key,
                "digest": digest,
                "salt": secret.salt.hex(),
                "text": secret.text,
                "version": aggregate.version,
                "place": place,
            }

    def changes(
        self, written: Mapping[str, tuple[int, A]], bases: Mapping[str, StoredSnapshot[A]]
    ) -> list[PendingChange[A]]:
        """Return the changes of a unit of work in the order of their keys, so that no two units deadlock."""
        return [PendingChange(self, bases.get(key), written[key][1]) for key in sorted(written)]

    def statements(self, writer: Writer, changes: list[PendingChange[A]]) -> Iterator[BatchStatement]:
        """Yield the statements that write changes."""
        if not changes:
            return
        yield from writer.insert(self.table, (change.row for change in changes if change.version == 0))
        yield from self._updates(writer, changes)
        yield from writer.insert(self.events, (row for change in changes for row in change.event_rows))
        texts = (self.text_rows(change.aggregate, change.digests) for change in changes)
        yield from writer.insert(self.texts, (row for rows in texts for row in rows))
        yield from writer.delete(self.texts, self._forgotten(changes))
        yield from self.projection_statements(writer, changes)

    def rebuild_statements(self, writer: Writer, bases: Iterable[StoredSnapshot[A]]) -> Iterator[BatchStatement]:
        """Yield the statements that compute rows and projections again for aggregates that stay as they are."""
        changes = [PendingChange(self, attrs.evolve(base, is_stale=True), base.aggregate) for base in bases]
        yield from self._updates(writer, changes)
        yield from self.projection_statements(writer, changes)

    def _updates(self, writer: Writer, changes: list[PendingChange[A]]) -> Iterator[BatchStatement]:
        return writer.update(self.table, ((change.version, change.row) for change in changes if change.version))

    def _forgotten(self, changes: list[PendingChange[A]]) -> Iterator[StatementRow]:
        for change in changes:
            if change.digests:
                left = change.aggregate.vault.by_digest()
                key = self.key(change.aggregate)
                yield from ({self.owner: key, "digest": digest} for digest in change.digests if digest not in left)

    def projection_statements(self, writer: Writer, changes: list[PendingChange[A]]) -> Iterator[BatchStatement]:
        """Yield the statements that write projections: the difference, or all of them where they are stale."""
        if all(change.base is None for change in changes):  # all are new: there is nothing to compare with
            rows = [self.projection_rows(change.aggregate, None) for change in changes]
            for table in self.projections:
                yield from writer.insert(table, (row for tables in rows for row in tables[table]))
            return
        stale = [self.key(change.aggregate) for change in changes if change.is_stale]
        before: dict[Table, dict[tuple[Any, ...], StatementRow]] = {table: {} for table in self.projections}
        after: dict[Table, dict[tuple[Any, ...], StatementRow]] = {table: {} for table in self.projections}
        for change in changes:
            known = None if change.is_stale else change.stored
            self._index(after, self.projection_rows(change.aggregate, known))
            if known is not None:
                self._index(before, self.projection_rows(known, change.aggregate))
        for table in self.projections:
            old, new = before[table], after[table]
            is_updated = table in UPDATED
            yield from writer.clear(table, (key for key in stale if not (is_updated and (key,) in new)))
            if old != new:
                gone = (row for key, row in old.items() if (key not in new if is_updated else new.get(key) != row))
                yield from writer.delete(table, gone)
                yield from writer.append(table, [row for key, row in new.items() if old.get(key) != row])

    @staticmethod
    def _index(index: dict[Table, dict[tuple[Any, ...], StatementRow]], rows: dict[Table, list[StatementRow]]) -> None:
        for table, some in rows.items():
            names = [column.name for column in table.primary_key.columns]
            index[table].update((tuple(row[name] for name in names), row) for row in some)

    def select(self, source: FromClause, backend: str) -> Select[Any]:
        """Return the statement that reads aggregates for `read`.

        Args:
            source: the rows of the aggregates.
            backend: `sqlite` or `postgresql`.
        """
        (key,) = (source.c[column.name] for column in self.table.primary_key.columns)
        return select(
            key,
            source.c.version,
            raw(source.c.link, backend),
            events_of(self.events, self.events.c[self.owner], key, backend),
            texts_of(self.texts, self.texts.c[self.owner], key, backend),
            *self.state_columns(source, backend),
        )

    def read(self, row: Sequence[Any], database: str) -> StoredSnapshot[A]:
        """Return the aggregate of a row that `select` gave.

        Raises:
            StoreDamagedError: it is corrupt; the error names the aggregate and the document.
        """
        key, version, last, events, texts, *state = row
        key = require_key(key, database)
        try:
            vault = read_texts(texts)
            aggregate = self.restore(key, self.decode_events(key, version, events), vault, tuple(state))
            return StoredSnapshot(aggregate, decode(last), self.is_stale(tuple(state)))
        except READ_ERRORS:
            fault = self._fault(key, version, events, texts, tuple(state))
        raise self.corrupted(database, key, fault) from None

    def corrupted(self, database: str, key: str, fault: Wording) -> StoreDamagedError:
        """Return the error for a corrupt aggregate."""
        where = within(f"{self.kind.fr} {key!r}", f"{self.kind.en} {key!r}", fault)
        return StoreDamagedError.of(database, where, key)

    def decode_events(self, key: str, version: int, stored: bytes | str | None) -> tuple[Any, ...]:
        """Return the events of a stream in their order.

        Raises:
            ValueError, TypeError, KeyError, RecursionError: a document is corrupt, or events are missing.
        """
        events = self.read_events(stored)
        if [event.number for event in events] != list(range(1, version + 1)):
            raise EventStreamError(key, version, key, len(events))
        return events

    def read_events(self, stored: bytes | str | None) -> tuple[Any, ...]:
        """Return the events of the documents that `events_of` gave, in their order; raises as `decode_events`."""
        documents = decode(stored).split("\n") if stored else ()
        return tuple(sorted(map(self.read_document, documents), key=attrgetter("number")))

    def read_document(self, document: str) -> Any:
        """Return the event of a document; raises as `decode_events`."""
        return self.read_event(json.loads(document))

    def _fault(
        self, key: str, version: int, events: bytes | str | None, texts: bytes | str | None, state: tuple[Any, ...]
    ) -> Wording:
        """Return what is corrupt: an event, a text, the stream as a whole, the snapshot, or the last link."""
        event = fault_among(decode_lossy(events or ""), self.read_event)
        if event is not None:
            return event
        try:
            vault = read_texts(texts)
        except (ValueError, TypeError):
            return TEXT
        fault = None
        try:
            stream = self.decode_events(key, version, events)
            fault = self.state_fault(key, state)
            if fault is None:
                self.restore(key, stream, vault, state)
        except READ_ERRORS:
            return EVENT_STREAM
        return fault or LAST_LINK


class CaseMapper(Mapper[Case]):
    """The mapper of cases."""

    table = CASES
    events = CASE_EVENTS
    texts = CASE_TEXTS
    projections = (CASE_SITES, CASE_CAUSES, CASE_FACTS, CASE_PERIODS, CASE_SEARCH)
    owner = "case_reference"
    kind = Wording("dossier", "case")
    read_event = staticmethod(read_event)
    write_event = staticmethod(event_document)

    def key(self, aggregate: Case) -> str:
        return aggregate.reference

    def row(self, aggregate: Case) -> StatementRow:
        return case_row(aggregate)

    def projection_rows(self, aggregate: Case, other: Case | None) -> dict[Table, list[StatementRow]]:
        own, other_own = aggregate.facts.own, NO_OWN_FACTS if other is None else other.facts.own
        return {
            CASE_SITES: [] if other is not None and _sites(other) == _sites(aggregate) else site_rows(aggregate),
            CASE_CAUSES: [] if other is not None and _causes(other) == _causes(aggregate) else cause_rows(aggregate),
            CASE_FACTS: [] if own is other_own or own == other_own else own_rows(aggregate),
            CASE_PERIODS: period_rows(aggregate, other),
            CASE_SEARCH: _changed_search_rows(aggregate, other),
        }

    def state_columns(self, source: FromClause, backend: str) -> tuple[Any, ...]:
        return source.c.state_version, raw(source.c.document, backend)

    def is_stale(self, state: tuple[Any, ...]) -> bool:
        return bool(state[0] != STATE_VERSION)

    def restore(self, key: str, events: tuple[Any, ...], vault: Vault, state: tuple[Any, ...]) -> Case:
        if self.is_stale(state):
            return _require_own(key, Case.from_events(events, vault))
        return _require_own(key, read_state(json.loads(decode(state[1])), events, vault))

    def state_fault(self, key: str, state: tuple[Any, ...]) -> Wording | None:
        if self.is_stale(state):
            return None
        fault = fault_of(decode_lossy(state[1]), lambda document: _require_own(key, read_state(document, ())))
        return None if fault is None else within("état", "state", fault)


def _require_own(reference: str, case: Case) -> Case:
    """Refuse a case under another reference than its row's, since callers would go on with that reference."""
    if case.reference != reference:
        raise FaultsError([Fault("$.reference", case.reference, _OWN_REFERENCE)])
    return case


_OF_ACTION: Final = 20_000
"""The characters of the longest document that is one of an event of an action or a signal; a publication has many."""
_remembered: Final = lru_cache(maxsize=16_384)(lambda document: read_plan_event(json.loads(document)))
_last_publications: Final = lru_cache(maxsize=2)(lambda document: read_plan_event(json.loads(document)))


class PlanMapper(Mapper[AnyPlan]):
    """The mapper of plans, whole or the part that some actions need.

    The same events are read for each page of a plan and each command on it: what their documents say is remembered.
    """

    table = PLANS
    events = PLAN_EVENTS
    texts = PLAN_TEXTS
    projections = (ACTIONS, ACTION_CASES, PUBLISHED_PLANS, PUBLISHED_LINES)
    owner = "scope"
    kind = Wording("plan", "plan")
    read_event = staticmethod(read_plan_event)
    write_event = staticmethod(plan_event_document)

    def key(self, aggregate: AnyPlan) -> str:
        return aggregate.scope.key

    def read_document(self, document: str) -> Any:
        return (_remembered if len(document) <= _OF_ACTION else _last_publications)(document)

    def row(self, aggregate: AnyPlan) -> StatementRow:
        scope = aggregate.scope
        kind = {"kind": code(scope.kind), "kind_rank": scope.kind.rank}
        return {"scope": scope.key, **kind, "code": scope.code, "version": aggregate.version}

    def event_columns(self, key: str, event: Any, kind: str) -> StatementRow:
        return super().event_columns(key, event, kind) | {"subject": event.subject}

    def projection_rows(self, aggregate: AnyPlan, other: AnyPlan | None) -> dict[Table, list[StatementRow]]:
        return plan_projections(aggregate, other)

    def restore(self, key: str, events: tuple[Any, ...], vault: Vault, state: tuple[Any, ...]) -> Pgaac:  # noqa: ARG002  a plan has no snapshot
        return Pgaac.from_events(PlanScope.parse(key), events, vault)


CASE_MAPPER: Final = CaseMapper()
PLAN_MAPPER: Final = PlanMapper()


def read_texts(stored: bytes | str | None) -> Vault:
    """Return the texts of a JSON list of digest, salt and text.

    Raises:
        ValueError, TypeError: it is corrupt.
    """
    if stored is None:
        return Vault()
    return Vault({digest: Secret(text, bytes.fromhex(salt)) for digest, salt, text in json.loads(decode(stored))})


# Rows


def code(member: object) -> str | None:
    """Return the code of a member; None for what is unknown or absent."""
    return member.value if isinstance(member, LabelledEnum) else None


def rank(member: OrderedEnum | None) -> int | None:
    """Return the rank of a member in its order."""
    return None if member is None else member.rank


def _joined(texts: tuple[str, ...]) -> str | None:
    return " ".join(texts) or None


_STORED: Final = tuple(
    (column.name, column.value, column.type is tuple, column.rank_comment is not None)
    for column in columns.COLUMNS.values()
    if column.is_stored
)
"""Of each column of a case that is stored, its name, its function, if it has several texts, and if it has a rank."""


_TEXTS: Final = tuple(column for column in columns.COLUMNS.values() if column.is_text)
"""The columns of a case that are erased with its texts."""


def case_row(case: Case) -> StatementRow:
    """Return the row of a case without its link."""
    row: StatementRow = {"state_version": STATE_VERSION, "document": canonical_json(state_document(case))}
    for name, value_of, is_several, is_ranked in _STORED:
        value = value_of(case)
        row[name] = _joined(value) if is_several else value
        if is_ranked:
            row[f"{name}_rank"] = rank(value)
    return row


def _sites(case: Case) -> tuple[Any, ...]:
    return case.site, case.handling_unit, case.service_sites


def site_rows(case: Case) -> list[StatementRow]:
    """Return a row for each site of a case and each of its parts."""
    parts = {(site, "service") for site in case.service_sites}
    parts |= {(case.site, "registering"), (case.handling_unit, "handling")}
    return [{"case_reference": case.reference, "site": site, "part": part} for site, part in sorted(parts)]


def _causes(case: Case) -> tuple[str, ...]:
    return () if case.analysis is None else case.analysis.causes


def cause_rows(case: Case) -> list[StatementRow]:
    """Return a row for each family among the causes of a case."""
    return [{"case_reference": case.reference, "family": family} for family in sorted(set(_causes(case)))]


def own_rows(case: Case) -> list[StatementRow]:
    """Return a row for each value of a case that a fact of its edition has and that is neither personal nor a text."""
    own = case.facts.own
    return [_own_row(case.reference, name, text, own[name]) for name, text in own.searched().items()]


def _own_row(reference: str, name: str, text: str, value: OwnValue) -> StatementRow:
    found = comparable(value)
    number, day = (found if isinstance(found, kind) else None for kind in (float, date))
    return {"case_reference": reference, "name": name, "value": text, "number": number, "day": day}


_PERIOD_FIELDS: Final = {
    "case_reference" if name == "reference" else name: name for name in PERIOD_TYPES if name != "count"
}
"""The fields of what a case was known to be, by the columns of `CASE_PERIODS`."""
_OF_PERIOD: Final = attrgetter(*_PERIOD_FIELDS.values())
_PERIODS: Final = tuple(
    (name, _joined if cls is tuple else code)
    for name, cls in PERIOD_TYPES.items()
    if issubclass(cls, LabelledEnum | tuple)
)
"""The fields of a row of `CASE_PERIODS` that are stored as texts, each with the function that returns it."""


def period_rows(case: Case, other: Case | None) -> list[StatementRow]:
    """Return the rows of what a case was known to be, those that it adds to an earlier version of it."""
    if other is not None and other.version > case.version:
        return []
    return [stored_period(period) for period in later_periods(case, other)]


def stored_period(period: CasePeriod) -> StatementRow:
    """Return the row of `CASE_PERIODS` of what a case was known to be."""
    row: StatementRow = dict(zip(_PERIOD_FIELDS, _OF_PERIOD(period), strict=True))
    for name, write in _PERIODS:
        row[name] = write(row[name])
    return row


def search_rows(case: Case) -> list[StatementRow]:
    """Return the row that a case is searched and listed by; none if it has no texts."""
    words, shown = indexed_words(case), {one.name: one(case) for one in _TEXTS}
    if not words and not any(shown.values()):
        return []
    words += site_entries(sites_of(case))
    return [{"case_reference": case.reference, "words": f" {' '.join(words)} ", **shown}]


def _changed_search_rows(case: Case, other: Case | None) -> list[StatementRow]:
    """Return the row that a case is searched by, without it if another version has the same texts and sites.

    The row of the earlier version has its key alone: its words are in the database, which updates or deletes it.
    """
    if other is None:
        return search_rows(case)
    if _sites(case) == _sites(other) and _have_same_texts(case, other):
        return []
    return [{"case_reference": case.reference}] if case.version < other.version else search_rows(case)


def _have_same_texts(case: Case, other: Case) -> bool:
    """Return True if two versions of a case are searched by the same texts: none came, and none was forgotten."""
    before, after = sorted((case, other), key=lambda one: one.version)
    return (
        before.assigned_to == after.assigned_to
        and before.vault.by_digest().keys() <= after.vault.by_digest().keys()
        and not any(commitments(event.data) for event in after.events[before.version :])
    )


def plan_projections(plan: Pgaac | PlanPart, other: Pgaac | PlanPart | None) -> dict[Table, list[StatementRow]]:
    """Return the actions and the published plans of a plan.

    Args:
        plan: the plan.
        other: another version of it, whose equal actions and publications are left out; None for all.
    """
    owner = {"scope": plan.scope.key}
    known = {} if other is None else {action.reference: action for action in other.actions}
    actions = [action for action in plan.actions if known.get(action.reference) != action]
    served = [(action.reference, case) for action in actions for case in action.cases]
    before = 0 if other is None else len(other.publications or ())
    published = [edition for edition in plan.published_plans if edition.number > before]
    return {
        ACTIONS: [owner | action_row(action) for action in actions],
        ACTION_CASES: [owner | {"action": action, "case_reference": case} for action, case in sorted(served)],
        PUBLISHED_PLANS: list(map(_published_row, published)),
        PUBLISHED_LINES: [row for edition in published for row in _line_rows(edition)],
    }


def action_row(action: Action) -> StatementRow:
    """Return the columns of an action, current or in a published plan, without its plan."""
    judgement, abandonment = action.judgement, action.abandonment
    return {
        "reference": action.reference,
        "type": code(action.type),
        "origin": code(action.origin),
        "origin_reference": action.origin_reference,
        "process": action.process,
        "site": action.site,
        "level": code(action.level),
        "level_rank": rank(action.level),
        "cause_family": action.cause_family,
        "priority": code(action.priority),
        "priority_rank": action.priority.rank,
        "status": code(action.status),
        "added_at": action.added,
        "planned_on": action.planned,
        "started_at": action.started,
        "done_at": action.done,
        "check_on": action.check_on,
        "effectiveness": code(action.effectiveness),
        "judged_at": None if judgement is None else judgement.at,
        "closed_at": action.closed,
        "abandoned_at": None if abandonment is None else abandonment.at,
        "reopenings": len(action.reopenings),
        "what": _digest(action.what),
        "owner": _digest(action.owner),
        "cause": _digest(action.cause),
        "criterion": _digest(action.criterion),
    }


def _digest(text: object) -> str | None:
    return text.digest if isinstance(text, Commitment) else None


def _published_row(edition: PublishedPlan) -> StatementRow:
    return {
        "scope": edition.scope.key,
        "number": edition.number,
        "published_at": edition.published_at,
        "recipients": "\n".join(edition.recipients),
    }


def _line_rows(edition: PublishedPlan) -> Iterator[StatementRow]:
    for line in edition.lines:
        place = {"scope": edition.scope.key, "number": edition.number, "line_scope": line.scope.key}
        yield place | action_row(line.action)


# Corrupt documents

DOCUMENT: Final = Wording("document illisible", "no document")
EVENT_STREAM: Final = Wording("l'historique", "the history")
TEXT: Final = Wording("un texte", "a text")
LAST_LINK: Final = Wording("le lien de son dernier événement", "the link of its last event")

_NO_KEY: Final = Wording("une référence ou un périmètre n'est pas du texte", "a reference or a scope is no text")


def require_key(stored: object, database: str) -> str:
    """Return the key of a case or a plan as it is stored.

    Raises:
        StoreDamagedError: it is not text, so that no error could name it and no page could go on after it.
    """
    if not isinstance(stored, str):
        raise StoreDamagedError.of(database, _NO_KEY)
    return stored


def within(fr: str, en: str, fault: Wording) -> Wording:
    """Return a fault after its place."""
    return Wording(f"{fr} : {fault.fr}", f"{en}: {fault.en}")


def fault_of(document: str, read: Callable[[Any], object]) -> Wording | None:
    """Return the paths of a document's faults; None if it can be read."""
    try:
        document.encode()
        read(json.loads(document))
    except FaultsError as error:
        paths = ", ".join(fault.path for fault in error.faults)
        return Wording(paths, paths)
    except (ValueError, TypeError, KeyError, RecursionError):
        return DOCUMENT
    return None


def fault_among(documents: str, read: Callable[[Any], object]) -> Wording | None:
    """Return the first event that cannot be read among documents separated by line feeds; None if all can."""
    for number, document in enumerate(documents.split("\n") if documents else (), 1):
        fault = fault_of(document, read)
        if fault is not None:
            return within(f"événement {number}", f"event {number}", fault)
    return None
