"""`reclamation db`: upgrade, check, verify, checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from reclamation_core import adapters
from reclamation_core.cases.journal import Checkpoint, Finding
from reclamation_core.cli.databases import address, desk_on, engine_at, existing, name_of
from reclamation_core.cli.refusals import CommandError, in_french, of_the_file
from reclamation_core.cli.terminal import give, say
from reclamation_core.cli.words import number, plural
from reclamation_core.desk import Desk, Discrepancy
from reclamation_core.errors import FaultsError
from reclamation_core.intake.files import atomic_writer
from reclamation_core.ports import SchemaError


def upgrade(url: str | None) -> int:
    """Make the schema of a database, or bring it up to date; restore what is missing; fold again what is to be."""
    with engine_at(address(url)) as engine:
        try:
            adapters.check(engine)
        except SchemaError as error:
            restored = adapters.upgrade(engine)
            if not error.missing:
                before = "elle n'en avait pas" if error.found is None else f"elle avait le {error.found}"
                say(f"{name_of(engine)} : schéma {error.expected} en place ({before})")
            if restored:
                say(f"{name_of(engine)} : rétabli : {', '.join(one.fr for one in restored)}")
        else:
            say(f"{name_of(engine)} : le schéma est déjà à jour")
        count = adapters.rebuild_projections(engine)
        if count:
            what = f"{plural('dossier', count)} ou {plural('plan', count)}"
            say(f"{name_of(engine)} : {number(count)} {what} d'une autre version, {plural('relu', count)}")
    return 0


def check(url: str | None) -> int:
    """Say whether the schema of a database is up to date and whole; 1 where it is not."""
    with existing(address(url)) as engine:
        try:
            adapters.check(engine)
        except SchemaError as error:
            say(in_french(error))
            return 1
        say(f"{name_of(engine)} : le schéma est à jour")
    return 0


def verify(url: str | None, checkpoint: Path | None, key_file: Path | None) -> int:
    """Fold every case again and look for tampering; 1 where something is found."""
    if key_file is not None and checkpoint is None:
        raise CommandError("--key-file : une clé authentifie un point de contrôle ; donnez --checkpoint")
    taken = None if checkpoint is None else of_the_file(checkpoint, _read_checkpoint)
    key = None if key_file is None else _key(key_file)
    with existing(address(url)) as engine, desk_on(engine) as desk:
        return verify_desk(desk, name_of(engine), taken, key)


def verify_desk(desk: Desk, name: str, taken: Checkpoint | None, key: bytes | None) -> int:
    """The same, of the desk on a database that is shown under a name."""
    found = 0
    for line in _found(desk, taken, key):
        say(line)
        found += 1
    cases = desk.cases.count()
    told = f"{number(found)} {plural('anomalie', found)}" if found else "aucune anomalie"
    say(f"{name} : {number(cases)} {plural('dossier', cases)}, {told}")
    if taken is None:
        say(
            "Sans point de contrôle (--checkpoint), un dossier ou un plan supprimé et une histoire entièrement "
            "réécrite ne se voient pas."
        )
    elif taken.plan_heads is None:
        say("Ce point de contrôle date d'avant le chaînage des plans : il ne dit rien d'eux ; prenez-en un nouveau.")
    return 1 if found else 0


def _found(desk: Desk, taken: Checkpoint | None, key: bytes | None) -> Iterator[str]:
    if taken is not None and taken.seal is not None and key is None:
        yield "le point de contrôle est scellé, et sans sa clé (--key-file) rien ne dit qu'il n'a pas été modifié"
    if taken is not None and key is not None and not taken.is_sealed_with(key):
        yield "le point de contrôle n'est pas scellé par cette clé, ou il a été modifié : il ne prouve rien"
    yield from map(_discrepancy, desk.verify())
    yield from map(_finding, desk.examine(taken))


def _discrepancy(found: Discrepancy) -> str:
    if found.field is None:
        why = "" if found.damage is None else f" ({found.damage.fr})"
        return f"{found.holder} : le dossier ou le plan ne se lit pas{why}"
    if found.field == "vault":
        return f"{found.holder} : un texte n'est pas celui qui fut écrit, ou manque sans que nul ne l'ait effacé"
    return f"{found.holder} : le champ « {found.field} » n'est pas celui que donne son histoire"


def _finding(found: Finding) -> str:
    where = "" if found.number is None else f", événement {found.number}"
    return f"{found.holder}{where} : {found.kind.label('fr')}"


def checkpoint(url: str | None, key_file: Path | None, output: Path | None) -> int:
    """Say how far each story has come, as a document to be kept elsewhere."""
    key = None if key_file is None else _key(key_file)
    with existing(address(url)) as engine, desk_on(engine) as desk:
        return checkpoint_desk(desk, key, output)


def checkpoint_desk(desk: Desk, key: bytes | None, output: Path | None) -> int:
    """The same, of a desk."""
    taken = desk.checkpoint(key)
    text = json.dumps(taken.to_document(), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        give(text)
        return 0
    with atomic_writer(output) as file:
        file.write(text)
    count, plans = len(taken.heads), len(taken.plan_heads or {})
    beside = f" et {number(plans)} {plural('plan', plans)}" if plans else ""
    say(f"Point de contrôle de {number(count)} {plural('dossier', count)}{beside} : {output}")
    return 0


def _read_checkpoint(path: Path) -> Checkpoint:
    try:
        return Checkpoint.from_document(json.loads(path.read_text(encoding="utf-8")))
    except FaultsError:
        raise
    except (ValueError, RecursionError):
        raise CommandError(f"{path} : ce n'est pas un point de contrôle, un fichier JSON est attendu") from None


def _key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) < 16:
        raise CommandError(f"{path} : la clé est trop courte ; il faut 16 octets au moins, que personne ne devine")
    return key
