"""A bad line is rejected alone: its neighbours are read."""

import csv
from collections.abc import Iterator

import pytest

from reclamation_core.intake.rows import FileRow, RejectedRow
from reclamation_core.intake.text_sources import RECORD_LIMIT, BadLine, CsvRows
from reclamation_core.wording import Wording
from tests.approvals import approve_errors

GOOD = Wording("une ligne", "a line")


def rows(*lines: str | BadLine, width: int = 3, delimiter: str = ",") -> list[FileRow | RejectedRow]:
    return list(CsvRows([line if isinstance(line, BadLine) else f"{line}\n" for line in lines], delimiter, width=width))


def cells(items: list[FileRow | RejectedRow]) -> list[list[str]]:
    return [list(map(str, item.cells)) for item in items if isinstance(item, FileRow)]


def rejected(items: list[FileRow | RejectedRow]) -> list[int]:
    return [item.line for item in items if isinstance(item, RejectedRow)]


def test_rows_have_the_number_of_their_first_line() -> None:
    items = rows("a,b,c", 'd,"e', 'f",g', "h,i,j")
    assert [(item.line, list(item.cells)) for item in items] == [
        (1, ["a", "b", "c"]),
        (2, ["d", "e\nf", "g"]),
        (4, ["h", "i", "j"]),
    ]


def test_the_first_row_determines_the_width() -> None:
    table = CsvRows(["\n", "a,b\n", "c\n"], ",")
    first, second = table
    assert isinstance(first, FileRow)
    assert isinstance(second, RejectedRow)
    assert (table.width, table.blank) == (2, 1)


def test_blank_lines_are_counted_and_passed_over() -> None:
    table = CsvRows(["a,b\n", "\n", "   \n", "\r\n", "c,d\n"], ",", width=2)
    assert ([item.line for item in table], table.blank) == ([1, 5], 3)


def test_a_row_of_nothing_but_delimiters_is_a_row() -> None:
    assert cells(rows(",,")) == [["", "", ""]]


@pytest.mark.parametrize(("line", "count"), [("a,b", "2"), ("a,b,c,d", "4"), ("a", "1")])
def test_a_ragged_row_is_rejected_alone(line: str, count: str) -> None:
    items = rows("1,2,3", line, "4,5,6")
    assert cells(items) == [["1", "2", "3"], ["4", "5", "6"]]
    (bad,) = [item for item in items if isinstance(item, RejectedRow)]
    assert (bad.line, bad.field, bad.value, bad.cells, bad.is_cut) == (2, "row", count, (line,), False)
    assert bad.expected.fr == "3 cellules, comme l'en-tête"


READ: dict[str, tuple[list[str | BadLine], list[str], list[int]]] = {
    "a quote that is never closed": (["1,2,3", '4,"5,6', "7,8,9", "A,B,C"], ["1|2|3", "7|8|9", "A|B|C"], [2]),
    "a quote that a neighbour closes": (["1,2,3", '4,"5,6', '7,"8",9', "A,B,C"], ["1|2|3", "7|8|9", "A|B|C"], [2]),
    # Joined, the two lines have three cells, one of them with a quote that no writer leaves there.
    "a neighbour whose text begins with a delimiter": (['"4,x,y', 'A2,",abc",z'], ["A2|,abc|z"], [1]),
    # The quote left open is closed by the one that opens the text of A5, and all between would be one sound record.
    "a neighbour whose text begins with a line break": (
        ['A1,x,"oops', "A2,b,c", "A3,b,c", 'A5,"', "", 'abc",z', "A6,b,c"],
        ["A2|b|c", "A3|b|c", "A5|\n\nabc|z", "A6|b|c"],
        [1],
    ),
    "a neighbour whose text goes on as if it were a row": (
        ['A1,x,"oops', 'A2,"', 'bonjour, merci",z', "A3,b,c"],
        ["A2|\nbonjour, merci|z", "A3|b|c"],
        [1],
    ),
    "a neighbour of many lines": (
        ['A1,x,"oops', 'A2,"', "abc", "def", 'ghi",z', "A3,b,c"],
        ["A2|\nabc\ndef\nghi|z", "A3|b|c"],
        [1],
    ),
    "a row of several lines before a bad one": (
        ['A1,"text', 'more",z', "A2,b", "A3,b,c"],
        ["A1|text\nmore|z", "A3|b|c"],
        [3],
    ),
    "a text that ends with its line": (['A1,"text', '",z', "", 'A2,"b', "A3,b,c"], ["A1|text\n|z", "A3|b|c"], [4]),
    "a stray quote in a text": (['A1,"text', 'more",z', 'A2,5" wide,c'], ["A1|text\nmore|z", 'A2|5" wide|c'], []),
    **{
        f"a row of several lines before {after!r}": (['A1,x,"oops', 'A2,b,"', after], ["A1|x|oops\nA2,b,"], [3])
        for after in ("abc", 'abc",z', BadLine("\0\n", GOOD), 'abc,z"x')
    },
    "text after a closing quote": (['1,"2"x,3', "4,5,6"], ["4|5|6"], [1]),
    "a ragged row of several lines": (['1,"2', '3"', "4,5,6"], ["4|5|6"], [1, 2]),
    "a carriage return outside quotes": (["1,2\r,3", "4,5,6"], ["4|5|6"], [1]),
    "an undecodable line": (["1,2,3", BadLine("4\0,5,6\n", GOOD), "7,8,9"], ["1|2|3", "7|8|9"], [2]),
    "an undecodable line inside quotes": (['1,"2', BadLine("\0\n", GOOD), '3",4', "7,8,9"], ["7|8|9"], [1, 2, 3]),
    "a cell longer than the reader takes": (
        ["1,2,3", f"4,{'x' * (csv.field_size_limit() + 1)},6", "7,8,9"],
        ["1|2|3", "7|8|9"],
        [2],
    ),
}
"""Lines, the rows that are read of them, and the numbers of those that are rejected."""


@pytest.mark.parametrize("name", READ)
def test_a_bad_line_is_rejected_alone(name: str) -> None:
    lines, read, numbers = READ[name]
    items = rows(*lines)
    assert (["|".join(row) for row in cells(items)], rejected(items)) == (read, numbers)
    for item in (item for item in items if isinstance(item, RejectedRow)):
        approve_errors(f"{name}: {item.expected.fr} | {item.expected.en}")
        line = lines[item.line - 1]
        assert item.cells == (line.text.rstrip("\n") if isinstance(line, BadLine) else line,)


def test_looking_ahead_for_the_end_of_a_row_has_a_limit() -> None:
    long = ["x" * 60_000] * 40
    items = rows('A1,x,"oops', 'A2,b,"', "abc", *long, 'end"', "A3,b,c")
    assert cells(items) == [["A1", "x", "oops\nA2,b,"], ["A3", "b", "c"]]
    assert rejected(items) == list(range(3, 45))


def test_blank_lines_that_are_read_again_are_counted_once() -> None:
    table = CsvRows(['A1,"oops\n', 'A2,"\n', "\n", 'abc"\n', "\n", "A3,b\n"], ",", width=2)
    assert [list(item.cells) for item in table if isinstance(item, FileRow)] == [["A2", "\n\nabc"], ["A3", "b"]]
    assert table.blank == 1


def test_a_record_grows_to_its_limit_and_no_further() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield '"a","b","c\n'
        while True:
            taken += 1
            yield '","\n' if taken % 20 == 0 else "x" * 4000 + "\n"

    first = next(iter(CsvRows(endless(), ",", width=3)))
    assert isinstance(first, RejectedRow)
    assert first.line == 1
    assert taken <= RECORD_LIMIT // 3000


def test_many_bad_lines_do_not_pile_up() -> None:
    items = rows(*['1,"2,3'] * 5000, "4,5,6")
    assert cells(items) == [["4", "5", "6"]]
    assert len(rejected(items)) == 5000


def test_lines_taken_before_are_counted() -> None:
    (row,) = CsvRows(["a,b\n"], ",", width=2, skipped=4)
    assert row.line == 5
