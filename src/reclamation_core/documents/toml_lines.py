"""The lines of a TOML file where the values of faults are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Final

import attrs

from reclamation_core.documents.files import LONGEST_TOML, read_utf8
from reclamation_core.errors import FaultsError

_LONGEST: Final = 1 << 18
"""Up to which character the lines of a file are found: a file that people write is shorter."""
_TOKENS: Final = re.compile(
    r"""
    (?P<skipped>[ \t\r]+|\#[^\n]*)
  | (?P<text>\"\"\"(?:[^"\\]|\\.|"(?!""))*+"{3,5}|'''(?:[^']|'(?!''))*+'{3,5}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')
  | (?P<mark>[\[\]{},=.\n])
  | (?P<word>[^\s\[\]{},=.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)
_END_OF_VALUE: Final = frozenset((",", "]", "}", "\n", ""))
_LAST_PART: Final = re.compile(r"(?:\.[^.\[\]]*|\[[^\]]*\])$")


@contextmanager
def lines_of_faults(path: str | Path) -> Iterator[None]:
    """Add to the faults raised inside the lines of a TOML file where their values are."""
    try:
        yield
    except FaultsError as error:
        if any(fault.path != "$" for fault in error.faults):  # the file itself is no TOML
            lines = toml_lines(read_utf8(path, "TOML", LONGEST_TOML))
            error.faults = tuple(attrs.evolve(fault, line=_line_of(fault.path, lines)) for fault in error.faults)
        raise


def _line_of(path: str, lines: dict[str, int]) -> int | None:
    """Return the line of a path, else of the nearest part of it that the file has."""
    rest = path.removeprefix("$").removeprefix(".")
    while rest and rest not in lines:
        shorter = _LAST_PART.sub("", rest)
        rest = shorter if shorter != rest else ""
    return lines.get(rest)


def toml_lines(text: str, longest: int = _LONGEST) -> dict[str, int]:
    r"""Return the line of each key, table and item of a sound TOML text, by its dotted path.

    Args:
        text: the text.
        longest: up to which character; what begins there or later is left out.

    >>> toml_lines('edition = "x"\n[[facts]]\ncodes = [\n  { code = 1 },\n]')
    {'edition': 1, 'facts': 2, 'facts[0]': 2, 'facts[0].codes': 3, 'facts[0].codes[0]': 4, 'facts[0].codes[0].code': 4}
    """
    scan = _Scan(text, longest)
    while scan.mark:
        scan.statement()
    return scan.lines


class _Scan:
    """The tokens of a text, one after the other as `mark`, and the lines found so far."""

    def __init__(self, text: str, longest: int) -> None:
        self.lines: dict[str, int] = {}
        # A text cut before it is read could end within a string, whose rest would be read as keys.
        self._tokens = takewhile(lambda found: found.start() < longest, _TOKENS.finditer(text))
        self._base, self._counts = "", dict[str, int]()
        self._line = self._next_line = 1
        self.mark = ""
        self._advance()

    def statement(self) -> None:
        """Read a header of a table, a key with its value, or the end of a line."""
        if self.mark != "[":
            if self.mark != "\n":
                self._pair(self._base)
            self._skip("\n")
            return
        self._advance()
        is_item = self.mark == "["
        if is_item:
            self._advance()
        self._base = self._named("", self._keys())
        if is_item and self.mark:
            place = self._counts[self._base] = self._counts.get(self._base, -1) + 1
            self._base = f"{self._base}[{place}]"
            self.lines[self._base] = self._line
        self._skip("\n")

    def _pair(self, above: str) -> None:
        path = self._named(above, self._keys())
        self._advance()  # the equals sign
        self._value(path)

    def _value(self, path: str) -> None:
        if self.mark == "[":
            place = 0
            for mark in self._items("]"):
                if mark == ",":
                    place += 1
                else:
                    item = f"{path}[{place}]"
                    self.lines.setdefault(item, self._line)
                    self._value(item)
        elif self.mark == "{":
            for mark in self._items("}"):
                if mark != ",":
                    self._pair(path)
        else:
            self._advance()
            while self.mark not in _END_OF_VALUE:
                self._advance()

    def _items(self, end: str) -> Iterator[str]:
        """Yield the commas and the first tokens of the items of a list or of an inline table, up to its end."""
        self._advance()
        while self.mark not in {end, ""}:
            mark = self.mark
            if mark != "\n":
                yield mark
            if mark in {",", "\n"}:
                self._advance()
        self._advance()

    def _keys(self) -> list[str]:
        """Return the parts of a key."""
        parts = []
        while self.mark not in {"=", "]", ""}:
            if self.mark != ".":
                parts.append(self.mark.strip("\"'"))
            self._advance()
        return parts

    def _named(self, above: str, parts: list[str]) -> str:
        """Return the path of a key, each table of an array with the number of its last one, and note its lines."""
        path = above
        for place, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            self.lines.setdefault(path, self._line)
            if path in self._counts and place < len(parts) - 1:
                path = f"{path}[{self._counts[path]}]"
        return path

    def _skip(self, end: str) -> None:
        while self.mark not in {end, ""}:
            self._advance()
        self._advance()

    def _advance(self) -> None:
        self._line = self._next_line
        for found in self._tokens:
            self._next_line += found[0].count("\n")
            if found.lastgroup != "skipped":
                self.mark = found[0]
                return
            self._line = self._next_line
        self.mark = ""
