"""What the command says, in French, of what it cannot do; its help in French."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.cli.terminal import harmless, one_line
from reclamation_core.errors import Fault, FaultsError, ReclamationError, WordedError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import TableProofError

T = TypeVar("T")

_SYSTEM: Final = {
    errno.EIO: "erreur de lecture ou d'écriture du support",
    errno.ENAMETOOLONG: "nom trop long",
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EDQUOT: "le quota d'espace sur le disque est atteint",
    errno.EROFS: "le disque est en lecture seule",
}


@attrs.define(eq=False)
class CommandError(ReclamationError, ValueError):
    """An argument of the command cannot be understood; the message is for its user."""

    message: str

    def __str__(self) -> str:
        return self.message


def in_french(error: BaseException) -> str:
    """One line for each thing that is wrong, without the name of the command."""
    if isinstance(error, OSError) and not isinstance(error, WordedError):
        return _of_a_file(error)
    if isinstance(error, OutsideHorizonError):
        years = f"{error.first.year} à {error.last.year}"
        what = "une échéance hors" if error.steps else "hors"
        return f"{error.day or 'cet instant'} : {what} des années que couvre le calendrier, {years}"
    lines = list(_lines(error))
    return harmless("\n".join(lines) if lines else str(error))


def _lines(error: BaseException) -> Iterator[str]:
    if isinstance(error, FaultsError):
        yield from map(_fault, error.faults)
    elif isinstance(error, TableProofError):
        yield from (finding.in_("fr") for finding in error.findings)
    elif isinstance(error, ReclamationError):
        yield error.in_("fr")
    elif hasattr(error, "format_message"):
        yield _of_the_command_line(error)


def of_the_file(path: Path, read: Callable[[Path], T]) -> T:
    """What is read of a file, or its faults under its name.

    Raises:
        CommandError: the file is refused.
    """
    try:
        return read(path)
    except (FaultsError, TableProofError) as error:
        told = in_french(error).split("\n")
        raise CommandError("\n".join(f"{one_line(path)} : {line}" for line in told)) from error


def _fault(fault: Fault) -> str:
    if fault.value is ABSENT:
        return one_line(f"{fault.path} : {fault.expected.fr}")
    return one_line(fault.expected.fr if fault.path == "$" else fault.in_("fr"))


def _of_a_file(error: OSError) -> str:
    name = one_line(error.filename) if error.filename is not None else "fichier"
    if isinstance(error, FileNotFoundError):
        return f"{name} : fichier ou dossier introuvable"
    if isinstance(error, IsADirectoryError):
        return f"{name} : c'est un dossier, un fichier est attendu"
    if isinstance(error, PermissionError):
        return f"{name} : accès refusé"
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{name} : un dossier est attendu, c'est un fichier"
    return f"{name} : {_SYSTEM.get(error.errno or 0, error.strerror or error)}"


_HELP: Final = (
    (r"^Usage:", "Usage :"),
    (r"^Options:", "Options :"),
    (r"^Commands:", "Commandes :"),
    (r"^Arguments:", "Arguments :"),
    (r"Show this message and exit\.", "Afficher cette aide et sortir."),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]..."),
    (r"\[default:(\s)", r"[par défaut :\1"),
    (r"\[required\]", "[obligatoire]"),
    (r"\{([A-Z]+)\}", r"\1"),
    (r"\[(\[\w+\])\]", r"\1"),
    (r" <(?:str|path)>", ""),
    (r"(?<!\])\.\.\.$", "…"),
)
"""What typer writes in English around our texts, and what stands for it."""


def help_in_french(command: Any) -> None:
    """Have a command of typer and those below it show their help in French."""
    of_typer = command.get_help

    def in_french(context: Any) -> str:
        text = of_typer(context)
        for english, french in _HELP:
            text = re.sub(english, french, text, flags=re.MULTILINE)
        return str(text)

    command.get_help = in_french
    for below in getattr(command, "commands", {}).values():
        help_in_french(below)


def _of_the_command_line(error: Any) -> str:
    """An error of the command line, told by the name of its class: its own message is in English."""
    parameter = getattr(error, "param", None)
    name = (parameter.metavar or parameter.name) if parameter is not None else ""
    option = getattr(error, "option_name", "")
    told = {
        "NoArgsIsHelpError": error.format_message(),
        "NoSuchOption": f"option inconnue : {option} ; voyez --help",
        "BadOptionUsage": f"l'option {option} attend une valeur ; voyez --help",
        "MissingParameter": f"il manque {name} ; voyez --help",
        "BadParameter": f"valeur refusée pour {name} ; voyez --help",
    }
    message = error.format_message()
    if "No such command" in message:
        return "commande inconnue ; voyez reclamation --help"
    return str(told.get(type(error).__name__, f"commande mal écrite ({message}) ; voyez --help"))
