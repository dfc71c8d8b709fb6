"""The error for rows with invalid values: how many, where, and what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from reclamation_core.errors import ErrorKind, FaultsError
from reclamation_core.wording import Lang, Wording

SHOWN: Final = 20
"""The maximum number of rows that an error describes in full."""


@attrs.define(eq=False)
class InvalidRowsError(FaultsError):
    """Rows of a frame have invalid values.

    Args:
        faults: the faults of the first of them: the row number, from 0, and the column, the value, the expected values.
            Rows of DuckDB and Spark have no number.
        counts: the number of rows with an invalid value, by column.
        rows: the number of invalid rows.
        records: the first of the rows, in the order of the faults.
    """

    code = "invalid_rows"
    kind = ErrorKind.INVALID

    counts: Mapping[str, int]
    rows: int
    records: tuple[Mapping[str, Any], ...] = ()

    def in_(self, lang: Lang) -> str:
        """Return the number of invalid rows by column, then the faults, one a line.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        return f"{self._summary.in_(lang)}\n{super().in_(lang)}"

    @property
    def _summary(self) -> Wording:
        columns = ", ".join(f"{name} {count}" for name, count in self.counts.items())
        fr = "1 ligne est refusée" if self.rows == 1 else f"{self.rows} lignes sont refusées"
        en = "1 row is invalid" if self.rows == 1 else f"{self.rows} rows are invalid"
        return Wording(
            f"{fr} ({columns}) ; corrigez ces lignes, ou marquez-les avec on_invalid='mark'",
            f"{en} ({columns}); correct them, or mark them with on_invalid='mark'",
        )


def named(mark: str, columns: Iterable[str]) -> list[str]:
    """Return the columns that a value of `invalid` names; the names of columns may contain spaces."""
    longest_first = sorted(columns, key=len, reverse=True)
    names: list[str] = []
    while mark:
        names.append(next(name for name in longest_first if f"{mark} ".startswith(f"{name} ")))
        mark = mark[len(names[-1]) + 1 :]
    return names


def counted(marks: Iterable[tuple[str, int]], columns: Collection[str]) -> dict[str, int]:
    """Return the number of rows in which each column is invalid, the most frequent first.

    Args:
        marks: the values of `invalid` with their numbers of rows.
        columns: the names of the frame's columns.
    """
    counts: dict[str, int] = {}
    for mark, number in marks:
        for name in named(mark, columns):
            counts[name] = counts.get(name, 0) + number
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
