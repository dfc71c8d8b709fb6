"""`reclamation deadline`."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from reclamation_core.cli.screen import console
from reclamation_core.cli.triages import edition
from reclamation_core.cli.words import calendar_of, in_words, typed_instant


def deadline(received: str, territory: str, policy_file: Path | None) -> int:
    """Show the deadline of a receipt and its ledger."""
    policy = edition(policy_file)
    calendar = policy.calendar(calendar_of(territory))
    found = calendar.deadline(typed_instant(received, "RECEIVED", calendar.zone), policy.deadline)
    screen = console()
    screen.print(f"Reçue le {in_words(found.received_on)}, {calendar.definition.territory.label('fr')}")
    screen.print(Text(f"À répondre au plus tard le {in_words(found.due)}", style="bold"))
    screen.print(
        f"{policy.deadline.days} jours, type : {policy.deadline.day_type.label('fr')} ; calendrier {calendar.edition}"
    )
    screen.print()
    table = Table("Jour", "Compte", "Motif", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for day in found.ledger:
        table.add_row(in_words(day.day), "" if day.counted is None else str(day.counted), Text(day.wording.fr))
    screen.print(table)
    return 0
