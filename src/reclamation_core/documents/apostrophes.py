"""Text that a spreadsheet would take for a formula, written so that it is not, and read back as it was.

A cell that begins with = + - @ tab or CR gets an apostrophe in front. So that this can be undone, a cell whose
apostrophes stand before one of these gets one more; no other apostrophe is touched.
"""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED: Final = re.compile(r"'+[=+\-@\t\r]")


def protect(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula.

    >>> protect("=1+1"), protect("'=1+1"), protect("l'an dernier")
    ("'=1+1", "''=1+1", "l'an dernier")
    """
    return "'" + text if _FORMULA.match(text) else text


def unprotect(cell: str) -> str:
    """The text that was protected; `unprotect(protect(text)) == text` for every text.

    >>> unprotect("'=1+1"), unprotect("=1+1"), unprotect("'ça'")
    ('=1+1', '=1+1', "'ça'")
    """
    return cell[1:] if _PROTECTED.match(cell) else cell
