"""`reclamation policy show` and `reclamation policy check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.markdown import Markdown

from reclamation_core.cli.screen import console
from reclamation_core.cli.triages import edition
from reclamation_core.policy import Policy, catalogue
from reclamation_core.tables.explanation import row_wording, sentence

_AFTER_THE_TABLES: Final = "\n## Lectures"


def show(path: Path | None) -> int:
    """The catalogue of an edition: laid out on a terminal, as Markdown elsewhere."""
    policy = edition(path)
    page = catalogue(policy)
    screen = console()
    if screen.is_terminal:
        # The tables have up to eleven columns, more than a terminal has room for: their rules are listed instead.
        tables, heading, rest = page.partition(_AFTER_THE_TABLES)
        title = tables.partition("\n")[0]
        screen.print(Markdown("\n".join([title, "", *_rules(policy), heading + rest])), soft_wrap=False)
    else:
        sys.stdout.write(page)
    return 0


def _rules(policy: Policy) -> Iterator[str]:
    for table in policy.tables.values():
        yield f"\n## {sentence(table.title.fr).rstrip('.')}\n"
        for row in table.rows:
            source = ", ".join(filter(None, [row.source("fr"), f"`{row.id}`"]))
            yield f"- **{table.outcome_label(row.then).fr}** : {row_wording(table, row, 'fr')} ({source})"


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
