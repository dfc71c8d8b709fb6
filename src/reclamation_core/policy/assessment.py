"""The assessment of one case under a policy edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reclamation_core.calendars import Deadline
from reclamation_core.tables import Cell, Decision, Input
from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level
from reclamation_core.wording import Lang

if TYPE_CHECKING:
    from reclamation_core.policy.policy import Policy


class CaseAssessment:
    """The assessment of a case, complaint or malfunction: level, risk, complexity.

    The outcomes are decided at construction; decisions are wrapped on first access.

    Attributes:
        policy: the edition that it was judged under.
        facts: the facts judged.
    """

    __slots__ = ("_complexity", "facts", "policy")

    def __init__(self, policy: Policy, facts: Any, complexity: Cell[Complexity]) -> None:
        self.policy = policy
        self.facts = facts
        self._complexity = complexity

    @property
    def level(self) -> Decision[Level]:
        """The level that handles the case (niveau de traitement). Source: M2-1 §5.1 to §5.3."""
        return Decision(self._complexity.requires["level"], self.facts)

    @property
    def handling_level(self) -> Level:
        """The level that handles the case until the level is determined: the lowest one still possible (I19)."""
        level: Cell[Level] = self._complexity.requires["level"]
        return min(level.possible)

    @property
    def severity(self) -> Decision[int]:
        """The severity, 1 to 4 (gravité). Source: M2-1 §2.2."""
        return Decision(self._complexity.requires["band"].requires["severity"], self.facts)

    @property
    def likelihood(self) -> Decision[int]:
        """The likelihood retained, 1 to 4 (vraisemblance). Source: M2-1 §2.2."""
        criticality = self._complexity.requires["band"].requires["criticality"]
        return Decision(criticality.requires["retained_likelihood"], self.facts)

    @property
    def criticality(self) -> Decision[int]:
        """The criticality, 1 to 16 (criticité). Source: M2-1 §2.2."""
        return Decision(self._complexity.requires["band"].requires["criticality"], self.facts)

    @property
    def risk(self) -> Decision[Band]:
        """The band of the criticality (niveau de criticité). Source: M2-1 §2.2."""
        return Decision(self._complexity.requires["band"], self.facts)

    @property
    def complexity(self) -> Decision[Complexity]:
        """Whether a problem-solving method is required (cas complexe). Source: M2-1 §4.2."""
        return Decision(self._complexity, self.facts)

    @property
    def decisions(self) -> tuple[Decision[Any], ...]:
        """The decisions in the order in which they are made and explained."""
        return (self.level, self.risk, self.complexity)

    @property
    def question(self) -> Input | None:
        """The fact to ask for first: that of the first decision still undetermined; None once these are made.

        The complexity has no question here: its causes are known after the analysis.
        """
        asked = (decision.question for decision in self.decisions if decision.table.name != "complexity")
        return next(filter(None, asked), None)

    def explain(self, lang: Lang = "fr") -> str:
        """All the decisions in sentences, one a line, a blank line between decisions."""
        return "\n\n".join(decision.explain(lang) for decision in self.decisions)

    def _repr_html_(self) -> str:
        from reclamation_core.policy.pages import assessment_card

        return assessment_card(self)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__ or not isinstance(other, CaseAssessment):
            return NotImplemented
        return self.policy == other.policy and bool(self.facts == other.facts)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} under {self.policy.edition!r}: {', '.join(map(repr, self.decisions))}>"


class MalfunctionAssessment(CaseAssessment):
    """The assessment of an internal malfunction (dysfonctionnement interne): no eligibility, no deadline."""

    __slots__ = ()


class Assessment(CaseAssessment):
    """The assessment of a complaint (réclamation).

    Attributes:
        deadline: the last day to answer and how it was counted; None for what is out of scope. Source: M2-1 §5.0.
    """

    __slots__ = ("_eligibility", "deadline")

    def __init__(
        self,
        policy: Policy,
        facts: Any,
        eligibility: Cell[Eligibility],
        complexity: Cell[Complexity],
        deadline: Deadline | None,
    ) -> None:
        # All is set here, without a detour by the base: a complaint is judged in about a microsecond.
        self.policy = policy
        self.facts = facts
        self._complexity = complexity
        self._eligibility = eligibility
        self.deadline = deadline

    @property
    def eligibility(self) -> Decision[Eligibility]:
        """Whether it is a complaint (recevabilité). Source: M2-1 §1."""
        return Decision(self._eligibility, self.facts)

    @property
    def decisions(self) -> tuple[Decision[Any], ...]:
        """The decisions in the order in which they are made and explained; of what is out of scope, the first alone."""
        if self._eligibility.outcome is Eligibility.OUT_OF_SCOPE:
            return (self.eligibility,)
        return (self.eligibility, self.level, self.risk, self.complexity)

    def explain(self, lang: Lang = "fr") -> str:
        """The decisions and the deadline in sentences, one a line, a blank line between them."""
        text = super().explain(lang)
        if self.deadline is None:
            return text
        return f"{text}\n\n{deadline_sentence(self.deadline, lang)}"

    def _repr_html_(self) -> str:
        from reclamation_core.policy.pages import assessment_card

        return assessment_card(self, self.deadline)

    def __eq__(self, other: object) -> bool:
        same = super().__eq__(other)
        if same is not True or not isinstance(other, Assessment):
            return same
        return self.deadline == other.deadline

    __hash__ = None


def deadline_sentence(deadline: Deadline, lang: Lang) -> str:
    """By when a complaint is to be answered, and how that was counted."""
    received, due, rule = deadline.received_on, deadline.due, deadline.rule
    counted = rule.days_in_words(lang)
    if lang == "fr":
        dates = f"Reçue le {received:%d/%m/%Y}, la demande appelle une réponse au plus tard le {due:%d/%m/%Y}"
        return f"{dates} : {counted} (M2-1 §5.0, lecture I2)."
    return f"Received on {received}, it is to be answered by {due}: {counted} (M2-1 §5.0, reading I2)."
