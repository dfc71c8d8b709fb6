"""The commands on cases and on plans: what a person may do, and a policy may reserve to roles."""

from __future__ import annotations

from reclamation_core.codes import LabelledEnum


class CommandGroup(LabelledEnum):
    """What a command on a case is for, as a reader finds it in a menu (groupe d'opérations)."""

    HANDLING = "handling", "instruire", "handle"
    ANSWER = "answer", "répondre et clôturer", "answer and close"
    ACTIONS = "actions", "décider des suites", "decide on actions"
    CORRECTION = "correction", "corriger", "correct"
    PRIVACY = "privacy", "confidentialité", "privacy"


class CommandType(LabelledEnum):
    """What can be done to a registered case (acte)."""

    COMPLETE_FACTS = "complete_facts", "compléter les informations", "complete the facts"
    IDENTIFY_COMPLAINANT = "identify_complainant", "indiquer l'auteur", "identify the sender"
    CORRECT = "correct", "rectifier les informations", "correct the facts"
    CORRECT_DATE = "correct_date", "rectifier une date", "correct a date"
    CORRECT_COMPLAINANT = "correct_complainant", "rectifier l'auteur", "correct the sender"
    ACKNOWLEDGE = "acknowledge", "accuser réception", "acknowledge"
    REQUEST_INFORMATION = "request_information", "demander des précisions", "request information"
    ADD_SUPPORT = "add_support", "ajouter un support factuel", "add a factual support"
    TRANSCRIBE = "transcribe", "transcrire l'appel", "transcribe the call"
    CONTAIN = "contain", "prendre une mesure conservatoire", "take a containment measure"
    RECORD_CONTAINMENT_EFFECT = (
        "record_containment_effect",
        "noter l'effet de la mesure conservatoire",
        "record the effect of the containment measure",
    )
    QUALIFY = "qualify", "qualifier", "qualify"
    REROUTE = "reroute", "transférer le dossier", "transfer the case"
    ANALYSE = "analyse", "analyser", "analyse"
    PLAN = "plan", "décider des actions", "plan actions"
    PLAN_NOTHING = "plan_nothing", "indiquer pourquoi aucune action n'est nécessaire", "state why no action is needed"
    ANSWER = "answer", "répondre", "answer"
    RECORD_REACTION = "record_reaction", "noter le retour du client", "record the client's reaction"
    REFER_TO_MEDIATION = "refer_to_mediation", "orienter vers la médiation", "refer to mediation"
    WITHDRAW = "withdraw", "enregistrer le retrait du client", "record the client's withdrawal"
    CLOSE = "close", "clôturer", "close"
    REOPEN = "reopen", "rouvrir", "reopen"
    LINK = "link", "lier à un autre dossier", "link to another case"
    ASSIGN = "assign", "confier le dossier à une personne", "assign to a person"
    UNASSIGN = "unassign", "retirer le dossier à cette personne", "unassign"
    SUGGEST = "suggest", "suggérer une information", "suggest a fact"
    ADD_NOTE = "add_note", "ajouter une note interne", "add an internal note"
    SUSPEND_DEADLINE = "suspend_deadline", "suspendre le délai de réponse", "suspend the answer clock"
    RESUME_DEADLINE = "resume_deadline", "reprendre le délai de réponse", "resume the answer clock"
    SUSPEND_RETENTION = "suspend_retention", "suspendre l'effacement", "suspend erasure"
    RESUME_RETENTION = "resume_retention", "rétablir l'effacement", "resume erasure"
    ANONYMISE = "anonymise", "anonymiser", "anonymise"


class PlanCommandType(LabelledEnum):
    """What can be done to a plan (acte)."""

    ADD = "add", "inscrire une action", "add an action"
    AMEND = "amend", "modifier une action", "amend an action"
    PROGRESS = "progress", "noter l'avancement d'une action", "record the progress of an action"
    FINISH = "finish", "déclarer une action réalisée", "declare an action done"
    JUDGE = "judge", "évaluer l'efficacité d'une action", "evaluate the effectiveness of an action"
    FOLLOW_UP = "follow_up", "désigner l'action de suite", "name the follow-up of an action"
    CLOSE = "close", "clôturer une action", "close an action"
    ABANDON = "abandon", "abandonner une action", "abandon an action"
    REOPEN = "reopen", "rouvrir une action", "reopen an action"
    FORGET = "forget", "effacer les textes d'une action", "forget the texts of an action"
    PUBLISH = "publish", "publier une édition", "publish an edition"
    ACKNOWLEDGE_SIGNAL = "acknowledge_signal", "prendre en compte un signal", "acknowledge a signal"
    DISMISS_SIGNAL = "dismiss_signal", "écarter un signal", "dismiss a signal"
