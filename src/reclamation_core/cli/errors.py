"""Error messages of the command, in French, and the execution of a subcommand with its exit status."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.cli.terminal import harmless, one_line, typed, warn
from reclamation_core.errors import ErrorKind, Fault, FaultsError, ReclamationError, WordedError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import TableProofError

T = TypeVar("T")

_SYSTEM: Final = {
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.EISDIR: "c'est un dossier, un fichier est attendu",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.ENOTDIR: "un dossier est attendu, c'est un fichier",
    errno.EEXIST: "un dossier est attendu, c'est un fichier",
    errno.EIO: "erreur de lecture ou d'écriture du support",
    errno.ENAMETOOLONG: "nom trop long",
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EFBIG: "le fichier dépasse la taille permise",
    errno.EDQUOT: "le quota d'espace sur le disque est atteint",
    errno.EROFS: "le disque est en lecture seule",
    errno.ELOOP: "ce lien ne mène à aucun fichier",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.EBUSY: "un autre programme l'utilise",
    errno.ETXTBSY: "un autre programme l'utilise",
}

_OF_A_WRITE: Final = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO}

_NUMBERS: Final = {"integer": "un nombre entier est attendu", "number": "un nombre est attendu, avec un point : 1.5"}


@attrs.define
class CommandError(ReclamationError, ValueError):
    """An argument of the command is invalid; the message is for its user."""

    code = "invalid_argument"
    kind = ErrorKind.INVALID

    message: str

    def __str__(self) -> str:
        return self.message


def in_french(error: BaseException) -> str:
    """Return the message of an error, one line for each fault, without the name of the command; for `say` or `warn`."""
    if isinstance(error, OSError) and not isinstance(error, WordedError):
        return _of_a_file(error)
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


def read_file(path: Path, read: Callable[[Path], T]) -> T:
    """Read a file; its faults are reported under its name.

    Raises:
        CommandError: the file is refused.
    """
    try:
        return read(path)
    except (FaultsError, TableProofError) as error:
        lines = in_french(error).split("\n")
        raise CommandError("\n".join(f"{typed(path)} : {line}" for line in lines)) from error


def _fault(fault: Fault) -> str:
    if fault.value is ABSENT:
        where = "" if fault.path.startswith("columns.") else f"{fault.path} : "
        return one_line(f"{where}{fault.expected.fr}")
    return one_line(fault.expected.fr if fault.path == "$" else fault.in_("fr"))


def _of_a_file(error: OSError) -> str:
    # Files that the library writes are named: an error without a name is that of the standard output.
    unnamed = "sortie standard" if error.errno in _OF_A_WRITE else "fichier"
    file = unnamed if error.filename is None else typed(error.filename)
    return f"{file} : {_SYSTEM.get(error.errno or 0, error.strerror or error)}"


def _of_the_command_line(error: Any) -> str:
    """Return the message of an error of the command line, by the name of its class: its own is in English."""
    parameter = getattr(error, "param", None)
    name = (parameter.metavar or parameter.name) if parameter is not None else ""
    option = getattr(error, "option_name", "")
    typed_option = max(getattr(parameter, "opts", [name]), key=len, default=name)
    expected = next(
        (text for kind, text in _NUMBERS.items() if f"valid {kind}" in error.format_message()), "valeur refusée"
    )
    messages = {
        "NoArgsIsHelpError": error.format_message(),
        "NoSuchOption": f"option inconnue : {option} ; voir --help",
        "BadOptionUsage": f"l'option {option} attend une valeur ; voir --help",
        "MissingParameter": f"il manque {typed_option if typed_option.startswith('-') else name} ; voir --help",
        "BadParameter": f"{typed_option} : {expected} ; voir --help",
    }
    message = error.format_message()
    if unknown := re.match(r"No such command (['\"])(.*?)\1", message, re.DOTALL):
        return f"commande inconnue : « {one_line(unknown[2])} » ; voir reclamation --help"
    if extra := re.search(r"unexpected extra argument.*? \((.*)\)$", message, re.DOTALL):
        found = re.sub(r"\\x[0-9a-f]{2}", "\N{REPLACEMENT CHARACTER}", extra[1])  # click escapes control characters
        return f"en trop : « {one_line(found)} » ; voir --help"
    return str(messages.get(type(error).__name__, f"commande mal écrite ({one_line(message)}) ; voir --help"))


def exit_status_of(command: Callable[[], int], options: Mapping[str, str] = MappingProxyType({})) -> int:
    """Run a subcommand and return its exit status, 2 after an error of the user.

    Args:
        command: the subcommand.
        options: its options, by the arguments of the library that faults name.
    """
    try:
        status = command()
        print(end="", flush=True)  # there is no standard output if it was closed
    except BrokenPipeError:
        # The reader of the output has closed it; nothing more can be written there, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FaultsError as error:
        return refuse(FaultsError(attrs.evolve(one, path=options.get(one.path, one.path)) for one in error.faults))
    except (ReclamationError, OSError) as error:
        return refuse(error)
    return status


def refuse(error: Exception) -> int:
    """Report an error of the user and return its exit status."""
    message = in_french(error)
    for line in [message] if message.startswith("Usage :") else [f"reclamation : {one}" for one in message.split("\n")]:
        warn(line)
    return 2
