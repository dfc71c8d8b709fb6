"""The entry point that Hypothesis calls when it is imported: registers strategies for `st.from_type`.

The module stands beside the package so that the entry point itself loads without it. The strategies are imported when
the first of them is drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any


def strategies_by_type() -> Mapping[type[Any], str]:
    """Return the registered classes, each with the name of its strategy in `reclamation_core.testing.strategies`."""
    from reclamation_core import calendars, cases, desk, plans, policy, tables, vocabulary
    from reclamation_core.cases import CASE_EVENTS, causes

    return {
        calendars.BusinessCalendar: "calendars",
        calendars.CalendarDefinition: "calendar_definitions",
        calendars.DayRange: "day_ranges",
        calendars.DeadlineRule: "deadline_rules",
        cases.Case: "cases",
        cases.RecordedEvent: "events",
        **dict.fromkeys(CASE_EVENTS.commands, "event_data"),
        causes.CauseAnalysis: "analyses",
        causes.CauseTree: "cause_trees",
        causes.EightD: "eight_ds",
        causes.FiveWhys: "five_whys",
        causes.Ishikawa: "ishikawas",
        causes.Pdca: "pdcas",
        causes.Qqoqcp: "qqoqcps",
        causes.Taxonomy: "taxonomies",
        plans.Action: "actions",
        plans.ActionSheet: "action_sheets",
        plans.PublishedPlan: "editions",
        plans.LineReference: "line_references",
        plans.Pgaac: "pgaacs",
        plans.RecordedPlanEvent: "plan_events",
        plans.PlanScope: "plan_scopes",
        plans.Signature: "signatures",
        desk.Registration: "registrations",
        policy.ComplexityParameters: "complexity_parameters",
        policy.Parameters: "policy_parameters",
        policy.Policy: "policies",
        policy.PolicyBook: "policy_books",
        policy.RetentionParameters: "retention_parameters",
        policy.RiskParameters: "risk_parameters",
        policy.RoleParameters: "role_parameters",
        policy.SurveyParameters: "survey_parameters",
        tables.DecisionTable: "decision_tables",
        vocabulary.ComplaintFacts: "complaint_facts",
        vocabulary.MalfunctionFacts: "malfunction_facts",
        vocabulary.Site: "sites",
        vocabulary.Sites: "site_lists",
    }


def _strategy(name: str, cls: type[Any]) -> Any:
    strategy: Callable[..., Any] = getattr(import_module("reclamation_core.testing.strategies"), name)
    return strategy(of=cls) if name == "event_data" else strategy()


def _hypothesis_setup_hook() -> None:
    from hypothesis.strategies import register_type_strategy

    for cls, name in strategies_by_type().items():
        register_type_strategy(cls, partial(_strategy, name))
