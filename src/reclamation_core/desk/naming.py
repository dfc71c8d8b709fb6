"""Whether a text names a person, however the name is spaced, joined, turned round or accented in it."""

from __future__ import annotations

import re
from typing import Final

from reclamation_core.ports import normalize_text

_WORD: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u02b9\u02bb\u02bc\u02bd", "'"))
"""Letters to Unicode, apostrophes to whoever types them."""


def words(text: str) -> frozenset[str]:
    """The words of a text as they are compared: neither case nor accents, and nothing of what stands between them.

    >>> sorted(words("DUPONT-O’Brien, Désirée")) == sorted(words("desiree dupont o'brien"))
    True
    """
    return frozenset(_WORD.findall(normalize_text(text).translate(_APOSTROPHES)))


def names(text: str, wanted: frozenset[str]) -> bool:
    """Whether a text has all the words wanted, in any order, each whole."""
    return wanted <= words(text)
