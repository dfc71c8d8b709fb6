"""The command `reclamation indicators`: the indicators of a period."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from reclamation_core.cli.board_command import scoped_desk
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import (
    AsOf,
    Db,
    OutputFile,
    PoliciesOption,
    RegionScope,
    SiteScope,
    SitesOption,
    as_of_day,
    read_editions,
    typed_day,
)
from reclamation_core.cli.terminal import console, heading, number, say, show, table, warn, write_document
from reclamation_core.desk import Desk
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, replace_unstorable
from reclamation_core.indicators import publish as publish_tables
from reclamation_core.indicators.page import interval_in_words, value_in_words
from reclamation_core.indicators.spans import TimeSpan, TimeStep, last_month
from reclamation_core.indicators.table import DIMENSIONS, IndicatorRow, IndicatorTable
from reclamation_core.plans.rendering import in_figures
from reclamation_core.reporting import save_report
from reclamation_core.vocabulary import Sites

_TITLES: Final = ("Groupe", "Période", "Indicateur", "Valeur", "Intervalle à 95 %", "Dossiers", "Sur", "Un an avant")
_DOCUMENTS: Final = ("xlsx", "html", "pdf")
_FORMATS: Final = ("csv", "json", *_DOCUMENTS)
_GROUPS: Final = {one.word: name for name, one in DIMENSIONS.items()}
"""The dimensions by their French names; their codes are accepted too."""
_STEPS: Final = {"mois": TimeStep.MONTH, "trimestre": TimeStep.QUARTER, "annee": TimeStep.YEAR}


def indicators(  # noqa: PLR0917  (typer passes them by name)
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            "--from",
            metavar="DATE",
            help="Le premier jour de la période (par défaut : celui du dernier mois écoulé).",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            "--to",
            metavar="DATE",
            help="Le dernier jour de la période (par défaut : celui du dernier mois écoulé).",
        ),
    ] = None,
    as_of: AsOf = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="GROUPE", help=f"Par groupe : {', '.join(_GROUPS)}.")
    ] = None,
    step: Annotated[
        str | None,
        typer.Option("--step", metavar="PAS", help=f"Par {', '.join(_STEPS)}, à côté de l'année précédente."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Pour publication : petits effectifs omis, autres nombres arrondis.")
    ] = False,
    db: Db = None,
    policy_files: PoliciesOption = None,
    sites_file: SitesOption = None,
    site: SiteScope = None,
    region: RegionScope = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="csv, json avec les dossiers, ou une page : xlsx, html, pdf (par défaut : à l'écran).",
        ),
    ] = None,
    output: OutputFile = None,
) -> int:
    """Un taux ou un délai de moins de 25 dossiers n'est pas affiché."""
    day = as_of_day(as_of)
    month = last_month(day)
    first = month.since if since is None else typed_day(since, "--since")
    last = month.until if until is None else typed_day(until, "--until")
    by = None if by is None else _GROUPS.get(by, by)
    _require_possible(first, last, by, step, publish, output_format, output)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    asked: dict[str, Any] = {"since": first, "until": last, "as_of": day}
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites) as desk:
        scoped, place = scoped_desk(desk, site, region, sites)
        if output_format in _DOCUMENTS and output is not None:
            say(str(save_report(scoped.reports.indicators(**asked, published=publish), output, output_format)))
            return 0
        has_cases = output_format == "json" and not publish
        tables, before = _tables(scoped, asked, by, step, publish=publish, cases=has_cases)
    if output_format is None:
        heading_of_page = f"Du {in_figures(first)} au {in_figures(last)}, situation au {in_figures(day)}"
        _show(tables, before, f"{heading_of_page}{', ' + place if place else ''}, jours de la métropole")
    elif output_format == "csv":
        rows = [_TITLES, *_rows(tables, before)]
        write_document(csv_text(rows), output, encoding=SPREADSHEET_ENCODING)
        if (note := _note(tables)) is not None:
            warn(note)
    else:
        documents = [table.to_document() for table in (*tables, *before)]
        document = json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=2)
        write_document(replace_unstorable(document + "\n"), output)
    return 0


def _require_possible(  # noqa: PLR0917  (the options of one command)
    first: date,
    last: date,
    by: str | None,
    step: str | None,
    publish: bool,
    output_format: str | None,
    output: Path | None,
) -> None:
    """Refuse options that do not go together.

    Raises:
        CommandError: some do not.
    """
    if output_format is not None and output_format not in _FORMATS:
        raise CommandError(f"--format : « {output_format} » ; choisissez {', '.join(_FORMATS)}")
    if output is not None and output_format is None:
        raise CommandError(
            f"--output : l'écran ne s'écrit pas dans un fichier ; indiquez --format {', '.join(_FORMATS)}"
        )
    if output_format in _DOCUMENTS and output is None:
        raise CommandError(f"--format {output_format} : indiquez aussi --output FICHIER")
    if output_format in _DOCUMENTS and (by or step):
        raise CommandError("--by et --step : une page a ses propres groupes ; choisissez l'écran, csv ou json")
    if publish and step:
        raise CommandError("--publish : la période entière se publie, sans --step")
    if by is not None and by not in DIMENSIONS:
        raise CommandError(f"--by : « {by} » ; choisissez {', '.join(_GROUPS)}")
    if step is not None and step not in _STEPS:
        raise CommandError(f"--step : « {step} » ; choisissez {', '.join(_STEPS)}")
    if last < first:
        raise CommandError(f"--until : le {last:%d/%m/%Y} est antérieur au {first:%d/%m/%Y}")


def _tables(
    desk: Desk, asked: dict[str, Any], by: str | None, step: str | None, *, publish: bool, cases: bool
) -> tuple[Sequence[IndicatorTable], Sequence[IndicatorTable]]:
    """Return the tables that are asked for, and those of the year before, if any."""
    if step is not None:
        series = desk.indicator_series(**asked, by=by, step=_STEPS[step], with_year_before=True, cases=cases)
        return series.tables, series.year_before
    table = desk.indicators(**asked, by=by, cases=cases)
    if not publish:
        return [table], []
    whole = table if by is None else desk.indicators(**asked, cases=False)
    published, groups = publish_tables(whole, attrs.evolve(table, rows=()) if by is None else table)
    return [published] if by is None else [published, groups], []


def _show(tables: Sequence[IndicatorTable], before: Sequence[IndicatorTable], title: str) -> None:
    screen = console()
    screen.print(title)
    titles = _TITLES[2:] if before else _TITLES[2:-1]
    for key, found in groupby(_rows(tables, before), key=itemgetter(0, 1)):
        named = [name for name in key if name]
        if len(named) > (not before):
            heading(screen, ", ".join(named))
        show(screen, table(titles, [row[2 : 2 + len(titles)] for row in found], right=(1, 3, 4)))
    if (note := _note(tables)) is not None:
        say(note)


def _note(tables: Sequence[IndicatorTable]) -> str | None:
    """Return what a reader may misunderstand in the figures of a period; JSON has that of each month too."""
    return tables[0].note.fr if len(tables) == 1 and tables[0].note is not None else None


def _rows(tables: Sequence[IndicatorTable], before: Sequence[IndicatorTable]) -> Iterator[list[str]]:
    for number_of_table, one in enumerate(tables):
        span = TimeSpan(one.since, one.until).label()
        rows_before = before[number_of_table].rows if before else [None] * len(one.rows)
        for row, earlier in zip(one.rows, rows_before, strict=True):
            group = "" if one.by is None else f"{DIMENSIONS[one.by].label.fr} : {one.group_in(row.group, 'fr')}"
            yield _cells(
                row, group, span, "" if earlier is None else value_in_words(earlier.figure, earlier.indicator.unit).fr
            )


def _cells(row: IndicatorRow, group: str, span: str, before: str) -> list[str]:
    figure, unit = row.figure, row.indicator.unit
    interval = interval_in_words(figure, unit)
    return [
        group,
        span,
        row.indicator.label.fr,
        value_in_words(figure, unit).fr,
        "" if interval is None else interval.fr,
        "" if figure.count is None else number(figure.count),
        "" if figure.total is None else number(figure.total),
        before,
    ]
