"""Is it a complaint? The definition of M2-1 §1, read as one sentence."""

from __future__ import annotations

from functools import lru_cache

from reclamation_core.policy.m2_1_tables.inputs import (
    CHANNEL,
    COMPLAINANT,
    FORMAL,
    NATURE,
    REQUIREMENT,
    SOLD_SERVICE,
    satisfaction,
)
from reclamation_core.policy.parameters import SurveyParameters
from reclamation_core.tables import DecisionTable, Enumeration, HitPolicy, Row, below
from reclamation_core.vocabulary import Channel, Complainant, Eligibility, Nature, Requirement
from reclamation_core.wording import Wording

_FOUR_CHANNELS = (Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER, Channel.EMAIL, Channel.PHONE)
_FOUR_CLIENTS = (Complainant.TRAINEE, Complainant.FUNDER, Complainant.PRESCRIBER, Complainant.PARTNER)
_GRIEVANCE = {
    "formal": True,
    "nature": Nature.GRIEVANCE,
    "requirement": (Requirement.CONTRACTUAL, Requirement.LEGAL, Requirement.REGULATORY),
    "sold_service": True,
}
_BREACH = Wording(
    "porte sur le non-respect d'une exigence contractuelle, légale ou réglementaire d'une prestation vendue",
    "is about the breach of a contractual, legal or regulatory requirement of a service that was sold",
)


@lru_cache(maxsize=64)
def eligibility_table(survey: SurveyParameters) -> DecisionTable[Eligibility]:
    """Whether a message is a complaint (réclamation) or out of its scope (hors cadre).

    One row that says yes is enough: a low survey note is a complaint whatever else is known. Source: M2-1 §1.
    """
    return DecisionTable(
        "eligibility",
        (CHANNEL, FORMAL, COMPLAINANT, NATURE, REQUIREMENT, SOLD_SERVICE, satisfaction(survey.scale)),
        Enumeration.of(Eligibility),
        (*_complaints(), _low_note(survey), *_out_of_scope()),
        HitPolicy.PRIORITY,
        Wording("recevabilité de la demande", "eligibility of the message"),
        priority=(Eligibility.COMPLAINT, Eligibility.OUT_OF_SCOPE),
        statements={
            Eligibility.COMPLAINT: Wording(
                "au sens de la procédure M2-1, la demande est une réclamation",
                "in the sense of procedure M2-1, the message is a complaint",
            ),
            Eligibility.OUT_OF_SCOPE: Wording(
                "au sens de la procédure M2-1, la demande n'entre pas dans le cadre de la réclamation",
                "in the sense of procedure M2-1, the message is out of the scope of complaints",
            ),
        },
    )


def _complaints() -> tuple[Row, ...]:
    return (
        Row(
            "formal-complaint",
            {**_GRIEVANCE, "channel": _FOUR_CHANNELS, "complainant": _FOUR_CLIENTS},
            Eligibility.COMPLAINT,
            "M2-1 §1.2, §1.3",
            Wording(
                f"le mécontentement d'un client, formellement exprimé par lettre, courriel ou téléphone, {_BREACH.fr}",
                f"a client's dissatisfaction, formally expressed by letter, e-mail or telephone, {_BREACH.en}",
            ),
            reading="I20",
        ),
        Row(
            "portal-complaint",
            {**_GRIEVANCE, "channel": Channel.PORTAL, "complainant": _FOUR_CLIENTS},
            Eligibility.COMPLAINT,
            "M2-1 §1.1",
            Wording(
                f"le mécontentement d'un client, exprimé par le formulaire du portail, {_BREACH.fr}",
                f"a client's dissatisfaction, expressed through the portal's form, {_BREACH.en}",
            ),
            reading="I21",
        ),
        Row(
            "company-complaint",
            {**_GRIEVANCE, "channel": (*_FOUR_CHANNELS, Channel.PORTAL), "complainant": Complainant.COMPANY},
            Eligibility.COMPLAINT,
            "M2-1 §6.2",
            Wording(
                f"le mécontentement d'une entreprise, exprimé de façon formelle, {_BREACH.fr}",
                f"a company's dissatisfaction, formally expressed, {_BREACH.en}",
            ),
            reading="I4",
        ),
    )


def _low_note(survey: SurveyParameters) -> Row:
    low = below(survey.threshold)
    domain = satisfaction(survey.scale).domain
    (bound,) = low.values
    fr, en = domain.label(bound, "fr"), domain.label(bound, "en")
    return Row(
        "low-survey-note",
        {"satisfaction": low},
        Eligibility.COMPLAINT,
        "M2-1 §1.4",
        Wording(
            f"à l'enquête de fin de formation, le niveau de satisfaction est inférieur à {fr}",
            f"in the end-of-training survey, the satisfaction note is below {en}",
        ),
        reading="I1, I9",
    )


def _out_of_scope() -> tuple[Row, ...]:
    out = Eligibility.OUT_OF_SCOPE
    return (
        Row(
            "information-request",
            {"nature": Nature.INITIAL_INFORMATION_REQUEST},
            out,
            "M2-1 §1.5",
            Wording(
                "c'est une demande initiale d'information ou de renseignements",
                "it is an initial request for information",
            ),
            reading="I8",
        ),
        Row(
            "general-opinion",
            {"nature": Nature.GENERAL_OPINION},
            out,
            "M2-1 §1.6",
            Wording(
                "c'est l'expression d'une opinion générale ou d'un jugement",
                "it is the expression of a general opinion or judgement",
            ),
        ),
        Row(
            "not-formal",
            {"formal": False},
            out,
            "M2-1 §1.3",
            Wording(
                "le mécontentement n'est pas exprimé de façon formelle", "the dissatisfaction is not formally expressed"
            ),
            reading="I20",
        ),
        Row(
            "other-channel",
            {"channel": (Channel.SURVEY, Channel.OTHER)},
            out,
            "M2-1 §1.3",
            Wording(
                "la demande n'est arrivée ni par courrier, ni par courriel, ni par téléphone, ni par le portail",
                "the message arrived neither by letter, e-mail or telephone nor through the portal",
            ),
            reading="I20",
        ),
        Row(
            "not-a-client",
            {"complainant": Complainant.OTHER},
            out,
            "M2-1 §1.2",
            Wording(
                "son auteur n'est ni stagiaire, ni financeur, ni prescripteur, ni partenaire, ni entreprise cliente",
                "its author is no trainee, funder, prescriber, partner or client company",
            ),
            reading="I20",
        ),
        Row(
            "no-requirement",
            {"requirement": Requirement.NONE},
            out,
            "M2-1 §1.2",
            Wording(
                "aucune exigence contractuelle, légale ou réglementaire n'est en cause",
                "no contractual, legal or regulatory requirement is at stake",
            ),
            reading="I20",
        ),
        Row(
            "not-sold",
            {"sold_service": False},
            out,
            "M2-1 §1.2",
            Wording(
                "la demande ne porte pas sur une prestation vendue", "the message is not about a service that was sold"
            ),
            reading="I20",
        ),
    )
