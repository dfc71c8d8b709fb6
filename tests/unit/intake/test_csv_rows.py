"""A bad line is rejected alone: its neighbours are read."""

import csv
from collections.abc import Iterator

import pytest

from reclamation_core.intake.rows import FileRow, RejectedRow
from reclamation_core.intake.text_sources import RECORD_LIMIT, BadLine, CsvRows
from reclamation_core.wording import Wording

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


def test_a_quote_that_is_never_closed_takes_no_neighbour() -> None:
    items = rows("1,2,3", '4,"5,6', "7,8,9", "10,11,12")
    assert cells(items) == [["1", "2", "3"], ["7", "8", "9"], ["10", "11", "12"]]
    (bad,) = [item for item in items if isinstance(item, RejectedRow)]
    assert (bad.line, bad.cells) == (2, ('4,"5,6',))
    assert "guillemet" in bad.expected.fr


def test_a_quote_that_a_neighbour_closes_takes_it_not() -> None:
    items = rows("1,2,3", '4,"5,6', '7,"8",9', "10,11,12")
    assert (cells(items), rejected(items)) == ([["1", "2", "3"], ["7", "8", "9"], ["10", "11", "12"]], [2])


def test_a_neighbour_whose_text_begins_with_a_delimiter_is_not_taken() -> None:
    # Joined, the two lines have three cells, one of them with a quote that no writer leaves there.
    items = rows('"4,x,y', 'A2,",abc",z')
    assert (cells(items), rejected(items)) == ([["A2", ",abc", "z"]], [1])


def test_a_neighbour_whose_text_begins_with_a_line_break_is_not_taken() -> None:
    # The quote left open is closed by the one that opens the text of A5, and all between would be one sound record.
    items = rows('A1,x,"oops', "A2,b,c", "A3,b,c", 'A5,"', "", 'abc",z', "A6,b,c")
    assert cells(items) == [["A2", "b", "c"], ["A3", "b", "c"], ["A5", "\n\nabc", "z"], ["A6", "b", "c"]]
    assert rejected(items) == [1]


def test_a_neighbour_whose_text_goes_on_as_if_it_were_a_row_is_not_taken() -> None:
    items = rows('A1,x,"oops', 'A2,"', 'bonjour, merci",z', "A3,b,c")
    assert (cells(items), rejected(items)) == ([["A2", "\nbonjour, merci", "z"], ["A3", "b", "c"]], [1])


def test_a_neighbour_of_many_lines_is_not_taken() -> None:
    items = rows('A1,x,"oops', 'A2,"', "abc", "def", 'ghi",z', "A3,b,c")
    assert cells(items) == [["A2", "\nabc\ndef\nghi", "z"], ["A3", "b", "c"]]
    assert [item.line for item in items] == [1, 2, 6]


def test_a_row_of_several_lines_is_read_before_a_bad_one() -> None:
    items = rows('A1,"text', 'more",z', "A2,b", "A3,b,c")
    assert (cells(items), rejected(items)) == ([["A1", "text\nmore", "z"], ["A3", "b", "c"]], [3])
    items = rows('A1,"text', '",z', "", 'A2,"b', "A3,b,c")
    assert (cells(items), rejected(items)) == ([["A1", "text\n", "z"], ["A3", "b", "c"]], [4])


def test_a_stray_quote_after_a_row_of_several_lines_is_part_of_its_text() -> None:
    assert cells(rows('A1,"text', 'more",z', 'A2,5" wide,c')) == [["A1", "text\nmore", "z"], ["A2", '5" wide', "c"]]


def test_a_row_of_several_lines_is_read_if_the_next_one_is_truncated() -> None:
    for after in (["abc"], ['abc",z'], [BadLine("\0\n", GOOD)], ['abc,z"x']):
        items = rows('A1,x,"oops', 'A2,b,"', *after)
        assert (cells(items), rejected(items)) == ([["A1", "x", "oops\nA2,b,"]], [3])


def test_looking_ahead_for_the_end_of_a_row_has_a_limit() -> None:
    long = ["x" * 60_000] * 40
    items = rows('A1,x,"oops', 'A2,b,"', "abc", *long, 'end"', "A3,b,c")
    assert cells(items) == [["A1", "x", "oops\nA2,b,"], ["A3", "b", "c"]]
    assert rejected(items) == list(range(3, 45))


def test_blank_lines_that_are_read_again_are_counted_once() -> None:
    table = CsvRows(['A1,"oops\n', 'A2,"\n', "\n", 'abc"\n', "\n", "A3,b\n"], ",", width=2)
    assert [list(item.cells) for item in table if isinstance(item, FileRow)] == [["A2", "\n\nabc"], ["A3", "b"]]
    assert table.blank == 1


def test_text_after_a_closing_quote_rejects_its_line_alone() -> None:
    items = rows('1,"2"x,3', "4,5,6")
    assert cells(items) == [["4", "5", "6"]]
    (bad,) = [item for item in items if isinstance(item, RejectedRow)]
    assert "écrit deux fois" in bad.expected.fr


def test_a_ragged_row_of_several_lines_is_rejected_line_by_line() -> None:
    items = rows('1,"2', '3"', "4,5,6")
    assert (cells(items), rejected(items)) == ([["4", "5", "6"]], [1, 2])


def test_a_carriage_return_outside_quotes_rejects_its_line_alone() -> None:
    items = rows("1,2\r,3", "4,5,6")
    assert cells(items) == [["4", "5", "6"]]
    (bad,) = [item for item in items if isinstance(item, RejectedRow)]
    assert "CR" in bad.expected.fr


def test_a_line_that_is_no_text_is_rejected_alone() -> None:
    items = rows("1,2,3", BadLine("4\0,5,6\n", GOOD), "7,8,9")
    assert cells(items) == [["1", "2", "3"], ["7", "8", "9"]]
    (bad,) = [item for item in items if isinstance(item, RejectedRow)]
    assert (bad.line, bad.expected, bad.cells) == (2, GOOD, ("4\0,5,6",))


def test_an_undecodable_line_inside_quotes_is_rejected_with_the_first() -> None:
    items = rows('1,"2', BadLine("\0\n", GOOD), '3",4', "7,8,9")
    assert (cells(items), rejected(items)) == ([["7", "8", "9"]], [1, 2, 3])
    assert "guillemet" in items[0].faults[0].expected.fr if isinstance(items[0], RejectedRow) else False


def test_a_cell_longer_than_the_reader_takes_is_rejected_alone() -> None:
    items = rows("1,2,3", f"4,{'x' * (csv.field_size_limit() + 1)},6", "7,8,9")
    assert cells(items) == [["1", "2", "3"], ["7", "8", "9"]]
    (bad,) = [item for item in items if isinstance(item, RejectedRow)]
    assert "plus courte" in bad.expected.fr


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
