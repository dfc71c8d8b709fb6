"""Texts that may have to be forgotten, in documents: the commitment to each, never the text."""

from __future__ import annotations

from typing import Any

from reclamation_core.cases.sealed import Commitment
from reclamation_core.cases.texts import Text
from reclamation_core.documents import REDACTED, Encoding, Structure
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording

_SEALED = Wording(
    'un texte scellé, {"digest": ...}, est attendu : un texte en clair ne pourrait pas être oublié',
    'a sealed text, {"digest": ...}, is expected: one in clear could not be forgotten',
)


def _read(value: Any, structure: Structure) -> Any:
    if isinstance(value, str):
        raise FaultsError([Fault("", REDACTED, _SEALED)])
    return structure(value, Commitment)


SEALED_TEXTS = Encoding(annotation=Text, read=_read, schema=lambda describe: describe(Commitment))
"""A text of an event, as every document keeps it."""
