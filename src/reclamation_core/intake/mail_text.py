"""The text of a message: characters of any charset, and HTML reduced to text within limits."""

from __future__ import annotations

import codecs
import re
from typing import Final

from reclamation_core.errors import MissingExtraError

LONGEST_HTML: Final = 1_000_000
"""So many characters of HTML are parsed."""

_NOT_OF_MAIL: Final = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)
"""Codecs of Python that are no charset of a message; some take quadratic time."""
_UNPRINTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINE_ENDS: Final = re.compile(r"\r\n?")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_LAID_OUT: Final = {
    "table": "div",
    "tbody": "div",
    "thead": "div",
    "tfoot": "div",
    "tr": "div",
    "td": "span",
    "th": "span",
}
"""Tables, which lay messages out, become lines: aligned columns of hostile tables take memory without end."""


def decoded(content: bytes, charset: str | None) -> tuple[str, bool]:
    """Return bytes as text, and True if they are what the charset says.

    Bytes that are not valid in it, or whose charset is unknown, are read as UTF-8, else as Windows-1252.
    """
    declared = _codec(charset) if charset else None
    for name in dict.fromkeys((declared, "utf-8", "cp1252")):
        if name is not None:
            try:
                return content.decode(name), not charset or name == declared
            except (ValueError, LookupError):
                continue
    return content.decode("cp1252", "replace"), False


def _codec(charset: str) -> str | None:
    try:
        found = codecs.lookup(charset)
    except (LookupError, ValueError):
        return None
    return None if found.name in _NOT_OF_MAIL else found.name


def plain(text: str) -> str:
    """Return a text that can be stored, its lines ended by a line feed: no control character, no lone surrogate."""
    return _UNPRINTED.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str, longest: int) -> str:
    """Return a text in one line, without characters that are not printed, such as those that reverse the reading."""
    words = "".join(sign if sign.isprintable() else " " for sign in text).split()
    return " ".join(words)[:longest].strip()


def html_text(html: str) -> str:
    """Return the text of HTML: without styles and scripts, a line for each block and each row of a table.

    No entity of a document type is expanded, and no file or address is read.

    Raises:
        MissingExtraError: inscriptis is not installed.
    """
    try:
        from inscriptis.css_profiles import STRICT_CSS_PROFILE
        from inscriptis.html_engine import Inscriptis
        from inscriptis.html_properties import Display
        from inscriptis.model.config import ParserConfig
        from inscriptis.model.html_element import HtmlElement
        from lxml.etree import LxmlError
        from lxml.html import HTMLParser, document_fromstring
    except ImportError as error:
        raise MissingExtraError("inscriptis", "mail") from error
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = document_fromstring(plain(html[:LONGEST_HTML]).encode(), parser=parser)
    except LxmlError:  # nothing in it is an element
        return ""
    for element in tree.iter():
        if element.tag in {"td", "th"}:
            element.tail = f" {element.tail or ''}"
        element.tag = _LAID_OUT.get(element.tag, element.tag)
        element.attrib.clear()  # styles and widths can ask for any number of spaces
    block = HtmlElement(display=Display.block)
    config = ParserConfig(css={**STRICT_CSS_PROFILE, "ul": block, "ol": block})
    try:
        text = Inscriptis(tree, config).get_text()
    except RecursionError:
        text = str(tree.text_content())
    return _BLANK_LINES.sub("\n\n", text).strip()
