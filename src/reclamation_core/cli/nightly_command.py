"""`reclamation nightly`: the job that a register needs once a day."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from signal import default_int_handler
from typing import Annotated, Final
from urllib.parse import quote

import typer

from reclamation_core.cases import event_document
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.cli import handling_termination
from reclamation_core.cli.database_commands import address, desk_on, existing, name_of
from reclamation_core.cli.errors import CommandError, in_french, read_file
from reclamation_core.cli.options import Db, DocumentsOption, PoliciesOption, SitesOption, read_editions
from reclamation_core.cli.terminal import say, warn, write_document
from reclamation_core.desk import CheckpointPublication, Desk, JobBusyError
from reclamation_core.documents import canonical_json
from reclamation_core.documents.atomic_files import atomic_file, require_output
from reclamation_core.ports import CheckpointRecord, FeedItem
from reclamation_core.reporting.time_stamps import http_authority
from reclamation_core.vocabulary import Sites

_BUSY: Final = 3
_INTERRUPTED: Final = 4
_STOPPED: Final = (
    "reclamation : commencé, puis interrompu à la demande ; relancez-le : ce qui est fait n'est pas refait."
)


def nightly(  # noqa: PLR0917  (typer passes them by name)
    db: Db = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Contrôler aussi chaque dossier et chaque plan ; toute la base est lue.")
    ] = False,
    publish: Annotated[
        str | None,
        typer.Option(
            "--publish",
            metavar="COMMANDE",
            help="La commande qui reçoit chaque alerte sur son entrée standard : une ligne de JSON.",
        ),
    ] = None,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FICHIER", help="Où écrire le compte rendu en JSON.")
    ] = None,
    digests: Annotated[
        Path | None,
        typer.Option(
            "--digest",
            metavar="DOSSIER",
            help="Le dossier où écrire le résumé du jour : un texte par centre, et un pour l'ensemble.",
        ),
    ] = None,
    signals: Annotated[
        bool,
        typer.Option(
            "--signals", help="Chercher aussi les hausses et les inscrire au plan concerné (extra simulation)."
        ),
    ] = False,
    themes_file: Annotated[
        Path | None,
        typer.Option(
            "--themes",
            metavar="FICHIER",
            help="Suggérer un thème aux dossiers ouverts qui n'en ont pas, d'après ces mots-clés (TOML, extra themes).",
        ),
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="DOSSIER", help="Le dossier où publier le point de contrôle (avec --key)."
        ),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key", metavar="FICHIER", help="La clé privée Ed25519 qui le signe.")
    ] = None,
    origin: Annotated[str | None, typer.Option("--origin", metavar="NOM", help="Le nom du journal.")] = None,
    authority: Annotated[
        str | None, typer.Option("--tsa", metavar="ADRESSE", help="L'autorité d'horodatage (RFC 3161).")
    ] = None,
    policy_files: PoliciesOption = None,
    sites_file: SitesOption = None,
    documents: DocumentsOption = None,
) -> int:
    """Le code de sortie vaut 1 en cas d'anomalie, 2 si rien n'a commencé, 3 si ce travail est déjà en cours, 4 s'il a
    commencé puis a été interrompu.
    """
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    themes = None if themes_file is None else read_file(themes_file, ThemeKeywords.from_toml)
    send = None if publish is None else _sender(publish)
    published = publication_to(checkpoints, key_file, origin, authority)
    if report_file is not None:
        require_output(report_file, "--report")
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites, documents) as desk:
        if digests is not None:
            digests.mkdir(parents=True, exist_ok=True)
            require_output(digests / "ensemble.txt", "--digest")
        try:
            with handling_termination(default_int_handler):
                report = desk.maintenance.nightly(
                    verify=verify, publish=send, signals=signals, themes=themes, checkpoint=published
                )
        except JobBusyError as error:
            warn(f"reclamation : {in_french(error)}")
            return _BUSY
        except KeyboardInterrupt:
            warn(_STOPPED)
            return _INTERRUPTED
        say(f"{name_of(engine)}\n{report.to_text()}")
        if digests is not None:
            _write_digests(desk, sites, digests)
    if report_file is not None:
        write_document(json.dumps(report.to_document(), ensure_ascii=False, indent=1) + "\n", report_file)
    if report.interrupted is not None:
        return _INTERRUPTED
    return 0 if report.is_clean else 1


def publication_to(
    folder: Path | None, key_file: Path | None, origin: str | None, authority: str | None
) -> CheckpointPublication | None:
    """Return where the checkpoint is published: two files of a folder, named by its number of events."""
    if folder is None and key_file is None:
        if origin is not None or authority is not None:
            raise CommandError("--origin et --tsa complètent un point de contrôle ; indiquez --checkpoint et --key")
        return None
    if folder is None or key_file is None:
        raise CommandError("--checkpoint et --key vont ensemble : le dossier de publication, et la clé qui signe")
    published = CheckpointPublication(
        publish=lambda record: _write_checkpoint(record, folder),
        key=key_file.read_bytes(),
        origin=origin,
        authority=None if authority is None else http_authority(authority),
    )
    folder.mkdir(parents=True, exist_ok=True)
    require_output(folder / "point-de-controle.txt", "--checkpoint")
    return published


def _write_checkpoint(record: CheckpointRecord, folder: Path) -> None:
    path = folder / f"point-de-controle-{record.size:012}.txt"
    write_document(record.note, path)
    if record.token is not None:
        with atomic_file(path.with_suffix(".tsr")) as file:
            file.write(record.token)


def _write_digests(desk: Desk, sites: Sites | None, folder: Path) -> None:
    """Write what is to be done today: a text for each site, and one for all."""
    desks = {"ensemble": desk} | {f"centre-{code}": desk.scoped(site=code) for code in sites or ()}
    for name, scoped in desks.items():
        write_document(scoped.worklist().to_text(), folder / f"{quote(name, safe=' ')}.txt")


def _sender(command: str) -> Callable[[FeedItem], None]:
    """Return a handler that runs a command for each alert; no shell reads it."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise CommandError("--publish : une commande est attendue, ses guillemets fermés")

    def send(item: FeedItem) -> None:
        subprocess.run(words, input=canonical_json(event_document(item.event)).encode() + b"\n", check=True)  # noqa: S603  typed by the operator

    return send
