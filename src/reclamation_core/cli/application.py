"""The commands, their options, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from reclamation_core.cli import boards, conformances, deadlines, demonstration, maintenance, policies, schemas, triages
from reclamation_core.cli.refusals import in_french
from reclamation_core.errors import ReclamationError

app = typer.Typer(
    name="reclamation",
    help="Trier des réclamations selon la procédure M2-1 : est-ce une réclamation, qui la traite, pour quand.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
policy_app = typer.Typer(help="Lire, vérifier, écrire ou comparer des éditions de la procédure.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")
conformance_app = typer.Typer(
    help="Écrire des cas de conformité depuis une édition, ou en vérifier une.", no_args_is_help=True
)
app.add_typer(conformance_app, name="conformance")
db_app = typer.Typer(help="Tenir la base : son schéma, et ce qu'elle contient.", no_args_is_help=True)
app.add_typer(db_app, name="db")

Job: TypeAlias = Callable[[], int]

_File = Annotated[Path, typer.Argument(metavar="FILE", help="Le fichier : CSV, JSON Lines ou .xlsx.")]
_Output = Annotated[
    Path | None, typer.Option("--output", metavar="OUT", help="Où écrire les décisions ; à côté du fichier sinon.")
]
_Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="TOML", help="La correspondance des colonnes et des valeurs.")
]
_Policy = Annotated[
    Path | None, typer.Option("--policy", metavar="TOML", help="L'édition de la procédure ; M2-1 sinon.")
]
_Sites = Annotated[Path | None, typer.Option("--sites", metavar="TOML", help="Les sites et leurs jours de fermeture.")]
_Territory = Annotated[str, typer.Option("--territory", metavar="T", help="Le territoire, pour ses jours fériés.")]
_AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Le jour d'où l'on regarde ; aujourd'hui sinon.")
]
_Delimiter = Annotated[str, typer.Option("--delimiter", help="Le séparateur du CSV écrit : , ; | ou tab.")]
_Format = Annotated[str | None, typer.Option("--format", help="csv ou jsonl ; selon le nom de OUT sinon.")]
_Db = Annotated[
    str | None, typer.Option("--db", metavar="URL", help="L'adresse de la base ; celle de RECLAMATION_DB sinon.")
]
_Url = Annotated[
    str | None, typer.Argument(metavar="[URL]", help="L'adresse de la base ; celle de RECLAMATION_DB sinon.")
]
_KeyFile = Annotated[
    Path | None, typer.Option("--key-file", metavar="FILE", help="Le fichier de la clé qui scelle, 16 octets au moins.")
]
_PolicyFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Un fichier de politique ; M2-1 sinon.")]


def _tell_version(asked: bool) -> None:
    if not asked:
        return
    try:
        told = version("reclamation-core")
    except PackageNotFoundError:  # run from its sources, installed nowhere
        told = "sans version : le paquet n'est pas installé"
    sys.stdout.write(f"reclamation {told}\n")
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
    file: _File,
    mapping: _Mapping = None,
    policy: _Policy = None,
    sites: _Sites = None,
    territory: _Territory = "metropole",
    as_of: _AsOf = None,
    output: _Output = None,
    delimiter: _Delimiter = ",",
    written: _Format = None,
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
            "--source", metavar="NAME", help="L'origine des références, pour la base ; le nom du fichier sinon."
        ),
    ] = None,
) -> Job:
    """Décider chaque ligne d'un fichier de réclamations et écrire les décisions ; les enregistrer si on le demande."""
    request = triages.Request(mapping, policy, sites, territory, as_of, site, db, register, source)
    return partial(triages.triage, file, output, request, delimiter=delimiter, written=written)


@app.command()
def demo(
    output: Annotated[
        Path, typer.Option("--output", metavar="FOLDER", help="Le dossier où écrire les décisions.")
    ] = Path("reclamation-demo"),
) -> Job:
    """Trier le fichier fourni de réclamations inventées."""
    return partial(demonstration.demo, output)


@app.command()
def deadline(
    received: Annotated[
        str, typer.Argument(metavar="RECEIVED", help="Le jour ou l'instant : 2026-05-02, 2026-05-02T17:30.")
    ],
    territory: _Territory = "metropole",
    policy: _Policy = None,
) -> Job:
    """Dire pour quand répondre, et comment les jours sont comptés."""
    return partial(deadlines.deadline, received, territory, policy)


@app.command()
def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Le nom d'un document ; sans lui, la liste des noms.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FOLDER", help="Le dossier où écrire ce schéma, ou tous.")
    ] = None,
) -> Job:
    """Donner le schéma JSON des documents à échanger avec un autre programme."""
    return partial(schemas.schema, name, output)


@app.command()
def board(  # noqa: PLR0917  (typer gives them by name)
    db: _Db = None,
    site: Annotated[str | None, typer.Option("--site", metavar="S", help="Les dossiers d'un site seulement.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="Ceux des sites d'une région, avec --sites.")
    ] = None,
    sites: _Sites = None,
    policy: _Policy = None,
    as_of: _AsOf = None,
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
        Path | None, typer.Option("--output", metavar="OUT", help="Où l'écrire ; sur la sortie standard sinon.")
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


@db_app.command("upgrade")
def db_upgrade(url: _Url = None) -> Job:
    """Mettre en place le schéma d'une base, ou le mettre à jour ; faites d'abord une copie de la base."""
    return partial(maintenance.upgrade, url)


@db_app.command("check")
def db_check(url: _Url = None) -> Job:
    """Dire si le schéma d'une base est à jour."""
    return partial(maintenance.check, url)


@db_app.command("verify")
def db_verify(
    url: _Url = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="Le point de contrôle auquel comparer.")
    ] = None,
    key_file: _KeyFile = None,
) -> Job:
    """Relire l'histoire de chaque dossier : ce qu'elle donne, et si elle a été modifiée."""
    return partial(maintenance.verify, url, checkpoint, key_file)


@db_app.command("checkpoint")
def db_checkpoint(
    url: _Url = None,
    key_file: _KeyFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="OUT", help="Où l'écrire ; sur la sortie standard sinon.")
    ] = None,
) -> Job:
    """Prendre un point de contrôle des histoires, à garder ailleurs que la base."""
    return partial(maintenance.checkpoint, url, key_file, output)


@policy_app.command("show")
def policy_show(file: _PolicyFile = None) -> Job:
    """Afficher les règles, les lectures et les paramètres d'une édition."""
    return partial(policies.show, file)


@policy_app.command("check")
def policy_check(file: _PolicyFile = None) -> Job:
    """Vérifier une édition : son fichier, puis la preuve de chacune de ses tables."""
    return partial(policies.check, file)


@conformance_app.command("write")
def conformance_write(
    policy: _Policy = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="Où les écrire ; sur la sortie standard sinon."),
    ] = None,
) -> Job:
    """Écrire les cas de conformité d'une édition : des faits, et la décision attendue."""
    return partial(conformances.write, policy, output)


@conformance_app.command("check")
def conformance_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Les cas de conformité, en JSON.")],
    policy: _Policy = None,
) -> Job:
    """Vérifier qu'une édition décide ce que des cas de conformité attendent."""
    return partial(conformances.check, file, policy)


@policy_app.command("export")
def policy_export(
    file: _PolicyFile = None,
    written: Annotated[
        str,
        typer.Option("--format", metavar="F", help="dmn (DMN 1.3, pour un éditeur de décisions), json ou markdown."),
    ] = "markdown",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="Où l'écrire ; sur la sortie standard sinon.")
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
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="Où l'écrire ; sur la sortie standard sinon.")
    ] = None,
) -> Job:
    """Dire ce que deux éditions décident autrement, avec un exemple de chaque, et ce qui change dans leurs règles."""
    return partial(policies.diff, before, after, written, output)


def run(arguments: Sequence[str]) -> int:
    """The exit status of the command with these arguments; an error of its user is told in French, in a line."""
    command: Any = typer.main.get_command(app)
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
    if message.startswith("Usage:"):
        sys.stderr.write(f"{message}\n")
        return status
    for line in message.splitlines():
        sys.stderr.write(f"reclamation : {line}\n")
    return status
