"""Workbooks: dates, numbers and texts as a spreadsheet holds them."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from reclamation_core.errors import FaultsError, MissingExtraError
from reclamation_core.intake import Mapping, read
from reclamation_core.intake.workbook_rows import _cell
from tests.unit.intake.files import read_text


def workbook(folder: Path, rows: list[list[Any]], title: str = "Plaintes") -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.create_sheet("Autre").append(["reference", "received_at"])
    path = folder / "made.xlsx"
    book.save(path)
    return path.read_bytes()


def test_cells_may_be_of_any_type(tmp_path: Path) -> None:
    content = workbook(
        tmp_path,
        [
            [],
            ["reference", "received_at", "formal", "satisfaction", "causes", "channel", "text", None],
            [1001, datetime(2026, 5, 2, 9, 30), True, 4.5, 2, None, "été", None],  # noqa: DTZ001
            [],
            ["A2", date(2026, 5, 3), "non", None, 3.0, "courriel"],
            ["A3", "2026-05-04", 1, 7, None, None, "'=1"],
        ],
    )
    records, rejected, reading = read_text(tmp_path, content)
    assert rejected == []
    assert [(record.line, record.reference) for record in records] == [(3, "1001"), (5, "A2"), (6, "A3")]
    first, second, third = (record.facts for record in records)
    assert first.received_at.isoformat() == "2026-05-02T09:30:00+02:00"
    assert (first.formal, float(first.satisfaction), first.causes) == (True, 4.5, 2)  # type: ignore[arg-type]
    assert second.received_at.isoformat() == "2026-05-03T00:00:00+02:00"
    assert (second.formal, second.causes, second.channel) == (False, 3, "email")
    assert (third.formal, records[2].text) == (True, "=1")
    assert (reading.format, reading.encoding, reading.delimiter, reading.blank) == ("xlsx", None, None, 1)
    assert reading.header == ("reference", "received_at", "formal", "satisfaction", "causes", "channel", "text")


def test_date_formats_are_for_texts(tmp_path: Path) -> None:
    content = workbook(
        tmp_path,
        [["reference", "received_at"], ["A1", datetime(2026, 5, 2)], ["A2", "03/05/2026"]],  # noqa: DTZ001
    )
    records, _, _ = read_text(tmp_path, content, Mapping(date_formats=("%d/%m/%Y",)))
    assert [record.facts.received_at.day for record in records] == [2, 3]


def test_a_cell_beyond_the_header_rejects_its_row(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at"], ["A1", "2026-05-02", "x"], ["A2", "2026-05-02"]])
    (record,), (bad,), _ = read_text(tmp_path, content)
    assert record.reference == "A2"
    assert bad.value == "x"
    assert (bad.line, bad.field, bad.cells, bad.is_cut) == (2, "row", ("A1 | 2026-05-02 | x",), False)


def test_what_a_row_says_wrong_is_rejected_with_its_cells(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at"], ["A1", time(9, 30)], ["A2", "#N/A"]])
    _, bad, _ = read_text(tmp_path, content)
    assert [(item.field, item.value, item.cells) for item in bad] == [
        ("received_at", "09:30:00", ("A1", "09:30:00")),
        ("received_at", "#N/A", ("A2", "#N/A")),
    ]


def test_whole_numbers_have_no_decimals() -> None:
    # Some programs write 3.0 where Excel writes 3.
    assert [_cell(value) for value in (3.0, 3.5, 10, float("inf"))] == ["3", "3.5", "10", "inf"]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["x"], ["y"]])
    records, rejected, _ = read_text(tmp_path, content, Mapping(sheet="Autre"))
    assert (records, rejected) == ([], [])
    with pytest.raises(FaultsError, match="a sheet: Plaintes, Autre") as caught:
        read_text(tmp_path, content, Mapping(sheet="Absente"))
    assert caught.value.faults[0].path == "sheet"


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="names of the columns"):
        read_text(tmp_path, workbook(tmp_path, []))


def test_without_openpyxl_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.xlsx"
    workbook(tmp_path, [["reference", "received_at"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"reclamation-core\[excel\]") as caught:
        read(path)
    assert (caught.value.package, caught.value.extra) == ("openpyxl", "excel")
    assert "installez l'extra « excel »" in caught.value.wording.fr
    assert isinstance(caught.value, ImportError)
