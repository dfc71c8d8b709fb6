"""`reclamation policy show` and `reclamation policy check`."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.markdown import Markdown

from reclamation_core.cli.screen import console
from reclamation_core.cli.triages import edition
from reclamation_core.policy import catalogue


def show(path: Path | None) -> int:
    """The catalogue of an edition: laid out on a terminal, as Markdown elsewhere."""
    page = catalogue(edition(path))
    screen = console()
    if screen.is_terminal:
        screen.print(Markdown(page))
    else:
        sys.stdout.write(page if page.endswith("\n") else page + "\n")
    return 0


def check(path: Path | None) -> int:
    """Read an edition, prove its tables, and show what the proofs remark; faults are raised."""
    policy = edition(path)
    screen = console()
    screen.print(f"Édition {policy.edition} : aucune faute.", markup=False)
    for table in policy.tables.values():
        remarks = table.check()
        said = "prouvée" if not remarks else "prouvée, avec ces remarques :"
        screen.print(f"- {table.title.fr} ({len(table.rows)} règles) : {said}", markup=False)
        for remark in remarks:
            screen.print(f"  · {remark.in_('fr')}", markup=False)
    return 0
