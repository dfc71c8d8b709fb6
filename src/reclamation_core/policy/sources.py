"""The clauses of M2-1, numbered for citation, and the interpretations (lectures) of what its text leaves open.

Each is carried by rows of tables, by parameters or by objects of the library.
"""

from __future__ import annotations

import re

import attrs

from reclamation_core.wording import Wording

_CLAUSE = re.compile(r"§\d+(?:\.\d+)?")
_OF_M2_1 = re.compile(rf"M2-1 ({_CLAUSE.pattern}(?:, {_CLAUSE.pattern})*)")


@attrs.frozen
class Clause:
    """One clause.

    Attributes:
        id: its number, as rows and parameters cite it.
        text: the words of the procedure.
        objects: the objects of the library that carry it.
    """

    id: str
    text: str
    objects: tuple[str, ...] = ()


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
        "objectif : mettre en œuvre les actions permettant de réduire ou de supprimer les effets sur le client",
        objects=("ContainmentTaken", "ContainmentEffectRecorded", "ActionType.CURATIVE"),
    ),
    Clause(
        "M2-1 §0.2",
        "objectif : identifier la présence d'une situation non conforme aux exigences contractuelles, légales et "
        "réglementaires",
        objects=("Requirement", "Qualified.conforming"),
    ),
    Clause(
        "M2-1 §0.3",
        "objectif : anticiper de futures réclamations en identifiant des attentes implicites non satisfaites",
        objects=("ClosingReason.OUT_OF_SCOPE", "Closed.redirected_to", "Desk.signals"),
    ),
    Clause("M2-1 §1.1", "un portail ouvert au public précise les modalités pour adresser une réclamation"),
    Clause(
        "M2-1 §1.2",
        "est une réclamation une plainte client (stagiaire, financeur, prescripteur, partenaire) relative au "
        "non-respect d'une exigence contractuelle, légale ou réglementaire d'une prestation vendue",
        objects=("Complainant", "Nature", "Requirement"),
    ),
    Clause(
        "M2-1 §1.3",
        "entre dans le cadre : un mécontentement exprimé de façon formelle par courrier reçu par la médiation, "
        "courrier direct en centre, mail, canal téléphonique",
        objects=("Channel",),
    ),
    Clause("M2-1 §1.4", "entre dans le cadre : un niveau <6 relevé lors de l'enquête réalisée en fin de formation"),
    Clause("M2-1 §1.5", "n'entre pas dans le cadre : toute demande initiale d'information ou de renseignements"),
    Clause("M2-1 §1.6", "n'entre pas dans le cadre : toute expression d'opinion générale ou de jugement"),
    Clause(
        "M2-1 §2.1",
        "la qualification vise à s'assurer de la bonne compréhension du problème",
        objects=("Qualified.problem",),
    ),
    Clause(
        "M2-1 §2.2",
        "et l'identification des risques d'impact sur la relation client ou le respect des exigences",
        objects=("RiskDomain", "Band"),
    ),
    Clause(
        "M2-1 §2.3",
        "les RQR / AQ assurent un appui méthodologique",
        objects=("Role", "Qualified.supported_by"),
    ),
    Clause(
        "M2-1 §2.4",
        "ils s'appuient sur les compétences du CODIR ou des familles métiers pour évaluer les risques",
        objects=("Qualified.experts",),
    ),
    Clause(
        "M2-1 §3",
        "la mesure conservatoire est une action immédiate permettant de limiter l'impact",
        objects=("ContainmentTaken", "CommandType.CONTAIN"),
    ),
    Clause(
        "M2-1 §4.1",
        "l'analyse du problème permet de formaliser un plan d'actions au regard de la ou des causes exactes",
        objects=("Analysed", "ActionSheet.cause"),
    ),
    Clause(
        "M2-1 §4.2",
        "des méthodes et outils de résolution de problèmes sont utilisés dans les cas complexes",
        objects=("Complexity", "CauseAnalysis", "CommandType.ANALYSE"),
    ),
    Clause("M2-1 §5.0", "réponse dans les 10 jours ouvrés", objects=("DeadlineRule", "Deadline")),
    Clause("M2-1 §5.1", "local : un client local ou une prestation réalisée par un centre", objects=("Level",)),
    Clause(
        "M2-1 §5.2",
        "régional : un client régional, ou une prestation réalisée par plusieurs centres de la région, ou un client "
        "local dont le traitement nécessite une mobilisation régionale",
        objects=("ClientScope", "ServiceReach", "Mobilisation"),
    ),
    Clause(
        "M2-1 §5.3",
        "national : un client national (Grands Comptes), ou un client régional ou local dont le traitement nécessite "
        "une mobilisation nationale",
    ),
    Clause(
        "M2-1 §6.1",
        "entrée : réclamations, de tous les PCS, sur support factuel",
        objects=("SupportAdded", "CommandType.QUALIFY"),
    ),
    Clause(
        "M2-1 §6.2",
        "entrée : résultats d'enquête, du PCS C6, enquête stagiaire et entreprise",
        objects=("Complainant.COMPANY", "Desk.register_survey_result"),
    ),
    Clause(
        "M2-1 §6.3",
        "sortie : PGAAC, à tous les PCS, mise à jour et diffusion",
        objects=("Pgaac", "PublishedPlan.recipients"),
    ),
    Clause(
        "M2-1 §7",
        "titre : réclamations clients et dysfonctionnements internes",
        objects=("ComplaintFacts", "MalfunctionFacts", "Policy.assess_malfunction"),
    ),
)
"""Every clause of the procedure, in its order."""


@attrs.frozen
class Interpretation:
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
            "La note de l'enquête de fin de formation va de 0 à 10 ; moins de 6, c'est une réclamation.",
            "The note of the end-of-training survey goes from 0 to 10; strictly below 6 it is a complaint.",
        ),
        (
            "I2",
            "deadline, closures",
            "Le jour de réception ne compte pas ; du lundi au vendredi, hors jours fériés et fermetures, dix jours.",
            "The day of receipt does not count; Monday to Friday, less holidays and closures, ten days.",
        ),
        (
            "I3",
            "Deadline.status",
            "Seule la réponse au fond arrête le délai ; ni l'accusé de réception, ni la clôture.",
            "Only the substantive answer stops the clock, neither the acknowledgement nor the closing.",
        ),
        (
            "I4",
            "Complainant.COMPANY",
            "L'entreprise est un client : sa plainte et sa note sont recevables.",
            "A company is a client: its complaint and its note are in scope.",
        ),
        (
            "I5",
            "Policy.assess_malfunction",
            "Un dysfonctionnement interne est un cas comme un autre, sans recevabilité ni délai de réponse.",
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
            "Les clauses de niveau se recouvrent : le niveau le plus élevé l'emporte, et toutes sont citées.",
            "The clauses on levels overlap: the highest level wins, and all are cited.",
        ),
        (
            "I8",
            "Nature.INITIAL_INFORMATION_REQUEST",
            "Seule la demande initiale d'information est hors cadre ; répétée faute de réponse, c'est une plainte.",
            "Only the initial request is out of scope; repeated for want of an answer it is a grievance.",
        ),
        (
            "I9",
            "ComplaintFacts.satisfaction",
            "Une note inférieure au seuil suffit, quels que soient les autres faits.",
            "A note below the threshold suffices, whatever the other facts.",
        ),
        (
            "I10",
            "UNKNOWN",
            "L'exigence peut être inconnue à la réception : le délai court, et la question à poser est donnée.",
            "The requirement may be unknown at receipt: the clock runs, and the question to ask is given.",
        ),
        (
            "I11",
            "SupportAdded, Transcribed",
            "Un cas n'est qualifié que sur un support factuel ; un appel est d'abord transcrit, daté et signé.",
            "A case is qualified on a factual support only; a call is first written down, with its date and author.",
        ),
        (
            "I12",
            "CommandType",
            "La mesure conservatoire vient à tout moment ; l'analyse et la réponse, après la qualification.",
            "Containment comes at any moment; the analysis and the answer, after the qualification.",
        ),
        (
            "I13",
            "risk",
            "Gravité de 1 à 4, la plus haute des domaines touchés, fois vraisemblance de 1 à 4 ; quatre niveaux.",
            "Severity 1 to 4, the highest of the domains touched, times likelihood 1 to 4; four bands.",
        ),
        (
            "I14",
            "complexity",
            "Un cas est complexe par sa criticité, ses causes multiples, sa récurrence ou son niveau.",
            "A case is complex by its criticality, its several causes, its recurrence or its level.",
        ),
        (
            "I15",
            "roles.qualifying",
            "L'unité de traitement qualifie ; une édition peut exiger un RQR ou un AQ.",
            "The handling unit qualifies; an edition may demand an RQR or an AQ.",
        ),
        (
            "I16",
            "Pgaac",
            "Le PGAAC d'un site, d'une région ou de la nation est une liste vivante, diffusée en éditions numérotées.",
            "The PGAAC of a site, a region or the nation is a living list, published as numbered editions.",
        ),
        (
            "I17",
            "retention",
            "Données personnelles anonymisées un an après clôture, ou archivées jusqu'à cinq ans, hors contentieux.",
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
            "Tant que la mobilisation est inconnue, le niveau le plus bas encore possible traite la demande.",
            "While the mobilisation is unknown, the lowest level still possible handles the case.",
        ),
        (
            "I20",
            "ComplaintFacts.formal",
            "Une plainte formelle est recevable si toutes les conditions de la définition sont réunies.",
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
            "Un dysfonctionnement n'a pas de client : les clauses d'étendue et de mobilisation s'appliquent seules.",
            "A malfunction has no client: the clauses on reach and mobilisation apply alone.",
        ),
        (
            "I23",
            "ComplaintFacts.received_at",
            "La réception est l'arrivée à n'importe quelle porte de l'agence, non l'enregistrement.",
            "Receipt is the arrival at any door of the agency, not the registration.",
        ),
        (
            "I24",
            "qualification.risks_required",
            "Qualifier, c'est juger les risques de chaque domaine ; agir ou clore demande une complexité déterminée.",
            "Qualifying judges the risks of every domain; acting and closing require a determined complexity.",
        ),
        (
            "I25",
            "deadline.suspensions_allowed",
            "Le délai de réponse ne se suspend pas, sauf si l'édition l'admet ; chaque suspension a son motif.",
            "The answer clock cannot be suspended, unless the edition allows it; each suspension has its reason.",
        ),
        (
            "I26",
            "Answered.collective",
            "Une note basse anonyme reçoit une réponse collective ; un auteur connu, une réponse à son nom.",
            "An anonymous low note is answered collectively; a named sender is answered by name.",
        ),
        (
            "I27",
            "ClosingReason",
            "Chaque motif de clôture a ses conditions, que dit la table de clôture.",
            "Each reason for closing has its conditions, which the closing table states.",
        ),
        (
            "I28",
            "Rerouted.override",
            "Un niveau autre que celui de la procédure s'impose avec un motif, par un RQR ou un AQ.",
            "A level other than the procedure's is imposed with a reason, by an RQR or an AQ.",
        ),
    )
)
"""The readings, by number."""
