"""Command handling: evaluate the guards of a command and return its event."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import aggregate
from reclamation_core.cases.aggregate import NewEvent
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import CaseKind, Permission
from reclamation_core.cases.errors import CommandRefusedError
from reclamation_core.cases.events import (
    CASE_EVENTS,
    ApplicableRules,
    CaseEvent,
    Facts,
    RecordedEvent,
    Registered,
    assess,
)
from reclamation_core.cases.guard_inputs import Settled, guard_inputs, missing_facts
from reclamation_core.cases.guards import guard_table
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import SaltSource, fresh_salt, require_unsealed
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy import Policy
from reclamation_core.validators import at_offset, instant, member_of, not_blank
from reclamation_core.vocabulary import ComplaintFacts, Role
from reclamation_core.wording import Wording

_NOT_TO_COME = Wording("un instant qui n'est pas à venir est attendu", "an instant that is not to come is expected")
_NOT_BEFORE_RECEIPT = Wording(
    "un instant qui ne précède pas la réception est attendu", "an instant that is not before the receipt is expected"
)


@attrs.frozen(kw_only=True)
class Command:
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


@attrs.frozen
class FollowUp:
    """How far the actions of a case are settled (suites données).

    Args:
        unsettled: those of its actions that are neither closed with their effectiveness judged, nor abandoned.
        settled: when each of the others was: from its closing, or its being abandoned, to its being opened again. For a
            date to be corrected, of all that ever were.
    """

    unsettled: frozenset[LineReference] = frozenset()
    settled: Settled = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class DecisionContext:
    """The context of a decision on a case.

    Args:
        policy: the edition that the case is judged under; None for an event that needs none (`Requires.policy`).
        now: the current instant; aware.
        follow_up: how far the case's actions are settled.
        salt: where salts come from.
        terms: of a receipt that is corrected, the terms in force at the right one, where they are others than the
            case's; `policy` is then their edition.
    """

    policy: Policy | None
    now: datetime = attrs.field(converter=at_offset, validator=instant)
    follow_up: FollowUp = FollowUp()
    salt: SaltSource = fresh_salt
    terms: ApplicableRules | None = None

    @property
    def edition(self) -> Policy:
        """The edition that the case is judged under.

        Raises:
            ValueError: none is given.
        """
        if self.policy is None:
            raise ValueError("policy: none is given, and what is asked is judged by an edition; give that of the case")
        return self.policy


def decide(case: Case, command: Command, context: DecisionContext) -> NewEvent[RecordedEvent]:
    """Return the event of a command.

    Raises:
        CommandRefusedError: guards are not met; the error lists them. Nothing has changed.
        FactsError: the facts are refused by the edition: a note outside its scale.
        TypeError: the event has no command, its facts are not of the case's kind, or a text of it is
            sealed already and not one of the case's.
    """
    command_type = CASE_EVENTS.command_of(command.data)
    require_unsealed(command.data, case.vault.by_digest())
    data = command.data.completed(case, context)
    permission = guard_table(command_type).decide(guard_inputs(case, command, data, context))
    if permission.outcome is not Permission.ALLOWED:
        missing = missing_facts(case, data, permission.deciding, context)
        raise CommandRefusedError(case.reference, command_type, permission, missing)
    return record(case, case.reference, data, command, context)


def open_case(reference: str, command: RegistrationCommand, context: DecisionContext) -> NewEvent[RecordedEvent]:
    """The first event of a case, judged under an edition.

    Raises:
        FactsError: the facts are refused by the edition: a note outside its scale.
        FaultsError: the receipt or the registration is in the future, or the registration before the receipt.
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
    return record(None, reference, data, command, context)


def _refuse_impossible_dates(command: RegistrationCommand, now: datetime) -> None:
    faults = []
    if command.occurred_at > now:
        faults.append(Fault("occurred_at", command.occurred_at.isoformat(), _NOT_TO_COME))
    if command.facts.received_at > now:
        faults.append(Fault("facts.received_at", command.facts.received_at.isoformat(), _NOT_TO_COME))
    elif command.occurred_at < command.facts.received_at:
        faults.append(Fault("occurred_at", command.occurred_at.isoformat(), _NOT_BEFORE_RECEIPT))
    if faults:
        raise FaultsError(faults)


def record(
    case: Case | None,
    reference: str,
    data: CaseEvent,
    command: Command | RegistrationCommand,
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
