"""What an edition says of a conformance case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import (
    Command,
    CommandRefusedError,
    DeadlineResumed,
    DeadlineSuspended,
    DecisionContext,
    RegistrationCommand,
    apply,
    decide,
    open_case,
)
from reclamation_core.cases.codes import CommandType, Permission
from reclamation_core.cases.guards import guard_table
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.policy import Assessment, CaseAssessment, Policy
from reclamation_core.tables import Decision, DecisionTable
from reclamation_core.testing.boundaries.picking import for_rows
from reclamation_core.testing.builders import a_complaint
from reclamation_core.testing.conformance.cases import (
    AcknowledgedBy,
    AcknowledgementCase,
    Act,
    Assessed,
    ConformanceCase,
    DeadlineCase,
    Judged,
    JudgedBy,
    Kept,
    Permitted,
    QualificationCase,
    RetentionCase,
    SuspendedClock,
    SuspensionCase,
    TimedAs,
    WhereReceived,
)
from reclamation_core.vocabulary import ComplaintFacts, Eligibility, LabelledEnum, Role
from reclamation_core.wording import Wording

_GUARDED: Final[Mapping[str, tuple[type[LabelledEnum], Callable[[Any], DecisionTable[Permission]]]]] = {
    "case": (CommandType, guard_table),
    "plan": (PlanCommandType, plan_guard_table),
}


Expected: TypeAlias = Judged | TimedAs | AcknowledgedBy | Kept | SuspendedClock | Permitted


def expected_of(case: ConformanceCase, policy: Policy) -> Expected:
    """What an edition says of a case; what the case expects of it is not looked at.

    Raises:
        FaultsError: an act, or what it looks at, is none that there is.
    """
    match case:
        case Assessed():
            expected: Expected = judged(case, policy)
        case DeadlineCase():
            expected = timed(case, policy)
        case AcknowledgementCase():
            rule = policy.parameters.acknowledgement.rule
            calendar = policy.calendar(calendar_of(case.calendar))
            expected = AcknowledgedBy(due=None if rule is None else calendar.deadline(case.received_at, rule).due)
        case QualificationCase():
            expected = qualified(case, policy)
        case RetentionCase():
            active, kept = policy.retention.active_until(case.closed_on), policy.retention.kept_until(case.closed_on)
            expected = Kept(active_until=active, kept_until=kept)
        case SuspensionCase():
            expected = suspended(case, policy)
        case _:
            expected = permitted(case)
    return expected


def judged(case: Assessed, policy: Policy) -> Judged:
    """What an edition says of facts, or which of them it refuses."""
    assessment: CaseAssessment
    try:
        if isinstance(case.facts, ComplaintFacts):
            assessment = policy.assess(case.facts, calendar_of(case.calendar))
        else:
            assessment = policy.assess_malfunction(case.facts)
    except FaultsError as error:
        return Judged(refused=tuple(fault.path for fault in error.faults))
    question = assessment.question
    complaint = isinstance(assessment, Assessment)
    return Judged(
        decisions={decision.table.name: _judged_by(decision) for decision in _decisions(assessment)},
        handling_level=None if _out_of_scope(assessment) else assessment.handling_level,
        question=None if question is None else question.name,
        due=assessment.deadline.due if complaint and assessment.deadline is not None else None,  # type: ignore[union-attr]
    )


def _decisions(assessment: CaseAssessment) -> tuple[Decision[Any], ...]:
    """Every decision of the assessment, those that others rest on among them."""
    eligibility = (assessment.eligibility,) if isinstance(assessment, Assessment) else ()
    if _out_of_scope(assessment):
        return eligibility
    of_risk = (assessment.severity, assessment.likelihood, assessment.criticality, assessment.risk)
    return (*eligibility, assessment.level, *of_risk, assessment.complexity)


def _out_of_scope(assessment: CaseAssessment) -> bool:
    return isinstance(assessment, Assessment) and assessment.eligibility.outcome is Eligibility.OUT_OF_SCOPE


def _judged_by(decision: Decision[Any]) -> JudgedBy:
    rank = decision.table.output.rank
    possible = tuple(_plain(outcome) for outcome in sorted(decision.possible, key=rank))
    return JudgedBy(outcome=_plain(decision.outcome), possible=possible, rows=tuple(row.id for row in decision.rows))


def _plain(outcome: Any) -> Any:
    return str(outcome) if isinstance(outcome, str) else outcome


def timed(case: DeadlineCase, policy: Policy) -> TimedAs:
    """What an edition counts from a receipt."""
    rule = policy.deadline
    if case.first_day_counted is not None:
        rule = attrs.evolve(rule, first_day_counted=case.first_day_counted)
    deadline = policy.calendar(calendar_of(case.calendar)).deadline(case.received_at, rule)
    status = None if case.at is None else deadline.status(case.at, case.answered_at)
    return TimedAs(received_on=deadline.received_on, due=deadline.due, status=status)


def suspended(case: SuspensionCase, policy: Policy) -> SuspendedClock:
    """What comes of suspending the answer clock of a complaint of an edition."""
    acts: list[tuple[Any, datetime | None]] = [
        (DeadlineSuspended(reason="."), case.suspended_at),
        (DeadlineResumed(), case.resumed_at),
    ]
    around = DecisionContext(policy=policy, now=max(case.suspended_at, case.resumed_at or case.suspended_at))
    asked: dict[str, Any] = {"actor": ".", "role": Role.RQR}
    registration = RegistrationCommand(
        facts=a_complaint(received_at=case.received_at),
        site=".",
        calendar=calendar_of(case.calendar),
        occurred_at=case.received_at,
        **asked,
    )
    opened = apply(None, open_case("R", registration, around).event)
    guards: tuple[str, ...] = ()
    try:
        for data, at in acts:
            if at is not None:
                opened = apply(opened, decide(opened, Command(data=data, occurred_at=at, **asked), around).event)
    except CommandRefusedError as refused:
        guards = tuple(guard.id for guard in refused.guards)
    due = None if opened.deadline is None else opened.deadline.due
    return SuspendedClock(allowed=not guards, guards=guards, due=due, awaited=opened.awaited_on is not None)


def permitted(case: Act) -> Permitted:
    """What the guards say of an act; they are those of every edition."""
    verbs, table_of = _GUARDED[case.of]
    verb = next((verb for verb in verbs if verb == case.verb), None)
    if verb is None:
        known = ", ".join(verbs)
        expected = Wording(f"un acte est attendu parmi {known}", f"an act is expected among {known}")
        raise FaultsError((Fault("verb", case.verb, expected),))
    return _permitted(table_of(verb), case.situation)


def qualified(case: QualificationCase, policy: Policy) -> Permitted:
    """What the guards say of a qualification under an edition's parameters."""
    table = guard_table(CommandType.QUALIFY)
    nothing_against = next(pick.facts for pick in for_rows(table) if pick.decision.outcome is Permission.ALLOWED)
    asked = {
        "role_qualifies": case.role in policy.roles.qualifying,
        "risks_unjudged": policy.parameters.qualification.risks_required and not case.risks_judged,
    }
    return _permitted(table, {**nothing_against, **asked})


def _permitted(table: DecisionTable[Permission], situation: Mapping[str, Any]) -> Permitted:
    decision = table.decide(situation)
    allowed = decision.outcome is Permission.ALLOWED
    return Permitted(allowed=allowed, guards=() if allowed else tuple(row.id for row in decision.deciding))


@cache
def calendar_of(where: WhereReceived) -> BusinessCalendar:
    """The calendar of a case."""
    return BusinessCalendar.france(
        where.territory.value, whit_monday_worked=where.whit_monday_worked, closures=where.closures
    )
