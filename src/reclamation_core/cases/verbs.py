"""Which act each happening is: what can be asked of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reclamation_core.cases import happenings as h
from reclamation_core.cases.codes import CommandType

VERBS: Final[Mapping[type[Any], CommandType]] = {
    h.FactsCompleted: CommandType.COMPLETE_FACTS,
    h.FactsCorrected: CommandType.CORRECT,
    h.DateCorrected: CommandType.CORRECT_DATE,
    h.Acknowledged: CommandType.ACKNOWLEDGE,
    h.SupportAdded: CommandType.ADD_SUPPORT,
    h.Transcribed: CommandType.TRANSCRIBE,
    h.ContainmentTaken: CommandType.CONTAIN,
    h.ContainmentEffectRecorded: CommandType.RECORD_CONTAINMENT_EFFECT,
    h.Qualified: CommandType.QUALIFY,
    h.Rerouted: CommandType.REROUTE,
    h.Analysed: CommandType.ANALYSE,
    h.ActionsPlanned: CommandType.PLAN,
    h.NoActionNeeded: CommandType.PLAN_NOTHING,
    h.Answered: CommandType.ANSWER,
    h.ReactionRecorded: CommandType.RECORD_REACTION,
    h.ReferredToMediation: CommandType.REFER_TO_MEDIATION,
    h.Withdrawn: CommandType.WITHDRAW,
    h.Closed: CommandType.CLOSE,
    h.Reopened: CommandType.REOPEN,
    h.Linked: CommandType.LINK,
    h.DeadlineSuspended: CommandType.SUSPEND_DEADLINE,
    h.DeadlineResumed: CommandType.RESUME_DEADLINE,
    h.RetentionSuspended: CommandType.SUSPEND_RETENTION,
    h.RetentionResumed: CommandType.RESUME_RETENTION,
    h.Anonymised: CommandType.ANONYMISE,
}
"""The verb of each happening that a command can ask for."""
