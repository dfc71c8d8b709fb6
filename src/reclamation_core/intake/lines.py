"""The physical lines of a text file, whatever its encoding, none of them guessed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import IO, Final, TypeAlias

import attrs

from reclamation_core.wording import Wording

LINE_LIMIT: Final = 1 << 20
"""The longest physical line that is read, in bytes, its end included."""

ENCODINGS: Final = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15")
"""The encodings that a mapping may force; in each of them the first 128 characters are those of ASCII."""

_UTF_8_MARK: Final = b"\xef\xbb\xbf"

_NUL = Wording("une ligne sans caractère nul", "a line without a NUL character")
_TOO_LONG = Wording(f"une ligne de moins de {LINE_LIMIT} octets", f"a line of fewer than {LINE_LIMIT} bytes")


@attrs.frozen
class BadLine:
    """A physical line that is no text.

    Args:
        text: what can be shown of it.
        expected: what a readable line would be.
    """

    text: str
    expected: Wording


Line: TypeAlias = str | BadLine


@attrs.define
class TextLines:
    r"""Iterates over the physical lines of a binary file, their ends kept.

    A line ends with LF (or CR LF) and with nothing else: the other separators of Unicode are text. Unless one is
    forced, the encoding is settled at the first line that is not ASCII: UTF-8 where that line is valid UTF-8, else
    Windows-1252. A later line that does not decode is a `BadLine`, as is one with a NUL or one that is too long.

    Args:
        file: opened in binary mode, at its start.
        encoding: one of `ENCODINGS`, or None to find out.

    Attributes:
        encoding: what was found out so far; None as long as every line was ASCII.

    >>> from io import BytesIO
    >>> list(TextLines(BytesIO(b"a\xc2\x85b\r\nc")))
    ['a\x85b\r\n', 'c']
    """

    _file: IO[bytes]
    encoding: str | None = None

    def __iter__(self) -> Iterator[Line]:
        # Until it is settled, UTF-8 reads ASCII as well as any; the loop is kept bare, it runs a million times.
        codec = self.encoding or "utf-8"
        settled = self.encoding is not None
        first = True
        for raw in iter(partial(self._file.readline, LINE_LIMIT), b""):
            line = raw
            if first:
                first = False
                if line.startswith(_UTF_8_MARK):
                    codec, settled, line = "utf-8", True, line[len(_UTF_8_MARK) :]
                    self.encoding = codec
            if not settled and not line.isascii():
                codec, settled = _settle(line), True
                self.encoding = codec
            if len(raw) == LINE_LIMIT and not raw.endswith(b"\n"):
                yield self._skip(line, codec)
                continue
            try:
                text = line.decode(codec)
            except UnicodeDecodeError:
                yield BadLine(line.decode(codec, "replace"), _decodable(codec))
                continue
            if "\0" in text:
                yield BadLine(text, _NUL)
                continue
            yield text

    def _skip(self, start: bytes, codec: str) -> BadLine:
        for part in iter(partial(self._file.readline, LINE_LIMIT), b""):
            if part.endswith(b"\n"):
                break
        return BadLine(start[:2000].decode(codec, "replace") + " […]", _TOO_LONG)


def _settle(line: bytes) -> str:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _decodable(codec: str) -> Wording:
    return Wording(
        f"une ligne en {codec}, comme le début du fichier ; enregistrez-le en UTF-8 ou forcez son encodage",
        f"a line in {codec}, as the file began; save it in UTF-8 or force its encoding",
    )
