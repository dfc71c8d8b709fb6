"""`reclamation triage` and `reclamation deadline`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.database_commands import address, engine_at
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import (
    AsOf,
    Delimiter,
    File,
    Format,
    MappingFile,
    Output,
    PolicyOption,
    SitesOption,
    TerritoryOption,
    as_of_day,
    calendar_of,
    only_edition,
)
from reclamation_core.cli.terminal import bold, console, lines, number, one_line, plural, progress, typed
from reclamation_core.desk import Desk
from reclamation_core.intake import ColumnMapping, RegistrationTarget, Summary, Triage, TriageReport, triage_file
from reclamation_core.intake.file_reader import format_of
from reclamation_core.intake.file_triage import check_arguments
from reclamation_core.intake.registering import LONGEST_TARGET_NAME, RegistrationCounts, is_target_name
from reclamation_core.intake.triage import end_of_week
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import FACTS, Eligibility, Fact, Level, Role, Sites

_LISTED: Final = 10
_FIELD_NAMES: Final = {
    "row": "ligne entière",
    "reference": "référence",
    "site": "centre",
    "received_at": "date de réception",
    "text": "texte",
    **{name: fact.label.fr for name, fact in FACTS.items()},
}


def triage(  # noqa: PLR0917  (typer passes them by name)
    file: File,
    mapping_file: MappingFile = None,
    policy_file: PolicyOption = None,
    sites_file: SitesOption = None,
    territory: TerritoryOption = "metropole",
    as_of: AsOf = None,
    output: Output = None,
    delimiter: Delimiter = None,
    output_format: Format = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="CENTRE", help="Le centre des lignes qui n'en indiquent pas.")
    ] = None,
    db: Annotated[
        str | None, typer.Option("--db", metavar="ADRESSE", help="Enregistrer aussi les dossiers, dans cette base.")
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Enregistrer aussi les dossiers, dans la base de RECLAMATION_DB.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="NOM", help="L'origine des références, pour la base (par défaut : le nom du fichier)."
        ),
    ] = None,
) -> int:
    """Chaque ligne reçoit une décision ; --register enregistre aussi les dossiers."""
    calendar = calendar_of(territory)
    day = as_of_day(as_of, territory)
    policy = only_edition(policy_file)
    mapping = None if mapping_file is None else read_file(mapping_file, ColumnMapping.from_toml)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    read_file(file, format_of)
    suffix = "jsonl" if output_format == "jsonl" else "csv"
    output = output or file.with_name(f"{file.stem}.decisions.{suffix}")
    separator = {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter)
    check_arguments(file, output, separator, output_format)
    with (
        progress(file.stat().st_size) as report,
        _target(db, policy, sites, register=register, territory=territory, name=source, file=file) as target,
    ):
        done = read_file(
            file,
            lambda path: triage_file(
                path,
                Triage(policy, calendar),
                output,
                mapping=mapping,
                sites=sites,
                delimiter=separator,
                output_format=output_format,  # type: ignore[arg-type]  # an unknown format is refused
                progress=report,
                default_site=site or "",
                target=target,
            ),
        )
    title = f"{typed(file.name)}, procédure {policy.edition}, situation au {in_words(day)}"
    show_report(console(), done, day, title, calendar.definition.territory.label("fr"), own=policy.facts)
    counts = done.registration_counts
    return 1 if done.summary.rejected or (counts is not None and counts.conflicting) else 0


@contextmanager
def _target(
    db: str | None, policy: Policy, sites: Sites | None, *, register: bool, territory: str, name: str | None, file: Path
) -> Iterator[RegistrationTarget | None]:
    """Open the desk where rows are registered; yield None where they are not to be registered."""
    if db is None and not register:
        if name is not None:
            raise CommandError("--source : un nom d'origine sert à enregistrer ; indiquez aussi --db ou --register")
        yield None
        return
    if sites is None and calendar_of(territory) != calendar_of("metropole"):
        raise CommandError("--territory : pour enregistrer, indiquez les centres et leurs territoires par --sites")
    url = address(db)
    with engine_at(url), Desk.open(url, policy=policy, sites=sites) as desk:
        name = file.name.partition(".")[0] or file.name if name is None else name
        if not is_target_name(name):
            longest = LONGEST_TARGET_NAME
            raise CommandError(f"--source : « {name} » ; indiquez un nom d'une ligne, de {longest} signes au plus")
        yield RegistrationTarget(desk.acting("reclamation triage", Role.SYSTEM), name)


def show_report(
    screen: Console, report: TriageReport, as_of: date, title: str, calendar: str, *, own: Iterable[Fact] = ()
) -> None:
    """Print the summary of a file and the names of its files.

    Args:
        screen: where to print it.
        report: the report.
        as_of: the day from whose point of view answers are overdue.
        title: the first line.
        calendar: the name of the default calendar.
        own: the facts that the edition declares.
    """
    summary, names = report.summary, _FIELD_NAMES | {fact.column: fact.label.fr for fact in own}
    screen.print(bold(title))
    read, decided, rejected = map(number, (summary.read, summary.decided, summary.rejected))
    screen.print(
        f"Lignes lues : {read}, dont {decided} {plural('traitée', summary.decided)}"
        f" et {rejected} {plural('rejetée', summary.rejected)}"
    )
    if report.has_unknown_sites:
        screen.print(f"Les centres ne sont pas connus : calendrier « {calendar} » pour tous ; indiquez --sites")
    if report.blank_lines:
        screen.print(f"Lignes vides passées : {number(report.blank_lines)}")
    for heading, counts in _tables(summary, as_of):
        screen.print()
        screen.print(bold(heading))
        for label, count in (*counts, ("total", sum(count for _, count in counts))):
            lines(screen, f"{number(count):>8}  {label}", " " * 10)
    screen.print()
    _show_columns(screen, report)
    if report.rejected_path is not None:
        fields = ", ".join(
            f"{names.get(name, name)} : {number(count)}" for name, count in summary.rejected_fields.most_common(_LISTED)
        )
        screen.print(f"Lignes rejetées ({fields}) : {typed(report.rejected_path)}")
    screen.print(f"Décisions : {typed(report.output_path)}")
    if report.registration_counts is not None:
        _show_registered(screen, report.registration_counts)


def _show_columns(screen: Console, report: TriageReport) -> None:
    """Print what was not read, and what had no column."""
    if report.unread_columns:
        screen.print(f"Colonnes non lues : {_listed(report.unread_columns)}")
    if report.missing_facts:
        labels = tuple(FACTS[name].label.fr for name in report.missing_facts)
        lines(screen, f"Informations sans colonne : {_listed(labels)}", "  ")
    if report.survey_rows_without_note:
        count = report.survey_rows_without_note
        lines(
            screen,
            f"{number(count)} {plural('réponse', count)} à l'enquête, sans note : le fichier n'a pas de colonne "
            "« note de satisfaction »",
            "  ",
        )
    if report.unread_sheets:
        screen.print(f"Feuilles non lues : {_listed(report.unread_sheets)} (clé « sheet » de la correspondance)")


def _show_registered(screen: Console, counts: RegistrationCounts) -> None:
    """Print the counts of the rows registered."""
    screen.print()
    screen.print(bold("Registre"))
    screen.print(f"{number(counts.new):>8}  {plural('enregistrée', counts.new)}")
    screen.print(f"{number(counts.known):>8}  déjà {plural('enregistrée', counts.known)}")
    if counts.conflicting:
        shown = ", ".join(counts.conflicting_references)
        more = counts.conflicting - len(counts.conflicting_references)
        count = number(counts.conflicting)
        screen.print(
            f"{count:>8}  parmi elles, différentes dans ce fichier ; rien n'a été modifié : "
            f"{shown}{f' et {number(more)} autres' if more else ''}. Si c'est un autre fichier, indiquez --source"
        )


def _tables(summary: Summary, as_of: date) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    eligibility, level, due = summary.by_eligibility(), summary.by_level(), summary.due(as_of)
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
        "Échéances (le fichier ne dit pas si la réponse a été donnée)",
        [
            (f"dépassées au {as_of:%d/%m/%Y}", due.overdue),
            (f"d'ici au {in_words(end_of_week(as_of))}", due.this_week),
            ("plus tard", due.later),
        ],
    )
    questions = summary.questions().most_common()
    if questions:
        others = sum(count for _, count in questions[_LISTED:])
        shown = [*questions[:_LISTED], *([("autres questions", others)] if others else [])]
        yield "Questions à poser d'abord", shown


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"« {one_line(name)} »" for name in names[: 2 * _LISTED])
    return shown if len(names) <= 2 * _LISTED else f"{shown} et {len(names) - 2 * _LISTED} autres"
