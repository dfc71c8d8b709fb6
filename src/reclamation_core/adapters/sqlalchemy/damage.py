"""Naming what is damaged in a story that cannot be read: which document, and where in it; never what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from reclamation_core.errors import FaultsError
from reclamation_core.ports import StoreDamagedError
from reclamation_core.wording import Wording

NO_DOCUMENT: Final = Wording("document illisible", "no document")
THE_STORY: Final = Wording("l'histoire", "the story")
A_TEXT: Final = Wording("un texte", "a text")
ITS_LAST_LINK: Final = Wording("le lien de son dernier événement", "the link of its last event")

_NO_KEY: Final = Wording("une référence ou un périmètre n'est pas du texte", "a reference or a scope is no text")
_DECODER: Final = json.JSONDecoder()


def key_of(stored: object, database: str) -> str:
    """The key of a case or of a plan, as it is stored.

    Raises:
        StoreDamagedError: it is no text: nobody can be told whose it is, nor go on after it.
    """
    if not isinstance(stored, str):
        raise StoreDamagedError.of(database, _NO_KEY)
    return stored


def within(fr: str, en: str, wrong: Wording) -> Wording:
    """What is wrong, after where it is."""
    return Wording(f"{fr} : {wrong.fr}", f"{en}: {wrong.en}")


def fault_of(document: str, read: Callable[[Any], object]) -> Wording | None:
    """What is wrong with a document, by the paths in it; None where it can be read."""
    try:
        document.encode()
        read(json.loads(document))
    except FaultsError as error:
        paths = ", ".join(fault.path for fault in error.faults)
        return Wording(paths, paths)
    except (ValueError, TypeError, KeyError, RecursionError):
        return NO_DOCUMENT
    return None


def fault_among(documents: str, read: Callable[[Any], object]) -> Wording | None:
    """The first event that cannot be read among documents separated by commas; None where each can."""
    place, number = 0, 1
    while place < len(documents):
        end = _end_of(documents, place)
        wrong = NO_DOCUMENT if end is None else fault_of(documents[place:end], read)
        if end is None or wrong is not None:
            return within(f"événement {number}", f"event {number}", wrong or NO_DOCUMENT)
        place, number = end + 1, number + 1
    return None


def _end_of(documents: str, place: int) -> int | None:
    """Where a document ends that begins at a place; None where there is none, or more than it before the next."""
    try:
        _, end = _DECODER.raw_decode(documents, place)
    except (ValueError, RecursionError):
        return None
    return end if documents[end : end + 1] in {"", ","} else None
