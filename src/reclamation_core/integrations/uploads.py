"""Files of posted forms, whatever the web framework: how long they may be, and which pages may post them."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final
from urllib.parse import urlsplit

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

TOO_LONG: Final = Wording("La requête est trop longue.", "The request is too long.")
LARGEST_UPLOAD: Final = 100_000_000
"""The longest body of a request with files, by default: four of the largest documents of the shipped edition.

The limits of an edition are those of the library: this one limits what a request may cost before its case is known.
"""
MOST_FILES: Final = 20
"""The most files of one form."""


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
