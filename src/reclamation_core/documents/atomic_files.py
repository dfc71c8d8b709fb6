"""Binary and text files that appear whole or not at all, and files to read; errors of the system name the file.

An output is written to a temporary file next to it, which replaces it once it is complete. Temporary files that killed
programs left behind are removed by the next program that writes there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from secrets import token_hex
from typing import IO, TYPE_CHECKING, Final, Literal

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

_BUFFER: Final = 1 << 18
_GRACE: Final = 60.0
"""Seconds during which a temporary file may exist without being locked yet."""

_DEVICES: Final = (("dev",), ("proc",))
"""System folders whose links stand for devices and open files, such as `/dev/stdout`."""

NOT_A_REGULAR_FILE: Final = Wording(
    "un fichier ordinaire ou un nom libre : ceci est un dossier, un tube ou un périphérique ; indiquez un autre nom",
    "a regular file or a free name: this is a folder, a pipe or a device; give another name",
)


@contextmanager
def errors_name(path: Path) -> Iterator[None]:
    """Set the file name of errors of the system: Python has none for a read or a write that fails."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        del error.filename2  # with None, the text would end in "-> None"
        raise


class _NamedFile(FileIO):
    """A binary file whose errors name the path that the caller passed."""

    def __init__(self, path: Path, mode: Literal["r", "x"], known_as: Path) -> None:
        with errors_name(known_as):
            super().__init__(path, mode)
        self._known_as = known_as

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with errors_name(self._known_as):
            return super().readinto(buffer)

    def readall(self) -> bytes:
        with errors_name(self._known_as):
            return super().readall()

    def write(self, content: ReadableBuffer, /) -> int:
        with errors_name(self._known_as):
            return super().write(content)


def open_to_read(path: Path) -> BufferedReader:
    """Open a binary file; errors name it.

    Raises:
        OSError: it cannot be opened; a read that fails raises the same.
    """
    return BufferedReader(_NamedFile(path, "r", path), _BUFFER)


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a binary file that replaces `path` at the end, and leaves no trace after an error; a link is replaced.

    Raises:
        OSError: it cannot be written.
        FaultsError: it is a pipe, a device or an open file of a process.
    """
    if is_device(path):
        raise FaultsError((Fault("output", str(path), NOT_A_REGULAR_FILE),))
    # A link is replaced, never followed: anybody may have made it, and it may lead anywhere.
    target = path.absolute()
    _remove_leftovers(target)
    temporary = target.with_name(f".{target.name}.{token_hex(4)}.part")
    try:
        with BufferedWriter(_NamedFile(temporary, "x", path), _BUFFER) as file:
            _lock(file)
            yield file
        with errors_name(path):
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def atomic_writer(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Write a text file as `atomic_file` does; line ends are written as they are."""
    with atomic_file(path) as raw, TextIOWrapper(raw, encoding=encoding, newline="") as file:
        yield file


def output_refusal(output: Path) -> Wording | None:
    """Return what is expected instead of a name that no file can be written under; None if one can."""
    if output.is_dir() or is_device(output):
        return NOT_A_REGULAR_FILE
    folder = output.parent
    if not folder.is_dir():
        return Wording(
            f"un nom dans un dossier qui existe ; créez d'abord le dossier « {folder} »",
            f"a name in a folder that exists; make the folder '{folder}' first",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return Wording(
            f"un nom dans un dossier où l'on peut écrire ; « {folder} » ne le permet pas, indiquez-en un autre",
            f"a name in a folder that can be written to; '{folder}' cannot, give another",
        )
    return None


def require_output(output: Path, name: str = "output") -> None:
    """Refuse a name that no file can be written under, before the work that fills it.

    Raises:
        FaultsError: it is a folder or a device, or its folder is missing or cannot be written to.
    """
    if expected := output_refusal(output):
        raise FaultsError((Fault(name, str(output), expected),))


def _lock(file: IO[bytes]) -> None:
    """Mark an open file as being written, where the system has such locks."""
    if sys.platform != "win32":  # Windows refuses to remove an open file in any case
        with suppress(OSError):
            flock(file, LOCK_EX | LOCK_NB)


def _remove_leftovers(target: Path) -> None:
    """Remove the temporary files of a target that no program is writing."""
    for leftover in target.parent.glob(f".{escape(target.name)}.{'[0-9a-f]' * 8}.part"):
        with suppress(OSError):
            if leftover.stat().st_mtime < time.time() - _GRACE:
                _remove_unlocked(leftover)


def _remove_unlocked(leftover: Path) -> None:
    if sys.platform == "win32":
        leftover.unlink()
        return
    with leftover.open("rb") as file:
        flock(file, LOCK_EX | LOCK_NB)  # refused while another program has it locked
        leftover.unlink()


def is_device(path: Path) -> bool:
    """Return True if a path is a pipe, a device or an open file of a process, which no file may replace."""
    return path.absolute().parts[1:2] in _DEVICES or (path.exists() and not path.is_file() and not path.is_dir())
