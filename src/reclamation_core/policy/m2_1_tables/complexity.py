"""Is the case complex, so that a problem-solving method is required? Source: M2-1 §4.2, as read."""

from __future__ import annotations

from reclamation_core.policy.m2_1_tables.inputs import CAUSES, RECURRENCES
from reclamation_core.policy.parameters import ComplexityParameters
from reclamation_core.tables import DecisionTable, Enumeration, HitPolicy, Input, Row, at_least, below, is_in
from reclamation_core.vocabulary import Band, Complexity, Level
from reclamation_core.wording import Wording

_CLAUSE = "M2-1 §4.2"
_READING = "I14"


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
                f"la criticité est {high_bands.in_('fr', bands)}", f"the criticality is {high_bands.in_('en', bands)}"
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
        _CLAUSE,
        Wording("aucun critère de complexité n'est rempli", "no criterion of complexity is met"),
        reading=_READING,
    )
    return DecisionTable(
        "complexity",
        (Input.outcome_of(band_of), CAUSES, RECURRENCES, Input.outcome_of(level_of)),
        Enumeration.of(Complexity),
        (*(Row(id_, when, Complexity.COMPLEX, _CLAUSE, text, reading=_READING) for id_, when, text in reasons), simple),
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
