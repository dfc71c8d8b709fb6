"""The declared examples of events: the case or the plan that each is possible on, and its data."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, CaseCommand, DecisionContext, RecordedEvent, apply, handle_command
from reclamation_core.cases.aggregate import AggregateCommand, EventRegistry, StreamEnd, record, with_event
from reclamation_core.cases.events import CASE_EVENTS, Registered
from reclamation_core.cases.events.base import example_policy
from reclamation_core.plans import Pgaac, PlanScope
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.testing._plan_history import Signer, plan_after
from reclamation_core.vocabulary import Role

_HOUR: Final = timedelta(hours=1)
_REFERENCE: Final = "R-2026-000001"


def events_before(registry: EventRegistry[Any], name: str) -> tuple[str, ...]:
    """Return the types of the events that must precede the example of an event, in order, each once."""
    found: dict[str, None] = {}
    for before in registry.classes[name].event_type.example.after:
        found |= dict.fromkeys((*events_before(registry, before), before))
    return tuple(found)


@cache
def example_case(name: str | None = None) -> Case:
    """Return a case on which the example of an event is possible; without a type, the registered case.

    Events happen an hour after one another.
    """
    registration: Registered = CASE_EVENTS.classes["registered"].event_type.example.data(None)
    if name is not None:
        registration = attrs.evolve(registration, **CASE_EVENTS.classes[name].event_type.example.registration)
    at = registration.facts.received_at + _HOUR
    command = AggregateCommand(actor="Mme Roux", role=Role.HANDLING_UNIT, occurred_at=at)
    new = record(StreamEnd(RecordedEvent, {"case": _REFERENCE}), registration, command, _context(at))
    case: Case = with_event(apply, None, new)
    for before in () if name is None else events_before(CASE_EVENTS, name):
        case = after_example(case, before)
    return case


def case_example(name: str) -> tuple[Case, Any]:
    """Return a case and the data of an event that its guards allow on it."""
    case = example_case(name)
    return case, CASE_EVENTS.classes[name].event_type.example.data(case)


def after_example(case: Case, name: str) -> Case:
    """Return a case after the example of an event, an hour after its latest event."""
    at = case.events[-1].recorded_at + _HOUR
    data = CASE_EVENTS.classes[name].event_type.example.data(case)
    command = CaseCommand(data=data, actor="Mme Roux", role=Role.AQ, occurred_at=at)
    return with_event(apply, case, handle_command(case, command, _context(at)))


def _context(at: Any) -> DecisionContext:
    return DecisionContext(policy=example_policy(), now=at)


@cache
def example_plan(name: str) -> Pgaac:
    """Return a plan on which the example of an event is possible."""
    plan = Pgaac(scope=PlanScope.site("CRE"))
    for before in events_before(PLAN_EVENTS, name):
        plan = after_plan_example(plan, before)
    return plan


def plan_example(name: str) -> tuple[Pgaac, Any]:
    """Return a plan and the data of an event that its guards allow on it."""
    plan = example_plan(name)
    return plan, PLAN_EVENTS.classes[name].event_type.example.data(plan)


def after_plan_example(plan: Pgaac, name: str) -> Pgaac:
    """Return a plan after the example of an event, an hour after its latest event."""
    at = example_case().events[-1].recorded_at if plan.recorded_at is None else plan.recorded_at + _HOUR
    data = PLAN_EVENTS.classes[name].event_type.example.data(plan)
    return plan_after(plan, (Signer(role=Role.AQ, occurred_at=at), data))
