"""Workbooks that are damaged or hostile: a bad cell or row is rejected alone, the rest is refused before it is read."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.intake import RegistrationTarget, Triage, read, triage_file
from reclamation_core.intake.workbook import EXPANDED, Package, Texts
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import Role
from tests import mutations
from tests.mutations import BAD_CELLS, BAD_ROWS, BOMBS, GOOD, SHEET, STRINGS, inline_row, workbook_of, zipped
from tests.unit.intake.files import read_text, written


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_rejects_its_row_alone(name: str, tmp_path: Path) -> None:
    row = f'<row r="2"><c t="inlineStr"><is><t>R-2</t></is></c>{BAD_CELLS[name]}</row>'
    (record,), (bad,), _ = read_text(tmp_path, workbook_of(row + GOOD))
    assert (record.line, record.reference) == (3, "R-3")
    assert (bad.line, bad.field, bad.cells[0], bad.is_cut) == (2, "received_at", "R-2", True)


def test_a_bad_cell_of_a_column_that_is_not_read_rejects_nothing(tmp_path: Path) -> None:
    row = inline_row(1, "reference", "received_at", "couleur") + (
        f'{inline_row(2, "R-2", "2026-05-04").removesuffix("</row>")}<c t="b"><v>x</v></c></row>'
    )
    sheet = mutations.sheet_of(row)
    (record,), rejected, _ = read_text(tmp_path, zipped({**mutations.sound()[1], SHEET: sheet}))
    assert (record.cells, rejected) == (("R-2", "2026-05-04", "x"), [])


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_rejected_alone(name: str, tmp_path: Path) -> None:
    (record,), (bad,), reader = read_text(tmp_path, workbook_of(BAD_ROWS[name] + GOOD))
    assert (record.line, record.reference, reader.blank_lines) == (3, "R-3", 0)
    assert (bad.line, bad.field, bad.is_cut) == (2, "row", False)
    assert len(bad.cells[0]) < 3000


def test_the_last_row_and_the_last_column_of_a_sheet_are_read(tmp_path: Path) -> None:
    row = inline_row(2, "R-2", "2026-05-04").removesuffix("</row>").replace('r="2"', 'r="1048576"')
    (record,), rejected, _ = read_text(tmp_path, workbook_of(f'{row}<c r="XFD1048576"/></row>'))
    assert (record.line, record.reference, rejected) == (1_048_576, "R-2", [])


def test_a_bad_first_row_is_refused(tmp_path: Path) -> None:
    for row, match in (('<row r="x"><c><v>1</v></c></row>', "row number"), ('<row><c t="b"><v>x</v></c></row>', "A1")):
        content = zipped({**mutations.sound()[1], SHEET: mutations.sheet_of(row)})
        with pytest.raises(FaultsError, match=match):
            read_text(tmp_path, content)


def spoiled(name: str, old: bytes, new: bytes) -> bytes:
    parts = dict(mutations.sound()[0])
    assert old in parts[name]
    return zipped({**parts, name: parts[name].replace(old, new, 1)})


def without(name: str) -> bytes:
    return zipped({each: part for each, part in mutations.sound()[0].items() if each != name})


def cut(name: str, size: int = 40) -> bytes:
    parts = mutations.sound()[0]
    return zipped({**parts, name: parts[name][:-size]})


def stored(part: str, offset: int, value: bytes) -> bytes:
    """The workbook with other bytes in the entry of a part in the directory of the archive."""
    content = bytearray(zipped(mutations.sound()[0]))
    entry = content.index(part.encode(), content.index(b"PK\x01\x02")) - 46
    content[entry + offset : entry + offset + len(value)] = value
    return bytes(content)


BOOK = "xl/workbook.xml"
DAMAGED = {
    "a sheet cut by 40 bytes": (cut(SHEET), SHEET),
    "shared strings cut by 40 bytes": (cut(STRINGS), STRINGS),
    "styles cut by 40 bytes": (cut("xl/styles.xml"), "xl/styles.xml"),
    "a workbook part cut by 40 bytes": (cut(BOOK), BOOK),
    "a wrong checksum of the sheet": (stored(SHEET, 16, b"\x01\x02\x03\x04"), SHEET),
    "a wrong checksum of the styles": (stored("xl/styles.xml", 16, b"\x01\x02\x03\x04"), "xl/styles.xml"),
    "a size that is too small": (stored(SHEET, 24, b"\x40\x00\x00\x00"), SHEET),
    "an encrypted sheet": (stored(SHEET, 8, b"\x01"), SHEET),
    "an unknown compression": (stored(SHEET, 10, b"\x0e"), SHEET),
    "a place beyond the file": (stored(SHEET, 42, b"\xff\xff\xff\x7f"), SHEET),
    "no part for the sheet": (without(SHEET), SHEET),
    "no shared strings": (without(STRINGS), STRINGS),
    "no styles": (without("xl/styles.xml"), "xl/styles.xml"),
    "no workbook part": (without(BOOK), BOOK),
    "no sheet": (zipped({**mutations.sound()[0], BOOK: b"<workbook><sheets/></workbook>"}), BOOK),
    "a reference without its part": (spoiled("xl/_rels/workbook.xml.rels", b"Target=", b"Other="), "workbook.xml.rels"),
    "a document type": (spoiled(SHEET, b"<worksheet ", b"<!DOCTYPE x><worksheet "), SHEET),
    "an element that nothing closes": (spoiled(SHEET, b"</row>", b""), SHEET),
    "half of the file": (zipped(mutations.sound()[0])[:3000], "$"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_workbook_is_refused_before_anything_is_registered(name: str, tmp_path: Path) -> None:
    content, part = DAMAGED[name]
    path, triage = written(tmp_path, content), Triage(m2_1(), BusinessCalendar.france())
    with Desk.in_memory(policy=m2_1()) as desk:
        register = RegistrationTarget(desk.acting("import", Role.SYSTEM), "registre")
        with pytest.raises(FaultsError) as caught:
            triage_file(path, triage, tmp_path / "out.csv", target=register)
        assert desk.cases.count() == 0
    assert part in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_sheet_that_is_not_read_may_be_damaged(tmp_path: Path) -> None:
    parts = mutations.sound()[0]
    content = zipped({**parts, "xl/worksheets/sheet2.xml": b"<worksheet"})
    records, rejected, reader = read_text(tmp_path, content)
    assert (len(records), rejected, reader.unread_sheets) == (39, [], ("Autre",))


SMALL_BOMBS = ("nested elements", "a tag of 10 MB", "a comment of 10 MB", "entities", "styles of 20 MB")


@pytest.mark.parametrize("name", SMALL_BOMBS)
def test_a_small_bomb_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match=r"split the sheet|is damaged"):
        read(written(tmp_path, BOMBS[name]()))


def test_more_rows_or_sheets_than_allowed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.intake.workbook_rows.ROWS", 4)
    assert len(read_text(tmp_path, workbook_of("<row/>" * 3))[0]) == 0
    with pytest.raises(FaultsError, match="at most 1048576 rows; split the sheet or save it as CSV"):
        read(written(tmp_path, workbook_of("<row/>" * 4)))
    monkeypatch.setattr("reclamation_core.intake.workbook.SHEETS", 1)
    with pytest.raises(FaultsError, match="at most 1024 sheets"):
        read(written(tmp_path, zipped(mutations.sound()[0])))


def test_a_workbook_that_expands_out_of_proportion_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook_of(GOOD + " " * (EXPANDED + 1))
    assert len(content) < 1 << 18
    with pytest.raises(FaultsError, match=r"at most \d+ bytes once expanded") as caught:
        read(written(tmp_path, content))
    assert caught.value.faults[0].value == SHEET
    monkeypatch.setattr("reclamation_core.intake.workbook.EXPANDED", 2 * EXPANDED)
    assert len(read_text(tmp_path, content)[0]) == 1


def test_a_wrong_size_in_the_directory_is_found_while_expanding() -> None:
    package = Package(BytesIO(zipped({"part": b"<a>" + b" " * 200_000 + b"</a>"})))
    package._budget = 100_000
    next(iter(package._parts.values())).file_size = 1_000
    with pytest.raises(FaultsError, match="damaged"):
        list(package.parse("part", 1 << 20))


def test_texts_that_rows_repeat_are_limited_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.intake.workbook.EXPANDED", 30_000)
    monkeypatch.setattr("reclamation_core.intake.workbook.EXPANSION", 1)
    text = "x" * 5000
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'
    rows = "".join(
        f'<row><c t="inlineStr"><is><t>R-{n}</t></is></c><c t="inlineStr"><is><t>2026-05-04</t></is></c><c/><c/><c/>'
        '<c t="s"><v>0</v></c></row>'
        for n in range(8)
    )
    records, rejected, _ = read_text(tmp_path, workbook_of(rows, strings=strings.encode()))
    assert [record.text for record in records] == [text] * 5
    assert [bad.line for bad in rejected] == [7, 8, 9]


def test_shared_strings_are_those_that_were_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.intake.workbook.SHORT_TEXTS", 2)
    texts, expected = Texts(), ["", "a", "été", "x" * 1000, "\U0001f600"]
    for text in expected:
        texts.append(text)
    for _ in range(2):
        assert [texts[index] for index in range(len(texts))] == expected
    assert [texts.size(index) for index in range(5)] == [len(text.encode()) for text in expected]
    with pytest.raises(IndexError):
        texts.size(5)


STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>
<numFmt numFmtId="200" formatCode="[$-40C]dd/mm/yyyy"/><numFmt numFmtId="201" formatCode="0 &quot;jours&quot;"/>
<numFmt numFmtId="202" formatCode="[hh]:mm"/><numFmt numFmtId="203" formatCode="[Red]0\\d"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="201"/><xf numFmtId="202"/>
<xf numFmtId="203"/><xf numFmtId="46"/><xf numFmtId="x"/><xf numFmtId="49"/></cellXfs></styleSheet>"""


def cells(tmp_path: Path, *cells: str, is_1904: bool = False, styles: str = STYLES) -> tuple[str, ...]:
    """What these cells hold, as the text of a row that no field is read from."""
    header = inline_row(1, "reference", "received_at", *(f"c{place}" for place in range(len(cells))))
    row = f"{inline_row(2, 'R-2', '2026-05-04').removesuffix('</row>')}{''.join(cells)}</row>"
    parts = {**mutations.sound()[0], SHEET: mutations.sheet_of(header + row), "xl/styles.xml": styles.encode()}
    if is_1904:
        parts[BOOK] = re.sub(b"<workbookPr[^>]*>", b'<workbookPr date1904="1"/>', parts[BOOK])
    (record,), _, _ = read_text(tmp_path, zipped(parts))
    return record.cells[2:]


def test_numbers_are_dates_durations_or_numbers_by_their_style(tmp_path: Path) -> None:
    styled = [f'<c s="{style}"><v>46143.5</v></c>' for style in range(1, 7)]
    day = "2026-05-01 12:00:00"
    assert cells(tmp_path, *styled) == (day, day, "46143.5", "46143 days, 12:00:00", "46143.5", "46143 days, 12:00:00")
    assert cells(tmp_path, '<c s="1"><v>44681</v></c>', is_1904=True) == ("2026-05-01 00:00:00",)
    assert cells(tmp_path, *(f'<c s="1"><v>{day}</v></c>' for day in (0.5, 59, 60, 61, "1E5"))) == (
        *("12:00:00", "1900-02-28 00:00:00", "1900-02-28 00:00:00", "1900-03-01 00:00:00", "2173-10-14 00:00:00"),
    )


def test_a_style_without_a_number_is_unreadable_for_numbers_alone(tmp_path: Path) -> None:
    assert cells(tmp_path, '<c s="7" t="b"><v>1</v></c>', '<c s="8"><v>1.0</v></c>') == ("true", "1")
    assert cells(tmp_path, "<c><v>46143</v></c>", styles=STYLES.partition("<cellXfs>")[0] + "</styleSheet>") == (
        "46143",
    )


def test_cells_of_dates_in_iso_8601(tmp_path: Path) -> None:
    values = ("2026-05-04", "2026-05-04T09:30:00Z", "2026-05-04T09:30:00.500", "09:30:00")
    assert cells(tmp_path, *(f'<c t="d"><v>{value}</v></c>' for value in values)) == (
        *("2026-05-04", "2026-05-04 09:30:00", "2026-05-04 09:30:00.500000", "09:30:00"),
    )


def test_texts_are_read_without_phonetic_readings_and_with_numbered_characters(tmp_path: Path) -> None:
    rich = '<c t="inlineStr"><is><r><rPr><b/></rPr><t>a_x000D_</t></r><r><t>b</t></r><rPh><t>zz</t></rPh></is></c>'
    assert cells(tmp_path, rich, '<c t="str"><v>c_x0000_</v></c>', '<c t="e"><v>#N/A</v></c>') == (
        *("a\rb", "c_x0000_", "#N/A"),
    )


def test_other_namespaces_and_separators_are_read_too(tmp_path: Path) -> None:
    parts = dict(mutations.sound()[0])
    strict = [
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ]
    for old, new in strict:
        parts = {name.upper().replace("/", "\\"): part.replace(old, new) for name, part in parts.items()}
    records, rejected, _ = read_text(tmp_path, zipped(parts))
    assert (len(records), rejected) == (39, [])


def test_an_error_of_the_disk_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(ZipFile, "__init__", broken)
    with pytest.raises(OSError, match="Input/output"):
        read(written(tmp_path, zipped(mutations.sound()[0])))
