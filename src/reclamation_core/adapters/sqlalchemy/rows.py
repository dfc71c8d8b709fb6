"""Cases and plans as rows: the columns of each table, computed from the aggregate that its events give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table

from reclamation_core.adapters.sqlalchemy.statements import StatementRow
from reclamation_core.adapters.sqlalchemy.tables import (
    ACTION_CASES,
    ACTIONS,
    CASE_CAUSES,
    CASE_SITES,
    EDITION_LINES,
    EDITIONS,
)
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, Commitment
from reclamation_core.cases.documents import STATE_VERSION, state_document
from reclamation_core.codes import LabelledEnum, OrderedEnum
from reclamation_core.documents import canonical_json
from reclamation_core.plans import Action, Pgaac, PlanPart, PublishedPlan


def code(member: object) -> str | None:
    """Return the code of a member; None for what is unknown or absent."""
    return member.value if isinstance(member, LabelledEnum) else None


def rank(member: OrderedEnum | None) -> int | None:
    """Return the rank of a member in its order."""
    return None if member is None else member.rank


def case_row(case: Case) -> StatementRow:
    """Return the row of a case without its link."""
    verdict, facts, deadline = case.verdict, case.facts, case.deadline
    cycle = case.answer_cycles[-1] if case.answer_cycles else None
    return {
        "reference": case.reference,
        "kind": code(case.kind),
        "state": code(case.state),
        "state_rank": case.state.rank,
        "level": code(case.level),
        "level_rank": case.level.rank,
        "band": code(verdict.band),
        "band_rank": rank(verdict.band),
        "complexity": code(verdict.complexity),
        "complexity_rank": rank(verdict.complexity),
        "eligibility": code(case.eligibility),
        "channel": code(getattr(facts, "channel", None)),
        "complainant": code(getattr(facts, "complainant", None)),
        "nature": code(getattr(facts, "nature", None)),
        "site": case.site,
        "handling_unit": case.handling_unit,
        "source": case.source,
        "edition": case.edition,
        "received_at": case.received_at,
        "received_on": BusinessCalendar(case.calendar).day_of(case.received_at),
        "due_on": None if deadline is None else deadline.due,
        "awaited_on": case.awaited_on,
        "answered_at": None if cycle is None else cycle.answered_at,
        "closed_at": case.closed_at,
        "closing_reason": None if case.closure is None else code(case.closure.reason),
        "anonymised_at": case.anonymised_at,
        "version": case.version,
        "fold": STATE_VERSION,
        "document": canonical_json(state_document(case)),
    }


def case_projections(case: Case) -> dict[Table, list[StatementRow]]:
    """Return the sites and the cause families of a case."""
    parts = {(site, "service") for site in case.service_sites}
    parts |= {(case.site, "registering"), (case.handling_unit, "handling")}
    families = set() if case.analysis is None else set(case.analysis.causes)
    owner = {"case_reference": case.reference}
    return {
        CASE_SITES: [owner | {"site": site, "part": part} for site, part in sorted(parts)],
        CASE_CAUSES: [owner | {"family": family} for family in sorted(families)],
    }


def plan_row(plan: Pgaac | PlanPart) -> StatementRow:
    """Return the row of a plan without its link."""
    scope = plan.scope
    return {
        "scope": scope.key,
        "kind": code(scope.kind),
        "kind_rank": scope.kind.rank,
        "code": scope.code,
        "version": plan.version,
    }


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
    published: Iterable[PublishedPlan] = ()
    if isinstance(plan, Pgaac) and not isinstance(other, PlanPart):
        published = plan.editions if other is None else plan.editions[len(other.editions) :]
    return {
        ACTIONS: [owner | action_row(action) for action in actions],
        ACTION_CASES: [owner | {"action": action, "case_reference": case} for action, case in sorted(served)],
        EDITIONS: list(map(_published_row, published)),
        EDITION_LINES: [row for edition in published for row in _line_rows(edition)],
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


def _digest(text: Any) -> str | None:
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
