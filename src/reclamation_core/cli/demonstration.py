"""`reclamation demo`."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from reclamation_core.cli.screen import console, show_done
from reclamation_core.cli.words import calendar_of, in_words
from reclamation_core.intake import Triage, triage_file
from reclamation_core.policy import m2_1
from reclamation_core.simulation import shipped
from reclamation_core.vocabulary import Sites


def demo(folder: Path) -> int:
    """Triage the shipped file in a folder, where it stays, with its sites, beside the decisions."""
    files = shipped()
    policy = m2_1()
    folder.mkdir(parents=True, exist_ok=True)
    complaints, sites = (Path(copyfile(file, folder / file.name)) for file in (files.complaints, files.sites))
    calendar = calendar_of("metropole")
    done = triage_file(complaints, Triage(policy, calendar), folder / "decisions.csv", sites=Sites.from_toml(sites))
    title = f"Réclamations inventées, procédure {policy.edition}, vues du {in_words(files.as_of)}"
    show_done(console(), done, files.as_of, title, calendar.definition.territory.label("fr"))
    return 1 if done.summary.rejected else 0
