"""A text that somebody wrote, made fit for one line of what a reader is shown."""

from __future__ import annotations

import re
from typing import Final

from reclamation_core.wording import Lang

# Control characters, line and paragraph separators, and the marks that turn the direction of the text after them.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def one_line(text: str) -> str:
    r"""The text on one line, without what is not seen.

    >>> one_line("one\r\n\ttwo ")
    'one two'
    """
    return " ".join(_UNSEEN.sub(" ", text).split())


def colon(lang: Lang) -> str:
    """The colon between a label and what follows, spaced as the language has it."""
    return " : " if lang == "fr" else ": "
