"""`reclamation schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from reclamation_core.cli.refusals import CommandError
from reclamation_core.cli.terminal import give, one_line, say
from reclamation_core.cli.words import plural
from reclamation_core.intake.files import atomic_writer
from reclamation_core.schemas import SCHEMAS, document_schema
from reclamation_core.testing.conformance import conformance_schema

_CONFORMANCE: Final = "conformance"
_NAMES: Final = tuple(sorted((*SCHEMAS, _CONFORMANCE)))


def schema(name: str | None, folder: Path | None) -> int:
    """List the documents that have a schema, print the schema of one, or write that one or all into a folder."""
    if name is not None and name not in _NAMES:
        raise CommandError(f"« {name} » n'est pas un document ; choisissez parmi {', '.join(_NAMES)}")
    if folder is not None:
        _write(_NAMES if name is None else (name,), folder)
    else:
        give("".join(f"{each}\n" for each in _NAMES) if name is None else _text(name))
    return 0


def _write(names: tuple[str, ...], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        with atomic_writer(folder / f"{name}.schema.json") as file:
            file.write(_text(name))
    count = len(names)
    say(f"{count} {plural('schéma', count)} {plural('écrit', count)} dans {one_line(folder)}")


def _text(name: str) -> str:
    schema = conformance_schema() if name == _CONFORMANCE else document_schema(name)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
