"""The hours at which handlers work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final, Self, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar, DayType

Span: TypeAlias = tuple[int, int]
"""From when until when somebody works, in seconds since 1970 in UTC."""

_MIDNIGHT: Final = time(0)
_USUAL: Final = ((time(9), time(12)), (time(13, 30), time(17, 30)))


def _as_spans(value: Any) -> Any:
    given = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
    if not isinstance(given, tuple) or not all(isinstance(span, Iterable) for span in given):
        return given
    return tuple(map(tuple, given))


def _day_type(value: str) -> DayType:
    return DayType.parse(value)


@attrs.frozen(kw_only=True)
class WorkingHours:
    """When a team works (horaires): on which days of its calendar, and from which hour until which.

    Args:
        spans: pairs of local times, in order and apart; a last end of `time(0)` is the midnight that ends the day.
            Seven hours a day unless given.
        day_type: which days are worked: jours ouvrés, or with `calendaire` all of them.

    Raises:
        ValueError: the spans are no such pairs, or the days are clear days; the message has the value and the remedy.

    >>> WorkingHours(spans=[(time(9), time(12))]).spans
    ((datetime.time(9, 0), datetime.time(12, 0)),)
    """

    spans: tuple[tuple[time, time], ...] = attrs.field(default=_USUAL, converter=_as_spans)
    day_type: DayType = attrs.field(default=DayType.OUVRE, converter=_day_type)

    @spans.validator
    def _in_order(self, _: object, spans: Any) -> None:
        if not _are_spans(spans):
            raise ValueError(
                f"spans: {spans!r}; give pairs of local times that follow each other, such as "
                f"[(time(9), time(12)), (time(13, 30), time(17, 30))], time(0) being the midnight that ends the day"
            )

    @day_type.validator
    def _days_of_work(self, _: object, day_type: DayType) -> None:
        if day_type is DayType.FRANC:
            raise ValueError("day_type: clear days ('franc') are no days of work; give 'ouvre', 'ouvrable' or another")

    @classmethod
    def always(cls) -> Self:
        """Day and night, every day: what the closed forms of queues suppose."""
        return cls(spans=((_MIDNIGHT, _MIDNIGHT),), day_type=DayType.CALENDAIRE)

    def of(self, day: date, calendar: BusinessCalendar) -> tuple[Span, ...]:
        """The spans of one day, in order; none where the day is not worked. Summer time is reckoned with.

        Raises:
            OutsideHorizonError: the calendar does not cover the day.
        """
        if not calendar.is_business_day(day, self.day_type):
            return ()
        return tuple((_at(calendar, day, start), _end(calendar, day, end)) for start, end in self.spans)


def _are_spans(spans: Any) -> bool:
    if not isinstance(spans, tuple) or not spans:
        return False
    if not all(isinstance(span, tuple) and len(span) == 2 and all(_is_local(end) for end in span) for span in spans):
        return False
    minutes = [_clock(start, is_end=False) for start, _ in spans], [_clock(end, is_end=True) for _, end in spans]
    rising = [moment for span in zip(*minutes, strict=True) for moment in span]
    return all(start < end for start, end in zip(*minutes, strict=True)) and all(a <= b for a, b in pairwise(rising))


def _is_local(value: object) -> bool:
    return isinstance(value, time) and value.tzinfo is None


def _clock(moment: time, *, is_end: bool) -> timedelta:
    if is_end and moment == _MIDNIGHT:
        return timedelta(days=1)
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _at(calendar: BusinessCalendar, day: date, moment: time) -> int:
    return int(datetime.combine(day, moment, tzinfo=calendar.zone).timestamp())


def _end(calendar: BusinessCalendar, day: date, moment: time) -> int:
    return _at(calendar, day + timedelta(days=1) if moment == _MIDNIGHT else day, moment)
