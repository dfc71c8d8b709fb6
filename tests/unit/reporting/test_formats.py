"""The formats of a report: what another reader finds in each, with hostile texts too, and how each is refused."""

import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pypdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from reclamation_core import FaultsError, Level, Wording
from reclamation_core.reporting import (
    Emphasis,
    Report,
    ReportColumn,
    ReportFormat,
    ReportTable,
    ValueKind,
    pages,
    report_bytes,
    save_report,
    spreadsheets,
    write_report,
)
from reclamation_core.reporting.report import TableLayout, readable
from tests.typography import plain
from tests.unit.reporting.readers import (
    joined,
    read_csv,
    read_html,
    read_json,
    read_pdf,
    read_xlsx,
    squeezed,
    unequal_cells,
)

PARIS = ZoneInfo("Europe/Paris")
KINDS = (
    ("dossier", ValueKind.TEXT),
    ("jour", ValueKind.DATE),
    ("heure", ValueKind.INSTANT),
    ("nombre", ValueKind.INTEGER),
    ("note", ValueKind.DECIMAL),
    ("drapeau", ValueKind.FLAG),
    ("niveau", ValueKind.CODE),
    ("texte", ValueKind.TEXT),
)
ROW = (
    "R-1",
    date(2026, 5, 2),
    datetime(2026, 5, 2, 7, 30, tzinfo=UTC),
    12,
    Decimal("6.5"),
    True,
    Level.REGIONAL,
    "un texte",
)
EMPTY = ("R-2", None, None, None, None, None, None, None)
SHOWN = ["R-1", "02/05/2026", "02/05/2026 09:30", "12", "6,5", "oui", "régional", "un texte"]


def getter(place: int) -> Any:
    return lambda row: row[place]


def columns(width: int = 12) -> tuple[ReportColumn[Any], ...]:
    return tuple(
        ReportColumn(
            name=name,
            title=Wording(name.capitalize(), name.upper()),
            meaning=Wording(f"sens de {name}", f"meaning of {name}"),
            kind=kind,
            source=Wording("point 1", "point 1"),
            value=getter(place),
            width=width,
            codes=Level if kind is ValueKind.CODE else None,
            emphasis={Level.NATIONAL: Emphasis.BAD} if kind is ValueKind.CODE else {},
        )
        for place, (name, kind) in enumerate(KINDS)
    )


def report(*rows: Sequence[Any], width: int = 12, more: tuple[ReportTable[Any], ...] = ()) -> Report:
    return Report(
        name="essai",
        title=Wording("Essai", "Trial"),
        tables=(ReportTable(title=Wording("Table", "Table"), columns=columns(width), records=rows), *more),
        as_of=date(2026, 5, 2),
        exported_at=datetime(2026, 5, 2, 7, 30, tzinfo=UTC),
        zone=PARIS,
        notes=(Wording("Une note.", "A note."),),
    )


READERS = {"csv": read_csv, "xlsx": read_xlsx, "json": read_json, "html": read_html}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_of_each_format_finds_the_cells(name: str) -> None:
    found = READERS[name](report_bytes(report(ROW, EMPTY), name))
    assert found[0] == ["Dossier", "Jour", "Heure", "Nombre", "Note", "Drapeau", "Niveau", "Texte"]
    assert (found[1], [cell or "" for cell in found[2]]) == (SHOWN, ["R-2", *[""] * 7])


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def test_a_pdf_has_the_cells_and_says_what_it_is() -> None:
    content = report_bytes(report(ROW, EMPTY), "pdf")
    reader = pypdf.PdfReader(BytesIO(content))
    assert reader.metadata is not None
    assert reader.metadata.title == "Essai"
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    words = text_of(content)
    assert all(cell in words for cell in (*SHOWN, "Une note.", pages.digest(report(ROW, EMPTY))))


def test_a_card_with_a_long_title_goes_on_on_the_next_page() -> None:
    printed = report(ROW, ("mot " * 2_500, *ROW[1:]))
    cards = attrs.evolve(printed.tables[0], layout=TableLayout.CARDS)
    placed: list[tuple[float, str]] = []
    for page in pypdf.PdfReader(BytesIO(report_bytes(attrs.evolve(printed, tables=(cards,)), "pdf"))).pages:
        page.extract_text(visitor_text=lambda text, outer, inner, *_: placed.append((inner[5] + outer[5], text)))
    assert not [text for height, text in placed if height < 13 / 25.4 * 72 and "mot" in text], (
        "the footer alone is there"
    )


def wide(*rows: Sequence[Any]) -> Report:
    """Return a report of fourteen columns: two more than a page has side by side."""
    more = tuple(
        attrs.evolve(columns()[7], name=f"texte_{number}", title=Wording(f"Texte {number}", f"Text {number}"))
        for number in range(6)
    )
    table = report(*rows).tables[0]
    return attrs.evolve(report(), tables=(attrs.evolve(table, columns=(*table.columns, *more)),))


def test_a_table_of_more_than_twelve_columns_is_printed_in_parts() -> None:
    words = text_of(report_bytes(wide(ROW), "pdf"))
    assert "Table, volet 1 sur 2" in words
    assert "Table, volet 2 sur 2" in words
    assert (words.count("R-1"), words.count("un texte")) == (2, 7)
    assert all(words.count(cell) == 1 for cell in ("régional", "6,5"))
    assert "volet" not in text_of(report_bytes(report(ROW, width=45), "pdf"))


def test_a_pdf_says_that_a_table_is_empty() -> None:
    assert "Aucune ligne." in text_of(report_bytes(report(), "pdf"))
    assert "Aucune ligne." in report_bytes(report(), "html").decode()


def test_a_pdf_of_too_many_rows_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PDF_ROWS", 2)
    with pytest.raises(FaultsError, match="this format has at most 2 rows in a table: narrow the selection"):
        report_bytes(report(ROW, ROW, ROW), "pdf")


def test_the_english_report_has_english_titles_labels_and_dates() -> None:
    found = report_bytes(report(ROW), "csv", "en").decode("utf-8-sig").splitlines()
    assert found[0].startswith("DOSSIER;JOUR")
    assert found[1] == "R-1;2026-05-02;2026-05-02 09:30;12;6.5;yes;regional;un texte"


def test_a_workbook_has_dates_numbers_filters_definitions_and_frozen_titles() -> None:
    workbook = load_workbook(BytesIO(report_bytes(report(ROW), "xlsx")))
    assert workbook.sheetnames == ["Table", "Définitions", "Filtres"]
    sheet = workbook["Table"]
    cells = [cell.value for cell in sheet[2]]
    assert [str(cell) for cell in cells[1:3]] == ["2026-05-02 00:00:00", "2026-05-02 09:30:00"]
    assert cells[3:5] == [12, 6.5]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:H2")
    assert [cell.value for cell in workbook["Définitions"][2]] == ["Dossier", "sens de dossier", "texte", "point\xa01"]
    criteria = {row[0].value: row[1].value for row in workbook["Filtres"].iter_rows(min_row=2)}
    assert criteria == {
        "Document": "Essai",
        "Situation au": "02/05/2026",
        "Exporté le": "02/05/2026 09:30",
        "Fuseau horaire": "Europe/Paris",
        "Filtres": "aucun",
        "Note": "Une note.",
    }


def test_a_wide_sheet_is_printed_on_several_pages_and_wraps_its_texts() -> None:
    narrow, wide = (load_workbook(BytesIO(report_bytes(report(ROW, width=each), "xlsx"))) for each in (12, 45))
    assert [book.worksheets[0].page_setup.fitToWidth or 1 for book in (narrow, wide)] == [1, 3]
    sheet = wide.worksheets[0]
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")
    assert sheet["H2"].alignment.wrap_text
    assert [sheet[cell].alignment.horizontal for cell in ("D1", "E1", "H1")] == ["right", "right", None]  # as numbers
    assert sheet.column_dimensions["A"].width > 45


def test_a_label_of_a_list_fits_its_column() -> None:
    book = load_workbook(BytesIO(report_bytes(report(ROW, width=3), "xlsx")))
    assert book.worksheets[0].column_dimensions["G"].width > len("national")


def test_a_wide_table_of_a_page_is_printed_as_cards_with_the_title_of_each_cell() -> None:
    page = report_bytes(wide((*ROW[:7], "")), "html").decode()
    assert '<table class="rows-1 cards">' in page
    assert "@media screen and (max-width: 50rem), print {" in page
    assert '.rows-1 td:nth-child(2)::before { content: "Jour\\0000a0\\00003a\\000020"; }' in page
    assert "<td></td>" in page  # an empty cell, which is not printed
    heading, row, *_ = report_bytes(report(ROW), "html").decode().split("<tbody>")
    assert '<table class="rows-1 fitted">' in heading
    assert heading.count('class="right') == row.count('class="right') == 2


def test_a_workbook_colours_the_cell_whose_words_say_the_same() -> None:
    rows = [(*ROW[:6], level, "") for level in Level]
    sheet = load_workbook(BytesIO(report_bytes(report(*rows), "xlsx"))).worksheets[0]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in sheet["G"][1:]}
    assert (colours["national"], colours["local"]) == ("FFFFE2E0", "00000000")
    assert '<td class="bad"><bdi>national</bdi>' in report_bytes(report(*rows), "html").decode()


def test_a_table_longer_than_a_sheet_goes_on_in_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "ROWS_OF_A_SHEET", 3)
    one = report(*((f"R-{number}", *ROW[1:]) for number in range(5)))
    titled = attrs.evolve(one.tables[0], title=Wording("Actes/plans", "Acts"))
    content = report_bytes(attrs.evolve(one, tables=(titled,)), "xlsx")
    assert load_workbook(BytesIO(content)).sheetnames[:3] == ["Actes plans", "Actes plans 2", "Actes plans 3"]
    rows = [read_xlsx(content, sheet) for sheet in range(3)]
    assert [row[0] for sheet in rows for row in sheet[1:]] == [f"R-{number}" for number in range(5)]
    assert all(sheet[0][0] == "Dossier" for sheet in rows)


def test_a_text_longer_than_a_cell_is_cut_in_a_workbook_and_whole_elsewhere() -> None:
    long = "é😀" * 50_000
    built = report((*ROW[:7], long))
    cell = read_xlsx(report_bytes(built, "xlsx"))[1][7]
    assert plain(cell).endswith("[…] (texte coupé : un classeur contient au plus 32767 caractères par cellule)")
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert long.startswith(cell[:20_000])
    assert read_csv(report_bytes(built, "csv"))[1][7] == long
    assert read_json(report_bytes(built, "json"))[1][7] == long
    assert read_html(report_bytes(built, "html"))[1][7] == long


@pytest.mark.parametrize(("character", "units"), [("a", 1), ("é", 1), ("😀", 2)], ids=["ascii", "latin", "astral"])
def test_a_text_of_the_length_of_a_cell_is_whole_and_a_longer_one_is_cut(character: str, units: int) -> None:
    """Excel holds 32,767 units of UTF-16 in a cell, and counts a character outside the basic plane as two."""
    whole = [character * ((length - 1) // units) + "b" * (1 + (length - 1) % units) for length in (32_766, 32_767)]
    cells = [row[7] for row in read_xlsx(report_bytes(report(*((*ROW[:7], text) for text in whole)), "xlsx"))[1:]]
    assert cells == whole
    cut = read_xlsx(report_bytes(report((*ROW[:7], whole[1] + "b")), "xlsx"))[1][7]
    assert plain(cut).endswith("par cellule)")
    assert 32_767 - units < len(cut.encode("utf-16-le")) // 2 <= 32_767


def test_the_first_day_and_largest_number_of_excel_are_values_others_are_texts() -> None:
    row = ("R-1", date(1899, 12, 31), datetime(1, 1, 2, tzinfo=UTC), 10**18, None, None, None, None)
    assert read_xlsx(report_bytes(report(row), "xlsx"))[1][1:4] == ["31/12/1899", "02/01/0001 00:09", str(10**18)]

    """Excel counts days from 1900, and has fifteen digits of a number."""
    rows = [
        ("R-1", date(1900, 1, 1), datetime(1900, 1, 1, 12, tzinfo=UTC), 10**15 - 1, None, None, None, None),
        ("R-2", date(1900, 1, 1), datetime(1900, 1, 1, 12, tzinfo=UTC), 1 - 10**15, None, None, None, None),
        ("R-3", date(1899, 12, 31), datetime(1899, 12, 30, 12, tzinfo=UTC), 10**15, None, None, None, None),
        ("R-4", date(1899, 12, 31), datetime(1899, 12, 30, 12, tzinfo=UTC), -(10**15), None, None, None, None),
    ]
    sheet = load_workbook(BytesIO(report_bytes(report(*rows), "xlsx"))).worksheets[0]
    assert [cell.data_type for cell in sheet["B"][1:]] == ["d", "d", "s", "s"]
    assert [cell.data_type for cell in sheet["C"][1:]] == ["d", "d", "s", "s"]
    assert [cell.data_type for cell in sheet["D"][1:]] == ["n", "n", "s", "s"]


def test_every_table_of_a_report_is_in_every_format() -> None:
    second = ReportTable(title=Wording("Suite", "More"), columns=columns()[:1], records=(("R-9",),))
    built = report(ROW, more=(second,))
    assert len(read_csv(report_bytes(built, "csv"))) == 2
    assert read_csv(report_bytes(built.only("suite"), "csv")) == [["Dossier"], ["R-9"]]
    with pytest.raises(FaultsError, match="one of the tables table, suite"):
        built.only("autre")
    assert read_xlsx(report_bytes(built, "xlsx"), 1) == [["Dossier"], ["R-9"]]
    assert read_json(report_bytes(built, "json"), 1) == [["Dossier"], ["R-9"]]
    assert read_html(report_bytes(built, "html"), 1) == [["Dossier"], ["R-9"]]
    assert "R-9" in text_of(report_bytes(built, "pdf"))


HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "x;=1+1",
            '<script>alert("x")</script>',
            "</td></tr></table>",
            "{{ 7 * 7 }} {% raw %}",
            '#panic("x") *gras* _x_ $y$ @z <label> `code` \\u{41}',
            "_x000D_ _x0041_",
            "<r>a & b</r>",
            '<r></r></is></c><c r="Z9"><f>1+1</f></c><c><is><r>_x0041_</r>',
            "\u202egnp.exe\u2066",
            "a\u0301\u0301\u0301 \u0301",
            "😀 漢字 مرحبا",
            "\x00\x01\x07\x1b[31m\x7f\x85\ufffe",
            "http://exemple.invalid",
            "x" * 5_000,
            "première ligne\nseconde\r\ntroisième",
        ]
    ),
)


@given(text=HOSTILE)
@example("<r>a & b</r>")
@example('<r></r></is></c><c r="Z9"><f>1+1</f></c><c><is><r>_x0041_</r>')
def test_a_hostile_text_is_the_same_text_in_each_format(text: str) -> None:
    built, expected = report((*ROW[:7], text)), readable(text)
    assert readable("a\r\nb") == "a\nb"
    assert read_json(report_bytes(built, "json"))[1][7] == expected
    assert read_html(report_bytes(built, "html"))[1][7] == expected
    assert read_csv(report_bytes(built, "csv"))[1] == [*SHOWN[:7], expected]
    # XML makes one line end of CR LF and of CR alone.
    cell = read_xlsx(report_bytes(built, "xlsx"))[1][7]
    assert cell.replace("\r\n", "\n").replace("\r", "\n") == expected.replace("\r\n", "\n").replace("\r", "\n")


def is_of_single_signs(text: str) -> bool:
    """Return whether no letter has a mark of its own: Typst writes the letter and the mark for each of the two."""
    return not any(unicodedata.category(sign).startswith("M") for sign in unicodedata.normalize("NFC", text))


@given(text=HOSTILE.filter(is_of_single_signs))
@example("\x7f\x7f\u0500\u0500\U00010000")  # longer than a line once its characters are written as their codes
@example("B\u0300 J\u0300\u0300 e\u0301")  # no font has the first letters with their marks as one glyph
@example("0\U000111d0\x7f")  # a text that replaces a sign between brackets
@example("0\xad")  # Typst ends a line at a soft hyphen with a hyphen
@example("x" * 20 + "\xad" + "y" * 25)
def test_a_hostile_text_is_the_same_text_in_a_pdf(text: str) -> None:
    content = report_bytes(report((*ROW[:7], text), EMPTY), "pdf")
    cells = joined(read_pdf(content)[:-1])
    assert [squeezed(cell) for cell in cells[1]] == [squeezed(cell) for cell in (*SHOWN[:7], readable(text))]
    assert cells[2] == ["R-2", *[""] * 7]
    assert "\u202e" not in text_of(content)


def test_a_soft_hyphen_stays_within_a_word_and_a_word_too_wide_is_broken() -> None:
    assert pages.printable("récla\xadmation\xad, x\xad") == "récla\xadmation[U+00AD], x[U+00AD]"
    assert pages.printable("COLMAR-001 à faire", 8) == "COLMAR\u200b-001 à faire"
    assert pages.printable("dysfonctionnement interne", 14) == "dysfonctionnement interne"
    assert pages.printable("COLMAR-001", 15) == "COLMAR-001"
    assert [pages.cut_lines(text, 1, 60) for text in ("a\nb", "\nab")] == ["a…", "\nab"]


@given(HOSTILE, st.integers(1, 4), st.floats(3, 60))
@example("mot " * 200, 2, 10.0)
@example("W" * 300, 2, 10.0)  # a word that is longer than the lines
def test_a_text_that_is_cut_begins_as_the_whole_and_ends_with_an_ellipsis(text: str, lines: int, ems: float) -> None:
    cut = pages.cut_lines(text, lines, ems)
    assert pages.cut_lines(text, None, ems) == text
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
    # The narrowest letter takes a third of the size of the letters.
    assert len("".join(cut.split())) <= (lines + 1) * ems / 0.3 + 1
    assert pages.cut_lines("court", lines, 60) == "court"


def test_the_fonts_have_every_character_that_a_pdf_prints() -> None:
    printable = "".join(chr(code) for code in range(0x20, 0x3000) if not pages.UNPRINTABLE.search(chr(code)))
    rows = [
        (f"R-{start}", *EMPTY[1:7], " ".join(printable[start : start + 60])) for start in range(0, len(printable), 60)
    ]
    assert len(printable) > 2_000
    assert report_bytes(report(*rows), "pdf").startswith(b"%PDF-")


SCRIPT = """
import hashlib, os, sys, time
from tests.unit.reporting.test_formats import ROW, EMPTY, report
from reclamation_core.reporting import ReportFormat, report_bytes
for zone in sys.argv[1:]:
    os.environ["TZ"] = zone
    time.tzset()
    assert time.tzname[0] != "UTC"
    os.makedirs(zone)
    os.chdir(zone)
    print([hashlib.sha256(report_bytes(report(ROW, EMPTY), each)).hexdigest() for each in ReportFormat])
"""


def test_equal_reports_are_equal_bytes_in_other_folders_and_time_zones(tmp_path: Path) -> None:
    here = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here / "src"), str(here)])}
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, "America/Cayenne", "Pacific/Auckland"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    expected = [hashlib.sha256(report_bytes(report(ROW, EMPTY), each)).hexdigest() for each in ReportFormat]
    assert found.stdout.splitlines() == [str(expected)] * 2


@pytest.mark.parametrize("report_format", ReportFormat)
def test_a_report_is_saved_by_the_suffix_of_its_file(tmp_path: Path, report_format: ReportFormat) -> None:
    second = ReportTable(name="suite", title=Wording("Suite", "More"), columns=columns()[:1], records=(("R-9",),))
    of_two, path = report(ROW, more=(second,)), tmp_path / f"essai.{report_format.value.upper()}"
    assert save_report(of_two, path) == path
    files = {path: report_bytes(of_two, report_format)}
    if report_format is ReportFormat.CSV:
        files[tmp_path / "essai-suite.CSV"] = report_bytes(of_two.only("suite"), report_format)
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert all(file.read_bytes() == content for file, content in files.items())


def test_an_unknown_format_and_a_device_are_refused_and_no_file_is_left(tmp_path: Path) -> None:
    for call in (
        lambda: save_report(report(ROW), tmp_path / "essai.docx"),
        lambda: save_report(report(ROW), tmp_path / "essai"),
        lambda: report_bytes(report(ROW), "odt"),
    ):
        with pytest.raises(FaultsError, match="one of the formats xlsx, csv, json, html, pdf"):
            call()
    assert not list(tmp_path.iterdir())
    with pytest.raises(FaultsError, match="a regular file or a free name"):
        save_report(report(ROW), "/dev/null", "csv")


def test_a_report_that_fails_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "essai.csv"
    path.write_text("avant", encoding="utf-8")
    with pytest.raises(IndexError):
        save_report(report(ROW, ()), path)
    assert path.read_text(encoding="utf-8") == "avant"
    assert list(tmp_path.iterdir()) == [path]


class Changing:
    """Records that are others each time they are read, as those of a database in use."""

    def __init__(self) -> None:
        self.readings = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        self.readings += 1
        return iter([(f"R-{self.readings}", *ROW[1:])])


@pytest.mark.parametrize("report_format", ReportFormat)
def test_the_records_are_read_once_for_each_format(report_format: ReportFormat) -> None:
    records = Changing()
    live = attrs.evolve(report(), tables=(attrs.evolve(report().tables[0], records=records),))
    content = report_bytes(live, report_format)
    assert records.readings == 1
    if report_format is ReportFormat.HTML:
        assert pages.digest(report(("R-1", *ROW[1:]))) in content.decode()
    if report_format is ReportFormat.PDF:
        assert pages.digest(report(("R-1", *ROW[1:]))) in text_of(content)


def test_a_cell_that_differs_between_two_formats_is_found() -> None:
    live = attrs.evolve(report(), tables=(attrs.evolve(report().tables[0], records=Changing()),))
    found = unequal_cells(live)
    assert [place.partition(", row 1, column 0: 'R-")[0] for place in found] == [
        "xlsx, table 0",
        "json, table 0",
        "html, block 0",
        "pdf, block 0",
    ]


def test_no_text_of_a_report_prevents_a_pdf() -> None:
    words = Wording("漢字 😀 #panic()", "x")
    odd = attrs.evolve(report(ROW), title=words, notes=(words,), filters=((words, "漢字"),))
    assert text_of(report_bytes(odd, "pdf")).count("[U+6F22]") >= 4


def test_the_stream_of_a_report_stays_open() -> None:
    for each in ReportFormat:
        stream = BytesIO()
        write_report(report(ROW), stream, each)
        assert stream.getvalue()


def test_a_value_of_no_kind_is_in_no_json() -> None:
    with pytest.raises(TypeError, match="a cell of a report: complex is not one of its kinds of values"):
        report_bytes(report(("R-1", None, None, 1j, None, None, None, None)), "json")


def test_json_has_the_columns_with_their_meaning_source_and_labels() -> None:
    document = json.loads(report_bytes(report(ROW), "json"))
    assert (document["as_of"], document["exported_at"]) == ("2026-05-02", "2026-05-02T07:30:00+00:00")
    level = document["tables"][0]["columns"][6]
    assert level == {
        "name": "niveau",
        "title": "Niveau",
        "meaning": "sens de niveau",
        "kind": "code",
        "source": "point 1",
        "labels": {"local": "local", "regional": "régional", "national": "national"},
    }
    assert document["tables"][0]["rows"][0]["niveau"] == "regional"


@pytest.mark.parametrize(("package", "report_format"), [("xlsxwriter", "xlsx"), ("jinja2", "html"), ("typst", "pdf")])
def test_a_missing_package_names_the_extra(package: str, report_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    pages.html_template.cache_clear()
    with pytest.raises(ImportError, match="extra 'reports'"):
        report_bytes(report(ROW), report_format)


@given(st.integers(1, 60), st.integers(2, 20))
def test_the_parts_of_a_wide_table_have_every_column_once_and_as_many_as_fit(count: int, most: int) -> None:
    parts = pages.divide(count, most)
    assert all(part[0] == 0 for part in parts)
    assert [place for part in parts for place in part[1:]] == list(range(1, count))
    assert all(len(part) <= most for part in parts)
    assert len(parts) == max(1, -(-(count - 1) // (most - 1)))


def test_a_report_that_is_read_first_is_written_the_same_without_its_records() -> None:
    whole = report(*[ROW, EMPTY, ROW])
    reads: list[Any] = []
    (table,) = whole.tables

    class Records(list[Any]):
        def __iter__(self) -> Any:
            reads.append(1)
            return super().__iter__()

    read = attrs.evolve(whole, tables=(attrs.evolve(table, records=Records(table.records)),)).spooled()

    assert [report_bytes(read, one) for one in ReportFormat] == [report_bytes(whole, one) for one in ReportFormat]
    assert reads == [1]
    pairs = list(zip(read.tables[0].rows(), read.tables[0].rows(), strict=True))
    assert [one == other for one, other in pairs] == [True] * 3
    unread = attrs.evolve(table, name="rest", records=Records(table.records))
    with pytest.raises(FaultsError, match="at most 2 rows"):
        attrs.evolve(whole, tables=(table, unread)).spooled(2)
    assert reads == [1], "a refused table leaves those after it unread"
    assert len([*attrs.evolve(whole, pages=()).spooled(2).tables[0].rows()]) == 3  # pages do not have it
