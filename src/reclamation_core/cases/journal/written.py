"""The event stream of a case or a plan as it was written: the text of each event, and its link in the chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from reclamation_core.cases.documents import event_document
from reclamation_core.cases.event import Event
from reclamation_core.cases.plans.document import event_document as plan_event_document
from reclamation_core.cases.plans.event import PlanEvent
from reclamation_core.documents import canonical_json, links


@attrs.frozen
class Entry:
    """An event as it was written.

    Args:
        number: its place in the story, from 1.
        text: its document, as canonical JSON; never written again.
        link: its link in the chain of the case or the plan.
    """

    number: int
    text: str
    link: str


@attrs.frozen
class WrittenStory:
    """The events of a case or a plan as a store has them, whether or not they hold together.

    Args:
        holder: the reference of the case, or the key of the plan's scope.
        version: how many events the store says that it has.
        entries: those that it has, by number.
    """

    holder: str
    version: int
    entries: tuple[Entry, ...]


def written(case: str, events: Iterable[Event]) -> WrittenStory:
    """Return the events of a case as they are to be written."""
    return _chained(case, [canonical_json(event_document(event)) for event in events])


def written_plan(scope: str, events: Iterable[PlanEvent]) -> WrittenStory:
    """Return the events of a plan, by the key of its scope, as they are to be written."""
    return _chained(scope, [canonical_json(plan_event_document(event)) for event in events])


def _chained(holder: str, texts: Sequence[str]) -> WrittenStory:
    chained = zip(texts, links(holder, texts), strict=True)
    return WrittenStory(holder, len(texts), tuple(Entry(number, *one) for number, one in enumerate(chained, start=1)))
