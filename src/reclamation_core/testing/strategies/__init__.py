"""Hypothesis strategies for the values of the library.

Strategies draw valid values; `invalid_arguments` and `invalid_texts` draw arguments that are refused, with the error.
All options are keyword arguments. `st.from_type(Case)`, and of the other classes, needs no import of this module.
"""

from __future__ import annotations

from reclamation_core.testing.strategies.calendar import (
    calendar_definitions,
    calendars,
    deadline_rules,
    instants,
    site_lists,
    sites,
)
from reclamation_core.testing.strategies.case import CommandSequence, cases, command_sequences
from reclamation_core.testing.strategies.cause import analyses
from reclamation_core.testing.strategies.command import CommandStep, event_data
from reclamation_core.testing.strategies.fact import (
    complaint_facts,
    malfunction_facts,
    notes,
    registrations,
    survey_facts,
)
from reclamation_core.testing.strategies.invalid import InvalidArguments, invalid_arguments
from reclamation_core.testing.strategies.plan import action_sheets, pgaacs
from reclamation_core.testing.strategies.policy import policies, policy_books, policy_parameters
from reclamation_core.testing.strategies.table import chained_tables, decision_tables, table_facts
from reclamation_core.testing.strategies.text import invalid_texts, names, texts

__all__ = [
    "CommandSequence",
    "CommandStep",
    "InvalidArguments",
    "action_sheets",
    "analyses",
    "calendar_definitions",
    "calendars",
    "cases",
    "chained_tables",
    "command_sequences",
    "complaint_facts",
    "deadline_rules",
    "decision_tables",
    "event_data",
    "instants",
    "invalid_arguments",
    "invalid_texts",
    "malfunction_facts",
    "names",
    "notes",
    "pgaacs",
    "policies",
    "policy_books",
    "policy_parameters",
    "registrations",
    "site_lists",
    "sites",
    "survey_facts",
    "table_facts",
    "texts",
]
