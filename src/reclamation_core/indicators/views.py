"""Indicators as plain data for a web application."""

from __future__ import annotations

from datetime import date

import attrs

from reclamation_core.shared_repr import SharedRepr


@attrs.frozen(kw_only=True)
class FigureView(SharedRepr):
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
class IndicatorView(SharedRepr):
    """The definition of an indicator as plain data.

    Attributes:
        indicator: its name.
        label: its title.
        definition: what it counts, and what it leaves out.
        formula: how it is computed.
        numerator: what is counted.
        denominator: what that is a share of; None of a number of cases.
        as_of: the day that it is of.
        exclusions: what is left out.
        open_cases: how open cases are treated.
        minimum: the number of cases below which it is not stated; None if it is always stated.
        unit: `cases`, `share` or `business_days`.
        source: where the definition comes from.
    """

    indicator: str
    label: str
    definition: str
    formula: str
    numerator: str
    denominator: str | None
    as_of: str
    exclusions: str
    open_cases: str
    minimum: int | None
    unit: str
    source: str


@attrs.frozen(kw_only=True)
class IndicatorTableView(SharedRepr):
    """Indicators of a period as plain data, with their definitions.

    `fewest` is the number of cases below which no rate or time is stated, `note` what a reader may misunderstand in the
    figures, None where there is nothing. `indicators` is empty in a series, but for
    its first table, and in the other tables of a page.
    """

    since: date
    until: date
    as_of: date
    zone: str
    by: str | None
    fewest: int
    note: str | None
    indicators: tuple[IndicatorView, ...]
    figures: tuple[FigureView, ...]


@attrs.frozen(kw_only=True)
class IndicatorSeriesView(SharedRepr):
    """Indicators of each month, quarter or year as plain data."""

    step: str
    spans: tuple[str, ...]
    tables: tuple[IndicatorTableView, ...]
    year_before: tuple[IndicatorTableView, ...]


@attrs.frozen(kw_only=True)
class UnitInNeedView(SharedRepr):
    """A unit of a page, in the order of need."""

    unit: str
    below_all_units: bool


@attrs.frozen(kw_only=True)
class IndicatorPageView(SharedRepr):
    """What one page of indicators states, as plain data."""

    published: bool
    whole: IndicatorTableView
    year_before: IndicatorTableView | None
    by_unit: IndicatorTableView | None
    units: tuple[UnitInNeedView, ...]
    months: IndicatorSeriesView | None
