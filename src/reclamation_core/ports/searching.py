"""Searching in texts: what counts as the same, and where is searched. Every store folds with this one function."""

from __future__ import annotations

import unicodedata

from reclamation_core.cases import Case
from reclamation_core.cases.texts import commitments

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def folded(text: str) -> str:
    """A text without case, accents, ligatures and curly apostrophes, for searching.

    Stores keep what it gives: whoever changes it gives `STATE_VERSION` another number, so that it is folded again.

    >>> folded("L’Œuvre de Mme DÉSIRÉ")
    "l'oeuvre de mme desire"
    """
    if text.isascii():
        return text.lower()
    compatible = unicodedata.normalize("NFKD", text).casefold()  # a compatibility form may bring capitals with it
    decomposed = unicodedata.normalize("NFKD", compatible)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_LIGATURES)


def searched(case: Case) -> tuple[str, ...]:
    """The texts that a case is searched by, folded, in the order of its story: those forgotten are not among them.

    Who acted is no text of the case, however well it is kept.
    """
    texts = (case.read(text) for event in case.events for text in commitments(event.data))
    return tuple(folded(text) for text in texts if text is not None)
