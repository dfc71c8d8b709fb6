"""The decision tables of the procedure M2-1: eligibility, level, risk and complexity.

Each table is built by a function from its text, its numbered interpretations and the parameters of a policy edition. A
table comes after the tables whose outcomes are its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from reclamation_core.missing import ABSENT
from reclamation_core.policy.parameters import ComplexityParameters, Parameters, RiskParameters, SurveyParameters
from reclamation_core.tables import (
    Condition,
    DecisionTable,
    Domain,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    absent,
    at_least,
    below,
    between,
    is_,
    is_in,
)
from reclamation_core.vocabulary import (
    FACTS,
    SEVERITIES,
    Band,
    Channel,
    ClientScope,
    Complainant,
    Complexity,
    Eligibility,
    Fact,
    Level,
    Mobilisation,
    Nature,
    Requirement,
    RiskDomain,
    ServiceReach,
)
from reclamation_core.wording import Lang, Wording

__all__ = ["TABLES", "band_table", "complexity_table", "criticality_table", "known_tables", "m2_1_tables"]

Edit: TypeAlias = Callable[[DecisionTable[Any]], DecisionTable[Any]]

TABLES: Final = ("eligibility", "level", "severity", "retained_likelihood", "criticality", "band", "complexity")
"""The names of the tables, in their order."""


def known_tables() -> Wording:
    """Return the wording that lists the names of the tables."""
    listed = ", ".join(TABLES)
    return Wording(f"le nom d'une table est attendu : {listed}", f"the name of a table is expected: {listed}")


def _of_fact(fact: Fact) -> dict[str, Any]:
    return {"question": fact.question, "plain_question": fact.question_to_complainant, "none": fact.null}


def fact_input(name: str, domain: Domain | None = None, **options: object) -> Input:
    """Return the input for a fact, with the label, question and domain that the fact declares."""
    fact = FACTS[name]
    return Input(name, domain or fact.domain, fact.label, **{**_of_fact(fact), **options})


def _satisfaction(scale: tuple[float, float]) -> Input:
    return fact_input("satisfaction", Number(*scale), absent=True)


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

    One row for `complaint` is enough: a low survey score is a complaint by itself. Source: M2-1 §1.
    """
    return DecisionTable(
        "eligibility",
        (
            *map(fact_input, ("channel", "formal", "complainant", "nature", "requirement", "sold_service")),
            _satisfaction(survey.scale),
        ),
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
                "au sens de la procédure M2-1, la demande est hors du cadre de la réclamation",
                "in the sense of procedure M2-1, the message is out of the scope of complaints",
            ),
        },
        plain_statements={
            Eligibility.COMPLAINT: Wording(
                "votre demande est traitée comme une réclamation", "your message is handled as a complaint"
            ),
            Eligibility.OUT_OF_SCOPE: Wording(
                "votre demande ne relève pas de la procédure de réclamation",
                "your message does not fall under the complaints procedure",
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
                (
                    "le mécontentement d'un client, exprimé de façon formelle par courrier, courriel ou "
                    f"téléphone, {_BREACH.fr}"
                ),
                f"a client's dissatisfaction, formally expressed by letter, e-mail or telephone, {_BREACH.en}",
            ),
            interpretation="I20",
            plain=Wording(
                "vous signalez par courrier, courriel ou téléphone un manquement à un contrat, à la loi ou à une règle",
                "you report, by letter, e-mail or telephone, a breach of a contract, of the law or of a rule",
            ),
        ),
        Row(
            "portal-complaint",
            {**_GRIEVANCE, "channel": Channel.PORTAL, "complainant": _FOUR_CLIENTS},
            Eligibility.COMPLAINT,
            "M2-1 §1.1",
            Wording(
                f"le mécontentement d'un client, exprimé de façon formelle par le formulaire du portail, {_BREACH.fr}",
                f"a client's dissatisfaction, expressed through the portal's form, {_BREACH.en}",
            ),
            interpretation="I21",
            plain=Wording(
                "vous signalez par le formulaire en ligne un manquement à un contrat, à la loi ou à une règle",
                "you report, through the online form, a breach of a contract, of the law or of a rule",
            ),
        ),
        Row(
            "company-complaint",
            {**_GRIEVANCE, "channel": (*_FOUR_CHANNELS, Channel.PORTAL), "complainant": Complainant.COMPANY},
            Eligibility.COMPLAINT,
            "M2-1 §6.2",
            Wording(
                (
                    "le mécontentement d'une entreprise, exprimé de façon formelle par courrier, courriel, "
                    f"téléphone ou le portail, {_BREACH.fr}"
                ),
                f"a company's dissatisfaction, formally expressed, {_BREACH.en}",
            ),
            interpretation="I4",
            plain=Wording(
                "votre entreprise signale un manquement à un contrat, à la loi ou à une règle",
                "your company reports a breach of a contract, of the law or of a rule",
            ),
        ),
    )


def _low_note(survey: SurveyParameters) -> Row:
    low = below(survey.threshold)
    domain = _satisfaction(survey.scale).domain
    (bound,) = low.values
    fr, en = domain.label(bound, "fr"), domain.label(bound, "en")
    return Row(
        "low-survey-note",
        {"satisfaction": low},
        Eligibility.COMPLAINT,
        "M2-1 §1.4",
        Wording(
            f"à l'enquête de fin de formation, le niveau de satisfaction est inférieur à {fr}",
            f"in the end-of-training survey, the satisfaction score is below {en}",
        ),
        interpretation="I1, I9",
        plain=Wording(
            f"vous avez donné une note inférieure à {fr} à l'enquête de fin de formation",
            f"you gave a score below {en} in the end-of-training survey",
        ),
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
            interpretation="I8",
            plain=Wording(
                "vous demandez une première information ou un renseignement",
                "you ask for information for the first time",
            ),
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
            plain=Wording(
                "votre message exprime une opinion générale ou un jugement",
                "your message expresses a general opinion or a judgement",
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
            interpretation="I20",
            plain=Wording(
                "nous n'avons pas compris votre message comme une réclamation",
                "we did not understand your message as a complaint",
            ),
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
            interpretation="I20",
            plain=Wording(
                "vous avez répondu à une enquête, ou écrit par une autre voie que le courrier, le courriel, le "
                "téléphone ou le formulaire",
                "you replied to a survey, or wrote in another way than by letter, e-mail, telephone or the form",
            ),
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
            interpretation="I20",
            plain=Wording(
                "vous n'écrivez ni comme stagiaire, ni comme financeur, prescripteur, partenaire ou entreprise cliente",
                "you do not write as a trainee, a funder, a prescriber, a partner or a client company",
            ),
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
            interpretation="I20",
            plain=Wording(
                "votre message ne signale pas de manquement à un contrat, à la loi ou à une règle",
                "your message reports no breach of a contract, of the law or of a rule",
            ),
        ),
        Row(
            "not-sold",
            {"sold_service": False},
            out,
            "M2-1 §1.2",
            Wording(
                "la demande ne porte pas sur une prestation vendue", "the message is not about a service that was sold"
            ),
            interpretation="I20",
            plain=Wording(
                "votre message ne porte pas sur une prestation vendue par l'Afpa",
                "your message is not about a service sold by the Afpa",
            ),
        ),
    )


@cache
def level_table() -> DecisionTable[Level]:
    """The level that handles a case (niveau de traitement): local, regional or national.

    The clauses overlap; the highest level wins (I7). Source: M2-1 §5.1 to §5.3.
    """
    return DecisionTable(
        "level",
        (fact_input("client_scope", absent=True), fact_input("service_reach"), fact_input("mobilisation")),
        Enumeration.of(Level),
        (*_rows_of_the_text(), *_interpreted_rows()),
        HitPolicy.PRIORITY,
        Wording("niveau de traitement", "handling level"),
        priority=(Level.NATIONAL, Level.REGIONAL, Level.LOCAL),
        monotone=("client_scope", "service_reach", "mobilisation"),
        statements={
            Level.LOCAL: Wording("le dossier relève du niveau local", "the case is handled at local level"),
            Level.REGIONAL: Wording("le dossier relève du niveau régional", "the case is handled at regional level"),
            Level.NATIONAL: Wording("le dossier relève du niveau national", "the case is handled at national level"),
        },
        plain_statements={
            Level.LOCAL: Wording("votre demande est traitée au niveau local", "your message is handled at local level"),
            Level.REGIONAL: Wording(
                "votre demande est traitée au niveau régional", "your message is handled at regional level"
            ),
            Level.NATIONAL: Wording(
                "votre demande est traitée au niveau national", "your message is handled at national level"
            ),
        },
    )


def _rows_of_the_text() -> tuple[Row, ...]:
    """The seven rows of the text."""
    return (
        Row(
            "local-client",
            {"client_scope": ClientScope.LOCAL},
            Level.LOCAL,
            "M2-1 §5.1",
            Wording("le client est local", "the client is local"),
            plain=Wording("vous êtes client d'un centre de l'Afpa", "you are a client of an Afpa site"),
        ),
        Row(
            "one-centre",
            {"service_reach": ServiceReach.ONE_CENTRE},
            Level.LOCAL,
            "M2-1 §5.1",
            Wording("la prestation est réalisée par un centre", "the service is delivered by one site"),
            plain=Wording("un seul centre a assuré la prestation", "one site delivered the service"),
        ),
        Row(
            "regional-client",
            {"client_scope": ClientScope.REGIONAL},
            Level.REGIONAL,
            "M2-1 §5.2",
            Wording("le client est régional", "the client is regional"),
            plain=Wording("vous êtes client de l'Afpa dans une région", "you are a client of the Afpa in one region"),
        ),
        Row(
            "several-centres",
            {"service_reach": ServiceReach.SEVERAL_CENTRES},
            Level.REGIONAL,
            "M2-1 §5.2",
            Wording(
                "la prestation est réalisée par plusieurs centres de la région",
                "the service is delivered by several sites of the region",
            ),
            plain=Wording(
                "plusieurs centres de la région ont assuré la prestation",
                "several sites of the region delivered the service",
            ),
        ),
        Row(
            "regional-mobilisation",
            {"client_scope": ClientScope.LOCAL, "mobilisation": Mobilisation.REGIONAL},
            Level.REGIONAL,
            "M2-1 §5.2",
            Wording(
                "le client est local, mais le traitement du problème nécessite une mobilisation régionale",
                "the client is local, but handling the problem calls for a regional mobilisation",
            ),
            plain=Wording(
                "le traitement de votre demande nécessite l'intervention de la région",
                "handling your message calls for the region",
            ),
        ),
        Row(
            "national-client",
            {"client_scope": ClientScope.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3",
            Wording("le client est national (Grands Comptes)", "the client is national (Grands Comptes)"),
            plain=Wording(
                "vous êtes client de l'Afpa à l'échelle nationale", "you are a client of the Afpa in the whole country"
            ),
        ),
        Row(
            "national-mobilisation",
            {"client_scope": (ClientScope.LOCAL, ClientScope.REGIONAL), "mobilisation": Mobilisation.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3",
            Wording(
                "le client est local ou régional, mais le traitement du problème nécessite une mobilisation nationale",
                "the client is local or regional, but handling the problem calls for a national mobilisation",
            ),
            plain=Wording(
                "le traitement de votre demande nécessite une intervention nationale",
                "handling your message calls for the national level",
            ),
        ),
    )


def _interpreted_rows() -> tuple[Row, ...]:
    """What the text leaves open."""
    return (
        Row(
            "several-regions",
            {"service_reach": ServiceReach.SEVERAL_REGIONS},
            Level.NATIONAL,
            "M2-1 §5.2",
            Wording(
                "la prestation est réalisée par des centres de plusieurs régions",
                "the service is delivered by sites of several regions",
            ),
            interpretation="I6",
            plain=Wording(
                "des centres de plusieurs régions ont assuré la prestation",
                "sites of several regions delivered the service",
            ),
        ),
        Row(
            "malfunction-regional-mobilisation",
            {"client_scope": is_(ABSENT), "mobilisation": Mobilisation.REGIONAL},
            Level.REGIONAL,
            "M2-1 §5.2, §7",
            Wording(
                "c'est un dysfonctionnement interne dont le traitement nécessite une mobilisation régionale",
                "it is an internal malfunction, and handling it calls for a regional mobilisation",
            ),
            interpretation="I22",
        ),
        Row(
            "malfunction-national-mobilisation",
            {"client_scope": is_(ABSENT), "mobilisation": Mobilisation.NATIONAL},
            Level.NATIONAL,
            "M2-1 §5.3, §7",
            Wording(
                "c'est un dysfonctionnement interne dont le traitement nécessite une mobilisation nationale",
                "it is an internal malfunction, and handling it calls for a national mobilisation",
            ),
            interpretation="I22",
        ),
    )


_RISK_CLAUSE = "M2-1 §2.2"
_RISK_INTERPRETATION = "I13"
_RANKS = (1, 2, 3, 4)


@cache
def severity_table() -> DecisionTable[int]:
    """The severity of a case (gravité), 1 to 4: the highest of the domains touched, 1 where none is."""
    inputs = {domain: fact_input(SEVERITIES[domain]) for domain in RiskDomain}
    rows = [
        Row(
            f"{domain.value}-{rank}",
            {input_.name: rank},
            rank,
            _RISK_CLAUSE,
            Wording(f"{domain.label('fr')} : gravité {rank} sur 4", f"{domain.label('en')}: severity {rank} of 4"),
            interpretation=_RISK_INTERPRETATION,
        )
        for domain, input_ in inputs.items()
        for rank in _RANKS
    ]
    nothing = Row(
        "nothing-touched",
        {input_.name: 0 for input_ in inputs.values()},
        1,
        _RISK_CLAUSE,
        Wording(
            "aucun domaine de risque n'est concerné : gravité 1 (minimale)",
            "no risk domain is concerned: severity 1 (the least)",
        ),
        interpretation=_RISK_INTERPRETATION,
    )
    return DecisionTable(
        "severity",
        tuple(inputs.values()),
        Integer(1, 4),
        (*rows, nothing),
        HitPolicy.COLLECT_MAX,
        Wording("gravité", "severity"),
        monotone=tuple(input_.name for input_ in inputs.values()),
    )


def _whole_range(low: int, high: int, lang: Lang) -> str:
    if low == high:
        return str(low)
    if high == low + 1:
        return f"{low} ou {high}" if lang == "fr" else f"{low} or {high}"
    return f"de {low} à {high}" if lang == "fr" else f"{low} to {high}"


@lru_cache(maxsize=64)
def likelihood_table(risk: RiskParameters) -> DecisionTable[int]:
    """The likelihood retained (vraisemblance), 1 to 4: as judged, or from the recurrence while it is not judged."""
    judged = [
        Row(
            f"judged-{rank}",
            {"likelihood": rank},
            rank,
            _RISK_CLAUSE,
            Wording(f"la vraisemblance est évaluée à {rank} sur 4", f"the likelihood is judged to be {rank} of 4"),
            interpretation=_RISK_INTERPRETATION,
        )
        for rank in _RANKS
    ]
    second, third, fourth = risk.recurrences
    few = ("aucune", "none") if second == 1 else (f"{second - 1} au plus", f"at most {second - 1}")
    counts = {
        1: (below(second), *few),
        2: (between(second, third - 1), _whole_range(second, third - 1, "fr"), _whole_range(second, third - 1, "en")),
        3: (between(third, fourth - 1), _whole_range(third, fourth - 1, "fr"), _whole_range(third, fourth - 1, "en")),
        4: (at_least(fourth), f"{fourth} ou plus", f"{fourth} or more"),
    }
    return DecisionTable(
        "retained_likelihood",
        (fact_input("likelihood", absent=True, unknown=False, none=ABSENT), fact_input("recurrences")),
        Integer(1, 4),
        (*judged, *(_recurring(rank, *count) for rank, count in counts.items())),
        HitPolicy.UNIQUE,
        Wording("vraisemblance retenue", "likelihood retained"),
        monotone=("likelihood", "recurrences"),
    )


def _recurring(rank: int, condition: Condition, fr: str, en: str) -> Row:
    return Row(
        f"recurring-{rank}",
        {"likelihood": absent(), "recurrences": condition},
        rank,
        _RISK_CLAUSE,
        Wording(
            f"vraisemblance non évaluée ; récurrences en douze mois : {fr}",
            f"likelihood not judged; recurrences in twelve months: {en}",
        ),
        interpretation=_RISK_INTERPRETATION,
    )


@lru_cache(maxsize=64)
def criticality_table(severity_of: DecisionTable[int], likelihood_of: DecisionTable[int]) -> DecisionTable[int]:
    """The criticality (criticité), 1 to 16: severity times likelihood."""
    rows = [
        Row(
            f"{severe}x{likely}",
            {severity_of.name: severe, likelihood_of.name: likely},
            severe * likely,
            _RISK_CLAUSE,
            Wording(f"gravité {severe} × vraisemblance {likely}", f"severity {severe} × likelihood {likely}"),
            interpretation=_RISK_INTERPRETATION,
        )
        for severe in _RANKS
        for likely in _RANKS
    ]
    return DecisionTable(
        "criticality",
        (Input.outcome_of(severity_of), Input.outcome_of(likelihood_of)),
        Integer(1, 16),
        rows,
        HitPolicy.UNIQUE,
        Wording("indice de criticité", "criticality index"),
        monotone=(severity_of.name, likelihood_of.name),
    )


@lru_cache(maxsize=64)
def band_table(
    risk: RiskParameters, criticality_of: DecisionTable[int], severity_of: DecisionTable[int]
) -> DecisionTable[Band]:
    """The band of criticality (niveau de criticité); a severity of 4 is never below the band that is set for it."""
    bounds = {
        Band.LOW: (1, risk.moderate_from - 1),
        Band.MODERATE: (risk.moderate_from, risk.high_from - 1),
        Band.HIGH: (risk.high_from, risk.critical_from - 1),
        Band.CRITICAL: (risk.critical_from, 16),
    }
    rows = [
        Row(
            band.value,
            {criticality_of.name: between(low, high)},
            band,
            _RISK_CLAUSE,
            Wording(
                f"l'indice de criticité est compris entre {low} et {high}",
                f"the criticality index is from {low} to {high}",
            ),
            interpretation=_RISK_INTERPRETATION,
        )
        for band, (low, high) in bounds.items()
    ]
    least_at_severity_4 = next(band for band, (low, high) in bounds.items() if low <= 4 <= high)
    if risk.least_band_at_severity_4 > least_at_severity_4:  # else the bounds say as much, and the row would be idle
        rows.append(_at_severity_4(risk.least_band_at_severity_4, severity_of))
    return DecisionTable(
        "band",
        (Input.outcome_of(criticality_of), Input.outcome_of(severity_of)),
        Enumeration.of(Band),
        rows,
        HitPolicy.PRIORITY,
        Wording("niveau de criticité", "band of criticality"),
        priority=tuple(sorted(Band, reverse=True)),
        monotone=(criticality_of.name, severity_of.name),
    )


def _at_severity_4(floor: Band, severity_of: DecisionTable[int]) -> Row:
    return Row(
        "severity-4",
        {severity_of.name: 4},
        floor,
        _RISK_CLAUSE,
        Wording(
            f"à la gravité 4, le niveau de criticité est au minimum {floor.label('fr')}",
            f"at severity 4, the band of criticality is at least “{floor.label('en')}”",
        ),
        interpretation=_RISK_INTERPRETATION,
    )


_COMPLEXITY_CLAUSE = "M2-1 §4.2"
_COMPLEXITY_INTERPRETATION = "I14"


@lru_cache(maxsize=64)
def complexity_table(
    complexity: ComplexityParameters, band_of: DecisionTable[Band], level_of: DecisionTable[Level]
) -> DecisionTable[Complexity]:
    """Whether a case is complex (cas complexe): decided at qualification, and again after the analysis."""
    high_bands = is_in(*(band for band in Band if band >= complexity.band))
    high_levels = is_in(*(level for level in Level if level >= complexity.level))
    bands, levels = band_of.output, level_of.output
    causes, recurrences = complexity.causes, complexity.recurrences
    reasons = (
        (
            "high-criticality",
            {band_of.name: high_bands},
            Wording(
                f"le niveau de criticité est {high_bands.in_('fr', bands)}",
                f"the criticality is {high_bands.in_('en', bands)}",
            ),
        ),
        (
            "several-causes",
            {"causes": at_least(causes)},
            Wording(f"nombre de causes établies : au moins {causes}", f"number of causes found: at least {causes}"),
        ),
        (
            "recurrence",
            {"recurrences": at_least(recurrences)},
            Wording(
                f"récurrences en douze mois : au moins {recurrences}",
                f"recurrences in twelve months: at least {recurrences}",
            ),
        ),
        (
            "high-level",
            {level_of.name: high_levels},
            Wording(
                f"le niveau de traitement est {high_levels.in_('fr', levels)}",
                f"the handling level is {high_levels.in_('en', levels)}",
            ),
        ),
    )
    simple = Row(
        "simple",
        {
            band_of.name: tuple(band for band in Band if band < complexity.band),
            "causes": below(causes),
            "recurrences": below(recurrences),
            level_of.name: tuple(level for level in Level if level < complexity.level),
        },
        Complexity.SIMPLE,
        _COMPLEXITY_CLAUSE,
        Wording("aucun critère de complexité n'est rempli", "no criterion of complexity is met"),
        interpretation=_COMPLEXITY_INTERPRETATION,
    )
    return DecisionTable(
        "complexity",
        (Input.outcome_of(band_of), fact_input("causes"), fact_input("recurrences"), Input.outcome_of(level_of)),
        Enumeration.of(Complexity),
        (
            *(
                Row(id_, when, Complexity.COMPLEX, _COMPLEXITY_CLAUSE, text, interpretation=_COMPLEXITY_INTERPRETATION)
                for id_, when, text in reasons
            ),
            simple,
        ),
        HitPolicy.ANY,
        Wording("complexité du cas", "complexity of the case"),
        statements={
            Complexity.COMPLEX: Wording(
                "le cas est complexe : une méthode de résolution de problèmes est requise",
                "the case is complex: a problem-solving method is required",
            ),
            Complexity.SIMPLE: Wording("le cas est simple", "the case is simple"),
        },
        monotone=(band_of.name, "causes", "recurrences", level_of.name),
    )


def _as_it_is(table: DecisionTable[Any]) -> DecisionTable[Any]:
    return table


def m2_1_tables(parameters: Parameters, edit: Edit = _as_it_is) -> Mapping[str, DecisionTable[Any]]:
    """Build the tables by name.

    Args:
        parameters: the parameters of the edition.
        edit: applies the rows of the edition to a table; later tables take the outcomes of the edited one.
    """
    eligibility = edit(eligibility_table(parameters.survey))
    level = edit(level_table())
    severity = edit(severity_table())
    likelihood = edit(likelihood_table(parameters.risk))
    criticality = edit(criticality_table(severity, likelihood))
    band = edit(band_table(parameters.risk, criticality, severity))
    complexity = edit(complexity_table(parameters.complexity, band, level))
    tables = (eligibility, level, severity, likelihood, criticality, band, complexity)
    return MappingProxyType(dict(zip(TABLES, tables, strict=True)))
