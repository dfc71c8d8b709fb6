"""A caseload of complaints, survey results and malfunctions, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

import attrs

from reclamation_core.documents.csv_text import csv_line
from reclamation_core.simulation import shipped_files
from reclamation_core.simulation.messages import (
    COLUMNS,
    MALFUNCTION_COLUMNS,
    SURVEY_COLUMNS,
    InventedComplaint,
    InventedMalfunction,
    InventedSurveyResult,
    generate_complaints,
    generate_malfunctions,
    generate_survey_results,
)


@attrs.frozen(kw_only=True)
class Caseload:
    """The messages that reach the agency.

    Args:
        complaints: the complaints, and what is taken for some.
        survey: the results of the end-of-training survey.
        malfunctions: the internal malfunctions.
    """

    complaints: tuple[InventedComplaint, ...]
    survey: tuple[InventedSurveyResult, ...]
    malfunctions: tuple[InventedMalfunction, ...]

    @classmethod
    def shipped(cls) -> Self:
        """Return the content of the shipped files, from their seeds."""
        return cls(
            complaints=tuple(generate_complaints(shipped_files.NUMBER, shipped_files.SEED)),
            survey=tuple(generate_survey_results(shipped_files.SURVEY_NUMBER, shipped_files.SURVEY_SEED)),
            malfunctions=tuple(generate_malfunctions(shipped_files.MALFUNCTION_NUMBER, shipped_files.MALFUNCTION_SEED)),
        )

    def __len__(self) -> int:
        return len(self.complaints) + len(self.survey) + len(self.malfunctions)

    def write(self, folder: str | Path) -> Mapping[str, int]:
        """Write the files of the caseload to a folder: `complaints.csv`, `survey.csv`, `malfunctions.csv`.

        `intake.read` reads them: complaints without a mapping; results of the survey, semicolon-separated as their tool
        exports them, with the shipped mapping; malfunctions as complaints, each record with its `malfunction`.

        Returns:
            How many rows were written, by the name of the file.

        Raises:
            OSError: a file cannot be written.
        """
        folder = Path(folder)
        return {
            "complaints.csv": write_complaints(folder / "complaints.csv", self.complaints),
            "survey.csv": _write(folder / "survey.csv", SURVEY_COLUMNS, self.survey, ";"),
            "malfunctions.csv": _write(folder / "malfunctions.csv", MALFUNCTION_COLUMNS, self.malfunctions, ","),
        }


class _Row(Protocol):
    def cells(self) -> dict[str, str]: ...


def write_complaints(path: str | Path, complaints: Iterable[InventedComplaint]) -> int:
    """Write complaints as a CSV file that `intake.read` reads without a mapping.

    UTF-8, comma-separated, lines ended by LF. A cell that a spreadsheet would take for a formula gets an apostrophe.

    Args:
        path: the file; one that exists is replaced.
        complaints: what to write.

    Returns:
        How many were written.

    Raises:
        OSError: the file cannot be written.
    """
    return _write(path, COLUMNS, complaints, ",")


def _write(path: str | Path, columns: Sequence[str], rows: Iterable[_Row], delimiter: str) -> int:
    count = 0
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write(csv_line(columns, delimiter))
        for row in rows:
            file.write(csv_line(row.cells().values(), delimiter))
            count += 1
    return count
