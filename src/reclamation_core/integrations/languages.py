"""The language of the answer to a request."""

from __future__ import annotations

from reclamation_core.wording import Lang


def preferred_language(accepted: str) -> Lang:
    """Return the language that a header `Accept-Language` prefers, French if it names neither.

    >>> preferred_language("en-GB, fr;q=0.5"), preferred_language("de")
    ('en', 'fr')
    """
    wanted = accepted.lower()
    french, english = wanted.find("fr"), wanted.find("en")
    return "en" if english >= 0 and not 0 <= french < english else "fr"
