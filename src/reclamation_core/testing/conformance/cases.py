"""Conformance cases: inputs, the expected result, and what an edition decides instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar, DayType, DeadlineStatus, Territory
from reclamation_core.cases import (
    Case,
    CaseCommand,
    CommandContext,
    CommandRefusedError,
    DecisionContext,
    RegistrationCommand,
    SupportKind,
    apply,
    handle_command,
    open_case,
)
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.events import (
    CASE_EVENTS,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCorrected,
    NoActionNeeded,
    Qualified,
    Rerouted,
    SupportAdded,
)
from reclamation_core.cases.events.base import CaseEvent, Facts
from reclamation_core.cases.guards import guard_table
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk, Registration
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans import PgaacCommand, PlanRefusedError
from reclamation_core.plans import handle_command as handle_plan_command
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.policy import Assessment, Policy
from reclamation_core.policy.policy import CaseAssessment
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision, DecisionTable
from reclamation_core.testing._examples import case_example, plan_example
from reclamation_core.testing.builders import JUDGED, RECEIVED_AT, FakeClock, a_complaint
from reclamation_core.vocabulary import ComplaintFacts, Eligibility, Level, Role, Sites
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from reclamation_core.wording import Wording

Code: TypeAlias = str | int
"""An outcome: the code of a vocabulary, or a whole number."""

Situation: TypeAlias = bool | str
"""An input of a guard: true or false, or the code of a vocabulary."""

GUARD_TABLES: Final[Mapping[str, tuple[type[LabelledEnum], Callable[[Any], DecisionTable[Permission]]]]] = {
    "case": (CommandType, guard_table),
    "plan": (PlanCommandType, plan_guard_table),
}
"""For cases and for plans, the commands and the function that returns the guards of a command."""


_RESERVED: Final = "role-not-allowed"
_NO_SITE: Final = Wording(
    "ce centre manque : donnez la liste des centres de l'application, avec lui",
    "this site is missing: give the list of the sites of the application, with it",
)


@attrs.frozen(kw_only=True)
class CalendarOptions(SharedRepr):
    """The options of a calendar.

    Args:
        territory: the territory of the public holidays.
        whit_monday_worked: whether Whit Monday is worked (journée de solidarité).
        closures: the closures of the handling site (fermetures).
    """

    territory: Territory = Territory.METROPOLE
    whit_monday_worked: bool = False
    closures: tuple[date, ...] = ()


@cache
def calendar_of(options: CalendarOptions) -> BusinessCalendar:
    """Return the calendar with these options."""
    return BusinessCalendar.france(
        options.territory.value, whit_monday_worked=options.whit_monday_worked, closures=options.closures
    )


@attrs.frozen(kw_only=True)
class _Case(SharedRepr):
    """A conformance case.

    Args:
        id: the name of the case in its file.
        shows: the point of the case as a sentence.
        clauses: the clauses that it shows.
        interpretations: the interpretations that it shows.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ExpectedDecision(SharedRepr):
    """The decision of one table.

    Args:
        outcome: the outcome; null while several are possible.
        possible: the outcomes still possible, sorted.
        rows: the names of the rows that match for all values of the unknown facts, in the table's order.
    """

    outcome: Code | None
    possible: tuple[Code, ...]
    rows: tuple[str, ...]

    @classmethod
    def of(cls, decision: Decision[Any]) -> ExpectedDecision:
        """Return a decision in plain codes."""
        possible = sorted(decision.possible, key=decision.table.output.rank)
        rows = tuple(row.id for row in decision.rows)
        return cls(outcome=_plain(decision.outcome), possible=tuple(map(_plain, possible)), rows=rows)


def _plain(outcome: object) -> Any:
    return str(outcome) if isinstance(outcome, str) else outcome


@attrs.frozen(kw_only=True)
class ExpectedAssessment(SharedRepr):
    """The assessment of a complaint or a malfunction.

    Args:
        decisions: the decisions by table, the edition's own tables last: eligibility alone if out of scope, all but
            eligibility for a malfunction.
        handling_level: the level that handles the case for now; null if out of scope.
        question: the unknown fact to ask for first, or null.
        due: the last day to answer; null if out of scope and for a malfunction.
        refused: the facts that the edition refuses; all else is then empty.
    """

    decisions: Mapping[str, ExpectedDecision] = attrs.field(factory=dict)
    handling_level: Level | None = None
    question: str | None = None
    due: date | None = None
    refused: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AssessmentCase(_Case):
    """A complaint or a malfunction to assess.

    Args:
        facts: the known facts; a fact that is left out is unknown, a note that is left out does not exist.
        calendar: the calendar of the business days.
        expected: the assessment.
    """

    facts: Facts
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    expected: ExpectedAssessment

    def evaluate(self, policy: Policy) -> ExpectedAssessment:
        """Return the assessment by an edition, or the facts that it refuses."""
        assessment: CaseAssessment
        try:
            if isinstance(self.facts, ComplaintFacts):
                assessment = policy.assess(self.facts, calendar_of(self.calendar))
            else:
                assessment = policy.assess_malfunction(self.facts)
        except FaultsError as error:
            return ExpectedAssessment(refused=tuple(fault.path for fault in error.faults))
        is_complaint = isinstance(assessment, Assessment)
        decisions = [assessment.eligibility] if is_complaint else []  # type: ignore[union-attr]
        out_of_scope = any(decision.outcome is Eligibility.OUT_OF_SCOPE for decision in decisions)
        if not out_of_scope:
            risk = (assessment.severity, assessment.likelihood, assessment.criticality, assessment.risk)
            decisions += [assessment.level, *risk, assessment.complexity, *assessment.own.values()]
        due = is_complaint and assessment.deadline is not None  # type: ignore[union-attr]
        return ExpectedAssessment(
            decisions={decision.table.name: ExpectedDecision.of(decision) for decision in decisions},
            handling_level=None if out_of_scope else assessment.handling_level,
            question=None if assessment.question is None else assessment.question.name,
            due=assessment.deadline.due if due else None,  # type: ignore[union-attr]
        )


@attrs.frozen(kw_only=True)
class ExpectedDeadline(SharedRepr):
    """The deadline of the answer.

    Args:
        received_on: the day of receipt in the calendar's zone.
        due: the last day to answer.
        status: the status at an instant; null without an instant.
    """

    received_on: date
    due: date
    status: DeadlineStatus | None = None


@attrs.frozen(kw_only=True)
class DeadlineCase(_Case):
    """A receipt with a deadline to count.

    Args:
        received_at: the receipt.
        calendar: the calendar of the business days.
        first_day_counted: whether the day of receipt is day 1; null for the edition's rule. A delay in months or in
            clear days never counts it.
        answered_at: the instant of the answer, or null.
        at: the instant of the status; null for no status.
        expected: the deadline.
    """

    received_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    first_day_counted: bool | None = None
    answered_at: datetime | None = None
    at: datetime | None = None
    expected: ExpectedDeadline

    def evaluate(self, policy: Policy) -> ExpectedDeadline:
        """Return the deadline by an edition."""
        rule = policy.deadline.of_level(None)
        if self.first_day_counted is not None and not rule.months and rule.day_type is not DayType.FRANC:
            rule = attrs.evolve(rule, first_day_counted=self.first_day_counted)
        deadline = policy.calendar(calendar_of(self.calendar)).deadline(self.received_at, rule)
        status = None if self.at is None else deadline.status(self.at, self.answered_at)
        return ExpectedDeadline(received_on=deadline.received_on, due=deadline.due, status=status)


@attrs.frozen(kw_only=True)
class ExpectedAcknowledgement(SharedRepr):
    """The time limit for the acknowledgement of receipt.

    Args:
        due: the last day to acknowledge; null if the edition sets none.
    """

    due: date | None


@attrs.frozen(kw_only=True)
class AcknowledgementCase(_Case):
    """A receipt with an acknowledgement deadline to count (accusé de réception).

    Args:
        received_at: the receipt.
        calendar: the calendar of the business days.
        expected: the time limit.
    """

    received_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    expected: ExpectedAcknowledgement

    def evaluate(self, policy: Policy) -> ExpectedAcknowledgement:
        """Return the time limit by an edition."""
        rule, calendar = policy.parameters.acknowledgement.rule, policy.calendar(calendar_of(self.calendar))
        return ExpectedAcknowledgement(due=None if rule is None else calendar.deadline(self.received_at, rule).due)


@attrs.frozen(kw_only=True)
class ExpectedRetention(SharedRepr):
    """The retention of personal data.

    Args:
        active_until: the last day of the active period.
        kept_until: the last day of the retention.
    """

    active_until: date
    kept_until: date


@attrs.frozen(kw_only=True)
class RetentionCase(_Case):
    """A closing with a retention to count.

    Args:
        closed_on: the day of the closing.
        expected: the retention.
    """

    closed_on: date
    expected: ExpectedRetention

    def evaluate(self, policy: Policy) -> ExpectedRetention:
        """Return the retention by an edition."""
        active_until = policy.retention.active_until(self.closed_on)
        return ExpectedRetention(active_until=active_until, kept_until=policy.retention.retained_until(self.closed_on))


@attrs.frozen(kw_only=True)
class ExpectedPermission(SharedRepr):
    """The permission of a command.

    Args:
        allowed: whether the command is allowed.
        guards: the names of the guards that refuse, in their order.
    """

    allowed: bool
    guards: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: DecisionTable[Permission], situation: Mapping[str, Any]) -> ExpectedPermission:
        """Return the permission by a table of guards."""
        decision = table.decide(situation)
        allowed = decision.outcome is Permission.ALLOWED
        return cls(allowed=allowed, guards=() if allowed else tuple(row.id for row in decision.deciding))


@attrs.frozen(kw_only=True)
class QualificationCase(_Case):
    """A qualification in a role, with or without judged risks, that no other guard refuses.

    Args:
        role: the role, by its code.
        risks_judged: whether each domain of risk is known, and the likelihood or the recurrences.
        expected: the permission.
    """

    role: Role
    risks_judged: bool
    expected: ExpectedPermission

    def evaluate(self, policy: Policy) -> ExpectedPermission:
        """Return the permission under an edition's parameters."""
        case = _supported(policy, a_complaint(**(JUDGED if self.risks_judged else {})))
        return _permission(policy, case, Qualified(problem="."), self.role)


@attrs.frozen(kw_only=True)
class MethodCase(_Case):
    """A complex complaint that was qualified, and not analysed: "no action needed" needs a method, or an exemption.

    Args:
        conforming: whether the qualification judges that the service conforms to the requirement; null if it does not
            state it.
        expected: the permission.
    """

    conforming: bool | None
    expected: ExpectedPermission

    def evaluate(self, policy: Policy) -> ExpectedPermission:
        """Return the permission under an edition's parameters."""
        grave = {**JUDGED, "severity_safety": 4, "likelihood": 4, "recurrences": 9, "causes": 9}
        case = _supported(policy, a_complaint(**grave))
        qualified = Qualified(problem=".", conforming=self.conforming)
        case = _recorded(policy, case, qualified, policy.roles.qualifying[0])
        return _permission(policy, case, NoActionNeeded(reason="."), Role.SYSTEM)


@attrs.frozen(kw_only=True)
class ImposedLevelCase(_Case):
    """A complaint that is handed to another unit at another level than the procedure's (niveau imposé).

    Args:
        role: the role, by its code.
        reason_stated: whether the command has a reason.
        expected: the permission.
    """

    role: Role
    reason_stated: bool
    expected: ExpectedPermission

    def evaluate(self, policy: Policy) -> ExpectedPermission:
        """Return the permission under an edition's parameters."""
        case = _supported(policy, a_complaint())
        other = next(level for level in reversed(Level) if level is not case.level)
        reason = "." if self.reason_stated else None
        return _permission(policy, case, Rerouted(level=other, handling_unit=".", reason=reason), self.role)


def _opened(policy: Policy, facts: ComplaintFacts, calendar: BusinessCalendar) -> Case:
    """Return a complaint that is registered at its receipt, under an edition."""
    registration = RegistrationCommand(
        registration=Registration(facts=facts, site=".", complainant="."),
        calendar=calendar,
        actor=".",
        role=Role.SYSTEM,
        occurred_at=facts.received_at,
    )
    return apply(None, open_case("R", registration, DecisionContext(policy=policy, now=facts.received_at)).event)


def _supported(policy: Policy, facts: ComplaintFacts) -> Case:
    """Return a registered case with a support, under an edition."""
    case = _opened(policy, facts, BusinessCalendar.france())
    return _recorded(policy, case, SupportAdded(kind=SupportKind.EMAIL, title="."), Role.SYSTEM)


def _recorded(policy: Policy, case: Case, data: CaseEvent, role: Role, at: datetime | None = None) -> Case:
    """Return a case after a command, given at its receipt or at an instant."""
    occurred_at = case.received_at if at is None else at
    context = DecisionContext(policy=policy, now=occurred_at)
    command = CaseCommand(data=data, actor=".", role=role, occurred_at=occurred_at)
    return apply(case, handle_command(case, command, context).event)


def _permission(policy: Policy, case: Case, data: CaseEvent, role: Role) -> ExpectedPermission:
    """Return the permission of a command on a case in a role."""
    try:
        _recorded(policy, case, data, role)
    except CommandRefusedError as refused:
        return ExpectedPermission(allowed=False, guards=tuple(guard.id for guard in refused.guards))
    return ExpectedPermission(allowed=True)


@attrs.frozen(kw_only=True)
class ExpectedSuspension(SharedRepr):
    """The result of a suspension of the deadline.

    Args:
        allowed: whether the suspension is allowed.
        guards: the names of the guards that refuse, in their order.
        due: the last day to answer afterwards, or null.
        awaited: whether an answer is awaited by that day; false while the deadline is suspended.
    """

    allowed: bool
    guards: tuple[str, ...] = ()
    due: date | None
    awaited: bool


@attrs.frozen(kw_only=True)
class SuspensionCase(_Case):
    """A complaint with a suspended deadline (suspension du délai).

    Args:
        received_at: the receipt.
        calendar: the calendar of the business days.
        suspended_at: the instant of the suspension.
        resumed_at: the instant of the resumption, or null.
        expected: the result.
    """

    received_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    suspended_at: datetime
    resumed_at: datetime | None = None
    expected: ExpectedSuspension

    def evaluate(self, policy: Policy) -> ExpectedSuspension:
        """Return the result for a complaint under an edition."""
        case = _opened(policy, a_complaint(received_at=self.received_at), calendar_of(self.calendar))
        guards: tuple[str, ...] = ()
        try:
            case = _recorded(policy, case, DeadlineSuspended(reason="."), Role.RQR, self.suspended_at)
            if self.resumed_at is not None:
                case = _recorded(policy, case, DeadlineResumed(), Role.RQR, self.resumed_at)
        except CommandRefusedError as refused:
            guards = tuple(guard.id for guard in refused.guards)
        return ExpectedSuspension(
            allowed=not guards, guards=guards, due=_due(case), awaited=case.awaited_on is not None
        )


def _due(case: Case) -> date | None:
    return None if case.deadline is None else case.deadline.due


@attrs.frozen
class ExpectedLevelChange(SharedRepr):
    """The deadlines of a complaint before and after a correction of its facts.

    Args:
        due: the last day to answer before the correction; null if out of scope.
        corrected_due: the last day to answer after it; null if out of scope.
        changed_on: the day on which the level changed, which the deadline does not precede; null if the same level
            handles the complaint, or if the edition has one time to answer for all levels.
    """

    due: date | None
    corrected_due: date | None
    changed_on: date | None


@attrs.frozen(kw_only=True)
class LevelChangeCase(_Case):
    """A complaint whose corrected facts have another level: its deadline is counted again from the receipt.

    Args:
        before: the facts at registration.
        after: the corrected facts.
        corrected_at: the instant of the correction.
        calendar: the calendar of the business days.
        expected: the deadlines.
    """

    before: ComplaintFacts
    after: ComplaintFacts
    corrected_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    expected: ExpectedLevelChange

    def evaluate(self, policy: Policy) -> ExpectedLevelChange:
        """Return the deadlines by an edition."""
        case = _opened(policy, self.before, calendar_of(self.calendar))
        corrected = _recorded(
            policy, case, FactsCorrected(facts=self.after, reason="."), Role.SYSTEM, self.corrected_at
        )
        changed_on = None if corrected.deadline is None else corrected.deadline.not_before
        return ExpectedLevelChange(due=_due(case), corrected_due=_due(corrected), changed_on=changed_on)


@attrs.frozen(kw_only=True)
class PermissionCase(_Case):
    """A command on a case or on a plan, allowed or refused by its guards.

    Args:
        of: `case` or `plan`.
        command: the command, by its code.
        situation: the inputs of the guards; an input that is left out does not exist.
        expected: the permission.
    """

    of: str = attrs.field(validator=attrs.validators.in_(("case", "plan")))
    command: str
    situation: Mapping[str, Situation]
    expected: ExpectedPermission

    def evaluate(self, policy: Policy) -> ExpectedPermission:  # noqa: ARG002  guards are those of every edition
        """Return the permission by the guards.

        Raises:
            FaultsError: the command, or an input of its guards, does not exist.
        """
        command = _command_of(self.of, self.command)
        _, table_of = GUARD_TABLES[self.of]
        return ExpectedPermission.of(table_of(command), self.situation)


@attrs.frozen(kw_only=True)
class RoleCase(_Case):
    """A command in a role, of a command that the edition reserves to some roles.

    Args:
        of: `case` or `plan`.
        command: the command, by its code.
        role: the role, by its code.
        expected: whether the role may give the command; the guards of roles alone.
    """

    of: str = attrs.field(validator=attrs.validators.in_(("case", "plan")))
    command: str
    role: Role
    expected: ExpectedPermission

    def evaluate(self, policy: Policy) -> ExpectedPermission:
        """Return the permission of the role, by the command on an example of what it is for.

        Raises:
            FaultsError: the command does not exist.
        """
        command = _command_of(self.of, self.command)
        refused = self._guards_on_case(policy, command) if self.of == "case" else self._guards_on_plan(policy, command)
        guards = tuple(guard for guard in refused if guard == _RESERVED)
        return ExpectedPermission(allowed=not guards, guards=guards)

    def _guards_on_case(self, policy: Policy, command: CommandType) -> tuple[str, ...]:
        case, data = case_example(CASE_EVENTS.event_of(command).event_type.name)
        at = case.events[-1].recorded_at
        given = CaseCommand(data=data, actor=".", role=self.role, occurred_at=at)
        try:
            handle_command(case, given, DecisionContext(policy=policy, now=at))
        except CommandRefusedError as error:
            return tuple(guard.id for guard in error.guards)
        return ()

    def _guards_on_plan(self, policy: Policy, command: PlanCommandType) -> tuple[str, ...]:
        plan, data = plan_example(PLAN_EVENTS.event_of(command).event_type.name)
        at = plan.recorded_at or RECEIVED_AT
        given = PgaacCommand(data=data, actor=".", role=self.role, occurred_at=at)
        try:
            handle_plan_command(plan, given, CommandContext(now=at, roles=policy.roles))
        except PlanRefusedError as error:
            return tuple(guard.id for guard in error.guards)
        return ()


def _command_of(of: str, code: str) -> Any:
    """Return a command on a case or on a plan by its code.

    Raises:
        FaultsError: there is no such command.
    """
    commands, _ = GUARD_TABLES[of]
    command = next((command for command in commands if command == code), None)
    if command is None:
        known = ", ".join(commands)
        expected = Wording(f"un acte est attendu parmi {known}", f"one of these commands is expected: {known}")
        raise FaultsError((Fault("command", code, expected),))
    return command


@attrs.frozen(kw_only=True)
class ExpectedSite(SharedRepr):
    """The working days of a site in a year.

    Args:
        time_zone: the IANA name of its time zone.
        days_off: the days from Monday to Friday that are no business days.
        due: the last day to answer, by the day of receipt: the days before those off; null if out of scope.
    """

    time_zone: str
    days_off: tuple[date, ...]
    due: Mapping[str, date | None]


@attrs.frozen(kw_only=True)
class SiteCase(_Case):
    """A site of the application: its territory shows in its days off, and in the deadlines of its complaints.

    Args:
        site: the code of the site.
        year: the year.
        expected: the working days.
    """

    site: str
    year: int
    expected: ExpectedSite

    def evaluate(self, policy: Policy, sites: Sites | None = None) -> ExpectedSite:
        """Return the working days of the site, and the deadlines of complaints registered there.

        Args:
            policy: the edition.
            sites: the sites of the application.

        Raises:
            FaultsError: the sites are missing, or the site is not one of them.
        """
        if sites is None or self.site not in sites:
            raise FaultsError((Fault("site", self.site, _NO_SITE),))
        calendar = sites[self.site].calendar()
        first = date(self.year, 1, 1)
        days = (first + timedelta(days=number) for number in range((date(self.year + 1, 1, 1) - first).days))
        weekdays = [day for day in days if day.isoweekday() < 6]
        off = tuple(day for day in weekdays if not calendar.is_business_day(day))
        clock = FakeClock(datetime(self.year + 1, 6, 1, 12, tzinfo=UTC))
        due: dict[str, date | None] = {}
        with Desk.in_memory(policy=policy, sites=sites, clock=clock, clock_limit=None) as desk:
            for day in sorted({calendar.subtract(day, 1) for day in off}):
                received_at = datetime.combine(day, time(9), calendar.zone)
                case = desk.register(a_complaint(received_at=received_at), site=self.site)
                due[day.isoformat()] = None if case.deadline is None else case.deadline.due
        return ExpectedSite(time_zone=calendar.zone.key, days_off=off, due=due)


ConformanceCase: TypeAlias = (
    AssessmentCase
    | DeadlineCase
    | AcknowledgementCase
    | RetentionCase
    | SuspensionCase
    | LevelChangeCase
    | QualificationCase
    | MethodCase
    | ImposedLevelCase
    | PermissionCase
    | RoleCase
    | SiteCase
)


def decision_of(case: ConformanceCase, policy: Policy, sites: Sites | None) -> Any:
    """Return what an edition decides in a case; the case of a site reads the sites.

    Raises:
        FaultsError: the command, the input or the site of a case does not exist.
    """
    return case.evaluate(policy, sites) if isinstance(case, SiteCase) else case.evaluate(policy)


@attrs.frozen(kw_only=True)
class Conformance(SharedRepr):
    """Conformance cases of an edition.

    Args:
        edition: the edition that they were written from.
        cases: the cases, each with its own name.
    """

    edition: str
    cases: tuple[ConformanceCase, ...] = attrs.field()

    @cases.validator
    def _names_are_unique(self, attribute: attrs.Attribute[Any], cases: tuple[ConformanceCase, ...]) -> None:
        for name, number in Counter(case.id for case in cases).items():
            if number > 1:
                raise ValueError(f"{attribute.name}: {name!r} is the name of two cases; give each its own name")
