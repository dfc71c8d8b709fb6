"""The PGAAC: actions, the living plan of a site, a region or the nation, and its numbered editions."""

from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.plans.action import Abandonment, Action, ActionSheet, Judgement, Reopening, settled
from reclamation_core.plans.codes import (
    ActionOrigin,
    ActionStatus,
    ActionType,
    Change,
    Effectiveness,
    PlanCommandType,
    Priority,
)
from reclamation_core.plans.decisions import Signature, decide
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
from reclamation_core.plans.events import (
    PLAN_EVENTS,
    ActionAbandoned,
    ActionAdded,
    ActionAmended,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
    PlanEvent,
    PlanPublished,
    RecordedPlanEvent,
    TextsForgotten,
)
from reclamation_core.plans.gathering import gather, gathered_lines, resolve, texts_of_plans, unsettled
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.plans.plan import Pgaac, PlanPart
from reclamation_core.plans.published import (
    ALL_PCS,
    FieldChange,
    LineChange,
    PlanDifference,
    PlanLine,
    PublishedPlan,
    published_plan_difference,
)
from reclamation_core.plans.recurrence import Occurrence, recurrences, reopened_by
from reclamation_core.plans.rendering import lines_csv, plan_markdown, published_plan_markdown, reader

__all__ = [
    "ALL_PCS",
    "PLAN_EVENTS",
    "Abandonment",
    "Action",
    "ActionAbandoned",
    "ActionAdded",
    "ActionAmended",
    "ActionClosed",
    "ActionDone",
    "ActionJudged",
    "ActionOrigin",
    "ActionProgressed",
    "ActionReopened",
    "ActionSheet",
    "ActionStatus",
    "ActionType",
    "Change",
    "Effectiveness",
    "FieldChange",
    "FollowUpNamed",
    "Judgement",
    "LineChange",
    "LineReference",
    "Occurrence",
    "Pgaac",
    "PlanCommandType",
    "PlanDifference",
    "PlanEvent",
    "PlanEventStreamError",
    "PlanLine",
    "PlanPart",
    "PlanPublished",
    "PlanRefusedError",
    "PlanScope",
    "Priority",
    "PublishedPlan",
    "RecordedPlanEvent",
    "Reopening",
    "ScopeKind",
    "Signature",
    "TextsForgotten",
    "UnknownActionError",
    "UnknownPublishedPlanError",
    "decide",
    "event_document",
    "gather",
    "gathered_lines",
    "lines_csv",
    "plan_document",
    "plan_guard_table",
    "plan_markdown",
    "published_plan_difference",
    "published_plan_markdown",
    "read_event",
    "read_plan",
    "reader",
    "recurrences",
    "reopened_by",
    "resolve",
    "settled",
    "texts_of_plans",
    "unsettled",
    "written_plan",
]
