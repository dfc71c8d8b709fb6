"""Indicators of a desk: from the events of the cases that it sees."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from numbers import Real
from typing import Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import CaseKind
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.queries import CasesView
from reclamation_core.indicators.known import Period
from reclamation_core.indicators.streams import YEARS, RegisterRise, rises_of_register
from reclamation_core.indicators.table import IndicatorTable, indicator_table
from reclamation_core.ports import CaseQuery, CaseSummary
from reclamation_core.validators import (
    as_tuple,
    day,
    days_before,
    each,
    name,
    of_class,
    optional,
    refuse_value,
    require,
    truth,
)
from reclamation_core.wording import Wording

_PAGE: Final = 500
_MOST_ALARMS: Final = 52
_ALARMS: Final = Wording(
    f"un nombre supérieur à 0 est attendu, au plus {_MOST_ALARMS} : une fausse alerte par semaine",
    f"a number above 0 is expected, at most {_MOST_ALARMS}: a false alarm a week",
)


def indicators(
    context: DeskContext,
    *,
    since: date,
    until: date,
    as_of: date | None,
    by: str | None,
    names: Collection[str] | None,
    cases: bool,
) -> IndicatorTable:
    """Return the indicators of a period; see `Desk.indicators`."""
    require(day, since=since, until=until)
    require(optional(day), as_of=as_of)
    require(optional(name), by=by)
    require(truth, cases=cases)
    names = None if names is None else as_tuple(names)
    require(optional(each(name)), names=names)
    france = BusinessCalendar.france()
    today = france.day_of(context.clock.now()) if as_of is None else as_of
    period = Period(since=since, until=until, as_of=today, calendar=france)
    units = None if context.scope is None else frozenset(context.scope.sites)
    with context.store.snapshot() as store, store.unit_of_work() as unit:
        return indicator_table(
            unit.cases, period, by=by, names=names, units=units, sites=context.sites.sites, has_cases=cases
        )


def rises(context: DeskContext, as_of: date | None, alarms_a_year: float) -> tuple[RegisterRise, ...]:
    """Return the rises in the streams of a register; see `Desk.rises`."""
    require(optional(day), as_of=as_of)
    require(of_class(Real), alarms_a_year=alarms_a_year)
    if not 0 < alarms_a_year <= _MOST_ALARMS:
        refuse_value("alarms_a_year", alarms_a_year, _ALARMS)
    until = BusinessCalendar.france().day_of(context.clock.now()) if as_of is None else as_of
    first = days_before(until, timedelta(weeks=52 * YEARS))
    history = CaseQuery(kind=CaseKind.COMPLAINT, received_from=first, received_until=until)
    return rises_of_register(
        _summaries(CasesView(context), history), until, sites=context.sites.sites, alarms_a_year=alarms_a_year
    )


def _summaries(view: CasesView, query: CaseQuery) -> Iterator[CaseSummary]:
    """Yield the rows of a list, a page at a time."""
    after = None
    while True:
        page = view.summaries(query, limit=_PAGE, after=after)
        yield from page.summaries
        after = page.next
        if after is None:
            return
