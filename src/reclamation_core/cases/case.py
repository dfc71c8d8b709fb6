"""A case: what follows from the story of what was done to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DayRange, Deadline, DeadlineRule
from reclamation_core.cases.codes import Admissibility, CaseKind, CaseState
from reclamation_core.cases.errors import EventStreamError
from reclamation_core.cases.events import (
    Alerted,
    Analysed,
    Anonymised,
    Answered,
    ApplicableRules,
    AssessmentSnapshot,
    Closed,
    DateCorrected,
    Facts,
    Linked,
    Qualified,
    ReactionRecorded,
    RecordedEvent,
    Registered,
)
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import Commitment, TextKind, Vault
from reclamation_core.vocabulary import Eligibility, Level

_ONE_DAY: Final = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Suspension:
    """A suspension: of the retention by litigation (contentieux), or of the answer clock (suspension du délai).

    Args:
        since: when it began.
        until: when it was resumed; None where it has not been. Of the answer clock it then ends where the clock stops.
    """

    since: datetime
    until: datetime | None = None


@attrs.frozen(kw_only=True)
class AnswerCycle:
    """One run of the answer clock: from the receipt or a reopening to the answer, a withdrawal or the closing.

    Args:
        started_at: when it started; its deadline is counted from there.
        answered_at: when the answer was given; None where it was not.
        answer: the answer.
        stopped_at: when an answer, a withdrawal or the closing stopped it; None while it runs.
        suspensions: its suspensions, in order; none where the edition allows none.
    """

    started_at: datetime
    answered_at: datetime | None = None
    answer: Answered | None = None
    stopped_at: datetime | None = None
    suspensions: tuple[Suspension, ...] = ()


@attrs.frozen(kw_only=True)
class Containment:
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
class Case:
    """A complaint or an internal malfunction (dossier), as its story has made it.

    Everything here follows from the events; `Case.from_events` and `apply` are the only makers. Texts are read from the
    vault and are None once they are forgotten. Instants are aware, and stand as they were corrected last.

    Args:
        reference: its reference, as `R-2026-000001`.
        kind: a complaint or an internal malfunction.
        facts: what is known of it now.
        site: the site that registered it.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it now.
        source: what identifies the source message; None where nothing does.
        terms: the edition, the rule for the deadline and the calendar in force at receipt.
        verdict: the assessment of the facts by the edition.
        events: its story, numbered from 1.
        vault: the texts that are not forgotten.
        level_override: the level imposed on it; None where the procedure's holds.
        acknowledged_at: when receipt was acknowledged for the first time.
        supports: how many factual supports are on file, transcriptions among them.
        transcribed_at: when the call was transcribed last.
        containments: the containment measures, in the order they were recorded.
        qualification: the latest one.
        analysis: the latest one.
        actions: its actions, with the plan that each is on, in the order they were planned.
        no_action: why no action is needed, where that was stated.
        answer_cycles: runs of the answer clock, one for the receipt, one for each reopening; none for a malfunction.
        reaction: how the complainant took the answer, as recorded last.
        mediation_at: when the dispute first went to the mediator.
        withdrawn_at: when the complainant took it back; None again once it is reopened.
        closure: why it is closed; None while it is open.
        closed_at: when it was closed; None while it is open.
        links: its links to other cases.
        suspensions: the suspensions of its retention by litigation.
        alerts: the alerts raised by sweeps.
        anonymised_at: when all its texts were forgotten.
    """

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
    level_override: Level | None = None
    acknowledged_at: datetime | None = None
    supports: int = 0
    transcribed_at: datetime | None = None
    containments: tuple[Containment, ...] = ()
    qualification: Qualified | None = None
    analysis: Analysed | None = None
    actions: tuple[LineReference, ...] = ()
    no_action: Commitment | None = None
    answer_cycles: tuple[AnswerCycle, ...] = ()
    reaction: ReactionRecorded | None = None
    mediation_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closure: Closed | None = None
    closed_at: datetime | None = None
    links: tuple[Linked, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    alerts: tuple[Alerted, ...] = ()
    anonymised_at: datetime | None = None

    @property
    def history(self) -> tuple[RecordedEvent, ...]:
        """The events, each with its date as it is known now."""
        return dated(self.events)

    @classmethod
    def from_events(cls, events: Iterable[RecordedEvent], vault: Vault | None = None) -> Case:
        """Replay the events of a case, in their order.

        Raises:
            EventStreamError: the first is not a registration, the numbers have holes, the events are of several cases,
                or one was recorded before the one it follows.
            ValueError: there are no events.
        """
        case: Case | None = None
        for event in events:
            case = apply(case, event)
        if case is None:
            raise ValueError("events: there is none; a case begins with its registration")
        return case if vault is None else attrs.evolve(case, vault=vault)

    @classmethod
    def opened(cls, recorded: RecordedEvent, data: Registered) -> Case:
        """Return the case after its registration."""
        cycles = () if data.kind is CaseKind.MALFUNCTION else (AnswerCycle(started_at=data.facts.received_at),)
        return cls(
            reference=recorded.case,
            kind=data.kind,
            facts=data.facts,
            site=data.site,
            service_sites=data.service_sites,
            handling_unit=data.handling_unit,
            source=data.source,
            terms=data.terms,
            verdict=data.verdict,
            events=(recorded,),
            answer_cycles=cycles,
        )

    def after(self, recorded: RecordedEvent, **changes: Any) -> Case:
        """Return the case with one more event, and with the fields that it changes."""
        return attrs.evolve(self, events=(*self.events, recorded), **changes)

    @property
    def registration(self) -> Registered:
        """The registration of the case."""
        return cast(Registered, self.events[0].data)

    @property
    def version(self) -> int:
        """How many events the story has."""
        return len(self.events)

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
        return BusinessCalendar(self.calendar).zone

    def day_of(self, instant: datetime) -> date:
        """The day of an instant at the first handling site."""
        return BusinessCalendar(self.calendar).day_of(instant)

    @property
    def eligibility(self) -> Eligibility | None:
        """Whether it is a complaint; None while undetermined, and for a malfunction."""
        return self.verdict.eligibility

    @property
    def standing(self) -> Admissibility:
        """Whether it is in the scope of the procedure (recevabilité)."""
        return Admissibility.of(self.kind, self.eligibility)

    @property
    def level(self) -> Level:
        """The level that handles it: the one given by an override, else by the procedure."""
        return self.verdict.level if self.level_override is None else self.level_override

    @property
    def state(self) -> CaseState:
        """How far it has come."""
        if self.closed_at is not None:
            return CaseState.CLOSED
        if self.answer_cycles and self.answer_cycles[-1].answered_at is not None:
            return CaseState.ANSWERED
        if self.actions or self.no_action is not None:
            return CaseState.PLANNED
        if self.analysis is not None:
            return CaseState.ANALYSED
        return CaseState.REGISTERED if self.qualification is None else CaseState.QUALIFIED

    @property
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
        """
        calendar = BusinessCalendar(self.calendar)
        suspended = tuple(_days_off(run, calendar)) if self.rule.suspensions_allowed else ()
        return Deadline(calendar, self.rule, run.started_at, suspended)

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
        return (*self.answer_cycles, AnswerCycle(started_at=at)) if self.answer_cycles else ()

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

    def to_html(self, *, texts: bool = False) -> str:
        """The case as an HTML fragment in French: what it is, then its story, and who acted by role alone.

        Args:
            texts: whether to show the texts that people wrote. By default a mark replaces each text: a notebook is
                saved and passed on with what it displays.
        """
        from reclamation_core.cases.rendering import case_card

        return case_card(self, texts=texts)

    def _repr_html_(self) -> str:
        return self.to_html()

    def read(self, text: object) -> str | None:
        """A text of the story; None where there was none or it was forgotten."""
        return self.vault.read(text) if isinstance(text, Commitment) else None

    def texts_of(self, kinds: Iterable[TextKind] = tuple(TextKind)) -> frozenset[Commitment]:
        """The commitments to texts of some kinds, who acted among them: what forgetting these kinds takes away."""
        wanted = frozenset(kinds)
        found = (pair for event in self.events for pair in event.texts().items())
        return frozenset(commitment for commitment, kind in found if kind in wanted)

    def retained_texts(self) -> frozenset[Commitment]:
        """The commitments to the texts that were not erased: the vault has these, and no others."""
        left = self.texts_of()
        for event in self.events:
            if isinstance(event.data, Anonymised):
                left -= attrs.evolve(self, events=self.events[: event.number]).texts_of(event.data.kinds)
        return left


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
    right = {event.data.event: event.data.happened_at for event in stream if isinstance(event.data, DateCorrected)}
    if not right:
        return stream
    return tuple(attrs.evolve(event, occurred_at=right.get(event.number, event.occurred_at)) for event in stream)


def apply(case: Case | None, event: RecordedEvent) -> Case:
    """Return the case after one more event; the case of the first event is None.

    Raises:
        EventStreamError: the event does not follow.
    """
    data = event.data
    if case is None:
        if not isinstance(data, Registered) or event.number != 1:
            raise EventStreamError(event.case, 1, event.case, event.number)
        return Case.opened(event, data)
    if (
        event.case != case.reference
        or event.number != case.version + 1
        or event.recorded_at < case.events[-1].recorded_at
        or isinstance(data, Registered)
    ):
        raise EventStreamError(case.reference, case.version + 1, event.case, event.number)
    reason = data.impossible(case, event)
    if reason:
        raise EventStreamError(case.reference, case.version + 1, event.case, event.number, reason)
    if data.corrects_history:
        *_, corrected = replay((*case.events, event))
        return attrs.evolve(corrected, events=(*case.events, event), vault=case.vault)
    return data.apply(case, event)


def replay(events: Iterable[RecordedEvent]) -> Iterator[Case]:
    """Yield the case after each of its events, with their latest corrected dates."""
    case: Case | None = None
    for event in dated(events):
        data: Any = event.data
        case = Case.opened(event, data) if case is None else data.apply(case, event)
        yield case
