"""Tables and headings on the screen: on a terminal and through a pipe alike."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from reclamation_core.cli.words import number

_WIDEST: Final = 110
_BOUND: Final = re.compile(r" (?=[;:?!»])|(?<=«) ")
"""The spaces of French punctuation, at which no line ends."""


def width(screen: Console) -> int:
    """How many columns there are to write in."""
    return min(screen.width, _WIDEST)


def heading(screen: Console, text: str) -> None:
    """A blank line and a title in bold."""
    screen.print()
    screen.print(Text(text, style="bold"))


def lines(screen: Console, text: str, indent: str = "") -> None:
    """A text in as many lines as it takes, those after the first indented."""
    screen.print(Text(wrapped(text, width(screen), indent)))


def wrapped(text: str, columns: int, indent: str = "") -> str:
    r"""A text cut into lines, none of which begins with the punctuation of the one before.

    >>> wrapped("une cause : l'absence", 12)
    "une cause :\nl'absence"
    """
    bound = _BOUND.sub("\N{NO-BREAK SPACE}", text)
    return textwrap.fill(bound, columns, subsequent_indent=indent, break_on_hyphens=False).replace("\xa0", " ")


def show(screen: Console, renderable: RenderableType) -> None:
    """Something laid out in the width there is, without the blanks that fill its lines up."""
    for line in screen.render_lines(renderable, screen.options.update_width(width(screen)), pad=False):
        text = Text.assemble(*((segment.text, segment.style or "") for segment in line))
        text.rstrip()
        screen.print(text)


def counts(screen: Console, blocks: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> None:
    """Blocks of counted labels side by side, each under its title."""
    grid, cells = Table.grid(padding=(0, 4)), []
    for title, rows in blocks:
        grid.add_column()
        block = Table.grid(padding=(0, 2))
        block.add_column(justify="right", no_wrap=True, min_width=8)
        block.add_column(no_wrap=True)
        for label, count in rows:
            block.add_row(number(count), label)
        cells.append((Text(title, style="bold"), block))
    grid.add_row(*(title for title, _ in cells))
    grid.add_row(*(block for _, block in cells))
    show(screen, grid)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> Table:
    """A table without rules; the columns at some places are numbers."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, title in enumerate(header):
        made.add_column(title, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made
