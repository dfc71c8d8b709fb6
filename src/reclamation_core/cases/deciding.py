"""Whether a command is allowed, and the event it gives: the one place where a case is asked for leave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import happenings as h
from reclamation_core.cases.case import Case
from reclamation_core.cases.checks import instant, member_of, said
from reclamation_core.cases.codes import CaseKind, Permission
from reclamation_core.cases.errors import CommandRefusedError
from reclamation_core.cases.event import RecordedEvent
from reclamation_core.cases.folding import facts_after
from reclamation_core.cases.grounds import Settled
from reclamation_core.cases.guards import guard_table
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.sealed import SaltSource, Secret, fresh_salt
from reclamation_core.cases.situation import missing_facts, situation
from reclamation_core.cases.texts import require_unsealed, seal
from reclamation_core.cases.verbs import VERBS
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy import Assessment, CaseAssessment, Policy
from reclamation_core.vocabulary import ComplaintFacts, Level, Role
from reclamation_core.vocabulary.conversions import at_offset
from reclamation_core.wording import Wording, safe_repr

_NOT_TO_COME = Wording("un instant qui n'est pas à venir est attendu", "an instant that is not to come is expected")
_NOT_BEFORE_RECEIPT = Wording(
    "un instant qui ne précède pas la réception est attendu", "an instant that is not before the receipt is expected"
)


@attrs.frozen(kw_only=True)
class Command:
    """What somebody asks to have recorded of a case.

    Args:
        data: what happened, its texts in clear.
        actor: who says so.
        role: in which role.
        occurred_at: when it happened; aware.
    """

    data: h.CaseEvent
    actor: str = attrs.field(repr=False, validator=said)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)


@attrs.frozen(kw_only=True)
class RegistrationCommand:
    """What somebody asks to have registered: a complaint, a survey result or a malfunction.

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
        verbatim: what was said.
        remedy_sought: what the complainant asks for.
    """

    facts: h.Facts
    site: str
    calendar: BusinessCalendar
    actor: str = attrs.field(repr=False, validator=said)
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
    """What a decision needs beside the case.

    Args:
        policy: the edition that the case is judged under; None for what no edition judges, which is `UNJUDGED`.
        now: the instant that the clock tells; aware.
        follow_up: how far the case's actions are settled.
        salt: where salts come from.
        terms: of a receipt that is corrected, the terms in force at the right one, where they are others than the
            case's; `policy` is then their edition.
    """

    policy: Policy | None
    now: datetime = attrs.field(converter=at_offset, validator=instant)
    follow_up: FollowUp = FollowUp()
    salt: SaltSource = fresh_salt
    terms: h.ApplicableRules | None = None

    @property
    def edition(self) -> Policy:
        """The edition that the case is judged under.

        Raises:
            ValueError: none is given.
        """
        if self.policy is None:
            raise ValueError("policy: none is given, and what is asked is judged by an edition; give that of the case")
        return self.policy


UNJUDGED: Final = (h.RetentionSuspended, h.RetentionResumed, h.Anonymised)
"""What no edition judges: it is recorded although the edition of the case is missing or has changed."""


@attrs.frozen
class NewEvent:
    """An event and the texts that it keeps sealed."""

    event: RecordedEvent
    secrets: tuple[Secret, ...] = attrs.field(repr=False)


def decide(case: Case, command: Command, around: DecisionContext) -> NewEvent:
    """The event that a command gives.

    Raises:
        CommandRefusedError: guards are not met; it says which, and what would do. Nothing has changed.
        FactsError: the facts are refused by the edition: a note outside its scale.
        TypeError: nobody can ask for what the command holds, its facts are not of the case's kind, or a text of it is
            sealed already and not one of the case's.
    """
    verb = VERBS.get(type(command.data))
    if verb is None:
        asked = ", ".join(data.__name__ for data in VERBS)
        raise TypeError(f"data: a {type(command.data).__name__} cannot be asked for; give one of {asked}")
    require_unsealed(command.data, case.vault.by_digest())
    data = _judged(case, command.data, around)
    permission = guard_table(verb).decide(situation(case, command, data, around))
    if permission.outcome is not Permission.ALLOWED:
        missing = missing_facts(case, data, permission.deciding, around)
        raise CommandRefusedError(case.reference, verb, permission, missing)
    return record(case, case.reference, data, command, around)


def open_case(reference: str, command: RegistrationCommand, around: DecisionContext) -> NewEvent:
    """The first event of a case, judged under an edition.

    Raises:
        FactsError: the facts are refused by the edition: a note outside its scale.
        FaultsError: the receipt or the registration is in the future, or the registration before the receipt.
    """
    _refuse_impossible_dates(command, around.now)
    terms = h.ApplicableRules.under(around.edition, command.calendar)
    kind = CaseKind.COMPLAINT if isinstance(command.facts, ComplaintFacts) else CaseKind.MALFUNCTION
    data = h.Registered(
        kind=kind,
        facts=command.facts,
        site=command.site,
        service_sites=command.service_sites,
        handling_unit=command.handling_unit or command.site,
        terms=terms,
        verdict=verdict(around.edition, command.facts, terms),
        source=command.source,
        complainant=command.complainant,
        verbatim=command.verbatim,
        remedy_sought=command.remedy_sought,
    )
    return record(None, reference, data, command, around)


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


def verdict(
    policy: Policy, facts: h.Facts, terms: h.ApplicableRules, imposed: Level | None = None
) -> h.AssessmentSnapshot:
    """What an edition says of facts, in short; the complexity is that of the level imposed, where one is (I14)."""
    assessment: CaseAssessment
    if isinstance(facts, ComplaintFacts):
        assessment = policy.assess(facts, BusinessCalendar(terms.calendar))
    else:
        assessment = policy.assess_malfunction(facts)
    return h.AssessmentSnapshot(
        eligibility=assessment.eligibility.outcome if isinstance(assessment, Assessment) else None,
        level=assessment.handling_level,
        band=assessment.risk.outcome,
        complexity=policy.complexity_decision(facts, imposed).outcome,
    )


def _judged(case: Case, data: Any, around: DecisionContext) -> Any:
    """The data with the verdict on the facts as they will be, where it changes or confirms them."""
    if isinstance(data, h.Analysed):
        data = attrs.evolve(data, facts=attrs.evolve(case.facts, causes=len(data.causes)))
    if isinstance(data, h.Rerouted):
        data = attrs.evolve(data, override=data.level is not case.verdict.level)
    if isinstance(data, h.FactsCorrected):
        data = attrs.evolve(data, terms=around.terms)
    if not hasattr(data, "verdict"):
        return data
    facts = facts_after(case, data)
    if type(facts) is not type(case.facts):
        raise TypeError(f"facts: {type(case.facts).__name__} are expected, as the case has, got {safe_repr(facts)}")
    imposed = _imposed(data) if isinstance(data, h.Rerouted) else case.level_override
    return attrs.evolve(data, verdict=verdict(around.edition, facts, around.terms or case.terms, imposed))


def _imposed(data: h.Rerouted) -> Level | None:
    return data.level if data.override else None


def record(
    case: Case | None, reference: str, data: Any, command: Command | RegistrationCommand, around: DecisionContext
) -> NewEvent:
    """An event of something done, its texts and who did it sealed, when it happened and was written down in UTC.

    It is not written down before the last event, whatever the clock says: the order of the story is that of recording.
    """
    recorded_at = around.now.astimezone(UTC)
    sealed, secrets = seal(data, around.salt)
    actor = Secret(command.actor, around.salt())
    event = RecordedEvent(
        case=reference,
        number=1 if case is None else case.version + 1,
        occurred_at=command.occurred_at.astimezone(UTC),
        recorded_at=recorded_at if case is None else max(recorded_at, case.events[-1].recorded_at),
        by=actor.commitment,
        role=command.role,
        data=sealed,
    )
    return NewEvent(event, (*secrets, actor))
