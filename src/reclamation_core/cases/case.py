"""The case aggregate: its state, the replay of its events, and the decision of commands.

A command is decided by the guard table of its type (`guards`). The inputs of the table follow from the state of the
case, the command and the chronology: an event cannot happen before those that it rests on, in any order of recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Final, TypeAlias, cast

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import aggregate
from reclamation_core.cases.aggregate import GuardDetails, NewEvent
from reclamation_core.cases.codes import (
    AnswerDecision,
    CaseKind,
    CaseState,
    ClosingReason,
    LinkKind,
    Method,
    Permission,
)
from reclamation_core.cases.errors import CommandRefusedError, EventStreamError
from reclamation_core.cases.events import (
    CASE_EVENTS,
    Alerted,
    Analysed,
    Anonymised,
    Answered,
    ApplicableRules,
    CaseEvent,
    Closed,
    DateCorrected,
    DeadlineSuspended,
    FactsCompleted,
    FactsCorrected,
    InformationRequested,
    Linked,
    NoActionNeeded,
    Qualified,
    ReactionRecorded,
    Registered,
    Reopened,
    Rerouted,
    admissibility_of,
)
from reclamation_core.cases.events.base import (
    AnswerCycle,
    AssessmentSnapshot,
    BaseCase,
    DecisionContext,
    Facts,
    FactsEvent,
    Periods,
    RecordedEvent,
    Suspension,
    assess,
    dated,
)
from reclamation_core.cases.guards import GUARDS, GUARDS_BY_ID, guard_table
from reclamation_core.cases.plain import TimelineEntry, plain
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import (
    Commitment,
    TextKind,
    Vault,
    displayed_vault,
    require_unsealed,
    require_within_limits,
)
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.markup import html_of
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy
from reclamation_core.tables import Decision, Input, Row
from reclamation_core.tables.explanation import value_label
from reclamation_core.validators import at_offset, instant, member_of, not_blank
from reclamation_core.vocabulary import FACTS, SEVERITIES, Channel, ComplaintFacts, Complexity, Nature, Role, Sites
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import Lang, Wording

Settled: TypeAlias = Mapping[LineReference, Periods]
"""When actions were settled: closed or abandoned, and not opened again yet."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_CONFORMING: Final = Wording("conforme à l'exigence", "conforms")
_JUDGED = frozenset({"requirement", "likelihood", "recurrences", *SEVERITIES.values()})
_ROOT_CAUSE_METHODS = frozenset({Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE})
_NOT_TO_COME = Wording("un instant qui n'est pas à venir est attendu", "an instant that is not to come is expected")
_NOT_BEFORE_RECEIPT = Wording(
    "un instant qui ne précède pas la réception est attendu", "an instant that is not before the receipt is expected"
)


@attrs.frozen(kw_only=True)
class Case(BaseCase):
    """A complaint or an internal malfunction (dossier), as its events have made it.

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
        events: its events, numbered from 1.
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

    qualification: Qualified | None = None
    analysis: Analysed | None = None
    reaction: ReactionRecorded | None = None
    closure: Closed | None = None
    links: tuple[Linked, ...] = ()
    alerts: tuple[Alerted, ...] = ()

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

    @property
    def registration(self) -> Registered:
        """The registration of the case."""
        return cast(Registered, self.events[0].data)

    def answer_of(self, cycle: AnswerCycle) -> Answered | None:
        """Return the answer of an answer cycle; None if there is none."""
        number = cycle.answer_number
        return None if number is None else cast(Answered, self.events[number - 1].data)

    @property
    def open_request(self) -> RecordedEvent | None:
        """The latest request for information without an answer (demande de précisions); None if there is none."""
        for event in reversed(self.history):
            if isinstance(event.data, InformationRequested) and not event.data.is_answered(self, event.number):
                return event
        return None

    @property
    def state(self) -> CaseState:
        """The state of the case."""
        if self.closed_at is not None:
            return CaseState.CLOSED
        if self.answer_cycles and self.answer_cycles[-1].answered_at is not None:
            return CaseState.ANSWERED
        if self.actions or self.no_action is not None:
            return CaseState.PLANNED
        if self.analysis is not None:
            return CaseState.ANALYSED
        return CaseState.REGISTERED if self.qualification is None else CaseState.QUALIFIED

    def to_html(
        self, *, texts: bool = False, sites: Sites | None = None, on: date | None = None, headings: bool = False
    ) -> str:
        """Return the case as an HTML fragment in French: what it is, then its events, with the roles of their actors.

        Args:
            texts: whether to show the texts that people wrote. By default a mark replaces each text: a notebook is
                saved and passed on with what it displays.
            sites: the sites, to show their names instead of their codes.
            on: the day on which an answer that is awaited is shown as overdue; None to show the last day alone.
            headings: True for a page of its own, with headings that a screen reader finds; a notebook has its own.
        """
        return html_of(self, texts=texts, sites=sites, on=on, headings=headings)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the case as plain data; `document_schema("view.case")` describes it.

        Args:
            texts: True to include the texts that people wrote, personal data among them; by default each is null.
        """
        return plain(self, self.vault if texts else None)

    def timeline(self, lang: Lang = "fr", *, texts: bool = True) -> tuple[TimelineEntry, ...]:
        """Return the events for a reader, in the order in which they were recorded (historique).

        Args:
            lang: the language of labels and sentences.
            texts: False to leave out the names of actors, and to replace each text that people wrote by a mark.
        """
        zone, shown = self.zone, attrs.evolve(self, vault=displayed_vault(self.vault, texts=texts))
        return tuple(
            TimelineEntry(
                number=event.number,
                occurred_at=at_offset(event.occurred_at.astimezone(zone)),
                recorded_at=at_offset(event.recorded_at.astimezone(zone)),
                actor=self.vault.read(event.by) if texts else None,
                role=event.role,
                role_label=event.role.label(lang),
                type=event.type,
                label=event.label(lang),
                sentence=event.describe(lang, shown),
            )
            for event in self.history
        )

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
    if data.corrected_dates:
        *_, corrected = replay((*case.events, event))
        return attrs.evolve(corrected, events=(*case.events, event), vault=case.vault)
    return case.after(event, **data.changes(case, event))


def replay(events: Iterable[RecordedEvent]) -> Iterator[Case]:
    """Yield the case after each of its events, with their latest corrected dates."""
    case: Case | None = None
    for event in dated(events):
        if case is None:
            case = Case.opened(event, cast(Registered, event.data))
        else:
            case = case.after(event, **event.data.changes(case, event))
        yield case


@attrs.frozen(kw_only=True)
class CaseCommand:
    """A command on a case: the event to record, its actor and its date.

    Args:
        data: what happened, its texts in clear.
        actor: the name of the person.
        role: in which role.
        occurred_at: when it happened; aware.
    """

    data: CaseEvent
    actor: str = attrs.field(repr=False, validator=not_blank)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)


@attrs.frozen(kw_only=True)
class RegistrationCommand:
    """The command that registers a complaint, a survey result or a malfunction.

    Args:
        facts: what is known of it.
        site: the site that registers it.
        calendar: the calendar of the first handling site.
        actor: who registers it.
        role: in which role.
        occurred_at: when it was registered; the receipt is among the facts.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it; the site by default.
        source: what identifies the source message.
        complainant: who complains, and how to answer.
        verbatim: the complaint in the complainant's words.
        remedy_sought: the remedy that the complainant seeks.
    """

    facts: Facts
    site: str
    calendar: BusinessCalendar
    actor: str = attrs.field(repr=False, validator=not_blank)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    service_sites: tuple[str, ...] = ()
    handling_unit: str | None = None
    source: str | None = None
    complainant: str | None = attrs.field(default=None, repr=False)
    verbatim: str | None = attrs.field(default=None, repr=False)
    remedy_sought: str | None = attrs.field(default=None, repr=False)


def decide(case: Case, command: CaseCommand, context: DecisionContext) -> NewEvent[RecordedEvent]:
    """Return the event of a command.

    Raises:
        CommandRefusedError: guards are not met; the error lists them. Nothing has changed.
        FactsError: the facts are refused by the edition: a note outside its scale.
        FaultsError: a text is longer than the edition allows.
        TypeError: the event has no command, its facts are not of the case's kind, or a text of it is
            sealed already and not one of the case's.
    """
    command_type = CASE_EVENTS.command_of(command.data)
    require_unsealed(command.data, case.vault.by_digest())
    require_within_limits(command.data, command.actor, context.longest_text)
    data = command.data.completed(case, context)
    permission = guard_table(command_type).decide(guard_inputs(case, command, data, context))
    if permission.outcome is not Permission.ALLOWED:
        missing = missing_facts(case, data, permission.deciding, context)
        values = refused_values(case, command, data, context)
        details = guard_details(case, permission.deciding, values)
        raise CommandRefusedError(case.reference, command_type, permission, missing, details)
    return record(case, case.reference, data, command, context)


def open_case(reference: str, command: RegistrationCommand, context: DecisionContext) -> NewEvent[RecordedEvent]:
    """The first event of a case, judged under an edition.

    Raises:
        FactsError: the facts are refused by the edition: a note outside its scale.
        FaultsError: the receipt or the registration is in the future, or the registration before the receipt, or a
            text is longer than the edition allows.
    """
    _refuse_impossible_dates(command, context.now)
    terms = ApplicableRules.under(context.edition, command.calendar)
    kind = CaseKind.COMPLAINT if isinstance(command.facts, ComplaintFacts) else CaseKind.MALFUNCTION
    data = Registered(
        kind=kind,
        facts=command.facts,
        site=command.site,
        service_sites=command.service_sites,
        handling_unit=command.handling_unit or command.site,
        terms=terms,
        verdict=assess(context.edition, command.facts, terms),
        source=command.source,
        complainant=command.complainant,
        verbatim=command.verbatim,
        remedy_sought=command.remedy_sought,
    )
    require_within_limits(data, command.actor, context.longest_text)
    return record(None, reference, data, command, context)


def _refuse_impossible_dates(command: RegistrationCommand, now: datetime) -> None:
    faults = []
    if command.occurred_at > now:
        faults.append(Fault("occurred_at", command.occurred_at, _NOT_TO_COME))
    if command.facts.received_at > now:
        faults.append(Fault("facts.received_at", command.facts.received_at, _NOT_TO_COME))
    elif command.occurred_at < command.facts.received_at:
        faults.append(Fault("occurred_at", command.occurred_at, _NOT_BEFORE_RECEIPT))
    if faults:
        raise FaultsError(faults)


def record(
    case: Case | None,
    reference: str,
    data: CaseEvent,
    command: CaseCommand | RegistrationCommand,
    context: DecisionContext,
) -> NewEvent[RecordedEvent]:
    """Return the next event of a case, its texts and its actor sealed; see `aggregate.record`."""
    return aggregate.record(
        RecordedEvent,
        data,
        actor=command.actor,
        role=command.role,
        occurred_at=command.occurred_at,
        now=context.now,
        salt=context.salt,
        version=0 if case is None else case.version,
        last_recorded_at=None if case is None else case.events[-1].recorded_at,
        case=reference,
    )


def guard_inputs(case: Case, command: CaseCommand, data: Any, context: DecisionContext) -> dict[str, Any]:
    """Return the inputs of the guard tables: of the case, and of the command; `data` is its event, completed."""
    return {
        **_of_case(case, context),
        **_of_request(case, data, command.role, context),
        "role_allowed": not context.roles.commands or context.roles.allows(CASE_EVENTS.command_of(data), command.role),
        **_of_dates(case, command.occurred_at, data, context),
        **data.situation(case),
    }


def _of_dates(case: Case, occurred_at: datetime, data: Any, context: DecisionContext) -> dict[str, Any]:
    told_at: datetime | None = getattr(data, "told_at", None)
    happened = [at for at in (occurred_at, told_at, getattr(data, "happened_at", None)) if at is not None]
    receipts = [data.facts.received_at] if isinstance(data, FactsCorrected) else []
    return {
        "in_future": max(happened + receipts) > context.now,
        "receipt_after_acts": any(receipt > act for receipt in receipts for act in _acts(case)),
        "before_receipt": min(happened) < case.received_at,
        "deadline_passed": _is_deadline_passed(case, data, occurred_at),
        "date_is_of_an_act": _is_of_an_act(case, data),
        "against_the_history": _is_of_an_act(case, data) and contradicts(case, data, context.follow_up.settled),
        **too_early(case, data, occurred_at, context.follow_up.settled),
    }


def _is_deadline_passed(case: Case, data: Any, occurred_at: datetime) -> bool:
    """True if the answer clock is to be suspended after the last day to answer."""
    deadline = case.deadline if isinstance(data, DeadlineSuspended) else None
    return deadline is not None and case.day_of(occurred_at) > deadline.due


def _is_of_an_act(case: Case, data: Any) -> bool:
    """Return True if the date to correct is that of an act of the case."""
    if not isinstance(data, DateCorrected) or not 0 < data.event <= case.version:
        return False
    return case.events[data.event - 1].data.is_act


def latest_act(case: Case) -> datetime:
    """When the latest act of a case was done, as its date is known now."""
    return max(event.occurred_at for event in case.history if event.data.is_act)


def _acts(case: Case) -> list[datetime]:
    """Return when the case was recorded and when acts on it happened.

    Events about the facts, the registration included, do not count: their dates may be wrong, as the receipt was.
    """
    return [case.events[0].recorded_at, *(event.occurred_at for event in case.history if event.data.dates_receipt)]


def _of_case(case: Case, context: DecisionContext) -> dict[str, Any]:
    latest = case.answer_cycles[-1] if case.answer_cycles else None
    actions_settled = bool(case.actions) and not context.follow_up.unsettled.intersection(case.actions)
    return {
        "state": case.state,
        "anonymised": case.anonymised_at is not None,
        "by_phone": getattr(case.facts, "channel", None) is Channel.PHONE,
        "transcribed": case.transcribed_at is not None,
        "supported": case.supports > 0,
        "qualified": case.qualification is not None,
        "analysed": case.analysis is not None,
        "method_exempt": _is_conforming(case) and _exempts_conforming(context),
        "analysed_by_method": _finds_root_causes(case.analysis),
        "suspended": any(suspension.until is None for suspension in case.suspensions),
        "suspensions_allowed": case.rule.suspensions_allowed,
        "deadline_suspended": latest is not None and latest.stopped_at is None and case.has_open_suspension,
        "clock_stopped": latest is not None and latest.stopped_at is not None,
        "answered": latest is not None and latest.answered_at is not None,
        "answered_once": any(run.answered_at is not None for run in case.answer_cycles),
        "withdrawn": case.withdrawn_at is not None,
        "duplicate": any(map(_is_duplicate, case.links)) and not context.another_author,
        "named": case.registration.complainant is not None,
        "actions_open": bool(context.follow_up.unsettled.intersection(case.actions)),
        "contained": bool(case.containments),
        "settled": actions_settled or (case.no_action is not None and not case.actions),
    }


def _of_request(case: Case, data: Any, role: Role, context: DecisionContext) -> dict[str, Any]:
    verdict = getattr(data, "verdict", None) or case.verdict
    overriding = isinstance(data, Rerouted) and data.level is not case.level
    return {
        **_of_assessment(case, verdict, context),
        **_of_actor(role, context),
        "reason": data.reason if isinstance(data, Closed) else None,
        "facts_unknown": _only_completes(case.facts, data),
        "measure_known": any(taken.event == getattr(data, "measure", None) for taken in case.containments),
        "risks_unjudged": _are_risks_required(context) and bool(_risks_unjudged(case, data, context.edition)),
        "root_cause_by_method": _finds_root_causes(data),
        "linked": isinstance(data, Linked) and data in case.links,
        "collective": isinstance(data, Answered) and data.collective,
        "provider_missing": isinstance(data, Answered)
        and data.decision is AnswerDecision.MISATTRIBUTED
        and data.provider is None,
        "overriding": overriding,
        "override_justified": overriding and role in (Role.RQR, Role.AQ) and data.reason is not None,
        "redirected": isinstance(data, Closed)
        and bool(data.redirected_to)
        and (data.told_at is not None or not is_redirection_announced(case)),
    }


def _of_assessment(case: Case, verdict: AssessmentSnapshot, context: DecisionContext) -> dict[str, Any]:
    return {
        "admissibility": admissibility_of(case.kind, verdict.eligibility),
        "complexity_undetermined": _are_risks_required(context) and verdict.complexity is None,
        "complex": verdict.complexity is Complexity.COMPLEX,
    }


def _of_actor(role: Role, context: DecisionContext) -> dict[str, Any]:
    return {"role_qualifies": context.policy is not None and role in context.policy.roles.qualifying}


def _is_conforming(case: Case) -> bool:
    return case.qualification is not None and case.qualification.conforming is True


def _exempts_conforming(context: DecisionContext) -> bool:
    return context.policy is not None and context.policy.parameters.complexity.conforming_exempt


def _are_risks_required(context: DecisionContext) -> bool:
    return context.policy is not None and context.policy.parameters.qualification.risks_required


def available_commands(case: Case, role: Role, context: DecisionContext) -> Mapping[CommandType, Decision[Permission]]:
    """Return the permission of each command, as far as the case and the role determine it.

    What the data of a command determine, such as its date or the facts that it changes, is unknown. Where the outcome
    is None it depends on them: the command may be allowed.

    Args:
        case: the case.
        role: the role of the person who would act.
        context: the context of a decision now, with how far the actions of the case are settled.
    """
    known = {**_of_case(case, context), **_of_actor(role, context)}
    of_facts = _of_assessment(case, case.verdict, context)
    permissions = {}
    for cls, command in CASE_EVENTS.commands.items():
        table = guard_table(command)
        given = known if issubclass(cls, FactsEvent) else known | of_facts
        given |= {"role_allowed": context.roles.allows(command, role)}
        permissions[command] = table.decide({one.name: given.get(one.name, UNKNOWN) for one in table.inputs})
    return permissions


def state_values(case: Case, context: DecisionContext) -> Mapping[str, Callable[[], object]]:
    """Return the values of a refusal that follow from the case alone, whatever the data of the command.

    Args:
        case: the case.
        context: the context of the decision.
    """
    cycle = case.answer_cycles[-1] if case.answer_cycles else None
    eligibility = context.edition.tables["eligibility"].decide if context.policy is not None else None
    return {
        "received_at": lambda: case.received_at,
        "latest_turn": lambda: max(_turns(case), default=None),
        "closed_at": lambda: case.closed_at,
        "anonymised_at": lambda: case.anonymised_at,
        "withdrawn_at": lambda: case.withdrawn_at,
        "latest_suspension": lambda: max(_suspension_turns(case.suspensions), default=None),
        "suspended_since": lambda: case.suspensions[-1].since if case.suspensions else None,
        "latest_clock_suspension": lambda: max(_suspension_turns(_of_the_clock(case)), default=None),
        "clock_suspended_since": lambda: _of_the_clock(case)[-1].since if _of_the_clock(case) else None,
        "stopped_at": lambda: None if cycle is None else cycle.stopped_at,
        "answered_at": lambda: None if cycle is None else cycle.answered_at,
        "due": lambda: None if case.deadline is None else case.deadline.due,
        "edition": lambda: case.edition,
        "state": lambda: case.state,
        "admissibility": lambda: case.admissibility,
        "channel": lambda: getattr(case.facts, "channel", None),
        "qualifying_roles": lambda: context.edition.roles.qualifying,
        "open_actions": lambda: tuple(one for one in case.actions if one in context.follow_up.unsettled),
        "measures": lambda: len(case.containments),
        "finding": lambda: _CONFORMING if _is_conforming(case) else None,
        "original": lambda: _original(case) if context.another_author else None,
        "out_of_scope_fact": lambda: _out_of_scope_fact(eligibility(case.facts)) if eligibility else None,
        "eligibility_fact": lambda: _label_of(eligibility(case.facts).question) if eligibility else None,
        "complexity_fact": lambda: (
            _label_of(context.edition.complexity_decision(case.facts, case.level_override).question)
            if eligibility
            else None
        ),
    }


def _original(case: Case) -> str | None:
    """Return the reference of the case that a case duplicates, as linked last."""
    return next((link.to for link in reversed(case.links) if link.kind is LinkKind.DUPLICATE_OF), None)


def guard_details(
    case: Case, guards: Iterable[Row], values: Mapping[str, Callable[[], object]]
) -> tuple[GuardDetails, ...]:
    """Return guards that refuse a command on a case, each once, with the values that they name."""
    refusing = {row.id: GUARDS_BY_ID[row.id] for row in guards}
    return tuple(guard.details(values, case.zone) for guard in refusing.values())


def refused_values(
    case: Case, command: CaseCommand, data: Any, context: DecisionContext
) -> Mapping[str, Callable[[], object]]:
    """Return the values that the guards of a case name in a refusal, each computed if it is needed; None is no value.

    Args:
        case: the case.
        command: the refused command.
        data: its event, completed.
        context: the context of the decision.
    """
    at = command.occurred_at
    dates = [each for each in (at, getattr(data, "told_at", None), getattr(data, "happened_at", None)) if each]
    receipt = data.facts.received_at if isinstance(data, FactsCorrected) else None
    facts_after = data.facts_after(case) if isinstance(data, FactsEvent) else case.facts
    return {
        **state_values(case, context),
        "date": lambda: at,
        "latest_date": lambda: max(filter(None, (*dates, receipt))),
        "earliest_date": lambda: min(dates),
        "new_receipt": lambda: receipt,
        "first_act": lambda: min((act for act in _acts(case) if receipt and act < receipt), default=None),
        "happened_at": lambda: data.happened_at,
        "event": lambda: data.event,
        "ground": lambda: _latest_ground(case, data, at, context.follow_up.settled),
        "link": lambda: Wording(f"{data.kind.label('fr')} {data.to}", f"{data.kind.label('en')} {data.to}"),
        "out_of_scope_fact": lambda: _out_of_scope_fact(context.edition.tables["eligibility"].decide(facts_after)),
        "eligibility_fact": lambda: _label_of(context.edition.tables["eligibility"].decide(facts_after).question),
        "complexity_fact": lambda: _label_of(
            context.edition.complexity_decision(facts_after, case.level_override).question
        ),
        "role": lambda: command.role,
        "known_facts": lambda: tuple(FACTS[name].label for name in _changed_facts(case.facts, data) if name in FACTS),
        "requested_known": lambda: tuple(FACTS[name].label for name in data.facts if name not in data.missing(case)),
        "unjudged": lambda: len(_risks_unjudged(case, data, context.edition)),
        "method": lambda: data.method,
        "level": lambda: data.level,
    }


def _latest_ground(case: Case, data: Any, at: datetime, settled: Settled) -> datetime | None:
    """Return the latest date that an event may not precede; None if what it rests on has not ended."""
    latest = max(_grounds(case, data, at, settled))
    return None if latest == _NEVER else latest


def _out_of_scope_fact(eligibility: Decision[Any]) -> Wording | None:
    """Return the fact that puts a message out of scope, with its value; of several, the first of the first rule."""
    names = next((tuple(row.when) for row in eligibility.deciding), ())
    deciding = (input_ for input_ in eligibility.table.inputs if input_.name in names)
    return next((_valued(input_, eligibility.value(input_)) for input_ in deciding), None)


def _valued(input_: Input, value: Any) -> Wording:
    fr, en = (value_label(input_, value, lang) for lang in ("fr", "en"))
    return Wording(f"{input_.label.fr} : {fr}", f"{input_.label.en}: {en}")


def _label_of(input_: Input | None) -> Wording | None:
    return None if input_ is None else input_.label


def missing_facts(case: Case, data: Any, guards: Iterable[Row], context: DecisionContext) -> tuple[Input, ...]:
    """The facts to complete where guards refuse for want of them: each has its question (I24)."""
    refused = {guard.id for guard in guards}
    if "risks-unjudged" in refused:
        return _risks_unjudged(case, data, context.edition)
    if refused & {"complexity-undetermined", "close-complexity-undetermined"}:
        question = context.edition.complexity_decision(case.facts, case.level_override).question
        return () if question is None else (question,)
    return ()


def _risks_unjudged(case: Case, data: Any, policy: Policy) -> tuple[Input, ...]:
    """The risk facts that a qualification leaves unknown."""
    if not isinstance(data, Qualified):
        return ()
    facts = data.facts_after(case)
    severities = [fact for fact in policy.tables["severity"].base if getattr(facts, fact.name) is UNKNOWN]
    likelihoods = policy.tables["retained_likelihood"].base[:1]
    judged = facts.likelihood is not UNKNOWN or facts.recurrences is not UNKNOWN
    return (*severities, *(() if judged else likelihoods))


def is_redirection_announced(case: Case) -> bool:
    """Return False if there is nobody to inform of a redirection: an unknown sender, a satisfied survey note (I27)."""
    facts = case.facts
    is_satisfied_note = (
        isinstance(facts, ComplaintFacts)
        and facts.channel is Channel.SURVEY
        and facts.nature is Nature.GENERAL_OPINION
        and facts.satisfaction is not UNKNOWN
        and facts.satisfaction is not ABSENT
    )
    return case.registration.complainant is not None and not is_satisfied_note


def _finds_root_causes(analysis: object) -> bool:
    """Whether an analysis found a root cause by a method that finds them."""
    return isinstance(analysis, Analysed) and analysis.method in _ROOT_CAUSE_METHODS and bool(analysis.causes)


def _only_completes(before: Facts, data: Any) -> bool:
    """Return True if no known fact changes, except those that a qualification may judge again."""
    return not _changed_facts(before, data)


def _changed_facts(before: Facts, data: Any) -> tuple[str, ...]:
    """Return the names of known facts that a completion would change."""
    if not isinstance(data, FactsCompleted | Qualified) or data.facts is None:
        return ()
    after = data.facts
    free = _JUDGED if isinstance(data, Qualified) else frozenset[str]()
    names = [field.name for field in attrs.fields(type(before)) if field.name not in free]
    values = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return tuple(name for name, old, new in values if old is not UNKNOWN and old != new)


def too_early(case: Case, data: Any, occurred_at: datetime, settled: Settled) -> dict[str, bool]:
    """Return the inputs of the guards on chronology: the earlier events that the command would precede.

    Args:
        case: the case before it.
        data: what is done.
        occurred_at: when it is done.
        settled: when the case's actions were settled; the others are left out.
    """
    return {
        "before_run": any(occurred_at < turn for turn in _turns(case)),
        "before_suspension": any(occurred_at < turn for turn in _suspension_turns(case.suspensions)),
        "before_deadline_suspension": any(occurred_at < turn for turn in _suspension_turns(_of_the_clock(case))),
        "before_ground": any(occurred_at < ground for ground in _grounds(case, data, occurred_at, settled)),
    }


def _turns(case: Case) -> list[datetime]:
    """Return the instants of each closing and reopening of the case."""
    return [event.occurred_at for event in case.history if isinstance(event.data, Closed | Reopened)]


def _suspension_turns(suspensions: Iterable[Suspension]) -> list[datetime]:
    """The instants of suspensions and of their ends."""
    turns = (turn for suspension in suspensions for turn in (suspension.since, suspension.until))
    return [turn for turn in turns if turn is not None]


def _of_the_clock(case: Case) -> tuple[Suspension, ...]:
    """The suspensions of the latest run of the answer clock."""
    return case.answer_cycles[-1].suspensions if case.answer_cycles else ()


def _grounds(case: Case, data: Any, occurred_at: datetime, settled: Settled) -> list[datetime]:
    """Return the instants of the events that an event requires; empty if it requires none, or if they are missing."""
    if isinstance(data, Closed):
        ends = [_settled_from(settled[action], occurred_at) for action in case.actions if action in settled]
        return [at for at in _closing(case, data, ends) if at is not None]
    return list(_acting(case, data))


def _acting(case: Case, data: CaseEvent) -> Iterator[datetime]:
    for group in data.requires.after:
        yield from case.first_of(tuple(CASE_EVENTS.classes[name] for name in group))
    yield from data.ground_dates(case)


def _closing(case: Case, data: Closed, ends: list[datetime]) -> Iterator[datetime | None]:
    """Yield the dates that the closing table requires, reason by reason (I27)."""
    if data.reason is ClosingReason.ANSWERED and case.answer_cycles:
        yield case.answer_cycles[-1].answered_at
    if data.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED):
        yield from ends if case.actions else case.first_of((NoActionNeeded,))
    if data.reason is ClosingReason.OUT_OF_SCOPE:
        yield data.told_at
    if data.reason is ClosingReason.WITHDRAWN:
        yield case.withdrawn_at
    if data.reason is ClosingReason.DUPLICATE:
        yield from (event.occurred_at for event in case.history if _is_duplicate(event.data))


def _settled_from(periods: Periods, at: datetime) -> datetime:
    """Return since when an action was settled at an instant; if it was open then, when it was settled next."""
    return next((since for since, until in periods if until is None or at < until), _NEVER)


def _is_duplicate(data: object) -> bool:
    return isinstance(data, Linked) and data.kind is LinkKind.DUPLICATE_OF


def contradicts(case: Case, data: DateCorrected, settled: Settled) -> bool:
    """Return True if a corrected date contradicts the history: an event would be before the events that it rests on.

    It is written down once it has happened, so no date is after that either.

    Args:
        case: the case.
        data: the date.
        settled: when the case's actions were settled, whether or not they are now.
    """
    of = case.events[data.event - 1]
    if data.happened_at > of.recorded_at:
        return True
    moved = (*case.events[: data.event - 1], attrs.evolve(of, occurred_at=data.happened_at), *case.events[data.event :])
    cases = tuple(replay(event for event in moved if not _corrects(event.data, data.event)))
    return any(_is_too_early(before, after.events[-1], settled) for before, after in pairwise(cases))


def _corrects(data: object, event: int) -> bool:
    """Return True for an earlier correction of the date of that event: the latest one holds."""
    return isinstance(data, DateCorrected) and data.event == event


def _is_too_early(before: Case, event: RecordedEvent, settled: Settled) -> bool:
    """Whether a guard of the act refuses its date."""
    early = too_early(before, event.data, event.occurred_at, settled)
    asked = {name for guard in GUARDS if event.data.event_type.command in guard.commands for name in guard.when}
    return any(is_before for name, is_before in early.items() if name in asked)
