"""The language of the answer to a request."""

from __future__ import annotations

import re
from typing import Any, Final

from reclamation_core.wording import Lang

_RANGE: Final = re.compile(r"\s*(fr|en|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


def preferred_language(accepted: str) -> Lang:
    """Return the language that a header `Accept-Language` prefers by its weights, French if it names neither.

    Of two languages with the same weight, it is the one named first.

    >>> preferred_language("en-GB, fr;q=0.5"), preferred_language("fr;q=0.5, en"), preferred_language("de")
    ('en', 'en', 'fr')
    """
    weights: dict[str, float] = {}
    for found in filter(None, map(_RANGE.fullmatch, accepted.lower().split(","))):
        weights[found[1]] = max(weights.get(found[1], 0), float(found[2] or 1))
    others = weights.pop("*", 0)
    languages: list[Any] = [*filter(weights.get, weights), "fr", "en"]
    preferred: Lang = max(languages, key=lambda language: weights.get(language, others))
    return preferred
