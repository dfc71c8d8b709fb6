"""`reclamation conformance write` and `reclamation conformance check`."""

from __future__ import annotations

from pathlib import Path

from reclamation_core.cli.refusals import of_the_file
from reclamation_core.cli.terminal import give, one_line, say
from reclamation_core.cli.triages import edition
from reclamation_core.cli.words import number, plural
from reclamation_core.intake.files import atomic_writer
from reclamation_core.testing.conformance import (
    check_conformance,
    conformance_cases,
    conformance_text,
    read_conformance,
)


def write(policy: Path | None, output: Path | None) -> int:
    """Write the conformance cases of an edition, into a file or on the standard output."""
    conformance = conformance_cases(edition(policy))
    text = conformance_text(conformance)
    if output is None:
        give(text)
        return 0
    with atomic_writer(output) as file:
        file.write(text)
    count = len(conformance.cases)
    say(f"{number(count)} cas de conformité de l'édition {conformance.edition} : {one_line(output)}")
    return 0


def check(file: Path, policy: Path | None) -> int:
    """Tell what an edition decides otherwise than a file of cases expects, a line each; 1 where something is."""
    conformance, judging = of_the_file(file, read_conformance), edition(policy)
    differences = check_conformance(conformance, judging)
    for difference in differences:
        say(difference.in_("fr"))
    count, differing = len(conformance.cases), len({difference.case for difference in differences})
    found = f"{number(differing)} {plural('écart', differing)}" if differing else "aucun écart"
    say(f"Édition {judging.edition}, {number(count)} cas : {found}")
    return 1 if differing else 0
