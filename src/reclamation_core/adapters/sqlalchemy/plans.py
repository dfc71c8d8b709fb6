"""The plans of a unit of work: those committed in the database, and its pending writes in their place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from reclamation_core.adapters.pending_writes import ExpectedVersions, PendingWrites
from reclamation_core.adapters.sqlalchemy.consistency import wrong_tables
from reclamation_core.adapters.sqlalchemy.corruption import EVENT_STREAM, require_key
from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.mapper import PLAN_MAPPER, READ_ERRORS, AnyPlan, StoredSnapshot, read_texts
from reclamation_core.adapters.sqlalchemy.stream_queries import (
    decode,
    events_of,
    is_among,
    raw,
    raw_instant,
    texts_of,
)
from reclamation_core.adapters.sqlalchemy.tables import ACTION_CASES, ACTIONS, PLAN_EVENTS, PLAN_TEXTS, PLANS
from reclamation_core.documents import canonical_json
from reclamation_core.plans import Effectiveness, Pgaac, PlanEventStreamError, PlanPart, PlanScope
from reclamation_core.ports import ConcurrentChangeError, PlanNotFoundError, PlanRepository
from reclamation_core.validators import is_storable


class PlanQueries:
    """The queries for committed plans, each built once for a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        backend = database.backend
        self._by_scope = PLAN_MAPPER.select(PLANS, backend).where(PLANS.c.scope == bindparam("scope"))
        mine = PLAN_EVENTS.c.scope == PLANS.c.scope
        recorded_at = select(raw_instant(PLAN_EVENTS.c.recorded_at, backend)).where(
            mine, PLAN_EVENTS.c.number == PLANS.c.version
        )
        of_actions = is_among(PLAN_EVENTS.c.action, "actions", backend)
        self._by_actions = select(
            PLANS.c.version,
            raw(PLANS.c.link, backend),
            recorded_at.correlate(PLANS).scalar_subquery(),
            events_of(PLAN_EVENTS, PLAN_EVENTS.c.scope, PLANS.c.scope, backend, of_actions),
        ).where(PLANS.c.scope == bindparam("scope"))
        named = is_among(PLAN_TEXTS.c.digest, "digests", backend)
        self._texts = select(texts_of(PLAN_TEXTS, PLAN_TEXTS.c.scope, bindparam("scope"), backend, named))

    def by_scope(self, scope: str) -> StoredSnapshot[Pgaac] | None:
        """Return the committed plan of a scope."""
        row = self.database.first(self._by_scope, {"scope": scope})
        stored: Any = None if row is None else PLAN_MAPPER.read(row, self.database.name)
        return stored  # type: ignore[no-any-return]  # a whole plan

    def by_actions(self, scope: str, actions: frozenset[str]) -> StoredSnapshot[PlanPart] | None:
        """Return the part of a committed plan that some actions need.

        The texts are read after the events. If a text is forgotten in between, it is missing from the part; the plan
        then has another version, so that nothing decided on the part can be committed.

        Raises:
            StoreDamagedError: it is corrupt.
        """
        row = self.database.first(self._by_actions, {"scope": scope, "actions": canonical_json(sorted(actions))})
        if row is None:
            return None
        try:
            return self._part(scope, actions, row)
        except READ_ERRORS:
            self.by_scope(scope)  # the whole plan names the corrupt document
        raise PLAN_MAPPER.corrupted(self.database.name, scope, EVENT_STREAM)

    def _part(self, scope: str, actions: frozenset[str], row: Any) -> StoredSnapshot[PlanPart]:
        version, last, recorded_at, stored = row
        documents = json.loads(f"[{decode(stored or '')}]")
        events = tuple(map(PLAN_MAPPER.read_event, sorted(documents, key=lambda document: document["number"])))
        plan = PlanScope.parse(scope)
        if recorded_at is None or any(getattr(event.data, "action", None) not in actions for event in events):
            raise PlanEventStreamError(plan, version, plan, version, "an event is missing, or of another action")
        digests = sorted({text.digest for event in events for text in event.texts()})
        texts = self.database.first(self._texts, {"scope": scope, "digests": canonical_json(digests)})[0]
        part = PlanPart.from_events(
            plan, version, _instant(recorded_at), events, read_texts(texts if digests else None)
        )
        return StoredSnapshot(part, decode(last))

    def scopes(self) -> list[str]:
        """Return the scopes of the committed plans."""
        return self._keys(select(PLANS.c.scope))

    def known_scopes(self) -> list[str]:
        """Return the scopes that have committed events."""
        return self._keys(select(PLAN_EVENTS.c.scope).distinct())

    def _keys(self, statement: Select[Any]) -> list[str]:
        return [require_key(row[0], self.database.name) for row in self.database.rows(statement)]

    def serving(self, case: str) -> list[str]:
        """Return the scopes of the committed plans with an action that serves a case."""
        named = select(ACTION_CASES.c.scope).distinct().where(ACTION_CASES.c.case_reference == case)
        return [row[0] for row in self.database.rows(named)] if is_storable(case) else []

    def effective_on(self, families: frozenset[str]) -> list[str]:
        """Return the scopes of the committed plans with an effective action on one of these cause families."""
        effective = ACTIONS.c.effectiveness == Effectiveness.EFFECTIVE.value
        named = select(ACTIONS.c.scope).distinct().where(effective, ACTIONS.c.cause_family.in_(sorted(families)))
        return [row[0] for row in self.database.rows(named)]


def _instant(stored: bytes | datetime) -> datetime:
    """Return an instant from the driver's form: SQLite stores the text of an instant in UTC."""
    if isinstance(stored, datetime):
        return stored.astimezone(UTC)
    return datetime.fromisoformat(stored.decode()).replace(tzinfo=UTC)


class SqlAlchemyPlans(PlanRepository):
    """The plans of a unit of work.

    Attributes:
        pending: its pending writes.
        bases: by scope, the stored snapshots of the plans that it changed.
        expected: the versions of the plans that it read and expects.
    """

    def __init__(self, queries: PlanQueries) -> None:
        self._queries = queries
        self._loaded: dict[str, StoredSnapshot[Pgaac]] = {}
        self._parts: dict[str, tuple[frozenset[str], StoredSnapshot[PlanPart]]] = {}
        self.pending: PendingWrites[AnyPlan] = PendingWrites()
        self.bases: dict[str, StoredSnapshot[Any]] = {}
        self.expected = ExpectedVersions()

    def add(self, plan: Pgaac) -> None:
        taken = self._seen(plan.scope.key)
        self.pending.add(plan.scope.key, plan, None if taken is None else taken.version)

    def save(self, plan: Pgaac, expected: int) -> None:
        scope = plan.scope.key
        if scope in self.pending.written:
            self.pending.save(scope, plan, expected, self.get(scope).version)
            return
        base = self._loaded.get(scope)
        # A plan that this unit loaded at that version is not loaded again: the commit compares the versions.
        if base is None or base.aggregate.version != expected:
            base = self._stored(scope)
        if base is None:
            raise PlanNotFoundError(scope)
        self.pending.save(scope, plan, expected, base.aggregate.version)
        self.bases[scope] = base

    def part(self, scope: str, actions: Iterable[str]) -> PlanPart:
        if scope in self.pending.written:
            return super().part(scope, actions)
        base = self._stored_part(scope, frozenset(actions))
        if base is None:
            raise PlanNotFoundError(scope)
        return base.aggregate

    def extend(self, part: PlanPart, expected: int) -> None:
        scope, needed = part.scope.key, frozenset(action.reference for action in part.actions)
        if scope in self.pending.written:
            super().extend(part, expected)
            return
        actions, base = self._parts.get(scope, (frozenset(), None))
        if base is None or base.aggregate.version != expected or not needed <= actions:
            base = self._stored_part(scope, needed)
        if base is None:
            raise PlanNotFoundError(scope)
        self.pending.save(scope, part, expected, base.aggregate.version)
        self.bases[scope] = base

    def _stored_part(self, scope: str, actions: frozenset[str]) -> StoredSnapshot[PlanPart] | None:
        base = self._queries.by_actions(scope, actions)
        if base is not None:
            self._parts[scope] = actions, base
        return base

    def expect(self, *plans: Pgaac) -> None:
        self.expected.expect(*plans)

    def get(self, scope: str) -> Pgaac:
        plan = self._seen(scope)
        if plan is None:
            raise PlanNotFoundError(scope)
        return plan

    def serving(self, case: str) -> tuple[Pgaac, ...]:
        found = self._among(self._queries.serving(case))
        return tuple(plan for plan in found if plan.serves(case))

    def effective_on(self, families: Iterable[str]) -> tuple[Pgaac, ...]:
        wanted = frozenset(families)
        found = self._among(self._queries.effective_on(wanted)) if wanted else iter(())
        return tuple(plan for plan in found if plan.is_effective_on(wanted))

    def find_inconsistencies(self, plan: Pgaac) -> tuple[str, ...]:
        return wrong_tables(self._queries.database, PLAN_MAPPER, plan)

    def _among(self, scopes: Iterable[str]) -> Iterator[Pgaac]:
        """Yield the plans of these scopes and the pending ones."""
        return (self.get(scope) for scope in sorted({*self.pending.written, *scopes}))

    def scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.pending.written, *self._queries.scopes()}))

    def known_scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.scopes(), *self._queries.known_scopes()}))

    def _seen(self, scope: str) -> Pgaac | None:
        if scope in self.pending.written:
            expected, plan = self.pending.written[scope]
            return self._whole(expected, plan) if isinstance(plan, PlanPart) else plan
        base = self._stored(scope)
        return None if base is None else base.aggregate

    def _whole(self, expected: int, part: PlanPart) -> Pgaac:
        """Return the whole plan of a pending part; from now on the plan is pending as a whole."""
        scope = part.scope.key
        base = self._stored(scope)
        found = 0 if base is None else base.aggregate.version
        if base is None or found != expected:
            raise ConcurrentChangeError(scope, expected, found)
        plan = base.aggregate.extended_by(part)
        self.pending.written[scope], self.bases[scope] = (expected, plan), base
        return plan

    def _stored(self, scope: str) -> StoredSnapshot[Pgaac] | None:
        base = self._queries.by_scope(scope)
        if base is not None:
            self._loaded[scope] = base
        return base
