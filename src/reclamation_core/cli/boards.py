"""`reclamation board`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import attrs

from reclamation_core.cli.board.files import as_csv, as_json
from reclamation_core.cli.board.screen import show_board
from reclamation_core.cli.board.shown import Board, board_of
from reclamation_core.cli.databases import address, desk_on, existing, name_of
from reclamation_core.cli.refusals import CommandError, of_the_file
from reclamation_core.cli.screen import console
from reclamation_core.cli.terminal import give
from reclamation_core.cli.triages import edition
from reclamation_core.cli.words import calendar_of, typed_day
from reclamation_core.desk import Desk
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, replace_unstorable
from reclamation_core.intake.files import atomic_writer
from reclamation_core.vocabulary import Sites

_AHEAD: Final = timedelta(days=14)


@attrs.frozen(kw_only=True)
class BoardRequest:
    """What a board is asked to show, and how."""

    url: str | None
    site: str | None
    region: str | None
    sites: Path | None
    policy: Path | None
    as_of: str | None
    until: str | None
    limit: int
    written: str | None
    output: Path | None


def board(request: BoardRequest) -> int:
    """Show what is due, or write it down."""
    _check(request)
    as_of, until = _days(request)
    policy = edition(request.policy)
    sites = None if request.sites is None else of_the_file(request.sites, Sites.from_toml)
    with existing(address(request.url)) as engine, desk_on(engine, policy, sites) as desk:
        seen, place = _scoped(desk, request, sites)
        found = board_of(seen, name=name_of(engine), place=place, as_of=as_of, until=until)
    _give(found, request)
    return 0


def _check(request: BoardRequest) -> None:
    if request.site is not None and request.region is not None:
        raise CommandError("--site, --region : donnez l'un ou l'autre")
    if request.limit < 0:
        raise CommandError("--limit : donnez un nombre de lignes, 0 pour toutes")
    if request.written not in {None, "csv", "json"}:
        raise CommandError(f"--format : « {request.written} » ; choisissez csv ou json")
    if request.output is not None and request.written is None:
        raise CommandError("--output : l'écran ne s'écrit pas dans un fichier ; donnez aussi --format csv ou json")


def _days(request: BoardRequest) -> tuple[date, date]:
    today = datetime.now(calendar_of("metropole").zone).date()
    as_of = today if request.as_of is None else typed_day(request.as_of, "--as-of")
    until = as_of + _AHEAD if request.until is None else typed_day(request.until, "--until")
    if until < as_of:
        raise CommandError(f"--until : {until} précède le jour d'où l'on regarde, {as_of}")
    return as_of, until


def _scoped(desk: Desk, request: BoardRequest, sites: Sites | None) -> tuple[Desk, str]:
    """The desk that sees no more than is asked for, and what that is called."""
    if request.site is not None:
        return desk.scoped(site=request.site), f"site {request.site}"
    if request.region is None:
        return desk, ""
    regions = sorted({sites[code].region for code in sites}) if sites is not None else []
    if request.region not in regions:
        known = f"choisissez parmi {', '.join(regions)}" if regions else "donnez les sites et leurs régions par --sites"
        raise CommandError(f"--region : « {request.region} » n'est la région d'aucun site ; {known}")
    return desk.scoped(region=request.region), f"région {request.region}"


def _give(found: Board, request: BoardRequest) -> None:
    if request.written is None:
        show_board(console(), found, request.limit)
        return
    text = replace_unstorable(as_csv(found) if request.written == "csv" else as_json(found))
    if request.output is None:
        give(text)
        return
    with atomic_writer(request.output, SPREADSHEET_ENCODING if request.written == "csv" else "utf-8") as file:
        file.write(text)
