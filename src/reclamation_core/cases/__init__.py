"""The case aggregate (dossier): its events, its state, the commands on it and their guards."""

from reclamation_core.cases.aggregate import EventType, Guard, NewEvent
from reclamation_core.cases.case import AnswerCycle, Case, Containment, Suspension, apply
from reclamation_core.cases.codes import (
    Admissibility,
    AnswerDecision,
    CaseKind,
    CaseState,
    ClosingReason,
    CommandType,
    DeadlineKind,
    LinkKind,
    Method,
    Permission,
    Reaction,
    SupportKind,
    Threshold,
)
from reclamation_core.cases.deadlines import (
    EffectivenessCheck,
    PendingDeadline,
    alerts_due,
    pending_deadlines,
    retained_until,
)
from reclamation_core.cases.decisions import (
    Command,
    DecisionContext,
    FollowUp,
    RegistrationCommand,
    decide,
    open_case,
)
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
from reclamation_core.cases.events import (
    CASE_EVENTS,
    ApplicableRules,
    AssessmentSnapshot,
    CaseEvent,
    RecordedEvent,
    Requires,
    case_event,
    closing,
    handling,
    registration,
)
from reclamation_core.cases.events.closing import *
from reclamation_core.cases.events.handling import *
from reclamation_core.cases.events.registration import *
from reclamation_core.cases.guards import guard_table
from reclamation_core.cases.texts import Commitment, Secret, TextKind, Vault

__all__ = [
    "CASE_EVENTS",
    "STATE_VERSION",
    "Admissibility",
    "AnswerCycle",
    "AnswerDecision",
    "ApplicableRules",
    "AssessmentSnapshot",
    "Case",
    "CaseEvent",
    "CaseKind",
    "CaseState",
    "ClosingReason",
    "Command",
    "CommandRefusedError",
    "CommandType",
    "Commitment",
    "Containment",
    "DeadlineKind",
    "DecisionContext",
    "EffectivenessCheck",
    "EventStreamError",
    "EventType",
    "FollowUp",
    "Guard",
    "LinkKind",
    "Method",
    "NewEvent",
    "PendingDeadline",
    "Permission",
    "Reaction",
    "RecordedEvent",
    "RegistrationCommand",
    "Requires",
    "Secret",
    "SupportKind",
    "Suspension",
    "TextKind",
    "Threshold",
    "Vault",
    "alerts_due",
    "apply",
    "case_document",
    "case_event",
    "decide",
    "event_document",
    "facts_document",
    "guard_table",
    "open_case",
    "pending_deadlines",
    "read_case",
    "read_event",
    "read_facts",
    "read_state",
    "read_vault",
    "retained_until",
    "state_document",
    "vault_document",
]
__all__ += registration.__all__
__all__ += handling.__all__
__all__ += closing.__all__
