"""French typography in tests: texts as they were typed, and a checker that does not know how the library sets them."""

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
MONTHS = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre"}
MONTHS |= {"novembre", "décembre"}
UNITS = {"h", "min", "%", "€", "jour", "jours", "mois", "an", "ans", "heures"}


def plain(text: str) -> str:
    """Return a text with ordinary spaces and apostrophes."""
    return text.replace(NARROW, " ").replace(WIDE, " ").replace("’", "'")


def faults(text: str) -> Iterator[str]:
    """Yield what French typography forbids in a text: each place with the three characters around it.

    It goes through the characters; the library uses regular expressions.
    """
    for place, sign in enumerate(text):
        before, after = text[:place], text[place + 1 :]
        around = text[max(0, place - 3) : place + 4]
        if sign == "'" and before[-1:].isalpha() and after[:1].isalpha():
            yield f"straight apostrophe: {around!r}"
        if sign != " " or not before.strip() or before[-1] in " \n|":
            continue
        word, last = _first(after), _last(before)
        if after[:1] in {"»", ";", "!", "?"} or before[-1] == "«":
            yield f"space before a sign: {around!r}"
        if after[:1] == ":" and not after[1:2].isalnum():
            yield f"space before a colon: {around!r}"
        if last.isdigit() and (word in UNITS | MONTHS or (len(last) <= 3 and len(word) == 3 and word.isdigit())):
            yield f"broken number: {around!r}"
        if last in MONTHS and len(word) == 4 and word.isdigit():
            yield f"broken date: {around!r}"


def _first(text: str) -> str:
    if text[:1] in {"%", "€"}:
        return text[:1]
    end = next((place for place, sign in enumerate(text) if not sign.isalnum()), len(text))
    return text[:end]


def _last(text: str) -> str:
    return unicodedata.normalize("NFC", _first(text[::-1])[::-1])


def of_markdown(page: str) -> str:
    """Return the words of a Markdown page: without code and addresses."""
    lines, is_code = [], False
    for line in page.splitlines():
        is_code ^= line.lstrip().startswith("```")
        pieces = line.split("`") if not is_code else []
        lines.append("x".join(piece for place, piece in enumerate(pieces) if place % 2 == 0))
    return re.sub(r"\]\([^)]*\)", "]", "\n".join(lines))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.left: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in {"code", "pre", "style", "script"}:
            self.left.append(tag)
        elif tag in {"td", "th", "p", "li", "div", "caption", "dt", "dd", "tr", "h1", "h2", "option", "title"}:
            self.words.append("\n")
        elif tag == "span":
            self.words.append("\N{ZERO WIDTH SPACE}")

    def handle_endtag(self, tag: str) -> None:
        if self.left and self.left[-1] == tag:
            self.left.pop()
        elif tag == "span":
            self.words.append("\N{ZERO WIDTH SPACE}")

    def handle_data(self, data: str) -> None:
        if not self.left:
            self.words.append(data)


def of_html(page: str) -> str:
    """Return the words of an HTML page, a block a line, without code."""
    reader = _Words()
    reader.feed(page)
    return "".join(reader.words)
