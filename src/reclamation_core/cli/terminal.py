"""What the command writes to its standard streams: nothing in it can act on a terminal.

A text comes from files, names of files and stored cases, which anybody may have written. On the screen each control
character (C0, C1, delete), half of a surrogate pair and character that turns the direction of writing is shown as the
replacement character. A document (JSON, CSV, Markdown) that goes through a pipe or into a file is left as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_LINES: Final = "\n\t"
_HARMFUL: Final = (
    *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _LINES),
    *(*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F, 0x2028, 0x2029),
    *range(0xD800, 0xE000),
)
_HARMLESS: Final = dict.fromkeys(_HARMFUL, _REPLACEMENT)
_ONE_LINE: Final = {**_HARMLESS, **dict.fromkeys(map(ord, _LINES), _REPLACEMENT)}


def harmless(text: str) -> str:
    r"""The text without what can act on a terminal, of the same length; its lines stay.

    >>> harmless("a\x1b[2Jb\n\x9bc\u202e")
    'a�[2Jb\n�c�'
    """
    return text.translate(_HARMLESS)


def one_line(text: object) -> str:
    r"""A name, as of a file or a column, as `harmless` has it and in one line: no line of the screen is its own.

    >>> one_line("a\nreclamation : fait")
    'a�reclamation : fait'
    """
    return str(text).translate(_ONE_LINE)


class Screen(Console):
    """The standard output, where whatever is printed is harmless."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the segments of something to be printed; all that is printed comes by here."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else harmless(text), style, control)

    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends quietly; rich itself would end with status 1."""
        raise BrokenPipeError


def say(text: str) -> None:
    """Write a line on the standard output."""
    sys.stdout.write(f"{harmless(text)}\n")


def warn(text: str) -> None:
    """Write a line on the standard error."""
    sys.stderr.write(f"{harmless(text)}\n")


def give(document: str) -> None:
    """Write a document on the standard output: as it is for another program, harmless where a person reads it."""
    sys.stdout.write(harmless(document) if sys.stdout.isatty() else document)
