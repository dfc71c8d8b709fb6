"""Guards of the closing: what each reason for it asks for."""

from __future__ import annotations

from reclamation_core.cases.codes import Admissibility, ClosingReason, CommandType
from reclamation_core.cases.common_guards import COMPLEXITY_UNDETERMINED
from reclamation_core.cases.guard import Guard
from reclamation_core.tables import is_not
from reclamation_core.wording import Wording

CLOSING_GUARDS: tuple[Guard[CommandType], ...] = (
    Guard(
        id="close-answered-malfunction",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.ANSWERED, "standing": Admissibility.MALFUNCTION},
        wording=Wording(
            "un dysfonctionnement interne n'a pas de réponse : closez-le comme traité",
            "an internal malfunction has no answer: close it as treated",
        ),
        clause="M2-1 §7",
        reading="I5",
    ),
    Guard(
        id="close-answered-without-answer",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.ANSWERED, "answered": False, "standing": is_not(Admissibility.MALFUNCTION)},
        wording=Wording("la réponse n'est pas donnée : répondez", "the answer is not given: answer"),
        clause="M2-1 §5.0",
        reading="I27",
    ),
    Guard(
        id="close-treated-complaint",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.TREATED, "standing": is_not(Admissibility.MALFUNCTION)},
        wording=Wording(
            "« traité » clôt un dysfonctionnement ; une réclamation se clôt par sa réponse",
            "'treated' closes a malfunction; a complaint is closed by its answer",
        ),
        clause="M2-1 §7",
        reading="I27",
    ),
    Guard(
        id="close-unsettled",
        verbs=(CommandType.CLOSE,),
        when={"reason": (ClosingReason.ANSWERED, ClosingReason.TREATED), "settled": False},
        wording=Wording(
            "les suites ne sont pas réglées : jugez l'efficacité de chaque action, puis closez-la, abandonnez-la avec "
            "un motif, ou dites pourquoi aucune n'est nécessaire",
            "the follow-up is not settled: judge the effectiveness of each action and close it, abandon it with a "
            "reason, or state why none is needed",
        ),
        clause="M2-1 §4.1",
        reading="I27",
    ),
    Guard(
        id="close-complexity-undetermined",
        verbs=(CommandType.CLOSE,),
        when={"reason": (ClosingReason.ANSWERED, ClosingReason.TREATED), "complexity_undetermined": True},
        wording=COMPLEXITY_UNDETERMINED,
        clause="M2-1 §4.2",
        reading="I24",
    ),
    Guard(
        id="close-not-analysed",
        verbs=(CommandType.CLOSE,),
        when={
            "reason": (ClosingReason.ANSWERED, ClosingReason.TREATED),
            "complex": True,
            "analysed_by_method": False,
            "conforming": False,
        },
        wording=Wording(
            "le cas est devenu complexe et aucune méthode n'a établi de cause racine : analysez-le par l'une d'elles",
            "the case has become complex and no method has found a root cause: analyse it by one of them",
        ),
        clause="M2-1 §4.2",
        reading="I14",
    ),
    Guard(
        id="close-in-scope",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "standing": is_not(Admissibility.OUT_OF_SCOPE)},
        wording=Wording(
            "la demande n'est pas hors du cadre : rectifiez les faits si elle l'est",
            "the message is not out of scope: correct the facts if it is",
        ),
        clause="M2-1 §1.2",
        reading="I27",
    ),
    Guard(
        id="close-not-redirected",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "redirected": False},
        wording=Wording(
            "dites où la demande a été réorientée et quand son auteur en a été informé",
            "say where the message was redirected and when its sender was told",
        ),
        clause="M2-1 §0.3",
        reading="I27",
    ),
    Guard(
        id="close-not-withdrawn",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.WITHDRAWN, "withdrawn": False},
        wording=Wording("aucun retrait n'est enregistré : enregistrez-le", "no withdrawal is recorded: record it"),
        reading="I27",
    ),
    Guard(
        id="close-not-duplicate",
        verbs=(CommandType.CLOSE,),
        when={"reason": ClosingReason.DUPLICATE, "duplicate": False},
        wording=Wording(
            "le dossier dont celui-ci est le doublon n'est pas lié : liez-le",
            "the case that this one duplicates is not linked: link it",
        ),
        reading="I27",
    ),
)
"""The closing table."""
