"""Looking for tampering: event streams against their chain, and against a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from reclamation_core.cases.journal.checkpoint import Checkpoint, Head
from reclamation_core.cases.journal.written import Entry, WrittenStory
from reclamation_core.codes import Vocabulary
from reclamation_core.documents import first_link, link


class FindingKind(Vocabulary):
    """What is wrong with a story (anomalie)."""

    ALTERED = "altered", "événement modifié", "event altered"
    MISPLACED = "misplaced", "événement manquant ou de trop", "event missing or too many"
    CUT = "cut", "fin de l'histoire coupée", "end of the story cut off"
    REWRITTEN = "rewritten", "histoire réécrite depuis le point de contrôle", "story rewritten since the checkpoint"
    VANISHED = "vanished", "disparu depuis le point de contrôle", "vanished since the checkpoint"


@attrs.frozen
class Finding:
    """Something that is wrong.

    Args:
        holder: the reference of the case, or the key of the plan's scope.
        number: the event where it shows; None for the case or the plan as a whole.
        kind: what it is.
    """

    holder: str
    number: int | None
    kind: FindingKind


def examine(
    stories: Iterable[WrittenStory], checkpoint: Checkpoint | None = None, plans: Iterable[WrittenStory] = ()
) -> Iterator[Finding]:
    """Yield the first fault of each case, in the order given, then the cases that vanished; then the same of plans.

    Without a checkpoint: an event altered, taken out or put in whose later links were not made anew, and an end cut off
    while the store still says how many events there were. With one, of all that had happened until then, also: links
    made anew, an end cut off with its traces, a case or a plan deleted. What came after it is only as safe as without.

    Args:
        stories: the events of every case, as written.
        checkpoint: what they are compared with. One that was taken before plans were chained compares no plan.
        plans: the events of every plan, as written.
    """
    heads, plan_heads = ({}, {}) if checkpoint is None else (checkpoint.heads, checkpoint.plan_heads or {})
    yield from _compared(stories, heads)
    yield from _compared(plans, plan_heads)


def _compared(stories: Iterable[WrittenStory], heads: Mapping[str, Head]) -> Iterator[Finding]:
    left = dict(heads)
    for story in stories:
        found = _fault(story, left.pop(story.holder, None))
        if found is not None:
            yield found
    for holder in sorted(left):
        yield Finding(holder, None, FindingKind.VANISHED)


def _fault(story: WrittenStory, head: Head | None) -> Finding | None:
    last = first_link(story.holder)
    for expected, entry in enumerate(story.entries, start=1):
        if entry.number != expected:
            return Finding(story.holder, expected, FindingKind.MISPLACED)
        if not _follows(entry, last):
            return Finding(story.holder, expected, FindingKind.ALTERED)
        last = entry.link
        if head is not None and head.version == expected and head.link != last:
            return Finding(story.holder, expected, FindingKind.REWRITTEN)
    there = len(story.entries)
    if there < max(story.version, 1 if head is None else head.version):
        return Finding(story.holder, there + 1, FindingKind.CUT)
    return Finding(story.holder, story.version + 1, FindingKind.MISPLACED) if there > story.version else None


def _follows(entry: Entry, last: str) -> bool:
    try:
        return entry.link == link(last, entry.text)
    except UnicodeEncodeError:  # nobody wrote it: it is no text
        return False
