"""The commands that stand in groups: of editions, of conformance cases, of the database."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reclamation_core.cli import conformances, maintenance, policies
from reclamation_core.cli.options import Job, KeyFile, Policy, PolicyFile, Url

policy_app = typer.Typer(help="Lire, vérifier, écrire ou comparer des éditions de la procédure.", no_args_is_help=True)
conformance_app = typer.Typer(
    help="Écrire des cas de conformité depuis une édition, ou en vérifier une.", no_args_is_help=True
)
db_app = typer.Typer(help="Tenir la base : son schéma, et ce qu'elle contient.", no_args_is_help=True)


@db_app.command("upgrade")
def db_upgrade(url: Url = None) -> Job:
    """Mettre en place le schéma d'une base, ou le mettre à jour ; faites d'abord une copie de la base."""
    return partial(maintenance.upgrade, url)


@db_app.command("check")
def db_check(url: Url = None) -> Job:
    """Dire si le schéma d'une base est à jour."""
    return partial(maintenance.check, url)


@db_app.command("verify")
def db_verify(
    url: Url = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FICHIER", help="Le point de contrôle auquel comparer.")
    ] = None,
    key_file: KeyFile = None,
) -> Job:
    """Relire l'histoire de chaque dossier : ce qu'elle donne, et si elle a été modifiée."""
    return partial(maintenance.verify, url, checkpoint, key_file)


@db_app.command("checkpoint")
def db_checkpoint(
    url: Url = None,
    key_file: KeyFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="SORTIE", help="Où l'écrire ; sur la sortie standard sinon.")
    ] = None,
) -> Job:
    """Prendre un point de contrôle des histoires, à garder ailleurs que la base."""
    return partial(maintenance.checkpoint, url, key_file, output)


@policy_app.command("show")
def policy_show(file: PolicyFile = None) -> Job:
    """Afficher les règles, les lectures et les paramètres d'une édition."""
    return partial(policies.show, file)


@policy_app.command("check")
def policy_check(file: PolicyFile = None) -> Job:
    """Vérifier une édition : son fichier, puis la preuve de chacune de ses tables."""
    return partial(policies.check, file)


@conformance_app.command("write")
def conformance_write(
    policy: Policy = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="SORTIE", help="Où les écrire ; sur la sortie standard sinon."),
    ] = None,
) -> Job:
    """Écrire les cas de conformité d'une édition : des faits, et la décision attendue."""
    return partial(conformances.write, policy, output)


@conformance_app.command("check")
def conformance_check(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Les cas de conformité, en JSON.")],
    policy: Policy = None,
) -> Job:
    """Vérifier qu'une édition décide ce que des cas de conformité attendent."""
    return partial(conformances.check, file, policy)


@policy_app.command("export")
def policy_export(
    file: PolicyFile = None,
    written: Annotated[
        str,
        typer.Option("--format", metavar="F", help="dmn (DMN 1.3, pour un éditeur de décisions), json ou markdown."),
    ] = "markdown",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="SORTIE", help="Où l'écrire ; sur la sortie standard sinon."),
    ] = None,
) -> Job:
    """Écrire une édition entière : ses tables en DMN, l'édition en JSON, ou le catalogue de ses règles."""
    return partial(policies.export, file, written, output)


@policy_app.command("diff")
def policy_diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Un fichier de politique, ou M2-1.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Un autre, qui peut partir de l'édition de A.")],
    written: Annotated[str, typer.Option("--format", metavar="F", help="markdown ou html.")] = "markdown",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="SORTIE", help="Où l'écrire ; sur la sortie standard sinon."),
    ] = None,
) -> Job:
    """Dire ce que deux éditions décident autrement, avec un exemple de chaque, et ce qui change dans leurs règles."""
    return partial(policies.diff, before, after, written, output)
