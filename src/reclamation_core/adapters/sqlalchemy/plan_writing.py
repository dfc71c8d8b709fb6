"""Writing plans: what is new of each against what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import takewhile

import attrs

from reclamation_core.adapters.sqlalchemy import plan_rows as rows
from reclamation_core.adapters.sqlalchemy.case_rows import Row
from reclamation_core.adapters.sqlalchemy.plan_rows import PlanBase
from reclamation_core.adapters.sqlalchemy.steps import Step
from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    EDITION_LINES,
    EDITIONS,
    PLAN_EVENTS,
    PLAN_TEXTS,
    PLANS,
)
from reclamation_core.adapters.sqlalchemy.writing import Writer
from reclamation_core.plans import Action, Pgaac, PlanPart, PublishedPlan


@attrs.frozen(slots=False)  # keeps what it works out
class PlanChange:
    """A plan, or a part of it, to be written: as it is stored, without an event where it is new, and as it is to be."""

    base: PlanBase[Pgaac] | PlanBase[PlanPart]
    plan: Pgaac | PlanPart

    @property
    def known(self) -> int:
        """How many of its events are stored."""
        return self.base.plan.version

    @cached_property
    def events(self) -> list[Row]:
        """The rows of its new events, chained to those that are stored."""
        new = [*takewhile(lambda event: event.number > self.known, reversed(self.plan.events))]
        return list(rows.event_rows(reversed(new), self.base.link))

    @property
    def row(self) -> Row:
        """Its row."""
        return rows.plan_row(self.plan) | {"link": self.events[-1]["link"]}

    @property
    def scope(self) -> str:
        """The key of its scope."""
        return self.plan.scope.key

    def actions(self) -> Iterator[tuple[Action | None, Action]]:
        """The actions that are new or changed, each with what is stored of it."""
        before = {action.reference: action for action in self.base.plan.actions}
        for action in self.plan.actions:
            if before.get(action.reference) != action:
                yield before.get(action.reference), action

    def editions(self) -> tuple[PublishedPlan, ...]:
        """The editions that are new; a part of a plan makes none."""
        if isinstance(self.plan, PlanPart) or isinstance(self.base.plan, PlanPart):
            return ()
        return self.plan.editions[len(self.base.plan.editions) :]

    def served(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """The cases served, each with the action: those to be put in, those to be taken out."""
        before, after = _served(self.base.plan), _served(self.plan)
        return after - before, before - after


def _served(plan: Pgaac | PlanPart) -> set[tuple[str, str]]:
    return {(action.reference, case) for action in plan.actions for case in action.cases}


def changes(
    written: Mapping[str, tuple[int, Pgaac | PlanPart]], bases: Mapping[str, PlanBase[Pgaac] | PlanBase[PlanPart]]
) -> list[PlanChange]:
    """What a unit of work wrote, in the order of the scopes, so that no two units wait for each other."""
    plans = [written[scope][1] for scope in sorted(written)]
    return [PlanChange(bases.get(plan.scope.key) or PlanBase.of_new(plan.scope), plan) for plan in plans]


def steps(writer: Writer, changed: list[PlanChange]) -> Iterator[Step]:
    """What writes plans."""
    new = [change for change in changed if change.known == 0]
    old = [change for change in changed if change.known > 0]
    yield from writer.insert(PLANS, (change.row for change in new))
    yield from writer.update(PLANS, ((change.known, change.row) for change in old))
    for change in changed:
        yield from writer.insert(PLAN_EVENTS, change.events)
        yield from _text_steps(writer, change)
        yield from _action_steps(writer, change)
        yield from _edition_steps(writer, change)


def fold_steps(writer: Writer, bases: list[PlanBase[Pgaac]]) -> Iterator[Step]:
    """What writes anew all that follows from the events of plans that are stored, as they are."""
    plans = [base.plan for base in bases]
    scopes = [{"scope": plan.scope.key} for plan in plans]
    given = ((base.plan.version, rows.plan_row(base.plan) | {"link": base.link}) for base in bases)
    yield from writer.update(PLANS, given)
    for table in (ACTIONS, ACTION_CASES, EDITION_LINES, EDITIONS):
        yield from writer.clear(table, scopes)
    for plan in plans:
        change = PlanChange(PlanBase.of_new(plan.scope), plan)
        yield from _action_steps(writer, change)
        yield from _edition_steps(writer, change)


def _text_steps(writer: Writer, change: PlanChange) -> Iterator[Step]:
    before, after = change.base.plan.vault.by_digest(), change.plan.vault.by_digest()
    yield from writer.insert(PLAN_TEXTS, rows.text_rows(change.plan, before))
    gone = (digest for digest in before if digest not in after)
    yield from writer.delete(PLAN_TEXTS, ({"scope": change.scope, "digest": digest} for digest in gone))


def _action_steps(writer: Writer, change: PlanChange) -> Iterator[Step]:
    scope, touched = {"scope": change.scope}, list(change.actions())
    replaced = (scope | {"reference": action.reference} for before, action in touched if before is not None)
    yield from writer.delete(ACTIONS, replaced)
    yield from writer.insert(ACTIONS, (scope | rows.action_row(action) for _, action in touched))
    new, gone = change.served()
    yield from writer.insert(ACTION_CASES, (_served_row(change.scope, key) for key in sorted(new)))
    yield from writer.delete(ACTION_CASES, (_served_row(change.scope, key) for key in sorted(gone)))


def _served_row(scope: str, key: tuple[str, str]) -> Row:
    return {"scope": scope, "action": key[0], "case_reference": key[1]}


def _edition_steps(writer: Writer, change: PlanChange) -> Iterator[Step]:
    editions = change.editions()
    yield from writer.insert(EDITIONS, map(rows.edition_row, editions))
    yield from writer.insert(EDITION_LINES, (row for edition in editions for row in rows.line_rows(edition)))
