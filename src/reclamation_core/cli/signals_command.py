"""The command `reclamation signals`: rises in a table of weekly counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import attrs
import typer

from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import OutputFile
from reclamation_core.cli.terminal import console, number, one_line, plural, show, table, write_document
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, replace_unstorable
from reclamation_core.indicators.detection import DETECTORS, FALSE_ALARMS, Rise, detect_rises
from reclamation_core.intake.weekly_counts import CountTable, read_counts

_COLUMNS: Final[dict[str, Callable[[Rise], str]]] = {
    "Flux": lambda rise: one_line(rise.stream),
    "Semaine": lambda rise: rise.week,
    "Depuis": lambda rise: rise.since,
    "Vue jusqu'à": lambda rise: rise.until,
    "Observés": lambda rise: number(rise.observed),
    "Attendus": lambda rise: f"{rise.expected:.1f}".replace(".", ","),
    "Par hasard, une fois en": lambda rise: f"{number(round(rise.recurrence_weeks))} semaines",
}
"""The columns: the title, and the value of each."""
_NUMBERS: Final = (4, 5, 6)


def signals(  # noqa: PLR0917  (typer passes them by name)
    counts: Annotated[
        Path,
        typer.Option(
            "--counts",
            metavar="FICHIER",
            help="Des nombres par semaine : colonnes flux, semaine, nombre (CSV, JSON Lines ou .xlsx).",
        ),
    ],
    false_alarms: Annotated[
        float,
        typer.Option("--false-alarms", metavar="PART", help="Fausses alertes admises, par semaine d'un flux."),
    ] = FALSE_ALARMS,
    alarms_a_year: Annotated[
        float | None,
        typer.Option("--alarms-a-year", metavar="NOMBRE", help="Fausses alertes admises par an, tous flux confondus."),
    ] = None,
    detector: Annotated[
        str, typer.Option("--detector", metavar="NOM", help=f"La méthode : {' ou '.join(DETECTORS)}.")
    ] = "scan",
    output_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="csv ou json (par défaut : à l'écran).")
    ] = None,
    output: OutputFile = None,
) -> int:
    """Une semaine sans ligne compte pour 0 ; les semaines se suivent d'un bout à l'autre du fichier."""
    if output_format not in {None, "csv", "json"}:
        raise CommandError(f"--format : « {output_format} » ; choisissez csv ou json")
    if output_format is None and output is not None:
        raise CommandError("--output : l'écran ne s'écrit pas dans un fichier ; indiquez aussi --format csv ou json")
    if detector not in DETECTORS:
        raise CommandError(f"--detector : « {detector} » ; choisissez {' ou '.join(DETECTORS)}")
    found = read_file(counts, read_counts)
    try:
        rises = detect_rises(found.streams, false_alarms=false_alarms, alarms_a_year=alarms_a_year, detector=detector)
    except ValueError:
        option = "--false-alarms" if alarms_a_year is None else "--alarms-a-year"
        raise CommandError(f"{option} : entre 0 et 1 fausse alerte par semaine d'un flux, les bornes exclues") from None
    if output_format is None:
        _show(found, rises, detector)
    elif output_format == "csv":
        rows = [list(_COLUMNS), *([value(rise) for value in _COLUMNS.values()] for rise in rises)]
        write_document(csv_text(rows), output, encoding=SPREADSHEET_ENCODING)
    else:
        document = {"detector": detector, "filled": found.filled, "rises": [attrs.asdict(rise) for rise in rises]}
        write_document(replace_unstorable(json.dumps(document, ensure_ascii=False, indent=2) + "\n"), output)
    return 0


def _show(found: CountTable, rises: tuple[Rise, ...], detector: str) -> None:
    screen, chosen = console(), DETECTORS[detector]
    weeks = len(found.streams[0].counts)
    screen.print(
        f"{number(len(found.streams))} flux, {number(weeks)} {plural('semaine', weeks)} : {chosen.definition.fr}"
    )
    if found.filled:
        lines = plural("semaine", found.filled)
        screen.print(f"{number(found.filled)} {lines} sans ligne, comptées pour 0")
    if weeks <= chosen.before:
        screen.print(f"Il faut plus de {chosen.before} semaines : rien n'est dit de celles-ci.")
    elif not rises:
        screen.print("Aucune hausse.")
    else:
        screen.print()
        show(
            screen,
            table(list(_COLUMNS), [[value(rise) for value in _COLUMNS.values()] for rise in rises], right=_NUMBERS),
        )
