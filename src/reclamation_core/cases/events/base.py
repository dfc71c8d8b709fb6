"""The base of case events, the state that they change, and the assessment of a case when an event is recorded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, Deadline, DeadlineRule
from reclamation_core.cases.aggregate import (
    CommandContext,
    Envelope,
    EventRegistry,
    EventType,
    Guard,
    GuardInput,
    Need,
    NotGivenError,
    PartialCommand,
    StreamEnd,
    stream_first,
)
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import Admissibility, CaseKind
from reclamation_core.cases.narration import Narrator
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import REDACTED, Commitment, Secret, Vault
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Assessment, Parameters, Policy, RoleParameters
from reclamation_core.policy.own_facts import admit
from reclamation_core.policy.policy import CaseAssessment
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import LONGEST_TEXT, name, of_class, optional
from reclamation_core.vocabulary import (
    FACTS,
    Band,
    ComplaintFacts,
    Complexity,
    Eligibility,
    Fact,
    Level,
    MalfunctionFacts,
    Sites,
)
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS, OwnFacts, OwnText
from reclamation_core.wording import Lang, drop_inner_stops, safe_repr, typeset

Facts: TypeAlias = ComplaintFacts | MalfunctionFacts

CASE_EVENTS: Final[EventRegistry[CommandType]] = EventRegistry()
"""Every event class of cases."""
case_event = CASE_EVENTS.register
"""Register an event class of cases."""


@cache
def example_policy() -> Policy:
    """Return the edition of the examples of events: M2-1 with suspensions of the answer clock."""
    return Policy(edition="M2-1", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True)))


Periods: TypeAlias = tuple[tuple[datetime, datetime | None], ...]
"""Since when, and until when: each period ends before the next begins, and the last may not have ended."""

_ONE_DAY: Final = timedelta(days=1)

NEVER: Final = datetime.max.replace(tzinfo=UTC)
"""When an action is settled that was not settled again after an instant."""


@attrs.frozen(kw_only=True)
class AssessmentSnapshot(SharedRepr):
    """The assessment of the facts, as they were known then, under the edition in force at receipt.

    Args:
        eligibility: None while undetermined, and for a malfunction.
        level: the level given, or, while undetermined, the lowest one still possible.
        band: the band of criticality; None while undetermined.
        complexity: None while undetermined.
        possible_levels: the levels that may handle the case, in order, if the edition has a time to answer by level;
            the level is determined if there is one. Empty for other editions, and for a malfunction.
    """

    eligibility: Eligibility | None
    level: Level
    band: Band | None
    complexity: Complexity | None
    possible_levels: tuple[Level, ...] = ()


def without_levels(document: dict[str, Any]) -> dict[str, Any]:
    """Upcast a document of an event from before durations by level: one time to answer, in days, for all levels."""
    upcast = dict(document)
    if document.get("verdict") is not None:
        upcast["verdict"] = {**document["verdict"], "possible_levels": []}
    if document.get("terms") is not None:
        rule = {**document["terms"]["rule"], "months": 0, "by_level": {}}
        upcast["terms"] = {**document["terms"], "rule": rule}
    return upcast


def admissibility_of(kind: CaseKind, eligibility: Eligibility | None) -> Admissibility:
    """Return whether a case is in the scope of the procedure, from its kind and its eligibility."""
    if kind is CaseKind.MALFUNCTION:
        return Admissibility.MALFUNCTION
    if eligibility is None:
        return Admissibility.TO_BE_CLARIFIED
    return Admissibility.IN_SCOPE if eligibility is Eligibility.COMPLAINT else Admissibility.OUT_OF_SCOPE


@attrs.frozen(kw_only=True, slots=False)  # with a cached property
class ApplicableRules(SharedRepr):
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

    @cached_property
    def business_calendar(self) -> BusinessCalendar:
        """The calendar that counts days by its definition."""
        return BusinessCalendar(self.calendar)

    def are_of(self, policy: Policy) -> bool:
        """Return True for the edition of that name with the recorded digest, or without a recorded digest."""
        return self.edition == policy.edition and self.digest in (None, policy.digest)


def own_values(policy: Policy, facts: Facts, before: OwnFacts = NO_OWN_FACTS, *, is_same: bool = True) -> Facts:
    """Return facts with their own values as an edition declares them; see `policy.own_facts.admit`."""
    if facts.own is NO_OWN_FACTS:
        return facts
    return admit(facts, policy.facts_by_name, policy.edition, before, is_same=is_same)


def assess(
    policy: Policy, facts: Facts, rules: ApplicableRules, imposed_level: Level | None = None
) -> AssessmentSnapshot:
    """Return the assessment of facts by an edition; the complexity is that of the imposed level, if any (I14)."""
    assessment: CaseAssessment
    if isinstance(facts, ComplaintFacts):
        assessment = policy.assess(facts, rules.business_calendar)
    else:
        assessment = policy.assess_malfunction(facts)
    return AssessmentSnapshot(
        eligibility=assessment.eligibility.outcome if isinstance(assessment, Assessment) else None,
        level=assessment.handling_level,
        band=assessment.risk.outcome,
        complexity=policy.complexity_decision(facts, imposed_level).outcome,
        possible_levels=assessment.deadline_levels if isinstance(assessment, Assessment) else (),
    )


@attrs.frozen(kw_only=True)
class Requires(SharedRepr):
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


@attrs.frozen
class FollowUp(SharedRepr):
    """How far the actions of a case are settled (suites données).

    Args:
        unsettled: those of its actions that are neither closed with their effectiveness judged, nor abandoned.
        settled: the periods in which each of the others was settled: from its closing or abandonment to its reopening.
            For the correction of a date: those of every action that was ever settled, reopened ones too.
    """

    unsettled: frozenset[LineReference] = frozenset()
    settled: Mapping[LineReference, Periods] = attrs.field(factory=dict, hash=False)

    def settled_since(self, action: LineReference, at: datetime) -> list[datetime]:
        """Return since when an action was settled at an instant, alone in a list; empty if it never was.

        If it was open then, it is settled from the next time on, or `NEVER`.
        """
        periods = self.settled.get(action)
        if periods is None:
            return []
        return [next((since for since, until in periods if until is None or at < until), NEVER)]


@attrs.frozen(kw_only=True)
class DecisionContext(CommandContext):
    """The context of a decision on a case.

    Args:
        policy: the edition that the case is judged under; None for an event that needs none (`Requires.policy`).
        now: the current instant; aware.
        follow_up: how far the case's actions are settled.
        salt: where salts come from.
        terms: for the correction of a receipt: the terms in force at the right instant, if they differ from the case's;
            `policy` is then their edition.
        longest_text: the most characters of a text; by default as the edition limits them.
        another_author: True if the case that this one duplicates is known to have another author.
        roles: the roles that may give each command; by default as the edition sets them.
        reads_names: False if the actor reads no names of persons: a refusal then reveals none.
    """

    policy: Policy | None
    follow_up: FollowUp = FollowUp()
    terms: ApplicableRules | None = None
    another_author: bool = False
    reads_names: bool = True
    longest_text: int = attrs.field()
    roles: RoleParameters = attrs.field()

    @longest_text.default
    def _limit_of_policy(self) -> int:
        return LONGEST_TEXT if self.policy is None else self.policy.parameters.texts.longest

    @roles.default
    def _roles_of_policy(self) -> RoleParameters:
        return RoleParameters() if self.policy is None else self.policy.roles

    @property
    def required_policy(self) -> Policy:
        """The edition that the case is judged under.

        Raises:
            ValueError: none is given.
        """
        if self.policy is None:
            raise ValueError("policy: none is given, and what is asked is judged by an edition; give that of the case")
        return self.policy


@attrs.frozen(kw_only=True)
class Suspension(SharedRepr):
    """A suspension: of the retention by litigation (contentieux), or of the answer clock (suspension du délai).

    Args:
        since: when it began.
        until: when it was resumed; None where it has not been. Of the answer clock it then ends where the clock stops.
    """

    since: datetime
    until: datetime | None = None


@attrs.frozen(kw_only=True)
class AnswerCycle(SharedRepr):
    """One run of the answer clock: from the receipt or a reopening to the answer, a withdrawal or the closing.

    Args:
        started_at: when it started; its deadline is counted from there.
        answered_at: when the answer was given; None where it was not.
        answer_number: the number of the event that answered; None where there is none.
        stopped_at: when an answer, a withdrawal or the closing stopped it; None while it runs.
        suspensions: its suspensions, in order; none where the edition allows none.
        levels: the levels that may handle the case, as assessed last while the clock ran: the earliest of their
            deadlines holds. Empty where the edition has one time to answer for all levels.
        level_changed_at: when the assessed level changed last while the clock ran: the deadline does not precede that
            day. None where it did not.
    """

    started_at: datetime
    answered_at: datetime | None = None
    answer_number: int | None = None
    stopped_at: datetime | None = None
    suspensions: tuple[Suspension, ...] = ()
    levels: tuple[Level, ...] = ()
    level_changed_at: datetime | None = None

    def assessed(self, levels: tuple[Level, ...], at: datetime) -> AnswerCycle:
        """Return the cycle after an assessment of the case; one that stopped stays as it is.

        The level changes if another level handles the case, or one that was excluded becomes possible. It does not
        change if other levels than the one that handles the case are excluded.
        """
        if self.stopped_at is not None or levels == self.levels:
            return self
        is_changed = not set(levels) <= set(self.levels) or levels[:1] != self.levels[:1]
        return attrs.evolve(self, levels=levels, level_changed_at=at if is_changed else self.level_changed_at)


@attrs.frozen(kw_only=True)
class Containment(SharedRepr):
    """A containment measure (mesure conservatoire).

    Args:
        number: its number among the measures of the case, from 1, in the order they were recorded.
        event: the number of the event that took it.
        taken_at: when it was taken.
        effective: whether it limited the impact; None until that is recorded.
    """

    number: int
    event: int
    taken_at: datetime
    effective: bool | None = None


@attrs.frozen(kw_only=True)
class BaseCase(SharedRepr):
    """The state of a case that its events read and change; `Case` is the whole."""

    reference: str
    kind: CaseKind
    facts: Facts
    site: str
    service_sites: tuple[str, ...]
    handling_unit: str
    source: str | None
    terms: ApplicableRules
    verdict: AssessmentSnapshot
    events: tuple[RecordedEvent, ...]
    vault: Vault = attrs.field(factory=Vault, repr=False)
    assigned_to: Commitment | None = None
    level_override: Level | None = None
    acknowledged_at: datetime | None = None
    supports: int = 0
    transcribed_at: datetime | None = None
    containments: tuple[Containment, ...] = ()
    actions: tuple[LineReference, ...] = ()
    no_action: Commitment | None = None
    answer_cycles: tuple[AnswerCycle, ...] = ()
    mediation_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None
    links: tuple[CaseEvent, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    alerts: tuple[CaseEvent, ...] = ()
    anonymised_at: datetime | None = None

    @property
    def history(self) -> tuple[RecordedEvent, ...]:
        """The events, each with its latest corrected date."""
        return dated(self.events)

    @property
    def version(self) -> int:
        """The number of events."""
        return len(self.events)

    @property
    def stream_end(self) -> StreamEnd[RecordedEvent]:
        """The end of the event stream, which the next event follows."""
        return StreamEnd(RecordedEvent, {"case": self.reference}, self.version, self.events[-1].recorded_at)

    def after(self, recorded: RecordedEvent, **changes: Any) -> Self:
        """Return the case with one more event, and with the fields that it changes."""
        return attrs.evolve(self, events=(*self.events, recorded), **changes)

    @property
    def edition(self) -> str:
        """The edition of the procedure in force at receipt."""
        return self.terms.edition

    @property
    def rule(self) -> DeadlineRule:
        """That edition's rule for the last day to answer."""
        return self.terms.rule

    @property
    def calendar(self) -> CalendarDefinition:
        """The calendar of the first handling site, with that edition's closures."""
        return self.terms.calendar

    @property
    def received_at(self) -> datetime:
        """When it arrived at any door of the agency."""
        return self.facts.received_at

    @property
    def received_on(self) -> date:
        """The day of receipt at the first handling site."""
        return self.day_of(self.received_at)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the first handling site."""
        return self.terms.business_calendar.zone

    def day_of(self, instant: datetime) -> date:
        """The day of an instant at the first handling site."""
        return self.terms.business_calendar.day_of(instant)

    @property
    def eligibility(self) -> Eligibility | None:
        """Whether it is a complaint; None while undetermined, and for a malfunction."""
        return self.verdict.eligibility

    @property
    def admissibility(self) -> Admissibility:
        """Whether it is in the scope of the procedure (recevabilité)."""
        return admissibility_of(self.kind, self.eligibility)

    @property
    def level(self) -> Level | None:
        """The level that handles it: the one that was imposed, else the procedure's.

        None for a message out of scope, unless a level was imposed: a unit redirects it, at no level of the procedure.
        """
        if self.admissibility is Admissibility.OUT_OF_SCOPE and self.level_override is None:
            return None
        return self.routing_level

    @property
    def routing_level(self) -> Level:
        """The level of its routing, which a message out of scope has too: where it would be handled as a complaint."""
        return self.verdict.level if self.level_override is None else self.level_override

    @cached_property
    def deadline(self) -> Deadline | None:
        """The last day to answer, of the latest run of the clock; None for a malfunction and what is out of scope.

        While the clock is suspended it is the earliest that is possible: as if it were resumed on the day after the
        suspension.
        """
        if self.kind is CaseKind.MALFUNCTION or self.eligibility is Eligibility.OUT_OF_SCOPE:
            return None
        return self.deadline_of(self.answer_cycles[-1])

    def deadline_of(self, run: AnswerCycle) -> Deadline:
        """The last day to answer of a run of the clock, the days on which it was suspended left out.

        A suspension takes off the clock the day on which it begins and those before the day on which it ends; a run
        that is suspended still, that day alone. Where the edition allows no suspensions they take off nothing.

        Where the edition has a time to answer by level, that of the level as assessed counts, never that of an imposed
        one. A change of that level counts again from the start; the deadline does not precede the day of the change.
        """
        calendar = self.terms.business_calendar
        suspended = tuple(_days_off(run, calendar)) if self.rule.suspensions_allowed else ()
        changed_on = None if run.level_changed_at is None else calendar.day_of(run.level_changed_at)
        return calendar.deadline(run.started_at, self.rule, suspended, levels=run.levels, not_before=changed_on)

    @property
    def is_deadline_suspended(self) -> bool:
        """True while the answer clock is suspended: no answer is awaited by a day.

        A suspension that began after the last day to answer, once dates are corrected, suspends nothing.
        """
        run = self.answer_cycles[-1] if self.answer_cycles else None
        return run is not None and run.stopped_at is None and self.deadline is not None and self.ends_suspended(run)

    def ends_suspended(self, run: AnswerCycle) -> bool:
        """True if a run of the clock was suspended when it stopped, or is suspended still."""
        if not self.rule.suspensions_allowed or not run.suspensions:
            return False
        last = run.suspensions[-1]
        is_open = last.until is None or (run.stopped_at is not None and run.stopped_at <= last.until)
        return is_open and self.day_of(last.since) < self.deadline_of(run).due

    @property
    def awaited_on(self) -> date | None:
        """The day by which an answer is awaited now; None where none is, and while the clock is suspended."""
        runs = bool(self.answer_cycles) and self.answer_cycles[-1].stopped_at is None and not self.is_deadline_suspended
        deadline = self.deadline if runs else None
        return None if deadline is None else deadline.due

    @property
    def has_open_suspension(self) -> bool:
        """True if the latest answer cycle has a suspension that was not resumed."""
        suspensions = self.answer_cycles[-1].suspensions if self.answer_cycles else ()
        return bool(suspensions) and suspensions[-1].until is None

    def cycles_stopped(self, at: datetime) -> tuple[AnswerCycle, ...]:
        """Return the answer cycles, the last one stopped by the first event that stops it, in order of occurrence."""
        if not self.answer_cycles:
            return ()
        *before, cycle = self.answer_cycles
        return (*before, attrs.evolve(cycle, stopped_at=min(cycle.stopped_at or at, at)))

    def cycles_restarted(self, at: datetime) -> tuple[AnswerCycle, ...]:
        """Return the answer cycles and a new one; none for a malfunction."""
        restarted = AnswerCycle(started_at=at, levels=self.verdict.possible_levels)
        return (*self.answer_cycles, restarted) if self.answer_cycles else ()

    def cycles_assessed(self, verdict: AssessmentSnapshot | None, at: datetime) -> tuple[AnswerCycle, ...]:
        """Return the answer cycles, the last one with the levels of an assessment."""
        if not self.answer_cycles or verdict is None:
            return self.answer_cycles
        *before, cycle = self.answer_cycles
        return (*before, cycle.assessed(verdict.possible_levels, at))

    def cycles_suspended(self, at: datetime) -> tuple[AnswerCycle, ...]:
        """Return the answer cycles, the last one suspended."""
        *before, cycle = self.answer_cycles
        return (*before, attrs.evolve(cycle, suspensions=(*cycle.suspensions, Suspension(since=at))))

    def cycles_resumed(self, at: datetime) -> tuple[AnswerCycle, ...]:
        """Return the answer cycles, the suspension of the last one ended."""
        *before, cycle = self.answer_cycles
        *over, last = cycle.suspensions
        return (*before, attrs.evolve(cycle, suspensions=(*over, attrs.evolve(last, until=at))))

    def retention_suspended(self, at: datetime) -> tuple[Suspension, ...]:
        """Return the suspensions of the retention and a new one."""
        return (*self.suspensions, Suspension(since=at))

    def with_containment(self, recorded: RecordedEvent) -> tuple[Containment, ...]:
        """Return the containment measures and the one that an event took."""
        number = len(self.containments) + 1
        taken = Containment(number=number, event=recorded.number, taken_at=recorded.occurred_at)
        return (*self.containments, taken)

    def first_of(self, classes: tuple[type[Any], ...]) -> list[datetime]:
        """Return when the first event of some classes happened, alone in a list; an empty list if none did."""
        dates = [event.occurred_at for event in self.history if isinstance(event.data, classes)]
        return [min(dates)] if dates else []

    def read(self, text: object) -> str | None:
        """A text of the history, or an own value that may be erased; None if there is none or it was erased."""
        if isinstance(text, OwnText) and text.digest is not None:
            text = Commitment(text.digest)
        return self.vault.read(text) if isinstance(text, Commitment) else None


def _days_off(run: AnswerCycle, calendar: BusinessCalendar) -> Iterator[DayRange]:
    """The days that its suspensions take off a run of the clock."""
    for suspension in run.suspensions:
        since = calendar.day_of(suspension.since)
        ends = [at for at in (suspension.until, run.stopped_at) if at is not None]
        last = calendar.day_of(min(ends)) - _ONE_DAY if ends else since
        if since <= last:
            yield DayRange(since, last)


def dated(events: Iterable[RecordedEvent]) -> tuple[RecordedEvent, ...]:
    """Return events with their latest corrected dates."""
    stream = tuple(events)
    dates: dict[int, datetime] = {}
    for event in stream:
        dates |= event.data.corrected_dates
    if not dates:
        return stream
    return tuple(attrs.evolve(one, occurred_at=dates[one.number]) if one.number in dates else one for one in stream)


class CaseEvent(SharedRepr, ABC):
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
    repairs_dates: ClassVar[bool] = False
    """Whether it may correct a wrong date: it is recorded although another event is dated after the clock."""
    dates_receipt: ClassVar[bool] = True
    """Whether the receipt cannot be after it: False for events about the facts, whose date may have been wrong too."""

    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = ()
    """Its own guards, in addition to those that `requires` and `cases.guards` declare."""
    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = ()
    """The inputs of these guards that no other command has."""

    def completed(self, case: BaseCase, context: DecisionContext) -> Self:
        """Return the event of a command with what the library adds to it: the assessment, for example."""
        return self

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        """Return why the event cannot follow in any case; an empty text if it can."""
        return ""

    def ground_dates(self, case: BaseCase, occurred_at: datetime, follow_up: FollowUp) -> list[datetime]:
        """Return the dates of what the event rests on; empty if it rests on nothing, or if that is missing.

        Args:
            case: the case before the event.
            occurred_at: when the event happened.
            follow_up: when the actions of the case were settled.
        """
        groups = (tuple(CASE_EVENTS.classes[name] for name in group) for group in self.requires.after)
        return [at for group in groups for at in case.first_of(group)]

    @property
    def stated_dates(self) -> tuple[datetime, ...]:
        """The instants among its fields: when something happened that it states."""
        event: Any = self  # an attrs class
        return tuple(value for value in attrs.asdict(event, recurse=False).values() if isinstance(value, datetime))

    @property
    def corrected_receipt(self) -> datetime | None:
        """The date of receipt that it corrects; None if it corrects none."""
        return None

    def facts_after(self, case: BaseCase) -> Facts:
        """Return the facts of the case after the event."""
        return case.facts

    @property
    def corrected_dates(self) -> Mapping[int, datetime]:
        """The dates that it corrects, by the numbers of their events; the whole stream is then replayed."""
        return {}

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        """Return the fields of the case that the event changes."""
        return {}

    @abstractmethod
    def describe(self, say: Narrator) -> str:
        """Return a sentence without its full stop."""


class FactsEvent(CaseEvent):
    """An event with an assessment of the facts; its field `facts` has all of them, if it changes them."""

    __slots__ = ()

    verdict: AssessmentSnapshot | None

    judges: ClassVar[tuple[str, ...]] = ()
    """The facts that it judges, again if they are known."""
    completes: ClassVar[bool] = False
    """Whether it completes unknown facts; it changes known ones otherwise."""

    @property
    def facts(self) -> Facts | None:
        """All the facts of the case after the event; None if it changes none."""
        return None

    @classmethod
    def offered_facts(cls, facts: Facts) -> tuple[str, ...]:
        """Return the names of the facts that a form of its command has a field for, in order.

        Args:
            facts: the facts of the case.
        """
        if cls.judges:
            return tuple(name for name in cls.judges if hasattr(facts, name))
        known = attrs.asdict(facts, recurse=False)
        values = {name: known[name] for name in FACTS if name != "causes" and name in known}
        return tuple(name for name, value in values.items() if (value is UNKNOWN) == cls.completes)

    def facts_after(self, case: BaseCase) -> Facts:
        """Return the facts of the event, or those of the case."""
        return case.facts if self.facts is None else self.facts

    def imposed_level(self, case: BaseCase) -> Level | None:
        """Return the level imposed on the case after the event."""
        return case.level_override

    def completed(self, case: BaseCase, context: DecisionContext) -> Self:
        """Return the event with the assessment of the facts.

        Raises:
            TypeError: the facts are not of the kind of the case.
            FaultsError: an own value is new to the case and not one that the edition declares.
        """
        facts = self.facts_after(case)
        if type(facts) is not type(case.facts):
            expected = type(case.facts).__name__
            raise TypeError(f"facts: {expected} are expected, as the case has, got {safe_repr(facts)}")
        rules = context.terms or case.terms
        event: Any = self
        admitted = own_values(context.required_policy, facts, case.facts.own, is_same=context.terms is None)
        changed = {} if admitted is facts else {"facts": admitted}
        verdict = assess(context.required_policy, admitted, rules, self.imposed_level(case))
        completed: Self = attrs.evolve(event, verdict=verdict, **changed)
        return completed

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        """Return why the facts are not possible for the case."""
        if type(self.facts_after(case)) is not type(case.facts):
            return f"its facts are not those of a {case.kind.label('en')}"
        return "" if self.verdict is not None else "it has no assessment of the facts (verdict)"

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        """Return the facts, their assessment, and the answer clock of the level that follows."""
        cycles = case.cycles_assessed(self.verdict, recorded.occurred_at)
        return {"facts": self.facts_after(case), "verdict": self.verdict, "answer_cycles": cycles}


@attrs.frozen(kw_only=True)
class PartialCaseCommand(PartialCommand):
    """A command on a case as far as it is given.

    Args:
        case: the case, a `Case`.
        context: the context of the decision.
    """

    case: Any
    context: DecisionContext

    @property
    def given(self) -> frozenset[Need]:
        """What is given: always the case."""
        found = super().given | {Need.CASE}
        return found if self.context.policy is None else found | {Need.EDITION}

    @property
    def policy(self) -> Policy:
        """The edition that the case is judged under.

        Raises:
            NotGivenError: there is none.
        """
        if self.context.policy is None:
            raise NotGivenError(Need.EDITION.value)
        return self.context.policy

    @property
    def facts(self) -> Facts:
        """The facts after the event; those of the case while its data are not given."""
        facts: Facts = self.case.facts if self.given_data is None else self.given_data.facts_after(self.case)
        return facts

    @property
    def verdict(self) -> AssessmentSnapshot:
        """The assessment after the event.

        Raises:
            NotGivenError: its data are not given, and may change it.
        """
        if self.given_data is None and issubclass(self.event, FactsEvent):
            raise NotGivenError(Need.DATA.value)
        given = self.given_data.verdict if isinstance(self.given_data, FactsEvent) else None
        verdict: AssessmentSnapshot = given or self.case.verdict
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

    def describe(
        self,
        lang: Lang = "fr",
        case: BaseCase | None = None,
        *,
        sites: Sites | None = None,
        own: Mapping[str, Fact] = MappingProxyType({}),
        taxonomy: Taxonomy = TRAINING_BODY,
        is_printed: bool = False,
    ) -> str:
        """Return the event in a sentence, without its full stop.

        Args:
            lang: the language of the sentence.
            case: the case of the event, which has its texts, its facts and its time zone; without it a mark replaces
                each text, and days are those of UTC.
            sites: the sites, to show their names instead of their codes.
            own: the facts that editions declare themselves, by name, to show their labels instead of their names.
            taxonomy: the themes and the families of causes of the organisation, for their names.
            is_printed: True for the typography of the language; texts that people typed stay as they are.
        """
        if case is None:
            vault = Vault({sealed.digest: Secret(REDACTED, bytes(16)) for sealed in self.texts()})
            narrator = Narrator(
                lang, vault, lambda at: at.astimezone(UTC).date(), None, sites, own=own, taxonomy=taxonomy
            )
        else:
            facts = None
            if isinstance(self.data, FactsEvent) and self.data.facts is not None:  # its sentence compares them
                before = reversed(case.events[: self.number - 1])
                known = (earlier.data.facts for earlier in before if isinstance(earlier.data, FactsEvent))
                registered: Any = case.events[0].data
                facts = next((facts for facts in known if facts is not None), registered.facts)
            of_case = facts, sites, self.number, case.containments, own, taxonomy, case.kind is CaseKind.MALFUNCTION
            narrator = Narrator(lang, case.vault, case.day_of, *of_case)
        words = drop_inner_stops(self.data.describe(narrator))
        return typeset(words, lang if is_printed else "en")  # English has ordinary spaces
