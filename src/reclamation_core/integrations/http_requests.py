"""What requests of HTTP have in common, whatever the web framework: language, posted files, the page that posts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO, Any, Final
from urllib.parse import urlsplit

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording

TOO_LONG: Final = Wording(
    "La requête est trop longue : raccourcissez les textes, ou joignez des fichiers moins lourds ou moins nombreux.",
    "The request is too long: shorten the texts, or attach smaller or fewer files.",
)
TOO_MANY_FIELDS: Final = Wording("Ce formulaire a trop de champs.", "This form has too many fields.")
NO_FORM: Final = Wording(
    "Ce formulaire ne se lit pas : envoyez-le de nouveau.", "This form cannot be read: send it again."
)
WITHOUT_ROLE: Final = Wording(
    "Aucun rôle ne vous est attribué : demandez une habilitation à la personne qui administre l'application.",
    "You have no role: ask the person who administers the application for one.",
)
NOT_OF_SESSION: Final = Wording(
    "Ce formulaire ne vient pas d'une page de votre session, qui a peut-être pris fin : envoyez-le de nouveau depuis "
    "une session ouverte.",
    "This form does not come from a page of your session, which may have ended: send it again from an open session.",
)
LARGEST_UPLOAD: Final = 100_000_000
"""The longest body of a request with files, by default: four of the largest documents of the shipped edition.

The limits of an edition are those of the library: this one limits what a request may cost before its case is known.
"""
MOST_FILES: Final = 20
"""The most files of one form."""
_LANGUAGE: Final = re.compile(r"\s*(fr|en|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


@attrs.frozen
class PostedFile(SharedRepr):
    """A file of a posted form; a large one is a temporary file, so that its content is not in memory as a whole.

    Args:
        field: the name of its field.
        name: its file name, as the client sent it.
        content: its content, open at its beginning; the host closes it after the response.
    """

    field: str
    name: str = attrs.field(repr=False)
    content: IO[bytes] = attrs.field(repr=False)


def has_files(content_type: str | None) -> bool:
    """Return True for the media type of a form with files."""
    return (content_type or "").partition(";")[0].strip().lower() == "multipart/form-data"


def is_of_another_site(header: Callable[[str], str | None]) -> bool:
    """Return True for a request of a browser from the page of another site.

    Args:
        header: returns the value of a header by its name; None without it.
    """
    origin, site = header("Origin"), header("Sec-Fetch-Site")
    return site not in {None, "same-origin", "none"} or (
        origin is not None and urlsplit(origin).netloc != header("Host")
    )


def preferred_language(accepted: str) -> Lang:
    """Return the language that a header `Accept-Language` prefers by its weights, French if it names neither.

    Of two languages with the same weight, it is the one named first.

    >>> preferred_language("en-GB, fr;q=0.5"), preferred_language("fr;q=0.5, en"), preferred_language("de")
    ('en', 'en', 'fr')
    """
    found = [(one[1], float(one[2] or 1)) for one in map(_LANGUAGE.fullmatch, accepted.lower().split(",")) if one]
    weights: dict[str, float] = {}
    for language, weight in sorted(found, key=lambda one: -one[1]):
        weights.setdefault(language, weight)
    others = weights.pop("*", 0)
    languages: list[Any] = [*filter(weights.get, weights), "fr", "en"]
    preferred: Lang = max(languages, key=lambda language: weights.get(language, others))
    return preferred
