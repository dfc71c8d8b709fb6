"""The scenario run on a desk, for the tests, and an independent count of due dates."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from reclamation_core import Case, CaseQuery, Desk, Sites
from reclamation_core.calendars import Territory
from reclamation_core.desk import PlanService
from reclamation_core.plans import Action, PlanScope
from reclamation_core.simulation import Caseload, SimulatedClock, run_scenario, shipped
from reclamation_core.simulation.scenario.run import ScenarioResult
from reclamation_core.vocabulary import Site
from tests.unit.calendars.by_hand import easter_sunday, national_holidays, nth_after

SITES = Sites.from_toml(shipped().sites)
PARIS = ZoneInfo("Europe/Paris")
END = datetime(2026, 5, 20, 23, 59, tzinfo=PARIS)
BEGINNING = datetime(2026, 3, 1, tzinfo=PARIS)
# Code du travail L.3422-2: the day of the abolition of slavery, by territory.
_ABOLITION = {Territory.MARTINIQUE: (5, 22), Territory.GUADELOUPE: (5, 27), Territory.GUYANE: (6, 10),
              Territory.REUNION: (12, 20)}  # fmt: skip


@attrs.frozen
class Stage:
    """The desk, its clock and the result of the scenario."""

    desk: Desk
    clock: SimulatedClock
    result: ScenarioResult

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.desk.cases.find(CaseQuery(limit=10_000)).cases

    @property
    def plans(self) -> list[PlanService]:
        regions = sorted({SITES[code].region for code in SITES})
        scopes = [*map(PlanScope.site, SITES), *map(PlanScope.region, regions), PlanScope.nation()]
        return [self.desk.pgaac(scope) for scope in scopes]

    @property
    def actions(self) -> list[Action]:
        return [action for plan in self.plans for action in plan.actions]


def run(caseload: Caseload, until: datetime = END, **options: int) -> Stage:
    """Run the scenario of a caseload on a new desk in memory."""
    clock = SimulatedClock(BEGINNING)
    desk = Desk.in_memory(sites=SITES, clock=clock)
    return Stage(desk, clock, run_scenario(caseload, desk, clock, SITES, until, **options))


def days_off(site: Site) -> set[date]:
    """Return the days off of a site in 2026 except weekends, computed without the library."""
    off = national_holidays(2026)
    if site.territory in _ABOLITION:
        off.add(date(2026, *_ABOLITION[site.territory]))
    if site.territory is Territory.ALSACE_MOSELLE:
        off.add(date(2026, 12, 26))
        if site.good_friday:
            off.add(easter_sunday(2026) - timedelta(days=2))
    if site.whit_monday_worked:
        off.discard(easter_sunday(2026) + timedelta(days=50))
    for days in (*site.closures, *site.bridge_days):
        off |= {days.first + timedelta(days=n) for n in range((days.last - days.first).days + 1)}
    return off


def due_by_hand(case: Case, started_at: datetime) -> date:
    """Return the tenth business day after an instant, at the site that registered the case."""
    site = SITES[case.registration.handling_unit]
    return nth_after(started_at.astimezone(ZoneInfo(case.calendar.time_zone)).date(), 10, days_off(site))
