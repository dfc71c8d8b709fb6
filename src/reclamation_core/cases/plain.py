"""Plain data for other programs: views of cases and plans, their texts in clear where these are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from reclamation_core.cases.events.base import Facts
from reclamation_core.cases.texts import Commitment, Text, Vault
from reclamation_core.documents import Codec, Encoding, Variants
from reclamation_core.documents.codec import Structure
from reclamation_core.documents.faults import refuse
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, Role

FACTS: Final = Variants(
    annotation=Facts,
    classes={"complaint": ComplaintFacts, "malfunction": MalfunctionFacts},
    brief=True,
    is_versioned=False,
)
"""Facts in plain data: their type, without a version."""


def _refuse(value: Any, _: Structure) -> Any:
    refuse(value, "ces données se lisent, elles ne se relisent pas", "a view is written, and not read back")


_TEXT: Final[dict[str, Any]] = {"type": ["string", "null"]}
CODEC: Final = Codec(
    (FACTS,),
    encodings=(
        Encoding(annotation=Text, read=_refuse, schema=lambda _: dict(_TEXT)),
        Encoding(annotation=Commitment, read=_refuse, schema=lambda _: dict(_TEXT)),
    ),
)
"""Writes views. A text is a string, and null once it is erased or where texts are left out."""


def plain(value: Any, vault: Vault | None = None) -> dict[str, Any]:
    """Return a view as plain data.

    Args:
        value: the view.
        vault: the texts to write in place of their commitments; without them each is null.
    """
    document: dict[str, Any] = _with_texts(CODEC.write(value), vault)
    return document


def _with_texts(document: Any, vault: Vault | None) -> Any:
    if isinstance(document, Mapping):
        if document.keys() == {"digest"}:
            return None if vault is None else vault.read(Commitment(document["digest"]))
        return {key: _with_texts(value, vault) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [_with_texts(value, vault) for value in document]
    return document


@attrs.frozen(kw_only=True)
class TimelineEntry:
    """One event of a case for a reader (ligne de l'historique).

    Args:
        number: the number of the event.
        occurred_at: when it happened, as its date was corrected last; aware, in the zone of the case.
        recorded_at: when it was recorded; aware, in the zone of the case.
        actor: who did it; None once the name is erased, or if texts are left out.
        role: in which role.
        role_label: the role for a reader.
        type: the code of the event type.
        label: the event type for a reader.
        sentence: the event in a sentence, without its full stop.
    """

    number: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str | None = attrs.field(repr=False)
    role: Role
    role_label: str
    type: str
    label: str
    sentence: str = attrs.field(repr=False)

    def to_document(self) -> dict[str, Any]:
        """Return the entry as plain data; `document_schema("view.timeline_entry")` describes it."""
        return plain(self)
