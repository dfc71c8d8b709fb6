"""HTML that a notebook displays: texts are escaped, colours can be read on a light page and on a dark one. Internal."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from enum import Enum
from importlib import import_module
from itertools import islice
from typing import Any, Final, TypeVar

from reclamation_core.wording import Lang, Wording, typeset

_WRITERS: Final[dict[type[Any], Callable[..., str]]] = {}

W = TypeVar("W", bound=Callable[..., str])

NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""A character that no XML document can hold."""

MOST_ROWS: Final = 200
"""The most rows of a table that are shown; the number of the others follows the table."""

_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MORE: Final = Wording("Lignes non montrées : {}.", "Rows not shown: {}.")
_LINE: Final = "1px solid #8c959f"
_CELL: Final = f"border:{_LINE};padding:4px 8px;vertical-align:top;font-size:13px"
_LEFT: Final = f"{_CELL};text-align:left"
_RIGHT: Final = f"{_CELL};text-align:right"


_SIGNS_OF_MARKDOWN: Final = re.compile(r"^#{1,6} |\*\*(?=\S)|(?<=\S)\*\*|\\(?=[\\`*_{}\[\]()#+.!|<>~-])", re.MULTILINE)


def without_markdown(content: str) -> str:
    r"""Return a text without the signs of Markdown's titles, bold words and escapes, for a reader.

    >>> without_markdown("### 5 pourquoi\n\n**Problème :** l&#45;alarme")
    '5 pourquoi\n\nProblème : l-alarme'
    """
    from html import unescape  # has every name of a character

    return unescape(_SIGNS_OF_MARKDOWN.sub("", content))


class Tone(Enum):
    """A background and the colour of what is written on it, always given together.

    A colour has no meaning alone: the text of an element states what its tone means.
    """

    PLAIN = "#ffffff", "#1f2328"
    HEAD = "#eaeef2", "#1f2328"
    QUIET = "#f3f4f6", "#505862"
    NOTE = "#ddf4ff", "#0a3a75"
    GOOD = "#dafbe1", "#0f5323"
    WARNING = "#fff3cd", "#6b4700"
    BAD = "#ffe2e0", "#8a1414"
    STRONG = "#0a3a75", "#ffffff"

    @property
    def background(self) -> str:
        """The colour of the ground, as `#rrggbb`."""
        return self.value[0]

    @property
    def foreground(self) -> str:
        """The colour of what is written on it, as `#rrggbb`."""
        return self.value[1]


class Html(str):
    """A text that is HTML already; every other text is escaped where it is put into an element."""

    __slots__ = ()


def text(content: str) -> Html:
    """A text as HTML shows it; what no HTML document may hold becomes a replacement character.

    >>> text("a < b"), text(Html("<b>a</b>"))
    ('a &lt; b', '<b>a</b>')
    """
    if isinstance(content, Html):
        return content
    from html import escape

    return Html(escape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", content)))


def joined(parts: Iterable[str]) -> Html:
    """Parts one after the other; those that are not HTML are escaped."""
    return Html("".join(map(text, parts)))


def element(tag: str, *content: str, **attributes: str) -> Html:
    """An element; its attributes are in the order in which they are given.

    >>> element("td", "a < b", lang="fr")
    '<td lang="fr">a &lt; b</td>'
    """
    given = "".join(f' {name}="{text(value)}"' for name, value in attributes.items())
    return Html(f"<{tag}{given}>{joined(content)}</{tag}>")


def style(tone: Tone, more: str = "") -> str:
    """The declarations of a tone, and more of them."""
    return f"background:{tone.background};color:{tone.foreground}{';' if more else ''}{more}"


def card(*content: str, lang: Lang = "fr") -> Html:
    """What an object shows itself as: a ground of its own, in the typography of its language."""
    look = style(Tone.PLAIN, f"border:{_LINE};border-radius:6px;padding:10px 14px;margin:4px 0;font-size:14px")
    return Html(typeset(element("div", *content, lang=lang, style=f"{look};line-height:1.45;overflow-x:auto"), lang))


def section(heading: str, *content: str, level: int | None = None) -> Html:
    """Return a heading with badges, and its content.

    Args:
        heading: the heading.
        content: what follows it.
        level: the level of the heading element, for a page of its own; by default it is a bold paragraph, since a
            notebook would put a heading among its own.
    """
    title = paragraph(element("strong", heading)) if level is None else title_element(heading, level)
    return element("div", title, *content, style="margin:0 0 10px")


def title_element(heading: str, level: int) -> Html:
    """Return a heading element, in the size of the text around it."""
    return element(f"h{level}", heading, style="font-size:14px;margin:4px 0")


def paragraph(*content: str) -> Html:
    """A paragraph."""
    return element("p", *content, style="margin:4px 0;color:inherit")


def block(tone: Tone, *content: str) -> Html:
    """A paragraph on a ground that sets it apart."""
    return element("p", *content, style=style(tone, f"border:{_LINE};border-radius:4px;padding:4px 8px;margin:6px 0"))


def badge(label: str, tone: Tone) -> Html:
    """A short word on a ground that sets it apart."""
    look = style(tone, "border:1px solid;border-radius:10px;padding:1px 8px;white-space:nowrap;font-size:12px")
    return element("span", label, style=look)


def listing(items: Iterable[str], *, ordered: bool = False) -> Html:
    """A list, numbered where the order matters."""
    look = "margin:4px 0;padding-left:24px;color:inherit"
    entries = (element("li", item, style="color:inherit") for item in items)
    return element("ol" if ordered else "ul", *entries, style=look)


def table(
    caption: str,
    header: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    lang: Lang = "fr",
    numbers: Container[int] = (),
) -> Html:
    """A table whose first column names the rows.

    Args:
        caption: what the table is about.
        header: the titles of the columns, at least one.
        rows: the cells of each row, as many as there are titles; `MOST_ROWS` of them are shown.
        lang: the language in which the rows that are not shown are counted.
        numbers: the columns of numbers, which stand to the right; the first column is 0.
    """
    body = iter(rows)
    shown = [_row(row, numbers) for row in islice(body, MOST_ROWS)]
    left = sum(1 for _ in body)
    titles = (
        element("th", title, scope="col", style=style(Tone.HEAD, _RIGHT if place in numbers else _LEFT))
        for place, title in enumerate(header)
    )
    whole = _table(caption, element("thead", element("tr", *titles)), element("tbody", *shown))
    return joined([whole, paragraph(_MORE.in_(lang).format(left))] if left else [whole])


def pairs(caption: str, given: Iterable[tuple[str, str]]) -> Html:
    """A table of two columns without titles: a name, and what there is of it."""
    return _table(caption, element("tbody", *map(_row, given)))


def _table(caption: str, *content: str) -> Html:
    title = element("caption", caption, style=style(Tone.PLAIN, "caption-side:top;text-align:left;font-weight:bold"))
    return element("table", title, *content, style="border-collapse:collapse;margin:6px 0;table-layout:auto")


def _row(cells: Iterable[str], numbers: Container[int] = ()) -> Html:
    name, *others = cells
    head = element("th", name, scope="row", style=style(Tone.HEAD, f"{_LEFT};white-space:nowrap"))
    told = (
        element("td", cell, style=style(Tone.PLAIN, _RIGHT if place in numbers else _LEFT))
        for place, cell in enumerate(others, 1)
    )
    return element("tr", head, *told)


def html_writer(cls: type[Any]) -> Callable[[W], W]:
    """Return a decorator of the function that writes the HTML of the values of a class.

    A class does not import the module that displays it: its `_repr_html_` calls `html_of` with the name of it.
    """

    def register(writer: W) -> W:
        _WRITERS[cls] = writer
        return writer

    return register


def html_of(value: object, module: str, **options: Any) -> str:
    """Return a value as an HTML fragment, by the function that a module registered for its class with `html_writer`."""
    import_module(module)
    return next(_WRITERS[cls] for cls in type(value).__mro__ if cls in _WRITERS)(value, **options)
