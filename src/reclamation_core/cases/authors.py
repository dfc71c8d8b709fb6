"""Comparison of the authors of two cases: a duplicate is a second message of the same author."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from reclamation_core.cases.case import Case

_CIVILITIES: Final = frozenset({"m", "mr", "monsieur", "mme", "madame", "mlle", "mademoiselle", "mrs", "ms"})


def author_key(complainant: str) -> tuple[str, ...]:
    r"""Return the words of a name for comparison: of the first line, without civility, accents, case and order.

    >>> author_key("Mme Awa Durand\n3 allée des Tilleuls") == author_key("DURAND Awa")
    True
    """
    first = next((line for line in complainant.splitlines() if line.strip()), "")
    plain = unicodedata.normalize("NFKD", first.split(",")[0]).casefold()
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(sorted(word for word in re.findall(r"\w+", letters) if word not in _CIVILITIES))


def has_same_author(case: Case, original: Case) -> bool | None:
    """Return whether a case has the same author as the case that it duplicates.

    Returns:
        None if it cannot be told: a name is erased, or this case has no name. An original without a name has another
        author: nobody can be told to find the answer there.
    """
    own, other = case.complainant, original.complainant
    if own is None:
        return None
    if other is None:
        return False
    name, other_name = case.read(own), original.read(other)
    if name is None or other_name is None:
        return None
    return author_key(name) == author_key(other_name)
