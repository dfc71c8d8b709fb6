"""Guards of the handling of a case, from the facts to the answer."""

from __future__ import annotations

from reclamation_core.cases.codes import Admissibility, CommandType
from reclamation_core.cases.common_guards import COMPLEXITY_UNDETERMINED
from reclamation_core.cases.guard import Guard
from reclamation_core.wording import Wording

_HANDLING = (CommandType.QUALIFY, CommandType.ANALYSE, CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER)

HANDLING_GUARDS: tuple[Guard[CommandType], ...] = (
    Guard(
        id="out-of-scope",
        verbs=(*_HANDLING, CommandType.SUSPEND_DEADLINE),
        when={"standing": Admissibility.OUT_OF_SCOPE},
        wording=Wording(
            "la demande est hors du cadre de la réclamation : réorientez-la et closez le dossier, ou rectifiez",
            "the message is out of scope: redirect it and close the case, or correct the facts",
        ),
        clause="M2-1 §1.2",
    ),
    Guard(
        id="to-be-clarified",
        verbs=(CommandType.QUALIFY,),
        when={"standing": Admissibility.TO_BE_CLARIFIED},
        wording=Wording(
            "la recevabilité n'est pas établie : complétez les faits qui manquent",
            "eligibility is not settled: complete the facts that are missing",
        ),
        clause="M2-1 §1.2",
        reading="I10",
    ),
    Guard(
        id="no-call",
        verbs=(CommandType.TRANSCRIBE,),
        when={"by_phone": False},
        wording=Wording(
            "la demande n'a pas été faite par téléphone : ajoutez un support factuel, ou rectifiez le canal",
            "the message was not made by telephone: add a factual support, or correct the channel",
        ),
        clause="M2-1 §1.3",
    ),
    Guard(
        id="not-transcribed",
        verbs=(CommandType.QUALIFY,),
        when={"by_phone": True, "transcribed": False},
        wording=Wording("l'appel n'est pas transcrit : transcrivez-le", "the call is not transcribed: transcribe it"),
        clause="M2-1 §1.3",
        reading="I11",
    ),
    Guard(
        id="no-support",
        verbs=(CommandType.QUALIFY,),
        when={"supported": False},
        wording=Wording(
            "aucun support factuel n'est au dossier : ajoutez-en un", "no factual support is on file: add one"
        ),
        clause="M2-1 §6.1",
        reading="I11",
    ),
    Guard(
        id="role-may-not-qualify",
        verbs=(CommandType.QUALIFY,),
        when={"role_qualifies": False},
        wording=Wording(
            "ce rôle n'est pas habilité à qualifier dans cette édition : faites qualifier par un rôle qui l'est",
            "this role may not qualify in this edition: have a role qualify that may",
        ),
        clause="M2-1 §2.3",
        reading="I15",
    ),
    Guard(
        id="facts-known",
        verbs=(CommandType.COMPLETE_FACTS, CommandType.QUALIFY),
        when={"facts_unknown": False},
        wording=Wording(
            "un de ces faits est déjà connu : rectifiez-le", "one of these facts is known already: correct it"
        ),
    ),
    Guard(
        id="risks-unjudged",
        verbs=(CommandType.QUALIFY,),
        when={"risks_unjudged": True},
        wording=Wording(
            "les risques ne sont pas tous jugés : donnez la gravité de chaque domaine, 0 s'il n'est pas touché, et la "
            "vraisemblance ou le nombre de récurrences",
            "the risks are not all judged: give the severity of each domain, 0 where it is not touched, and the "
            "likelihood or the number of recurrences",
        ),
        clause="M2-1 §2.2",
        reading="I24",
    ),
    Guard(
        id="not-qualified",
        verbs=(CommandType.ANALYSE, CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER),
        when={"qualified": False},
        wording=Wording("le dossier n'est pas qualifié : qualifiez-le", "the case is not qualified: qualify it"),
        clause="M2-1 §2.1",
        reading="I12",
    ),
    Guard(
        id="no-method",
        verbs=(CommandType.ANALYSE,),
        when={"complex": True, "root_cause_by_method": False},
        wording=Wording(
            "le cas est complexe : une méthode qui établit au moins une cause racine est requise",
            "the case is complex: a method that finds at least one root cause is required",
        ),
        clause="M2-1 §4.2",
        reading="I14",
    ),
    Guard(
        id="complexity-undetermined",
        verbs=(CommandType.PLAN, CommandType.PLAN_NOTHING),
        when={"complexity_undetermined": True},
        wording=COMPLEXITY_UNDETERMINED,
        clause="M2-1 §4.2",
        reading="I24",
    ),
    Guard(
        id="no-method-yet",
        verbs=(CommandType.PLAN, CommandType.PLAN_NOTHING),
        when={"complex": True, "analysed_by_method": False, "conforming": False},
        wording=Wording(
            "le cas est complexe et aucune méthode n'a établi de cause racine : analysez-le par l'une d'elles",
            "the case is complex and no method has found a root cause: analyse it by one of them",
        ),
        clause="M2-1 §4.2",
        reading="I14",
    ),
    Guard(
        id="not-analysed",
        verbs=(CommandType.PLAN,),
        when={"analysed": False},
        wording=Wording(
            "les causes ne sont pas analysées, et le plan d'actions en découle : analysez-les",
            "the causes are not analysed, and the action plan follows from them: analyse them",
        ),
        clause="M2-1 §4.1",
        reading="I12",
    ),
    Guard(
        id="actions-open",
        verbs=(CommandType.PLAN_NOTHING,),
        when={"actions_open": True},
        wording=Wording(
            "des actions du dossier sont encore ouvertes : closez-les ou abandonnez-les d'abord, avec un motif",
            "actions of the case are still open: close or abandon them first, with a reason",
        ),
        clause="M2-1 §4.1",
        reading="I12",
    ),
    Guard(
        id="measure-unknown",
        verbs=(CommandType.RECORD_CONTAINMENT_EFFECT,),
        when={"measure_known": False},
        wording=Wording(
            "aucune mesure conservatoire de ce numéro n'est au dossier : donnez son rang, 1 pour la première",
            "no containment measure of that number is on file: give its place, 1 for the first one",
        ),
        clause="M2-1 §3",
    ),
    Guard(
        id="override-unjustified",
        verbs=(CommandType.REROUTE,),
        when={"overriding": True, "override_justified": False},
        wording=Wording(
            "imposer un niveau, ou lever celui qui est imposé, demande un motif et un rôle RQR ou AQ",
            "imposing a level, or lifting one that is imposed, takes a reason and the role RQR or AQ",
        ),
        clause="M2-1 §5.2",
        reading="I28",
    ),
    Guard(
        id="answered-already",
        verbs=(CommandType.ANSWER,),
        when={"answered": True},
        wording=Wording(
            "la réponse est déjà donnée : pour répondre à nouveau, closez puis rouvrez le dossier",
            "the answer is given already: to answer again, close and reopen the case",
        ),
        clause="M2-1 §5.0",
        reading="I3",
    ),
    Guard(
        id="collective-though-named",
        verbs=(CommandType.ANSWER,),
        when={"collective": True, "named": True},
        wording=Wording(
            "l'auteur est connu : une action collective ne répond qu'à une note anonyme, répondez-lui",
            "the sender is known: a collective action answers an anonymous note only, answer them",
        ),
        clause="M2-1 §5.0",
        reading="I26",
    ),
    Guard(
        id="individual-though-anonymous",
        verbs=(CommandType.ANSWER,),
        when={"collective": False, "anonymous_note": True},
        wording=Wording(
            "la note est anonyme, il n'y a personne à qui écrire : répondez par une action collective",
            "the note is anonymous, there is nobody to write to: answer by a collective action",
        ),
        clause="M2-1 §5.0",
        reading="I26",
    ),
    Guard(
        id="never-answered",
        verbs=(CommandType.RECORD_REACTION,),
        when={"answered_once": False},
        wording=Wording("aucune réponse n'a été donnée : répondez d'abord", "no answer has been given: answer first"),
        clause="M2-1 §5.0",
    ),
)
"""What handling asks, in the order of the procedure."""
