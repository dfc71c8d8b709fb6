"""The PGAAC: actions, the living plan of a site, a region or the nation, and its numbered editions."""

from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.plan_scope import PlanScope
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
from reclamation_core.plans.deciding import NewPlanEvent, Signature, decide
from reclamation_core.plans.difference import FieldChange, LineChange, PlanDifference, published_plan_difference
from reclamation_core.plans.document import (
    event_document,
    plan_document,
    read_event,
    read_plan,
    written_plan,
)
from reclamation_core.plans.edition import ALL_PCS, PlanLine, PublishedPlan
from reclamation_core.plans.errors import (
    PlanEventStreamError,
    PlanRefusedError,
    UnknownActionError,
    UnknownPublishedPlanError,
)
from reclamation_core.plans.event import RecordedPlanEvent
from reclamation_core.plans.gathering import gather, gathered_lines, resolve, texts_of_plans, unsettled
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.plans.happenings import (
    ActionAbandoned,
    ActionAdded,
    ActionAmended,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
    PlanHappening,
    PlanPublished,
    TextsForgotten,
)
from reclamation_core.plans.part import PlanPart
from reclamation_core.plans.plan import Pgaac
from reclamation_core.plans.recurrence import Occurrence, recurrences, reopened_by
from reclamation_core.plans.rendering import lines_csv, plan_markdown, published_plan_markdown, reader

__all__ = [
    "ALL_PCS",
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
    "NewPlanEvent",
    "Occurrence",
    "Pgaac",
    "PlanCommandType",
    "PlanDifference",
    "PlanEventStreamError",
    "PlanHappening",
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
