"""What a program that was killed leaves of a file that it was writing: taken away by the next that writes there."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from glob import escape
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

_FRESH: Final = 60.0
"""Seconds for which a file may have been made and not be held yet."""


def new_aside(place: Path) -> Path:
    """A name beside a file, for what is to take its place."""
    return place.with_name(f".{place.name}.{token_hex(4)}.part")


def hold(file: Any) -> None:
    """Show that an open file is being written, as long as it is open, where the system has signs of that."""
    if sys.platform != "win32":  # there, what is open cannot be removed anyway
        with suppress(OSError):
            flock(file, LOCK_EX | LOCK_NB)


def clear(place: Path) -> None:
    """Take away what is beside a file, was to take its place, and is being written by nobody any more."""
    for left in place.parent.glob(f".{escape(place.name)}.{'[0-9a-f]' * 8}.part"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - _FRESH:
                _remove(left)


def _remove(left: Path) -> None:
    if sys.platform == "win32":
        left.unlink()
        return
    with left.open("rb") as file:
        flock(file, LOCK_EX | LOCK_NB)  # refused where somebody holds it
        left.unlink()
