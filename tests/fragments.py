"""HTML as a browser reads it: what is in a page, and whether a fragment for a notebook is sound."""

import re
from html.parser import HTMLParser
from typing import Any, Final, TypeAlias

from reclamation_core.wording import MARKS
from tests.typography import plain

TAGS: Final = frozenset(
    "abbr caption div li ol p span strong table tbody td th thead tr ul".split()  # noqa: SIM905  easier to read
)
"""Every element that a notebook is shown: none that loads, runs or names anything."""
ATTRIBUTES: Final = frozenset({"lang", "scope", "style", "title"})
HOLDERS: Final = {
    "caption": {"table"},
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "li": {"ol", "ul"},
}
"""What some elements are children of."""
PHRASING: Final = frozenset({"abbr", "p", "span", "strong"})
"""Elements that hold no blocks."""
DECLARATION: Final = re.compile(r"[a-z-]+:[a-z0-9 #.,-]+")
_REPLACED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
Element: TypeAlias = tuple[str, dict[str, str]]
VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})
"""Elements without an end."""


class Page(HTMLParser):
    """The elements of a page in their order, its words below its head, and its tables; each element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.tables: list[list[list[str]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "head" not in self._open:
            self.texts.append(data)
        if {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        """All that is written, without a space between."""
        return "".join(self.texts)

    def having(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of a tag."""
        return [given for name, given in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute of any element."""
        return [given[attribute] for _, given in self.elements if attribute in given]


class Fragment(Page):
    """The elements of a fragment in their order, its text and that of its cells, blocks apart by a space.

    Spaces at which no line breaks are read as spaces, as a reader does.

    What is not balanced, not known or not where it may be is refused.
    """

    def __init__(self, html: str) -> None:
        super().__init__(html)
        assert not _REPLACED.search(html)
        html.encode("utf-8")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: _spaced(value or "") for name, value in attrs}
        assert len(given) == len(attrs)
        assert tag in TAGS
        assert set(given) <= ATTRIBUTES
        assert self._open[-1:] == [] or tag not in HOLDERS or self._open[-1] in HOLDERS[tag]
        assert tag in PHRASING - {"p"} or not PHRASING & set(self._open)
        assert all(map(DECLARATION.fullmatch, given["style"].split(";"))) if "style" in given else True
        super().handle_starttag(tag, [*given.items()])
        if tag == "div" and {"td", "th"} & set(self._open) and self.tables[-1][-1][-1]:
            self.tables[-1][-1][-1] += " "

    def handle_data(self, data: str) -> None:
        super().handle_data(_spaced(data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_pi = unknown_decl = handle_comment

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    @property
    def cells(self) -> list[str]:
        """The text of each cell of any table."""
        return [cell for table in self.tables for row in table for cell in row]

    @property
    def skeleton(self) -> list[tuple[Any, ...]]:
        """The elements without free text: only a title may contain it."""
        return [(tag, given | {"title": ""} if "title" in given else given) for tag, given in self.elements]


def styles(given: dict[str, str]) -> dict[str, str]:
    """The declarations of an element."""
    declared = (declaration.partition(":") for declaration in given.get("style", "").split(";") if declaration)
    return {name: value for name, _, value in declared}


def shown(text: str) -> str:
    """A text as a browser shows it: without signs that no HTML document may hold."""
    return _spaced(_REPLACED.sub("\N{REPLACEMENT CHARACTER}", text.translate(dict.fromkeys(map(ord, MARKS)))))


def _spaced(text: str) -> str:
    return plain(text)
