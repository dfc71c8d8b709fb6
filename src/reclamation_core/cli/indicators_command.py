"""The command `reclamation indicators`: the indicators of a period."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Final

import typer

from reclamation_core.cli.board_command import scoped_desk
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import (
    AsOf,
    Db,
    OutputFile,
    PolicyOption,
    RegionScope,
    SiteScope,
    SitesOption,
    calendar_of,
    read_edition,
    typed_day,
)
from reclamation_core.cli.terminal import console, heading, number, show, table, write_document
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, replace_unstorable
from reclamation_core.indicators.catalogue import Figure, FigureUnit
from reclamation_core.indicators.table import DIMENSIONS, IndicatorRow, IndicatorTable
from reclamation_core.vocabulary import Sites

_TITLES: Final = ("Groupe", "Indicateur", "Valeur", "Intervalle à 95 %", "Dossiers", "Sur")


def indicators(  # noqa: PLR0917  (typer passes them by name)
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="Le premier jour de la période.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Le dernier jour de la période.")],
    as_of: AsOf = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="GROUPE", help=f"Par groupe : {', '.join(DIMENSIONS)}."),
    ] = None,
    db: Db = None,
    policy_file: PolicyOption = None,
    sites_file: SitesOption = None,
    site: SiteScope = None,
    region: RegionScope = None,
    output_format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="csv, ou json avec les dossiers (par défaut : à l'écran)."),
    ] = None,
    output: OutputFile = None,
) -> int:
    """Un taux ou un délai de moins de dix dossiers n'est pas affiché."""
    if output_format not in {None, "csv", "json"}:
        raise CommandError(f"--format : « {output_format} » ; choisissez csv ou json")
    if output is not None and output_format is None:
        raise CommandError("--output : l'écran ne s'écrit pas dans un fichier ; indiquez aussi --format csv ou json")
    if by is not None and by not in DIMENSIONS:
        raise CommandError(f"--by : « {by} » ; choisissez {', '.join(DIMENSIONS)}")
    first, last = typed_day(since, "--since"), typed_day(until, "--until")
    if last < first:
        raise CommandError(f"--until : le {last:%d/%m/%Y} est antérieur au {first:%d/%m/%Y}")
    today = datetime.now(calendar_of("metropole").zone).date()
    day = today if as_of is None else typed_day(as_of, "--as-of")
    policy = read_edition(policy_file)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    with existing(address(db)) as engine, desk_on(engine, policy, sites) as desk:
        scoped, place = scoped_desk(desk, site, region, sites)
        found = scoped.indicators(since=first, until=last, as_of=day, by=by, cases=output_format == "json")
    if output_format is None:
        _show(found, place)
    elif output_format == "csv":
        rows = [_TITLES, *(_cells(row, by) for row in found.rows)]
        write_document(csv_text(rows), output, encoding=SPREADSHEET_ENCODING)
    else:
        document = json.dumps(found.to_document(), ensure_ascii=False, indent=2)
        write_document(replace_unstorable(document + "\n"), output)
    return 0


def _show(found: IndicatorTable, place: str) -> None:
    screen = console()
    where = f", {place}" if place else ""
    screen.print(
        f"Du {_in_figures(found.since)} au {_in_figures(found.until)}, situation au {_in_figures(found.as_of)}{where}"
    )
    for group in dict.fromkeys(row.group for row in found.rows):
        rows = [row for row in found.rows if row.group == group]
        if found.by is not None:
            heading(screen, f"{DIMENSIONS[found.by].label.fr} : {rows[0].group_in('fr')}")
        shown = [_cells(row, found.by)[1:] for row in rows]
        show(screen, table(_TITLES[1:], shown, right=(1, 3, 4)))


def _cells(row: IndicatorRow, by: str | None) -> list[str]:
    figure = row.figure
    return [
        "" if by is None else row.group_in("fr"),
        row.indicator.label.fr,
        _value(figure.value, row.indicator.unit),
        _bounds(figure, row.indicator.unit),
        number(figure.count),
        "" if figure.total is None else number(figure.total),
    ]


def _value(value: float | None, unit: FigureUnit) -> str:
    if value is None:
        return "-"
    if unit is FigureUnit.SHARE:
        return f"{value * 100:.1f} %".replace(".", ",")
    return f"{value:g} j. ouvrés" if unit is FigureUnit.DAYS else number(int(value))


def _bounds(figure: Figure, unit: FigureUnit) -> str:
    if figure.value is None or (figure.low is None and figure.high is None):
        return ""
    return f"{_value(figure.low, unit)} à {_value(figure.high, unit)}"


def _in_figures(day: date) -> str:
    return f"{day:%d/%m/%Y}"
