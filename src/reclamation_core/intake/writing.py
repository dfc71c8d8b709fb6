"""Files of decisions and of rejected rows: written aside, and put in place once they are whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias

from reclamation_core.documents.csv_text import csv_line, unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.decided import COLUMNS, Decided, Outcome, Receipt
from reclamation_core.intake.leftovers import clear, hold, new_aside
from reclamation_core.intake.mapping import fold
from reclamation_core.intake.named_files import named, open_new
from reclamation_core.intake.outputs import NOT_A_REGULAR_FILE, is_device
from reclamation_core.intake.records import Rejected

WrittenFormat: TypeAlias = Literal["csv", "jsonl"]
"""What decisions are written as."""

_MEMORY: Final = 1 << 16
_PLAIN: Final = re.compile("[0-9A-Za-z][0-9A-Za-z ._/-]*+").fullmatch
"""Matches a reference that needs neither quotes nor an apostrophe; others go through the writer of CSV."""

_FROM_THE_FACTS: Final = COLUMNS[COLUMNS.index("due_date") + 1 : COLUMNS.index("calendar")]
REJECTED_COLUMNS: Final = ("line", "field", "value", "expected")


@contextmanager
def written_aside(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A text file that takes its place at the end, and leaves no trace when something goes wrong; a link is replaced.

    What is left where its program is killed is taken away by the next that writes there.

    Raises:
        OSError: it cannot be written.
        FaultsError: it is a pipe, a device or an open file of a process.
    """
    if is_device(path):
        raise FaultsError((Fault("output", str(path), NOT_A_REGULAR_FILE),))
    # A link is replaced, never followed: anybody may have laid it there, and it may lead anywhere.
    place = path.absolute()
    clear(place)
    aside = new_aside(place)
    try:
        with TextIOWrapper(open_new(aside, path), encoding=encoding, newline="") as file:
            hold(file)
            yield file
        with named(path):
            aside.replace(place)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what is told
            aside.unlink(missing_ok=True)
        raise


class DecisionsFile:
    """Writes decisions as CSV, one line each, a text that a spreadsheet would take for a formula being protected.

    Args:
        file: where to.
        delimiter: what separates the cells.
    """

    def __init__(self, file: IO[str], delimiter: str = ",") -> None:
        self._write = file.write
        self._delimiter = delimiter
        self._sites: dict[str, str] = {}
        self._outcomes: dict[Outcome, str] = {}
        self._receipts: dict[Receipt, tuple[str, str]] = {}
        self._write(csv_line(COLUMNS, delimiter))

    def write(self, decisions: Iterable[Decided]) -> None:
        """Write decisions, a line each."""
        self._write("".join(map(self._line, decisions)))

    def _line(self, decided: Decided) -> str:
        outcome = self._outcomes.get(decided.outcome) or self._keep_outcome(decided.outcome)
        dates, calendar = self._receipts.get(decided.receipt) or self._keep_receipt(decided.receipt)
        reference, comma = decided.reference, self._delimiter
        if not _PLAIN(reference):
            reference = _cell(reference, comma)
        site = self._sites.get(decided.site) or self._keep_site(decided.site)
        return f"{reference}{comma}{site}{comma}{dates}{comma}{outcome}{comma}{calendar}\n"

    def _keep_site(self, site: str) -> str:
        if len(self._sites) >= _MEMORY:
            self._sites.clear()
        return self._sites.setdefault(site, _cell(site, self._delimiter) if site else "")

    def _keep_outcome(self, outcome: Outcome) -> str:
        if len(self._outcomes) >= _MEMORY:
            self._outcomes.clear()
        columns = outcome.columns
        text = csv_line((columns[name] for name in _FROM_THE_FACTS), self._delimiter)[:-1]
        return self._outcomes.setdefault(outcome, text)

    def _keep_receipt(self, receipt: Receipt) -> tuple[str, str]:
        if len(self._receipts) >= _MEMORY:
            self._receipts.clear()
        due = "" if receipt.due_date is None else receipt.due_date.isoformat()
        dates = csv_line((receipt.received_on.isoformat(), due), self._delimiter)[:-1]
        return self._receipts.setdefault(receipt, (dates, _cell(receipt.calendar, self._delimiter)))


class DecisionLines:
    """Writes decisions as JSON Lines: the columns of the CSV file, null where a cell would be empty."""

    def __init__(self, file: IO[str]) -> None:
        self._write = file.write

    def write(self, decisions: Iterable[Decided]) -> None:
        """Write decisions, a line each."""
        for decided in decisions:
            document = {column: value or None for column, value in columns_of(decided).items()}
            self._write(json.dumps(document, ensure_ascii=False) + "\n")


def columns_of(decided: Decided) -> dict[str, str]:
    """What is written of a decision, by column, in their order."""
    receipt = decided.receipt
    values = {
        **decided.outcome.columns,
        "reference": decided.reference,
        "site": decided.site,
        "received_on": receipt.received_on.isoformat(),
        "due_date": "" if receipt.due_date is None else receipt.due_date.isoformat(),
        "calendar": receipt.calendar,
    }
    return {column: values[column] for column in COLUMNS}


class RejectedFile:
    """Writes rejected rows as CSV: line, field, value, what was expected, in French, then the original cells.

    The original cells stand under the names of their own columns, so that the row can be mended and read again. A row
    that could not be cut is in the last column, `row`, as it was. Where the file has a column of one of these names,
    the one that is added is `rejected_line` and so on.

    Args:
        file: where to.
        header: the names of the original columns.
        delimiter: what separates the cells.
    """

    def __init__(self, file: IO[str], header: tuple[str, ...], delimiter: str = ",") -> None:
        self._write = file.write
        self._delimiter = delimiter
        self._width = len(header)
        # What the file had protected is not protected twice: it would be read back as another text.
        original = tuple(map(unescape_csv_formula, header))
        *told, row = _beside(original, (*REJECTED_COLUMNS, "row"))
        self._write(csv_line((*told, *original, row), delimiter))

    def write(self, rejected: Rejected) -> None:
        """Write one; several faults are separated by ` | `."""
        faults = rejected.faults
        told = (
            str(rejected.line),
            " | ".join(fault.path for fault in faults),
            " | ".join("" if fault.value is None else str(fault.value) for fault in faults),
            " | ".join(fault.expected.fr for fault in faults),
        )
        original = (
            (*map(unescape_csv_formula, rejected.cells), "")
            if rejected.is_cut
            else (*[""] * self._width, *rejected.cells)
        )
        self._write(csv_line((*told, *original), self._delimiter))


def _beside(original: Iterable[str], added: Iterable[str]) -> Iterator[str]:
    """The names of columns that are added, none of which is read as one that is there."""
    taken = set(map(fold, original))
    for name in added:
        free = name
        while fold(free) in taken:
            free = f"rejected_{free}"
        yield free


def _cell(text: str, delimiter: str) -> str:
    return csv_line((text,), delimiter)[:-1]
