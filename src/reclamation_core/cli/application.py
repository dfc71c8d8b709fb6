"""The subcommands of the command, and the parsing of its arguments.

A subcommand is imported when an argument has its name: `reclamation --help` imports none, and neither rich nor attrs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial, wraps
from inspect import getdoc
from pkgutil import resolve_name
from typing import Annotated, Any, Final, TypeAlias

import typer

Subcommand: TypeAlias = Callable[..., int]
"""A subcommand; it returns its exit status."""

_SUBCOMMANDS: Final = {
    "triage": ("triage_command.triage", "Trier un fichier de demandes et écrire les décisions."),
    "demo": ("demonstration.demo", "Montrer le tri et le traitement de demandes inventées."),
    "deadline": ("deadline_command.deadline", "Calculer une date limite de réponse, avec le décompte."),
    "schema": ("policy_commands.schema", "Afficher ou écrire le schéma JSON des documents."),
    "board": ("board_command.board", "Afficher ce qui est en retard ou attendu."),
    "nightly": ("nightly_command.nightly", "Faire le travail quotidien : alertes, effacements, recalculs."),
    "serve": ("serve_command.serve", "Ouvrir le tableau de bord sur cette machine."),
    "indicators": ("indicators_command.indicators", "Calculer les indicateurs d'une période."),
    "signals": ("signals_command.signals", "Trouver les hausses dans des nombres par semaine."),
    "page": ("page_command.page", "Écrire la page qui compare deux versions dans un navigateur."),
    "person": ("database_commands.person", "Écrire ce qui est conservé sur une personne."),
}
"""Where each subcommand is defined, and the first line of its help; the rest is its docstring."""
_GROUPS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "policy": (
        "Afficher, vérifier, exporter ou comparer des versions.",
        {
            "show": "policy_commands.show_policy",
            "check": "policy_commands.check_policy",
            "export": "policy_commands.export_policy",
            "diff": "policy_commands.diff_policies",
        },
    ),
    "conformance": (
        "Écrire ou vérifier des cas de conformité.",
        {"write": "policy_commands.write_cases", "check": "policy_commands.check_cases"},
    ),
    "report": (
        "Écrire les documents : registre, PGAAC, fiches, courriers.",
        {
            "register": "report_command.register",
            "plan": "report_command.plan",
            "effect": "report_command.effect",
            "case": "report_command.case",
            "audit": "report_command.audit",
            "letter": "report_command.letter",
            "calendar": "report_command.calendar",
        },
    ),
    "intake": ("Recevoir les demandes : courriels.", {"mail": "mail_command.mail"}),
    "checkpoint": (
        "Écrire et comparer des points de contrôle signés.",
        {"write": "checkpoint_command.write", "compare": "checkpoint_command.compare"},
    ),
    "db": (
        "Administrer la base : schéma, contrôle, point de contrôle.",
        {
            "upgrade": "database_commands.upgrade",
            "check": "database_commands.check",
            "verify": "database_commands.verify",
            "checkpoint": "database_commands.checkpoint",
            "clock": "database_commands.clock",
            "free": "database_commands.free",
            "restored": "database_commands.restored",
            "sites": "database_commands.write_sites",
        },
    ),
}
"""The help of each group and where its subcommands are defined; their help is their docstring."""
_HELP: Final = (
    (r"^Usage:", "Usage :"),
    (r"^Options:", "Options :"),
    (r"^Commands:", "Commandes :"),
    (r"^Arguments:", "Arguments :"),
    (r"Show this message and exit\.", "Afficher cette aide."),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]..."),
    (r"\[default:(\s)", r"[par défaut :\1"),
    (r"\[required\]", "[obligatoire]"),
    (r"\{([A-Z]+)\}", r"\1"),
    (r"\[(\[\w+\])\]", r"\1"),
    (r" <(?:str|path|list\[Path\])>", ""),
    (r"(?<!\])\.\.\.$", "…"),
)
"""The English texts of typer, and their French translations."""


def application(arguments: Collection[str]) -> typer.Typer:
    """Return the parser of the command, whole for the subcommands that are among the arguments."""
    app = typer.Typer(
        name="reclamation",
        help="Trier des demandes selon la procédure M2-1 : est-ce une réclamation, qui la traite, avant quelle date.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for group, (group_help, places) in _GROUPS.items():
        subcommands = typer.Typer(help=group_help, no_args_is_help=True)
        for name, place in places.items() if group in arguments else ():
            subcommands.command(name)(_deferred(_imported(place)))
        app.add_typer(subcommands, name=group)
    for name, (place, summary) in _SUBCOMMANDS.items():
        subcommand = _deferred(_imported(place)) if name in arguments else _unused
        app.command(name, help=f"{summary}\n\n{getdoc(subcommand)}")(subcommand)
    app.callback()(_root)
    return app


def _imported(place: str) -> Subcommand:
    command: Subcommand = resolve_name(f"reclamation_core.cli.{place}")
    return command


def _unused() -> None:
    """Take the place of a subcommand in the list; it is not among the arguments."""


def _deferred(command: Subcommand) -> Callable[..., Subcommand]:
    """Return a function for typer that returns the command with its arguments, for `run` to call.

    Typer itself handles Ctrl-C, broken pipes and errors of the system in English; here it only parses arguments.
    """

    @wraps(command)
    def parsed(**arguments: object) -> Subcommand:
        return partial(command, **arguments)

    return parsed


def _print_version(is_requested: bool) -> None:
    if not is_requested:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("reclamation-core")
    except PackageNotFoundError:  # run from its sources, installed nowhere
        number = "sans version : le paquet n'est pas installé"
    typer.echo(f"reclamation {number}")
    raise typer.Exit


def _root(
    _: Annotated[
        bool, typer.Option("--version", help="Afficher la version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


def _help_in_french(command: Any) -> None:
    """Translate the help of a typer command and of its subcommands."""
    get_help = command.get_help

    def help_text(context: object) -> str:
        text = get_help(context)
        for english, french in _HELP:
            text = re.sub(english, french, text, flags=re.MULTILINE)
        return str(text)

    command.get_help = help_text
    for subcommand in getattr(command, "commands", {}).values():
        _help_in_french(subcommand)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments and return its exit status; errors of the user are reported in French."""
    command: Any = typer.main.get_command(application(arguments))
    _help_in_french(command)
    try:
        parsed = command.main(list(arguments), prog_name="reclamation", standalone_mode=False)
        print(end="", flush=True)
    except Exception as error:
        # An error of the command line is click's or typer's own: both have this method. A help may not be writable.
        if not (hasattr(error, "format_message") or isinstance(error, OSError)):
            raise
        from reclamation_core.cli.errors import refuse

        return refuse(error)
    except SystemExit as left:
        if left.code == 1:  # typer's own, if the reader of a help has closed it
            return 0
        raise
    if parsed == 130:  # typer's own status of Ctrl-C
        raise KeyboardInterrupt
    if not callable(parsed):
        return int(parsed or 0)
    from reclamation_core.cli.errors import exit_status_of

    for word in arguments:
        command = vars(command).get("commands", {}).get(word, command)
    options = [option for one in command.params for option in one.opts if option.startswith("--")]
    by_parameter = {one.name: max(one.opts, key=len) for one in command.params if one.opts[0].startswith("-")}
    return exit_status_of(parsed, by_parameter | {option[2:].replace("-", "_"): option for option in options})
