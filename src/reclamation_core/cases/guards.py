"""What each act asks of a case: guards as data, one decision table for each verb.

A guard is a row that refuses. The table of a verb has its guards and, beneath them, a row that allows: so a refusal
tells every guard that is not met at once, explains itself, and says what would be enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from reclamation_core.cases.codes import CaseState, ClosingReason, Permission, Standing, Verb
from reclamation_core.tables import Boolean, DecisionTable, Enumeration, HitPolicy, Input, Row, is_not
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class Guard:
    """A condition for some acts.

    Args:
        id: its name.
        verbs: the acts that it guards.
        when: what refuses, as the conditions of a row.
        wording: what is wrong, and what would do.
        clause: the clause it comes from, None where it is common sense.
        reading: the reading it is.
    """

    id: str
    verbs: tuple[Verb, ...]
    when: Mapping[str, Any] = attrs.field(hash=False)
    wording: Wording
    clause: str | None = None
    reading: str | None = None


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
    _flag("answered", "réponse donnée", "answered"),
    _flag("answered_once", "réponse donnée au moins une fois", "answered at least once"),
    _flag("withdrawn", "retrait enregistré", "withdrawal recorded"),
    _flag("duplicate", "doublon d'un dossier nommé", "duplicate of a named case"),
    _flag("facts_unknown", "faits jusque-là inconnus", "facts unknown so far"),
    _flag("settled", "suites réglées", "follow-up settled"),
    _flag("measure_known", "mesure conservatoire connue", "containment measure known"),
    _flag("role_qualifies", "rôle habilité à qualifier", "role that may qualify"),
    _flag("complex", "cas complexe", "complex case"),
    _flag("root_cause_by_method", "cause racine établie par une méthode", "root cause found by a method"),
    _flag("overriding", "niveau imposé", "level imposed"),
    _flag("override_justified", "imposition motivée par un rôle habilité", "override with its role and reason"),
    _flag("in_future", "date à venir", "in the future"),
    _flag("before_receipt", "date antérieure à la réception", "before the receipt"),
    _flag("redirected", "expéditeur informé de la réorientation", "sender told where it was redirected"),
)

_OPEN = tuple(verb for verb in Verb if verb not in {Verb.REOPEN, Verb.LINK, Verb.RECORD_REACTION, Verb.ANONYMISE,
                                                    Verb.REFER_TO_MEDIATION})  # fmt: skip
_OF_COMPLAINTS = (Verb.ACKNOWLEDGE, Verb.TRANSCRIBE, Verb.ANSWER, Verb.RECORD_REACTION, Verb.REFER_TO_MEDIATION,
                  Verb.WITHDRAW)  # fmt: skip
_HANDLING = (Verb.QUALIFY, Verb.ANALYSE, Verb.PLAN, Verb.PLAN_NOTHING, Verb.ANSWER)

GUARDS: tuple[Guard, ...] = (
    Guard(
        id="in-future",
        verbs=tuple(Verb),
        when={"in_future": True},
        wording=Wording(
            "la date donnée est à venir : donnez celle où cela s'est passé",
            "the date given is in the future: give the one on which it happened",
        ),
    ),
    Guard(
        id="before-receipt",
        verbs=tuple(verb for verb in Verb if verb is not Verb.CORRECT),
        when={"before_receipt": True},
        wording=Wording(
            "la date donnée précède la réception : corrigez-la, ou rectifiez la date de réception",
            "the date given is before the receipt: mend it, or correct the date of receipt",
        ),
        reading="I23",
    ),
    Guard(
        id="closed",
        verbs=_OPEN,
        when={"state": CaseState.CLOSED},
        wording=Wording("le dossier est clos : rouvrez-le d'abord", "the case is closed: reopen it first"),
    ),
    Guard(
        id="anonymised",
        verbs=tuple(Verb),
        when={"anonymised": True},
        wording=Wording(
            "le dossier est anonymisé : son histoire est terminée", "the case is anonymised: its story has ended"
        ),
        reading="I17",
    ),
    Guard(
        id="not-closed",
        verbs=(Verb.REOPEN, Verb.ANONYMISE),
        when={"state": is_not(CaseState.CLOSED)},
        wording=Wording("le dossier n'est pas clos", "the case is not closed"),
    ),
    Guard(
        id="no-complainant",
        verbs=_OF_COMPLAINTS,
        when={"standing": Standing.MALFUNCTION},
        wording=Wording(
            "un dysfonctionnement interne n'a ni plaignant ni délai de réponse",
            "an internal malfunction has neither complainant nor answer clock",
        ),
        clause="M2-1 §7",
        reading="I5",
    ),
    Guard(
        id="out-of-scope",
        verbs=_HANDLING,
        when={"standing": Standing.OUT_OF_SCOPE},
        wording=Wording(
            "la demande est hors du cadre de la réclamation : réorientez-la et closez le dossier, ou rectifiez",
            "the message is out of scope: redirect it and close the case, or correct the facts",
        ),
        clause="M2-1 §1.2",
    ),
    Guard(
        id="to-be-clarified",
        verbs=(Verb.QUALIFY,),
        when={"standing": Standing.TO_BE_CLARIFIED},
        wording=Wording(
            "la recevabilité n'est pas établie : complétez les faits qui manquent",
            "eligibility is not settled: complete the facts that are missing",
        ),
        clause="M2-1 §1.2",
        reading="I10",
    ),
    Guard(
        id="no-call",
        verbs=(Verb.TRANSCRIBE,),
        when={"by_phone": False},
        wording=Wording("la demande n'a pas été faite par téléphone", "the message was not made by telephone"),
        clause="M2-1 §1.3",
    ),
    Guard(
        id="not-transcribed",
        verbs=(Verb.QUALIFY,),
        when={"by_phone": True, "transcribed": False},
        wording=Wording("l'appel n'est pas transcrit : transcrivez-le", "the call is not transcribed: transcribe it"),
        clause="M2-1 §1.3",
        reading="I11",
    ),
    Guard(
        id="no-support",
        verbs=(Verb.QUALIFY,),
        when={"supported": False},
        wording=Wording(
            "aucun support factuel n'est au dossier : ajoutez-en un", "no factual support is on file: add one"
        ),
        clause="M2-1 §6.1",
        reading="I11",
    ),
    Guard(
        id="role-may-not-qualify",
        verbs=(Verb.QUALIFY,),
        when={"role_qualifies": False},
        wording=Wording(
            "ce rôle n'est pas habilité à qualifier dans cette édition", "this role may not qualify in this edition"
        ),
        clause="M2-1 §2.3",
        reading="I15",
    ),
    Guard(
        id="facts-known",
        verbs=(Verb.COMPLETE_FACTS,),
        when={"facts_unknown": False},
        wording=Wording(
            "un de ces faits est déjà connu : rectifiez-le", "one of these facts is known already: correct it"
        ),
    ),
    Guard(
        id="not-qualified",
        verbs=(Verb.ANALYSE, Verb.PLAN, Verb.PLAN_NOTHING, Verb.ANSWER),
        when={"qualified": False},
        wording=Wording("le dossier n'est pas qualifié : qualifiez-le", "the case is not qualified: qualify it"),
        clause="M2-1 §2.1",
        reading="I12",
    ),
    Guard(
        id="no-method",
        verbs=(Verb.ANALYSE,),
        when={"complex": True, "root_cause_by_method": False},
        wording=Wording(
            "le cas est complexe : une méthode qui établit au moins une cause racine est requise",
            "the case is complex: a method that finds at least one root cause is required",
        ),
        clause="M2-1 §4.2",
        reading="I14",
    ),
    Guard(
        id="not-analysed",
        verbs=(Verb.PLAN,),
        when={"analysed": False},
        wording=Wording(
            "les causes ne sont pas analysées : le plan d'actions en découle",
            "the causes are not analysed: the action plan follows from them",
        ),
        clause="M2-1 §4.1",
        reading="I12",
    ),
    Guard(
        id="measure-unknown",
        verbs=(Verb.RECORD_CONTAINMENT_EFFECT,),
        when={"measure_known": False},
        wording=Wording(
            "aucune mesure conservatoire de ce numéro n'est au dossier",
            "no containment measure of that number is on file",
        ),
        clause="M2-1 §3",
    ),
    Guard(
        id="override-unjustified",
        verbs=(Verb.REROUTE,),
        when={"overriding": True, "override_justified": False},
        wording=Wording(
            "imposer un autre niveau que celui de la procédure demande un motif et un rôle RQR ou AQ",
            "imposing another level than the procedure's takes a reason and the role RQR or AQ",
        ),
        clause="M2-1 §5.2",
    ),
    Guard(
        id="answered-already",
        verbs=(Verb.ANSWER,),
        when={"answered": True},
        wording=Wording(
            "la réponse est déjà donnée : pour répondre à nouveau, closez puis rouvrez le dossier",
            "the answer is given already: to answer again, close and reopen the case",
        ),
        clause="M2-1 §5.0",
        reading="I3",
    ),
    Guard(
        id="never-answered",
        verbs=(Verb.RECORD_REACTION,),
        when={"answered_once": False},
        wording=Wording("aucune réponse n'a été donnée", "no answer has been given"),
        clause="M2-1 §5.0",
    ),
    Guard(
        id="close-answered-without-answer",
        verbs=(Verb.CLOSE,),
        when={"reason": ClosingReason.ANSWERED, "answered": False},
        wording=Wording("la réponse n'est pas donnée : répondez", "the answer is not given: answer"),
        clause="M2-1 §5.0",
        reading="I12",
    ),
    Guard(
        id="close-treated-complaint",
        verbs=(Verb.CLOSE,),
        when={"reason": ClosingReason.TREATED, "standing": is_not(Standing.MALFUNCTION)},
        wording=Wording(
            "« traité » clôt un dysfonctionnement ; une réclamation se clôt par sa réponse",
            "'treated' closes a malfunction; a complaint is closed by its answer",
        ),
        clause="M2-1 §7",
        reading="I12",
    ),
    Guard(
        id="close-unsettled",
        verbs=(Verb.CLOSE,),
        when={"reason": (ClosingReason.ANSWERED, ClosingReason.TREATED), "settled": False},
        wording=Wording(
            "les suites ne sont pas réglées : jugez l'efficacité de chaque action, abandonnez-la avec un motif, ou "
            "dites pourquoi aucune n'est nécessaire",
            "the follow-up is not settled: judge the effectiveness of each action, abandon it with a reason, or state "
            "why none is needed",
        ),
        clause="M2-1 §4.1",
        reading="I12",
    ),
    Guard(
        id="close-in-scope",
        verbs=(Verb.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "standing": is_not(Standing.OUT_OF_SCOPE)},
        wording=Wording(
            "la demande n'est pas hors du cadre : rectifiez les faits si elle l'est",
            "the message is not out of scope: correct the facts if it is",
        ),
        clause="M2-1 §1.2",
        reading="I12",
    ),
    Guard(
        id="close-not-redirected",
        verbs=(Verb.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "redirected": False},
        wording=Wording(
            "dites où la demande a été réorientée et quand son auteur en a été informé",
            "say where the message was redirected and when its sender was told",
        ),
        clause="M2-1 §0.3",
        reading="I12",
    ),
    Guard(
        id="close-not-withdrawn",
        verbs=(Verb.CLOSE,),
        when={"reason": ClosingReason.WITHDRAWN, "withdrawn": False},
        wording=Wording("aucun retrait n'est enregistré", "no withdrawal is recorded"),
        reading="I12",
    ),
    Guard(
        id="close-not-duplicate",
        verbs=(Verb.CLOSE,),
        when={"reason": ClosingReason.DUPLICATE, "duplicate": False},
        wording=Wording(
            "le dossier dont celui-ci est le doublon n'est pas lié : liez-le",
            "the case that this one duplicates is not linked: link it",
        ),
        reading="I12",
    ),
)
"""Every guard, the common ones first."""


@cache
def guard_table(verb: Verb) -> DecisionTable[Permission]:
    """The table that allows or refuses an act; its rows that refuse are the guards of the verb."""
    guards = [guard for guard in GUARDS if verb in guard.verbs]
    asked = {name for guard in guards for name in guard.when}
    refusals = [
        Row(guard.id, guard.when, Permission.REFUSED, guard.clause, guard.wording, reading=guard.reading)
        for guard in guards
    ]
    nothing = Wording("rien ne s'y oppose", "nothing stands against it")
    return DecisionTable(
        f"may_{verb.value}",
        tuple(input_ for input_ in INPUTS if input_.name in asked),
        Enumeration.of(Permission),
        (*refusals, Row("allowed", {}, Permission.ALLOWED, None, nothing)),
        HitPolicy.PRIORITY,
        verb.wording,
        priority=(Permission.REFUSED, Permission.ALLOWED),
    )
