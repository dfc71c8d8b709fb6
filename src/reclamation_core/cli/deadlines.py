"""`reclamation deadline`."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.screen import console
from reclamation_core.cli.triages import edition
from reclamation_core.cli.words import calendar_of, typed_instant


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
    days = [in_words(day.day) for day in found.ledger]
    width = max(map(len, days))
    screen.print(f"{'Jour':{width}}  Compte  Motif", markup=False)
    for name, day in zip(days, found.ledger):
        counted = "" if day.counted is None else str(day.counted)
        screen.print(f"{name:{width}}  {counted:>6}  {day.wording.fr}", markup=False)
    return 0
