"""A story as it was written: the text of each event, and its link in the chain."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from reclamation_core.cases.documents import event_document
from reclamation_core.cases.event import Event
from reclamation_core.documents import canonical_json, links


@attrs.frozen
class Entry:
    """An event as it was written.

    Args:
        number: its place in the story, from 1.
        text: its document, as canonical JSON; never written again.
        link: its link in the chain of the case.
    """

    number: int
    text: str
    link: str


@attrs.frozen
class WrittenStory:
    """The story of a case as a store has it, whether or not it holds together.

    Args:
        case: the reference of the case.
        version: how many events the store says that it has.
        entries: those that it has, by number.
    """

    case: str
    version: int
    entries: tuple[Entry, ...]


def written(case: str, events: Iterable[Event]) -> WrittenStory:
    """The story of a case, as it is to be written."""
    told = tuple(events)
    texts = [canonical_json(event_document(event)) for event in told]
    chained = zip(told, texts, links(case, texts), strict=True)
    return WrittenStory(case, len(told), tuple(Entry(event.number, text, link) for event, text, link in chained))
