"""Files whose errors name them: of a read or a write that fails, Python does not say in which file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BUFFER: Final = 1 << 18


@contextmanager
def named(path: Path) -> Iterator[None]:
    """What the system refuses meanwhile is told of this path, the one that the user knows."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


class _NamedFile(FileIO):
    def __init__(self, path: Path, mode: Literal["r", "x"], known_as: Path) -> None:
        with named(known_as):
            super().__init__(path, mode)
        self._known_as = known_as

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with named(self._known_as):
            return super().readinto(buffer)

    def readall(self) -> bytes:
        with named(self._known_as):
            return super().readall()

    def write(self, content: ReadableBuffer, /) -> int:
        with named(self._known_as):
            return super().write(content)


def open_to_read(path: Path) -> BufferedReader:
    """A binary file, read from its start.

    Raises:
        OSError: it cannot be opened; reading it raises the same where it fails.
    """
    return BufferedReader(_NamedFile(path, "r", path), BUFFER)


def open_new(path: Path, known_as: Path) -> BufferedWriter:
    """A binary file that does not exist yet, written in place of the one that its user knows.

    Raises:
        OSError: it cannot be made; writing it raises the same where it fails.
    """
    return BufferedWriter(_NamedFile(path, "x", known_as), BUFFER)
