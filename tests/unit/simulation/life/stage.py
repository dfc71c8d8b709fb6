"""A caseload lived on a desk, for the tests: what came of it, and an independent count of its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from reclamation_core import Case, CaseQuery, Desk, Sites
from reclamation_core.calendars import Territory
from reclamation_core.desk import PlanService
from reclamation_core.plans import Action, PlanScope
from reclamation_core.simulation import Caseload, Lived, SimulatedClock, live, shipped
from reclamation_core.vocabulary import Site
from tests.unit.calendars.by_hand import easter_sunday, national_holidays, nth_after

SITES = Sites.from_toml(shipped().sites)
PARIS = ZoneInfo("Europe/Paris")
END = datetime(2026, 5, 20, 23, 59, tzinfo=PARIS)
BEGINNING = datetime(2026, 3, 1, tzinfo=PARIS)
# Code du travail L.3422-2: the day that commemorates the abolition of slavery, by territory.
_ABOLITION = {Territory.MARTINIQUE: (5, 22), Territory.GUADELOUPE: (5, 27), Territory.GUYANE: (6, 10),
              Territory.REUNION: (12, 20)}  # fmt: skip


@attrs.frozen
class Stage:
    """What was lived: the desk, its clock, and what the story says of itself."""

    desk: Desk
    clock: SimulatedClock
    lived: Lived

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


def lived(caseload: Caseload, until: datetime = END, **options: int) -> Stage:
    """The caseload, lived on a new desk in memory."""
    clock = SimulatedClock(BEGINNING)
    desk = Desk.in_memory(sites=SITES, clock=clock)
    return Stage(desk, clock, live(caseload, desk, clock, SITES, until, **options))


def days_off(site: Site) -> set[date]:
    """The days that a site does not work in 2026, the weekends aside, worked out without the library."""
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
    """The tenth business day after an instant, at the site that registered the case."""
    site = SITES[case.registration.handling_unit]
    day = started_at.astimezone(ZoneInfo(case.calendar.time_zone)).date()
    return nth_after(day, 10, days_off(site))


def texts(case: Case) -> Iterator[str]:
    """All that the case can still tell."""
    return (secret.text for secret in case.vault)
