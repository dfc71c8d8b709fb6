"""Laws of a policy: which level handles a case. Source: M2-1 §5.1 to §5.3."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from reclamation_core.missing import ABSENT
from reclamation_core.policy import Policy
from reclamation_core.testing.laws.law import Breach, law, unless
from reclamation_core.testing.strategies import malfunction_facts
from reclamation_core.vocabulary import ClientScope, Level, Mobilisation, ServiceReach

_RISING: Final[dict[str, Any]] = {
    "client_scope": ClientScope,
    "service_reach": ServiceReach,
    "mobilisation": Mobilisation,
}


def _every() -> Iterator[dict[str, Any]]:
    """All that the level depends on, in every way: complaints, and malfunctions, which have no client."""
    for values in product((*ClientScope, ABSENT), ServiceReach, Mobilisation):
        yield dict(zip(_RISING, values, strict=True))


@law(
    "a-level-never-falls",
    "M2-1 §5.1, §5.2, §5.3",
    "un client, une prestation ou une mobilisation d'une plus grande étendue n'abaisse jamais le niveau de traitement",
    "a client, a service or a mobilisation of a wider reach never lowers the handling level",
)
def never_falls(policy: Policy) -> Breach | None:
    look_up: Any = policy.tables["level"].look_up
    for facts in _every():
        before = look_up(facts).outcome
        for name, vocabulary in _RISING.items():
            for wider in vocabulary:
                if facts[name] is not ABSENT and wider > facts[name]:
                    found = look_up({**facts, name: wider}).outcome
                    if found < before:
                        return Breach(f"≥ {before}", found, {**facts, "raised": wider})
    return None


@law(
    "the-highest-clause-wins",
    "M2-1 §5.1, §5.2, §5.3",
    "de plusieurs clauses qui s'appliquent, la plus haute donne le niveau",
    "of several clauses that apply, the highest gives the level",
    reading="I7",
)
def highest_wins(policy: Policy) -> Breach | None:
    for facts in _every():
        cell = policy.tables["level"].look_up(facts)
        expected = max((row.then for row in cell.rows), default=None)
        if cell.outcome != expected:
            return Breach(expected, cell.outcome, facts)
    return None


@law(
    "a-level-is-that-of-its-mobilisation-at-least",
    "M2-1 §5.2, §5.3",
    "le niveau de traitement n'est jamais inférieur à celui de la mobilisation que le problème nécessite",
    "the handling level is never below the mobilisation that the problem calls for",
    reading="I22",
)
def mobilised(policy: Policy) -> Breach | None:
    for facts in _every():
        least = Level.parse(facts["mobilisation"].value)
        found = policy.tables["level"].look_up(facts).outcome
        if found is None or found < least:
            return Breach(f"≥ {least}", found, facts)
    return None


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
