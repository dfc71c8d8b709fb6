"""`reclamation serve`: the board on this machine, for one person, from an installed package."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from reclamation_core.adapters.media_types import media_type_of
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cli.board_command import scoped_desk
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import (
    Db,
    DocumentsOption,
    PoliciesOption,
    RegionScope,
    SiteScope,
    SitesOption,
    chosen_member,
    read_editions,
    require_port,
)
from reclamation_core.cli.terminal import say
from reclamation_core.errors import MissingExtraError
from reclamation_core.integrations.board import ActingRole, Board
from reclamation_core.reporting import LetterSettings, TextBlock
from reclamation_core.vocabulary import Role, Sites
from reclamation_core.wording import LANGUAGES, Lang

_ROLES: Final = {"unite": Role.HANDLING_UNIT, "rqr": Role.RQR, "aq": Role.AQ, "systeme": Role.SYSTEM}


def serve(  # noqa: PLR0917  (typer passes them by name)
    db: Db = None,
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="Le port de cette machine.")] = 8000,
    user: Annotated[
        str, typer.Option("--user", metavar="NOM", help="Le nom de la personne qui utilise le tableau de bord.")
    ] = "utilisateur local",
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help=f"Son rôle au début : {', '.join(_ROLES)}.")
    ] = next(iter(_ROLES)),
    site: SiteScope = None,
    region: RegionScope = None,
    sites_file: SitesOption = None,
    policy_files: PoliciesOption = None,
    letters_file: Annotated[
        Path | None,
        typer.Option("--letters", metavar="FICHIER", help="L'organisme et le signataire des courriers (TOML)."),
    ] = None,
    blocks_file: Annotated[
        Path | None, typer.Option("--text-blocks", metavar="FICHIER", help="Les textes types des réponses (TOML).")
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option("--key", metavar="FICHIER", help="La clé privée Ed25519 qui signe les dossiers de preuves."),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="LANGUE", help="La langue des pages : fr ou en (par défaut : du navigateur)."),
    ] = None,
    documents: DocumentsOption = None,
) -> int:
    """Pour une seule personne, sur ce poste."""
    require_port("--port", port)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    read_letters = partial(LetterSettings.from_toml, sites=sites)
    letters = LetterSettings() if letters_file is None else read_file(letters_file, read_letters)
    read_blocks = partial(TextBlock.from_toml, taxonomy=TRAINING_BODY)
    blocks = () if blocks_file is None else read_file(blocks_file, read_blocks)
    key = None if key_file is None else key_file.read_bytes()
    language: Lang | None = next((one for one in LANGUAGES if one == lang), None)
    if lang is not None and language is None:
        raise CommandError(f"--lang : « {lang} » est inconnu ; indiquez {' ou '.join(LANGUAGES)}")
    if documents is not None:
        media_type_of(b"")  # each upload needs the extra
    with existing(address(db)) as engine:
        first = chosen_member(role, _ROLES, "--role")
        desk = desk_on(engine, read_editions(policy_files), sites, documents, TRAINING_BODY)
        scoped_desk(desk, site, region, sites)  # refuses what names no site and no region
        place, area = () if site is None else (site,), () if region is None else (region,)
        several = dict.fromkeys((first, *Role))
        roles = [ActingRole(one, place, area) for one in several if one is not Role.SYSTEM or one is first]
        board = Board(
            sites=sites, taxonomy=TRAINING_BODY, letters=letters, text_blocks=blocks, signing_key=key, lang=language
        )
        _run(application_for(desk, board, user, roles), port)
    return 0


def application_for(desk: object, board: Board, user: str, roles: list[ActingRole]) -> Any:
    """Return the application that serves the board to a person, who acts in the first of some roles or chooses another.

    Raises:
        MissingExtraError: FastAPI is not installed.
    """
    try:
        from fastapi import FastAPI

        from reclamation_core.integrations.fastapi import acting_desk, board_router
    except ImportError as error:
        raise MissingExtraError("FastAPI", "serve") from error
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    person: dict[str, Any] = {"user": lambda: user, "roles": lambda: roles}
    application.include_router(board_router(acting_desk(lambda: desk, **person), board, **person))
    return application


def _run(application: Any, port: int) -> None:
    """Serve an application on this machine alone until Ctrl-C.

    Raises:
        MissingExtraError: uvicorn is not installed.
        OSError: the port is in use.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtraError("uvicorn", "serve") from error
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning")
    with config.bind_socket() as listening:
        listening.listen()  # a browser that is opened now waits for the server
        say(f"Tableau de bord : http://127.0.0.1:{listening.getsockname()[1]}/ (Ctrl-C pour arrêter)")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
