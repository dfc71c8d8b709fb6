"""A checkpoint: the last link of each case at an instant, kept elsewhere than the store."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Self

import attrs

from reclamation_core.cases.checks import instant, number
from reclamation_core.cases.journal.written import WrittenStory
from reclamation_core.documents import Codec, Variants, canonical_json
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
    """The last link of each case at an instant; with a key, it says by whom it was taken.

    Args:
        taken_at: when it was taken; aware.
        heads: how far each case had come, by its reference.
        seal: what only a holder of the key can make of the rest; None where it is not sealed.
    """

    taken_at: datetime = attrs.field(converter=at_offset, validator=instant)
    heads: Mapping[str, Head] = attrs.field(repr=False)
    seal: str | None = attrs.field(default=None, repr=False)

    @classmethod
    def of(cls, stories: Iterable[WrittenStory], taken_at: datetime) -> Self:
        """The checkpoint of stories, as they are."""
        ends = ((story.case, story.entries[-1]) for story in stories if story.entries)
        return cls(taken_at=taken_at, heads={case: Head(last.number, last.link) for case, last in ends})

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
        text = canonical_json(attrs.evolve(self, seal=None).to_document())
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


CODEC: Final = Codec((Variants(annotation=Checkpoint, classes={"checkpoint": Checkpoint}),))
