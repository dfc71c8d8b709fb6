"""Looking for tampering: stories against their chain, and against a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    VANISHED = "vanished", "dossier disparu depuis le point de contrôle", "case vanished since the checkpoint"


@attrs.frozen
class Finding:
    """Something that is wrong.

    Args:
        case: the reference of the case.
        number: the event where it shows; None for the case as a whole.
        kind: what it is.
    """

    case: str
    number: int | None
    kind: FindingKind


def examine(stories: Iterable[WrittenStory], checkpoint: Checkpoint | None = None) -> Iterator[Finding]:
    """What is wrong with stories, each case's first fault, in their order; then the cases that vanished.

    Without a checkpoint: an event altered, taken out or put in whose later links were not made anew, and an end cut off
    while the store still says how many events there were. With one, of all that had happened until then, also: links
    made anew, an end cut off with its traces, a case deleted. What came after it is only as safe as without.
    """
    heads = {} if checkpoint is None else dict(checkpoint.heads)
    for story in stories:
        found = _fault(story, heads.pop(story.case, None))
        if found is not None:
            yield found
    for case in sorted(heads):
        yield Finding(case, None, FindingKind.VANISHED)


def _fault(story: WrittenStory, head: Head | None) -> Finding | None:
    last = first_link(story.case)
    for expected, entry in enumerate(story.entries, start=1):
        if entry.number != expected:
            return Finding(story.case, expected, FindingKind.MISPLACED)
        if not _follows(entry, last):
            return Finding(story.case, expected, FindingKind.ALTERED)
        last = entry.link
        if head is not None and head.version == expected and head.link != last:
            return Finding(story.case, expected, FindingKind.REWRITTEN)
    there = len(story.entries)
    if there < max(story.version, 1 if head is None else head.version):
        return Finding(story.case, there + 1, FindingKind.CUT)
    return Finding(story.case, story.version + 1, FindingKind.MISPLACED) if there > story.version else None


def _follows(entry: Entry, last: str) -> bool:
    try:
        return entry.link == link(last, entry.text)
    except UnicodeEncodeError:  # nobody wrote it: it is no text
        return False
