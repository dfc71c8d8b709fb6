"""The command `reclamation`: a shell over the intake, the calendars and the policy."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from io import TextIOWrapper
from signal import SIG_DFL, SIGTERM, signal
from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of the process, and leave with its exit status.

    0 when all went well, 1 when rows were rejected, 2 when the request itself cannot be met, 130 when it was
    interrupted (Ctrl-C), 143 when it was terminated (SIGTERM); partial files are removed first.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter outside the terminal's encoding is replaced
            stream.reconfigure(errors="replace")
    missing = [package for package in ("typer", "rich") if find_spec(package) is None]
    if missing:
        from reclamation_core.errors import install_command

        lacks = "n'est pas installé" if len(missing) == 1 else "ne sont pas installés"
        sys.stderr.write(
            f"reclamation : {' et '.join(missing)} {lacks} ; installez l'extra « cli » : {install_command('cli')}\n"
        )
        sys.exit(2)
    before = signal(SIGTERM, _leave)
    try:
        from reclamation_core.cli.application import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # anywhere, also while a subcommand is imported
        sys.stderr.write("reclamation : interrompu\n")
        sys.exit(130)
    finally:
        signal(SIGTERM, before)


def _leave(number: int, _: object) -> NoReturn:
    """Exit as after an error, so that partial files are removed; a second signal ends the process at once."""
    signal(SIGTERM, SIG_DFL)
    sys.exit(128 + number)
