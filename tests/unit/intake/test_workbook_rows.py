"""Workbooks: dates, numbers and texts of a spreadsheet."""

import re
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping
from reclamation_core.intake.workbook_rows import number_text
from reclamation_core.missing import ABSENT
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
    records, rejected, reader = read_text(tmp_path, content)
    assert rejected == []
    assert [(record.line, record.reference) for record in records] == [(3, "1001"), (5, "A2"), (6, "A3")]
    first, second, third = (record.facts for record in records)
    assert first.received_at.isoformat() == "2026-05-02T09:30:00+02:00"
    assert (first.formal, float(first.satisfaction), first.causes) == (True, 4.5, 2)  # type: ignore[arg-type]
    assert second.received_at.isoformat() == "2026-05-03T00:00:00+02:00"
    assert (second.formal, second.causes, second.channel) == (False, 3, "email")
    assert (third.formal, records[2].text) == (True, "=1")
    assert (reader.format, reader.encoding, reader.delimiter, reader.blank_lines) == ("xlsx", None, None, 1)
    assert reader.header == ("reference", "received_at", "formal", "satisfaction", "causes", "channel", "text")


def test_date_formats_are_for_texts(tmp_path: Path) -> None:
    content = workbook(
        tmp_path,
        [["reference", "received_at"], ["A1", datetime(2026, 5, 2)], ["A2", "03/05/2026"]],  # noqa: DTZ001
    )
    records, _, _ = read_text(tmp_path, content, ColumnMapping(date_formats=("%d/%m/%Y",)))
    assert [record.facts.received_at.day for record in records] == [2, 3]


def test_cells_of_the_header_that_have_only_a_style_are_no_columns(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at"], ["A1", "2026-05-02"]])
    _, _, reader = read_text(tmp_path, sheet_xml(content, "</row><row", '<c r="C1" s="0"/></row><row'))
    assert (reader.header, reader.unread_columns) == (("reference", "received_at"), ())


def test_a_cell_or_a_formula_beyond_the_header_rejects_its_row(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at"], ["A1", "2026-05-02", "x"], ["A2", "2026-05-02"]])
    (record,), (bad,), _ = read_text(tmp_path, content)
    assert record.reference == "A2"
    assert bad.value == "x"
    assert (bad.line, bad.field, bad.cells, bad.is_cut) == (2, "row", ("A1 | 2026-05-02 | x",), False)
    _, (bad,), _ = read_text(tmp_path, workbook(tmp_path, [HEADER[:2], ["A1", "2026-05-02", "=1"]]))
    assert (bad.field, bad.value) == ("row", "=1")


def test_an_invalid_row_is_rejected_with_its_cells(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at"], ["A1", time(9, 30)], ["A2", "#N/A"]])
    _, bad, _ = read_text(tmp_path, content)
    assert [(item.field, item.value, item.cells) for item in bad] == [
        ("received_at", "09:30:00", ("A1", "09:30:00")),
        ("received_at", "#N/A", ("A2", "#N/A")),
    ]


def test_whole_numbers_have_no_decimals() -> None:
    # Some programs write 3.0 where Excel writes 3.
    assert [number_text(value) for value in ("3.0", "3.5", "10", "1E3", "-0.50")] == ["3", "3.5", "10", "1000", "-0.5"]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["x"], ["y"]])
    records, rejected, _ = read_text(tmp_path, content, ColumnMapping(sheet="Autre"))
    assert (records, rejected) == ([], [])
    with pytest.raises(FaultsError, match="a sheet: Plaintes, Autre") as caught:
        read_text(tmp_path, content, ColumnMapping(sheet="Absente"))
    assert caught.value.faults[0].path == "sheet"


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="names of the columns"):
        read_text(tmp_path, workbook(tmp_path, []))


HEADER = ["reference", "received_at", "satisfaction", "couleur"]


def test_a_formula_without_a_stored_value_rejects_its_row(tmp_path: Path) -> None:
    content = workbook(
        tmp_path,
        [
            HEADER,
            ["A1", "2026-05-02", "=2+2", None],
            [],
            ["A2", "2026-05-02", 4, "=A2"],
            ["=1+1", "hier", None, None],
            ["A1", "2026-05-02", None, None],
        ],
    )
    (record,), (note, two, again), _ = read_text(tmp_path, content)
    assert (record.reference, record.facts.satisfaction) == ("A2", 4)  # the colour is read by no field
    assert (note.line, note.field, note.value) == (2, "satisfaction", "=2+2")
    assert note.cells == ("A1", "2026-05-02", "=2+2", "")
    assert [(fault.path, fault.value) for fault in two.faults] == [("reference", "=1+1"), ("received_at", "hier")]
    assert (again.line, again.field) == (6, "reference")


def test_a_fault_of_a_column_with_several_fields_is_reported_for_each(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at", "type"], ["A1", "2026-05-02", "=A1"]])
    mapping = ColumnMapping(columns={"channel": "Type", "nature": "Type"}, constants={"formal": "oui"})
    _, (bad,), _ = read_text(tmp_path, content, mapping)
    assert [(fault.path, fault.value) for fault in bad.faults] == [("channel", "=A1"), ("nature", "=A1")]


def test_a_formula_in_the_header_without_a_stored_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="in B1, a formula without a stored value") as caught:
        read_text(tmp_path, workbook(tmp_path, [["reference", "=A1", "received_at"], ["A1", None, "2026-05-02"]]))
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [("$", "=A1")]


_FORMULA = '<c r="C2"><f>2[+]2</f><v ?(?:/>|></v>)</c>'


def sheet_xml(content: bytes, old: str, new: str) -> bytes:
    """The workbook with something else in its first sheet, as another program writes it."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w") as after:
        for name in before.namelist():
            part = before.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                part, count = re.subn(old, new, part)
                assert count == 1
            after.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ('<c r="C2"><f>2+2</f><v>4</v></c>', 4),
        ('<c r="C2" t="str"><f>IF(A2="","",4)</f><v></v></c>', ABSENT),
        ('<c r="C2" t="str"><f>IF(A2="","",4)</f><v/></c>', ABSENT),
        ("<c><f>2+2</f><v>4</v></c>", 4),
    ],
)
def test_a_formula_with_a_stored_value_is_that_value(tmp_path: Path, cell: str, note: object) -> None:
    # A text that is empty is a value too: that is how Excel stores the result of IF(A2="";"";4).
    content = workbook(tmp_path, [HEADER[:3], ["A1", "2026-05-02", "=2+2"]])
    (record,), rejected, _ = read_text(tmp_path, sheet_xml(content, _FORMULA, cell))
    assert (record.facts.satisfaction, rejected) == (note, [])


@pytest.mark.parametrize(
    "cell", ['<c r="C2"><f>2+2</f></c>', '<c r="C2" t="str"><f>2+2</f></c>', '<c><f t="shared" si="0" /></c>']
)
def test_a_formula_is_without_a_value_however_it_is_written(tmp_path: Path, cell: str) -> None:
    content = workbook(tmp_path, [HEADER[:3], ["A1", "2026-05-02", "=2+2"]])
    _, (bad,), _ = read_text(tmp_path, sheet_xml(content, _FORMULA, cell))
    assert (bad.field, bad.value) == ("satisfaction", "=2+2" if "2+2" in cell else "=")


def test_rows_are_counted_where_the_file_does_not_number_them(tmp_path: Path) -> None:
    content = workbook(tmp_path, [HEADER[:3], ["A1", "2026-05-02", "=2+2"]])
    _, (bad,), _ = read_text(tmp_path, sheet_xml(content, '<row r="2">', "<row>"))
    assert (bad.line, bad.field) == (2, "satisfaction")


def test_a_sheet_is_read_in_chunks_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(tmp_path, [HEADER[:3], ["A1", "2026-05-02", "=2+2"], ["été", "2026-05-02", None]])
    for size in (1, 2, 7):
        monkeypatch.setattr("reclamation_core.intake.workbook.CHUNK", size)
        (record,), (bad,), _ = read_text(tmp_path, content)
        assert (bad.value, record.reference) == ("=2+2", "été")


def test_a_sheet_is_read_whole_with_a_wrong_declared_size(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["reference", "received_at"], ["A1", "2026-05-02"], ["A2", "2026-05-03"]])
    records, rejected, _ = read_text(
        tmp_path, sheet_xml(content, '<dimension ref="A1:B3" ?/>', '<dimension ref="A1"/>')
    )
    assert ([record.reference for record in records], rejected) == (["A1", "A2"], [])


def sheets(folder: Path, **rows: list[list[Any]]) -> bytes:
    """A workbook of several sheets, of which that called Cachée is hidden."""
    book = Workbook()
    for title, content in rows.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
        if title == "Cachée":
            sheet.sheet_state = "hidden"
    book.remove(book.worksheets[0])
    book.save(folder / "sheets.xlsx")
    return (folder / "sheets.xlsx").read_bytes()


GOOD = [["reference", "received_at"], ["A1", "2026-05-02"]]


def test_unread_sheets_are_listed(tmp_path: Path) -> None:
    content = sheets(tmp_path, Avril=GOOD, Mai=GOOD, Vide=[], Blanche=[[None], [" "]], Calcul=[["=1"]], Cachée=[["x"]])
    _, _, reader = read_text(tmp_path, content)
    assert (reader.unread_sheets, reader.unread_columns) == (("Mai", "Calcul", "Cachée"), ())
    _, _, reader = read_text(tmp_path, content, ColumnMapping(sheet="Mai"))
    assert reader.unread_sheets == ("Avril", "Calcul", "Cachée")
    _, _, reader = read_text(tmp_path, sheets(tmp_path, Avril=GOOD))
    assert reader.unread_sheets == ()


@pytest.mark.parametrize("first", [[], [["Registre des réclamations"]], [["reference"]]])
def test_where_the_columns_are_missing_the_other_sheets_are_named(tmp_path: Path, first: list[list[Any]]) -> None:
    content = sheets(tmp_path, Garde=first, Avril=GOOD, Mai=GOOD)
    with pytest.raises(
        FaultsError, match="sheets that were not read: Avril, Mai; the key sheet of the mapping"
    ) as caught:
        read_text(tmp_path, content)
    for fault in caught.value.faults:
        assert fault.expected.fr.endswith(
            "; d'autres feuilles n'ont pas été lues : Avril, Mai ; la clé sheet de la correspondance dit laquelle lire"
        )
    with pytest.raises(FaultsError) as caught:
        read_text(tmp_path, sheets(tmp_path, Garde=first, Vide=[]))
    assert "sheet" not in str(caught.value)
