"""A clock that is set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.builders.facts import RECEIVED_AT

_MORNING = time(9)


class FakeClock:
    """A clock that stands still until it is set or advanced; the port `Clock`.

    Args:
        now: the instant that it shows; aware. `RECEIVED_AT` by default.
        calendar: its zone is that of the days that are counted, its business days are those of `business_days`;
            metropolitan France by default.

    Raises:
        TypeError, ValueError: the instant is none, or has no time zone; the calendar is none.

    >>> clock = FakeClock()
    >>> clock.advance(business_days=10).date()
    datetime.date(2025, 6, 17)
    """

    def __init__(self, now: datetime = RECEIVED_AT, calendar: BusinessCalendar | None = None) -> None:
        self.calendar = BusinessCalendar.france() if calendar is None else calendar
        expect("calendar", self.calendar, BusinessCalendar)
        self._now = self.calendar.local(now, "now").astimezone(UTC)

    def now(self) -> datetime:
        """The instant that it was set to, in UTC."""
        return self._now

    @property
    def today(self) -> date:
        """The day that it is in the calendar's zone."""
        return self.calendar.day_of(self._now)

    def set(self, to: datetime | date) -> datetime:
        """Set it to an instant, or to 9 o'clock of a day in the calendar's zone; backwards too.

        Raises:
            TypeError, ValueError: it is neither, or an instant without a time zone.
        """
        expect("to", to, datetime, date, remedy="give an instant with its time zone, or a day")
        instant = to if isinstance(to, datetime) else datetime.combine(to, _MORNING, self.calendar.zone)
        self._now = self.calendar.local(instant, "to").astimezone(UTC)
        return self._local()

    def advance(self, *, days: int = 0, business_days: int = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """Let time go by, and give the instant that it then is, in the calendar's zone.

        Args:
            days: calendar days, at the same time of day whatever the clocks of the zone did meanwhile.
            business_days: jours ouvrés of the calendar, as a deadline counts them: after the present day.
            hours: hours that pass, after the days.
            minutes: minutes that pass, likewise.

        Raises:
            TypeError, ValueError: a number is none, or negative; `set` goes back.
        """
        for name, number in (("hours", hours), ("minutes", minutes)):
            expect(name, number, int, float)
        local = self._local()
        later = local.date() + timedelta(days=_whole("days", days))
        day = self.calendar.add(later, business_days) if _whole("business_days", business_days) else later
        moved = datetime.combine(day, local.time(), self.calendar.zone).astimezone(UTC)
        elapsed = timedelta(hours=hours, minutes=minutes)
        if elapsed < timedelta(0):
            raise ValueError(f"hours, minutes: {hours!r}, {minutes!r}; time goes forwards here, `set` goes back")
        self._now = moved + elapsed
        return self._local()

    def _local(self) -> datetime:
        return self.calendar.local(self._now)

    def __repr__(self) -> str:
        return f"FakeClock({self._local().isoformat()})"


def _whole(name: str, number: int) -> int:
    if type(number) is not int:
        raise TypeError(f"{name}: a whole number is expected, got {number!r}")
    if number < 0:
        raise ValueError(f"{name}: {number!r}; time goes forwards here, `set` goes back")
    return number
