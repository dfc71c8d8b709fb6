"""The pieces of Markdown that the methods are written with; what somebody wrote stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from reclamation_core.cases.causes.shown import colon, one_line
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.wording import Lang

# A line that begins so is a list or a rule, wherever it stands.
_LIST_LIKE: Final = re.compile(r"^(?:[-=]|\d+(?=[.)]))")


def inline(text: str) -> str:
    r"""A text as it is read, on one line, whatever signs it holds.

    >>> inline("- <b>gras</b> | *fin*")
    '&#45; &lt;b&gt;gras&lt;/b&gt; \\| \\*fin\\*'
    """
    line = markdown_text(one_line(text))
    return _LIST_LIKE.sub(lambda found: "".join(f"&#{ord(sign)};" for sign in found[0]), line)


def bullets(lines: Iterable[str]) -> str:
    """A list of lines that are Markdown already."""
    return "\n".join(f"- {line}" for line in lines)


def numbered(lines: Iterable[str]) -> str:
    """A numbered list of lines that are Markdown already."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def field(label: str, text: str, lang: Lang) -> str:
    """A label of this library in bold and what was written under it."""
    return f"**{label}{colon(lang).rstrip()}** {inline(text)}"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of texts, none of them Markdown."""
    titles = [inline(title) for title in header]
    lines = [titles, ["---"] * len(titles), *([inline(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
