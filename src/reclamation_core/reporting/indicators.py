"""The page of indicators as a report: for a director, the units in need first; or for one unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import dropwhile
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.indicators.catalogue import FEWEST, INDICATORS, Figure, FigureUnit, Indicator
from reclamation_core.indicators.page import (
    BELOW,
    KEY_INDICATORS,
    IndicatorPage,
    UnitFigures,
    interval_in_words,
    value_in_words,
)
from reclamation_core.indicators.publication import ROUNDED_TO, SMALL
from reclamation_core.indicators.series import IndicatorSeries
from reclamation_core.indicators.spans import TimeSpan
from reclamation_core.indicators.table import IndicatorTable
from reclamation_core.reporting.charts import ChartCount, ChartShare, counts_chart, shares_chart
from reclamation_core.reporting.report import Emphasis, Report, ReportColumn, ReportTable, ValueKind, report_column
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import LANGUAGES, Lang, Wording, capitalized_wording

MOST_UNITS: Final = 20
"""So many units are on a page; the data formats have all."""
_FEW: Final = Wording(
    f"Un taux ou un délai de moins de {FEWEST} dossiers n'est pas affiché. Les intervalles ont une confiance de 95 % : "
    "deux valeurs dont les intervalles se recouvrent ne se distinguent pas.",
    f"A rate or a time of fewer than {FEWEST} cases is not stated. Intervals have a confidence of 95 %: two values "
    "whose intervals overlap cannot be told apart.",
)
_OF_YEAR_BEFORE: Final = Wording(
    "Un an avant : les mêmes jours de l'année précédente, tels qu'ils étaient connus un an avant la date de situation, "
    "donc avec le même recul.",
    "A year before: the same days of the year before, as they were known a year before the day of the report, so that "
    "as much time had passed.",
)
_OF_UNITS: Final = Wording(
    "Centres : d'abord ceux dont tout l'intervalle des réponses dans les délais est sous la valeur de l'ensemble, puis "
    "par nombre de réponses en retard.",
    "Sites: first those whose whole interval of answers on time is below the value of all, then by the number of "
    "answers overdue.",
)
_OF_PUBLICATION: Final = Wording(
    f"Pour publication : un nombre de 1 à {SMALL} n'est pas indiqué, ni ceux qui permettraient de le calculer ; les "
    f"autres sont arrondis à {ROUNDED_TO} près, et les taux sont ceux des nombres arrondis.",
    f"For publication: a number from 1 to {SMALL} is left out, as are those from which it could be computed; the "
    f"others are rounded to {ROUNDED_TO}, and rates are those of the rounded numbers.",
)


@attrs.frozen
class _DataRow(SharedRepr):
    """One figure of the data formats."""

    period: Wording
    unit: str | None
    span: TimeSpan
    indicator: Indicator
    figure: Figure


@attrs.frozen
class _KeyRow(SharedRepr):
    label: Wording
    unit: FigureUnit
    figure: Figure
    before: Figure | None


@attrs.frozen
class _Unit(SharedRepr):
    name: str
    figures: Mapping[str, Figure]
    need: Wording | None

    @classmethod
    def of(cls, unit: UnitFigures, sites: Sites) -> _Unit:
        return cls(sites.name_of(unit.unit), unit.figures, BELOW if unit.is_below else None)


@attrs.frozen
class MonthFigures(SharedRepr):
    """The figures of a month and those of a year before, by the name of the indicator."""

    span: TimeSpan
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure]

    def is_empty(self) -> bool:
        """Return True if no complaint was received and no answer was due, in the month and a year before."""
        figures = (*self.figures.values(), *self.before.values())
        return not any(figure.total for figure in figures)

    @property
    def received(self) -> int:
        """The number of the complaints received or reopened."""
        return self.figures["time_to_answer_median"].total or 0

    @property
    def received_before(self) -> int:
        """That of a year before."""
        return self.before["time_to_answer_median"].total or 0


_column = partial(report_column, source=Wording("rapport d'indicateurs", "report of indicators"))
_UNITS: Final = {
    FigureUnit.CASES: Wording("dossiers", "cases"),
    FigureUnit.SHARE: Wording("part", "share"),
    FigureUnit.DAYS: Wording("jours ouvrés", "business days"),
}


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 4)))


_OF_INTERVAL: Final = ("De l'intervalle à 95 %.", "Of the interval of 95 %.")
_DATA_COLUMNS: Final = (
    _column(
        "periode",
        ("Période", "Period"),
        ("La période, la même un an avant, ou un mois.", "The period, the same a year before, or a month."),
        lambda one: one.period,
        width=16,
    ),
    _column("du", ("Du", "From"), ("Le premier jour.", "The first day."), lambda one: one.span.since, ValueKind.DATE),
    _column("au", ("Au", "Until"), ("Le dernier jour.", "The last day."), lambda one: one.span.until, ValueKind.DATE),
    _column(
        "centre",
        ("Centre", "Site"),
        ("L'unité qui traite ; vide pour l'ensemble.", "The handling unit; empty for all."),
        lambda one: one.unit,
        width=18,
    ),
    _column(
        "code",
        ("Code", "Code"),
        ("L'identifiant de l'indicateur, pour un programme.", "The name of the indicator for a program."),
        lambda one: one.indicator.name,
        width=20,
    ),
    _column(
        "indicateur",
        ("Indicateur", "Indicator"),
        ("Ce qui est compté ; les définitions sont dans un tableau à part.", "What is counted; definitions are apart."),
        lambda one: one.indicator.label,
        width=36,
    ),
    _column(
        "valeur",
        ("Valeur", "Value"),
        (
            "Un nombre de dossiers, une part entre 0 et 1, ou des jours ouvrés ; vide en dessous du nombre minimal.",
            "A number of cases, a share between 0 and 1, or business days; empty below the minimum number.",
        ),
        lambda one: _decimal(one.figure.value),
        ValueKind.DECIMAL,
    ),
    _column(
        "borne_basse",
        ("Borne basse", "Lower bound"),
        _OF_INTERVAL,
        lambda one: _decimal(one.figure.low),
        ValueKind.DECIMAL,
    ),
    _column(
        "borne_haute",
        ("Borne haute", "Upper bound"),
        _OF_INTERVAL,
        lambda one: _decimal(one.figure.high),
        ValueKind.DECIMAL,
    ),
    _column(
        "dossiers",
        ("Dossiers", "Cases"),
        ("Le nombre de dossiers comptés.", "The number of cases counted."),
        lambda one: one.figure.count,
        ValueKind.INTEGER,
    ),
    _column(
        "sur",
        ("Sur", "Of"),
        ("Le nombre de dossiers auquel la part se rapporte.", "The number of cases that they are a share of."),
        lambda one: one.figure.total,
        ValueKind.INTEGER,
    ),
    _column(
        "unite",
        ("Unité", "Unit"),
        ("Ce qu'est la valeur.", "What the value is."),
        lambda one: _UNITS[one.indicator.unit],
    ),
)
_INTERVAL: Final = ("Intervalle à 95 %", "Interval of 95 %")
_KEY_COLUMNS: Final = (
    _column(
        "indicateur",
        ("Indicateur", "Indicator"),
        ("Ce qui est compté.", "What is counted."),
        lambda one: one.label,
        width=30,
    ),
    _column(
        "valeur",
        ("Valeur", "Value"),
        ("La valeur, ou pourquoi elle manque.", "The value, or why there is none."),
        lambda one: value_in_words(one.figure, one.unit),
        width=20,
    ),
    _column(
        "intervalle",
        _INTERVAL,
        ("Vide pour un nombre de dossiers.", "Empty for a number of cases."),
        lambda one: interval_in_words(one.figure, one.unit),
        width=20,
    ),
    _column(
        "dossiers",
        ("Dossiers", "Cases"),
        ("Le nombre de dossiers comptés.", "The number of cases counted."),
        lambda one: one.figure.count,
        ValueKind.INTEGER,
        width=9,
    ),
    _column(
        "sur",
        ("Sur", "Of"),
        ("Le nombre de dossiers auquel la part se rapporte.", "The number of cases that they are a share of."),
        lambda one: one.figure.total,
        ValueKind.INTEGER,
        width=7,
    ),
    _column(
        "un_an_avant",
        ("Un an avant", "A year before"),
        ("La valeur des mêmes jours un an avant.", "The value of the same days a year before."),
        lambda one: None if one.before is None else value_in_words(one.before, one.unit),
        width=20,
    ),
)


def _share(figure: Figure) -> Wording:
    return value_in_words(figure, FigureUnit.SHARE)


def _counted(name: str, title: tuple[str, str]) -> ReportColumn[Any]:
    """Return a column of a count of a unit or of a month; a text where it is left out of a publication."""
    indicator = INDICATORS[name]
    meaning = (indicator.definition.fr, indicator.definition.en)
    return _column(name, title, meaning, lambda one: value_in_words(one.figures[name], FigureUnit.CASES), width=10)


_ON_TIME: Final = (
    _column(
        "dans_les_delais",
        ("Réponses dans les délais", "Answers on time"),
        (INDICATORS["on_time"].definition.fr, INDICATORS["on_time"].definition.en),
        lambda one: _share(one.figures["on_time"]),
        width=18,
    ),
    _column(
        "intervalle",
        _INTERVAL,
        ("De la part dans les délais.", "Of the share on time."),
        lambda one: interval_in_words(one.figures["on_time"], FigureUnit.SHARE),
        width=17,
    ),
    _column(
        "reponses_attendues",
        ("Réponses attendues", "Answers due"),
        ("Le nombre de réponses auquel la part se rapporte.", "The number of answers that it is a share of."),
        lambda one: one.figures["on_time"].total,
        ValueKind.INTEGER,
        width=11,
    ),
)
_MEDIAN: Final = _column(
    "delai_median",
    ("Délai médian", "Median time"),
    (INDICATORS["time_to_answer_median"].definition.fr, INDICATORS["time_to_answer_median"].definition.en),
    lambda one: value_in_words(one.figures["time_to_answer_median"], FigureUnit.DAYS),
    width=15,
)
_UNIT_COLUMNS: Final = (
    _column(
        "centre", ("Centre", "Site"), ("L'unité qui traite.", "The handling unit."), lambda one: one.name, width=28
    ),
    _counted("received", ("Reçues", "Received")),
    _counted("closing", ("Ouvertes", "Open")),
    _counted("overdue", ("En retard", "Overdue")),
    *_ON_TIME,
    _MEDIAN,
    _column(
        "a_voir",
        ("À voir", "To look at"),
        ("Pourquoi le centre est parmi les premiers.", "Why the site is among the first."),
        lambda one: one.need,
        width=18,
        emphasis={BELOW: Emphasis.WARNING},
    ),
)
_MONTH_COLUMNS: Final = (
    _column(
        "mois",
        ("Mois", "Month"),
        ("Le mois, ou ses jours.", "The month, or its days."),
        lambda one: Wording(*(one.span.label(lang) for lang in LANGUAGES)),
        width=17,
    ),
    _column(
        "recues",
        ("Reçues ou rouvertes", "Received or reopened"),
        ("Réclamations reçues ou rouvertes dans le mois.", "Complaints received or reopened in the month."),
        lambda one: one.received,
        ValueKind.INTEGER,
        width=11,
    ),
    _column(
        "recues_un_an_avant",
        ("Un an avant", "A year before"),
        ("Celles du même mois, un an avant.", "Those of the same month, a year before."),
        lambda one: one.received_before,
        ValueKind.INTEGER,
        width=10,
    ),
    *_ON_TIME,
    _column(
        "dans_les_delais_un_an_avant",
        ("Un an avant", "A year before"),
        ("La part du même mois, un an avant.", "The share of the same month, a year before."),
        lambda one: _share(one.before["on_time"]),
        width=17,
    ),
    _MEDIAN,
)
_DEFINITION_COLUMNS: Final = (
    _column(
        "indicateur",
        ("Indicateur", "Indicator"),
        ("Son titre.", "Its title."),
        lambda one: capitalized_wording(one.label),
        width=24,
    ),
    _column(
        "definition",
        ("Définition", "Definition"),
        ("Ce qui est compté, et ce qui est exclu.", "What is counted, and what is left out."),
        lambda one: one.definition,
        width=50,
    ),
    _column(
        "formule",
        ("Formule", "Formula"),
        ("Comment il est calculé.", "How it is computed."),
        lambda one: one.formula,
        width=50,
    ),
    _column(
        "dossiers_ouverts",
        ("Dossiers ouverts", "Open cases"),
        ("Comment ils sont comptés.", "How they are treated."),
        lambda one: one.open_cases,
        width=30,
    ),
    _column(
        "minimum",
        ("Minimum", "Minimum"),
        ("En dessous, ni taux ni délai ne sont affichés.", "Below it, neither a rate nor a time."),
        lambda one: one.minimum,
        ValueKind.INTEGER,
        width=14,
    ),
    _column(
        "source",
        ("Source", "Source"),
        ("D'où vient la définition.", "Where the definition comes from."),
        lambda one: one.source,
        width=26,
    ),
)
_MORE_OF_DEFINITIONS: Final = (
    _column(
        "numerateur",
        ("Numérateur", "Numerator"),
        ("Ce qui est compté.", "What is counted."),
        lambda one: one.numerator,
        width=40,
    ),
    _column(
        "denominateur",
        ("Dénominateur", "Denominator"),
        ("Ce dont c'est une part.", "What that is a share of."),
        lambda one: one.denominator,
        width=40,
    ),
    _column(
        "date",
        ("Date", "As of"),
        ("Le jour dont c'est la valeur.", "The day that it is of."),
        lambda one: one.as_of,
        width=40,
    ),
    _column(
        "exclusions",
        ("Exclusions", "Exclusions"),
        ("Ce qui n'est pas compté.", "What is left out."),
        lambda one: one.exclusions,
        width=40,
    ),
)


def indicators_report(
    page: IndicatorPage,
    *,
    at: datetime,
    sites: Sites | None = None,
    zone: ZoneInfo | None = None,
    place: str | None = None,
) -> Report:
    """Return a page of indicators as a report; its data formats have all figures, its pages those to read.

    Args:
        page: the figures.
        at: the instant of the export; aware.
        sites: the sites, for their names.
        zone: the time zone of the heading; metropolitan France by default.
        place: the names of the sites or regions that are reported; None for all.
    """
    known = sites or Sites()
    units = [_Unit.of(one, known) for one in page.units]
    key = _KEY_COLUMNS if page.before is not None else _KEY_COLUMNS[:-1]
    tables = [
        _table("indicateurs", _DATA_COLUMNS, tuple(_data(page, known))),
        _table("en-bref", key, tuple(_key(page))),
    ]
    if page.by_unit is not None:
        chart = partial(chart_of_units, page, known)
        tables.append(_table("par-centre", _UNIT_COLUMNS, units[:MOST_UNITS], chart, _SHARES_OF_UNITS))
    if page.months is not None:
        months = months_of(page.months)
        tables.append(_table("par-mois", _MONTH_COLUMNS, months, partial(chart_of_months, page), _COUNTS_OF_MONTHS))
    defined = dict.fromkeys(row.indicator.name for row in page.whole.rows)
    every = (*_DEFINITION_COLUMNS, *_MORE_OF_DEFINITIONS)
    tables.append(_table("definitions", every, [INDICATORS[name] for name in defined]))
    shown = [INDICATORS[name] for name in KEY_INDICATORS if name in defined]
    definitions = _table("definitions-de-la-page", _DEFINITION_COLUMNS, shown, lines=9)
    tables.append(attrs.evolve(definitions, begins_page=True))
    return Report(
        name="indicateurs",
        title=_TITLE if place is None else Wording(f"Indicateurs, {place}", f"Indicators, {place}"),
        tables=tuple(tables),
        as_of=page.whole.as_of,
        exported_at=at,
        zone=zone or BusinessCalendar.france().zone,
        filters=(
            (Wording("Période", "Period"), Wording(*(page.span.label(lang) for lang in LANGUAGES))),
            *(() if place is None else ((Wording("Périmètre", "Scope"), place),)),
        ),
        notes=tuple(_notes(page, len(units))),
        data=_DATA,
        pages=tuple(table.name for table in tables if table.name not in _DATA),
        is_portrait=True,
    )


_DATA: Final = ("indicateurs", "definitions")
_TITLE: Final = Wording("Indicateurs, tous les centres", "Indicators, all sites")
_TITLES: Final = {
    "indicateurs": Wording("Indicateurs", "Indicators"),
    "en-bref": Wording("En bref", "In short"),
    "par-centre": Wording("Par centre, d'abord les plus en difficulté", "By site, those in need first"),
    "par-mois": Wording("Sur douze mois", "Over twelve months"),
    "definitions": Wording("Définitions des indicateurs", "Definitions of the indicators"),
    "definitions-de-la-page": Wording("Définitions", "Definitions"),
}


def _table(
    name: str,
    columns: tuple[ReportColumn[Any], ...],
    records: Sequence[object],
    picture: Callable[[Lang], str | None] | None = None,
    caption: Wording | None = None,
    *,
    lines: int | None = 2,
) -> ReportTable[Any]:
    return ReportTable(
        title=_TITLES[name], name=name, columns=columns, records=records, picture=picture, caption=caption, lines=lines
    )


_SHARES_OF_UNITS: Final = Wording(
    "Réponses dans les délais par centre, avec leur intervalle à 95 % ; en pointillé, l'ensemble",
    "Answers on time by site, with their interval of 95 %; dashed, all sites",
)
_COUNTS_OF_MONTHS: Final = Wording(
    "Réclamations reçues ou rouvertes par mois ; le trait marque la valeur un an avant",
    "Complaints received or reopened by month; the mark is the value a year before",
)


def _notes(page: IndicatorPage, units: int) -> Iterator[Wording]:
    yield _FEW
    if page.whole.note is not None:
        yield page.whole.note
    if page.before is not None:
        yield _OF_YEAR_BEFORE
    if page.by_unit is not None:
        yield _OF_UNITS
    if units > MOST_UNITS:
        more = units - MOST_UNITS
        yield Wording(
            f"{MOST_UNITS} centres sont affichés ; le classeur contient les {more} autres.",
            f"{MOST_UNITS} sites are shown; the workbook has the {more} others.",
        )
    if page.is_published:
        yield _OF_PUBLICATION


def _data(page: IndicatorPage, sites: Sites) -> Iterator[_DataRow]:
    months = page.months
    parts: list[tuple[Wording, Iterable[IndicatorTable]]] = [
        (Wording("période", "period"), [page.whole, *([] if page.by_unit is None else [page.by_unit])]),
        (Wording("un an avant", "a year before"), [] if page.before is None else [page.before]),
        (Wording("mois", "month"), () if months is None else months.tables),
        (Wording("mois, un an avant", "month, a year before"), () if months is None else months.year_before),
    ]
    for period, tables in parts:
        for table in tables:
            for row in table.rows:
                unit = None if row.group is None else sites.name_of(str(row.group))
                span = TimeSpan(table.since, table.until)
                yield _DataRow(period, unit, span, row.indicator, row.figure)


def _key(page: IndicatorPage) -> Iterator[_KeyRow]:
    shown = {row.indicator.name: row for row in page.whole.rows}
    for name in KEY_INDICATORS:
        if name in shown:
            row = shown[name]
            before = None if page.before is None else page.before.figure(name)
            yield _KeyRow(capitalized_wording(row.indicator.label), row.indicator.unit, row.figure, before)


def months_of(series: IndicatorSeries) -> tuple[MonthFigures, ...]:
    """Return the figures of each month, beside those of a year before; from the first month with a case on."""
    months = [
        MonthFigures(TimeSpan(table.since, table.until), _by_name(table), _by_name(before))
        for table, before in zip(series.tables, series.year_before, strict=True)
    ]
    return (*dropwhile(MonthFigures.is_empty, months[:-1]), months[-1])


def _by_name(table: IndicatorTable) -> dict[str, Figure]:
    return {row.indicator.name: row.figure for row in table.rows}


def chart_of_units(page: IndicatorPage, sites: Sites, lang: Lang = "fr") -> str | None:
    """Return the chart of the answers on time of the first units of a page as SVG; None if no unit has a share."""
    shares = [
        ChartShare(
            label=sites.name_of(one.unit),
            value=(figure := one.figures["on_time"]).value,
            low=figure.low,
            high=figure.high,
            text=_share(figure).in_(lang),
        )
        for one in page.units[:MOST_UNITS]
    ]
    if all(one.value is None for one in shares):
        return None
    return shares_chart(_SHARES_OF_UNITS.in_(lang), shares, reference=page.whole.figure("on_time").value, lang=lang)


_SHORT_MONTHS: Final[Mapping[Lang, Sequence[str]]] = {
    "fr": ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def chart_of_months(page: IndicatorPage, lang: Lang = "fr") -> str | None:
    """Return the chart of the complaints received in each month of a page as SVG; None in a publication."""
    if page.months is None:
        return None
    counts = [
        ChartCount(label=_SHORT_MONTHS[lang][one.span.since.month - 1], value=one.received, before=one.received_before)
        for one in months_of(page.months)
    ]
    return counts_chart(_COUNTS_OF_MONTHS.in_(lang), counts, lang)
