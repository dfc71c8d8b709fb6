"""What is read from a desk: its cases, its plans, how answers stand, what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from reclamation_core.calendars import Deadline
from reclamation_core.cases import Admissibility, Alerted, AnswerCycle, Case, CaseKind, CaseState, ClosingReason
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import Action, PlanScope
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import LabelledEnum, Sites

_PAGE = 500


class AnswerStanding(LabelledEnum):
    """How a run of the answer clock stands."""

    IN_TIME = "in_time", "répondu à temps", "answered in time"
    LATE = "late", "répondu en retard", "answered late"
    STOPPED = "stopped", "sans réponse à donner (retrait, doublon)", "no answer to give (withdrawn, duplicate)"
    AWAITED = "awaited", "réponse attendue", "answer awaited"
    OVERDUE = "overdue", "réponse attendue, délai dépassé", "answer awaited, overdue"


def every_case(desk: Desk) -> tuple[Case, ...]:
    """The cases of a desk, in the order of their references."""
    found: list[Case] = []
    query: CaseQuery | None = CaseQuery(limit=_PAGE)
    while query is not None:
        page = desk.cases.find(query)
        found += page.cases
        query = query.following(page)
    return tuple(found)


def every_plan(desk: Desk, sites: Sites) -> tuple[PlanService, ...]:
    """The plans that have a story: the nation's, the regions', the sites'."""
    regions = sorted({sites[code].region for code in sites})
    scopes = (PlanScope.nation(), *map(PlanScope.region, regions), *map(PlanScope.site, sites))
    return tuple(plan for plan in map(desk.pgaac, scopes) if plan.current.events)


def runs(case: Case) -> Iterator[tuple[AnswerCycle, Deadline]]:
    """The runs of the answer clock, each with its deadline; none of a malfunction and of what is out of scope."""
    if case.kind is CaseKind.COMPLAINT and case.standing is not Admissibility.OUT_OF_SCOPE:
        yield from ((run, case.deadline_of(run)) for run in case.answer_cycles)


def answers(cases: Sequence[Case], today: date) -> Counter[AnswerStanding]:
    """How many runs of the answer clock stand how, seen from a day."""
    return Counter(_standing(run, deadline, today) for case in cases for run, deadline in runs(case))


def _standing(run: AnswerCycle, deadline: Deadline, today: date) -> AnswerStanding:
    if run.answered_at is not None:
        in_time = deadline.calendar.day_of(run.answered_at) <= deadline.due
        return AnswerStanding.IN_TIME if in_time else AnswerStanding.LATE
    if run.stopped_at is not None:
        return AnswerStanding.STOPPED
    return AnswerStanding.AWAITED if today <= deadline.due else AnswerStanding.OVERDUE


@attrs.frozen
class Awaited:
    """A case whose answer is awaited, and by when."""

    due: date
    case: Case


def awaited(cases: Sequence[Case]) -> tuple[Awaited, ...]:
    """The cases whose answer is awaited, the most pressing first."""
    found = [Awaited(due, case) for case in cases if (due := case.awaited_on) is not None]
    return tuple(sorted(found, key=lambda one: (one.due, one.case.reference)))


def alerts(cases: Sequence[Case]) -> tuple[tuple[date, Case, Alerted], ...]:
    """The alerts raised, in the order of the days on which they were, each with its case."""
    found = [
        (case.day_of(event.occurred_at), case, event.data)
        for case in cases
        for event in case.events
        if isinstance(event.data, Alerted)
    ]
    return tuple(sorted(found, key=lambda one: (one[0], one[1].reference, one[2].due)))


def richest(cases: Iterable[Case]) -> Case | None:
    """The case with the most kinds of events, of those that can still be read; None where there is none."""
    readable = [case for case in cases if case.anonymised_at is None]
    return max(readable, key=_richness, default=None)


def _richness(case: Case) -> tuple[int, int]:
    return len({type(event.data) for event in case.events}), case.version


def told(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases worth telling: of those whose actions led to their end the richest, then that of each end and state."""
    led = [case for case in cases if case.state is CaseState.CLOSED and case.actions and len(case.containments) > 0]
    ends = [[case for case in cases if case.closure and case.closure.reason is reason] for reason in ClosingReason]
    states = [[case for case in cases if case.state is state] for state in CaseState]
    found = (richest(group) for group in (led, *ends, *states))
    return tuple({case.reference: case for case in found if case is not None}.values())


@attrs.frozen
class Check:
    """An action whose effectiveness is to be judged, and by when."""

    due: date
    action: Action


def checks(plans: Sequence[PlanService]) -> tuple[Check, ...]:
    """The actions whose effectiveness is still to be judged, the most pressing first."""
    found = [
        Check(action.check_on, action)
        for plan in plans
        for action in plan.actions
        if action.check_on is not None and action.judgement is None and action.abandonment is None
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.action.reference)))
