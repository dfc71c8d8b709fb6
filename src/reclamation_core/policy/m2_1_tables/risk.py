"""How grave and how likely? From the six domains of risk to the band of criticality. Source: M2-1 §2.2, as read."""

from __future__ import annotations

from functools import cache, lru_cache

from reclamation_core.policy.m2_1_tables.inputs import LIKELIHOOD, RECURRENCES, severity
from reclamation_core.policy.parameters import RiskParameters
from reclamation_core.tables import (
    Condition,
    DecisionTable,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Row,
    absent,
    at_least,
    below,
    between,
)
from reclamation_core.vocabulary import Band, RiskDomain
from reclamation_core.wording import Wording

_CLAUSE = "M2-1 §2.2"
_READING = "I13"
_RANKS = (1, 2, 3, 4)


@cache
def severity_table() -> DecisionTable[int]:
    """The severity of a case (gravité), 1 to 4: the highest of the domains touched, 1 where none is."""
    inputs = {domain: severity(domain) for domain in RiskDomain}
    rows = [
        Row(
            f"{domain.value}-{rank}",
            {input_.name: rank},
            rank,
            _CLAUSE,
            Wording(
                f"{domain.label('fr')} : gravité {rank} sur 4",
                f"{domain.label('en')}: severity {rank} of 4",
            ),
            reading=_READING,
        )
        for domain, input_ in inputs.items()
        for rank in _RANKS
    ]
    nothing = Row(
        "nothing-touched",
        {input_.name: 0 for input_ in inputs.values()},
        1,
        _CLAUSE,
        Wording(
            "aucun domaine de risque n'est touché : remarque sans effet",
            "no risk domain is touched: a remark without effect",
        ),
        reading=_READING,
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


@lru_cache(maxsize=64)
def likelihood_table(risk: RiskParameters) -> DecisionTable[int]:
    """The likelihood retained (vraisemblance), 1 to 4: as judged, or from the recurrence while it is not judged."""
    judged = [
        Row(
            f"judged-{rank}",
            {"likelihood": rank},
            rank,
            _CLAUSE,
            Wording(f"la vraisemblance est jugée à {rank} sur 4", f"the likelihood is judged to be {rank} of 4"),
            reading=_READING,
        )
        for rank in _RANKS
    ]
    second, third, fourth = risk.recurrences
    few = ("aucune", "none") if second == 1 else (f"moins de {second}", f"fewer than {second}")
    counts = {
        1: (below(second), *few),
        2: (between(second, third - 1), f"de {second} à {third - 1}", f"{second} to {third - 1}"),
        3: (between(third, fourth - 1), f"de {third} à {fourth - 1}", f"{third} to {fourth - 1}"),
        4: (at_least(fourth), f"{fourth} ou plus", f"{fourth} or more"),
    }
    return DecisionTable(
        "retained_likelihood",
        (LIKELIHOOD, RECURRENCES),
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
        _CLAUSE,
        Wording(
            f"vraisemblance non jugée ; récurrences en douze mois : {fr}",
            f"likelihood not judged; recurrences in twelve months: {en}",
        ),
        reading=_READING,
    )


def criticality_table(severity_of: DecisionTable[int], likelihood_of: DecisionTable[int]) -> DecisionTable[int]:
    """The criticality (criticité), 1 to 16: severity times likelihood."""
    rows = [
        Row(
            f"{severe}x{likely}",
            {severity_of.name: severe, likelihood_of.name: likely},
            severe * likely,
            _CLAUSE,
            Wording(f"gravité {severe} × vraisemblance {likely}", f"severity {severe} × likelihood {likely}"),
            reading=_READING,
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
        Wording("criticité", "criticality"),
        monotone=(severity_of.name, likelihood_of.name),
    )


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
            _CLAUSE,
            Wording(f"la criticité est comprise entre {low} et {high}", f"the criticality is from {low} to {high}"),
            reading=_READING,
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
        _CLAUSE,
        Wording(
            f"à la gravité 4, le niveau de criticité est au moins « {floor.label('fr')} »",
            f"at severity 4, the band of criticality is at least “{floor.label('en')}”",
        ),
        reading=_READING,
    )
