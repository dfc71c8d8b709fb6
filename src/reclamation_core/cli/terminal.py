"""Standard streams of the command: text that cannot act on a terminal, tables, headings, French numbers.

A text comes from files, names of files and stored cases, which anybody may have written. On the screen each control
character (C0, C1, delete), half of a surrogate pair and character that turns the direction of writing is shown as the
replacement character. A document (JSON, CSV, Markdown) that goes through a pipe or into a file is left as it is.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from reclamation_core.documents.atomic_files import atomic_writer
from reclamation_core.wording import format_number, is_singular, typeset, verbatim

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_LINES: Final = "\n\t"
_HARMFUL: Final = (
    *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _LINES),
    *(*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F, 0x2028, 0x2029),
    *range(0xD800, 0xE000),
)
_HARMLESS: Final = dict.fromkeys(_HARMFUL, _REPLACEMENT)
_UNBROKEN: Final = "\N{NO-BREAK SPACE}"
_QUOTED: Final = re.compile(r"« (.*?) »")
# rich ends lines at spaces that must not be broken: in a table, characters for private use are in their place.
_TIGHTENED: Final = {0xA0: 0xF0000, 0x202F: 0xF0001, ord("\N{WORD JOINER}"): 0xF0002}
_ORDINARY: Final = {0xA0: " ", 0x202F: " ", ord("’"): "'"}
_LOOSENED: Final[dict[int, int | str]] = {0xF0000: 0xA0, 0xF0001: 0x202F, 0xF0002: " "}
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


def typed(text: object) -> str:
    """A name, as of a file or a column, in one line, marked for `typeset`, which leaves it as it is."""
    return verbatim(one_line(text))


def message(text: str) -> str:
    """A message as it is printed: in French typography but for what is quoted in it, which was typed."""
    return harmless(typeset(_QUOTED.sub(lambda found: f"«{_UNBROKEN}{verbatim(found[1])}{_UNBROKEN}»", text)))


def writable(text: str, encoding: str | None) -> str:
    """A text as a stream can write it: with ordinary spaces and apostrophes unless it writes Unicode.

    >>> writable("l’été\N{NO-BREAK SPACE}:", "ascii")
    "l'été :"
    """
    return text if (encoding or "utf-8").lower().startswith("utf") else text.translate(_ORDINARY)


class Screen(Console):
    """The standard output; every text printed on it is harmless and in French typography."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the segments of something to be printed; all that is printed comes by here."""
        for text, style, control in super().render(renderable, options):
            shown = writable(harmless(text).translate(_LOOSENED), self.encoding)
            yield Segment(text if control else shown, style, control)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text as rich prints it: those of a table or of a heading are in their typography already."""
        return super().render_str(message(text), **options)

    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends quietly; rich itself would end with status 1."""
        raise BrokenPipeError


def say(text: str) -> None:
    """Write a line on the standard output."""
    sys.stdout.write(f"{writable(message(text), sys.stdout.encoding)}\n")


def warn(text: str) -> None:
    """Write a line on the standard error."""
    sys.stderr.write(f"{writable(message(text), sys.stderr.encoding)}\n")


def print_document(document: str) -> None:
    """Write a document on the standard output: unchanged for another program, harmless on a terminal."""
    sys.stdout.write(harmless(document) if sys.stdout.isatty() else document)


def write_document(document: str, output: Path | None, report: str = "", encoding: str = "utf-8") -> None:
    """Write a document to a file, and the report to the standard output; without a file, print the document."""
    if output is None:
        print_document(document)
        return
    with atomic_writer(output, encoding) as file:
        file.write(document)
    if report:
        say(report)


def number(count: int) -> str:
    """A number, its thousands apart."""
    return format_number(count)


def plural(word: str, count: int) -> str:
    """A word as it goes with a count: in French, 0 and 1 are singular.

    >>> plural("rejetée", 0), plural("rejetée", 2)
    ('rejetée', 'rejetées')
    """
    return word if is_singular(count, "fr") else f"{word}s"


def console() -> Console:
    """Return the standard output."""
    return Screen()


@contextmanager
def progress(size: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on a terminal, nothing elsewhere; yield a function of the number of bytes read."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    screen = Console(stderr=True)
    columns = (TextColumn("Lecture"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=size)
        yield lambda position: bar.update(task, completed=position)


_WIDEST: Final = 110
_NARROWEST: Final = 10  # of a column whose cells may be cut into lines
_GAP: Final = 2


def width(screen: Console) -> int:
    """Return how many columns wide a text may be."""
    return min(screen.width, _WIDEST)


def heading(screen: Console, text: str) -> None:
    """Print a blank line and a title in bold."""
    screen.print()
    screen.print(bold(text))


def bold(text: str) -> Text:
    """Return a line in bold."""
    return Text(typeset(text), style="bold")


def lines(screen: Console, text: str, indent: str = "") -> None:
    """Print a text, wrapped; its lines after the first are indented."""
    screen.print(wrapped(text, width(screen), indent), soft_wrap=True)


def listed(references: Iterable[str]) -> str:
    """Join references for `lines`, none of which is cut at the end of a line."""
    return ", ".join(verbatim(reference.replace(" ", "\N{WORD JOINER}")) for reference in references)


def wrapped(text: str, columns: int, indent: str = "") -> Text:
    r"""Return a text wrapped: no line begins with the punctuation of the one before, and no word is cut.

    >>> [line[:9] for line in wrapped("une cause : l'absence", 12).plain.splitlines()]
    ['une cause', 'l’absence']
    """
    whole = textwrap.fill(
        typeset(text), columns, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
    return Text(whole.translate(_TIGHTENED))


def show(screen: Console, renderable: RenderableType) -> None:
    """Print a renderable in the width available, a table in its minimum width, without trailing blanks."""
    columns = width(screen)
    if isinstance(renderable, Table):
        columns = max(columns, sum((column.min_width or _NARROWEST) + _GAP for column in renderable.columns))
    for line in screen.render_lines(renderable, screen.options.update_width(columns), pad=False):
        text = Text.assemble(*((segment.text, segment.style or "") for segment in line))
        text.rstrip()
        screen.print(text, soft_wrap=True)


def counts(screen: Console, blocks: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> None:
    """Print blocks of counted labels side by side, each under its title."""
    grid, cells = Table.grid(padding=(0, 4)), []
    for title, rows in blocks:
        grid.add_column()
        block = Table.grid(padding=(0, 2))
        block.add_column(justify="right", no_wrap=True, min_width=8)
        block.add_column(no_wrap=True)
        for label, count in rows:
            block.add_row(number(count), typeset(label))
        cells.append((bold(title), block))
    grid.add_row(*(title for title, _ in cells))
    grid.add_row(*(block for _, block in cells))
    show(screen, grid)


def _cell(text: str) -> Text:
    return Text(typeset(text).translate(_TIGHTENED))


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    right: Sequence[int] = (),
    unbroken: Sequence[int] = (),
) -> Table:
    """Return a table without rules; `right` are the columns of numbers, `unbroken` those whose cells are not cut.

    A cell is a text of the command, or one that `wrapped` returned.
    """
    result = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    cells = [[cell if isinstance(cell, Text) else _cell(cell) for cell in row] for row in rows]
    for place, title in enumerate(map(typeset, header)):
        longest = max([cell_len(title), *(row[place].cell_len for row in cells)]) if place in unbroken else None
        result.add_column(
            title,
            justify="right" if place in right else "left",
            overflow="fold",
            no_wrap=place in unbroken,
            min_width=longest,
        )
    for row in cells:
        result.add_row(*row)
    return result
