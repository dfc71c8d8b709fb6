"""A chain of texts: each link is a digest of its text and of the link before it.

Whoever changes a text, takes one out or puts one in has to make every later link anew; whoever kept the last link, or
one of them, sees it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator


def first_link(name: str) -> str:
    """What a chain begins with, of its own for each name."""
    return _digest("", name)


def link(before: str, text: str) -> str:
    """The link of a text after another link: SHA-256, in hexadecimal.

    >>> link(first_link("R-1"), "un") == link(first_link("R-1"), "un")
    True
    >>> link(first_link("R-1"), "un") == link(first_link("R-2"), "un")
    False
    """
    return _digest(before, text)


def links(name: str, texts: Iterable[str]) -> Iterator[str]:
    """The links of texts, in their order."""
    last = first_link(name)
    for text in texts:
        last = link(last, text)
        yield last


def _digest(before: str, text: str) -> str:
    # The link before has one length, or none at the beginning: where it ends can be told.
    return hashlib.sha256(f"{len(before)}:{before}{text}".encode()).hexdigest()
