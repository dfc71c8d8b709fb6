"""The closed lists of an improvement plan."""

from __future__ import annotations

from reclamation_core.codes import LabelledEnum, OrderedEnum
from reclamation_core.wording import Wording


class ActionType(LabelledEnum):
    """What an action is for (type d'action).

    A curative action (correction) undoes what happened; a corrective one acts on its cause, a preventive one on a cause
    before it has done harm. Source: M2-1 §0.1, §3, §4.1.
    """

    CONTAINMENT = "containment", "conservatoire", "containment"
    CURATIVE = "curative", "curative", "curative"
    CORRECTIVE = "corrective", "corrective", "corrective"
    PREVENTIVE = "preventive", "préventive", "preventive"
    IMPROVEMENT = "improvement", "amélioration", "improvement"


class ActionOrigin(LabelledEnum):
    """Where an action comes from (origine)."""

    COMPLAINT = "complaint", "réclamation", "complaint"
    SURVEY = "survey", "enquête", "survey"
    INTERNAL_AUDIT = "internal_audit", "audit interne", "internal audit"
    EXTERNAL_AUDIT = "external_audit", "audit externe", "external audit"
    MALFUNCTION = "malfunction", "dysfonctionnement interne", "internal malfunction"
    REVIEW = "review", "revue", "review"
    WATCH = "watch", "veille", "watch"
    SUGGESTION = "suggestion", "suggestion", "suggestion"


class ActionStatus(LabelledEnum):
    """How far an action has come (état). It follows from its history; nothing sets it."""

    TO_DO = "to_do", "à faire", "to do"
    IN_PROGRESS = "in_progress", "en cours", "in progress"
    DONE = "done", "réalisée", "done"
    VERIFIED = "verified", "évaluée", "evaluated"
    CLOSED = "closed", "close", "closed"
    ABANDONED = "abandoned", "abandonnée", "abandoned"

    def in_words(self, *, is_late: bool) -> Wording:
        """Return the label of the state, of a late action with its lateness."""
        return Wording(f"{self.wording.fr}, en retard", f"{self.wording.en}, late") if is_late else self.wording


class Priority(OrderedEnum):
    """How pressing an action is (priorité)."""

    LOW = "low", "basse", "low"
    NORMAL = "normal", "normale", "normal"
    HIGH = "high", "haute", "high"


class Effectiveness(LabelledEnum):
    """Whether an action did what it was to do (efficacité), against its criterion."""

    EFFECTIVE = "effective", "efficace", "effective"
    NOT_EFFECTIVE = "not_effective", "non efficace", "not effective"


class SignalState(LabelledEnum):
    """What became of a signal (état d'un signal). It follows from its history; nothing sets it."""

    NEW = "new", "nouveau", "new"
    ACKNOWLEDGED = "acknowledged", "pris en compte", "acknowledged"
    DISMISSED = "dismissed", "écarté", "dismissed"
    ACTION = "action", "suivi d'une action", "turned into an action"


class LineChangeKind(LabelledEnum):
    """What became of a line from one edition to the next (évolution)."""

    ADDED = "added", "inscrite", "added"
    AMENDED = "amended", "modifiée", "amended"
    STARTED = "started", "démarrée", "started"
    DONE = "done", "réalisée", "done"
    JUDGED = "judged", "évaluée", "evaluated"
    CLOSED = "closed", "close", "closed"
    ABANDONED = "abandoned", "abandonnée", "abandoned"
    REOPENED = "reopened", "rouverte", "reopened"
    LEFT = "left", "sortie du plan", "left the plan"
