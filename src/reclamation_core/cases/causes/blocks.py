"""What an analysis is written with, whatever it is written as: fields, lists, tables of texts."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from reclamation_core.cases.causes import markdown
from reclamation_core.cases.causes.shown import colon, one_line
from reclamation_core.markup import Html, element, joined, listing, paragraph, table
from reclamation_core.wording import Lang


@attrs.frozen
class Field:
    """A label of this library, and what was written under it."""

    label: str
    text: str

    def to_markdown(self, lang: Lang) -> str:
        """The field in Markdown."""
        return markdown.field(self.label, self.text, lang)

    def to_html(self, lang: Lang) -> Html:
        """The field in HTML."""
        return paragraph(element("strong", f"{self.label}{colon(lang)}"), one_line(self.text))


@attrs.frozen
class Points:
    """Several texts, numbered where their order matters, each after the same word where there is one."""

    texts: tuple[str, ...]
    title: str = ""
    word: str = ""
    numbered: bool = False

    def to_markdown(self, lang: Lang) -> str:  # noqa: ARG002  as the others
        """The list in Markdown."""
        lines = (f"{self.word} {markdown.inline(text)}".strip() for text in self.texts)
        listed = markdown.numbered(lines) if self.numbered else markdown.bullets(lines)
        return f"**{self.title}**\n\n{listed}" if self.title else listed

    def to_html(self, lang: Lang) -> Html:  # noqa: ARG002  as the others
        """The list in HTML."""
        lines = (f"{self.word} {one_line(text)}".strip() for text in self.texts)
        listed = listing(lines, ordered=self.numbered)
        return joined([paragraph(element("strong", self.title)), listed]) if self.title else listed


@attrs.frozen
class Grid:
    """A table of texts."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self, lang: Lang) -> str:  # noqa: ARG002  as the others
        """The table in Markdown, which has no titles of tables."""
        return markdown.table(self.header, self.rows)

    def to_html(self, lang: Lang) -> Html:
        """The table in HTML."""
        return table(self.title, self.header, (map(one_line, row) for row in self.rows), lang=lang)


Block: TypeAlias = Field | Points | Grid
