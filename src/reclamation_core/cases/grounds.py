"""What an act comes after, and since when: it cannot have happened before that, whatever was written down first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases import happenings as h
from reclamation_core.cases.case import Case, Suspension
from reclamation_core.cases.codes import ClosingReason, LinkKind
from reclamation_core.cases.event import RecordedEvent
from reclamation_core.cases.folding import replay
from reclamation_core.cases.guards import GUARDS
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.verbs import VERBS
from reclamation_core.vocabulary import Channel

Periods: TypeAlias = tuple[tuple[datetime, datetime | None], ...]
"""Since when, and until when: each period ends before the next begins, and the last may not have ended."""

Settled: TypeAlias = Mapping[LineReference, Periods]
"""When actions were settled: closed or abandoned, and not opened again yet."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_AFTER: Final[Mapping[type[Any], tuple[tuple[type[Any], ...], ...]]] = {
    h.Qualified: ((h.SupportAdded, h.Transcribed),),
    h.Analysed: ((h.Qualified,),),
    h.ActionsPlanned: ((h.Qualified,), (h.Analysed,)),
    h.NoActionNeeded: ((h.Qualified,),),
    h.Answered: ((h.Qualified,),),
    h.ReactionRecorded: ((h.Answered,),),
}
"""What each act comes after: the first that happened of each group."""


def too_early(case: Case, data: Any, occurred_at: datetime, settled: Settled) -> dict[str, bool]:
    """What an act would be before, as the guards ask; which acts may not be before what, they say.

    Args:
        case: the case before it.
        data: what is done.
        occurred_at: when it is done.
        settled: when the case's actions were settled; those that are not to be looked at are left out.
    """
    return {
        "before_run": any(occurred_at < turn for turn in _turns(case)),
        "before_suspension": any(occurred_at < turn for turn in _suspension_turns(case.suspensions)),
        "before_deadline_suspension": any(occurred_at < turn for turn in _suspension_turns(_of_the_clock(case))),
        "before_ground": any(occurred_at < ground for ground in _grounds(case, data, occurred_at, settled)),
    }


def _turns(case: Case) -> list[datetime]:
    """When the case was closed and opened again, each time."""
    return [event.occurred_at for event in case.history if isinstance(event.data, h.Closed | h.Reopened)]


def _suspension_turns(suspensions: Iterable[Suspension]) -> list[datetime]:
    """The instants of suspensions and of their ends."""
    turns = (turn for suspension in suspensions for turn in (suspension.since, suspension.until))
    return [turn for turn in turns if turn is not None]


def _of_the_clock(case: Case) -> tuple[Suspension, ...]:
    """The suspensions of the latest run of the answer clock."""
    return case.answer_cycles[-1].suspensions if case.answer_cycles else ()


def _grounds(case: Case, data: Any, occurred_at: datetime, settled: Settled) -> list[datetime]:
    """When what an act rests on was done; empty where it rests on nothing, or on what is not there."""
    if isinstance(data, h.Closed):
        ends = [_settled_from(settled[action], occurred_at) for action in case.actions if action in settled]
        return [at for at in _closing(case, data, ends) if at is not None]
    return list(_acting(case, data))


def _acting(case: Case, data: Any) -> Iterator[datetime]:
    for kinds in _AFTER.get(type(data), ()):
        yield from _first(case, *kinds)
    if isinstance(data, h.Qualified) and getattr(case.facts, "channel", None) is Channel.PHONE:
        yield from _first(case, h.Transcribed)
    if isinstance(data, h.ContainmentEffectRecorded):
        yield from (taken.taken_at for taken in case.containments if taken.event == data.measure)


def _closing(case: Case, data: h.Closed, ends: list[datetime]) -> Iterator[datetime | None]:
    """What the closing table asks for, reason by reason (I27)."""
    if data.reason is ClosingReason.ANSWERED and case.answer_cycles:
        yield case.answer_cycles[-1].answered_at
    if data.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED):
        yield from ends if case.actions else _first(case, h.NoActionNeeded)
    if data.reason is ClosingReason.OUT_OF_SCOPE:
        yield data.told_at
    if data.reason is ClosingReason.WITHDRAWN:
        yield case.withdrawn_at
    if data.reason is ClosingReason.DUPLICATE:
        yield from (event.occurred_at for event in case.history if _is_duplicate(event.data))


def _settled_from(periods: Periods, at: datetime) -> datetime:
    """Since when an action was settled at an instant; where it was not, since when it was settled again."""
    return next((since for since, until in periods if until is None or at < until), _NEVER)


def _is_duplicate(data: object) -> bool:
    return isinstance(data, h.Linked) and data.kind is LinkKind.DUPLICATE_OF


def _first(case: Case, *kinds: type[Any]) -> list[datetime]:
    """When one of these happened for the first time, if it did."""
    happened = [event.occurred_at for event in case.history if isinstance(event.data, kinds)]
    return [min(happened)] if happened else []


def contradicts(case: Case, data: h.DateCorrected, settled: Settled) -> bool:
    """Whether a story cannot be told with a date as it is to be corrected: something would be before what it rests on.

    It is written down once it has happened, so no date is after that either.

    Args:
        case: the case.
        data: the date.
        settled: when the case's actions were settled, whether or not they are now.
    """
    of = case.events[data.event - 1]
    if data.happened_at > of.recorded_at:
        return True
    moved = (*case.events[: data.event - 1], attrs.evolve(of, occurred_at=data.happened_at), *case.events[data.event :])
    cases = tuple(replay(event for event in moved if not _corrects(event.data, data.event)))
    return any(_is_too_early(before, after.events[-1], settled) for before, after in pairwise(cases))


def _corrects(data: object, event: int) -> bool:
    """Whether it corrected the date of that event before: what is said last holds."""
    return isinstance(data, h.DateCorrected) and data.event == event


def _is_too_early(before: Case, event: RecordedEvent, settled: Settled) -> bool:
    """Whether a guard of the act refuses its date."""
    early = too_early(before, event.data, event.occurred_at, settled)
    asked = {name for guard in GUARDS if VERBS.get(type(event.data)) in guard.verbs for name in guard.when}
    return any(is_before for name, is_before in early.items() if name in asked)
