"""`reclamation page`: the page that compares two editions in a browser, as a folder for any web server."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from reclamation_core.cli.options import require_port
from reclamation_core.cli.terminal import number, say
from reclamation_core.laboratory.comparison_page.folder import write_page_folder


def page(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DOSSIER", help="Le dossier où l'écrire : vide, nouveau, ou déjà écrit par elle."
        ),
    ],
    pyodide: Annotated[
        Path | None,
        typer.Option(
            "--pyodide",
            metavar="PAQUET",
            help="Le paquet npm « pyodide », fichier .tgz ou dossier (par défaut : npm le télécharge).",
        ),
    ] = None,
    serve: Annotated[
        int | None, typer.Option("--serve", metavar="PORT", help="Ouvrir ensuite le dossier sur ce poste, à ce port.")
    ] = None,
) -> int:
    """Rien n'est envoyé : les règles s'exécutent dans le navigateur, qui ne charge que les fichiers de ce dossier.

    Publiez le dossier tel quel sur un serveur web, à la racine ou dans un sous-dossier ; pour l'essayer sur ce poste,
    ajoutez --serve 8000.
    """
    if serve is not None:
        require_port("--serve", serve)
    size = write_page_folder(output, pyodide)
    say(f"{output} : la page est écrite, {number(round(size / 1000))} ko")
    if serve is not None:
        _serve(output, serve)
    return 0


def _serve(folder: Path, port: int) -> None:
    """Serve a folder to this machine until Ctrl+C."""
    with ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        say(f"http://localhost:{server.server_port}/ (anglais : en.html), jusqu'à Ctrl+C")
        with suppress(KeyboardInterrupt):
            server.serve_forever()
