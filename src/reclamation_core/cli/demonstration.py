"""`reclamation demo`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.layout import heading, lines
from reclamation_core.cli.life import screen
from reclamation_core.cli.life.files import write_life
from reclamation_core.cli.life.plan_screen import most_changed, show_actions, show_editions
from reclamation_core.cli.life.reading import every_case, every_plan, told
from reclamation_core.cli.screen import console, show_done
from reclamation_core.cli.words import calendar_of
from reclamation_core.desk import Desk, PlanService
from reclamation_core.intake import Triage, triage_file
from reclamation_core.intake.writing import written_aside
from reclamation_core.policy import Policy, m2_1
from reclamation_core.simulation import Caseload, Lived, Shipped, SimulatedClock, live, shipped
from reclamation_core.vocabulary import Sites

_SHIPPED: Final = ("complaints", "survey", "survey_mapping", "malfunctions", "sites")


def demo(folder: Path) -> int:
    """Triage the shipped complaints in a folder, live their life on a desk, show it and leave the files there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = _copied(shipped(), folder)
    policy, calendar, sites = m2_1(), calendar_of("metropole"), Sites.from_toml(files.sites)
    done = triage_file(files.complaints, Triage(policy, calendar), folder / "decisions.csv", sites=sites)
    title = f"Réclamations inventées, procédure {policy.edition}, vues du {in_words(files.as_of)}"
    show_done(console(), done, files.as_of, title, calendar.definition.territory.label("fr"))
    _live(folder, files, sites, policy)
    return 1 if done.summary.rejected else 0


def _copied(files: Shipped, folder: Path) -> Shipped:
    """The shipped files, copied."""
    copies: dict[str, Any] = {}
    for name in _SHIPPED:
        path = getattr(files, name)
        copies[name] = folder / path.name
        with written_aside(copies[name]) as file:
            file.write(path.read_bytes().decode())
    return attrs.evolve(files, **copies)


def _live(folder: Path, files: Shipped, sites: Sites, policy: Policy) -> None:
    zone = BusinessCalendar.france().zone
    end = datetime.combine(files.as_of, time(23, 59), tzinfo=zone)
    caseload = Caseload.shipped()
    clock = SimulatedClock(end - timedelta(days=60))
    desk = Desk.in_memory(policy=policy, sites=sites, clock=clock)
    lived = live(caseload, desk, clock, sites, end)
    shown = most_changed(every_plan(desk, sites))
    _show_cases(desk, sites, policy, lived, files.as_of)
    _show_plans(every_plan(desk, sites), shown)
    written = write_life(folder, desk, sites, policy, shown)
    copied = [getattr(files, name) for name in _SHIPPED]
    _list(folder, (*copied, folder / "decisions.csv", *written))


def _show_cases(desk: Desk, sites: Sites, policy: Policy, lived: Lived, today: date) -> None:
    out, cases = console(), every_case(desk)
    screen.show_standing(out, cases, today)
    case = told(cases)[0]
    screen.show_views(out, desk, sites[case.handling_unit])
    screen.show_answers(out, cases, today)
    screen.show_checks(out, every_plan(desk, sites), today)
    screen.show_alerts(out, cases)
    screen.show_refusals(out, lived.refusals)
    screen.show_story(out, case, sites, policy)


def _show_plans(plans: Sequence[PlanService], shown: PlanService | None) -> None:
    out = console()
    show_actions(out, plans)
    show_editions(out, plans, shown)


def _list(folder: Path, paths: Sequence[Path]) -> None:
    """The files by folder, a line for each folder."""
    out = console()
    heading(out, f"Fichiers écrits dans {folder}")
    for place in dict.fromkeys(path.parent for path in paths):
        here = [path for path in paths if path.parent == place]
        stems = dict.fromkeys(path.stem for path in here)
        names = (f"{stem}{'/'.join(path.suffix for path in here if path.stem == stem)}" for stem in stems)
        inside = "" if place == folder else f"{place.relative_to(folder)}/ : "
        lines(out, f"- {inside}{', '.join(names)}", "  ")
