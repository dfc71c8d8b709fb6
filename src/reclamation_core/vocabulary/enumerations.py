"""The closed lists of the procedure M2-1."""

from __future__ import annotations

from reclamation_core.codes import LabelledEnum, OrderedEnum


class Channel(LabelledEnum):
    """How the complaint reached the agency (canal). Source: M2-1 §1.1 and §1.3."""

    MEDIATION_LETTER = "mediation_letter", "courrier reçu par la médiation", "letter received by the mediation service"
    CENTRE_LETTER = "centre_letter", "courrier reçu en centre", "letter received by a site"
    EMAIL = "email", "courriel", "e-mail"
    PHONE = "phone", "téléphone", "telephone"
    PORTAL = "portal", "portail", "portal"
    SURVEY = "survey", "enquête", "survey"
    OTHER = "other", "autre canal", "other channel"


class Complainant(LabelledEnum):
    """Who complains (client). Source: M2-1 §1.2; `COMPANY` is an interpretation of §6.2."""

    TRAINEE = "trainee", "stagiaire", "trainee"
    FUNDER = "funder", "financeur", "funder"
    PRESCRIBER = "prescriber", "prescripteur", "prescriber"
    PARTNER = "partner", "partenaire", "partner"
    COMPANY = "company", "entreprise", "company"
    OTHER = "other", "autre personne", "someone else"


class Nature(LabelledEnum):
    """What the message is (nature). Source: M2-1 §1.2, §1.5 and §1.6; an opinion covers a judgement (jugement)."""

    GRIEVANCE = "grievance", "mécontentement", "grievance"
    INITIAL_INFORMATION_REQUEST = (
        "initial_information_request",
        "demande initiale d'information",
        "initial request for information",
    )
    GENERAL_OPINION = "general_opinion", "opinion générale ou jugement", "general opinion or judgement"


class Requirement(LabelledEnum):
    """The kind of requirement that is claimed to be breached (exigence). Source: M2-1 §1.2."""

    CONTRACTUAL = "contractual", "contractuelle", "contractual"
    LEGAL = "legal", "légale", "legal"
    REGULATORY = "regulatory", "réglementaire", "regulatory"
    NONE = "none", "aucune", "none"


class ClientScope(OrderedEnum):
    """How far the client reaches (client local, régional, national « Grands Comptes »). Source: M2-1 §5.1 to §5.3."""

    LOCAL = "local", "local", "local"
    REGIONAL = "regional", "régional", "regional"
    NATIONAL = "national", "national, Grands Comptes", "national, Grands Comptes"


class ServiceReach(OrderedEnum):
    """Who delivered the service (prestation). Source: M2-1 §5.1 and §5.2; several regions are an interpretation."""

    ONE_CENTRE = "one_centre", "un seul centre", "one site"
    SEVERAL_CENTRES = "several_centres", "plusieurs centres de la région", "several sites of the region"
    SEVERAL_REGIONS = "several_regions", "centres de plusieurs régions", "sites of several regions"


class Mobilisation(OrderedEnum):
    """What handling the problem calls for (mobilisation). Source: M2-1 §5.2 and §5.3."""

    LOCAL = "local", "locale", "local"
    REGIONAL = "regional", "régionale", "regional"
    NATIONAL = "national", "nationale", "national"


class Level(OrderedEnum):
    """The level that handles the case (niveau de traitement). Source: M2-1 §5.1 to §5.3."""

    LOCAL = "local", "local", "local"
    REGIONAL = "regional", "régional", "regional"
    NATIONAL = "national", "national", "national"


class Eligibility(LabelledEnum):
    """Whether a message is a complaint in the sense of the procedure (réclamation). Source: M2-1 §1.2 to §1.6."""

    COMPLAINT = "complaint", "réclamation", "complaint"
    OUT_OF_SCOPE = "out_of_scope", "hors du cadre", "out of scope"


class RiskDomain(LabelledEnum):
    """What a problem may touch (domaine de risque). Source: M2-1 §2.2, as read."""

    SAFETY = "safety", "sécurité des personnes", "safety of persons"
    LEGAL = "legal", "conformité légale et réglementaire", "legal and regulatory conformity"
    CONTRACT = "contract", "contrat et financeur", "contract and funder"
    FINANCIAL = "financial", "finances", "finances"
    RELATION = "relation", "relation client et image", "client relation and image"
    TRAINING = "training", "continuité de la formation", "continuity of the training"


class Band(OrderedEnum):
    """The band of a criticality (niveau de criticité). Source: M2-1 §2.2, as read."""

    LOW = "low", "faible", "low"
    MODERATE = "moderate", "modéré", "moderate"
    HIGH = "high", "élevé", "high"
    CRITICAL = "critical", "critique", "critical"


class Complexity(OrderedEnum):
    """Whether the analysis calls for a problem-solving method (cas complexe). Source: M2-1 §4.2."""

    SIMPLE = "simple", "simple", "simple"
    COMPLEX = "complex", "complexe", "complex"


class Role(LabelledEnum):
    """Who acts on a case (rôle). RQR and AQ are the procedure's own labels, not expanded. Source: M2-1 §2.3."""

    HANDLING_UNIT = "handling_unit", "unité de traitement", "handling unit"
    RQR = "rqr", "RQR", "RQR"
    AQ = "aq", "AQ", "AQ"
    SYSTEM = "system", "système", "system"


class RetentionMode(LabelledEnum):
    """What becomes of personal data after the active period (conservation)."""

    ANONYMISE = "anonymise", "anonymisation", "anonymised"
    ARCHIVE = "archive", "archive restreinte", "restricted archive"
