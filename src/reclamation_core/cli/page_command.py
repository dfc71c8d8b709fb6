"""`reclamation page`: the page that compares two editions in a browser, as a folder for any web server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
) -> int:
    """Rien n'est envoyé : les règles s'exécutent dans le navigateur, qui ne charge que les fichiers de ce dossier.

    Publiez le dossier tel quel sur un serveur web, à la racine ou dans un sous-dossier. Pour l'essayer sur ce poste :
    python -m http.server --directory DOSSIER
    """
    size = write_page_folder(output, pyodide)
    say(f"{output} : la page est écrite, {number(round(size / 1000))} ko")
    return 0
