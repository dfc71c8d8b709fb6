"""What one page of indicators states: of all units, those in need first, or of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.indicators.catalogue import FEWEST, Figure, FigureUnit
from reclamation_core.indicators.publication import publish
from reclamation_core.indicators.series import IndicatorSeries
from reclamation_core.indicators.spans import TimeSpan
from reclamation_core.indicators.table import IndicatorTable
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import LANGUAGES, Lang, Wording, format_number, is_singular

KEY_INDICATORS: Final = (
    *("received", "ended", "closing", "overdue", "on_time", "time_to_answer_median", "time_to_answer_p90"),
    *("answered_within_10", "acknowledged", "decided_founded", "mediation"),
)
"""The indicators of a page, in order."""
OF_MONTHS: Final = ("on_time", "time_to_answer_median")
"""Those of each month; the second one is of the complaints received or reopened in it."""
MONTHS: Final = 12
"""So many months are shown, the last one that of the end of the period."""

_NONE: Final = Wording("aucun dossier", "no case")
_FEW: Final = Wording(f"moins de {FEWEST}", f"fewer than {FEWEST}")
_LEFT_OUT: Final = Wording("petit effectif : non publié", "small number: not published")
_UNREACHED: Final = Wording("non atteint", "not reached")
BELOW: Final = Wording("délais : nettement sous l'ensemble", "on time: clearly below all sites")
"""Why a unit is among the first."""


def value_in_words(figure: Figure, unit: FigureUnit) -> Wording:
    """Return a figure for a reader, or why it is not stated.

    >>> value_in_words(Figure(value=5 / 6, count=10, total=12), FigureUnit.SHARE).fr
    '83,3 %'
    >>> value_in_words(Figure(value=None, count=2, total=3), FigureUnit.SHARE).fr
    'moins de 25'
    """
    if figure.value is not None:
        return _number(figure.value, unit)
    if figure.count is None and (figure.total is None or unit is not FigureUnit.DAYS):
        return _LEFT_OUT
    if unit is FigureUnit.DAYS and (figure.total or 0) >= FEWEST:
        return _UNREACHED
    if figure.total == 0:
        return _NONE
    return _FEW if (figure.total or 0) < FEWEST else _LEFT_OUT


def interval_in_words(figure: Figure, unit: FigureUnit) -> Wording | None:
    """Return the interval of a figure for a reader; None without one."""
    if figure.value is None:
        return None
    low, high = (None if bound is None else _number(bound, unit) for bound in (figure.low, figure.high))
    if low is None:
        return None if high is None else Wording(f"{high.fr} ou moins", f"{high.en} or less")
    if high is None:
        return Wording(f"{low.fr} ou plus", f"{low.en} or more")
    return Wording(f"{low.fr} à {high.fr}", f"{low.en} to {high.en}")


def _number(value: float, unit: FigureUnit) -> Wording:
    if unit is FigureUnit.SHARE:
        return Wording(f"{format_number(value * 100, 'fr', 1)} %", f"{format_number(value * 100, 'en', 1)} %")
    if unit is FigureUnit.DAYS:
        fr, en = (format_number(value, lang, 0 if value == round(value) else 1) for lang in LANGUAGES)
        return Wording(
            f"{fr} {'j. ouvré' if is_singular(value, 'fr') else 'j. ouvrés'}",
            f"{en} {'business day' if is_singular(value, 'en') else 'business days'}",
        )
    return Wording(format_number(value), format_number(value, "en"))


@attrs.frozen(kw_only=True)
class UnitFigures(SharedRepr):
    """The figures of a unit.

    Attributes:
        unit: its code.
        figures: its figures, by the name of the indicator.
        is_below: True if the whole interval of its answers on time is below the share of all units.
    """

    unit: str
    figures: Mapping[str, Figure]
    is_below: bool


@attrs.frozen(kw_only=True)
class IndicatorPage(SharedRepr):
    """The indicators of a page.

    Attributes:
        whole: those of all cases.
        before: the same of the same days a year before, as they were known then; None in a publication.
        by_unit: those of each unit; None for the page of one unit.
        months: those of twelve months, with the year before; None in a publication.
        is_published: True if small counts are left out and the others rounded.
    """

    whole: IndicatorTable
    before: IndicatorTable | None
    by_unit: IndicatorTable | None
    months: IndicatorSeries | None
    is_published: bool = False

    @property
    def span(self) -> TimeSpan:
        """The days of the page."""
        return TimeSpan(self.whole.since, self.whole.until)

    @property
    def units(self) -> tuple[UnitFigures, ...]:
        """The units, those in need first: answers on time clearly below all units, then the most overdue answers."""
        if self.by_unit is None:
            return ()
        share = self.whole.figure("on_time").value
        found: dict[str, dict[str, Figure]] = {}
        for row in self.by_unit.rows:
            if isinstance(row.group, str):  # actions of a region or of the nation have no unit
                found.setdefault(row.group, {})[row.indicator.name] = row.figure
        units = [
            UnitFigures(unit=unit, figures=of, is_below=_is_below(of["on_time"], share)) for unit, of in found.items()
        ]
        return tuple(sorted(units, key=lambda one: (not one.is_below, -(one.figures["overdue"].count or 0), one.unit)))

    def published(self) -> IndicatorPage:
        """Return the page as it may be published; see `publish`."""
        if self.by_unit is None:
            whole, by_unit = publish(self.whole, attrs.evolve(self.whole, rows=()))[0], None
        else:
            whole, by_unit = publish(self.whole, self.by_unit)
        return IndicatorPage(whole=whole, before=None, by_unit=by_unit, months=None, is_published=True)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the page as plain data, the units in need first."""
        return {
            "published": self.is_published,
            "whole": self.whole.to_document(lang),
            "year_before": None if self.before is None else self.before.to_document(lang, definitions=False),
            "by_unit": None if self.by_unit is None else self.by_unit.to_document(lang, definitions=False),
            "units": [{"unit": one.unit, "below_all_units": one.is_below} for one in self.units],
            "months": None if self.months is None else self.months.to_document(lang),
        }


def _is_below(figure: Figure, share: float | None) -> bool:
    return figure.high is not None and share is not None and figure.high < share


def months_until(day: date) -> TimeSpan:
    """Return the twelve months that end with a day.

    >>> months_until(date(2026, 6, 30)).since
    datetime.date(2025, 7, 1)
    """
    months = max(day.year * 12 + day.month - MONTHS, 12)
    return TimeSpan(date(months // 12, months % 12 + 1, 1), day)
