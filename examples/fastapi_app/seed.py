"""Invented cases for an empty register, from the library's own simulation."""

from __future__ import annotations

from datetime import datetime, timedelta

from reclamation_core import Desk, Sites
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.simulation import (
    Caseload,
    SimulatedClock,
    generate_complaints,
    generate_malfunctions,
    generate_survey_results,
    run_scenario,
    shipped,
)

SEED, DAYS = 2044, 60


def seed(url: str, number: int = 300) -> int:
    """Register and handle invented messages of the last two months, if the register is empty.

    Args:
        url: the address of the database.
        number: how many messages; a tenth of them are malfunctions, a fifth results of the survey.

    Returns:
        The number of cases of the register.
    """
    sites = Sites.from_toml(shipped().sites)
    now = datetime.now(BusinessCalendar.france().zone)
    malfunctions, results = number // 10, number // 5
    caseload = Caseload(
        complaints=tuple(generate_complaints(number - malfunctions - results, SEED, until=now.date())),
        survey=tuple(generate_survey_results(results, SEED, until=now.date())),
        malfunctions=tuple(generate_malfunctions(malfunctions, SEED, until=now.date())),
    )
    clock = SimulatedClock(now - timedelta(days=DAYS))
    with Desk.open(url, sites=sites, clock=clock) as desk:
        if not desk.cases.count():
            run_scenario(caseload, desk, clock, sites, now)
        return desk.cases.count()
