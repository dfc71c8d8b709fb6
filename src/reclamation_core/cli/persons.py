"""`reclamation person`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from reclamation_core.cli.databases import address, desk_on, existing
from reclamation_core.cli.refusals import CommandError
from reclamation_core.cli.terminal import give, one_line, say
from reclamation_core.cli.words import number, plural
from reclamation_core.intake.files import atomic_writer


def person(name: str, url: str | None, output: Path | None, *, as_actor: bool) -> int:
    """Give all that is held on a person, as JSON."""
    with existing(address(url)) as engine, desk_on(engine) as desk:
        try:
            held = desk.personal_data_of(name, as_actor=as_actor)
        except ValueError as error:
            if hasattr(error, "wording"):  # the store cannot be read
                raise
            raise CommandError("NOM : donnez un nom, une adresse, ou quelques mots de l'un ou de l'autre") from None
    told = {
        "person": name,
        "asked_at": datetime.now(UTC).isoformat(),
        "held": [holding.to_document() for holding in held],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if output is None:
        give(text)
        return 0
    with atomic_writer(output) as file:
        file.write(text)
    count = len(held)
    say(f"{number(count)} {plural('texte', count)} : {one_line(output)}")
    return 0
