"""The case aggregate (dossier): its events, its state, the commands on it and their guards."""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.cases.aggregate import CommandContext, Guard, NewEvent
    from reclamation_core.cases.case import Case, apply
    from reclamation_core.cases.codes import (
        Admissibility,
        AnswerDecision,
        CaseKind,
        CaseState,
        ClosingReason,
        DeadlineKind,
        LinkKind,
        Method,
        Reaction,
        RedirectionKind,
        SupportKind,
        Threshold,
    )
    from reclamation_core.cases.decision import CaseCommand, RegistrationCommand, decide, open_case
    from reclamation_core.cases.documents import (
        STATE_VERSION,
        case_document,
        event_document,
        facts_document,
        read_case,
        read_event,
        read_facts,
        read_state,
        read_vault,
        state_document,
        vault_document,
    )
    from reclamation_core.cases.errors import CommandRefusedError, EventStreamError
    from reclamation_core.cases.events.base import DecisionContext, RecordedEvent
    from reclamation_core.cases.explanation import CaseExplanation, explain
    from reclamation_core.cases.guards import guard_table
    from reclamation_core.cases.rendering import describe
    from reclamation_core.cases.texts import TextKind, Vault
    from reclamation_core.vocabulary.commands import CommandType
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".aggregate": "CommandContext Guard NewEvent",
            ".case": "Case apply",
            ".codes": """
                Admissibility AnswerDecision CaseKind CaseState ClosingReason DeadlineKind LinkKind
                Method Reaction RedirectionKind SupportKind Threshold
            """,
            ".decision": "CaseCommand RegistrationCommand decide open_case",
            ".documents": """
                STATE_VERSION case_document event_document facts_document read_case read_event
                read_facts read_state read_vault state_document vault_document
            """,
            ".errors": "CommandRefusedError EventStreamError",
            ".events.base": "DecisionContext RecordedEvent",
            ".explanation": "CaseExplanation explain",
            ".guards": "guard_table",
            ".rendering": "describe",
            ".texts": "TextKind Vault",
            "..vocabulary.commands": "CommandType",
        },
    )

__all__ = [
    "STATE_VERSION",
    "Admissibility",
    "AnswerDecision",
    "Case",
    "CaseCommand",
    "CaseExplanation",
    "CaseKind",
    "CaseState",
    "ClosingReason",
    "CommandContext",
    "CommandRefusedError",
    "CommandType",
    "DeadlineKind",
    "DecisionContext",
    "EventStreamError",
    "Guard",
    "LinkKind",
    "Method",
    "NewEvent",
    "Reaction",
    "RecordedEvent",
    "RedirectionKind",
    "RegistrationCommand",
    "SupportKind",
    "TextKind",
    "Threshold",
    "Vault",
    "apply",
    "case_document",
    "decide",
    "describe",
    "event_document",
    "explain",
    "facts_document",
    "guard_table",
    "open_case",
    "read_case",
    "read_event",
    "read_facts",
    "read_state",
    "read_vault",
    "state_document",
    "vault_document",
]
