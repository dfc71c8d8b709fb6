"""Months, quarters and years of a period, and the same days a year before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Final

import attrs

from reclamation_core.calendars.codes import month_in_words
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording, day_text

MOST_SPANS: Final = 120
"""So many months, quarters or years of a period have figures."""
_TOO_MANY: Final = Wording(
    f"au plus {MOST_SPANS} mois, trimestres ou années sont calculés ; indiquez une période plus courte",
    f"at most {MOST_SPANS} months, quarters or years are computed; give a shorter period",
)


class TimeStep(LabelledEnum):
    """A part of the calendar that figures are computed for (mois, trimestre, année)."""

    MONTH = "month", "mois", "month"
    QUARTER = "quarter", "trimestre", "quarter"
    YEAR = "year", "année", "year"

    @property
    def months(self) -> int:
        """The number of its months."""
        return {TimeStep.MONTH: 1, TimeStep.QUARTER: 3, TimeStep.YEAR: 12}[self]


@attrs.frozen(order=True)
class TimeSpan(SharedRepr):
    """The days of a figure, both included."""

    since: date
    until: date

    def year_before(self) -> TimeSpan:
        """Return the same days a year before; a month that is whole stays whole.

        >>> TimeSpan(date(2025, 2, 1), date(2025, 2, 28)).year_before().until
        datetime.date(2024, 2, 29)
        """
        is_end = self.until.day == monthrange(self.until.year, self.until.month)[1]
        until = year_before(self.until)
        last = monthrange(until.year, until.month)[1]
        return TimeSpan(year_before(self.since), until.replace(day=last) if is_end else until)

    def label(self, lang: Lang = "fr") -> str:
        """Return the name of a month, a quarter or a year, or the first and the last day.

        >>> TimeSpan(date(2026, 4, 1), date(2026, 6, 30)).label(), TimeSpan(date(2026, 6, 1), date(2026, 6, 1)).label()
        ('2e trimestre 2026', '01/06/2026')
        """
        day, year = self.since, self.since.year
        whole = next((step for step in TimeStep if _bounds(day, step) == (day, self.until)), None)
        quarter = (day.month + 2) // 3
        if whole is TimeStep.MONTH:
            return month_in_words(day, lang)
        if whole is TimeStep.QUARTER:
            ordinal = "1er" if quarter == 1 else f"{quarter}e"
            return f"{ordinal} trimestre {year}" if lang == "fr" else f"Q{quarter} {year}"
        if whole is TimeStep.YEAR:
            return str(year)
        return day_text(day, lang) if day == self.until else f"{day_text(day, lang)} – {day_text(self.until, lang)}"


def last_month(today: date) -> TimeSpan:
    """Return the last month that is over.

    >>> last_month(date(2026, 7, 2)).label()
    'juin 2026'
    """
    until = today.replace(day=1) - timedelta(days=1)
    return TimeSpan(until.replace(day=1), until)


def year_before(day: date) -> date:
    """Return the same day a year before; 28 February for the 29th, and the first day there is in the year 1."""
    if day.year == date.min.year:
        return date.min
    year = day.year - 1
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _bounds(day: date, step: TimeStep) -> tuple[date, date]:
    """Return the first and the last day of the month, quarter or year of a day."""
    first = date(day.year, (day.month - 1) // step.months * step.months + 1, 1)
    month = first.month + step.months - 1
    return first, date(first.year, month, monthrange(first.year, month)[1])


def _parts(since: date, until: date, step: TimeStep) -> Iterator[TimeSpan]:
    while True:
        last = _bounds(since, step)[1]
        yield TimeSpan(since, min(last, until))
        if last >= until:
            return
        since = last + timedelta(days=1)


def time_spans(since: date, until: date, step: TimeStep) -> tuple[TimeSpan, ...]:
    """Return the months, quarters or years of a period, in order; the first and the last are cut at its ends.

    Raises:
        FaultsError: there are more than `MOST_SPANS`.

    >>> [span.label() for span in time_spans(date(2026, 1, 15), date(2026, 3, 31), TimeStep.MONTH)]
    ['15/01/2026 – 31/01/2026', 'février 2026', 'mars 2026']
    """
    spans = tuple(islice(_parts(since, until, step), MOST_SPANS + 1))
    if len(spans) > MOST_SPANS:
        raise FaultsError([Fault("since", since, _TOO_MANY)])
    return spans
