"""The command `reclamation deadline`: the due date of an answer, with its ledger."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import typer

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.options import (
    PolicyOption,
    TerritoryOption,
    calendar_of,
    chosen_member,
    only_edition,
    typed_instant,
)
from reclamation_core.cli.terminal import bold, console
from reclamation_core.vocabulary import Level


def deadline(
    received: Annotated[
        str, typer.Argument(metavar="JOUR", help="Le jour ou l'instant : 2026-05-02, 02/05/2026 17:30.")
    ],
    territory: TerritoryOption = "metropole",
    policy_file: PolicyOption = None,
    level: Annotated[
        str | None, typer.Option("--level", metavar="NIVEAU", help="Le niveau de traitement, si le délai en dépend.")
    ] = None,
) -> int:
    """Le décompte affiche chaque jour, compté ou non, et le motif."""
    policy = only_edition(policy_file)
    calendar = policy.calendar(calendar_of(territory))
    instant = typed_instant(received, "JOUR", calendar.zone)
    levels = (
        tuple(Level)
        if level is None
        else (chosen_member(level, {each.label("fr"): each for each in Level}, "--level"),)
    )
    found = calendar.deadline(instant, policy.deadline, levels=levels)
    local, screen = calendar.local(instant), console()
    moment = f" à {local.hour} h {local.minute:02}" if local.time() != time.min else ""
    deemed = f", réputée reçue le {in_words(found.received_on)}" if found.received_on != found.arrived_on else ""
    screen.print(f"Reçue le {in_words(found.arrived_on)}{moment}{deemed}")
    screen.print(bold(f"À répondre au plus tard le {in_words(found.due)}"))
    territory = calendar.definition.territory.label("fr")
    screen.print(f"Délai : {found.rule.days_in_words('fr')} ; jours fériés : {territory}")
    if policy.deadline.by_level:
        shown = "le plus court, le niveau n'étant pas indiqué" if level is None else f"niveau {levels[0].label('fr')}"
        screen.print(f"Délai par niveau : {shown}")
    screen.print()
    days = [in_words(day.day) for day in found.ledger]
    width = max(map(len, days))
    screen.print(f"{'Jour':{width}}  Compte  Motif")
    for name, day in zip(days, found.ledger):
        counted, why = "", day.wording.fr
        if day.counted is not None:  # its number has a column of its own
            counted, why = str(day.counted), day.wording.fr.rpartition(" ")[0]
        screen.print(f"{name:{width}}  {counted:>6}  {why}")
    return 0
