"""Text search: how texts are normalized, the same in every store, and which texts of a case are searched."""

from __future__ import annotations

import unicodedata

from reclamation_core.cases import Case
from reclamation_core.cases.texts import commitments

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def normalize_text(text: str) -> str:
    """A text without case, accents, ligatures and curly apostrophes, for searching.

    Stores hold the result: after a change of this function, raise `STATE_VERSION`, so that it is computed again.

    >>> normalize_text("L’Œuvre de Mme DÉSIRÉ")
    "l'oeuvre de mme desire"
    """
    if text.isascii():
        return text.lower()
    compatible = unicodedata.normalize("NFKD", text).casefold()  # a compatibility form may bring capitals with it
    decomposed = unicodedata.normalize("NFKD", compatible)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_LIGATURES)


def searchable_texts(case: Case) -> tuple[str, ...]:
    """The normalized texts that a case is searched by, in the order of its events, without forgotten ones.

    The names of actors are not searched.
    """
    texts = (case.read(text) for event in case.events for text in commitments(event.data))
    return tuple(normalize_text(text) for text in texts if text is not None)
