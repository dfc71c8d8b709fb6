"""`reclamation demo`."""

from __future__ import annotations

from pathlib import Path

from reclamation_core.cli.screen import console, show_done
from reclamation_core.cli.words import calendar_of, in_words
from reclamation_core.intake import Triage, triage_file
from reclamation_core.policy import m2_1
from reclamation_core.simulation import shipped
from reclamation_core.vocabulary import Sites


def demo(folder: Path) -> int:
    """Triage the shipped file of invented complaints and write its decisions in a folder."""
    files = shipped()
    policy = m2_1()
    folder.mkdir(parents=True, exist_ok=True)
    done = triage_file(
        files.complaints,
        Triage(policy, calendar_of("metropole")),
        folder / "decisions.csv",
        sites=Sites.from_toml(files.sites),
    )
    title = f"Réclamations inventées, procédure {policy.edition}, vues du {in_words(files.as_of)}"
    show_done(console(), done, files.as_of, title)
    return 1 if done.summary.rejected else 0
