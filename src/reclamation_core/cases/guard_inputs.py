"""What guards look at: the inputs of their tables."""

from __future__ import annotations

from reclamation_core.cases.codes import CaseState, ClosingReason, Standing
from reclamation_core.tables import Boolean, Enumeration, Input
from reclamation_core.wording import Wording


def _flag(name: str, fr: str, en: str) -> Input:
    return Input(name, Boolean(), Wording(fr, en))


INPUTS: tuple[Input, ...] = (
    Input("state", Enumeration.of(CaseState), Wording("état", "state")),
    Input("standing", Enumeration.of(Standing), Wording("recevabilité", "standing")),
    Input("reason", Enumeration.of(ClosingReason), Wording("motif de clôture", "closing reason")),
    _flag("anonymised", "dossier anonymisé", "anonymised"),
    _flag("by_phone", "demande faite par téléphone", "made by telephone"),
    _flag("transcribed", "appel transcrit", "call transcribed"),
    _flag("supported", "support factuel au dossier", "factual support on file"),
    _flag("qualified", "dossier qualifié", "qualified"),
    _flag("analysed", "causes analysées", "causes analysed"),
    _flag("analysed_by_method", "cause racine déjà établie par une méthode", "root cause found by a method already"),
    _flag("suspended", "conservation suspendue", "retention suspended"),
    _flag("answered", "réponse donnée", "answered"),
    _flag("answered_once", "réponse donnée au moins une fois", "answered at least once"),
    _flag("withdrawn", "retrait enregistré", "withdrawal recorded"),
    _flag("duplicate", "doublon d'un dossier nommé", "duplicate of a named case"),
    _flag(
        "facts_unknown", "faits jusque-là inconnus, ou jugés à la qualification", "facts unknown so far, or judged anew"
    ),
    _flag("settled", "suites réglées", "follow-up settled"),
    _flag("measure_known", "mesure conservatoire connue", "containment measure known"),
    _flag("role_qualifies", "rôle habilité à qualifier", "role that may qualify"),
    _flag("complex", "cas complexe", "complex case"),
    _flag("root_cause_by_method", "cause racine établie par une méthode", "root cause found by a method"),
    _flag("overriding", "niveau imposé", "level imposed"),
    _flag("override_justified", "imposition motivée par un rôle habilité", "override with its role and reason"),
    _flag("in_future", "date à venir", "in the future"),
    _flag("before_receipt", "date antérieure à la réception", "before the receipt"),
    _flag(
        "before_run", "date antérieure à la dernière clôture ou réouverture", "before the latest closing or reopening"
    ),
    _flag("receipt_after_acts", "réception postérieure à un acte", "receipt after something that was done"),
    _flag(
        "before_suspension",
        "date antérieure à la dernière suspension ou reprise",
        "before the latest suspension or its end",
    ),
    _flag("redirected", "expéditeur informé de la réorientation", "sender told where it was redirected"),
)
