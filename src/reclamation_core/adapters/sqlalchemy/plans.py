"""The plans as a unit of work sees them: those committed, those it wrote in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from sqlalchemy import Select, bindparam, select

from reclamation_core.adapters.sqlalchemy.beside import astray_of_plan
from reclamation_core.adapters.sqlalchemy.damage import key_of
from reclamation_core.adapters.sqlalchemy.database import Database, Question
from reclamation_core.adapters.sqlalchemy.plan_rows import PlanBase, StoredPlan
from reclamation_core.adapters.sqlalchemy.stories import events_of, raw, texts_of
from reclamation_core.adapters.sqlalchemy.tables import ACTION_CASES, ACTIONS, PLAN_EVENTS, PLAN_TEXTS, PLANS
from reclamation_core.adapters.waiting import Waiting
from reclamation_core.cases.checks import keepable
from reclamation_core.cases.plans import Effectiveness, Pgaac
from reclamation_core.ports import PlanNotFoundError, PlanRepository


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

    def by_scope(self, scope: str) -> PlanBase | None:
        """The committed plan of a scope."""
        row = self.database.ask(self._by_scope, {"scope": scope})
        return None if row is None else StoredPlan(*row).read(self.database.name)

    def scopes(self) -> list[str]:
        """The scopes of the committed plans."""
        return self._keys(select(PLANS.c.scope))

    def told(self) -> list[str]:
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
        self._loaded: dict[str, PlanBase] = {}
        self.waiting: Waiting[Pgaac] = Waiting()
        self.bases: dict[str, PlanBase] = {}

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

    def astray(self, plan: Pgaac) -> tuple[str, ...]:
        return astray_of_plan(self._questions.database, plan)

    def _among(self, scopes: Iterable[str]) -> Iterator[Pgaac]:
        """The plans of these scopes, and those written here, as they are here."""
        return (self.get(scope) for scope in sorted({*self.waiting.written, *scopes}))

    def scopes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.waiting.written, *self._questions.scopes()}))

    def told(self) -> tuple[str, ...]:
        return tuple(sorted({*self.scopes(), *self._questions.told()}))

    def _seen(self, scope: str) -> Pgaac | None:
        written = self.waiting.written.get(scope)
        if written is not None:
            return written[1]
        base = self._stored(scope)
        return None if base is None else base.plan

    def _stored(self, scope: str) -> PlanBase | None:
        base = self._questions.by_scope(scope)
        if base is not None:
            self._loaded[scope] = base
        return base
