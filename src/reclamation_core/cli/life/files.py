"""The files that the demonstration leaves of the life of cases."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from reclamation_core.cases import Case
from reclamation_core.cli.life.reading import every_case, every_plan, told
from reclamation_core.cli.life.registers import write_alerts, write_cases
from reclamation_core.cli.life.stories import story
from reclamation_core.desk import Desk, PlanService
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING
from reclamation_core.intake.writing import written_aside
from reclamation_core.plans import PlanScope, ScopeKind
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import Sites


def write_life(folder: Path, desk: Desk, sites: Sites, policy: Policy, shown: PlanService | None) -> tuple[Path, ...]:
    """Write what became of the cases: the registers, some stories, the editions of a site, its region and the nation.

    Args:
        folder: where to; it is there.
        desk: where everything is read.
        sites: the sites of the agency.
        policy: the edition of the procedure that says why a case is at its level.
        shown: the plan of the site whose editions are written; None where no site has one.

    Returns:
        The files, in the order in which they are best read.

    Raises:
        OSError: a file cannot be written.
    """
    cases = every_case(desk)
    registers = (folder / "cases.csv", folder / "alerts.csv")
    write_cases(registers[0], cases)
    write_alerts(registers[1], cases)
    return (*registers, *_stories(folder / "cases", cases, desk, sites, policy), *_editions(folder, desk, sites, shown))


def _stories(folder: Path, cases: Sequence[Case], desk: Desk, sites: Sites, policy: Policy) -> Iterator[Path]:
    plans = tuple(plan.current for plan in every_plan(desk, sites))
    folder.mkdir(exist_ok=True)
    for case in told(cases):
        path = folder / f"{case.reference}.md"
        _write(path, story(case, sites, policy, plans))
        yield path


def _editions(folder: Path, desk: Desk, sites: Sites, shown: PlanService | None) -> Iterator[Path]:
    if shown is None:
        return
    region = PlanScope.region(sites[str(shown.scope.code)].region)
    place = folder / "pgaac"
    place.mkdir(exist_ok=True)
    for plan in (shown, desk.pgaac(region), desk.pgaac(PlanScope.nation())):
        for edition in plan.editions:
            path = place / f"{_name(plan.scope)}-{edition.number}.md"
            _write(path, plan.edition_to_markdown(edition.number))
            _write(path.with_suffix(".csv"), plan.edition_to_csv(edition.number), SPREADSHEET_ENCODING)
            yield from (path, path.with_suffix(".csv"))


def _write(path: Path, text: str, encoding: str = "utf-8") -> None:
    with written_aside(path, encoding) as file:
        file.write(text)


def _name(scope: PlanScope) -> str:
    """A plan as a file is called: metz, grand-est, national."""
    said = "national" if scope.kind is ScopeKind.NATION else str(scope.code)
    letters = unicodedata.normalize("NFKD", said.casefold())
    return "-".join("".join(one if one.isalnum() else " " for one in letters if not unicodedata.combining(one)).split())
