"""Workbooks are read as openpyxl reads them; their rejected rows, mended, as the workbook would have been."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import ColumnMapping, ComplaintRecord, RejectedRow, Triage, read, triage_file
from reclamation_core.intake.rows import FileRow
from reclamation_core.policy import m2_1

HEADER = ("N°", "Reçue le", "Canal", "Note", "Texte")
COLUMNS = dict(zip(("reference", "received_at", "channel", "satisfaction", "text"), HEADER, strict=True))
FORMATS = ["%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%d-%m %H:%M:%S", "%Y-%d-%mT%H:%M:%S", "%d.%m.%y", "%m/%d/%Y %H:%M:%S.%f"]
texts = st.text("=+-@' \t\n;,\"éa1", max_size=8)
moments = st.one_of(
    st.datetimes(datetime(1990, 1, 1), datetime(2098, 1, 1)),  # noqa: DTZ001  (a spreadsheet's dates have no zone)
    st.dates(date(1990, 1, 1), date(2098, 1, 1)),
    st.sampled_from(["02/05/2026", "02/05/2026 09:30", "2026-05-02", "hier"]),
)
rows = st.lists(
    st.tuples(texts, moments, st.none() | st.integers(-9, 9) | st.floats(0, 10), texts), min_size=1, max_size=4
)


def write(path: Path, drawn: list[tuple[Any, ...]], channel: str) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADER)
    for number, (reference, moment, note, text) in enumerate(drawn):
        sheet.append([None] * len(HEADER))
        values = (f"{reference}{number}", moment, channel, note, text)
        for place, value in enumerate(values, start=1):
            cell = sheet.cell(number + 2, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text, were it to begin with =
    book.save(path)
    return path


def mend(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        lines = [
            ["email" if cell == "fax" else cell for cell in line]
            for line in csv.reader(file, delimiter=";", strict=True)
        ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)


def said(items: Iterable[ComplaintRecord | RejectedRow]) -> list[object]:
    return [
        (item.reference, item.text, item.facts)
        if isinstance(item, ComplaintRecord)
        else [fault.path for fault in item.faults]
        for item in items
    ]


@example([("\t'=", date(2026, 5, 2), None, "'=1")], ["%d/%m/%Y"])  # protected, then stripped, then protected again
@given(rows, st.lists(st.sampled_from(FORMATS), unique=True, max_size=3))
def test_rejected_rows_are_mended_where_they_stand(drawn: list[tuple[Any, ...]], formats: list[str]) -> None:
    mapping = ColumnMapping(columns=COLUMNS, date_formats=tuple(formats))
    with TemporaryDirectory() as folder:
        done = triage_file(
            write(Path(folder, "registre.xlsx"), drawn, "fax"),
            Triage(m2_1(), BusinessCalendar.france()),
            Path(folder, "decisions.csv"),
            mapping=mapping,
        )
        assert done.rejected_path is not None
        mend(done.rejected_path)
        with read(done.rejected_path, mapping) as reader:
            mended = said(reader)
        with read(write(Path(folder, "mended.xlsx"), drawn, "email"), mapping) as reader:
            assert mended == said(reader)
    assert len(mended) == len(drawn)


FORMS = ("General", "0.00", "dd/mm/yyyy", "yyyy-mm-dd hh:mm:ss", "[h]:mm", '0 "jours"', "[$-40C]d mmmm yyyy", "h:mm")
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9),
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 1, 1)),  # noqa: DTZ001  (as above)
    st.dates(date(1900, 3, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(400)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8).filter(
        lambda text: text[:1] != "="
    ),
)


def as_text(value: object) -> str:
    """A value that openpyxl reads, as a cell of text or a date holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) and not isinstance(value, datetime) else str(value)


@given(st.lists(st.tuples(values, st.sampled_from((None, *FORMS))), min_size=1, max_size=6))
def test_cells_have_the_values_that_openpyxl_reads(drawn: list[tuple[Any, str | None]]) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["reference", "received_at", *(f"c{place}" for place in range(len(drawn)))])
    sheet.append(["R-1", "2026-05-04"])
    for place, (value, form) in enumerate(drawn, start=3):
        cell = sheet.cell(2, place, value)
        if form is not None and isinstance(value, int | float) and 0 <= value < 10**6:
            cell.number_format = form
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.xlsx")
        book.save(path)
        with read(path) as reader:
            (row,) = reader.rows()
        content = BytesIO(path.read_bytes())  # openpyxl does not close what it opens by a name
        (_, theirs) = load_workbook(content, read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)
    ours = row.cells if isinstance(row, FileRow) else ()
    assert [str(cell) for cell in ours] == [as_text(value) for value in theirs]
