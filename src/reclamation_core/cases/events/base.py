"""The base of case events, their envelope, and the assessment of a case when an event is recorded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DeadlineRule
from reclamation_core.cases.aggregate import Envelope, EventRegistry, EventType, Guard, stream_first
from reclamation_core.cases.codes import CommandType
from reclamation_core.policy import Assessment, CaseAssessment, Policy
from reclamation_core.tables import Input
from reclamation_core.validators import name, of_class, optional
from reclamation_core.vocabulary import Band, ComplaintFacts, Complexity, Eligibility, Level, MalfunctionFacts
from reclamation_core.wording import safe_repr

if TYPE_CHECKING:
    from reclamation_core.cases.case import Case
    from reclamation_core.cases.decisions import DecisionContext
    from reclamation_core.cases.narration import Narrator

Facts: TypeAlias = ComplaintFacts | MalfunctionFacts

CASE_EVENTS: Final[EventRegistry[CommandType]] = EventRegistry()
"""Every event class of cases."""
case_event = CASE_EVENTS.register
"""Register an event class of cases."""


@attrs.frozen(kw_only=True)
class AssessmentSnapshot:
    """The assessment of the facts, as they were known then, under the edition in force at receipt.

    Args:
        eligibility: None while undetermined, and for a malfunction.
        level: the level given, or, while undetermined, the lowest one still possible.
        band: the band of criticality; None while undetermined.
        complexity: None while undetermined.
    """

    eligibility: Eligibility | None
    level: Level
    band: Band | None
    complexity: Complexity | None


@attrs.frozen(kw_only=True)
class ApplicableRules:
    """What a case is judged and timed by: all as it was in force at receipt.

    Args:
        edition: the edition of the procedure.
        rule: that edition's rule for the last day to answer.
        calendar: the calendar of the first handling site, with that edition's closures.
        digest: the digest of that edition, which shows a change of the text under the same name; None for a case
            registered before digests were recorded: it is not checked.
    """

    edition: str = attrs.field(validator=name)
    rule: DeadlineRule
    calendar: CalendarDefinition
    digest: str | None = attrs.field(default=None, validator=optional(name))

    @classmethod
    def under(cls, policy: Policy, calendar: BusinessCalendar) -> ApplicableRules:
        """Return the rules of an edition, for the calendar of a site."""
        return cls(
            edition=policy.edition,
            rule=policy.deadline,
            calendar=policy.calendar(calendar).definition,
            digest=policy.digest,
        )

    def are_of(self, policy: Policy) -> bool:
        """Return True for the edition of that name with the recorded digest, or without a recorded digest."""
        return self.edition == policy.edition and self.digest in (None, policy.digest)


def assess(
    policy: Policy, facts: Facts, rules: ApplicableRules, imposed_level: Level | None = None
) -> AssessmentSnapshot:
    """Return the assessment of facts by an edition; the complexity is that of the imposed level, if any (I14)."""
    assessment: CaseAssessment
    if isinstance(facts, ComplaintFacts):
        assessment = policy.assess(facts, BusinessCalendar(rules.calendar))
    else:
        assessment = policy.assess_malfunction(facts)
    return AssessmentSnapshot(
        eligibility=assessment.eligibility.outcome if isinstance(assessment, Assessment) else None,
        level=assessment.handling_level,
        band=assessment.risk.outcome,
        complexity=policy.complexity_decision(facts, imposed_level).outcome,
    )


@attrs.frozen(kw_only=True)
class Requires:
    """What must precede an event; guards and chronology rules read it.

    Args:
        open_case: the case is not closed.
        complaint: the case is a complaint: there is a complainant, and an answer is due.
        after_receipt: it does not happen before the receipt.
        within_run: it does not happen before the latest closing or reopening.
        after: groups of event types, by the names of their documents; it does not happen before the first event of
            each group.
        policy: the edition of the case is at hand; an event that no edition judges is recorded without it.
    """

    open_case: bool = True
    complaint: bool = False
    after_receipt: bool = True
    within_run: bool = False
    after: tuple[tuple[str, ...], ...] = ()
    policy: bool = True


class CaseEvent(ABC):
    """Something that happened to a case: its data, how it changes the case, and how it is described.

    A command has its texts in clear and no assessment; a recorded event has them sealed, and the assessment. Each class
    is a frozen attrs class, registered by `case_event`; texts that may be forgotten are marked `personal` or `free`.
    A field that is refused raises TypeError or ValueError.
    """

    __slots__ = ()

    event_type: ClassVar[EventType[CommandType]]
    requires: ClassVar[Requires] = Requires()
    is_act: ClassVar[bool] = True
    """Whether a person did it on its date, which can be corrected."""
    dates_receipt: ClassVar[bool] = True
    """Whether the receipt cannot be after it: False for events about the facts, whose date may have been wrong too."""
    corrects_history: ClassVar[bool] = False
    """Whether the whole stream is replayed when it is applied."""

    guards: ClassVar[tuple[Guard[CommandType], ...]] = ()
    """Its own guards, in addition to those that `requires` and `cases.guards` declare."""
    guard_inputs: ClassVar[tuple[Input, ...]] = ()
    """The inputs of these guards; `situation` returns their values."""

    def situation(self, case: Case) -> dict[str, Any]:
        """Return the values of its own guard inputs."""
        return {}

    def completed(self, case: Case, context: DecisionContext) -> Self:
        """Return the event of a command with what the library adds to it: the assessment, for example."""
        return self

    def impossible(self, case: Case, recorded: RecordedEvent) -> str:
        """Return why the event cannot follow in any case; an empty text if it can."""
        return ""

    def ground_dates(self, case: Case) -> list[datetime]:
        """Return the dates of what the event rests on, the groups of `requires` apart."""
        return []

    def apply(self, case: Case, recorded: RecordedEvent) -> Case:
        """Return the case after the event."""
        return case.after(recorded)

    @abstractmethod
    def describe(self, say: Narrator) -> str:
        """Return a sentence without its full stop."""


class FactsEvent(CaseEvent):
    """An event with an assessment of the facts; its field `facts` has all of them, if it changes them."""

    __slots__ = ()

    verdict: AssessmentSnapshot | None

    def facts_after(self, case: Case) -> Facts:
        """Return the facts of the event, or those of the case."""
        facts: Facts | None = getattr(self, "facts", None)
        return case.facts if facts is None else facts

    def imposed_level(self, case: Case) -> Level | None:
        """Return the level imposed on the case after the event."""
        return case.level_override

    def completed(self, case: Case, context: DecisionContext) -> Self:
        """Return the event with the assessment of the facts.

        Raises:
            TypeError: the facts are not of the kind of the case.
        """
        facts = self.facts_after(case)
        if type(facts) is not type(case.facts):
            expected = type(case.facts).__name__
            raise TypeError(f"facts: {expected} are expected, as the case has, got {safe_repr(facts)}")
        rules = context.terms or case.terms
        event: Any = self
        completed: Self = attrs.evolve(event, verdict=assess(context.edition, facts, rules, self.imposed_level(case)))
        return completed

    def impossible(self, case: Case, recorded: RecordedEvent) -> str:
        """Return why the facts are not possible for the case."""
        if type(self.facts_after(case)) is not type(case.facts):
            return f"its facts are not those of a {case.kind.label('en')}"
        return ""

    def changed_facts(self, case: Case) -> dict[str, Any]:
        """Return the fields of the case that the facts change."""
        return {"facts": self.facts_after(case), "verdict": required(self.verdict)}


def required(verdict: AssessmentSnapshot | None) -> AssessmentSnapshot:
    """Return the assessment of a recorded event.

    Raises:
        TypeError: there is none.
    """
    if verdict is None:
        raise TypeError("verdict: an event that changes the facts has one; only a command leaves it out")
    return verdict


@attrs.frozen(kw_only=True, field_transformer=stream_first)
class RecordedEvent(Envelope):
    """One event of a case, as recorded.

    Args:
        case: the reference of the case.
        data: the event.

    Raises:
        TypeError, ValueError: the number or an instant is refused.
    """

    case: str
    data: CaseEvent = attrs.field(validator=of_class(CaseEvent))
