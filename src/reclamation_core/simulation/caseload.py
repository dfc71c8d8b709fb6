"""A caseload of complaints, survey results and malfunctions, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, Self

import attrs

from reclamation_core.documents.csv_text import csv_line
from reclamation_core.simulation import shipped_files
from reclamation_core.simulation.complaints import COLUMNS, InventedComplaint, generate_complaints
from reclamation_core.simulation.malfunctions import MALFUNCTION_COLUMNS, InventedMalfunction, generate_malfunctions
from reclamation_core.simulation.survey import SURVEY_COLUMNS, InventedSurveyResult, generate_survey_results


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


def write_malfunctions(path: str | Path, malfunctions: Iterable[InventedMalfunction]) -> int:
    """Write malfunctions as a CSV file that `intake.read` reads, each record with its `malfunction`.

    See `write_complaints` for the format.
    """
    return _write(path, MALFUNCTION_COLUMNS, malfunctions, ",")


def write_survey_results(path: str | Path, results: Iterable[InventedSurveyResult]) -> int:
    """Write results of the survey as its tool exports them, semicolon-separated; the shipped mapping reads them.

    See `write_complaints` for the format.
    """
    return _write(path, SURVEY_COLUMNS, results, ";")


def _write(path: str | Path, columns: Sequence[str], rows: Iterable[_Row], delimiter: str) -> int:
    count = 0
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write(csv_line(columns, delimiter))
        for row in rows:
            file.write(csv_line(row.cells().values(), delimiter))
            count += 1
    return count
