"""Indicators of a period, of all cases or by group, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.indicators.catalogue import INDICATORS, Figure, Indicator
from reclamation_core.indicators.known import KnownCases, RowFilter
from reclamation_core.indicators.periods import CasePeriod
from reclamation_core.wording import Lang, Wording

DIMENSIONS: Final[Mapping[str, tuple[Wording, Callable[[CasePeriod], object]]]] = {
    "unit": (Wording("unité", "unit"), lambda row: row.unit),
    "level": (Wording("niveau", "level"), lambda row: row.level),
    "channel": (Wording("canal", "channel"), lambda row: row.channel),
    "complainant": (Wording("qualité de l'auteur", "kind of complainant"), lambda row: row.complainant),
    "nature": (Wording("nature", "nature"), lambda row: row.nature),
    "theme": (Wording("thème", "theme"), lambda row: row.theme),
}
"""What cases are grouped by: the title, and the value of a row."""
_UNKNOWN: Final = Wording("inconnu", "unknown")


@attrs.frozen(kw_only=True)
class IndicatorRow:
    """The figure of an indicator for a group.

    Attributes:
        group: the value that the group has; None of all cases, and of those whose value is unknown.
        indicator: the indicator.
        figure: its figure.
    """

    group: object
    indicator: Indicator
    figure: Figure

    def group_in(self, lang: Lang) -> str:
        """Return the name of the group."""
        if isinstance(self.group, LabelledEnum):
            return self.group.label(lang)
        return _UNKNOWN.in_(lang) if self.group is None else str(self.group)


@attrs.frozen(kw_only=True)
class IndicatorTable:
    """Indicators of a period.

    Attributes:
        since: the first day.
        until: the last day.
        as_of: the day of the report: what was recorded later is left out.
        by: what cases are grouped by, one of `DIMENSIONS`; None for all together.
        rows: the figures, by group, then in the order of the indicators.
    """

    since: date
    until: date
    as_of: date
    by: str | None
    rows: tuple[IndicatorRow, ...]

    def figure(self, indicator: str, group: object = None) -> Figure:
        """Return the figure of an indicator for a group.

        Raises:
            KeyError: there is none.
        """
        for row in self.rows:
            if row.indicator.name == indicator and row.group == group:
                return row.figure
        raise KeyError((indicator, group))

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the table as plain data, with the label and the definition of each indicator."""
        figures = [
            {
                "group": None if self.by is None else row.group_in(lang),
                "indicator": row.indicator.name,
                "label": row.indicator.label.in_(lang),
                "definition": row.indicator.definition.in_(lang),
                "unit": row.indicator.unit.value,
                "value": row.figure.value,
                "low": row.figure.low,
                "high": row.figure.high,
                "count": len(row.figure.cases),
                "of": None if row.figure.of is None else len(row.figure.of),
                "cases": list(row.figure.cases),
            }
            for row in self.rows
        ]
        period = {"since": self.since.isoformat(), "until": self.until.isoformat(), "as_of": self.as_of.isoformat()}
        return {**period, "by": self.by, "figures": figures}


def indicator_table(
    known: KnownCases,
    *,
    by: str | None = None,
    names: Collection[str] | None = None,
    within: RowFilter = lambda _: True,
) -> IndicatorTable:
    """Compute indicators.

    Args:
        known: what was known of the cases, and the period.
        by: what to group cases by, one of `DIMENSIONS`; None for all together.
        names: the names of indicators; all by default.
        within: the rows that are counted at all, such as those of the units of a desk.

    Raises:
        FaultsError: a name or a dimension is unknown, or the period ends before it begins.
    """
    _check(known, by, names)
    chosen = [one for name, one in INDICATORS.items() if names is None or name in names]
    rows: list[IndicatorRow] = []
    for value in _values(known, by, within):
        group = within if by is None else _group(by, value, within)
        rows += (IndicatorRow(group=value, indicator=one, figure=one.measure(known, group)) for one in chosen)
    return IndicatorTable(since=known.since, until=known.until, as_of=known.as_of, by=by, rows=tuple(rows))


def _check(known: KnownCases, by: str | None, names: Iterable[str] | None) -> None:
    faults = []
    if known.until < known.since:
        late = Wording(f"pas avant le {known.since:%d/%m/%Y}", f"not before {known.since}")
        faults.append(Fault("until", known.until, late))
    given = [("by", () if by is None else (by,), DIMENSIONS), ("names", tuple(names or ()), INDICATORS)]
    for path, values, accepted in given:
        listed = ", ".join(accepted)
        expected = Wording(f"inconnu ; indiquez {listed}", f"unknown; give one of {listed}")
        faults += [Fault(path, value, expected) for value in values if value not in accepted]
    if faults:
        raise FaultsError(tuple(faults))


def _values(known: KnownCases, by: str | None, within: RowFilter) -> list[object]:
    """Return the values of a dimension, in order; those of an enumeration in its own, the unknown last."""
    if by is None:
        return [None]
    of = DIMENSIONS[by][1]
    found = {of(row) for rows in known.periods for row in rows if row.is_in_scope and within(row)}
    enumerations = {type(value) for value in found if isinstance(value, LabelledEnum)}
    order: Iterable[object] = next(
        map(iter, enumerations), iter(sorted(value for value in found if isinstance(value, str)))
    )
    return [*(value for value in order if value in found), *([None] if None in found else [])]


def _group(by: str, value: object, within: RowFilter) -> RowFilter:
    of = DIMENSIONS[by][1]
    return lambda row: of(row) == value and within(row)
