"""The phrases that the life of cases is told with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import attrs

from reclamation_core.cases.causes import Category
from reclamation_core.plans import ActionOrigin, ActionType
from reclamation_core.simulation.phrases import read_bank


@attrs.frozen(kw_only=True)
class CausePhrases:
    """One cause of what a theme is about, and what is done about it.

    Args:
        family: the code of its family in `TRAINING_BODY`.
        category: the bone of Ishikawa's diagram that it stands on.
        answers: from the problem down to the root, why after why.
        proof: what shows the root.
        lever: what can be done about it.
        what: the action.
        criterion: how the effect of the action is judged.
        evidence: what shows that the action is done.
        signs: words of a message that point to it.
    """

    family: str
    category: Category
    answers: Sequence[str]
    proof: str
    lever: str
    what: str
    criterion: str
    evidence: str
    signs: Sequence[str] = ()

    def shows_in(self, text: str) -> int:
        """How many of its signs a message holds."""
        return sum(sign in text for sign in self.signs)

    @property
    def root(self) -> str:
        """The last why."""
        return self.answers[-1]


@attrs.frozen(kw_only=True)
class Rejected:
    """A cause that was thought of, and the bone that it stands on."""

    category: Category
    statement: str


@attrs.frozen(kw_only=True)
class ThemePhrases:
    """How a problem is handled, by what it is about.

    Args:
        problem: the problem, said again in the words of who handles it.
        requirement: where the requirement breached is written.
        containment: measures that limit the harm at once.
        held: what such a measure achieved.
        remedy: what is done for who complains.
        family_of_experts: who is consulted for the risks.
        rejected: causes that were thought of and rejected.
        causes: the causes.
    """

    problem: Sequence[str]
    requirement: str
    containment: Sequence[str]
    held: str
    remedy: str
    family_of_experts: str
    rejected: Sequence[Rejected]
    causes: Sequence[CausePhrases]


@attrs.frozen(kw_only=True)
class Review:
    """An action that serves no case: from an audit, a review, a watch."""

    type: ActionType
    origin: ActionOrigin
    what: str
    finding: str
    criterion: str
    evidence: str
    cause_family: str | None = None
    cause: str | None = None


@attrs.frozen(kw_only=True)
class LifePhrases:
    """What is said whatever the case is about.

    Args:
        redirections: where a message goes that is out of scope, by what it is.
        answers: the answer, by what it decides; `again` after a reopening.
        reactions: how the answer is taken.
        withdrawals: why a complaint is taken back.
        reasons: why this or that was done.
        reviews: actions that serve no case.
    """

    redirections: Mapping[str, str]
    answers: Mapping[str, str]
    reactions: Mapping[str, Sequence[str]]
    withdrawals: Sequence[str]
    reasons: Mapping[str, str]
    reviews: Sequence[Review]


@cache
def themes() -> Mapping[str, ThemePhrases]:
    """How problems are handled, by theme: complaints' and malfunctions'."""
    return read_bank(dict[str, ThemePhrases], "handling.toml")


@cache
def life_phrases() -> LifePhrases:
    """What is said whatever the case is about."""
    return read_bank(LifePhrases, "life.toml")
