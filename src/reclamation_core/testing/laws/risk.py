"""Laws of a policy: how grave a case is, and what makes it complex. Source: M2-1 §2.2, §4.2, as read (I13, I14)."""

from __future__ import annotations

from typing import Any, Final

import attrs
from hypothesis import strategies as st

from reclamation_core.policy import Policy
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.strategies import malfunction_facts
from reclamation_core.vocabulary import SEVERITIES, MalfunctionFacts

_SEVERITIES: Final = tuple(SEVERITIES.values())
_TOUCHED: Final = st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4])
"""Few domains are touched, so that one of them decides."""
_HIGHEST: Final = {**dict.fromkeys(_SEVERITIES, 4), "likelihood": 4, "recurrences": 40, "causes": 12}


def _known(_: Policy) -> Drawn:
    """Facts of which every risk is known, but the likelihood, which may be left to the recurrences."""
    given: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(_SEVERITIES, _TOUCHED)
    given |= {"recurrences": st.integers(0, 40), "causes": st.integers(0, 12)}
    return {"facts": malfunction_facts(unknown=False, **given)}


def _with(facts: Any, name: str, value: int) -> MalfunctionFacts:
    return attrs.evolve(facts, **{name: value})  # type: ignore[no-any-return]


def _ranks(policy: Policy, facts: MalfunctionFacts) -> tuple[Any, ...]:
    assessment = policy.assess_malfunction(facts)
    return (
        assessment.severity.outcome,
        assessment.likelihood.outcome,
        assessment.criticality.outcome,
        assessment.risk.outcome,
        assessment.complexity.outcome,
    )


@law(
    "risk-never-falls",
    "M2-1 §2.2, §4.2",
    "plus de gravité, de vraisemblance, de récurrences ou de causes n'abaisse ni la criticité ni la complexité",
    "more severity, likelihood, recurrences or causes lowers neither the criticality nor the complexity",
    reading="I13, I14",
    drawn=_known,
)
def never_falls(policy: Policy, facts: MalfunctionFacts) -> Breach | None:
    for name, highest in _HIGHEST.items():
        before, now = _ranks(policy, facts), getattr(facts, name)
        first = now + 1 if isinstance(now, int) else highest + 1  # a likelihood that is not judged does not rise
        for more in range(first, highest + 1):
            found = _ranks(policy, _with(facts, name, more))
            if any(after < earlier for earlier, after in zip(before, found, strict=True)):
                return Breach(f"≥ {before}", found, {name: more})
            before = found
    return None


@law(
    "severity-is-the-highest-touched",
    "M2-1 §2.2",
    "la gravité est la plus haute des domaines touchés, 1 quand aucun ne l'est",
    "the severity is the highest of the domains touched, 1 where none is",
    reading="I13",
    drawn=_known,
)
def highest_touched(policy: Policy, facts: MalfunctionFacts) -> Breach | None:
    expected = max(1, *(getattr(facts, name) for name in _SEVERITIES))
    found = policy.assess_malfunction(facts).severity.outcome
    return unless(found == expected, expected, found)


@law(
    "criticality-is-the-product",
    "M2-1 §2.2",
    "la criticité est la gravité multipliée par la vraisemblance",
    "the criticality is the severity times the likelihood",
    reading="I13",
    drawn=_known,
)
def product(policy: Policy, facts: MalfunctionFacts) -> Breach | None:
    severity, likelihood, found, *_ = _ranks(policy, facts)
    return unless(found == severity * likelihood, severity * likelihood, found)


@law(
    "a-judged-likelihood-is-retained",
    "M2-1 §2.2",
    "une vraisemblance jugée l'emporte sur celle que donneraient les récurrences",
    "a likelihood that was judged prevails over the one that recurrences would give",
    reading="I13",
    drawn=lambda policy: {**_known(policy), "judged": st.integers(1, 4)},
)
def judged_likelihood(policy: Policy, facts: MalfunctionFacts, judged: int) -> Breach | None:
    found = policy.assess_malfunction(attrs.evolve(facts, likelihood=judged)).likelihood.outcome
    return unless(found == judged, judged, found)


@law(
    "severity-4-is-never-in-a-lower-band",
    "M2-1 §2.2",
    "un cas de gravité 4 n'est jamais sous le niveau que fixe l'édition",
    "a case of severity 4 is never below the band that the edition sets",
    reading="I13",
    drawn=lambda policy: {**_known(policy), "domain": st.sampled_from(_SEVERITIES)},
)
def gravest(policy: Policy, facts: MalfunctionFacts, domain: str) -> Breach | None:
    least = policy.parameters.risk.least_band_at_severity_4
    found = policy.assess_malfunction(_with(facts, domain, 4)).risk.outcome
    return unless(found is not None and found >= least, f"≥ {least}", found)
