"""The page of indicators, as its readers get it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from reclamation_core import Desk
from reclamation_core.indicators import Figure, ListedPeriods, ReportPeriod, TimeStep, indicator_table
from reclamation_core.indicators.catalogue import FigureUnit
from reclamation_core.indicators.page import OF_MONTHS, IndicatorPage, interval_in_words, months_until, value_in_words
from reclamation_core.indicators.publication import publish
from reclamation_core.indicators.series import indicator_series
from reclamation_core.plans import PlanScope
from reclamation_core.reporting import Report, report_bytes
from reclamation_core.reporting.indicators import MOST_UNITS, indicators_report, months_of
from reclamation_core.vocabulary import Level, Site, Sites
from tests.unit.desk import factories
from tests.unit.indicators.test_table import some, table_of

AT = datetime(2026, 7, 1, 8, tzinfo=UTC)
PERIOD = ReportPeriod(since=date(2026, 6, 1), until=date(2026, 6, 30), as_of=date(2026, 6, 30))
SITES = Sites((Site(code="STD", name="Saint-Denis", region="Nord"),))
IN_TIME, LATE = {"answered_on": date(2026, 6, 12)}, {"answered_on": date(2026, 6, 20)}


def example_page() -> IndicatorPage:
    """Créteil answers in time; Saint-Denis clearly less often; Nîmes has two overdue answers of six."""
    rows = [*some(80, **IN_TIME), *some(12, unit="STD", **IN_TIME), *some(24, unit="STD", **LATE, supports=2)]
    rows += [*some(4, unit="NIM", **IN_TIME), *some(2, unit="NIM", theme="a")]
    source, year = ListedPeriods([(row,) for row in rows]), months_until(PERIOD.until)
    of_year = ReportPeriod(since=year.since, until=year.until, as_of=PERIOD.as_of)
    before = ReportPeriod(since=date(2025, 6, 1), until=date(2025, 6, 30), as_of=date(2025, 6, 30))
    return IndicatorPage(
        whole=indicator_table(source, PERIOD),
        before=indicator_table(source, before),
        by_unit=indicator_table(source, PERIOD, by="unit"),
        months=indicator_series(source, of_year, step=TimeStep.MONTH, names=OF_MONTHS, with_year_before=True),
    )


page = pytest.fixture(example_page, scope="module")


def report(page: IndicatorPage) -> Report:
    return indicators_report(page, at=AT, sites=SITES)


def text(report: Report, lang: str = "fr") -> str:
    written = report_bytes(report, "html", "fr" if lang == "fr" else "en").decode()
    return written.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_units_in_need_come_first_with_the_reason(page: IndicatorPage) -> None:
    assert [(one.unit, one.is_below) for one in page.units] == [("STD", True), ("NIM", False), ("CRE", False)]
    html = text(report(page))
    assert html.index("Saint-Denis") < html.index("NIM") < html.index("CRE")
    for part in ("nettement sous l’ensemble", "moins de 25<", "Formule", "aucun dossier", ", l’ensemble</figcaption>"):
        assert part in html


def test_data_formats_have_every_figure_of_every_unit_and_month(page: IndicatorPage) -> None:
    tables = json.loads(report_bytes(report(page), "json"))["tables"]
    assert page.by_unit is not None
    assert page.months is not None
    months = [*page.months.tables, *page.months.year_before]
    expected = sum(len(table.rows) for table in (page.whole, page.before, page.by_unit, *months) if table)
    assert [table["name"] for table in tables] == ["indicateurs", "definitions"]
    assert len(tables[0]["rows"]) == expected
    on_time = next(row for row in tables[0]["rows"] if row["code"] == "on_time" and row["centre"] == "Saint-Denis")
    assert (on_time["dossiers"], on_time["sur"], on_time["valeur"]) == (12, 36, 0.3333)


def test_a_published_page_has_neither_small_counts_nor_months(page: IndicatorPage) -> None:
    html = text(report(page.published()))
    assert [part in html for part in ("petit effectif : non publié", "Pour publication")] == [True, True]
    assert "Sur douze mois" not in html
    rows = json.loads(report_bytes(report(page.published()), "json"))["tables"][0]["rows"]
    assert {row["dossiers"] for row in rows if row["dossiers"] is not None} <= {0, *range(10, 200, 5)}
    document = page.published().to_document()
    assert (document["published"], document["months"], document["year_before"]) == (True, None, None)


def test_months_begin_with_the_first_case_and_an_action_of_the_nation_is_of_no_unit(page: IndicatorPage) -> None:
    assert page.months is not None
    assert [one.span.label() for one in months_of(page.months)] == ["juin 2026"]
    desk = factories.new_desk(sites=SITES)
    of_nation = factories.sheet(site=None, level=Level.NATIONAL)
    desk.pgaac(PlanScope.nation()).add(of_nation)
    found = desk.indicator_page(since=PERIOD.since, until=date(2026, 7, 1), complete=True)
    assert (found.whole.figure("actions_to_do").count, found.units) == (1, ())


def test_an_interval_without_a_bound_says_on_which_side() -> None:
    words = [
        interval_in_words(Figure(value=value, low=low, high=high, count=9, total=30), FigureUnit.DAYS)
        for value, low, high in ((5, 3, 7.5), (5, 3, None), (5, None, 8), (5, None, None), (None, 3, 8))
    ]
    french = ["3 j. ouvrés à 7,5 j. ouvrés", "3 j. ouvrés ou plus", "8 j. ouvrés ou moins", None, None]
    assert [None if one is None else one.fr for one in words] == french


def test_a_figure_not_stated_says_why() -> None:
    days, share, few, none = FigureUnit.DAYS, FigureUnit.SHARE, "moins de 25", "petit effectif : non publié"
    for unit, count, total, words in (
        *((days, 9, 25, "non atteint"), (days, None, 25, "non atteint"), (days, 9, 24, few), (days, None, None, none)),
        *((share, 2, 24, few), (share, 0, 0, "aucun dossier"), (share, None, 25, none), (share, None, 0, none)),
        (share, 2, 25, none),
    ):
        assert value_in_words(Figure(value=None, count=count, total=total), unit).fr == words, (unit, count, total)
    # No rate and no time of fewer than 25 is published; 24 are 25, rounded.
    for answers, time, rate in ((22, none, few), (24, none, "100,0 %"), (25, "10 j. ouvrés", "100,0 %")):
        table = table_of(*some(answers, answered_on=date(2026, 6, 15)), as_of=date(2026, 7, 31))
        whole, _ = publish(table, attrs.evolve(table, rows=()))
        assert value_in_words(whole.figure("time_to_answer_median"), days).fr == time, answers
        assert value_in_words(whole.figure("on_time"), share).fr == rate, answers


def test_a_long_list_of_units_is_cut_and_says_so() -> None:
    for more in (3, 0):
        rows = [row for number in range(MOST_UNITS + more) for row in some(1, unit=f"U{number:02}")]
        source = ListedPeriods([(row,) for row in rows])
        table = indicator_table(source, PERIOD, by="unit")
        page = IndicatorPage(whole=indicator_table(source, PERIOD), before=None, by_unit=table, months=None)
        note = f"{MOST_UNITS} centres sont affichés ; le classeur contient les {more} autres"
        assert (note in text(report(page))) == (more > 0)


def test_a_desk_of_one_site_has_its_own_page() -> None:
    desk = Desk.in_memory(sites=SITES).scoped(site="STD")
    asked: dict[str, Any] = {"since": PERIOD.since, "until": PERIOD.until, "as_of": PERIOD.as_of}
    assert desk.indicator_page(**asked).to_document("en")["by_unit"] is None
    assert ("Périmètre", "Saint-Denis") in [
        (of.fr, str(value)) for of, value in desk.reports.indicators(**asked).filters
    ]
    assert desk.indicator_page(**asked, published=True).units == ()
    assert len(desk.indicator_page(**asked, complete=True).whole.rows) > len(desk.indicator_page(**asked).whole.rows)
    assert "Par centre" in text(Desk.in_memory().reports.indicators(**asked))


def test_figures_are_of_the_scope_and_units_are_shown_where_it_has_several() -> None:
    two = Sites(Site(code=code, name=code, region="Nord") for code in ("S1", "S2"))
    whole = factories.new_desk(sites=two)
    for code in ("S1", "S2", "S2"):
        factories.registered(whole, code)
    asked: dict[str, Any] = {"since": date(2026, 6, 1), "until": date(2026, 7, 31), "as_of": date(2026, 7, 31)}
    for number, received in {1: 1, 2: 3}.items():
        desk = whole.scoped(site=[*two][:number])
        page = desk.indicator_page(**asked)
        assert (page.by_unit is not None) == (number == 2)
        series = desk.indicator_series(**asked, step="year", names=["received"])
        tables = (page.whole, desk.indicators(**asked), *series.tables)
        assert {table.figure("received").count for table in tables} == {received}
