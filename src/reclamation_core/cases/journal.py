"""The journal: events of cases and plans as written, chained; checkpoints; and the search for tampering."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Self

import attrs

from reclamation_core.cases.documents import event_document
from reclamation_core.cases.events.base import RecordedEvent
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents import canonical_json
from reclamation_core.documents.canonical import first_link, link, links
from reclamation_core.documents.codec import Codec, Variants
from reclamation_core.documents.versions import Upcaster, Versions
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset, instant, number

__all__ = [
    "Anomaly",
    "AnomalyKind",
    "Checkpoint",
    "Entry",
    "Head",
    "WrittenEventStream",
    "chained",
    "examine",
    "written",
]


@attrs.frozen
class Entry(SharedRepr):
    """An event as it was written.

    Args:
        number: its place in the history, from 1.
        text: its document, as canonical JSON; never written again.
        link: its link in the chain of the case or the plan.
    """

    number: int
    text: str
    link: str


@attrs.frozen
class WrittenEventStream(SharedRepr):
    """The stored events of a case or a plan, which may be inconsistent.

    Args:
        holder: the reference of the case, or the key of the plan's scope.
        version: the number of events according to the store.
        entries: those that it has, by number.
    """

    holder: str
    version: int
    entries: tuple[Entry, ...]


def written(case: str, events: Iterable[RecordedEvent]) -> WrittenEventStream:
    """Return the events of a case as they are to be written."""
    return chained(case, [canonical_json(event_document(event)) for event in events])


def chained(holder: str, texts: Sequence[str]) -> WrittenEventStream:
    """Return an event stream, by its holder, from the texts of its events."""
    chained = zip(texts, links(holder, texts), strict=True)
    return WrittenEventStream(
        holder, len(texts), tuple(Entry(number, *one) for number, one in enumerate(chained, start=1))
    )


_KEY_BYTES: Final = 16


@attrs.frozen
class Head(SharedRepr):
    """The number of events of a stream, and its last link.

    Args:
        version: how many events it had.
        link: the link of the last one.
    """

    version: int = attrs.field(validator=number)
    link: str


@attrs.frozen(kw_only=True)
class Checkpoint(SharedRepr):
    """The last link of each case and each plan at an instant; a key seals it.

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
    def of(
        cls, streams: Iterable[WrittenEventStream], taken_at: datetime, plans: Iterable[WrittenEventStream] = ()
    ) -> Self:
        """Return the checkpoint of cases and plans, as they are."""
        return cls(taken_at=taken_at, heads=_heads(streams), plan_heads=_heads(plans))

    def sealed(self, key: bytes) -> Self:
        """The checkpoint, sealed with a key: HMAC-SHA-256.

        Raises:
            ValueError: the key is shorter than sixteen bytes.
        """
        return attrs.evolve(self, seal=self._seal(key))

    def is_sealed_with(self, key: bytes) -> bool:
        """Return True if it was sealed with the key and not changed since."""
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
        return CODEC.write(self)

    @classmethod
    def from_document(cls, document: object) -> Checkpoint:
        """The checkpoint that a document holds.

        Raises:
            FaultsError: with every fault of the document at once, each with its path.
        """
        return CODEC.read(document, Checkpoint)


def _heads(streams: Iterable[WrittenEventStream]) -> dict[str, Head]:
    ends = ((stream.holder, stream.entries[-1]) for stream in streams if stream.entries)
    return {holder: Head(last.number, last.link) for holder, last in ends}


_VERSIONS: Final = Versions({"checkpoint": 2}, [Upcaster("checkpoint", 1, lambda old: {**old, "plan_heads": None})])
CODEC: Final = Codec((Variants(annotation=Checkpoint, classes={"checkpoint": Checkpoint}, versions=_VERSIONS),))


class AnomalyKind(LabelledEnum):
    """The kind of an anomaly of an event stream (anomalie)."""

    ALTERED = "altered", "événement modifié", "event altered"
    MISPLACED = "misplaced", "événement manquant ou de trop", "event missing or too many"
    CUT = "cut", "fin de l'historique supprimée", "end of the history cut off"
    REWRITTEN = "rewritten", "historique réécrit depuis le point de contrôle", "history rewritten since the checkpoint"
    VANISHED = "vanished", "disparu depuis le point de contrôle", "vanished since the checkpoint"


@attrs.frozen
class Anomaly(SharedRepr):
    """An anomaly of an event stream.

    Args:
        holder: the reference of the case, or the key of the plan's scope.
        number: the event where it shows; None for the case or the plan as a whole.
        kind: what it is.
    """

    holder: str
    number: int | None
    kind: AnomalyKind


def examine(
    streams: Iterable[WrittenEventStream],
    checkpoint: Checkpoint | None = None,
    plans: Iterable[WrittenEventStream] = (),
) -> Iterator[Anomaly]:
    """Yield the first fault of each case, in the order given, then the cases that vanished; then the same of plans.

    Without a checkpoint, it finds an event altered, removed or inserted without new links for the later ones, and an
    end cut off while the store still has the number of events. With a checkpoint, it also finds, for the events until
    then, rewritten links, an end cut off with its traces, and a deleted case or plan.

    Args:
        streams: the events of every case, as written.
        checkpoint: what they are compared with. One that was taken before plans were chained compares no plan.
        plans: the events of every plan, as written.
    """
    heads, plan_heads = ({}, {}) if checkpoint is None else (checkpoint.heads, checkpoint.plan_heads or {})
    yield from _compared(streams, heads)
    yield from _compared(plans, plan_heads)


def _compared(streams: Iterable[WrittenEventStream], heads: Mapping[str, Head]) -> Iterator[Anomaly]:
    left = dict(heads)
    for stream in streams:
        found = _fault(stream, left.pop(stream.holder, None))
        if found is not None:
            yield found
    for holder in sorted(left):
        yield Anomaly(holder, None, AnomalyKind.VANISHED)


def _fault(stream: WrittenEventStream, head: Head | None) -> Anomaly | None:
    last = first_link(stream.holder)
    for expected, entry in enumerate(stream.entries, start=1):
        if entry.number != expected:
            return Anomaly(stream.holder, expected, AnomalyKind.MISPLACED)
        if not _follows(entry, last):
            return Anomaly(stream.holder, expected, AnomalyKind.ALTERED)
        last = entry.link
        if head is not None and head.version == expected and head.link != last:
            return Anomaly(stream.holder, expected, AnomalyKind.REWRITTEN)
    there = len(stream.entries)
    if there < max(stream.version, 1 if head is None else head.version):
        return Anomaly(stream.holder, there + 1, AnomalyKind.CUT)
    return Anomaly(stream.holder, stream.version + 1, AnomalyKind.MISPLACED) if there > stream.version else None


def _follows(entry: Entry, last: str) -> bool:
    try:
        return entry.link == link(last, entry.text)
    except UnicodeEncodeError:  # it is not a text that a store wrote
        return False
