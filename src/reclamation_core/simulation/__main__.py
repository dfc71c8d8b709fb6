"""Write the shipped files again: `python -m reclamation_core.simulation`."""

from __future__ import annotations

import sys

from reclamation_core.simulation import (
    Caseload,
    shipped,
    write_complaints,
    write_malfunctions,
    write_survey_results,
)


def main() -> None:
    """Write the shipped files of complaints, survey results and malfunctions, each from the seed that is its own."""
    files, caseload = shipped(), Caseload.shipped()
    written = (
        (files.complaints, write_complaints(files.complaints, caseload.complaints), "réclamations inventées"),
        (files.survey, write_survey_results(files.survey, caseload.survey), "résultats d'enquête inventés"),
        (
            files.malfunctions,
            write_malfunctions(files.malfunctions, caseload.malfunctions),
            "dysfonctionnements inventés",
        ),
    )
    for path, count, what in written:
        sys.stdout.write(f"{path} : {count} {what}\n")


if __name__ == "__main__":
    main()
