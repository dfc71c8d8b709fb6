"""Indicators of each month, quarter or year, and those of the same days a year before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.indicators.catalogue import Figure
from reclamation_core.indicators.known import Flow, Moment, Reading, ReportPeriod, RowsByGroup, read_rows
from reclamation_core.indicators.spans import TimeSpan, TimeStep, time_spans, year_before
from reclamation_core.indicators.table import (
    IndicatorTable,
    check_request,
    chosen_indicators,
    grouping,
    measured,
    ordered,
    table_of,
)
from reclamation_core.ports.periods import PeriodSource
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Lang

_RowsOfSpan: TypeAlias = dict[Reading, RowsByGroup]


@attrs.frozen(kw_only=True)
class IndicatorSeries(SharedRepr):
    """Indicators of the months, quarters or years of a period.

    Attributes:
        step: the part of the calendar that has figures of its own.
        tables: the indicators of each span, in order, at least one. Each has the same groups, also those of the year
            before.
        year_before: those of the same days a year before, as they were known a year before the day of the report, so
            that as much time had passed; empty without them.
    """

    step: TimeStep
    tables: tuple[IndicatorTable, ...]
    year_before: tuple[IndicatorTable, ...] = ()

    @property
    def spans(self) -> tuple[TimeSpan, ...]:
        """The days of each table."""
        return tuple(TimeSpan(table.since, table.until) for table in self.tables)

    def figures(self, indicator: str, group: object = None) -> tuple[Figure, ...]:
        """Return the figure of an indicator for a group in each span."""
        return tuple(table.figure(indicator, group) for table in self.tables)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the tables as plain data, in the order of time."""
        return {
            "step": self.step.value,
            "spans": [span.label(lang) for span in self.spans],
            "tables": [table.to_document(lang, definitions=not place) for place, table in enumerate(self.tables)],
            "year_before": [table.to_document(lang, definitions=False) for table in self.year_before],
        }


def indicator_series(
    source: PeriodSource,
    period: ReportPeriod,
    *,
    step: TimeStep,
    by: str | None = None,
    names: Collection[str] | None = None,
    units: frozenset[str] | None = None,
    sites: Sites | None = None,
    has_cases: bool = True,
    with_year_before: bool = False,
) -> IndicatorSeries:
    """Compute the indicators of each span of a period.

    What counts the cases of a day, or of the day of the report, is read once for all spans; the backlog, for each.

    Args:
        source: what was known of cases.
        period: the period, and the day of the report.
        step: the part of the calendar that has figures of its own.
        by: as of `indicator_table`, as the following.
        names: the names of indicators.
        units: the units that are reported.
        sites: the sites.
        has_cases: True to read the references of the cases.
        with_year_before: True for the same days a year before too.

    Raises:
        FaultsError: as of `indicator_table`; or there are more spans than `MOST_SPANS`.
    """
    check_request(period, by, names)
    spans = time_spans(period.since, period.until, step)
    chosen = chosen_indicators(by, names)
    fields, group_of = grouping(by, Sites() if sites is None else sites)
    fields += ("reference",) * has_cases

    def read(days: Sequence[TimeSpan], as_of: date) -> list[tuple[ReportPeriod, _RowsOfSpan]]:
        periods = [attrs.evolve(period, since=one.since, until=one.until, as_of=as_of) for one in days]
        whole = attrs.evolve(periods[-1], since=periods[0].since)
        readings = {one.reading for one in chosen}
        dated = {one: attrs.evolve(one, fields=(*one.fields, str(one.day))) for one in readings if one.is_of_period}
        same = [one for one in readings if one.moment is Moment.REPORT and (one.day is None or one.is_day_optional)]
        at_once = read_rows(source, whole, [*dated.values(), *same], fields=fields, group_of=group_of, units=units)
        parts = {reading: _by_period(at_once[of], of, periods) for reading, of in dated.items()}
        parts |= {reading: [at_once[reading]] * len(periods) for reading in same}
        found: list[tuple[ReportPeriod, _RowsOfSpan]] = []
        for place, one in enumerate(periods):
            rest = read_rows(source, one, readings - parts.keys(), fields=fields, group_of=group_of, units=units)
            found.append((one, rest | {reading: of[place] for reading, of in parts.items()}))
        return found

    now = read(spans, period.as_of)
    before = read([one.year_before() for one in spans], year_before(period.as_of)) if with_year_before else []
    every = {group for _, rows in (*now, *before) for one in rows.values() for group in one}
    groups = [None] if by is None else ordered(every)
    tables = [
        table_of(one, by, measured(chosen, groups, rows, one, has_cases=has_cases), rows)
        for one, rows in (*now, *before)
    ]
    return IndicatorSeries(step=step, tables=tuple(tables[: len(now)]), year_before=tuple(tables[len(now) :]))


def whole_and_groups(
    source: PeriodSource,
    period: ReportPeriod,
    *,
    by: str,
    names: Collection[str] | None = None,
    units: frozenset[str] | None = None,
) -> tuple[IndicatorTable, IndicatorTable]:
    """Compute the indicators of all cases and of each group, from one reading of the rows.

    What moves between groups is counted in these alone, so that it is read again for all cases.
    """
    check_request(period, by, names)
    chosen = chosen_indicators(by, names)
    fields, group_of = grouping(by, Sites())
    readings = [one.reading for one in chosen]
    found = read_rows(source, period, readings, fields=fields, group_of=group_of, units=units)
    moves = [one for one in readings if one.flow in _BETWEEN_GROUPS]
    joined: _RowsOfSpan = {one: {None: [*chain(*rows.values())]} for one, rows in found.items()}
    joined |= read_rows(source, period, moves, units=units)
    groups = ordered({group for rows in found.values() for group in rows})
    whole = table_of(period, None, measured(chosen, [None], joined, period, has_cases=False), joined)
    return whole, table_of(period, by, measured(chosen, groups, found, period, has_cases=False), found)


_BETWEEN_GROUPS: Final = frozenset({Flow.MOVED_IN, Flow.MOVED_OUT})


def _by_period(rows: RowsByGroup, reading: Reading, periods: Sequence[ReportPeriod]) -> list[RowsByGroup]:
    """Return the rows whose day is in each of some periods, which follow each other."""
    found: list[RowsByGroup] = [{} for _ in periods]
    day, ends = attrgetter(str(reading.day)), [one.until for one in periods]
    for group, some in rows.items():
        for row in some:
            found[bisect_left(ends, day(row))].setdefault(group, []).append(row)
    return found
