"""The business calendar of a French territory."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, overload
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import arithmetic
from reclamation_core.calendars.arithmetic import Ends, checked_ends
from reclamation_core.calendars.codes import DayType
from reclamation_core.calendars.deadline import Deadline, DeadlineRule
from reclamation_core.calendars.definition import CalendarDefinition, Days, Territory, checked_date
from reclamation_core.calendars.errors import NaiveInstantError, OutsideHorizonError
from reclamation_core.calendars.prepared import DayTable, PreparedDays, holiday_names, prepared
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from reclamation_core.calendars.arrays import BoolArray, DayArray, IntArray, NumberArray

_OUVRE = DayType.OUVRE


@attrs.frozen
class BusinessCalendar:
    """The days that count in one territory, and the arithmetic on them (calendrier).

    A calendar covers the whole years of its definition, 1990 to 2099 by default; days and results outside raise
    `OutsideHorizonError`. Every method reads tables made once: its cost does not depend on `n`.
    `add`, `subtract`, `count`, `next`, `previous` and `is_business_day` also take NumPy arrays of days
    (`datetime64[D]`, extra `arrays`) and then answer with an array, NaT for NaT.

    Days are counted in jours ouvrés by default; `DayType` has the conventions of each type.
    Calendars are equal when their definitions are; they can be hashed, copied and pickled.

    >>> from datetime import date
    >>> BusinessCalendar.france().add(date(2026, 5, 2), 10)
    datetime.date(2026, 5, 19)
    """

    definition: CalendarDefinition = attrs.field(validator=attrs.validators.instance_of(CalendarDefinition))
    zone: ZoneInfo = attrs.field(init=False, eq=False, repr=False)
    _prepared: PreparedDays = attrs.field(init=False, eq=False, repr=False)
    _origin: int = attrs.field(init=False, eq=False, repr=False)
    _rank: array[int] = attrs.field(init=False, eq=False, repr=False)
    _counted: list[date] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        tables = prepared(self.definition)
        object.__setattr__(self, "zone", ZoneInfo(self.definition.time_zone))
        object.__setattr__(self, "_prepared", tables)
        object.__setattr__(self, "_origin", tables.ouvre.origin)
        object.__setattr__(self, "_rank", tables.ouvre.rank)
        object.__setattr__(self, "_counted", tables.ouvre.counted)

    def __reduce__(self) -> tuple[type[BusinessCalendar], tuple[CalendarDefinition]]:
        # The tables are made again: another process may have another release of `holidays`, and `edition` shows it.
        return BusinessCalendar, (self.definition,)

    @classmethod
    def france(
        cls,
        territory: str = "metropole",
        *,
        good_friday: bool = True,
        whit_monday_worked: bool = False,
        closures: Iterable[Days] = (),
        bridge_days: Iterable[Days] = (),
        local_usages: bool = False,
        time_zone: str | ZoneInfo | None = None,
        first_year: int = 1990,
        last_year: int = 2099,
    ) -> BusinessCalendar:
        """The calendar of a French territory; the arguments are those of `CalendarDefinition`.

        Raises:
            TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        """
        given = {} if time_zone is None else {"time_zone": time_zone}
        definition = CalendarDefinition(
            territory=Territory.parse(territory),
            good_friday=good_friday,
            whit_monday_worked=whit_monday_worked,
            closures=closures,
            bridge_days=bridge_days,
            local_usages=local_usages,
            first_year=first_year,
            last_year=last_year,
            **given,
        )
        return cls(definition)

    @property
    def edition(self) -> str:
        """A short text that identifies the definition and the days that do not count over the years covered.

        Store it with every computed date: it changes when a release of `holidays` changes its list.
        """
        return self._prepared.edition

    @property
    def first(self) -> date:
        """The first day covered."""
        return self._prepared.first

    @property
    def last(self) -> date:
        """The last day covered."""
        return self._prepared.last

    def table(self, day_type: DayType = _OUVRE) -> DayTable:
        """The table that the arithmetic reads, for those who count many days themselves; not to be changed.

        Raises:
            ValueError: clear days, which have no table of their own.
        """
        return self._prepared.table(DayType.parse(day_type))

    def holidays(self, year: int) -> dict[date, Wording]:
        """The public holidays not worked in a year, in order, each with its French and English name.

        Raises:
            OutsideHorizonError: the year is not covered.
        """
        if not self.first.year <= year <= self.last.year:
            known = date(year, 1, 1) if 1 <= year <= 9999 else None
            raise OutsideHorizonError(known, self.first, self.last, given=str(year))
        return holiday_names(self.definition, year)

    def is_holiday(self, day: date) -> bool:
        """Return True for a public holiday that is not worked, on any weekday."""
        self.table().rank_of(checked_date(day, "day"))
        return day in self._prepared.holidays

    def is_closure(self, day: date) -> bool:
        """Whether the establishment is closed on that day, by its own choice."""
        return checked_date(day, "day") in self._prepared.closures

    def is_bridge_day(self, day: date) -> bool:
        """Return True for a bridge day of the employer."""
        return checked_date(day, "day") in self._prepared.bridge_days

    def day_of(self, instant: datetime) -> date:
        """The day on which an instant falls, in the calendar's time zone.

        Raises:
            NaiveInstantError: the instant has no time zone.
            OutsideHorizonError: no day of the calendar carries it.

        >>> from datetime import datetime, timezone
        >>> BusinessCalendar.france().day_of(datetime(2026, 5, 2, 23, 30, tzinfo=timezone.utc))
        datetime.date(2026, 5, 3)
        """
        return self.local(instant).date()

    def local(self, instant: datetime, name: str = "instant") -> datetime:
        """The same instant in the calendar's time zone; `name` is what an error calls it.

        Raises:
            TypeError: not a datetime.
            NaiveInstantError: the instant has no time zone.
            OutsideHorizonError: it is so near the end of time that no local date exists.
        """
        if not isinstance(instant, datetime):
            raise TypeError(f"{name}: a datetime with its time zone is expected, got {instant!r}")
        if instant.utcoffset() is None:
            raise NaiveInstantError(name, instant)
        try:
            return instant.astimezone(self.zone)
        except OverflowError:
            raise OutsideHorizonError(None, self.first, self.last, given=instant.isoformat()) from None

    @overload
    def add(self, day: date, n: int, day_type: DayType = _OUVRE) -> date: ...
    @overload
    def add(self, day: DayArray, n: int | NumberArray, day_type: DayType = _OUVRE) -> DayArray: ...
    def add(self, day: Any, n: Any, day_type: DayType = _OUVRE) -> Any:
        """The n-th day that counts after `day`, which itself never counts.

        From a day that does not count, the next one that does is number 1. For n = 0 it is `day` itself, even if
        it does not count; a negative n counts backwards, as `subtract`. With clear days (`FRANC`): the day after n
        whole days, moved forward to the next jour ouvré (backward for a negative n).

        Raises:
            TypeError: `day` is not a plain date, or n not a whole number.
            OutsideHorizonError: `day` or the result is not covered.

        >>> from datetime import date
        >>> BusinessCalendar.france().add(date(2024, 5, 10), 10)
        datetime.date(2024, 5, 27)
        """
        # Fast path for the common case; arrays, other day types and refusals follow below.
        if day.__class__ is date and n.__class__ is int and n > 0 and day_type is _OUVRE:
            number = day.toordinal() - self._origin
            if number >= 0:
                try:
                    return self._counted[self._rank[number] + n]
                except IndexError:
                    pass
        return _arithmetic_for(day, n).shift(self._prepared, day, n, DayType.parse(day_type))

    @overload
    def subtract(self, day: date, n: int, day_type: DayType = _OUVRE) -> date: ...
    @overload
    def subtract(self, day: DayArray, n: int | NumberArray, day_type: DayType = _OUVRE) -> DayArray: ...
    def subtract(self, day: Any, n: Any, day_type: DayType = _OUVRE) -> Any:
        """The n-th day that counts before `day`, which itself never counts; for n = 0, `day` itself.

        From a day that counts, it undoes `add`. With clear days: the day before n whole days, moved backward to the
        jour ouvré before it, so that the n days remain whole.

        Raises:
            TypeError: `day` is not a plain date, or n not a whole number.
            OutsideHorizonError: `day` or the result is not covered.
        """
        module = _arithmetic_for(day, n)
        return module.shift(self._prepared, day, module.negative(n), DayType.parse(day_type))

    @overload
    def count(self, a: date, b: date, day_type: DayType = ..., *, ends: Ends = ...) -> int: ...
    @overload
    def count(self, a: DayArray, b: DayArray | date, day_type: DayType = ..., *, ends: Ends = ...) -> IntArray: ...
    @overload
    def count(self, a: date, b: DayArray, day_type: DayType = ..., *, ends: Ends = ...) -> IntArray: ...
    def count(self, a: Any, b: Any, day_type: DayType = _OUVRE, *, ends: Ends = "(]") -> Any:
        """How many days count after `a` and until `b`, `b` included: `count(a, add(a, n)) == n`.

        Negative when `b` is before `a`: `count(a, b) == -count(b, a)`, and `count(a, b) + count(b, c) == count(a, c)`.
        `ends` changes which ends are included, for those who count 11 days where others count 10: "(]" leaves out `a`
        and includes `b`, "[)" the reverse, "[]" includes both and "()" neither. These three need `a` <= `b`.

        Raises:
            TypeError: `a` or `b` is not a plain date.
            ValueError: `ends` is none of the four; `b` is before `a` with `ends` other than "(]"; clear days.
            OutsideHorizonError: `a` or `b` is not covered.
        """
        return _arithmetic_for(a, b).count(self._prepared, a, b, DayType.parse(day_type), checked_ends(ends))

    @overload
    def next(self, day: date, day_type: DayType = ..., *, or_same: bool = ...) -> date: ...
    @overload
    def next(self, day: DayArray, day_type: DayType = ..., *, or_same: bool = ...) -> DayArray: ...
    def next(self, day: Any, day_type: DayType = _OUVRE, *, or_same: bool = False) -> Any:
        """The first day that counts after `day`; with `or_same`, `day` itself when it counts.

        Raises:
            TypeError: `day` is not a plain date.
            OutsideHorizonError: `day` or the result is not covered.
        """
        return _arithmetic_for(day).nearest(self._prepared, day, DayType.parse(day_type), 1, or_same=or_same)

    @overload
    def previous(self, day: date, day_type: DayType = ..., *, or_same: bool = ...) -> date: ...
    @overload
    def previous(self, day: DayArray, day_type: DayType = ..., *, or_same: bool = ...) -> DayArray: ...
    def previous(self, day: Any, day_type: DayType = _OUVRE, *, or_same: bool = False) -> Any:
        """The last day that counts before `day`; with `or_same`, `day` itself when it counts.

        Raises:
            TypeError: `day` is not a plain date.
            OutsideHorizonError: `day` or the result is not covered.
        """
        return _arithmetic_for(day).nearest(self._prepared, day, DayType.parse(day_type), -1, or_same=or_same)

    @overload
    def is_business_day(self, day: date, day_type: DayType = ...) -> bool: ...
    @overload
    def is_business_day(self, day: DayArray, day_type: DayType = ...) -> BoolArray: ...
    def is_business_day(self, day: Any, day_type: DayType = _OUVRE) -> Any:
        """Return True if the day counts; by default, if it is worked in the establishment.

        Raises:
            TypeError: `day` is not a plain date.
            OutsideHorizonError: `day` is not covered.
        """
        return _arithmetic_for(day).counts(self._prepared, day, DayType.parse(day_type))

    def deadline(self, received_at: datetime, rule: DeadlineRule, suspensions: Iterable[Days] = ()) -> Deadline:
        """The deadline of what was received at that instant."""
        return Deadline(self, rule, received_at, suspensions)


def _is_array(value: object) -> bool:
    """Return True for a NumPy value, without importing NumPy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray | numpy.datetime64)


def _arithmetic_for(*values: object) -> Any:
    """The module whose functions take these values: `arithmetic`, or `arrays` if one of them is a NumPy value."""
    if any(_is_array(value) for value in values):
        from reclamation_core.calendars import arrays

        return arrays
    return arithmetic
