"""Which act each happening is: what can be asked of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reclamation_core.cases import happenings as h
from reclamation_core.cases.codes import Verb

VERBS: Final[Mapping[type[Any], Verb]] = {
    h.FactsCompleted: Verb.COMPLETE_FACTS,
    h.FactsCorrected: Verb.CORRECT,
    h.DateCorrected: Verb.CORRECT_DATE,
    h.Acknowledged: Verb.ACKNOWLEDGE,
    h.SupportAdded: Verb.ADD_SUPPORT,
    h.Transcribed: Verb.TRANSCRIBE,
    h.ContainmentTaken: Verb.CONTAIN,
    h.ContainmentEffectRecorded: Verb.RECORD_CONTAINMENT_EFFECT,
    h.Qualified: Verb.QUALIFY,
    h.Rerouted: Verb.REROUTE,
    h.Analysed: Verb.ANALYSE,
    h.ActionsPlanned: Verb.PLAN,
    h.NoActionNeeded: Verb.PLAN_NOTHING,
    h.Answered: Verb.ANSWER,
    h.ReactionRecorded: Verb.RECORD_REACTION,
    h.ReferredToMediation: Verb.REFER_TO_MEDIATION,
    h.Withdrawn: Verb.WITHDRAW,
    h.Closed: Verb.CLOSE,
    h.Reopened: Verb.REOPEN,
    h.Linked: Verb.LINK,
    h.DeadlineSuspended: Verb.SUSPEND_DEADLINE,
    h.DeadlineResumed: Verb.RESUME_DEADLINE,
    h.RetentionSuspended: Verb.SUSPEND_RETENTION,
    h.RetentionResumed: Verb.RESUME_RETENTION,
    h.Anonymised: Verb.ANONYMISE,
}
"""The verb of each happening that a command can ask for."""
