"""The application: its commands, and the handling of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial, wraps
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Final, TypeAlias

import typer

from reclamation_core.cli import database_commands, policy_commands, report_command
from reclamation_core.cli.board_command import board
from reclamation_core.cli.demonstration import demo
from reclamation_core.cli.errors import help_in_french, in_french
from reclamation_core.cli.nightly_command import nightly
from reclamation_core.cli.serve_command import serve
from reclamation_core.cli.terminal import say, warn
from reclamation_core.cli.triage_command import deadline, triage
from reclamation_core.errors import ReclamationError

Subcommand: TypeAlias = Callable[..., int]
"""A subcommand; it returns its exit status."""

app = typer.Typer(
    name="reclamation",
    help="Trier des demandes selon la procédure M2-1 : est-ce une réclamation, qui la traite, avant quelle date.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_GROUPS: Final[dict[str, tuple[str, dict[str, Subcommand]]]] = {
    "policy": (
        "Afficher, vérifier, exporter ou comparer des versions.",
        {
            "show": policy_commands.show_policy,
            "check": policy_commands.check_policy,
            "export": policy_commands.export_policy,
            "diff": policy_commands.diff_policies,
        },
    ),
    "conformance": (
        "Écrire ou vérifier des cas de conformité.",
        {"write": policy_commands.write_cases, "check": policy_commands.check_cases},
    ),
    "report": (
        "Écrire les documents : registre, PGAAC, fiches, courriers.",
        {
            "register": report_command.register,
            "plan": report_command.plan,
            "case": report_command.case,
            "audit": report_command.audit,
            "letter": report_command.letter,
            "calendar": report_command.calendar,
        },
    ),
    "db": (
        "Administrer la base : schéma, contrôle, point de contrôle.",
        {
            "upgrade": database_commands.upgrade,
            "check": database_commands.check,
            "verify": database_commands.verify,
            "checkpoint": database_commands.checkpoint,
            "clock": database_commands.clock,
            "free": database_commands.free,
            "restored": database_commands.restored,
        },
    ),
}
_COMMANDS: Final[tuple[Subcommand, ...]] = (
    triage,
    demo,
    deadline,
    policy_commands.schema,
    board,
    nightly,
    serve,
    database_commands.person,
)


def _deferred(command: Subcommand) -> Callable[..., Subcommand]:
    """Return a function for typer that returns the command with its arguments, for `run` to execute.

    Typer itself handles Ctrl-C, broken pipes and errors of the system in English; here it only parses arguments.
    """

    @wraps(command)
    def parsed(**arguments: Any) -> Subcommand:
        return partial(command, **arguments)

    return parsed


for _name, (_help, _commands) in _GROUPS.items():
    _group = typer.Typer(help=_help, no_args_is_help=True)
    for _command_name, _command in _commands.items():
        _group.command(_command_name)(_deferred(_command))
    app.add_typer(_group, name=_name)
for _command in _COMMANDS:
    app.command()(_deferred(_command))


def _print_version(is_requested: bool) -> None:
    if not is_requested:
        return
    try:
        number = version("reclamation-core")
    except PackageNotFoundError:  # run from its sources, installed nowhere
        number = "sans version : le paquet n'est pas installé"
    say(f"reclamation {number}")
    raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", help="Afficher la version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments and return its exit status; errors of the user are reported in French."""
    command: Any = typer.main.get_command(app)
    help_in_french(command)
    try:
        parsed = command.main(list(arguments), prog_name="reclamation", standalone_mode=False)
    except Exception as error:
        # An error of the command line is click's or typer's own: both have this method.
        if not hasattr(error, "format_message"):
            raise
        return _fail(in_french(error))
    return _execute(parsed) if callable(parsed) else int(parsed or 0)


def _execute(command: Subcommand) -> int:
    try:
        status = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _fail("interrompu", status=130)
    except BrokenPipeError:
        # The reader of the output has closed it; nothing more can be written there, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ReclamationError, OSError) as error:
        return _fail(in_french(error))
    return status


def _fail(message: str, status: int = 2) -> int:
    if message.startswith("Usage :"):
        warn(message)
        return status
    for line in message.split("\n"):
        warn(f"reclamation : {line}")
    return status
