"""CSV text in which no cell is taken for a formula: the one writer of CSV of the library, and the way back.

A formula begins with = + - @ tab or CR. Where a spreadsheet sees the beginning of a cell depends on its settings: a
French Excel splits a comma-separated file at its semicolons, and at line breaks where the quotes do not enclose what it
takes for a cell. An apostrophe is therefore put before each formula that begins the text or follows a usual delimiter
or a line break. Apostrophes and quotes that precede a formula already are skipped when looking for it, so that the
escaping is reversible; no other apostrophe is changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Final

from reclamation_core.validators import UNSTORABLE

SPREADSHEET_ENCODING: Final = "utf-8-sig"
"""The encoding of a CSV file for a spreadsheet: a French Excel recognises UTF-8 by its byte order mark alone."""

_FORMULA: Final = r"""["']*+[=+\-@\t\r]"""
_FIRST: Final = re.compile(_FORMULA)
_LATER: Final = re.compile(rf"[,;\t|\n\r](?={_FORMULA})")
_FIRST_ESCAPED: Final = re.compile(rf"'(?={_FORMULA})")
_LATER_ESCAPED: Final = re.compile(rf"([,;\t|\n\r])'(?={_FORMULA})")


def replace_unstorable(text: str) -> str:
    """Replace the characters that cannot be stored by the replacement character."""
    return UNSTORABLE.sub("\ufffd", text)


def escape_csv_formula(text: str) -> str:
    """Return the text as a cell in which no spreadsheet finds a formula, whatever delimiter it splits the file at.

    >>> [escape_csv_formula(text) for text in ("=1+1", "'=1+1", "x;=1+1", "l'an dernier")]
    ["'=1+1", "''=1+1", "x;'=1+1", "l'an dernier"]
    """
    escaped = _LATER.sub(r"\g<0>'", text)
    return f"'{escaped}" if _FIRST.match(text) else escaped


def unescape_csv_formula(cell: str) -> str:
    """Return the text that was escaped; `unescape_csv_formula(escape_csv_formula(text)) == text` for every text.

    >>> [unescape_csv_formula(cell) for cell in ("'=1+1", "=1+1", "x;'=1+1", "'ça'")]
    ['=1+1', '=1+1', 'x;=1+1', "'ça'"]
    """
    if "'" not in cell:
        return cell
    text = _LATER_ESCAPED.sub(r"\g<1>", cell)
    return text[1:] if _FIRST_ESCAPED.match(cell) else text


def csv_line(cells: Iterable[str], delimiter: str = ",", line_end: str = "\n") -> str:
    r"""Return a line of CSV: formulas escaped, characters that cannot be stored replaced, quotes where they are needed.

    >>> csv_line(["A1", "=1+1", "un, deux"])
    'A1,\'=1+1,"un, deux"\n'
    """
    line = StringIO()
    # With CR LF as its line end, every version of Python quotes both characters; the line end is replaced afterwards.
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([escape_csv_formula(replace_unstorable(cell)) for cell in cells])
    return line.getvalue().removesuffix("\r\n") + line_end


def csv_text(rows: Iterable[Iterable[str]], delimiter: str = ";", line_end: str = "\r\n") -> str:
    """Return lines of CSV as French spreadsheets expect them: semicolons and CR LF by default."""
    return "".join(csv_line(row, delimiter, line_end) for row in rows)
