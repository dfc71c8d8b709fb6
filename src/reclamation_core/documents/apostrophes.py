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

BEGINNING: Final = r"(?:\A|(?<=[,;\t|\n\r]))"
"""Where a cell begins, whatever delimiter a file is cut at."""
_FORMULA: Final = re.compile(rf"""{BEGINNING}(?=["']*[=+\-@\t\r])""")
_PROTECTED: Final = re.compile(rf"""{BEGINNING}'(?=["']*[=+\-@\t\r])""")


def protect(text: str) -> str:
    """The text as a cell in which no spreadsheet finds a formula, whatever delimiter it cuts the file at.

    >>> protect("=1+1"), protect("'=1+1"), protect("x;=1+1"), protect("l'an dernier")
    ("'=1+1", "''=1+1", "x;'=1+1", "l'an dernier")
    """
    return _FORMULA.sub("'", text)


def unprotect(cell: str) -> str:
    """The text that was protected; `unprotect(protect(text)) == text` for every text.

    >>> unprotect("'=1+1"), unprotect("=1+1"), unprotect("x;'=1+1"), unprotect("'ça'")
    ('=1+1', '=1+1', 'x;=1+1', "'ça'")
    """
    return _PROTECTED.sub("", cell) if "'" in cell else cell
