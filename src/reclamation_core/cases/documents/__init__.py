"""Cases as documents: their events, their folded state and, apart, their texts."""

from reclamation_core.cases.documents.happenings import TYPES
from reclamation_core.cases.documents.states import STATE_VERSION, read_state, state_document
from reclamation_core.cases.documents.stories import (
    case_document,
    event_document,
    facts_document,
    read_case,
    read_event,
    read_facts,
)
from reclamation_core.cases.documents.vaults import read_vault, vault_document

__all__ = [
    "STATE_VERSION",
    "TYPES",
    "case_document",
    "event_document",
    "facts_document",
    "read_case",
    "read_event",
    "read_facts",
    "read_state",
    "read_vault",
    "state_document",
    "vault_document",
]
