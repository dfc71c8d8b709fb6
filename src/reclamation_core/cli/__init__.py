"""The command `reclamation`: a shell over the intake, the calendars and the policy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import TextIOWrapper
from signal import SIG_DFL, SIG_IGN, Signals, getsignal, signal
from threading import current_thread, main_thread
from types import FrameType
from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of the process, and leave with its exit status.

    0 when all went well, 1 when rows were rejected, 2 when the request itself cannot be met, 130 when it was
    interrupted (Ctrl-C), 143 or 129 when it was terminated (SIGTERM, SIGHUP); partial files are removed first.
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
    try:
        with handling_termination(_leave):
            from reclamation_core.cli.application import run

            sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # anywhere, also while a subcommand is imported
        sys.stderr.write("reclamation : interrompu\n")
        sys.exit(130)


@contextmanager
def handling_termination(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Call a handler in the block at SIGTERM, or SIGHUP (a closed terminal), unless ignored, as under `nohup`."""
    names = {"SIGTERM", "SIGHUP"} if current_thread() is main_thread() else {}  # Windows has no SIGHUP
    before = {one: signal(one, handler) for one in Signals if one.name in names and getsignal(one) is not SIG_IGN}
    try:
        yield
    finally:
        for one, former in before.items():
            signal(one, former)


def _leave(number: int, _: object) -> NoReturn:
    """Exit as after an error, so that partial files are removed; a second signal ends the process at once."""
    signal(number, SIG_DFL)
    sys.exit(128 + number)
