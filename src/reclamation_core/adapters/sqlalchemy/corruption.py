"""Corruption of stored documents: name the document and the path in it, never what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from reclamation_core.errors import FaultsError
from reclamation_core.ports import StoreDamagedError
from reclamation_core.wording import Wording

DOCUMENT: Final = Wording("document illisible", "no document")
EVENT_STREAM: Final = Wording("l'histoire", "the story")
TEXT: Final = Wording("un texte", "a text")
LAST_LINK: Final = Wording("le lien de son dernier événement", "the link of its last event")

_NO_KEY: Final = Wording("une référence ou un périmètre n'est pas du texte", "a reference or a scope is no text")
_DECODER: Final = json.JSONDecoder()


def require_key(stored: object, database: str) -> str:
    """Return the key of a case or a plan as it is stored.

    Raises:
        StoreDamagedError: it is not text, so that no error could name it and no page could go on after it.
    """
    if not isinstance(stored, str):
        raise StoreDamagedError.of(database, _NO_KEY)
    return stored


def within(fr: str, en: str, fault: Wording) -> Wording:
    """Return a fault after its place."""
    return Wording(f"{fr} : {fault.fr}", f"{en}: {fault.en}")


def fault_of(document: str, read: Callable[[Any], object]) -> Wording | None:
    """Return the paths of a document's faults; None if it can be read."""
    try:
        document.encode()
        read(json.loads(document))
    except FaultsError as error:
        paths = ", ".join(fault.path for fault in error.faults)
        return Wording(paths, paths)
    except (ValueError, TypeError, KeyError, RecursionError):
        return DOCUMENT
    return None


def fault_among(documents: str, read: Callable[[Any], object]) -> Wording | None:
    """Return the first event that cannot be read among documents separated by commas; None if all can."""
    place, number = 0, 1
    while place < len(documents):
        end = _end_of(documents, place)
        fault = DOCUMENT if end is None else fault_of(documents[place:end], read)
        if end is None or fault is not None:
            return within(f"événement {number}", f"event {number}", fault or DOCUMENT)
        place, number = end + 1, number + 1
    return None


def _end_of(documents: str, place: int) -> int | None:
    """Return the end of the document that begins at a place; None if there is none, or more before the comma."""
    try:
        _, end = _DECODER.raw_decode(documents, place)
    except (ValueError, RecursionError):
        return None
    return end if documents[end : end + 1] in {"", ","} else None
