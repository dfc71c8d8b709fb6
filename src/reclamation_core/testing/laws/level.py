"""Laws of a policy: which level handles a case. Source: M2-1 §5.1 to §5.3."""

from __future__ import annotations

from typing import Any, Final

import attrs
from hypothesis import strategies as st

from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.strategies import complaint_facts, malfunction_facts
from reclamation_core.vocabulary import ClientScope, Level, Mobilisation, ServiceReach

_RISING: Final[dict[str, Any]] = {
    "client_scope": ClientScope,
    "service_reach": ServiceReach,
    "mobilisation": Mobilisation,
}


def _facts(_: Policy) -> Drawn:
    return {"facts": complaint_facts(unknown=False) | malfunction_facts(unknown=False)}


def _level(policy: Policy, facts: Any) -> Any:
    return policy.tables["level"].decide(facts)


@law(
    "a-level-never-falls",
    "M2-1 §5.1, §5.2, §5.3",
    "un client, une prestation ou une mobilisation d'une plus grande étendue n'abaisse jamais le niveau de traitement",
    "a client, a service or a mobilisation of a wider reach never lowers the handling level",
    drawn=lambda policy: {**_facts(policy), "raised": st.sampled_from(sorted(_RISING))},
)
def never_falls(policy: Policy, facts: Any, raised: str) -> Breach | None:
    now = getattr(facts, raised)
    before = _level(policy, facts).outcome
    if not isinstance(now, _RISING[raised]):  # a malfunction has no client
        return None
    for wider in _RISING[raised]:
        if wider > now:
            found = _level(policy, attrs.evolve(facts, **{raised: wider})).outcome
            if found < before:
                return Breach(f"≥ {before}", found, {raised: wider})
    return None


@law(
    "the-highest-clause-wins",
    "M2-1 §5.1, §5.2, §5.3",
    "de plusieurs clauses qui s'appliquent, la plus haute donne le niveau",
    "of several clauses that apply, the highest gives the level",
    reading="I7",
    drawn=_facts,
)
def highest_wins(policy: Policy, facts: Any) -> Breach | None:
    decision = _level(policy, facts)
    expected = max((row.then for row in decision.rows), default=None)
    return unless(decision.outcome == expected, expected, decision.outcome)


@law(
    "a-level-is-that-of-its-mobilisation-at-least",
    "M2-1 §5.2, §5.3",
    "le niveau de traitement n'est jamais inférieur à celui de la mobilisation que le problème nécessite",
    "the handling level is never below the mobilisation that the problem calls for",
    reading="I22",
    drawn=_facts,
)
def mobilised(policy: Policy, facts: Any) -> Breach | None:
    if facts.mobilisation is UNKNOWN:
        return None
    least = Level.parse(facts.mobilisation.value)
    found = _level(policy, facts).outcome
    return unless(found is not None and found >= least, f"≥ {least}", found)


@law(
    "meanwhile-the-lowest-level-handles",
    "M2-1 §5.1",
    "tant que le niveau n'est pas déterminé, le plus bas encore possible traite le dossier",
    "while the level is undetermined, the lowest one still possible handles the case",
    reading="I19",
    drawn=lambda _: {"facts": malfunction_facts()},
)
def lowest_meanwhile(policy: Policy, facts: Any) -> Breach | None:
    assessment = policy.assess_malfunction(facts)
    lowest = min(assessment.level.possible)
    return unless(assessment.handling_level is lowest, lowest, assessment.handling_level)
