"""A caseload of complaints, survey results and malfunctions, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.documents.atomic_files import atomic_writer
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_line
from reclamation_core.intake.fields import FIELDS, RECEIVED_AT, UNKNOWN_WORDS
from reclamation_core.missing import UNKNOWN
from reclamation_core.shared_repr import SharedRepr
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
from reclamation_core.simulation.shipped_files import centres_of
from reclamation_core.tables import Boolean, Enumeration
from reclamation_core.vocabulary import FACTS, Sites


@attrs.frozen(kw_only=True)
class Caseload(SharedRepr):
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
            "malfunctions.csv": write_malfunctions(folder / "malfunctions.csv", self.malfunctions),
        }


class _Row(Protocol):
    def cells(self) -> dict[str, str]: ...


def write_complaints(
    path: str | Path, complaints: Iterable[InventedComplaint], *, in_french: bool = False, sites: Sites | None = None
) -> int:
    """Write complaints as a CSV file that `intake.read` reads without a mapping.

    UTF-8, comma-separated, lines ended by LF. A cell that a spreadsheet would take for a formula gets an apostrophe.

    Args:
        path: the file; one that exists is replaced.
        complaints: what to write.
        in_french: True for the file of an agent, as a French spreadsheet opens it: labels in the place of names and
            codes, local times of the sites, decimal commas, semicolons and the mark of UTF-8.
        sites: the sites, whose local times are written in French; the shipped ones when None.

    Returns:
        How many were written.

    Raises:
        OSError: the file cannot be written.
    """
    return _write_rows(path, COLUMNS, complaints, sites, in_french=in_french)


def write_malfunctions(
    path: str | Path,
    malfunctions: Iterable[InventedMalfunction],
    *,
    in_french: bool = False,
    sites: Sites | None = None,
) -> int:
    """Write internal malfunctions as a CSV file that `intake.read` reads without a mapping.

    Args:
        path: the file; one that exists is replaced.
        malfunctions: what to write.
        in_french: True for the file of an agent, as `write_complaints` writes it.
        sites: the sites, whose local times are written in French; the shipped ones when None.

    Returns:
        How many were written.

    Raises:
        OSError: the file cannot be written.
    """
    return _write_rows(path, MALFUNCTION_COLUMNS, malfunctions, sites, in_french=in_french)


def _write_rows(
    path: str | Path,
    columns: Sequence[str],
    messages: Iterable[InventedComplaint | InventedMalfunction],
    sites: Sites | None,
    *,
    in_french: bool,
) -> int:
    if not in_french:
        return _write(path, columns, messages, ",")
    centres = centres_of(sites)
    rows = (_FrenchRow(message, centres) for message in messages)
    return _write(path, [_heading(name) for name in columns], rows, ";", SPREADSHEET_ENCODING)


def _heading(name: str) -> str:
    label = FIELDS[name].label.fr
    return f"{label[0].upper()}{label[1:]}"


@attrs.frozen
class _FrenchRow(SharedRepr):
    """A complaint or a malfunction with cells in French."""

    message: InventedComplaint | InventedMalfunction
    sites: Sites

    def cells(self) -> dict[str, str]:
        cells = self.message.cells()
        return {name: text and self._french(name, text) for name, text in cells.items()}

    def _french(self, name: str, text: str) -> str:
        if name == RECEIVED_AT.name:
            site = self.message.site
            calendar = self.sites[site].calendar() if site else BusinessCalendar.france()
            local = self.message.facts.received_at.astimezone(calendar.zone)
            return f"{local:%d/%m/%Y %H:%M:%S}".removesuffix(":00")
        if name not in FACTS:
            return text
        value, domain = self.message.facts.get(name), FACTS[name].domain
        if value is UNKNOWN:
            return UNKNOWN_WORDS["fr"]
        match domain:
            case Enumeration():
                return domain.label(value, "fr")
            case Boolean():
                return "oui" if value else "non"
        return text.replace(".", ",")


def _write(
    path: str | Path, columns: Sequence[str], rows: Iterable[_Row], delimiter: str, encoding: str = "utf-8"
) -> int:
    count = 0
    with atomic_writer(Path(path), encoding) as file:
        file.write(csv_line(columns, delimiter))
        for row in rows:
            file.write(csv_line(row.cells().values(), delimiter))
            count += 1
    return count
