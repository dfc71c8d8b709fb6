"""The data of the scenario, typed: `data/scenario.toml` and `data/handling.toml`, which explain their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import attrs

from reclamation_core.cases.causes import Category
from reclamation_core.simulation.agenda import ScenarioStep
from reclamation_core.simulation.phrases import read_bank


@attrs.frozen(kw_only=True)
class CausePhrases:
    """A cause of the problems of a theme, from the problem down to the root, and its action."""

    family: str
    category: Category
    answers: Sequence[str]
    proof: str
    lever: str
    what: str
    criterion: str
    evidence: str
    signs: Sequence[str] = ()

    @property
    def root(self) -> str:
        """The last answer."""
        return self.answers[-1]

    def shows_in(self, text: str) -> int:
        """Return how many of the signs a message contains."""
        return sum(sign in text for sign in self.signs)


@attrs.frozen(kw_only=True)
class RejectedCause:
    """A possible cause that the analysis rejects."""

    category: Category
    statement: str


@attrs.frozen(kw_only=True)
class ThemePhrases:
    """How the problems of a theme are described, contained, explained and repaired."""

    problem: Sequence[str]
    requirement: str
    containment: Sequence[str]
    held: str
    remedy: str
    family_of_experts: str
    rejected: Sequence[RejectedCause]
    causes: Sequence[CausePhrases]


@attrs.frozen(kw_only=True)
class ScenarioData:
    """The courses, the weights of what people do, and the French texts."""

    courses: Mapping[str, Sequence[ScenarioStep]]
    chances: Mapping[str, float]
    outlooks: Mapping[str, float]
    reactions: Mapping[str, Mapping[str, float]]
    redirections: Mapping[str, str]
    answers: Mapping[str, str]
    reaction_words: Mapping[str, Sequence[str]]
    reasons: Mapping[str, str]


@cache
def themes() -> Mapping[str, ThemePhrases]:
    """Return how problems are handled, by the theme of a complaint or a malfunction."""
    return read_bank(dict[str, ThemePhrases], "handling.toml")


@cache
def scenario_data() -> ScenarioData:
    """Return the content of the scenario file."""
    return read_bank(ScenarioData, "scenario.toml")
