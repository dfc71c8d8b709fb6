"""Looking for causes: the method that the case calls for, filled in with what the theme says of its causes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.causes import (
    CauseAnalysis,
    CauseStatus,
    CauseTree,
    Correction,
    EightD,
    FiveWhys,
    Ishikawa,
    PossibleCause,
    RootCause,
    Scheme,
    TreeFact,
    WhyChain,
)
from reclamation_core.simulation.kinds import MalfunctionTheme, Theme
from reclamation_core.simulation.life.bank import CausePhrases, ThemePhrases
from reclamation_core.vocabulary import Band, Complexity

_BY_TREE: Final = frozenset({Theme.EQUIPMENT.value, MalfunctionTheme.SAFETY.value})
_SOURCES: Final = ("constat sur place", "entretien avec l'équipe")


@attrs.frozen(kw_only=True)
class Evidence:
    """What an analysis is made of.

    Args:
        problem: what is to be explained.
        theme: how what it is about is handled.
        causes: the causes found, one or two.
        pilot: who leads.
        members: who else works on it.
        measure: the containment measure.
        day: the day of the analysis.
    """

    problem: str
    theme: ThemePhrases
    causes: Sequence[CausePhrases]
    pilot: str
    members: Sequence[str]
    measure: str
    day: date


def analysis_of(case: Case, theme: str, found: Evidence) -> CauseAnalysis | None:
    """The analysis by the method that the case calls for; None where a plain look is enough.

    Accidents are told by the cause tree, the critical cases by 8D, those of high criticality on Ishikawa's diagram, the
    other complex ones and those of two causes by the five whys.
    """
    is_complex = case.verdict.complexity is Complexity.COMPLEX or len(found.causes) > 1
    if is_complex and theme in _BY_TREE:
        return cause_tree(found)
    if case.verdict.band is Band.CRITICAL:
        return eight_d(found)
    if case.verdict.band is Band.HIGH:
        return ishikawa(found)
    return five_whys(found) if is_complex else None


def five_whys(found: Evidence) -> FiveWhys:
    """A chain for each cause."""
    return FiveWhys(found.problem, [WhyChain(cause.answers, cause.family, cause.lever) for cause in found.causes])


def ishikawa(found: Evidence) -> Ishikawa:
    """The causes found retained and proved, the others that were thought of rejected."""
    retained = [
        PossibleCause(
            category=cause.category,
            statement=cause.root,
            status=CauseStatus.RETAINED,
            proof=cause.proof,
            family=cause.family,
        )
        for cause in found.causes
    ]
    rejected = [
        PossibleCause(category=cause.category, statement=cause.statement, status=CauseStatus.REJECTED)
        for cause in found.theme.rejected
    ]
    return Ishikawa(effect=found.problem, scheme=Scheme.SIX_M_MEASURE, causes=[*retained, *rejected])


def cause_tree(found: Evidence) -> CauseTree:
    """The facts from the one that is to be explained down to the leaves, each with what shows it."""
    facts: list[TreeFact] = []
    tops = []
    for number, cause in enumerate(found.causes, 1):
        codes = [f"f{number}{place}" for place in range(1, len(cause.answers) + 1)]
        tops.append(codes[0])
        for place, (code, answer) in enumerate(zip(codes, cause.answers, strict=True)):
            is_leaf = code == codes[-1]
            facts.append(
                TreeFact(
                    code=code,
                    statement=answer,
                    source=cause.proof if is_leaf else _SOURCES[place % len(_SOURCES)],
                    causes=() if is_leaf else (codes[place + 1],),
                    family=cause.family if is_leaf else None,
                )
            )
    ultimate = TreeFact(code="f0", statement=found.problem, source="signalement", causes=tops)
    return CauseTree([ultimate, *facts])


def eight_d(found: Evidence) -> EightD:
    """The steps from the emergency to the corrections chosen; what is put in place is followed on the plan."""
    return (
        EightD()
        .respond(found.measure)
        .form_team(found.pilot, found.members)
        .describe(found.problem)
        .contain(found.measure, effect=found.theme.held, checked_on=found.day)
        .find(*(RootCause(cause.root, cause.family) for cause in found.causes))
        .choose(*(Correction(cause.what, cause.root) for cause in found.causes))
    )
