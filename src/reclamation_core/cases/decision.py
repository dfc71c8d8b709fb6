"""The commands on a case: each becomes an event, or is refused by the guard table of its type (`guards`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, Self

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases.aggregate import AggregateCommand, GivenFields, NewEvent, StreamEnd, record
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import CaseKind, Permission
from reclamation_core.cases.errors import CommandRefusedError
from reclamation_core.cases.events import CASE_EVENTS, ApplicableRules, CaseEvent, Closed, Registered
from reclamation_core.cases.events.base import (
    DecisionContext,
    Facts,
    PartialCaseCommand,
    RecordedEvent,
    assess,
    own_values,
)
from reclamation_core.cases.guards import GUARDS, missing_facts
from reclamation_core.cases.next_steps import closing_reason
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.cases.texts import require_unsealed, require_within_limits
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision
from reclamation_core.validators import name, optional, require, truth
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, Nature, Role
from reclamation_core.vocabulary.commands import CommandGroup, CommandType
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS, OwnInput
from reclamation_core.wording import Wording

_NOT_TO_COME = Wording("un instant qui n'est pas à venir est attendu", "an instant that is not to come is expected")
_NOT_BEFORE_RECEIPT = Wording(
    "un instant qui ne précède pas la réception est attendu", "an instant that is not before the receipt is expected"
)


@attrs.frozen(kw_only=True)
class CaseCommand(AggregateCommand):
    """A command on a case: the event to record, its actor and its date.

    Args:
        data: what happened, its texts in clear.
        actor: the name of the person.
        role: in which role.
        occurred_at: when it happened; aware.
    """

    data: CaseEvent


@attrs.frozen(kw_only=True)
class Registration(SharedRepr):
    """The arguments of one registration (enregistrement); see `Desk.register`.

    Args:
        facts: the facts that are known.
        site: the site that registers.
        service_sites: the sites that delivered the service.
        handling_unit: the unit that handles the case; the site by default.
        source: the identifier of the source message.
        complainant: the complainant, and how to answer; personal.
        verbatim: the words of the complainant.
        remedy_sought: the remedy that the complainant wants.
        occurred_at: the time of the registration; now by default.
    """

    facts: Facts
    site: str
    service_sites: tuple[str, ...] = ()
    handling_unit: str | None = None
    source: str | None = attrs.field(default=None, validator=optional(name))
    complainant: str | None = attrs.field(default=None, repr=False)
    verbatim: str | None = attrs.field(default=None, repr=False)
    remedy_sought: str | None = attrs.field(default=None, repr=False)
    occurred_at: datetime | None = None

    @classmethod
    def of_survey(
        cls,
        satisfaction: float | Decimal,
        *,
        received_at: datetime,
        company: bool = False,
        nature: Nature | str | None = None,
        own: Mapping[str, OwnInput] | None = None,
        **others: Any,
    ) -> Self:
        """Return the registration of a note of the end-of-training survey; see `Desk.register_survey_result`."""
        require(truth, company=company)
        facts = ComplaintFacts(
            received_at=received_at,
            channel=Channel.SURVEY,
            complainant=Complainant.COMPANY if company else Complainant.TRAINEE,
            satisfaction=satisfaction,
            nature=nature,
            own=own or NO_OWN_FACTS,
        )
        return cls(facts=facts, **others)


@attrs.frozen(kw_only=True)
class RegistrationCommand(AggregateCommand):
    """The command that registers a complaint, a survey result or a malfunction.

    Args:
        registration: what is registered.
        calendar: the calendar of the first handling site.
        actor: who registers it.
        role: in which role.
        occurred_at: when it was registered; the receipt is among the facts.
    """

    registration: Registration
    calendar: BusinessCalendar


_RECORDED: Final = {field.name for field in attrs.fields(Registration)} - {"facts", "handling_unit", "occurred_at"}
"""The fields of a registration that its event has as they are."""
_OF_REGISTRATION: Final = attrgetter(*_RECORDED)


def handle_command(case: Case, command: CaseCommand, context: DecisionContext) -> NewEvent[RecordedEvent]:
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
    partial = PartialCaseCommand(
        event=type(data),
        given_role=command.role,
        given_date=command.occurred_at,
        given_data=data,
        case=case,
        context=context,
    )
    permission = GUARDS.evaluate(partial)
    if permission.outcome is not Permission.ALLOWED:
        missing, details = missing_facts(permission, partial), GUARDS.refusals(permission, partial, case.zone)
        raise CommandRefusedError(case.reference, command_type, permission, missing, details)
    return record(case.stream_end, data, command, context)


def open_case(reference: str, command: RegistrationCommand, context: DecisionContext) -> NewEvent[RecordedEvent]:
    """The first event of a case, judged under an edition.

    Raises:
        FactsError: the facts are refused by the edition: a note outside its scale.
        FaultsError: the receipt or the registration is in the future, or the registration before the receipt, or a
            text is longer than the edition allows, or an own value is not one that the edition declares.
    """
    _refuse_impossible_dates(command, context.now)
    terms = ApplicableRules.under(context.required_policy, command.calendar)
    registration = command.registration
    facts = own_values(context.required_policy, registration.facts)
    data = Registered(
        kind=CaseKind.COMPLAINT if isinstance(facts, ComplaintFacts) else CaseKind.MALFUNCTION,
        facts=facts,
        handling_unit=registration.handling_unit or registration.site,
        terms=terms,
        verdict=assess(context.required_policy, facts, terms),
        **dict(zip(_RECORDED, _OF_REGISTRATION(registration), strict=True)),
    )
    require_within_limits(data, command.actor, context.longest_text)
    return record(StreamEnd(RecordedEvent, {"case": reference}), data, command, context)


def _refuse_impossible_dates(command: RegistrationCommand, now: datetime) -> None:
    faults = []
    if command.occurred_at > now:
        faults.append(Fault("occurred_at", command.occurred_at, _NOT_TO_COME))
    if command.registration.facts.received_at > now:
        faults.append(Fault("facts.received_at", command.registration.facts.received_at, _NOT_TO_COME))
    elif command.occurred_at < command.registration.facts.received_at:
        faults.append(Fault("occurred_at", command.occurred_at, _NOT_BEFORE_RECEIPT))
    if faults:
        raise FaultsError(faults)


@attrs.frozen
class AvailablePermission(SharedRepr):
    """The permission of a command that is not given yet, with the guards that refuse it whatever its data."""

    group: CommandGroup
    permission: Decision[Permission]
    details: tuple[GuardDetails, ...]


def available_commands(case: Case, role: Role, context: DecisionContext) -> Mapping[CommandType, AvailablePermission]:
    """Return the permission of each command, as far as the case and the role determine it.

    What the data of a command determine, such as its date or the facts that it changes, is unknown. Where the outcome
    is None it depends on them: the command may be allowed. A closing that no reason allows is refused, as that for the
    reason that is known now.

    Args:
        case: the case.
        role: the role of the person who would act.
        context: the context of a decision now, with how far the actions of the case are settled.
    """
    return {command: _availability(event, case, role, context) for event, command in CASE_EVENTS.commands.items()}


def available_command(command: CommandType, case: Case, role: Role, context: DecisionContext) -> AvailablePermission:
    """Return the permission of one command; see `available_commands`."""
    return _availability(CASE_EVENTS.event_of(command), case, role, context)


def _availability(event: type[Any], case: Case, role: Role, context: DecisionContext) -> AvailablePermission:
    partial = PartialCaseCommand(event=event, given_role=role, case=case, context=context)
    permission = GUARDS.evaluate(partial)
    if event is Closed and permission.outcome is Permission.REFUSED and not GUARDS.refusing(permission):
        # No reason is possible, each for guards of its own.
        given = GivenFields(event, {"reason": closing_reason(case, context)})
        partial = attrs.evolve(partial, given_data=given)
        permission = GUARDS.evaluate(partial)
    is_refused = permission.outcome is Permission.REFUSED
    details = GUARDS.refusals(permission, partial, case.zone) if is_refused else ()
    return AvailablePermission(event.event_type.group, permission, details)
