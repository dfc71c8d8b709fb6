"""What an act rests on, and since when: it cannot have happened before that, whatever was written down first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from reclamation_core.cases import happenings as h
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import ClosingReason, LinkKind
from reclamation_core.vocabulary import Channel

_AFTER: Final[Mapping[type[Any], tuple[tuple[type[Any], ...], ...]]] = {
    h.Qualified: ((h.SupportAdded, h.Transcribed),),
    h.Analysed: ((h.Qualified,),),
    h.ActionsPlanned: ((h.Qualified,), (h.Analysed,)),
    h.NoActionNeeded: ((h.Qualified,),),
    h.Answered: ((h.Qualified,),),
    h.ReactionRecorded: ((h.Answered,),),
}
"""What each act comes after: the first that happened of each group."""


def rests_on(case: Case, data: Any, settled_at: datetime | None) -> tuple[datetime, ...]:
    """The instants that an act cannot be before; empty where it rests on nothing, or on what is not there.

    Args:
        case: the case before it.
        data: what is done.
        settled_at: when the last of the case's actions was judged or given up; None where none was.
    """
    if isinstance(data, h.Closed):
        return tuple(at for at in _closing(case, data, settled_at) if at is not None)
    return tuple(_acting(case, data))


def _acting(case: Case, data: Any) -> Iterator[datetime]:
    for kinds in _AFTER.get(type(data), ()):
        yield from _first(case, *kinds)
    if isinstance(data, h.Qualified) and getattr(case.facts, "channel", None) is Channel.PHONE:
        yield from _first(case, h.Transcribed)
    if isinstance(data, h.ContainmentEffectRecorded):
        yield from (taken.taken_at for taken in case.containments if taken.number == data.measure)


def _closing(case: Case, data: h.Closed, settled_at: datetime | None) -> Iterator[datetime | None]:
    """What the closing table asks for, reason by reason (I12)."""
    if data.reason is ClosingReason.ANSWERED and case.rounds:
        yield case.rounds[-1].answered_at
    if data.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED):
        yield from [settled_at] if case.actions else _first(case, h.NoActionNeeded)
    if data.reason is ClosingReason.OUT_OF_SCOPE:
        yield data.told_at
    if data.reason is ClosingReason.WITHDRAWN:
        yield case.withdrawn_at
    if data.reason is ClosingReason.DUPLICATE:
        yield from (event.occurred_at for event in case.events if _is_duplicate(event.data))


def _is_duplicate(data: object) -> bool:
    return isinstance(data, h.Linked) and data.kind is LinkKind.DUPLICATE_OF


def _first(case: Case, *kinds: type[Any]) -> list[datetime]:
    """When one of these happened for the first time, if it did."""
    happened = [event.occurred_at for event in case.events if isinstance(event.data, kinds)]
    return [min(happened)] if happened else []
