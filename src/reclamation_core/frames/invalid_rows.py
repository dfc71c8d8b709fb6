"""The error for rows with invalid values: how many, where, and what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from reclamation_core.errors import FaultsError
from reclamation_core.wording import Lang, Wording

SHOWN: Final = 20
"""How many rows an error tells in full."""


@attrs.define(eq=False)
class InvalidRowsError(FaultsError):
    """Rows of a frame have values that cannot be.

    Args:
        faults: what is wrong with the first of them: the row, from 0, and the column, the value, what was expected. The
            row is left out where rows have no place, as in DuckDB and Spark.
        counts: for each column, how many rows have such a value in it.
        rows: how many rows are invalid.
        records: the first of the rows, whole, in the order of the faults.
    """

    counts: Mapping[str, int]
    rows: int
    records: tuple[Mapping[str, Any], ...] = ()

    def in_(self, lang: Lang) -> str:
        """How many rows are invalid in which columns, then the faults, one a line.

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
            f"{en} ({columns}); mend them, or mark them with on_invalid='mark'",
        )


def named(mark: str, columns: Iterable[str]) -> list[str]:
    """The columns that a value of `invalid` names, of those of its frame; a column's name may have spaces in it."""
    longest_first = sorted(columns, key=len, reverse=True)
    names: list[str] = []
    while mark:
        names.append(next(name for name in longest_first if f"{mark} ".startswith(f"{name} ")))
        mark = mark[len(names[-1]) + 1 :]
    return names


def counted(marks: Iterable[tuple[str, int]], columns: Collection[str]) -> dict[str, int]:
    """For each column, in how many rows it is invalid, most first.

    Args:
        marks: the values of `invalid` and how many rows have each.
        columns: the names of the frame's columns.
    """
    counts: dict[str, int] = {}
    for mark, number in marks:
        for name in named(mark, columns):
            counts[name] = counts.get(name, 0) + number
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
