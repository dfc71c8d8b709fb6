"""A checkpoint: the last link of each case and each plan at an instant, kept elsewhere than the store."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Self

import attrs

from reclamation_core.cases.checks import instant, number
from reclamation_core.cases.journal.written import WrittenStory
from reclamation_core.documents import Codec, Plain, Upcaster, Variants, Versions, canonical_json
from reclamation_core.vocabulary.conversions import at_offset

_KEY_BYTES: Final = 16


@attrs.frozen
class Head:
    """How far a story had come.

    Args:
        version: how many events it had.
        link: the link of the last one.
    """

    version: int = attrs.field(validator=number)
    link: str


@attrs.frozen(kw_only=True)
class Checkpoint:
    """The last link of each case and each plan at an instant; with a key, it says by whom it was taken.

    Args:
        taken_at: when it was taken; aware.
        heads: how far each case had come, by its reference.
        plan_heads: how far each plan had come, by the key of its scope; None in a checkpoint of version 1, which was
            taken before plans were chained.
        seal: what only a holder of the key can make of the rest; None where it is not sealed.
    """

    taken_at: datetime = attrs.field(converter=at_offset, validator=instant)
    heads: Mapping[str, Head] = attrs.field(repr=False)
    plan_heads: Mapping[str, Head] | None = attrs.field(default=None, repr=False)
    seal: str | None = attrs.field(default=None, repr=False)

    @classmethod
    def of(cls, stories: Iterable[WrittenStory], taken_at: datetime, plans: Iterable[WrittenStory] = ()) -> Self:
        """Return the checkpoint of cases and plans, as they are."""
        return cls(taken_at=taken_at, heads=_heads(stories), plan_heads=_heads(plans))

    def sealed(self, key: bytes) -> Self:
        """The checkpoint, sealed with a key: HMAC-SHA-256.

        Raises:
            ValueError: the key is shorter than sixteen bytes.
        """
        return attrs.evolve(self, seal=self._seal(key))

    def is_sealed_with(self, key: bytes) -> bool:
        """Whether a holder of the key sealed it, and nobody changed it since."""
        return self.seal is not None and hmac.compare_digest(self.seal, self._seal(key))

    def _seal(self, key: bytes) -> str:
        if len(key) < _KEY_BYTES:
            raise ValueError(f"key: {len(key)} bytes; give at least {_KEY_BYTES} that nobody can foresee")
        document = attrs.evolve(self, seal=None).to_document()
        if self.plan_heads is None:  # what was sealed was a document of version 1
            document = {key: value for key, value in document.items() if key != "plan_heads"} | {"version": 1}
        text = canonical_json(document)
        return hmac.digest(key, text.encode(), "sha256").hex()

    def to_document(self) -> dict[str, Any]:
        """The checkpoint as plain data."""
        document: dict[str, Any] = CODEC.write(self)
        return document

    @classmethod
    def from_document(cls, document: Any) -> Checkpoint:
        """The checkpoint that a document holds.

        Raises:
            FaultsError: with every fault of the document at once, each with its path.
        """
        return CODEC.read(document, Checkpoint)


def _heads(stories: Iterable[WrittenStory]) -> dict[str, Head]:
    ends = ((story.holder, story.entries[-1]) for story in stories if story.entries)
    return {holder: Head(last.number, last.link) for holder, last in ends}


def _without_plans(document: Plain) -> Plain:
    return {**document, "plan_heads": None}


_VERSIONS: Final = Versions({"checkpoint": 2}, [Upcaster("checkpoint", 1, _without_plans)])
CODEC: Final = Codec((Variants(annotation=Checkpoint, classes={"checkpoint": Checkpoint}, versions=_VERSIONS),))
