"""Writes the shipped file anew: `python -m reclamation_core.simulation`."""

from __future__ import annotations

import sys

from reclamation_core.simulation import generate_complaints, shipped, write_complaints
from reclamation_core.simulation.demonstration import NUMBER, SEED


def main() -> None:
    """Write the shipped file of complaints, from the seed that is its own."""
    path = shipped().complaints
    count = write_complaints(path, generate_complaints(NUMBER, SEED))
    sys.stdout.write(f"{path} : {count} réclamations inventées\n")


if __name__ == "__main__":
    main()
