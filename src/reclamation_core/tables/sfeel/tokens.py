"""The words of an S-FEEL text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

LONGEST: Final = 100_000
"""How many characters an expression may have."""
_WORDS: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<date>date\s*\(\s*"(?P<day>[^"\\]*)"\s*\))
    | @\s*"(?P<at>[^"\\]*)"
    | (?P<text>"(?:[^"\\]++|\\.)*+")
    | (?P<number>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?!\w|\.[0-9]))
    | (?P<dots>\.\.)
    | (?P<comparison><=|>=|<|>)
    | (?P<name>[^\W\d][\w-]*)
    | (?P<sign>[-()\[\],])
    | (?P<stray>".*|[\w.]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""The words of S-FEEL; a string left open is stray to the end, so that no character is read twice."""
_ESCAPED: Final = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\U[0-9A-Fa-f]{6}|\\.", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@attrs.frozen
class Token:
    """A word: its kind, its text, and where it begins."""

    kind: str
    text: str
    place: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, and one of the kind `end` after them; what is no word of S-FEEL is of the kind `stray`.

    A date is `date("2026-05-02")` or `@"2026-05-02"`. The time taken is linear in the length of the text, of which more
    than `LONGEST` characters are one stray word.
    """
    if len(text) > LONGEST:
        yield Token("stray", text, 0)
        yield Token("end", "", len(text))
        return
    for found in _WORDS.finditer(text):
        day = found["day"] if found["at"] is None else found["at"]
        if day is not None:
            yield Token("date", day, found.start())
        elif found.lastgroup != "space":
            yield Token(str(found.lastgroup), found[0], found.start())
    yield Token("end", "", len(text))


def unquoted(literal: str) -> str:
    """The text that a string literal stands for.

    Raises:
        ValueError: it has an escape sequence that FEEL has not, or half of a surrogate pair.
    """
    return _ESCAPED.sub(lambda found: _character(found[0]), literal[1:-1])


def _character(escape: str) -> str:
    if escape[1] == "u" and len(escape) > 2:
        # A character beyond the first plane may be written as a pair of surrogates.
        return bytes.fromhex(escape.replace("\\u", "")).decode("utf-16-be")
    if escape[1] == "U" and len(escape) > 2:
        return bytes.fromhex(f"00{escape[2:]}").decode("utf-32-be")
    if escape[1] not in _ESCAPES:
        raise ValueError(f"{escape} is no escape sequence of FEEL")
    return _ESCAPES[escape[1]]


def quoted(text: str) -> str:
    """The string literal that stands for a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
