"""When two statements say the same, so that a cause is counted once and a chain cannot turn in a circle."""

from __future__ import annotations

import unicodedata


def key(statement: str) -> str:
    """What two spellings of one statement share: neither case, nor spacing, nor the full stop makes another statement.

    >>> key("Le formateur  est ABSENT.") == key("le formateur est absent")
    True
    """
    folded = unicodedata.normalize("NFKC", statement).casefold()
    return " ".join(folded.split()).rstrip(" .;!?…") or folded


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of a text: blanks and control characters alone say nothing."""
    return any(character.isprintable() and not character.isspace() for character in text)
