"""Factories of desks, facts and cases for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, Method, SupportKind
from reclamation_core.desk import Desk, PlanService
from reclamation_core.desk.leases import Lease
from reclamation_core.plans import ActionSheet, Effectiveness
from reclamation_core.plans.events import ActionAdded
from reclamation_core.policy import Parameters, Policy
from reclamation_core.ports import Store, UnitOfWork
from reclamation_core.testing import builders
from reclamation_core.testing.builders import a_complaint, a_malfunction, an_action
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, Role, Site, Sites
from tests.inside import context_of, raise_signal, store_of

SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        Site(code="FDF", name="Fort-de-France", region="Martinique", territory="martinique"),
    )
)
SUSPENDING = Policy(edition="suspensions", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True)))
"""M2-1, the answer clock of which may be suspended."""

FakeClock = builders.FakeClock


def at(day: int, hour: int = 9, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def new_desk(now: datetime | None = None, **given: Any) -> Desk:
    """Return a desk on a new store, on 1 July 2026 by default, acting as RQR, a role that every guard accepts."""
    clock = given.pop("clock", None) or FakeClock(now or at(1, month=7))
    options: dict[str, Any] = {"sites": SITES, "clock_limit": None, **given}
    return Desk.in_memory(clock=clock, **options).acting("Mme Roux", Role.RQR)


def in_year(desk: Desk, year: int) -> Desk:
    """Return a desk on the same store, on 1 July of another year, whose clock is trusted."""
    clock = FakeClock(at(1, month=7).replace(year=year))
    return Desk(store_of(desk), sites=SITES, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)


def facts(received_at: datetime | None = None, **given: Any) -> ComplaintFacts:
    """Return the facts of a complaint of one centre."""
    return a_complaint(**{"received_at": received_at or at(1), **given})


def malfunction(received_at: datetime | None = None) -> MalfunctionFacts:
    return a_malfunction(received_at=received_at or at(1))


def registered(desk: Desk, site: str = "CRE", received_at: datetime | None = None, **given: Any) -> Case:
    when = received_at or at(1)
    return desk.register(facts(when), site=site, occurred_at=when, **{"complainant": "Mme Durand", **given})


QUALIFIED: dict[str, Any] = {"risks": {"training": 2}, "likelihood": 2, "recurrences": 0, "causes": 0}


def qualified(desk: Desk, site: str = "CRE", received_at: datetime | None = None, **given: Any) -> Case:
    case = registered(desk, site, received_at, **given)
    when = case.events[0].occurred_at
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel", occurred_at=when)
    return desk.qualify(case.reference, problem="l'absence", occurred_at=when, **QUALIFIED)


def analysed(desk: Desk, *causes: str, **given: Any) -> Case:
    case = qualified(desk, **given)
    return desk.analyse(case.reference, method=Method.ISHIKAWA, causes=causes or ("organisation",))


def planned_nothing(desk: Desk, **given: Any) -> Case:
    return desk.plan_nothing(qualified(desk, **given).reference, reason="le fait est isolé")


def answered(desk: Desk, **given: Any) -> Case:
    case = planned_nothing(desk, **given)
    return desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame, ...", recourse=True)


def closed(desk: Desk, **given: Any) -> Case:
    return desk.close(answered(desk, **given).reference, reason=ClosingReason.ANSWERED)


def sheet(reference: str = "A-1", **changes: Any) -> ActionSheet:
    values = {"reference": reference, "cause_family": "organisation", "check_on": date(2026, 6, 20)}
    return an_action(**{**values, **changes})


def add_as_stored(plan: PlanService, added: ActionSheet) -> None:
    """Add an action as it was stored when its reference was any text on one line, and its dates any dates."""
    raise_signal(plan, plan.scope, ActionAdded(sheet=added), added.reference)


def judged(plan: PlanService, reference: str = "A-1", day: int = 10) -> None:
    plan.progress(reference, occurred_at=at(day))
    plan.finish(reference, evidence="la liste", occurred_at=at(day))
    plan.judge(reference, Effectiveness.EFFECTIVE, why="aucune absence", occurred_at=at(day))


@contextmanager
def exclusive(desk: Desk, job: str) -> Iterator[None]:
    """Have a job for the time of a block, as another run."""
    lease = Lease(context_of(desk), job, 60)
    lease.take()
    yield
    lease.release()


class Overtaken(Store):
    """A store on which a concurrent command runs just before the first commit."""

    def __init__(self, store: Store, overtake: Any) -> None:
        self.feed, self.sequences = store.feed, store.sequences
        self._store, self._overtake = store, overtake

    def unit_of_work(self) -> UnitOfWork:
        unit = self._store.unit_of_work()
        commit, overtake = unit.commit, self._overtake

        def late_commit() -> None:
            self._overtake = lambda: None
            overtake()
            commit()

        unit.commit = late_commit  # type: ignore[method-assign]
        return unit

    def pause(self, seconds: float) -> None:
        """Do not wait: the concurrent command has ended."""


def overtaken(desk: Desk, act: Callable[[], object]) -> Desk:
    """Return a desk on whose next unit of work a concurrent command runs just before the commit."""
    return Desk(Overtaken(store_of(desk), act), sites=SITES, clock=FakeClock(at(1, month=7))).acting(
        "M. Petit", Role.RQR
    )
