"""The commands, their options, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer

from reclamation_core.cli import boards, deadlines, demonstration, persons, schemas, triages
from reclamation_core.cli.groups import conformance_app, db_app, policy_app
from reclamation_core.cli.options import (
    AsOf,
    Db,
    Delimiter,
    File,
    Format,
    Job,
    Mapping,
    Output,
    Policy,
    Sites,
    Territory,
)
from reclamation_core.cli.refusals import help_in_french, in_french
from reclamation_core.cli.terminal import say, warn
from reclamation_core.errors import ReclamationError

app = typer.Typer(
    name="reclamation",
    help="Trier des réclamations selon la procédure M2-1 : est-ce une réclamation, qui la traite, pour quand.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(policy_app, name="policy")
app.add_typer(conformance_app, name="conformance")
app.add_typer(db_app, name="db")


def _tell_version(asked: bool) -> None:
    if not asked:
        return
    try:
        told = version("reclamation-core")
    except PackageNotFoundError:  # run from its sources, installed nowhere
        told = "sans version : le paquet n'est pas installé"
    say(f"reclamation {told}")
    raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", help="Dire la version et sortir.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    pass


@app.command()
def triage(  # noqa: PLR0917  (typer gives them by name)
    file: File,
    mapping: Mapping = None,
    policy: Policy = None,
    sites: Sites = None,
    territory: Territory = "metropole",
    as_of: AsOf = None,
    output: Output = None,
    delimiter: Delimiter = ",",
    written: Format = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="S", help="Le site des lignes qui n'en nomment pas.")
    ] = None,
    db: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="Enregistrer aussi ce qui est décidé, dans cette base.")
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Enregistrer aussi ce qui est décidé, dans la base de RECLAMATION_DB.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="NOM", help="L'origine des références, pour la base ; le nom du fichier sinon."
        ),
    ] = None,
) -> Job:
    """Décider chaque ligne d'un fichier de réclamations et écrire les décisions ; les enregistrer si on le demande."""
    request = triages.Request(mapping, policy, sites, territory, as_of, site, db, register, source)
    return partial(triages.triage, file, output, request, delimiter=delimiter, written=written)


@app.command()
def demo(
    output: Annotated[
        Path, typer.Option("--output", metavar="DOSSIER", help="Le dossier où écrire les décisions.")
    ] = Path("reclamation-demo"),
) -> Job:
    """Trier le fichier fourni de réclamations inventées."""
    return partial(demonstration.demo, output)


@app.command()
def deadline(
    received: Annotated[
        str, typer.Argument(metavar="JOUR", help="Le jour ou l'instant : 2026-05-02, 2026-05-02T17:30.")
    ],
    territory: Territory = "metropole",
    policy: Policy = None,
) -> Job:
    """Dire pour quand répondre, et comment les jours sont comptés."""
    return partial(deadlines.deadline, received, territory, policy)


@app.command()
def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[NOM]", help="Le nom d'un document ; sans lui, la liste des noms.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DOSSIER", help="Le dossier où écrire ce schéma, ou tous.")
    ] = None,
) -> Job:
    """Donner le schéma JSON des documents à échanger avec un autre programme."""
    return partial(schemas.schema, name, output)


@app.command()
def board(  # noqa: PLR0917  (typer gives them by name)
    db: Db = None,
    site: Annotated[str | None, typer.Option("--site", metavar="S", help="Les dossiers d'un site seulement.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="Ceux des sites d'une région, avec --sites.")
    ] = None,
    sites: Sites = None,
    policy: Policy = None,
    as_of: AsOf = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Jusqu'à quel jour ; quatorze jours sinon.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="Combien de lignes par partie à l'écran ; 0 pour toutes.")
    ] = 50,
    written: Annotated[
        str | None, typer.Option("--format", metavar="F", help="csv ou json, avec toutes les lignes ; l'écran sinon.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="SORTIE", help="Où l'écrire ; sur la sortie standard sinon.")
    ] = None,
) -> Job:
    """Montrer ce qui est attendu : réponses en retard et à venir, questions à poser, efficacité à vérifier."""
    return partial(
        boards.board,
        boards.BoardRequest(
            url=db,
            site=site,
            region=region,
            sites=sites,
            policy=policy,
            as_of=as_of,
            until=until,
            limit=limit,
            written=written,
            output=output,
        ),
    )


@app.command()
def person(
    name: Annotated[str, typer.Argument(metavar="NOM", help="Un nom, une adresse, ou quelques mots de l'un d'eux.")],
    db: Db = None,
    as_actor: Annotated[
        bool, typer.Option("--as-actor", help="Aussi ce que cette personne a enregistré en agissant.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="SORTIE", help="Où l'écrire ; sur la sortie standard sinon.")
    ] = None,
) -> Job:
    """Donner tout ce qui est conservé sur une personne, en JSON (droit d'accès)."""
    return partial(persons.person, name, db, output, as_actor=as_actor)


def run(arguments: Sequence[str]) -> int:
    """The exit status of the command with these arguments; an error of its user is told in French, in a line."""
    command: Any = typer.main.get_command(app)
    help_in_french(command)
    try:
        # Typer reads the command line and no more: what it is asked for is done here, under our own eyes.
        job = command.main(list(arguments), prog_name="reclamation", standalone_mode=False)
    except Exception as error:
        if not hasattr(
            error, "format_message"
        ):  # an error of the command line, told by its shape: click or typer's own
            raise
        return _refused(in_french(error))
    return _done(job) if callable(job) else int(job or 0)


def _done(job: Job) -> int:
    try:
        status = job()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _refused("interrompu", status=130)
    except BrokenPipeError:
        # Who reads the output has seen enough; nothing more can be written there, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ReclamationError, OSError) as error:
        return _refused(in_french(error))
    return status


def _refused(message: str, status: int = 2) -> int:
    if message.startswith("Usage :"):
        warn(message)
        return status
    for line in message.split("\n"):
        warn(f"reclamation : {line}")
    return status
