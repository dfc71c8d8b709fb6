"""What the pages of indicators are asked for: a period and a site."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import attrs

from reclamation_core.indicators.spans import TimeSpan
from reclamation_core.shared_repr import SharedRepr


@attrs.frozen
class AskedIndicators(SharedRepr):
    """The period and the site of an address.

    Args:
        since: the first day.
        until: the last day.
        site: the code of a site; empty for all.
    """

    since: date
    until: date
    site: str

    @property
    def span(self) -> TimeSpan:
        """The days."""
        return TimeSpan(self.since, self.until)

    def address(self, **parameters: str) -> str:
        """Return the parameters of an address of the same period and site, and those that are passed."""
        named = {"du": self.since.isoformat(), "au": self.until.isoformat(), "centre": self.site, **parameters}
        return urlencode({name: value for name, value in named.items() if value}, errors="replace")


def last_month(today: date) -> TimeSpan:
    """Return the last month that is over.

    >>> last_month(date(2026, 7, 2)).label()
    'juin 2026'
    """
    until = today.replace(day=1) - timedelta(days=1)
    return TimeSpan(until.replace(day=1), until)
