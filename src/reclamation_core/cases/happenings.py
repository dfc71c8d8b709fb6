"""What can happen to a case: one class for each kind of event, holding what was said of it.

A command gives these with their texts in clear and without their verdict; an event keeps the texts sealed and has the
verdict. Instants are aware; texts marked `personal` or `free` may be forgotten. Each class raises TypeError or
ValueError for a field that is refused.
"""

from __future__ import annotations

from typing import TypeAlias

from reclamation_core.cases.ending import (
    Alerted,
    Anonymised,
    Closed,
    DeadlineResumed,
    DeadlineSuspended,
    Linked,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    RetentionResumed,
    RetentionSuspended,
    Withdrawn,
)
from reclamation_core.cases.handling import (
    Acknowledged,
    ActionsPlanned,
    Analysed,
    Answered,
    ContainmentEffectRecorded,
    ContainmentTaken,
    NoActionNeeded,
    Qualified,
    Rerouted,
)
from reclamation_core.cases.telling import (
    ApplicableRules,
    AssessmentSnapshot,
    DateCorrected,
    Facts,
    FactsCompleted,
    FactsCorrected,
    Registered,
    SupportAdded,
    Transcribed,
)

__all__ = [
    "Acknowledged",
    "ActionsPlanned",
    "Alerted",
    "Analysed",
    "Anonymised",
    "Answered",
    "ApplicableRules",
    "AssessmentSnapshot",
    "CaseEvent",
    "Closed",
    "ContainmentEffectRecorded",
    "ContainmentTaken",
    "DateCorrected",
    "DeadlineResumed",
    "DeadlineSuspended",
    "Facts",
    "FactsCompleted",
    "FactsCorrected",
    "Linked",
    "NoActionNeeded",
    "Qualified",
    "ReactionRecorded",
    "ReferredToMediation",
    "Registered",
    "Reopened",
    "Rerouted",
    "RetentionResumed",
    "RetentionSuspended",
    "SupportAdded",
    "Transcribed",
    "Withdrawn",
]

CaseEvent: TypeAlias = (
    Registered
    | FactsCompleted
    | FactsCorrected
    | DateCorrected
    | Acknowledged
    | SupportAdded
    | Transcribed
    | ContainmentTaken
    | ContainmentEffectRecorded
    | Qualified
    | Rerouted
    | Analysed
    | ActionsPlanned
    | NoActionNeeded
    | Answered
    | ReactionRecorded
    | ReferredToMediation
    | Withdrawn
    | Closed
    | Reopened
    | Linked
    | DeadlineSuspended
    | DeadlineResumed
    | RetentionSuspended
    | RetentionResumed
    | Alerted
    | Anonymised
)
