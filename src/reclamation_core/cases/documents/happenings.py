"""What a document calls each thing that can happen to a case, and the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reclamation_core.cases import happenings as h
from reclamation_core.documents import Upcaster, Variants, Versions
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts

TYPES: Mapping[str, type[Any]] = {
    "registered": h.Registered,
    "facts_completed": h.FactsCompleted,
    "facts_corrected": h.FactsCorrected,
    "date_corrected": h.DateCorrected,
    "acknowledged": h.Acknowledged,
    "support_added": h.SupportAdded,
    "transcribed": h.Transcribed,
    "containment_taken": h.ContainmentTaken,
    "containment_effect_recorded": h.ContainmentEffectRecorded,
    "qualified": h.Qualified,
    "rerouted": h.Rerouted,
    "analysed": h.Analysed,
    "actions_planned": h.ActionsPlanned,
    "no_action_needed": h.NoActionNeeded,
    "answered": h.Answered,
    "reaction_recorded": h.ReactionRecorded,
    "referred_to_mediation": h.ReferredToMediation,
    "withdrawn": h.Withdrawn,
    "closed": h.Closed,
    "reopened": h.Reopened,
    "linked": h.Linked,
    "deadline_suspended": h.DeadlineSuspended,
    "deadline_resumed": h.DeadlineResumed,
    "retention_suspended": h.RetentionSuspended,
    "retention_resumed": h.RetentionResumed,
    "alerted": h.Alerted,
    "anonymised": h.Anonymised,
}
"""What a document calls each happening; the names stay."""


def _without_digest(document: dict[str, Any]) -> dict[str, Any]:
    """Version 2 has the digest of the edition in its terms; version 1 has none."""
    terms = document["terms"]
    return document | {"terms": None if terms is None else {**terms, "digest": None}}


_DIGESTED = ("registered", "facts_corrected")
HAPPENINGS = Variants(
    annotation=h.CaseEvent,
    classes=TYPES,
    versions=Versions(
        dict.fromkeys(TYPES, 1) | dict.fromkeys(_DIGESTED, 2),
        [Upcaster(type_, 1, _without_digest) for type_ in _DIGESTED],
    ),
)
FACTS = Variants(annotation=h.Facts, classes={"complaint": ComplaintFacts, "malfunction": MalfunctionFacts}, brief=True)
