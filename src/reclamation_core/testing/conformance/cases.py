"""What a file of conformance cases is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

import attrs

from reclamation_core.calendars import DeadlineStatus, Territory
from reclamation_core.cases.events import Facts
from reclamation_core.vocabulary import Level, Role
from reclamation_core.wording import Wording

Code: TypeAlias = str | int
"""An outcome: the code of a vocabulary, or a whole number."""

Situation: TypeAlias = bool | str
"""A fact that a guard looks at: true or false, or the code of a vocabulary."""


@attrs.frozen(kw_only=True)
class CalendarOptions:
    """Whose business days count.

    Args:
        territory: whose public holidays.
        whit_monday_worked: whether Whit Monday is worked (journée de solidarité).
        closures: days on which the handling site is closed (fermetures).
    """

    territory: Territory = Territory.METROPOLE
    whit_monday_worked: bool = False
    closures: tuple[date, ...] = ()


@attrs.frozen(kw_only=True)
class ExpectedDecision:
    """What one table says.

    Args:
        outcome: the outcome; null while several are possible.
        possible: the outcomes still possible, sorted.
        rows: the names of the rows that fire whatever the unknown facts, in the table's order.
    """

    outcome: Code | None
    possible: tuple[Code, ...]
    rows: tuple[str, ...]


@attrs.frozen(kw_only=True)
class ExpectedAssessment:
    """What the procedure says of a complaint or a malfunction.

    Args:
        decisions: by table; of what is out of scope the eligibility alone, of a malfunction all but it.
        handling_level: the level that handles it meanwhile; null for what is out of scope.
        question: the fact to ask for first; null where nothing is to be asked.
        due: the last day to answer; null for what is out of scope and for a malfunction.
        refused: the facts that the edition refuses; then it says nothing else.
    """

    decisions: Mapping[str, ExpectedDecision] = attrs.field(factory=dict)
    handling_level: Level | None = None
    question: str | None = None
    due: date | None = None
    refused: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AssessmentCase:
    """A complaint or a malfunction to be judged.

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        facts: what is known; a fact that is left out is unknown, a note that is left out does not exist.
        calendar: whose business days count.
        expected: what the procedure says.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    facts: Facts
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    expected: ExpectedAssessment


@attrs.frozen(kw_only=True)
class ExpectedDeadline:
    """How long there is to answer.

    Args:
        received_on: the day of receipt in the calendar's zone.
        due: the last day to answer.
        status: where the deadline stands then; null where no instant is given.
    """

    received_on: date
    due: date
    status: DeadlineStatus | None = None


@attrs.frozen(kw_only=True)
class DeadlineCase:
    """A receipt whose last day to answer is to be counted.

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        received_at: the receipt.
        calendar: whose business days count.
        first_day_counted: whether the day of receipt is day 1; null as the edition has it.
        answered_at: when it was answered; null where it was not.
        at: the instant from which it is looked at; null where the status is not asked.
        expected: what is counted.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    received_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    first_day_counted: bool | None = None
    answered_at: datetime | None = None
    at: datetime | None = None
    expected: ExpectedDeadline


@attrs.frozen(kw_only=True)
class ExpectedAcknowledgement:
    """The time limit for the acknowledgement of receipt.

    Args:
        due: the last day to acknowledge; null where the edition asks for none.
    """

    due: date | None


@attrs.frozen(kw_only=True)
class AcknowledgementCase:
    """A receipt whose last day to acknowledge is to be counted (accusé de réception).

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        received_at: the receipt.
        calendar: whose business days count.
        expected: what is counted.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    received_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    expected: ExpectedAcknowledgement


@attrs.frozen(kw_only=True)
class ExpectedRetention:
    """How long personal data are kept.

    Args:
        active_until: the last day of the active period.
        kept_until: the last day on which they are kept at all.
    """

    active_until: date
    kept_until: date


@attrs.frozen(kw_only=True)
class RetentionCase:
    """A closing whose retention is to be counted.

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        closed_on: the day of the closing.
        expected: what is counted.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    closed_on: date
    expected: ExpectedRetention


@attrs.frozen(kw_only=True)
class ExpectedPermission:
    """Whether something may be done.

    Args:
        allowed: whether it may.
        guards: the names of the guards that are not met, in their order.
    """

    allowed: bool
    guards: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class QualificationCase:
    """A case to be qualified in a role, with or without its risks judged, and with nothing else against it.

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        role: the role, by its code.
        risks_judged: whether each domain of risk is known, and the likelihood or the recurrences.
        expected: whether it may be qualified.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    role: Role
    risks_judged: bool
    expected: ExpectedPermission


@attrs.frozen(kw_only=True)
class ExpectedSuspension:
    """What comes of suspending the answer clock.

    Args:
        allowed: whether it may be suspended.
        guards: the names of the guards that are not met, in their order.
        due: the last day to answer afterwards; null where none is due.
        awaited: whether an answer is awaited by that day; not while the clock is suspended.
    """

    allowed: bool
    guards: tuple[str, ...] = ()
    due: date | None
    awaited: bool


@attrs.frozen(kw_only=True)
class SuspensionCase:
    """A complaint whose answer clock is suspended (suspension du délai).

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        received_at: the receipt.
        calendar: whose business days count.
        suspended_at: when the clock is suspended.
        resumed_at: when it is resumed; null where it is not.
        expected: what comes of it.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    received_at: datetime
    calendar: CalendarOptions = attrs.field(factory=CalendarOptions)
    suspended_at: datetime
    resumed_at: datetime | None = None
    expected: ExpectedSuspension


@attrs.frozen(kw_only=True)
class PermissionCase:
    """Something asked of a case or of a plan, to be allowed or refused by its guards.

    Args:
        id: the name of the case in its file.
        shows: what it shows.
        clauses: the clauses that it shows.
        readings: the readings that it shows.
        of: `case` or `plan`.
        verb: what is asked, by its code.
        situation: what the guards look at; what is left out does not exist.
        expected: whether it may be done.
    """

    id: str
    shows: Wording
    clauses: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    of: str = attrs.field(validator=attrs.validators.in_(("case", "plan")))
    verb: str
    situation: Mapping[str, Situation]
    expected: ExpectedPermission


ConformanceCase: TypeAlias = (
    AssessmentCase
    | DeadlineCase
    | AcknowledgementCase
    | RetentionCase
    | SuspensionCase
    | QualificationCase
    | PermissionCase
)
"""One case: what is given, and what is expected."""


@attrs.frozen(kw_only=True)
class Conformance:
    """Conformance cases of an edition.

    Args:
        edition: the edition that they were written from.
        cases: the cases, each under a name of its own.
    """

    edition: str
    cases: tuple[ConformanceCase, ...] = attrs.field()

    @cases.validator
    def _each_once(self, attribute: attrs.Attribute[Any], cases: tuple[ConformanceCase, ...]) -> None:
        names = [case.id for case in cases]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"{attribute.name}: {name!r} names two cases; give each a name of its own")
