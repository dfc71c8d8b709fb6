"""Tables and headings on the screen: on a terminal and through a pipe alike."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from reclamation_core.cli.words import number

_WIDEST: Final = 110
_BOUND: Final = re.compile(r" (?=[;:?!»])|(?<=«) ")
"""The spaces of French punctuation, at which no line ends."""
_UNBROKEN: Final = "\N{NO-BREAK SPACE}"
_NARROWEST: Final = 10  # of a column whose cells may be cut into lines
_GAP: Final = 2


def width(screen: Console) -> int:
    """How many columns there are to write in."""
    return min(screen.width, _WIDEST)


def heading(screen: Console, text: str) -> None:
    """A blank line and a title in bold."""
    screen.print()
    screen.print(Text(text, style="bold"))


def lines(screen: Console, text: str, indent: str = "") -> None:
    """A text in as many lines as it takes, those after the first indented."""
    screen.print(Text(wrapped(text, width(screen), indent)), soft_wrap=True)


def listed(references: Iterable[str]) -> str:
    """References side by side, for `lines`: none ends in another line than it begins in."""
    return ", ".join(reference.replace(" ", _UNBROKEN) for reference in references)


def wrapped(text: str, columns: int, indent: str = "") -> str:
    r"""A text cut into lines, none of which begins with the punctuation of the one before; no word is cut.

    >>> wrapped("une cause : l'absence", 12)
    "une cause :\nl'absence"
    """
    bound = _BOUND.sub(_UNBROKEN, text)
    whole = textwrap.fill(bound, columns, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return whole.replace(_UNBROKEN, " ")


def show(screen: Console, renderable: RenderableType) -> None:
    """Something laid out in the width there is, or needs at least, without the blanks that fill its lines up."""
    columns = max(width(screen), _least(renderable)) if isinstance(renderable, Table) else width(screen)
    for line in screen.render_lines(renderable, screen.options.update_width(columns), pad=False):
        text = Text.assemble(*((segment.text, segment.style or "") for segment in line))
        text.rstrip()
        screen.print(text, soft_wrap=True)


def _least(table: Table) -> int:
    """In how many columns a table can be laid out whose unbroken cells stay whole."""
    return sum((column.min_width or _NARROWEST) + _GAP for column in table.columns)


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


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    unbroken: Sequence[int] = (),
) -> Table:
    """A table without rules; the columns at some places are numbers, the cells of some are not cut into lines."""
    made = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    cells = [[Text(cell) for cell in row] for row in rows]
    for place, title in enumerate(header):
        longest = max([cell_len(title), *(row[place].cell_len for row in cells)]) if place in unbroken else None
        made.add_column(
            title,
            justify="right" if place in right else "left",
            overflow="fold",
            no_wrap=place in unbroken,
            min_width=longest,
        )
    for row in cells:
        made.add_row(*row)
    return made
