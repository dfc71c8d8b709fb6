"""The command `reclamation signals`: rises in a table of weekly counts or of a register, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import attrs
import typer

from reclamation_core.cli.board_command import scoped_desk
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import AsOf, Db, OutputFile, RegionScope, SiteScope, SitesOption, as_of_day
from reclamation_core.cli.terminal import console, number, one_line, plural, show, table, warn, write_document
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, replace_unstorable
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.indicators.detection import DETECTORS, FALSE_ALARMS, Rise, detect_rises
from reclamation_core.indicators.streams import ALARMS_A_YEAR, stream_in_words
from reclamation_core.intake.weekly_counts import CountTable, read_counts
from reclamation_core.plans.signals import PlanSignal, name_of_stream, week_in_words
from reclamation_core.vocabulary import Sites

_COLUMNS: Final[dict[str, Callable[[Rise], str | int]]] = {
    "Flux": lambda rise: one_line(rise.stream),
    "Semaine": lambda rise: rise.week,
    "Depuis": lambda rise: rise.since,
    "Vue jusqu'à": lambda rise: rise.until,
    "Observés": lambda rise: rise.observed,
    "Attendus": lambda rise: f"{rise.expected:.1f}".replace(".", ","),
    "Par hasard, une fois toutes les n semaines": lambda rise: round(rise.recurrence_weeks),
}
"""The columns: the title, and the value of each."""
_NUMBERS: Final = (4, 5, 6)
_NOT_RECORDED: Final = "non inscrite"
_RECORDED: Final[dict[str, Callable[[PlanSignal], str]]] = {
    "Signal inscrit": lambda one: one_line(one.stream.fr),
    "Plan": lambda one: one_line(one.plan.label("fr")),
    "Semaine": lambda one: week_in_words(one.week).fr,
    "État": lambda one: one.state.label(),
    "Actions": lambda one: one_line(", ".join(one.actions)),
}
"""The columns of the signals that plans have."""


def signals(  # noqa: PLR0917  (typer passes them by name)
    counts: Annotated[
        Path | None,
        typer.Option(
            "--counts",
            metavar="FICHIER",
            help="Des nombres par semaine : colonnes flux, semaine, nombre (CSV, JSON Lines ou .xlsx).",
        ),
    ] = None,
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms",
            metavar="PART",
            help=f"Fausses alertes admises, par semaine d'un flux de --counts (par défaut : {FALSE_ALARMS}).",
        ),
    ] = None,
    alarms_a_year: Annotated[
        float | None,
        typer.Option("--alarms-a-year", metavar="NOMBRE", help="Fausses alertes admises par an, tous flux confondus."),
    ] = None,
    false_discoveries: Annotated[
        float | None,
        typer.Option(
            "--false-discoveries",
            metavar="PART",
            help="Part de fausses alertes parmi celles d'une semaine (farrington).",
        ),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(
            "--detector",
            metavar="NOM",
            help=f"La méthode, avec --counts : {' ou '.join(DETECTORS)} (par défaut : cusum).",
        ),
    ] = None,
    db: Db = None,
    sites_file: SitesOption = None,
    site: SiteScope = None,
    region: RegionScope = None,
    as_of: AsOf = None,
    output_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="csv ou json (par défaut : à l'écran).")
    ] = None,
    output: OutputFile = None,
) -> int:
    """Sans --counts, les flux sont ceux de la base : par centre et thème, centre, région, thème, ensemble. L'état est
    celui du signal inscrit au plan par le travail de nuit.

    Une semaine sans ligne compte pour 0 ; les semaines se suivent d'un bout à l'autre du fichier.
    """
    if output_format not in {None, "csv", "json"}:
        raise CommandError(f"--format : « {output_format} » ; choisissez csv ou json")
    if output_format is None and output is not None:
        raise CommandError("--output : l'écran ne s'écrit pas dans un fichier ; indiquez aussi --format csv ou json")
    of_counts = {"--detector": detector, "--false-alarms": false_alarms, "--false-discoveries": false_discoveries}
    of_register = {"--db": db, "--sites": sites_file, "--site": site, "--region": region, "--as-of": as_of}
    refused = [name for name, given in (of_counts if counts is None else of_register).items() if given is not None]
    if refused:
        is_only = "ne s'emploie qu'avec --counts" if counts is None else "ne s'emploie pas avec --counts"
        raise CommandError(f"{refused[0]} : {is_only}")
    rates = {**of_counts, "--alarms-a-year": alarms_a_year}
    several = [name for name, given in rates.items() if given is not None and name != "--detector"]
    if len(several) > 1:
        raise CommandError(f"{' et '.join(several)} : une seule de ces options")
    detector = detector or "cusum"
    if detector not in DETECTORS:
        raise CommandError(f"--detector : « {detector} » ; choisissez {' ou '.join(DETECTORS)}")
    if counts is None:
        return _of_register(db, sites_file, site, region, as_of, alarms_a_year, output_format, output)
    found = read_file(counts, read_counts)
    if false_discoveries is not None and (not 0 < false_discoveries < 1 or not DETECTORS[detector].has_p_values):
        raise CommandError(
            "--false-discoveries : une part entre 0 et 1, les bornes exclues, avec --detector farrington"
        )
    with _rate_refused(alarms_a_year):
        rises = detect_rises(
            found.streams,
            false_alarms=FALSE_ALARMS if false_alarms is None else false_alarms,
            alarms_a_year=alarms_a_year,
            false_discoveries=false_discoveries,
            detector=detector,
        )
    if output_format is None:
        _show(found, rises, detector)
        return 0
    for line in _limits(found, detector):
        warn(line)
    document = {
        "detector": detector,
        "streams": len(found.streams),
        "weeks": len(found.streams[0].counts),
        "weeks_before": DETECTORS[detector].before,
        "filled": found.filled,
        "rises": [attrs.asdict(rise) for rise in rises],
    }
    _write([[*_COLUMNS], *_rows(rises)], document, output_format, output)
    return 0


def _of_register(  # noqa: PLR0917  (as typer passes them)
    db: str | None,
    sites_file: Path | None,
    site: str | None,
    region: str | None,
    as_of: str | None,
    alarms_a_year: float | None,
    output_format: str | None,
    output: Path | None,
) -> int:
    day = None if as_of is None else as_of_day(as_of)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    accepted = ALARMS_A_YEAR if alarms_a_year is None else alarms_a_year
    with existing(address(db)) as engine, desk_on(engine, sites=sites) as desk, _rate_refused(accepted):
        scoped = scoped_desk(desk, site, region, sites)[0]
        found, recorded = scoped.rises(as_of=day, alarms_a_year=accepted), scoped.signals()
    states = {one.reference: one.state.label() for one in recorded.on_plans}
    streams = [name_of_stream(one.kind, one.key) for one in found]
    names = [stream_in_words(stream, Sites() if sites is None else sites).fr for stream in streams]
    rises = [attrs.evolve(one.rise, stream=name) for one, name in zip(found, names, strict=True)]
    rows = _rows(rises)
    ends = [
        [states.get(f"{stream}@{one.rise.week}", _NOT_RECORDED), ", ".join(one.cases)]
        for stream, one in zip(streams, found, strict=True)
    ]
    if output_format is not None:
        lines: list[list[str | int]] = [[*_COLUMNS, "État", "Dossiers"]]
        lines += ([*row, *end] for row, end in zip(rows, ends, strict=True))
        document = {
            "alarms_a_year": accepted,
            "rises": [attrs.asdict(one) for one in found],
            "on_plans": recorded.to_document()["on_plans"],
        }
        _write(lines, document, output_format, output)
        return 0
    screen = console()
    if not found:
        screen.print("Aucune hausse.")
    else:
        listed = [[*_on_screen(row), state] for row, (state, _) in zip(rows, ends, strict=True)]
        show(screen, table([*_COLUMNS, "État"], listed, right=_NUMBERS))
    if recorded.on_plans:
        screen.print()
        show(
            screen, table(list(_RECORDED), [[value(one) for value in _RECORDED.values()] for one in recorded.on_plans])
        )
    return 0


@contextmanager
def _rate_refused(alarms_a_year: float | None) -> Iterator[None]:
    """Report a rate of false alarms that is refused under the name of its option."""
    try:
        yield
    except ValueError as error:
        if isinstance(error, FaultsError) and [one.path for one in error.faults] == ["alarms_a_year"]:
            raise CommandError(f"--alarms-a-year : {error.faults[0].expected.fr}") from None
        if isinstance(error, ReclamationError):
            raise
        option = "--false-alarms" if alarms_a_year is None else "--alarms-a-year"
        raise CommandError(f"{option} : entre 0 et 1 fausse alerte par semaine d'un flux, les bornes exclues") from None


def _rows(rises: Iterable[Rise]) -> list[list[str | int]]:
    return [[value(rise) for value in _COLUMNS.values()] for rise in rises]


def _on_screen(row: Iterable[str | int]) -> list[str]:
    """Return a row with the thousands of its numbers separated, and its weeks in words."""
    name, *others = (number(value) if isinstance(value, int) else value for value in row)
    return [name, *(week_in_words(value).fr for value in others)]


def _write(rows: Iterable[Sequence[str | int]], document: object, output_format: str, output: Path | None) -> None:
    if output_format == "csv":
        write_document(csv_text(map(str, row) for row in rows), output, encoding=SPREADSHEET_ENCODING)
    else:
        write_document(replace_unstorable(json.dumps(document, ensure_ascii=False, indent=2) + "\n"), output)


def _show(found: CountTable, rises: tuple[Rise, ...], detector: str) -> None:
    screen, chosen = console(), DETECTORS[detector]
    weeks = len(found.streams[0].counts)
    screen.print(
        f"{number(len(found.streams))} flux, {number(weeks)} {plural('semaine', weeks)} : {chosen.definition.fr}"
    )
    for line in _limits(found, detector):
        screen.print(line)
    if weeks > chosen.before and not rises:
        screen.print("Aucune hausse.")
    elif rises:
        screen.print()
        show(screen, table(list(_COLUMNS), [_on_screen(row) for row in _rows(rises)], right=_NUMBERS))


def _limits(found: CountTable, detector: str) -> Iterator[str]:
    """Yield what an empty list of rises does not say: weeks that were filled, and too few weeks."""
    before = DETECTORS[detector].before
    if found.filled:
        counted = plural("comptée", found.filled)
        yield f"{number(found.filled)} {plural('semaine', found.filled)} sans ligne, {counted} pour 0"
    if len(found.streams[0].counts) <= before:
        yield f"Il faut plus de {before} semaines : rien n'est dit de celles-ci."
