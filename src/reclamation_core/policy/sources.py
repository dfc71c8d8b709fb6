"""The clauses of M2-1, numbered for citation, and the interpretations (lectures) of what its text leaves open.

Each is carried by rows of tables, by parameters or by objects of the library.
"""

from __future__ import annotations

import re

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

_CLAUSE = re.compile(r"§\d+(?:\.\d+)?")
_OF_M2_1 = re.compile(rf"M2-1 ({_CLAUSE.pattern}(?:, {_CLAUSE.pattern})*)")


@attrs.frozen
class Clause(SharedRepr):
    """One clause. Its number is the library's own: M2-1 numbers its points (1) to (5) only.

    Attributes:
        id: its number, as rows and parameters cite it.
        text: the words of the procedure, between « »; the rest is a summary.
        objects: the objects of the library that carry it.
    """

    id: str
    text: str
    objects: tuple[str, ...] = ()


def procedure_text() -> str:
    """Return the text of M2-1, without its marks of emphasis."""
    from importlib import resources

    return resources.files(__package__).joinpath("data", "m2-1.txt").read_text("utf-8")


def cited(source: str | None) -> tuple[str, ...]:
    """The clauses of M2-1 that a row or a parameter cites.

    >>> cited("M2-1 §1.2, §1.3")
    ('M2-1 §1.2', 'M2-1 §1.3')
    """
    listed = _OF_M2_1.findall(source or "")
    return tuple(f"M2-1 {clause}" for clauses in listed for clause in _CLAUSE.findall(clauses))


CLAUSES: tuple[Clause, ...] = (
    Clause(
        "M2-1 §0.1",
        "« Traiter de façon efficace l'ensemble des réclamations et les "
        "dysfonctionnements internes », « mettre en œuvre les actions permettant de réduire ou de "
        "supprimer les effets sur le client »",
        objects=("ContainmentTaken", "ContainmentEffectRecorded", "ActionType.CURATIVE"),
    ),
    Clause(
        "M2-1 §0.2",
        "« identifier la présence d'une situation non conforme aux exigences "
        "contractuelles et Légales et réglementaires »",
        objects=("Requirement", "Qualified.conforming"),
    ),
    Clause(
        "M2-1 §0.3",
        "« anticiper de futures réclamations en identifiant des attentes implicites non satisfaites »",
        objects=("ClosingReason.OUT_OF_SCOPE", "Closed.redirected_to", "Desk.signals"),
    ),
    Clause(
        "M2-1 §1.1", "« Un portail ouvert au public », « précise les modalités pour adresser une réclamation à l'Afpa »"
    ),
    Clause(
        "M2-1 §1.2",
        "« Est considéré comme réclamation une plainte client (stagiaire, financeur, "
        "prescripteur, partenaire) relative au non-respect d'une exigence contractuelle, Légale "
        "ou Réglementaire d'une prestation vendue »",
        objects=("Complainant", "Nature", "Requirement"),
    ),
    Clause(
        "M2-1 §1.3",
        "« Entrent dans le cadre de la réclamation », « un mécontentement exprimé de façon "
        "formelle par un courrier reçu par la médiation, un courrier direct sous en Centre, un "
        "mail, ou via le Canal téléphonique »",
        objects=("Channel",),
    ),
    Clause(
        "M2-1 §1.4",
        "« Entrent dans le cadre de la réclamation », « un niveau d'insatisfaction <6 relevé lors "
        "de l'enquête réalisée en fin de formation »",
    ),
    Clause(
        "M2-1 §1.5",
        "« N'entrent pas dans le cadre de la réclamation », « Toute demande initiale "
        "d'information, ou de renseignements »",
    ),
    Clause(
        "M2-1 §1.6",
        "« N'entrent pas dans le cadre de la réclamation », « toute expression d'opinion générale ou de jugement »",
    ),
    Clause(
        "M2-1 §2.1",
        "« La qualification vise à s'assurer de la bonne compréhension du problème »",
        objects=("Qualified.problem",),
    ),
    Clause(
        "M2-1 §2.2",
        "« l'identification des risques d'impact sur la relation client ou le respect des exigences »",
        objects=("RiskDomain", "Band"),
    ),
    Clause(
        "M2-1 §2.3",
        "« Les RQR / AQ assurent un appui méthodologique pour la qualification du problème et l'analyse des risques »",
        objects=("Role", "Qualified.supported_by"),
    ),
    Clause(
        "M2-1 §2.4",
        "« Ils s'appuient sur les compétences du CODIR ou des familles métiers pour évaluer les risques »",
        objects=("Qualified.experts",),
    ),
    Clause(
        "M2-1 §3",
        "« La mesure conservatoire est une action “immédiate” permettant de limiter l'impact du problème »",
        objects=("ContainmentTaken", "CommandType.CONTAIN"),
    ),
    Clause(
        "M2-1 §4.1",
        "« L'analyse du problème permet de formaliser un plan d'actions au regard de la ou des causes exactes »",
        objects=("Analysed", "ActionSheet.cause"),
    ),
    Clause(
        "M2-1 §4.2",
        "« Des méthodes et outils de résolution de problèmes sont utilisés dans les cas complexes »",
        objects=("Complexity", "CauseAnalysis", "CommandType.ANALYSE"),
    ),
    Clause(
        "M2-1 §5.0",
        "« Ces réclamations font l'objet d'une réponse dans les 10 jours ouvrés »",
        objects=("DeadlineRule", "Deadline"),
    ),
    Clause(
        "M2-1 §5.1",
        "« Local pour une réclamation concernant un client local ou une prestation réalisée par un Centre »",
        objects=("Level",),
    ),
    Clause(
        "M2-1 §5.2",
        "« Régional pour une réclamation d'un client régional ou une prestation réalisé par "
        "plusieurs Centres de la Région ou un client local, pour lequel le traitement du problème "
        "nécessite une mobilisation régionale »",
        objects=("ClientScope", "ServiceReach", "Mobilisation"),
    ),
    Clause(
        "M2-1 §5.3",
        "« National pour une réclamation d'un client national “Grand Comptes” ou un client "
        "régional ou local pour lequel le traitement du problème nécessite une mobilisation "
        "nationale »",
    ),
    Clause(
        "M2-1 §6.1",
        "élément d'entrée « Réclamations », fournisseur « Tous les PCS », condition d'obtention « Support factuel »",
        objects=("SupportAdded", "CommandType.QUALIFY"),
    ),
    Clause(
        "M2-1 §6.2",
        "élément d'entrée « Résultats d'enquête », fournisseur « PCS C6 », condition d'obtention "
        "« Enquête stagiaire et entreprise »",
        objects=("Complainant.COMPANY", "Desk.register_survey_result"),
    ),
    Clause(
        "M2-1 §6.3",
        "élément de sortie « PGAAC », destinataire « Tous les PCS », conditions de transmission « "
        "Mise à jour et diffusion »",
        objects=("Pgaac", "PublishedPlan.recipients"),
    ),
    Clause(
        "M2-1 §7",
        "« Piloter les réclamations clients et dysfonctionnements internes »",
        objects=("ComplaintFacts", "MalfunctionFacts", "Policy.assess_malfunction"),
    ),
)
"""Every clause of the procedure, in its order."""


@attrs.frozen
class Interpretation(SharedRepr):
    """An interpretation (lecture): its number, its wording, and its carriers other than the rows that cite it."""

    number: str
    wording: Wording
    carrier: str


_NUMBER = re.compile(r"\bI\d\w*")


def interpretation_numbers(source: str | None) -> tuple[str, ...]:
    """The numbers of the interpretations that a row or a parameter is; what is no number is an edition's own.

    >>> interpretation_numbers("I1, I9"), interpretation_numbers("lecture de l'agence Nord")
    (('I1', 'I9'), ())
    """
    return tuple(_NUMBER.findall(source or ""))


INTERPRETATIONS: tuple[Interpretation, ...] = tuple(
    Interpretation(number, Wording(fr, en), carrier)
    for number, carrier, fr, en in (
        (
            "I1",
            "survey.threshold, survey.scale",
            (
                "Le « niveau d'insatisfaction <6 » est lu comme une note de satisfaction de 0 à 10 : strictement "
                "inférieure à 6, elle vaut réclamation ; 6 n'en est pas une."
            ),
            (
                "“Niveau d'insatisfaction <6” is read as a satisfaction score from 0 to 10: strictly below 6 it is "
                "a complaint, 6 is not."
            ),
        ),
        (
            "I2",
            "deadline, closures",
            (
                "Le délai est de dix jours ouvrés, du lundi au vendredi, hors jours fériés et fermetures ; le "
                "jour de réception ne compte pas."
            ),
            "The day of receipt does not count; Monday to Friday, less holidays and closures, ten days.",
        ),
        (
            "I3",
            "Deadline.status",
            "Seule la réponse au fond arrête le délai : ni l'accusé de réception ni la clôture ne l'arrêtent.",
            "Only the substantive answer stops the clock, neither the acknowledgement nor the closing.",
        ),
        (
            "I4",
            "Complainant.COMPANY",
            (
                "L'entreprise est un client : son mécontentement exprimé de façon formelle est recevable, et sa "
                "note compte."
            ),
            "A company is a client: its complaint and its note are in scope.",
        ),
        (
            "I5",
            "Policy.assess_malfunction",
            (
                "Un dysfonctionnement interne suit le même traitement qu'une réclamation, sans examen de "
                "recevabilité ni délai de réponse."
            ),
            "An internal malfunction is a case like any other, without eligibility or answer clock.",
        ),
        (
            "I6",
            "ServiceReach.SEVERAL_REGIONS",
            "Des centres de plusieurs régions : niveau national.",
            "Centres of several regions: national level.",
        ),
        (
            "I7",
            "Level",
            (
                "Les règles de niveau se recouvrent : le niveau le plus élevé l'emporte, et toutes les règles "
                "applicables sont citées."
            ),
            "The clauses on levels overlap: the highest level wins, and all are cited.",
        ),
        (
            "I8",
            "Nature.INITIAL_INFORMATION_REQUEST",
            (
                "Seule la demande initiale d'information est hors du cadre ; répétée faute de réponse, elle "
                "exprime un mécontentement."
            ),
            "Only the initial request is out of scope; repeated for want of an answer it is a grievance.",
        ),
        (
            "I9",
            "ComplaintFacts.satisfaction",
            "Une note inférieure au seuil suffit, quelles que soient les autres informations.",
            "A score below the threshold suffices, whatever the other facts.",
        ),
        (
            "I10",
            "UNKNOWN",
            "L'exigence peut être inconnue à la réception : le délai court, et l'outil propose la question à poser.",
            "The requirement may be unknown at receipt: the clock runs, and the question to ask is given.",
        ),
        (
            "I11",
            "SupportAdded, Transcribed",
            (
                "Un dossier n'est qualifié que sur un support factuel ; un appel est d'abord transcrit, avec sa "
                "date et le nom de l'auteur de la transcription."
            ),
            "A case is qualified on a factual support only; a call is first written down, with its date and author.",
        ),
        (
            "I12",
            "CommandType",
            "La mesure conservatoire peut être prise à tout moment ; l'analyse et la réponse suivent la qualification.",
            "Containment comes at any moment; the analysis and the answer, after the qualification.",
        ),
        (
            "I13",
            "risk",
            (
                "L'indice de criticité est la gravité (de 1 à 4, la plus forte des domaines concernés) multipliée "
                "par la vraisemblance (de 1 à 4) ; il donne quatre niveaux."
            ),
            "Severity 1 to 4, the highest of the domains touched, times likelihood 1 to 4; four bands.",
        ),
        (
            "I14",
            "complexity",
            (
                "Un cas est complexe par son niveau de criticité, ses causes multiples, sa récurrence ou son "
                "niveau de traitement."
            ),
            "A case is complex by its criticality, its several causes, its recurrence or its level.",
        ),
        (
            "I15",
            "roles.qualifying",
            "L'unité de traitement qualifie ; une version de la procédure peut exiger un RQR ou un AQ.",
            "The handling unit qualifies; an edition may demand an RQR or an AQ.",
        ),
        (
            "I16",
            "Pgaac",
            "Le PGAAC, d'un centre, régional ou national, est mis à jour en continu et diffusé en éditions numérotées.",
            "The PGAAC of a site, a region or the nation is updated continuously and published as numbered editions.",
        ),
        (
            "I17",
            "retention",
            (
                "Noms et textes sont effacés douze mois après la clôture (réglage livré) ; autre réglage possible : "
                "une archive à accès restreint, jusqu'à cinq ans. Un contentieux suspend l'effacement."
            ),
            "Personal data are anonymised a year after closing, or archived for five years; litigation suspends that.",
        ),
        (
            "I18",
            "Role.RQR, Role.AQ",
            "RQR, AQ, PCS, CODIR sont des libellés de la procédure, repris sans être développés.",
            "RQR, AQ, PCS and CODIR are labels of the procedure, taken over without being expanded.",
        ),
        (
            "I19",
            "Assessment.handling_level",
            (
                "Tant que la mobilisation nécessaire est inconnue, le niveau le plus bas encore possible traite "
                "le dossier."
            ),
            "While the mobilisation is unknown, the lowest level still possible handles the case.",
        ),
        (
            "I20",
            "ComplaintFacts.formal",
            (
                "Un mécontentement exprimé de façon formelle est recevable si toutes les conditions de la "
                "définition sont réunies."
            ),
            "A formal complaint is in scope where all the conditions of the definition are met.",
        ),
        (
            "I21",
            "Channel.PORTAL",
            "Le formulaire du portail est un canal écrit et formel.",
            "The portal's form is a formal, written channel.",
        ),
        (
            "I22",
            "MalfunctionFacts.client_scope",
            "Un dysfonctionnement n'a pas de client : les règles de périmètre et de mobilisation s'appliquent seules.",
            "A malfunction has no client: the clauses on reach and mobilisation apply alone.",
        ),
        (
            "I23",
            "ComplaintFacts.received_at",
            "La réception est l'arrivée par l'un quelconque des points d'entrée de l'Afpa, et non l'enregistrement.",
            "Receipt is the arrival at any point of entry of Afpa, not the registration.",
        ),
        (
            "I24",
            "qualification.risks_required",
            (
                "Qualifier, c'est évaluer les risques de chaque domaine ; décider des suites ou clôturer demande "
                "une complexité déterminée."
            ),
            "Qualifying judges the risks of every domain; acting and closing require a determined complexity.",
        ),
        (
            "I25",
            "deadline.suspensions_allowed",
            (
                "Le délai de réponse ne peut pas être suspendu, sauf si la version de la procédure l'admet ; "
                "chaque suspension est motivée."
            ),
            "The answer clock cannot be suspended, unless the edition allows it; each suspension has its reason.",
        ),
        (
            "I26",
            "Answered.collective",
            (
                "Une demande dont l'auteur est inconnu (note basse anonyme, message non signé) reçoit une réponse "
                "collective (information du groupe, affichage) ; un auteur connu reçoit une réponse à son nom."
            ),
            (
                "A message of an unknown sender (an anonymous low score, an unsigned message) is answered "
                "collectively; a named sender is answered by name."
            ),
        ),
        (
            "I27",
            "ClosingReason",
            "Chaque motif de clôture a ses conditions, énoncées par la table de clôture.",
            "Each reason for closing has its conditions, which the closing table states.",
        ),
        (
            "I28",
            "Rerouted.override",
            "Un niveau autre que celui de la procédure ne peut être imposé que par un RQR ou un AQ, avec un motif.",
            "A level other than the procedure's is imposed with a reason, by an RQR or an AQ.",
        ),
        (
            "I29",
            "complexity.conforming_exempt",
            (
                "Un cas complexe demande une méthode qui établit une cause racine, même si la prestation est reconnue "
                "conforme à l'exigence, sauf si la version de la procédure en dispense ces cas."
            ),
            (
                "A complex case needs a method that finds a root cause, even if the service is judged to conform to "
                "the requirement, unless the edition exempts such cases."
            ),
        ),
        (
            "I30",
            "Admissibility.TO_BE_CLARIFIED",
            (
                "La recevabilité est établie avant de décider des actions, de répondre et de clôturer après réponse ; "
                "si une rectification la remet en doute, l'information qui manque est attendue."
            ),
            (
                "Only a case whose eligibility is determined is planned, answered or closed as answered; one that a "
                "correction makes to be clarified again waits for its fact."
            ),
        ),
        (
            "I31",
            "support.document_required",
            (
                "Un support factuel peut comporter des documents ; un support sans document (appel noté, entretien) "
                "suffit, sauf si la version de la procédure exige un document."
            ),
            (
                "A factual support may have documents; one without a document (a call written down, a conversation) "
                "suffices, unless the edition requires a document."
            ),
        ),
    )
)
"""The interpretations, by number."""
