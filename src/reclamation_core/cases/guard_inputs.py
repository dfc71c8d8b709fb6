"""What guards look at: the inputs of their tables."""

from __future__ import annotations

from reclamation_core.cases.codes import Admissibility, CaseState, ClosingReason
from reclamation_core.cases.guard import flag
from reclamation_core.tables import Enumeration, Input
from reclamation_core.wording import Wording

INPUTS: tuple[Input, ...] = (
    Input("state", Enumeration.of(CaseState), Wording("état", "state")),
    Input("standing", Enumeration.of(Admissibility), Wording("recevabilité", "standing")),
    Input("reason", Enumeration.of(ClosingReason), Wording("motif de clôture", "closing reason")),
    flag("anonymised", "dossier anonymisé", "anonymised"),
    flag("by_phone", "demande faite par téléphone", "made by telephone"),
    flag("transcribed", "appel transcrit", "call transcribed"),
    flag("supported", "support factuel au dossier", "factual support on file"),
    flag("qualified", "dossier qualifié", "qualified"),
    flag("analysed", "causes analysées", "causes analysed"),
    flag("conforming", "jugé conforme à l'exigence", "judged to conform to the requirement"),
    flag("analysed_by_method", "cause racine déjà établie par une méthode", "root cause found by a method already"),
    flag("suspended", "conservation suspendue", "retention suspended"),
    flag("suspensions_allowed", "suspensions du délai admises par l'édition", "suspensions allowed by the edition"),
    flag("deadline_suspended", "délai de réponse suspendu", "answer clock suspended"),
    flag("clock_stopped", "délai de réponse arrêté", "answer clock stopped"),
    flag("answered", "réponse donnée", "answered"),
    flag("answered_once", "réponse donnée au moins une fois", "answered at least once"),
    flag("withdrawn", "retrait enregistré", "withdrawal recorded"),
    flag("duplicate", "doublon d'un dossier nommé", "duplicate of a named case"),
    flag(
        "facts_unknown", "faits jusque-là inconnus, ou jugés à la qualification", "facts unknown so far, or judged anew"
    ),
    flag("collective", "réponse par une action collective", "answered by a collective action"),
    flag("named", "auteur connu", "known sender"),
    flag("anonymous_note", "note d'enquête anonyme", "anonymous survey note"),
    flag("linked", "lien déjà enregistré", "link recorded already"),
    flag("settled", "suites réglées", "follow-up settled"),
    flag("actions_open", "actions encore ouvertes", "actions still open"),
    flag("measure_known", "mesure conservatoire connue", "containment measure known"),
    flag("role_qualifies", "rôle habilité à qualifier", "role that may qualify"),
    flag("risks_unjudged", "risques non jugés", "risks not judged"),
    flag("complexity_undetermined", "complexité non déterminée", "complexity undetermined"),
    flag("complex", "cas complexe", "complex case"),
    flag("root_cause_by_method", "cause racine établie par une méthode", "root cause found by a method"),
    flag("overriding", "niveau imposé", "level imposed"),
    flag("override_justified", "imposition motivée par un rôle habilité", "override with its role and reason"),
    flag("in_future", "date à venir", "in the future"),
    flag("before_receipt", "date antérieure à la réception", "before the receipt"),
    flag(
        "before_run", "date antérieure à la dernière clôture ou réouverture", "before the latest closing or reopening"
    ),
    flag("date_is_of_an_act", "date d'un acte du dossier", "date of an act of the case"),
    flag("against_the_story", "date qui contredit l'histoire", "date that the story contradicts"),
    flag("before_ground", "date antérieure à ce que l'acte suppose", "before what the act rests on"),
    flag("receipt_after_acts", "réception postérieure à un acte", "receipt after something that was done"),
    flag(
        "before_suspension",
        "date antérieure à la dernière suspension ou reprise",
        "before the latest suspension or its end",
    ),
    flag(
        "before_deadline_suspension",
        "date antérieure à la dernière suspension du délai ou à sa reprise",
        "before the latest suspension of the answer clock or its end",
    ),
    flag("deadline_passed", "échéance passée à cette date", "due date passed by that date"),
    flag("redirected", "expéditeur informé de la réorientation", "sender told where it was redirected"),
)
