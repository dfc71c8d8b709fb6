"""The closed lists of the life of a case."""

from __future__ import annotations

from reclamation_core.codes import LabelledEnum, OrderedEnum


class CaseKind(LabelledEnum):
    """What a case is about (nature du dossier). Source: M2-1 §7."""

    COMPLAINT = "complaint", "demande d'un client", "client's request"
    MALFUNCTION = "malfunction", "dysfonctionnement interne", "internal malfunction"


class CaseState(OrderedEnum):
    """The state of a case (état), which follows from its events."""

    REGISTERED = "registered", "enregistré", "registered"
    QUALIFIED = "qualified", "qualifié", "qualified"
    ANALYSED = "analysed", "analysé", "analysed"
    PLANNED = "planned", "suites décidées", "follow-up decided"
    ANSWERED = "answered", "répondu", "answered"
    CLOSED = "closed", "clos", "closed"


class SupportKind(LabelledEnum):
    """What a factual support is (support factuel). Source: M2-1 §6.1."""

    LETTER = "letter", "courrier", "letter"
    EMAIL = "email", "courriel", "e-mail"
    TRANSCRIPTION = "transcription", "transcription d'un appel", "transcription of a call"
    FORM = "form", "formulaire", "form"
    SURVEY = "survey", "résultat d'enquête", "survey result"
    REPORT = "report", "signalement interne", "internal report"
    OTHER = "other", "autre pièce", "other document"


class AnswerDecision(LabelledEnum):
    """The decision of an answer about the complaint (décision)."""

    FOUNDED = "founded", "réclamation fondée", "complaint founded"
    PARTLY_FOUNDED = "partly_founded", "réclamation en partie fondée", "complaint partly founded"
    UNFOUNDED = "unfounded", "réclamation non fondée", "complaint unfounded"
    MISATTRIBUTED = "misattributed", "ne relève pas de l'Afpa", "not for Afpa to answer"


class Reaction(LabelledEnum):
    """The reaction of the complainant to the answer (réaction)."""

    SATISFIED = "satisfied", "satisfaction", "satisfied"
    PARTLY_SATISFIED = "partly_satisfied", "satisfaction partielle", "partly satisfied"
    DISSATISFIED = "dissatisfied", "insatisfaction", "dissatisfied"


class ClosingReason(LabelledEnum):
    """Why a case is closed (motif de clôture)."""

    ANSWERED = "answered", "réponse donnée", "answered"
    TREATED = "treated", "dysfonctionnement traité", "malfunction treated"
    OUT_OF_SCOPE = "out_of_scope", "hors du cadre", "out of scope"
    WITHDRAWN = "withdrawn", "retrait par le client", "withdrawn by the client"
    DUPLICATE = "duplicate", "doublon", "duplicate"


class RedirectionKind(LabelledEnum):
    """To whom a message out of scope is redirected (réorientation): nothing goes to a third party without consent."""

    INTERNAL = "internal", "un service de l'Afpa", "a department of the Afpa"
    THIRD_PARTY = "third_party", "un organisme extérieur à l'Afpa", "an organisation outside the Afpa"


class LinkKind(LabelledEnum):
    """The relation of a case to another one (lien)."""

    DUPLICATE_OF = "duplicate_of", "doublon de", "duplicate of"
    SAME_CAUSE_AS = "same_cause_as", "même cause que", "same cause as"
    ABOUT_HANDLING_OF = "about_handling_of", "porte sur le traitement de", "about the handling of"


class Method(LabelledEnum):
    """A problem-solving method (méthode de résolution de problèmes). Source: M2-1 §4.2."""

    FIVE_WHYS = "five_whys", "5 pourquoi", "5 whys"
    ISHIKAWA = "ishikawa", "Ishikawa", "Ishikawa"
    EIGHT_D = "eight_d", "8D", "8D"
    CAUSE_TREE = "cause_tree", "arbre des causes", "cause tree"
    QQOQCP = "qqoqcp", "QQOQCP", "QQOQCP"
    PDCA = "pdca", "PDCA", "PDCA"


class DeadlineKind(LabelledEnum):
    """The kind of a deadline (délai)."""

    ACKNOWLEDGEMENT = "acknowledgement", "accusé de réception", "acknowledgement"
    ANSWER = "answer", "réponse", "answer"
    EFFECTIVENESS = "effectiveness", "évaluation de l'efficacité", "evaluation of effectiveness"
    RETENTION = "retention", "fin de conservation", "end of retention"


class Threshold(OrderedEnum):
    """The threshold of an alert before, on or after a due date (seuil d'alerte)."""

    DUE_SOON = "due_soon", "échéance proche", "due soon"
    DUE_TODAY = "due_today", "échéance du jour", "due today"
    OVERDUE = "overdue", "en retard", "overdue"


class Admissibility(LabelledEnum):
    """Whether a case is in the scope of the procedure (recevabilité)."""

    IN_SCOPE = "in_scope", "réclamation", "complaint"
    TO_BE_CLARIFIED = "to_be_clarified", "à clarifier", "to be clarified"
    OUT_OF_SCOPE = "out_of_scope", "hors du cadre", "out of scope"
    MALFUNCTION = "malfunction", "sans objet", "not applicable"


class Permission(LabelledEnum):
    """The outcome of a guard table: allowed or refused."""

    ALLOWED = "allowed", "possible", "allowed"
    REFUSED = "refused", "refusé", "refused"


class ScopeKind(OrderedEnum):
    """The kind of the scope of a plan: a site, a region or the nation (périmètre). Source: M2-1 §6.3."""

    SITE = "site", "centre", "site"
    REGION = "region", "région", "region"
    NATION = "nation", "national", "nation"


class ProofStage(LabelledEnum):
    """What an event proves in an audit file (étape)."""

    COLLECTION = "collection", "recueil", "collection"
    QUALIFICATION = "qualification", "qualification", "qualification"
    ANSWER = "answer", "traitement et réponse", "handling and answer"
    CAUSES = "causes", "analyse des causes", "cause analysis"
    ACTIONS = "actions", "actions", "actions"
    EFFECTIVENESS = "effectiveness", "efficacité", "effectiveness"
    PUBLICATION = "publication", "plans publiés", "published plans"
    RETENTION = "retention", "conservation des textes", "retention of texts"
