"""`reclamation report`: the documents that people read, written to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from reclamation_core.cli.board_command import scoped_desk
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import Db, SitesOption, typed_day
from reclamation_core.cli.terminal import number, plural, progress, say, typed
from reclamation_core.ports import CaseQuery
from reclamation_core.reporting import LetterKind, LetterSettings, Report, save_calendar, save_letter, save_report
from reclamation_core.reporting.calendar_files import DOMAIN
from reclamation_core.vocabulary import Sites


def register(  # noqa: PLR0917  (typer passes them by name)
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FICHIER", help="Le fichier à écrire : .xlsx, .csv, .json, .html ou .pdf."
        ),
    ] = Path("registre.xlsx"),
    db: Db = None,
    report_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="xlsx, csv, json, html ou pdf (par défaut : selon le nom du fichier)."
        ),
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="C,…", help="Les colonnes, dans cet ordre (par défaut : toutes).")
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="CENTRE", help="Les dossiers d'un centre seulement.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Ceux des centres d'une région, avec --sites.")
    ] = None,
    sites_file: SitesOption = None,
    received_from: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Les dossiers reçus à partir de ce jour.")
    ] = None,
    received_until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Les dossiers reçus jusqu'à ce jour.")
    ] = None,
) -> int:
    """Écrire le registre des réclamations et dysfonctionnements dans un fichier."""
    if site is not None and region is not None:
        raise CommandError("--site, --region : indiquez l'un ou l'autre")
    query = CaseQuery(received_from=_day(received_from, "--from"), received_until=_day(received_until, "--until"))
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    with existing(address(db)) as engine, desk_on(engine, sites=sites) as desk:
        scoped, _ = scoped_desk(desk, site, region, sites)
        names = None if columns is None else [name.strip() for name in columns.split(",")]
        report, count = scoped.reports.register(query, columns=names), scoped.cases.count(query)
        with progress(count) as advance:
            save_report(_watched(report, advance), output, report_format)
    say(f"{typed(output)} : {number(count)} {plural('dossier', count)}")
    return 0


def letter(  # noqa: PLR0917  (typer passes them by name)
    reference: Annotated[str, typer.Argument(metavar="DOSSIER", help="La référence du dossier.")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="COURRIER", help=f"Le courrier : {', '.join(LetterKind)}.")
    ] = LetterKind.ACKNOWLEDGEMENT.value,
    settings: Annotated[
        Path, typer.Option("--settings", metavar="FICHIER", help="L'organisme, le signataire, le médiateur (TOML).")
    ] = Path("courriers.toml"),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="SORTIE",
            help="Le fichier à écrire : .txt, .html, .docx ou .pdf (par défaut : un PDF au nom du dossier).",
        ),
    ] = None,
    db: Db = None,
    letter_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="txt, html, docx ou pdf (par défaut : selon le nom de SORTIE)."
        ),
    ] = None,
    redirected_to: Annotated[
        str | None,
        typer.Option("--redirected-to", metavar="SERVICE", help="Le service auquel une demande est réorientée."),
    ] = None,
) -> int:
    """Écrire un courrier au client d'un dossier."""
    given = read_file(settings, LetterSettings.from_toml)
    with existing(address(db)) as engine, desk_on(engine) as desk:
        written = desk.reports.letter(reference, kind, given, redirected_to=redirected_to)
    name = f"{written.reference}-{written.kind.value}.{letter_format or 'pdf'}"
    say(str(save_letter(written, output or Path(name), letter_format)))
    return 0


def calendar(  # noqa: PLR0917  (typer passes them by name)
    output: Annotated[Path, typer.Option("--output", "-o", metavar="SORTIE", help="Le fichier .ics à écrire.")] = Path(
        "echeances.ics"
    ),
    db: Db = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="CENTRE", help="Les dossiers d'un centre seulement.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Ceux des centres d'une région, avec --sites.")
    ] = None,
    sites_file: SitesOption = None,
    ended_since: Annotated[
        str | None,
        typer.Option("--ended-since", metavar="DATE", help="Aussi les échéances annulées depuis ce jour."),
    ] = None,
    domain: Annotated[
        str, typer.Option("--domain", metavar="DOMAINE", help="Le domaine des identifiants, propre à l'organisme.")
    ] = DOMAIN,
) -> int:
    """Écrire les échéances dans un fichier de calendrier (.ics)."""
    if site is not None and region is not None:
        raise CommandError("--site, --region : indiquez l'un ou l'autre")
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    since = _day(ended_since, "--ended-since")
    with existing(address(db)) as engine, desk_on(engine, sites=sites) as desk:
        scoped, _ = scoped_desk(desk, site, region, sites)
        found = scoped.reports.calendar(ended_since=since, domain=domain)
    count = len(found.entries)
    say(f"{save_calendar(found, output)} : {number(count)} {plural('échéance', count)}")
    return 0


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else typed_day(text, option)


def _watched(report: Report, advance: Callable[[int], None]) -> Report:
    """Return the report, which advances the bar with each record that is read."""
    tables = tuple(attrs.evolve(table, records=_Watched(table.records, advance)) for table in report.tables)
    return attrs.evolve(report, tables=tables)


@attrs.frozen
class _Watched:
    records: Any
    advance: Callable[[int], None]

    def __iter__(self) -> Iterator[Any]:
        for count, record in enumerate(self.records, 1):
            yield record
            self.advance(count)
