"""Values as readers see them, the choice of columns, and the heading of a report."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reclamation_core import FaultsError, Level, Wording
from reclamation_core.reporting.report import Report, ReportColumn, ReportTable, ValueKind, choose, display, file_stem

PARIS = ZoneInfo("Europe/Paris")


def test_a_value_is_displayed_in_both_languages() -> None:
    for value, fr, en in [
        (None, "", ""),
        (True, "oui", "yes"),
        (False, "non", "no"),
        (1234567, "1234567", "1234567"),
        (Decimal("6.50"), "6,5", "6.5"),
        (Decimal("6E+1"), "60", "60"),
        (date(2026, 5, 2), "02/05/2026", "2026-05-02"),
        (date(7, 1, 3), "03/01/0007", "0007-01-03"),
        (datetime(2026, 5, 2, 22, 30, tzinfo=UTC), "03/05/2026 00:30", "2026-05-03 00:30"),
        (Level.REGIONAL, "régional", "regional"),
        (Wording("lien", "link"), "lien", "link"),
        ("a\x07b\ufffe", "a\ufffdb\ufffd", "a\ufffdb\ufffd"),
    ]:
        assert (display(value, "fr", PARIS), display(value, "en", PARIS)) == (fr, en), value


def column(name: str) -> ReportColumn[str]:
    return ReportColumn(
        name=name,
        title=Wording(name.title(), name.title()),
        meaning=Wording("sens", "meaning"),
        kind=ValueKind.TEXT,
        source=Wording("source", "source"),
        value=str,
    )


COLUMNS = (column("un"), column("deux"), column("trois"))


def test_columns_are_chosen_by_name_in_the_order_of_the_names() -> None:
    assert [one.name for one in choose(COLUMNS, ["trois", "un"])] == ["trois", "un"]
    assert choose(COLUMNS, None) == COLUMNS


def test_a_wrong_choice_of_columns_is_refused_with_the_remedy() -> None:
    for names, refused in ((["un", "quatre"], "quatre"), ("deuxx", "deuxx"), (["un", "un"], "once"), ([], "at least")):
        with pytest.raises(FaultsError, match=refused):
            choose(COLUMNS, names)


def test_the_heading_has_the_day_the_instant_the_zone_and_the_criteria() -> None:
    report = Report(
        name="essai",
        title=Wording("Essai", "Trial"),
        tables=(ReportTable(title=Wording("Table", "Table"), columns=COLUMNS, records=()),),
        as_of=date(2026, 5, 2),
        exported_at=datetime(2026, 5, 2, 7, 30, tzinfo=UTC),
        zone=PARIS,
        filters=((Wording("Centre", "Site"), "CRE"),),
    )
    assert report.heading("fr") == (
        ("Situation au", "02/05/2026"),
        ("Exporté le", "02/05/2026 09:30"),
        ("Fuseau horaire", "Europe/Paris"),
        ("Centre", "CRE"),
    )


def table(title: str, **options: Any) -> ReportTable[str]:
    return ReportTable(title=Wording(title, title), columns=COLUMNS, records=("a",), **options)


def report_of(*tables: ReportTable[str], **options: Any) -> Report:
    day = datetime(2026, 6, 1, tzinfo=UTC)
    title = Wording("Essai", "Trial")
    return Report(
        name="essai", title=title, tables=tables, as_of=day.date(), exported_at=day, zone=ZoneInfo("UTC"), **options
    )


def test_tables_of_a_report_have_names_of_their_own() -> None:
    with pytest.raises(ValueError, match="two are named 'evolution'; pass each a `name` of its own"):
        report_of(table("Évolution"), table("évolution"))
    assert [one.name for one in report_of(table("Évolution"), table("évolution", name="b")).tables] == [
        "evolution",
        "b",
    ]
    assert [file_stem(text) for text in ("../../etc", "", "漢字", "a\x00/b" * 40)] == [
        "etc",
        "table",
        "table",
        ("a-b" * 40)[:60],
    ]


def test_data_and_pages_have_their_own_tables_and_columns() -> None:
    name = COLUMNS[-1].name
    report = report_of(
        table("Un", shown=(name,)), table("Deux"), table("Trois"), data=("un", "deux"), pages=("trois", "un")
    )
    assert [one.name for one in report.data_tables] == ["un", "deux"]
    assert [one.columns == COLUMNS for one in report.data_tables] == [True, True]
    assert [(one.name, len(one.columns)) for one in report.page_tables] == [("trois", len(COLUMNS)), ("un", 1)]
    assert [row[0] for row in report.definitions("fr", on_pages=True)][1:] == [COLUMNS[-1].title.fr]
    assert [one.name for one in report.complete().page_tables] == ["un", "deux"]
    assert report.only("deux").page_tables == report.only("deux").data_tables


def test_the_representation_of_a_report_names_its_columns_without_their_definitions() -> None:
    shown = repr(report_of(table("Évolution")))
    assert "columns=(ReportColumn(name=" in shown
    assert "meaning=" not in shown
