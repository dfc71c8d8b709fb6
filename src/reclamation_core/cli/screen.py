"""What the command shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.terminal import Screen, one_line
from reclamation_core.cli.words import number, plural
from reclamation_core.intake import RegistrationCounts, Summary, TriageReport
from reclamation_core.vocabulary import Eligibility, Level

_MOST: Final = 10
_NAMES: Final = {"row": "ligne entière"}


def console() -> Console:
    """The standard output, as it is now."""
    return Screen()


@contextmanager
def progress(size: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; gives what is to be called with the number of bytes read."""
    screen = Console(stderr=True)
    columns = (TextColumn("Lecture"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=size)
        yield lambda position: bar.update(task, completed=position)


def show_done(screen: Console, done: TriageReport, as_of: date, title: str, calendar: str) -> None:
    """The summary of a file, and where its decisions are; `calendar` says whose days count where no site does."""
    summary = done.summary
    screen.print(Text(one_line(title), style="bold"))
    read, decided, rejected = map(number, (summary.read, summary.decided, summary.rejected))
    screen.print(
        f"Lignes lues : {read} = {decided} {plural('décidée', summary.decided)}"
        f" + {rejected} {plural('rejetée', summary.rejected)}"
    )
    if done.has_unknown_sites:
        screen.print(
            f"Les sites ne sont pas connus : calendrier « {calendar} » pour tous ; donnez --sites", markup=False
        )
    if done.blank_lines:
        screen.print(f"Lignes vides passées : {number(done.blank_lines)}")
    for heading, counts in _tables(summary, as_of):
        screen.print()
        screen.print(Text(heading, style="bold"))
        for label, count in counts:
            screen.print(f"{number(count):>8}  {label}", markup=False)
    screen.print()
    if done.unread_columns:
        screen.print(f"Colonnes non lues : {_listed(done.unread_columns)}", markup=False)
    if done.unread_sheets:
        screen.print(f"Feuilles non lues : {_listed(done.unread_sheets)} (sheet dans la correspondance)", markup=False)
    if done.rejected_path is not None:
        fields = ", ".join(
            f"{_NAMES.get(name, name)} {count}" for name, count in summary.rejected_fields.most_common(_MOST)
        )
        screen.print(f"Lignes rejetées ({fields}) : {one_line(done.rejected_path)}", markup=False)
    screen.print(f"Décisions : {one_line(done.output_path)}", markup=False)
    if done.registration_counts is not None:
        _show_registered(screen, done.registration_counts)


def _show_registered(screen: Console, counts: RegistrationCounts) -> None:
    """What came of the rows that were decided."""
    screen.print()
    screen.print(Text("Registre", style="bold"))
    screen.print(f"{number(counts.new):>8}  {plural('enregistrée', counts.new)}")
    screen.print(f"{number(counts.known):>8}  {plural('connue', counts.known)} déjà")
    if counts.conflicting:
        shown = ", ".join(counts.conflicting_references)
        more = counts.conflicting - len(counts.conflicting_references)
        count = number(counts.conflicting)
        screen.print(
            f"{count:>8}  de ces dernières, que le fichier dit autrement ; rien n'y a été changé : "
            f"{shown}{f' et {number(more)} autres' if more else ''}. Si c'est un autre fichier, donnez --source",
            markup=False,
        )


def _tables(summary: Summary, as_of: date) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    eligibility, level, due = summary.by_eligibility(), summary.by_level(), summary.due(as_of)
    sunday = as_of + timedelta(days=6 - as_of.weekday())
    yield (
        "Recevabilité",
        [
            ("réclamation", eligibility[Eligibility.COMPLAINT]),
            ("hors du cadre", eligibility[Eligibility.OUT_OF_SCOPE]),
            ("à clarifier", eligibility[None]),
        ],
    )
    yield (
        "Niveau de traitement (hors du cadre exclu)",
        [*((member.label("fr"), level[member]) for member in Level), ("à préciser", level[None])],
    )
    yield (
        "Échéances, faute de réponse connue",
        [
            (f"dépassées au {as_of:%d/%m/%Y}", due.overdue),
            (f"d'ici au {in_words(sunday)}", due.this_week),
            ("plus tard", due.later),
        ],
    )
    questions = summary.questions().most_common()
    if questions:
        others = sum(count for _, count in questions[_MOST:])
        shown = [*questions[:_MOST], *([("autres questions", others)] if others else [])]
        yield "Questions à poser d'abord", shown


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"« {one_line(name)} »" for name in names[: 2 * _MOST])
    return shown if len(names) <= 2 * _MOST else f"{shown} et {len(names) - 2 * _MOST} autres"


def beside(path: Path, suffix: str) -> Path:
    """Where the decisions of a file go unless told otherwise."""
    return path.with_name(f"{path.stem}.decisions.{suffix}")
