"""The facts that the tables of M2-1 ask for: what each is called, and how to ask for it."""

from __future__ import annotations

from reclamation_core.missing import ABSENT
from reclamation_core.tables import Boolean, Enumeration, Input, Integer, Number
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    Mobilisation,
    Nature,
    Requirement,
    RiskDomain,
    ServiceReach,
)
from reclamation_core.wording import Wording

CHANNEL = Input(
    "channel",
    Enumeration.of(Channel),
    Wording("canal", "channel"),
    question=Wording("Par quel canal la demande est-elle arrivée ?", "By which channel did the message arrive?"),
)
FORMAL = Input(
    "formal",
    Boolean(),
    Wording("expression formelle", "formal expression"),
    question=Wording(
        "Le mécontentement est-il exprimé de façon formelle ?", "Is the dissatisfaction expressed in a formal way?"
    ),
)
COMPLAINANT = Input(
    "complainant",
    Enumeration.of(Complainant),
    Wording("auteur de la demande", "complainant"),
    question=Wording(
        "Qui s'adresse à l'Afpa : un stagiaire, un financeur, un prescripteur, un partenaire, une entreprise, "
        "ou quelqu'un d'autre ?",
        "Who turns to the agency: a trainee, a funder, a prescriber, a partner, a company, or someone else?",
    ),
)
NATURE = Input(
    "nature",
    Enumeration.of(Nature),
    Wording("nature de la demande", "nature"),
    question=Wording(
        "S'agit-il d'une plainte, d'une demande initiale d'information ou d'une opinion générale ?",
        "Is it a grievance, an initial request for information or a general opinion?",
    ),
)
REQUIREMENT = Input(
    "requirement",
    Enumeration.of(Requirement),
    Wording("exigence en cause", "requirement"),
    question=Wording(
        "Quelle exigence n'aurait pas été respectée : contractuelle, légale, réglementaire, ou aucune ?",
        "Which requirement is said to be breached: contractual, legal, regulatory, or none?",
    ),
)
SOLD_SERVICE = Input(
    "sold_service",
    Boolean(),
    Wording("prestation vendue", "sold service"),
    question=Wording(
        "La demande porte-t-elle sur une prestation vendue ?", "Is the message about a service that was sold?"
    ),
)
CLIENT_SCOPE = Input(
    "client_scope",
    Enumeration.of(ClientScope),
    Wording("portée du client", "client scope"),
    question=Wording(
        "Le client est-il local, régional ou national (Grands Comptes) ?",
        "Is the client local, regional or national (Grands Comptes)?",
    ),
    absent=True,
)
SERVICE_REACH = Input(
    "service_reach",
    Enumeration.of(ServiceReach),
    Wording("étendue de la prestation", "service reach"),
    question=Wording(
        "La prestation a-t-elle été réalisée par un centre, plusieurs centres de la région ou plusieurs régions ?",
        "Was the service delivered by one centre, several centres of the region, or several regions?",
    ),
)
MOBILISATION = Input(
    "mobilisation",
    Enumeration.of(Mobilisation),
    Wording("mobilisation nécessaire", "mobilisation needed"),
    question=Wording(
        "Quelle mobilisation le traitement du problème nécessite-t-il : locale, régionale ou nationale ?",
        "Which mobilisation does handling the problem call for: local, regional or national?",
    ),
)
RECURRENCES = Input(
    "recurrences",
    Integer(0),
    Wording("récurrences en douze mois", "recurrences in twelve months"),
    question=Wording(
        "Combien de fois le même problème s'était-il déjà produit dans les douze mois précédents ?",
        "How many times had the same problem already occurred in the twelve months before?",
    ),
)
CAUSES = Input(
    "causes",
    Integer(0),
    Wording("nombre de causes", "number of causes"),
    question=Wording("Combien de causes l'analyse a-t-elle établies ?", "How many causes has the analysis found?"),
)
LIKELIHOOD = Input(
    "likelihood",
    Integer(1, 4),
    Wording("vraisemblance jugée", "likelihood as judged"),
    question=Wording("Quelle vraisemblance, de 1 à 4 ?", "Which likelihood, from 1 to 4?"),
    absent=True,
    unknown=False,
    none=ABSENT,
)


def satisfaction(scale: tuple[float, float]) -> Input:
    """The note of the end-of-training survey, on a scale."""
    return Input(
        "satisfaction",
        Number(*scale),
        Wording("note de satisfaction", "satisfaction note"),
        question=Wording(
            "Quelle note a été donnée à l'enquête de fin de formation ?",
            "Which note was given in the end-of-training survey?",
        ),
        absent=True,
        none=ABSENT,
    )


def severity(domain: RiskDomain) -> Input:
    """How gravely a risk domain is touched: 0, not at all, to 4."""
    return Input(
        f"severity_{domain.value}",
        Integer(0, 4),
        Wording(f"gravité, {domain.label('fr')}", f"severity, {domain.label('en')}"),
        question=Wording(
            f"De 0 (non touché) à 4, quelle est la gravité dans le domaine « {domain.label('fr')} » ?",
            f"From 0 (not touched) to 4, how severe is it in the domain “{domain.label('en')}”?",
        ),
    )
