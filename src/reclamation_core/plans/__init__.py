"""The PGAAC: actions, the living plan of a site, a region or the nation, and its numbered editions."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.cases.codes import ScopeKind
    from reclamation_core.cases.references import LineReference, PlanScope
    from reclamation_core.plans.action import Action, ActionSheet
    from reclamation_core.plans.codes import ActionOrigin, ActionStatus, ActionType, Effectiveness, Priority
    from reclamation_core.plans.decision import PgaacCommand, decide
    from reclamation_core.plans.documents import (
        event_document,
        plan_document,
        read_event,
        read_plan,
        written_plan,
    )
    from reclamation_core.plans.errors import (
        PlanEventStreamError,
        PlanRefusedError,
        UnknownActionError,
        UnknownPublishedPlanError,
    )
    from reclamation_core.plans.events import RecordedPlanEvent
    from reclamation_core.plans.guards import plan_guard_table
    from reclamation_core.plans.plan import Pgaac, PlanPart, apply
    from reclamation_core.plans.published import PlanDifference, PublishedPlan
    from reclamation_core.plans.relations import Occurrence, gather, gathered_lines, recurrences
    from reclamation_core.vocabulary.commands import PlanCommandType
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".action": "Action ActionSheet",
            ".codes": "ActionOrigin ActionStatus ActionType Effectiveness Priority",
            ".decision": "PgaacCommand decide",
            ".documents": "event_document plan_document read_event read_plan written_plan",
            ".errors": "PlanEventStreamError PlanRefusedError UnknownActionError UnknownPublishedPlanError",
            ".events": "RecordedPlanEvent",
            ".guards": "plan_guard_table",
            ".plan": "Pgaac PlanPart apply",
            ".published": "PlanDifference PublishedPlan",
            ".relations": "Occurrence gather gathered_lines recurrences",
            "..cases.codes": "ScopeKind",
            "..cases.references": "LineReference PlanScope",
            "..vocabulary.commands": "PlanCommandType",
        },
    )

__all__ = [
    "Action",
    "ActionOrigin",
    "ActionSheet",
    "ActionStatus",
    "ActionType",
    "Effectiveness",
    "LineReference",
    "Occurrence",
    "Pgaac",
    "PgaacCommand",
    "PlanCommandType",
    "PlanDifference",
    "PlanEventStreamError",
    "PlanPart",
    "PlanRefusedError",
    "PlanScope",
    "Priority",
    "PublishedPlan",
    "RecordedPlanEvent",
    "ScopeKind",
    "UnknownActionError",
    "UnknownPublishedPlanError",
    "apply",
    "decide",
    "event_document",
    "gather",
    "gathered_lines",
    "plan_document",
    "plan_guard_table",
    "read_event",
    "read_plan",
    "recurrences",
    "written_plan",
]
