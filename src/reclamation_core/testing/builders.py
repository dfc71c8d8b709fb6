"""Builders with readable defaults, and a clock that tests set.

Each builder returns a value that the procedure accepts; a test passes the values that matter to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, Method, SupportKind
from reclamation_core.cases.events.base import Facts
from reclamation_core.cases.support_documents import NewDocument
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import ActionOrigin, ActionSheet, ActionType, Effectiveness
from reclamation_core.testing._arguments import expect, require_names, require_taken
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    MalfunctionFacts,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

__all__ = [
    "RECEIVED_AT",
    "FakeClock",
    "a_closed_case",
    "a_complaint",
    "a_malfunction",
    "a_planned_case",
    "a_qualified_case",
    "a_registered_case",
    "an_action",
    "an_analysed_case",
    "an_answered_case",
]


_MORNING = time(9)

RECEIVED_AT: Final = datetime(2025, 6, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
"""Monday 2 June 2025, 9 o'clock in Paris: the answer is due on 17 June, after Whit Monday."""

A_PDF: Final = b"%PDF-1.4\n%%EOF\n"
"""The bytes of the document of a support, where the edition requires one."""


class FakeClock:
    """A `Clock` that changes only when it is set or advanced.

    Args:
        now: the aware instant of the clock; `RECEIVED_AT` by default.
        calendar: the calendar of its time zone and business days; metropolitan France by default.

    Raises:
        TypeError, ValueError: an argument is of another type, or the instant has no time zone.

    >>> clock = FakeClock()
    >>> clock.advance(business_days=10).date()
    datetime.date(2025, 6, 17)
    """

    def __init__(self, now: datetime = RECEIVED_AT, calendar: BusinessCalendar | None = None) -> None:
        self.calendar = BusinessCalendar.france() if calendar is None else calendar
        expect("calendar", self.calendar, BusinessCalendar)
        self._now = self.calendar.local(now, "now").astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return self._now

    @property
    def today(self) -> date:
        """The day in the calendar's time zone."""
        return self.calendar.day_of(self._now)

    def set(self, to: datetime | date) -> datetime:
        """Set the clock to an instant, or to 9 o'clock of a day in the calendar's time zone, earlier or later.

        Raises:
            TypeError, ValueError: the value is of another type, or an instant without a time zone.
        """
        expect("to", to, datetime, date, remedy="give an instant with its time zone, or a day")
        instant = to if isinstance(to, datetime) else datetime.combine(to, _MORNING, self.calendar.zone)
        self._now = self.calendar.local(instant, "to").astimezone(UTC)
        return self._local()

    def advance(self, *, days: int = 0, business_days: int = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """Advance the clock and return the instant in the calendar's time zone.

        Args:
            days: calendar days, at the same local time.
            business_days: jours ouvrés after the present day, as a deadline counts them.
            hours: hours, after the days.
            minutes: minutes, after the days.

        Raises:
            TypeError, ValueError: a number is of another type or negative; `set` goes back.
        """
        for name, number in (("hours", hours), ("minutes", minutes)):
            expect(name, number, int, float)
        local = self._local()
        later = local.date() + timedelta(days=_whole("days", days))
        day = self.calendar.add(later, business_days) if _whole("business_days", business_days) else later
        moved = datetime.combine(day, local.time(), self.calendar.zone).astimezone(UTC)
        elapsed = timedelta(hours=hours, minutes=minutes)
        if elapsed < timedelta(0):
            raise ValueError(f"hours, minutes: {hours!r}, {minutes!r}; time goes forwards here, `set` goes back")
        self._now = moved + elapsed
        return self._local()

    def _local(self) -> datetime:
        return self.calendar.local(self._now)

    def __repr__(self) -> str:
        return f"FakeClock({self._local().isoformat()})"


def _whole(name: str, number: int) -> int:
    if type(number) is not int:
        raise TypeError(f"{name}: a whole number is expected, got {number!r}")
    if number < 0:
        raise ValueError(f"{name}: {number!r}; time goes forwards here, `set` goes back")
    return number


_HANDLING: Final[Mapping[str, Any]] = {"service_reach": ServiceReach.ONE_CENTRE, "mobilisation": Mobilisation.LOCAL}
_COMPLAINT: Final[Mapping[str, Any]] = {
    **_HANDLING,
    "channel": Channel.EMAIL,
    "formal": True,
    "complainant": Complainant.TRAINEE,
    "nature": Nature.GRIEVANCE,
    "requirement": Requirement.CONTRACTUAL,
    "sold_service": True,
    "client_scope": ClientScope.LOCAL,
}
FAMILY: Final = "trainer_availability"
"""The cause family of the builders, one of a training body."""
_ACTION: Final[Mapping[str, Any]] = {
    "reference": "A-1",
    "type": ActionType.CORRECTIVE,
    "origin": ActionOrigin.COMPLAINT,
    "site": "CRE",
    "cause_family": FAMILY,
    "cause": "personne ne remplace le formateur absent",
    "what": "tenir un vivier de remplaçants",
    "owner": "M. Petit",
    "criterion": "aucune séance annulée en trois mois",
    "check_on": date(2025, 10, 1),
}


def a_complaint(**changes: object) -> ComplaintFacts:
    """Return a trainee's formal complaint by e-mail, in scope, of one site, received at `RECEIVED_AT`; risks unknown.

    Args:
        changes: other facts, by name; None for unknown.

    Raises:
        TypeError: a fact does not exist.
        FaultsError: a value is refused.

    >>> a_complaint(satisfaction=5).satisfaction
    5
    """
    require_names(ComplaintFacts, changes)
    return ComplaintFacts(**{"received_at": RECEIVED_AT, **_COMPLAINT, **changes})


def a_malfunction(**changes: object) -> MalfunctionFacts:
    """Return an internal malfunction of one site, received at `RECEIVED_AT`; arguments as for `a_complaint`."""
    require_names(MalfunctionFacts, changes)
    return MalfunctionFacts(**{"received_at": RECEIVED_AT, **_HANDLING, **changes})


def an_action(**changes: object) -> ActionSheet:
    """Return a corrective action of the site CRE, with a cause, an owner, a criterion and the day of its check.

    Args:
        changes: other fields of `ActionSheet`, by name.

    Raises:
        TypeError, ValueError: a field does not exist, or a value is refused.
    """
    require_names(ActionSheet, changes)
    return ActionSheet(**{**_ACTION, **changes})


JUDGED: Final[Mapping[str, int | LabelledEnum]] = {
    **dict.fromkeys(SEVERITIES.values(), 0),
    "severity_training": 2,
    "likelihood": 2,
    "recurrences": 0,
    "client_scope": ClientScope.LOCAL,
    "service_reach": ServiceReach.ONE_CENTRE,
    "mobilisation": Mobilisation.LOCAL,
}
"""Unknown facts as a qualification judges them: moderate criticality, local level, simple case (I24)."""


def a_registered_case(
    desk: Desk | None = None, facts: Facts | None = None, *, site: str | None = None, **more: Any
) -> Case:
    """Register a case.

    Args:
        desk: the desk; a new one in memory by default.
        facts: the facts; `a_complaint()` by default.
        site: the registering site; by default CRE, or the first site of the desk.
        more: other arguments of `Desk.register`: `source`, `verbatim`, `complainant`... The complainant of a complaint
            is Mme Durand by default; None for an unknown sender.

    Raises the errors of `Desk.register`, for a receipt after the time of the desk's clock among others.
    """
    desk, known = _on(desk), a_complaint() if facts is None else facts
    sender = {} if isinstance(known, MalfunctionFacts) else {"complainant": "Mme Durand"}
    given = {"site": _site(desk) if site is None else site, **sender, **more}
    require_taken(Desk.register, (desk, known), given)
    return desk.register(known, **given)


def a_qualified_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """Register and qualify a case with its support, or the transcript of a call, in a role that may qualify.

    Unknown risks are judged as moderate, the case as simple. Where the edition requires a document the support has one,
    a PDF, and the desk needs a store of documents: `Desk.in_memory(documents=InMemoryDocumentStore())`.
    """
    desk = _on(desk)
    case = a_registered_case(desk, facts, **more)
    if case.facts.get("channel") is Channel.PHONE:
        desk.transcribe(case.reference, text="Trois séances sans formateur.", author="Mme Roux")
    else:
        documents = [NewDocument(name="courriel.pdf", content=A_PDF)] if _is_document_required(desk, case) else []
        desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel reçu", documents=documents)
    unknown: dict[str, Any] = {name: rank for name, rank in JUDGED.items() if case.facts.get(name) is UNKNOWN}
    return _qualifying(desk, case).qualify(case.reference, problem="trois séances sans formateur", **unknown)


def an_analysed_case(desk: Desk | None = None, facts: Facts | None = None, **more: object) -> Case:
    """Register, qualify and analyse a case: one cause by Ishikawa, of the family of `an_action` or the desk's first."""
    desk = _on(desk)
    case = a_qualified_case(desk, facts, **more)
    return desk.analyse(case.reference, method=Method.ISHIKAWA, causes=(_family(desk),))


def a_planned_case(
    desk: Desk | None = None, facts: Facts | None = None, *, actions: Sequence[ActionSheet] = (), **more: object
) -> Case:
    """Register, qualify, analyse and plan a case.

    Args:
        desk: the desk, as for `a_registered_case`.
        facts: the facts.
        actions: the actions, such as `an_action()`; by default no action is needed.
        more: other arguments of `a_registered_case`.

    Raises the errors of `Desk.plan`, for a reference that the plan has already among others.
    """
    desk = _on(desk)
    case = an_analysed_case(desk, facts, **more)
    if actions:
        return desk.plan(case.reference, *actions)
    return desk.plan_nothing(case.reference, reason="le formateur est revenu, les séances sont rattrapées")


def an_answered_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """Bring a complaint to `a_planned_case` and answer it as founded, with the recourse; collectively if unsigned."""
    desk = _on(desk)
    case = a_planned_case(desk, facts, **more)
    return desk.answer(
        case.reference,
        decision=AnswerDecision.FOUNDED,
        text="Madame, Monsieur, les séances seront rattrapées.",
        recourse=True,
        collective=case.complainant is None,
    )


def a_closed_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """Bring a complaint to `an_answered_case`, a malfunction to `a_planned_case`, settle its actions and close it."""
    desk = _on(desk)
    treated = isinstance(facts, MalfunctionFacts)
    case = (a_planned_case if treated else an_answered_case)(desk, facts, **more)
    for line in case.actions:
        plan = desk.pgaac(line.scope)
        plan.finish(line.action, evidence="la liste des remplaçants, signée")
        plan.judge(line.action, Effectiveness.EFFECTIVE, why="aucune séance annulée depuis")
        plan.close(line.action)
    return desk.close(case.reference, reason=ClosingReason.TREATED if treated else ClosingReason.ANSWERED)


def _on(desk: Desk | None) -> Desk:
    if desk is None:
        return Desk.in_memory(clock=FakeClock(), clock_limit=None)
    expect("desk", desk, Desk)
    return desk


def _site(desk: Desk) -> str:
    """Return CRE if the desk has it or has no list of sites, else its first site."""
    acting = desk._context  # noqa: SLF001  a desk does not publish its sites, scope, roles and families
    if acting.scope is not None:
        known = sorted(acting.scope.sites)
    else:
        known = ["CRE"] if acting.sites.sites is None else list(acting.sites.sites)
    return "CRE" if "CRE" in known else known[0]


def _qualifying(desk: Desk, case: Case) -> Desk:
    """Return the desk in a role that may qualify the case."""
    acting = desk._context  # noqa: SLF001  as above
    qualifying = acting.policy_of(case).roles.qualifying
    return desk if acting.role in qualifying else desk.acting(acting.actor, qualifying[0])


def _is_document_required(desk: Desk, case: Case) -> bool:
    return desk._context.policy_of(case).parameters.support.document_required  # noqa: SLF001  as above


def _family(desk: Desk) -> str:
    """Return a family of the desk's taxonomy."""
    taxonomy = desk._context.taxonomy  # noqa: SLF001  as above
    return FAMILY if taxonomy is None or FAMILY in taxonomy.codes else taxonomy.codes[0]
