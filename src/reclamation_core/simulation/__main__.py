"""Write the shipped files again: `python -m reclamation_core.simulation`."""

from __future__ import annotations

import sys

from reclamation_core.simulation import Caseload, shipped

_NAMES = ("réclamations inventées", "résultats d'enquête inventés", "dysfonctionnements inventés")


def main() -> None:
    """Write the shipped files of complaints, survey results and malfunctions, each from the seed that is its own."""
    folder = shipped().complaints.parent
    for (file, count), name in zip(Caseload.shipped().write(folder).items(), _NAMES, strict=True):
        sys.stdout.write(f"{folder / file} : {count} {name}\n")


if __name__ == "__main__":
    main()
