"""Text that a spreadsheet would take for a formula, written so that it is not, and read back as it was.

A formula begins with = + - @ tab or CR. What begins a cell depends on who opens the file: a French Excel cuts a file of
commas at its semicolons, and at line breaks too where quotes do not stand at the beginning of what it takes for a cell.
So an apostrophe is put before each formula that begins the text or follows a usual delimiter or a line break. So that
this can be undone, apostrophes and quotes that stand there already are passed over to see what they stand before; no
other apostrophe is touched.
"""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = r"""["']*+[=+\-@\t\r]"""
_FIRST: Final = re.compile(_FORMULA)
_LATER: Final = re.compile(rf"[,;\t|\n\r](?={_FORMULA})")
_FIRST_PROTECTED: Final = re.compile(rf"'(?={_FORMULA})")
_LATER_PROTECTED: Final = re.compile(rf"([,;\t|\n\r])'(?={_FORMULA})")


def escape_csv_formula(text: str) -> str:
    """The text as a cell in which no spreadsheet finds a formula, whatever delimiter it cuts the file at.

    >>> [escape_csv_formula(text) for text in ("=1+1", "'=1+1", "x;=1+1", "l'an dernier")]
    ["'=1+1", "''=1+1", "x;'=1+1", "l'an dernier"]
    """
    protected = _LATER.sub(_with_one, text)
    return f"'{protected}" if _FIRST.match(text) else protected


def unescape_csv_formula(cell: str) -> str:
    """The text that was protected; `unescape_csv_formula(escape_csv_formula(text)) == text` for every text.

    >>> [unescape_csv_formula(cell) for cell in ("'=1+1", "=1+1", "x;'=1+1", "'ça'")]
    ['=1+1', '=1+1', 'x;=1+1', "'ça'"]
    """
    if "'" not in cell:
        return cell
    text = _LATER_PROTECTED.sub(_without_one, cell)
    return text[1:] if _FIRST_PROTECTED.match(cell) else text


def _with_one(found: re.Match[str]) -> str:
    return f"{found[0]}'"


def _without_one(found: re.Match[str]) -> str:
    return found[1]
