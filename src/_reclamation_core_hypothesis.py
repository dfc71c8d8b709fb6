"""The entry point that Hypothesis calls when it is imported: registers strategies for `st.from_type`.

The module is outside the package, so that the entry point loads without the package. The first draw from a class
imports its strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any


def strategies_by_type() -> Mapping[type[Any], str]:
    """Return the registered classes, each with its strategy: a module of the test kit's strategies and a function."""
    from reclamation_core import calendars, cases, desk, plans, policy, tables, vocabulary
    from reclamation_core.cases import causes
    from reclamation_core.cases.events import CASE_EVENTS

    return {
        calendars.BusinessCalendar: "calendar.calendars",
        calendars.CalendarDefinition: "calendar.calendar_definitions",
        calendars.DayRange: "calendar.day_ranges",
        calendars.DeadlineRule: "calendar.deadline_rules",
        calendars.Duration: "calendar.durations",
        vocabulary.Site: "calendar.sites",
        vocabulary.Sites: "calendar.site_lists",
        cases.Case: "case.cases",
        cases.RecordedEvent: "case.events",
        cases.Trace: "case.traces",
        causes.Taxonomy: "case.taxonomies",
        causes.CauseAnalysis: "cause.analyses",
        causes.CauseTree: "cause.analyses",
        causes.EightD: "cause.analyses",
        causes.FiveWhys: "cause.analyses",
        causes.Ishikawa: "cause.analyses",
        causes.Pdca: "cause.analyses",
        causes.Qqoqcp: "cause.analyses",
        **dict.fromkeys(CASE_EVENTS.commands, "command.event_data"),
        desk.Registration: "fact.registrations",
        vocabulary.ComplaintFacts: "fact.complaint_facts",
        vocabulary.MalfunctionFacts: "fact.malfunction_facts",
        plans.Action: "plan.actions",
        plans.ActionSheet: "plan.action_sheets",
        plans.LineReference: "plan.line_references",
        plans.Pgaac: "plan.pgaacs",
        plans.PlanScope: "plan.plan_scopes",
        plans.PublishedPlan: "plan.published_plans",
        plans.RecordedPlanEvent: "plan.plan_events",
        policy.ComplexityParameters: "policy.complexity_parameters",
        policy.Parameters: "policy.policy_parameters",
        policy.Policy: "policy.policies",
        policy.PolicyBook: "policy.policy_books",
        policy.RetentionParameters: "policy.retention_parameters",
        policy.RiskParameters: "policy.risk_parameters",
        policy.RoleParameters: "policy.role_parameters",
        policy.SurveyParameters: "policy.survey_parameters",
        tables.DecisionTable: "table.decision_tables",
    }


_WITH_CLASS = ("cause.analyses", "command.event_data")
"""Strategies of several classes: they take the class as `of`."""


def _strategy(name: str, cls: type[Any]) -> Any:
    module, _, function = name.partition(".")
    strategy = getattr(import_module(f"reclamation_core.testing.strategies.{module}"), function)
    return strategy(of=cls) if name in _WITH_CLASS else strategy()


def _hypothesis_setup_hook() -> None:
    from hypothesis.strategies import register_type_strategy

    for cls, name in strategies_by_type().items():
        register_type_strategy(cls, partial(_strategy, name))
