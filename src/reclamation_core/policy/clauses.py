"""The clauses of M2-1, numbered for citation, and what carries each beside rows and parameters."""

from __future__ import annotations

import re

import attrs

_CLAUSE = re.compile(r"§\d+(?:\.\d+)?")
_OF_M2_1 = re.compile(rf"M2-1 ({_CLAUSE.pattern}(?:, {_CLAUSE.pattern})*)")


@attrs.frozen
class Clause:
    """One clause.

    Attributes:
        id: its number, as rows and parameters cite it.
        text: what the procedure says, in its own words.
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
