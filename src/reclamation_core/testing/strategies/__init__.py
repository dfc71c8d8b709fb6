"""Hypothesis strategies of everything that the library judges, keeps and counts.

Each gives what is valid, unless its name begins with `invalid_`: these give `Invalid` values, bad arguments with the
error that refuses them. Options are given by their names. `st.from_type(Case)`, and of every other class of the list in
`reclamation_core.testing`, works without importing this module.
"""

from __future__ import annotations

from reclamation_core.testing.strategies.act import Act, acts
from reclamation_core.testing.strategies.analysis import (
    analyses,
    cause_trees,
    eight_ds,
    five_whys,
    ishikawas,
    pdcas,
    qqoqcps,
)
from reclamation_core.testing.strategies.around import ActionsSettled, Swept
from reclamation_core.testing.strategies.calendar import (
    calendar_definitions,
    calendars,
    countable_day_types,
    deadline_rules,
    invalid_calendar_definitions,
    invalid_deadline_rules,
)
from reclamation_core.testing.strategies.day import day_ranges, days, instants
from reclamation_core.testing.strategies.edition import (
    complexity_parameters,
    invalid_policies,
    invalid_risk_parameters,
    invalid_survey_parameters,
    policies,
    policy_books,
    policy_parameters,
    retention_parameters,
    risk_parameters,
    role_parameters,
    survey_parameters,
)
from reclamation_core.testing.strategies.fact import (
    complaint_facts,
    invalid_complaint_facts,
    invalid_malfunction_facts,
    malfunction_facts,
    notes,
    survey_facts,
)
from reclamation_core.testing.strategies.fact_value import input_values, table_facts
from reclamation_core.testing.strategies.happening import corrections, happenings
from reclamation_core.testing.strategies.invalid import Invalid
from reclamation_core.testing.strategies.part import (
    actions,
    editions,
    events,
    line_references,
    plan_events,
    taxonomies,
)
from reclamation_core.testing.strategies.place import invalid_sites, site_lists, sites
from reclamation_core.testing.strategies.plan import action_sheets, busy_pgaacs, pgaacs, plan_scopes, signatures
from reclamation_core.testing.strategies.registration import (
    complaints,
    invalid_registrations,
    malfunctions,
    registrations,
    survey_results,
)
from reclamation_core.testing.strategies.story import Story, after
from reclamation_core.testing.strategies.table import chained_tables, conditions, decision_tables, table_inputs
from reclamation_core.testing.strategies.text import invalid_texts, names, texts
from reclamation_core.testing.strategies.told import cases, stories

__all__ = [
    "Act",
    "ActionsSettled",
    "Invalid",
    "Story",
    "Swept",
    "action_sheets",
    "actions",
    "acts",
    "after",
    "analyses",
    "busy_pgaacs",
    "calendar_definitions",
    "calendars",
    "cases",
    "cause_trees",
    "chained_tables",
    "complaint_facts",
    "complaints",
    "complexity_parameters",
    "conditions",
    "corrections",
    "countable_day_types",
    "day_ranges",
    "days",
    "deadline_rules",
    "decision_tables",
    "editions",
    "eight_ds",
    "events",
    "five_whys",
    "happenings",
    "input_values",
    "instants",
    "invalid_calendar_definitions",
    "invalid_complaint_facts",
    "invalid_deadline_rules",
    "invalid_malfunction_facts",
    "invalid_policies",
    "invalid_registrations",
    "invalid_risk_parameters",
    "invalid_sites",
    "invalid_survey_parameters",
    "invalid_texts",
    "ishikawas",
    "line_references",
    "malfunction_facts",
    "malfunctions",
    "names",
    "notes",
    "pdcas",
    "pgaacs",
    "plan_events",
    "plan_scopes",
    "policies",
    "policy_books",
    "policy_parameters",
    "qqoqcps",
    "registrations",
    "retention_parameters",
    "risk_parameters",
    "role_parameters",
    "signatures",
    "site_lists",
    "sites",
    "stories",
    "survey_facts",
    "survey_parameters",
    "survey_results",
    "table_facts",
    "table_inputs",
    "taxonomies",
    "texts",
]
