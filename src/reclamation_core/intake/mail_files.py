"""The messages in files, before they are parsed: .eml, mbox and Maildir, one at a time within a limit of size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import attrs

from reclamation_core.cases.support_documents import size_in_words
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

_CHUNK: Final = 1 << 16
"""The most bytes of a line that are read at once."""
_SEPARATOR: Final = re.compile(
    rb"From (?:.*[ \t])?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +"
    rb"\d{1,2} +\d{1,2}:\d{2}"
)
"""The line before a message of an mbox: without the date, it is a sentence that begins with "From"."""
_ESCAPED: Final = re.compile(rb">+From ")
_FLAGS: Final = re.compile(r"[:;!]2,([A-Za-z]*)$")
_OUTLOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLANK: Final = frozenset((b"\n", b"\r\n"))

_NOT_A_FILE: Final = Wording(
    "un fichier .eml, une boîte mbox ou un dossier Maildir est attendu",
    "an .eml file, an mbox or a Maildir is expected",
)
_NOT_A_MESSAGE: Final = Wording(
    "ce fichier du dossier n'est pas un message : seuls les fichiers .eml et .mbox y sont lus",
    "this file of the folder is not a message: only its .eml and .mbox files are read",
)
_IS_OUTLOOK: Final = Wording(
    "un message au format .eml est attendu : celui-ci est d'Outlook (.msg) ; enregistrez-le au format .eml",
    "a message as .eml is expected: this one is of Outlook (.msg); save it as .eml",
)
_TRASHED: Final = Wording("le message est à la corbeille (Maildir)", "the message is in the trash (Maildir)")
_DRAFT: Final = Wording("le message est un brouillon (Maildir)", "the message is a draft (Maildir)")


@attrs.frozen(kw_only=True)
class RawMessage(SharedRepr):
    """A message as its bytes, or why it has none.

    Args:
        origin: its file; in an mbox, with its number from 1.
        content: its bytes; empty if it is refused.
        refusal: why it is not read; None if it is.
    """

    origin: str
    content: bytes = attrs.field(default=b"", repr=False)
    refusal: Wording | None = None


def raw_messages(path: Path, largest: int) -> Iterator[RawMessage]:
    """Yield the messages of an .eml file, an mbox, a Maildir, or a folder with .eml and .mbox files, in their order.

    Args:
        path: the file or the folder.
        largest: the most bytes of a message; a larger one is refused without being loaded.

    Raises:
        FaultsError: it is neither a file nor a folder.
        OSError: it cannot be read.
    """
    if path.is_dir():
        is_maildir = (path / "cur").is_dir() and (path / "new").is_dir()
        return _of_maildir(path, largest) if is_maildir else _of_folder(path, largest)
    path.stat()
    if not path.is_file():
        raise FaultsError([Fault("$", str(path), _NOT_A_FILE)])
    return _of_file(path, path.name, largest)


def _of_maildir(folder: Path, largest: int) -> Iterator[RawMessage]:
    """Yield the messages of a Maildir, read or not, in the order of their delivery, which their names begin with."""
    paths = (path for part in ("cur", "new") for path in (folder / part).iterdir())
    for path in sorted(paths, key=lambda path: path.name):
        origin = f"{folder.name}/{path.parent.name}/{path.name}"
        if path.name.startswith(".") or not path.is_file() or path.is_symlink():
            continue
        flags = found[1] if (found := _FLAGS.search(path.name)) else ""
        if "T" in flags or "D" in flags:
            yield RawMessage(origin=origin, refusal=_TRASHED if "T" in flags else _DRAFT)
        else:
            yield _of_message(path, origin, largest)


def _of_folder(folder: Path, largest: int) -> Iterator[RawMessage]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        origin = f"{folder.name}/{path.name}"
        if path.suffix.lower() in {".eml", ".mbox"} and path.is_file() and not path.is_symlink():
            yield from _of_file(path, origin, largest)
        else:
            yield RawMessage(origin=origin, refusal=_NOT_A_MESSAGE)


def _of_file(path: Path, origin: str, largest: int) -> Iterator[RawMessage]:
    with path.open("rb") as file:
        head = file.readline(_CHUNK)
        if _SEPARATOR.match(head):
            file.seek(0)
            yield from _of_mbox(file, origin, largest)
        elif head.startswith(_OUTLOOK):
            yield RawMessage(origin=origin, refusal=_IS_OUTLOOK)
        elif not head and path.suffix.lower() != ".eml":
            return  # an empty mailbox
        else:
            yield _of_message(path, origin, largest)


def _of_message(path: Path, origin: str, largest: int) -> RawMessage:
    with path.open("rb") as file:
        content = file.read(largest + 1)
    return _within(origin, content, largest)


def _within(origin: str, content: bytes, largest: int) -> RawMessage:
    if len(content) <= largest:
        return RawMessage(origin=origin, content=content)
    most = size_in_words(largest)
    refusal = Wording(
        f"un message de {most.fr} au plus est attendu ; relevez la limite (--largest, largest_message), ou enregistrez "
        "celui-ci à la main",
        f"a message of at most {most.en} is expected; raise the limit (--largest, largest_message), or register this "
        "one by hand",
    )
    return RawMessage(origin=origin, refusal=refusal)


def _of_mbox(file: BinaryIO, origin: str, largest: int) -> Iterator[RawMessage]:
    """Yield the messages of an mbox, without the > before each "From " that its writer escaped (mboxrd)."""
    number, content, begins, blank = 0, bytearray(), True, True
    while line := file.readline(_CHUNK):
        if begins and blank and _SEPARATOR.match(line):
            if number:
                yield _within(f"{origin} {number}", _unended(content), largest)
            number, content = number + 1, bytearray()
        elif len(content) <= largest + 2:
            content += line[1:] if begins and _ESCAPED.match(line) else line
        blank, begins = begins and line in _BLANK, line.endswith(b"\n")
    yield _within(f"{origin} {number}", _unended(content), largest)


def _unended(content: bytearray) -> bytes:
    """Return a message of an mbox without the blank line that ends it."""
    ends = next((end for end in (b"\r\n\r\n", b"\n\n") if content.endswith(end)), b"")
    return bytes(content[: len(content) - len(ends) // 2])
