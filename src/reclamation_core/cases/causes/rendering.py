"""Analyses as Markdown, HTML and Mermaid, where texts that people wrote are escaped, and as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeAlias

import attrs

from reclamation_core.markup import Html, element, joined, listing, paragraph, table
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.wording import MARKS, Lang, colon, semicolon, verbatim

# Control characters, line and paragraph separators, and the marks that turn the direction of the text after them.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


NO_CELL: Final = "–"
"""The cell of a table that has nothing."""


def one_line(text: str) -> str:
    r"""Return the text on one line, without invisible characters.

    >>> one_line("one\r\n\ttwo ")
    'one two'
    """
    return " ".join(_UNSEEN.sub(" ", text).split())


# Markdown reads a line that begins so as a list or a rule.
_LIST_LIKE: Final = re.compile(rf"^([{MARKS}]*)([-=]|\d+(?=[.)]))")


def inline(text: str) -> str:
    r"""Return a text as Markdown that shows it unchanged, on one line.

    >>> inline("- <b>gras</b> | *fin*")
    '&#45; &lt;b&gt;gras&lt;/b&gt; \\| \\*fin\\*'
    """
    line = markdown_text(one_line(text))
    return _LIST_LIKE.sub(lambda found: found[1] + "".join(f"&#{ord(sign)};" for sign in found[2]), line)


def bullets(lines: Iterable[str]) -> str:
    """A list of lines that are Markdown already."""
    return "\n".join(f"- {line}" for line in lines)


def numbered(lines: Iterable[str]) -> str:
    """A numbered list of lines that are Markdown already."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def markdown_field(label: str, text: str, lang: Lang) -> str:
    """A label of this library in bold and what was written under it."""
    return f"**{label}{colon(lang).rstrip()}** {inline(text)}"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of texts, none of them Markdown."""
    titles = [inline(title) for title in header]
    lines = [titles, ["---"] * len(titles), *([inline(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# Mermaid interprets quotes, brackets, "#", ";", "%%", ":" after "style", and, in labels, to Markdown: only what
# cannot mean anything is written as it is, all else by its number.
_PLAIN: Final = frozenset(" ,'’")


def mermaid_label(text: str) -> str:
    """Return a text as a Mermaid label that shows it unchanged.

    >>> mermaid_label('salle "B" <12>')
    'salle #34;B#34; #60;12#62;'
    """
    return "".join(
        character if character.isalnum() or character in _PLAIN else f"#{ord(character)};"
        for character in one_line(text)
    )


class Shape(Enum):
    """How a node is drawn: the signs around its label."""

    BOX = '["', '"]'
    ROUND = '("', '")'
    STADIUM = '(["', '"])'
    HEXAGON = '{{"', '"}}'


@attrs.define
class Flowchart(SharedRepr):
    """A flowchart under way: nodes get their names here, so that no text can be taken for one.

    Args:
        direction: where arrows lead: TB, LR, ...
    """

    direction: str
    _lines: list[str] = attrs.field(factory=list, init=False, repr=False)
    _nodes: int = attrs.field(default=0, init=False)

    def node(self, text: str, shape: Shape = Shape.BOX) -> str:
        """Add a node; its name, for arrows."""
        name = f"n{self._nodes}"
        self._nodes += 1
        before, after = shape.value
        self._lines.append(f"{name}{before}{mermaid_label(text)}{after}")
        return name

    def arrow(self, start: str, end: str, *, dotted: bool = False) -> None:
        """Add an arrow from one node to another."""
        self._lines.append(f"{start} {'-.->' if dotted else '-->'} {end}")

    def __str__(self) -> str:
        return "\n    ".join([f"flowchart {self.direction}", *self._lines]) + "\n"


@attrs.frozen
class Field(SharedRepr):
    """A label of this library, and what was written under it."""

    label: str
    text: str

    def to_markdown(self, lang: Lang) -> str:
        """The field in Markdown."""
        return markdown_field(self.label, self.text, lang)

    def to_text(self, lang: Lang) -> str:
        """The field as plain text."""
        return f"{self.label}{colon(lang)}{one_line(self.text)}"

    def to_html(self, lang: Lang) -> Html:
        """The field in HTML."""
        return paragraph(element("strong", f"{self.label}{colon(lang)}"), verbatim(one_line(self.text)))


@attrs.frozen
class Points(SharedRepr):
    """Several texts, numbered where their order matters, each after the same word where there is one."""

    texts: tuple[str, ...]
    title: str = ""
    word: str = ""
    numbered: bool = False

    def to_markdown(self, lang: Lang) -> str:  # noqa: ARG002  as the others
        """The list in Markdown."""
        lines = (f"{self.word} {inline(text)}".strip() for text in self.texts)
        listed = numbered(lines) if self.numbered else bullets(lines)
        return f"**{self.title}**\n\n{listed}" if self.title else listed

    def to_text(self, lang: Lang) -> str:  # noqa: ARG002  as the others
        """The list as plain text."""
        lines = (f"{self.word} {one_line(text)}".strip() for text in self.texts)
        listed = numbered(lines) if self.numbered else bullets(lines)
        return f"{self.title}\n\n{listed}" if self.title else listed

    def to_html(self, lang: Lang) -> Html:  # noqa: ARG002  as the others
        """The list in HTML."""
        lines = (f"{self.word} {verbatim(one_line(text))}".strip() for text in self.texts)
        listed = listing(lines, ordered=self.numbered)
        return joined([paragraph(element("strong", self.title)), listed]) if self.title else listed


@attrs.frozen
class Grid(SharedRepr):
    """A table of texts."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self, lang: Lang) -> str:  # noqa: ARG002  as the others
        """The table in Markdown, which has no titles of tables."""
        return markdown_table(self.header, self.rows)

    def to_text(self, lang: Lang) -> str:
        """The table as plain text: a line for each row, which names the columns of its cells."""
        rows = (zip(self.header, map(one_line, row), strict=True) for row in self.rows)
        return bullets(
            semicolon(lang).join(f"{title}{colon(lang)}{cell}" for title, cell in row if cell not in {"", NO_CELL})
            for row in rows
        )

    def to_html(self, lang: Lang) -> Html:
        """The table in HTML."""
        return table(
            self.title, self.header, ((verbatim(one_line(cell)) for cell in row) for row in self.rows), lang=lang
        )


Block: TypeAlias = Field | Points | Grid
