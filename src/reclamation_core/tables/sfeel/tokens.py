"""The words of an S-FEEL text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

_WORDS: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<date>date\s*\(\s*"(?P<day>[^"\\]*)"\s*\))
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>-?(?:\d+(?:\.\d+)?|\.\d+)(?!\w|\.\d))
    | (?P<dots>\.\.)
    | (?P<comparison><=|>=|<|>)
    | (?P<name>[^\W\d][\w-]*)
    | (?P<sign>[-()\[\],])
    """,
    re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@attrs.frozen
class Token:
    """A word: its kind, its text, and where it begins."""

    kind: str
    text: str
    place: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, and one of the kind `end` after them; what is no word of S-FEEL is of the kind `stray`."""
    place = 0
    while place < len(text):
        found = _WORDS.match(text, place)
        if found is None:
            yield Token("stray", text[place], place)
            place += 1
            continue
        kind = found.lastgroup if found["date"] is None else "date"
        if kind != "space":
            yield Token(str(kind), found["day"] if kind == "date" else found[0], place)
        place = found.end()
    yield Token("end", "", len(text))


def unquoted(literal: str) -> str:
    """The text that a string literal stands for."""
    return _ESCAPED.sub(lambda found: _character(found[1]), literal[1:-1])


def _character(escape: str) -> str:
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _ESCAPES.get(escape, escape)


def quoted(text: str) -> str:
    """The string literal that stands for a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
