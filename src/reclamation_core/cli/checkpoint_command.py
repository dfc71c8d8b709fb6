"""`reclamation checkpoint`: checkpoints of the log of all events, and the comparison of a register with older ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.error import URLError

import typer

from reclamation_core.cases.log import LogCheckpoint, LogFault
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import Db, OutputFile
from reclamation_core.cli.terminal import number, plural, say, write_document
from reclamation_core.documents.atomic_files import atomic_file, require_output
from reclamation_core.errors import ReclamationError
from reclamation_core.reporting.time_stamps import http_authority
from reclamation_core.reporting.verifier import UnreadableError, public_key

_YEAR: Final = 365 * 24 * 60
_WITHOUT_ROOTS: Final = (
    "Sans --tsa-roots, la signature de l'horodatage n'est pas contrôlée : n'importe qui peut l'avoir écrit."
)
Origin = Annotated[
    str | None,
    typer.Option("--origin", metavar="NOM", help="Le nom du journal, toujours le même (par défaut : reclamations)."),
]
PrivateKey = Annotated[
    Path, typer.Option("--key", metavar="FICHIER", help="La clé privée Ed25519 qui signe (ssh-keygen -t ed25519).")
]
PublicKey = Annotated[
    Path | None, typer.Option("--key", metavar="FICHIER", help="La clé publique qui doit avoir signé (cle.pub).")
]
AuthorityUrl = Annotated[
    str | None, typer.Option("--tsa", metavar="ADRESSE", help="L'autorité d'horodatage (RFC 3161) à qui le demander.")
]
TokenOutput = Annotated[Path | None, typer.Option("--token", metavar="SORTIE", help="Où écrire sa réponse (.tsr).")]
TokenInput = Annotated[
    Path | None, typer.Option("--token", metavar="FICHIER", help="La réponse de l'autorité d'horodatage (.tsr).")
]
Roots = Annotated[
    Path | None, typer.Option("--tsa-roots", metavar="FICHIER", help="Les certificats des autorités reconnues (PEM).")
]
Tolerance = Annotated[
    int,
    typer.Option(
        "--tolerance", metavar="MINUTES", min=0, max=_YEAR, help="L'écart admis entre enregistrement et horodatage."
    ),
]
Older = Annotated[Path, typer.Argument(metavar="ANCIEN", help="Le point de contrôle publié.")]
Newer = Annotated[Path | None, typer.Argument(metavar="[RECENT]", help="Un point de contrôle plus récent.")]


def write(  # noqa: PLR0917  (typer passes them by name)
    key_file: PrivateKey,
    db: Db = None,
    origin: Origin = None,
    authority: AuthorityUrl = None,
    token_file: TokenOutput = None,
    output: OutputFile = None,
) -> int:
    """Écrire un point de contrôle du journal de tous les événements.

    Signé, il se publie hors de la base ; il ne révèle que le nombre d'événements.
    """
    if (authority is None) != (token_file is None):
        raise CommandError("--tsa et --token vont ensemble : l'autorité d'horodatage, et le fichier de sa réponse")
    key = key_file.read_bytes()
    if token_file is not None:
        require_output(token_file, "--token")
    with existing(address(db)) as engine, desk_on(engine) as desk:
        named = None if authority is None else http_authority(authority)
        try:
            record = desk.log.write_checkpoint(key, origin=origin, authority=named)
        except ReclamationError:
            raise
        except (OSError, ValueError) as error:
            reason = " ".join(str(error.reason if isinstance(error, URLError) else error).split())
            raise CommandError(
                f"--tsa : l'autorité d'horodatage ne répond pas, ou mal ({reason}) ; le point de contrôle est dans la "
                "base sans son heure : relancez la commande"
            ) from None
    if token_file is not None:
        with atomic_file(token_file) as file:
            file.write(record.token or b"")
    size = f"{number(record.size)} {plural('événement', record.size)}"
    write_document(record.note, output, f"Point de contrôle de {size} : {output}")
    return 0


def compare(  # noqa: PLR0917  (typer passes them by name)
    older: Older,
    newer: Newer = None,
    db: Db = None,
    key_file: PublicKey = None,
    token_file: TokenInput = None,
    roots_file: Roots = None,
    tolerance: Tolerance = 60,
) -> int:
    """Comparer la base à un point de contrôle publié.

    Chaque événement est relu ; toute réécriture de ce qui précède le point de contrôle se voit.
    """
    try:
        key = None if key_file is None else public_key(key_file)
    except UnreadableError as error:
        raise CommandError(f"--key : {error.args[0]}") from None
    notes = [None if path is None else read_file(path, _read) for path in (older, newer)]
    with existing(address(db)) as engine, desk_on(engine) as desk:
        found = desk.log.compare(
            str(notes[0]),
            notes[1],
            public_key=key,
            token=None if token_file is None else token_file.read_bytes(),
            roots=None if roots_file is None else roots_file.read_bytes(),
            tolerance=timedelta(minutes=tolerance),
        )
    for fault in found:
        say(_described(fault))
    if token_file is not None and roots_file is None:
        say(_WITHOUT_ROOTS)
    say(f"{number(len(found))} {plural('écart', len(found))}." if found else "Aucun écart : rien n'a été réécrit.")
    return 1 if found else 0


def _read(path: Path) -> str:
    text = path.read_bytes().decode("utf-8", "replace")
    LogCheckpoint.parse(text)
    return text


def _described(fault: LogFault) -> str:
    holder = "Le journal" if fault.holder is None else fault.holder
    where = "" if fault.number is None else f", événement {fault.number}"
    return f"{holder}{where} : {fault.kind.label('fr')}"
