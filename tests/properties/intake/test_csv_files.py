"""Laws of reading CSV: what is written is read back, and one bad line costs no other."""

import csv
from io import BytesIO, StringIO
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents.csv_text import escape_csv_formula, unescape_csv_formula
from reclamation_core.intake.rows import FileRow, RejectedRow
from reclamation_core.intake.text_sources import CsvRows, TextLines

QUOTINGS: list[Literal[0, 1]] = [csv.QUOTE_ALL, csv.QUOTE_MINIMAL]
DELIMITERS = [",", ";", "\t", "|"]
TEXTS = st.text(st.sampled_from("ab \"',;|\t\n\r=+é€\u2028\x85"), max_size=8)
LINES = st.text(st.sampled_from("abé.\n\r"), max_size=8)
"""Texts of several lines; with delimiters and quotes at their ends, two readings of a bad line can be as good."""
PLAIN = st.text(st.sampled_from("ab'=é.;,|\""), max_size=6)


def as_csv(rows: list[list[str]], delimiter: str, end: str = "\r\n", quoting: Literal[0, 1] = csv.QUOTE_ALL) -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def read_rows(content: bytes, delimiter: str, width: int) -> list[FileRow | RejectedRow]:
    return list(CsvRows(TextLines(BytesIO(content)), delimiter, width=width))


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> list[list[str]]:
    """Rows of one width, from 2 to 4 cells, each beginning with a name of its own; shrinks to few, empty rows."""
    width = draw(st.integers(2, 4))
    count = draw(st.integers(1, 8))
    return [[f"R{number}", *(draw(texts) for _ in range(width - 1))] for number in range(count)]


@given(tables(), st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_a_formatted_date_is_parsed_back(rows: list[list[str]], delimiter: str, end: str, encoding: str) -> None:
    items = read_rows(as_csv(rows, delimiter, end).encode(encoding), delimiter, len(rows[0]))
    assert [item.cells for item in items] == rows


@given(tables(st.text(st.sampled_from("ab;é€œ\n"), max_size=6)), st.sampled_from(DELIMITERS))
def test_windows_1252_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    # The first accent alone settles it, and é in Windows-1252 before an ASCII letter is no UTF-8.
    rows[0][1:] = ["éa"] * len(rows[0][1:])
    items = read_rows(as_csv(rows, delimiter).encode("windows-1252"), delimiter, len(rows[0]))
    assert [item.cells for item in items] == rows


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[list[list[str]], int, bytes, str]:
    """Rows of which one, of a single line, is spoiled: its number, and the file; shrinks to one row cut short."""
    rows = draw(tables(st.one_of(PLAIN, LINES)))
    delimiter = draw(st.sampled_from(DELIMITERS))
    quoting = draw(st.sampled_from(QUOTINGS))
    number = draw(st.integers(0, len(rows) - 1))
    rows[number] = [rows[number][0], *(draw(PLAIN) for _ in rows[number][1:])]
    lines = [as_csv([row], delimiter, "\r\n", quoting).encode().removesuffix(b"\r\n") for row in rows]
    line = lines[number]
    place = draw(st.integers(0, len(line)))
    kind = draw(st.sampled_from(["cut", "quote", "nul", "byte", "delimiter", "noise", "cr"]))
    inserted = {"quote": b'"', "nul": b"\0", "byte": b"\xff", "delimiter": delimiter.encode(), "cr": b"\r", "cut": b""}
    noise = draw(st.binary(max_size=5)).replace(b"\n", b"")
    lines[number] = line[:place] if kind == "cut" else line[:place] + inserted.get(kind, noise) + line[place:]
    return rows, number, b"".join(line + b"\n" for line in lines), delimiter


@given(spoiled())
def test_a_bad_line_costs_no_other(case: tuple[list[list[str]], int, bytes, str]) -> None:
    rows, number, content, delimiter = case
    items = list(CsvRows(TextLines(BytesIO(content), "utf-8"), delimiter, width=len(rows[0])))
    found = [list(item.cells) for item in items if isinstance(item, FileRow)]
    assert [row for place, row in enumerate(rows) if place != number and row not in found] == []
    lines = [item.line for item in items]
    assert lines == sorted(set(lines))


@given(st.binary(max_size=200), st.sampled_from(DELIMITERS), st.integers(1, 4))
def test_each_line_of_any_bytes_is_read_once(content: bytes, delimiter: str, width: int) -> None:
    table = CsvRows(TextLines(BytesIO(content)), delimiter, width=width)
    items = list(table)
    lines = [item.line for item in items]
    assert lines == sorted(set(lines))
    assert all(len(item.cells) == width for item in items if isinstance(item, FileRow))
    physical = content.removesuffix(b"\n").count(b"\n") + 1 if content else 0
    assert len(items) + table.blank <= physical


@given(st.text())
def test_protection_can_be_taken_off(text: str) -> None:
    assert unescape_csv_formula(escape_csv_formula(text)) == text
    assert not escape_csv_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(st.sampled_from("'=+-@\t\ra"), max_size=6), st.text(st.sampled_from("'=+-@\t\ra"), max_size=6))
def test_two_texts_are_never_written_alike(one: str, other: str) -> None:
    assert (escape_csv_formula(one) == escape_csv_formula(other)) is (one == other)


HOSTILE = st.text(st.sampled_from("a \"',;|\t\n\r=+-@"), max_size=10)


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=3), *[st.sampled_from(DELIMITERS)] * 2)
def test_no_formula_is_found_with_any_delimiter(rows: list[tuple[str, str]], written: str, cut: str) -> None:
    text = as_csv([["R", *map(escape_csv_formula, row)] for row in rows], written, quoting=csv.QUOTE_MINIMAL)
    # A spreadsheet takes a quote within a cell for text, and a line break then ends its row.
    found = [cell for line in csv.reader(StringIO(text, newline=""), delimiter=cut) for cell in line]
    assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@"))]
    if cut == written:
        assert [
            list(map(unescape_csv_formula, row[1:])) for row in csv.reader(StringIO(text, newline=""), delimiter=cut)
        ] == [list(row) for row in rows]
