"""The arguments and options that several commands have, and what a command gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Job: TypeAlias = Callable[[], int]
"""What a command line asked for, to be done: its exit status."""

File = Annotated[Path, typer.Argument(metavar="FICHIER", help="Le fichier : CSV, JSON Lines ou .xlsx.")]
Output = Annotated[
    Path | None, typer.Option("--output", metavar="SORTIE", help="Où écrire les décisions ; à côté du fichier sinon.")
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="TOML", help="La correspondance des colonnes et des valeurs.")
]
Policy = Annotated[
    Path | None, typer.Option("--policy", metavar="TOML", help="L'édition de la procédure ; M2-1 sinon.")
]
Sites = Annotated[Path | None, typer.Option("--sites", metavar="TOML", help="Les sites et leurs jours de fermeture.")]
Territory = Annotated[str, typer.Option("--territory", metavar="T", help="Le territoire, pour ses jours fériés.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Le jour d'où l'on regarde ; aujourd'hui sinon.")
]
Delimiter = Annotated[str, typer.Option("--delimiter", metavar="S", help="Le séparateur du CSV écrit : , ; | ou tab.")]
Format = Annotated[
    str | None, typer.Option("--format", metavar="F", help="csv ou jsonl ; selon le nom de SORTIE sinon.")
]
Db = Annotated[
    str | None, typer.Option("--db", metavar="URL", help="L'adresse de la base ; celle de RECLAMATION_DB sinon.")
]
Url = Annotated[
    str | None, typer.Argument(metavar="[URL]", help="L'adresse de la base ; celle de RECLAMATION_DB sinon.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FICHIER", help="Le fichier de la clé qui scelle, 16 octets au moins."),
]
PolicyFile = Annotated[Path | None, typer.Argument(metavar="[FICHIER]", help="Un fichier de politique ; M2-1 sinon.")]
