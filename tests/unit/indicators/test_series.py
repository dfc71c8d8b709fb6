"""Indicators by month, quarter and year, against the table of each span."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Desk
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.errors import FaultsError
from reclamation_core.indicators import (
    DIMENSIONS,
    ListedPeriods,
    ReportPeriod,
    TimeSpan,
    TimeStep,
    indicator_table,
    periods_of,
)
from reclamation_core.indicators.series import indicator_series, whole_and_groups
from reclamation_core.indicators.spans import MOST_SPANS, time_spans, year_before
from reclamation_core.indicators.table import chosen_indicators
from reclamation_core.testing.strategies import cases
from tests.unit.indicators.test_table import INTO, JUNE, OUT


@given(
    st.lists(cases(), min_size=1, max_size=3),
    st.sampled_from([None, *DIMENSIONS]),
    st.sampled_from(TimeStep),
    st.data(),
)
def test_each_span_has_the_figures_of_its_own_table(
    some_cases: list[Case], by: str | None, step: TimeStep, data: st.DataObject
) -> None:
    """Also the same days a year before, as they were known a year before the day of the report."""
    france = BusinessCalendar.france()
    days = [france.day_of(event.recorded_at) for case in some_cases for event in case.events]
    near = st.dates(min(days) - timedelta(days=40), max(days) + timedelta(days=400))
    since, until, as_of = [*sorted([data.draw(near), data.draw(near)]), data.draw(near)]
    source = ListedPeriods([periods_of(case) for case in some_cases])
    period = ReportPeriod(since=since, until=until, as_of=as_of)

    series = indicator_series(source, period, step=step, by=by, with_year_before=True)

    spans = time_spans(since, until, step)
    expected = [(span, as_of) for span in spans] + [(span.year_before(), year_before(as_of)) for span in spans]
    for table, (span, known_on) in zip((*series.tables, *series.year_before), expected, strict=True):
        alone = indicator_table(source, ReportPeriod(since=span.since, until=span.until, as_of=known_on), by=by)
        groups = {row.group for row in alone.rows}
        assert [row for row in table.rows if row.group in groups] == list(alone.rows)
        assert not any(row.figure.count for row in table.rows if row.group not in groups)
    for tables in (series.tables, series.year_before):
        for group in {row.group for table in tables for row in table.rows}:
            count = [{row.indicator.name: row.figure.count for row in one.rows if row.group == group} for one in tables]
            for month in count:
                assert (month["opening"] or 0) + sum(month[name] or 0 for name in INTO) - sum(
                    month[name] or 0 for name in OUT
                ) == month["closing"]
            if tables is series.tables:
                assert [month["closing"] for month in count[:-1]] == [month["opening"] for month in count[1:]]


@given(st.lists(cases(), min_size=1, max_size=3), st.sampled_from(sorted(DIMENSIONS)), st.data())
def test_one_reading_has_the_tables_of_all_and_each_group(some_cases: list[Case], by: str, data: st.DataObject) -> None:
    france = BusinessCalendar.france()
    days = [france.day_of(event.recorded_at) for case in some_cases for event in case.events]
    near = st.dates(min(days) - timedelta(days=3), max(days) + timedelta(days=3))
    since, until, as_of = [*sorted([data.draw(near), data.draw(near)]), data.draw(near)]
    source, period = (
        ListedPeriods([periods_of(case) for case in some_cases]),
        ReportPeriod(since=since, until=until, as_of=as_of),
    )
    units = data.draw(st.none() | st.just(frozenset({some_cases[0].site})))

    whole, groups = whole_and_groups(source, period, by=by, units=units)

    names = [one.name for one in chosen_indicators(by, None)]  # actions are counted for some groups alone
    assert whole == indicator_table(source, period, units=units, names=names, has_cases=False)
    assert groups == indicator_table(source, period, by=by, units=units, has_cases=False)


@given(st.dates(date(2, 1, 1)), st.integers(0, 900), st.sampled_from(TimeStep))
def test_the_spans_of_a_period_are_its_days_once_each(since: date, days: int, step: TimeStep) -> None:
    until = date.fromordinal(min(since.toordinal() + days, date.max.toordinal()))
    spans = time_spans(since, until, step)
    assert (spans[0].since, spans[-1].until) == (since, until)
    for one, following in pairwise(spans):
        assert following.since == one.until + timedelta(days=1)
        assert (following.since.month - 1) % step.months == 0
    for span in spans:
        assert (span.until.month - 1) // step.months == (span.since.month - 1) // step.months
        earlier = span.year_before()
        assert (earlier.since.month, earlier.since.year) == (span.since.month, max(span.since.year - 1, 1))
        assert earlier.until.month == span.until.month
        assert abs((earlier.until - earlier.since) - (span.until - span.since)) <= timedelta(days=1)


@pytest.mark.parametrize(("step", "year"), [("month", 2019), ("quarter", 2039), ("year", 2129)])
def test_a_period_has_120_spans_at_most(step: str, year: int) -> None:
    until, step_ = date(year, 12, 31), TimeStep.parse(step)
    assert len(time_spans(date(2010, 1, 1), until, step_)) == MOST_SPANS
    with pytest.raises(FaultsError, match=r"^since: 2009-12-31; at most 120 months, "):
        time_spans(date(2009, 12, 31), until, step_)


def test_a_span_has_the_name_of_its_quarter_or_year_or_its_days() -> None:
    for first, last, fr, en in [
        (date(2026, 6, 1), date(2026, 6, 30), "juin 2026", "June 2026"),
        (date(2026, 1, 1), date(2026, 3, 31), "1er trimestre 2026", "Q1 2026"),
        (date(2026, 4, 1), date(2026, 6, 30), "2e trimestre 2026", "Q2 2026"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
        (date(2026, 1, 2), date(2026, 1, 31), "02/01/2026 – 31/01/2026", "2 January 2026 – 31 January 2026"),
    ]:
        assert (TimeSpan(first, last).label("fr"), TimeSpan(first, last).label("en")) == (fr, en), last


def test_a_desk_has_the_months_of_its_register_beside_those_of_a_year_before() -> None:
    desk = Desk.in_memory()
    found = desk.indicator_series(since=date(2026, 5, 1), until=JUNE[1], names=["received"], with_year_before=True)
    document = found.to_document("en")
    assert (document["step"], document["spans"]) == ("month", ["May 2026", "June 2026"])
    assert [one["since"] for one in (*document["tables"], *document["year_before"])] == [
        *("2026-05-01", "2026-06-01", "2025-05-01", "2025-06-01")
    ]
    with pytest.raises(FaultsError, match="step"):
        desk.indicator_series(since=JUNE[0], until=JUNE[1], step="week")
