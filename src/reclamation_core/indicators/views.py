"""Indicators as plain data for a web application."""

from __future__ import annotations

from datetime import date

import attrs


@attrs.frozen(kw_only=True)
class FigureView:
    """The figure of an indicator for a group, as plain data.

    Attributes:
        group: the name of the group; None of all cases.
        indicator: the name of the indicator.
        label: its title.
        definition: what it counts, and what it leaves out.
        source: where the definition comes from.
        unit: `cases`, `share` (between 0 and 1) or `business_days`.
        value: the value; None where it is not stated.
        low: the lower bound, with a confidence of 95 %.
        high: the upper bound.
        count: the number of the cases counted; None if it is left out of a publication.
        of: the number of those they are a share of.
        cases: the references of the cases counted; None if they were not read.
    """

    group: str | None
    indicator: str
    label: str
    definition: str
    source: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    count: int | None
    of: int | None
    cases: tuple[str, ...] | None


@attrs.frozen(kw_only=True)
class IndicatorTableView:
    """Indicators of a period as plain data; `fewest` is the number of cases below which no rate or time is stated."""

    since: date
    until: date
    as_of: date
    zone: str
    by: str | None
    fewest: int
    figures: tuple[FigureView, ...]


@attrs.frozen(kw_only=True)
class IndicatorSeriesView:
    """Indicators of each month, quarter or year as plain data."""

    step: str
    spans: tuple[str, ...]
    tables: tuple[IndicatorTableView, ...]
    year_before: tuple[IndicatorTableView, ...]


@attrs.frozen(kw_only=True)
class UnitInNeedView:
    """A unit of a page, in the order of need."""

    unit: str
    below_all_units: bool


@attrs.frozen(kw_only=True)
class IndicatorPageView:
    """What one page of indicators states, as plain data."""

    published: bool
    whole: IndicatorTableView
    year_before: IndicatorTableView | None
    by_unit: IndicatorTableView | None
    units: tuple[UnitInNeedView, ...]
    months: IndicatorSeriesView | None
