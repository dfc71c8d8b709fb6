"""The plans as a unit of work sees them: those committed, those it wrote in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Select, Text, any_, bindparam, cast, func, literal_column, select

from reclamation_core.adapters.pending_writes import Noted, Waiting
from reclamation_core.adapters.sqlalchemy.beside import astray_of_plan
from reclamation_core.adapters.sqlalchemy.case_rows import texts_of as vault_of
from reclamation_core.adapters.sqlalchemy.damage import THE_STORY, key_of, within
from reclamation_core.adapters.sqlalchemy.database import Database, Question
from reclamation_core.adapters.sqlalchemy.plan_rows import PlanBase, StoredPart, StoredPlan
from reclamation_core.adapters.sqlalchemy.stories import events_of, raw, raw_instant, texts_of
from reclamation_core.adapters.sqlalchemy.tables import ACTION_CASES, ACTIONS, PLAN_EVENTS, PLAN_TEXTS, PLANS
from reclamation_core.cases import Vault
from reclamation_core.cases.checks import keepable
from reclamation_core.documents import canonical_json
from reclamation_core.plans import Effectiveness, Pgaac, PlanPart
from reclamation_core.ports import ConcurrentChangeError, PlanNotFoundError, PlanRepository, StoreDamagedError


def _among(column: Column[Any], name: str, backend: str) -> ColumnElement[bool]:
    """Whether a column is among the texts of a JSON list that a statement is given as a parameter."""
    given = bindparam(name, type_=Text())
    if backend == "sqlite":
        return column.in_(select(literal_column("value")).select_from(func.json_each(given)))
    texts = select(func.json_array_elements_text(cast(given, JSON))).scalar_subquery()
    return column == any_(func.array(texts))  # an array is looked up in the index, a subquery joined to all the rows


class PlanQuestions:
    """What is asked of the committed plans, compiled once for a database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @cached_property
    def _by_scope(self) -> Question:
        wanted = select(
            PLANS.c.scope,
            PLANS.c.version,
            raw(PLANS.c.link, self.database.backend),
            events_of(PLAN_EVENTS, PLAN_EVENTS.c.scope, PLANS.c.scope, self.database.backend),
            texts_of(PLAN_TEXTS, PLAN_TEXTS.c.scope, PLANS.c.scope, self.database.backend),
        )
        return self.database.question(wanted.where(PLANS.c.scope == bindparam("scope")))

    def by_scope(self, scope: str) -> PlanBase[Pgaac] | None:
        """The committed plan of a scope."""
        row = self.database.ask(self._by_scope, {"scope": scope})
        return None if row is None else StoredPlan(*row).read(self.database.name)

    @cached_property
    def _by_action(self) -> Question:
        """The head of a plan, and the events of some actions: a JSON list of their references."""
        backend = self.database.backend
        named = _among(PLAN_EVENTS.c.action, "actions", backend)
        mine = PLAN_EVENTS.c.scope == PLANS.c.scope
        last = select(raw_instant(PLAN_EVENTS.c.recorded_at, backend))
        last = last.where(mine, PLAN_EVENTS.c.number == PLANS.c.version)
        wanted = select(
            PLANS.c.scope,
            PLANS.c.version,
            raw(PLANS.c.link, backend),
            last.correlate(PLANS).scalar_subquery(),
            events_of(PLAN_EVENTS, PLAN_EVENTS.c.scope, PLANS.c.scope, backend, named),
        )
        return self.database.question(wanted.where(PLANS.c.scope == bindparam("scope")))

    @cached_property
    def _by_digest(self) -> Question:
        """Some texts of a plan: a JSON list of their digests."""
        backend = self.database.backend
        named = _among(PLAN_TEXTS.c.digest, "digests", backend)
        texts = texts_of(PLAN_TEXTS, PLAN_TEXTS.c.scope, bindparam("scope"), backend, named)
        return self.database.question(select(texts))

    def by_actions(self, scope: str, actions: frozenset[str]) -> PlanBase[PlanPart] | None:
        """The part of a committed plan that some actions need.

        The texts are asked for after the events. A text that is forgotten in between is missing from the part; the plan
        then has another version, so that nothing decided on it can be committed.

        Raises:
            StoreDamagedError: it cannot be read.
        """
        row = self.database.ask(self._by_action, {"scope": scope, "actions": canonical_json(sorted(actions))})
        if row is None:
            return None
        stored = StoredPart(*row)
        try:
            events = stored.decoded_events()
            digests = sorted({commitment.digest for event in events for commitment in event.texts()})
            return stored.read(events, actions, self._texts(scope, digests))
        except (ValueError, TypeError, KeyError, RecursionError):
            self.by_scope(scope)  # the whole plan names what is damaged, and where
        raise StoreDamagedError.of(self.database.name, within(f"plan {scope!r}", f"plan {scope!r}", THE_STORY), scope)

    def _texts(self, scope: str, digests: list[str]) -> Vault:
        if not digests:
            return Vault()
        (texts,) = self.database.ask(self._by_digest, {"scope": scope, "digests": canonical_json(digests)})
        return vault_of(texts)

    def scopes(self) -> list[str]:
        """The scopes of the committed plans."""
        return self._keys(select(PLANS.c.scope))

    def known_scopes(self) -> list[str]:
        """The scopes that events of a committed plan are of."""
        return self._keys(select(PLAN_EVENTS.c.scope).distinct())

    def _keys(self, asked: Select[Any]) -> list[str]:
        return [key_of(row[0], self.database.name) for row in self.database.rows(asked)]

    def serving(self, case: str) -> list[str]:
        """The scopes of the committed plans with an action that serves a case."""
        named = select(ACTION_CASES.c.scope).distinct().where(ACTION_CASES.c.case_reference == case)
        return [row[0] for row in self.database.rows(named)] if keepable(case) else []

    def effective_on(self, families: frozenset[str]) -> list[str]:
        """The scopes of the committed plans with an action on these causes that was judged effective."""
        effective = ACTIONS.c.effectiveness == Effectiveness.EFFECTIVE.value
        named = select(ACTIONS.c.scope).distinct().where(effective, ACTIONS.c.cause_family.in_(sorted(families)))
        return [row[0] for row in self.database.rows(named)]


class SqlAlchemyPlans(PlanRepository):
    """The plans as a unit of work sees them."""

    def __init__(self, questions: PlanQuestions) -> None:
        self._questions = questions
        self._loaded: dict[str, PlanBase[Pgaac]] = {}
        self._parts: dict[str, tuple[frozenset[str], PlanBase[PlanPart]]] = {}
        self.waiting: Waiting[Pgaac | PlanPart] = Waiting()
        self.bases: dict[str, PlanBase[Pgaac] | PlanBase[PlanPart]] = {}
        self.expected = Noted()

    def add(self, plan: Pgaac) -> None:
        taken = self._seen(plan.scope.key)
        self.waiting.add(plan.scope.key, plan, None if taken is None else taken.version)

    def save(self, plan: Pgaac, expected: int) -> None:
        scope = plan.scope.key
        if scope in self.waiting.written:
            self.waiting.save(scope, plan, expected, self.get(scope).version)
            return
        base = self._loaded.get(scope)
        # What was loaded at that version in this unit need not be asked for again: the commit looks.
        if base is None or base.plan.version != expected:
            base = self._stored(scope)
        if base is None:
            raise PlanNotFoundError(scope)
        self.waiting.save(scope, plan, expected, base.plan.version)
        self.bases[scope] = base

    def part(self, scope: str, actions: Iterable[str]) -> PlanPart:
        if scope in self.waiting.written:
            return super().part(scope, actions)
        base = self._stored_part(scope, frozenset(actions))
        if base is None:
            raise PlanNotFoundError(scope)
        return base.plan

    def extend(self, part: PlanPart, expected: int) -> None:
        scope, needed = part.scope.key, frozenset(action.reference for action in part.actions)
        if scope in self.waiting.written:
            super().extend(part, expected)
            return
        actions, base = self._parts.get(scope, (frozenset(), None))
        if base is None or base.plan.version != expected or not needed <= actions:
            base = self._stored_part(scope, needed)
        if base is None:
            raise PlanNotFoundError(scope)
        self.waiting.save(scope, part, expected, base.plan.version)
        self.bases[scope] = base

    def _stored_part(self, scope: str, actions: frozenset[str]) -> PlanBase[PlanPart] | None:
        base = self._questions.by_actions(scope, actions)
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
        found = self._among(self._questions.serving(case))
        return tuple(plan for plan in found if plan.serves(case))

    def effective_on(self, families: Iterable[str]) -> tuple[Pgaac, ...]:
        wanted = frozenset(families)
        found = self._among(self._questions.effective_on(wanted)) if wanted else iter(())
        return tuple(plan for plan in found if plan.is_effective_on(wanted))

    def find_inconsistencies(self, plan: Pgaac) -> tuple[str, ...]:
        return astray_of_plan(self._questions.database, plan)

    def _among(self, scopes: Iterable[str]) -> Iterator[Pgaac]:
        """The plans of these scopes, and those written here, as they are here."""
        return (self.get(scope) for scope in sorted({*self.waiting.written, *scopes}))

    def scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.waiting.written, *self._questions.scopes()}))

    def known_scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.scopes(), *self._questions.known_scopes()}))

    def _seen(self, scope: str) -> Pgaac | None:
        if scope in self.waiting.written:
            expected, plan = self.waiting.written[scope]
            return self._whole(expected, plan) if isinstance(plan, PlanPart) else plan
        base = self._stored(scope)
        return None if base is None else base.plan

    def _whole(self, expected: int, part: PlanPart) -> Pgaac:
        """The whole plan of which this unit wrote a part; it is written whole from then on."""
        scope = part.scope.key
        base = self._stored(scope)
        found = 0 if base is None else base.plan.version
        if base is None or found != expected:
            raise ConcurrentChangeError(scope, expected, found)
        plan = base.plan.extended_by(part)
        self.waiting.written[scope], self.bases[scope] = (expected, plan), base
        return plan

    def _stored(self, scope: str) -> PlanBase[Pgaac] | None:
        base = self._questions.by_scope(scope)
        if base is not None:
            self._loaded[scope] = base
        return base
