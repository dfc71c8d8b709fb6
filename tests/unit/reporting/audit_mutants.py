"""Mutated audit files, for two verifiers that have to agree: `verifier.py` and the page `verifier.html`."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest.mock import patch

from reclamation_core.desk import Desk
from reclamation_core.reporting import verifier
from reclamation_core.reporting.audit import signature_of
from reclamation_core.reporting.notes import private_key
from tests.unit.desk import factories
from tests.unit.reporting.tampering import packed
from tests.unit.reporting.test_audit_file import KEY, PUBLIC, lived, with_documents

PAGE: Final = Path(verifier.__file__).with_name("verifier.html")
Files = dict[str, bytes]


def audited(folder: Path) -> list[tuple[Files, str]]:
    """Return the files of some exports, signed and not, each with a checkpoint that was written before."""
    desk: Desk = lived()
    old = desk.log.write_checkpoint(KEY, origin="reclamations.example.fr/registre").note
    factories.closed(desk, site="STD")
    desk.reports.audit(folder / "one.zip", received_from=date(2026, 6, 1), key=KEY, texts=True)
    desk.reports.audit(folder / "two.zip", case="R-2026-000001", key=KEY)
    desk.reports.audit(folder / "three.zip", case="R-2026-000002")
    exports = [(unpacked(folder / f"{name}.zip"), old) for name in ("one", "two", "three")]
    desk = with_documents()
    old = desk.log.write_checkpoint(KEY, origin="reclamations.example.fr/registre").note
    desk.reports.audit(folder / "four.zip", received_from=date(2026, 1, 1), key=KEY, documents=True)
    return [*exports, (unpacked(folder / "four.zip"), old)]


def unpacked(archive: Path) -> Files:
    """Return the bytes of the files of an archive."""
    return {name: one.read() for name, one in verifier.unpacked(archive, []).items()}


def _json_change(value: Any, random: Random) -> Any:
    """Return a document with one part changed, removed, repeated, or of another type."""
    if random.random() < 0.04:
        return random.choice([None, True, 0, 1, 7, "x", [], {}, [1], ["x"]])
    if isinstance(value, dict) and value:
        name = random.choice(sorted(value))
        if random.random() < 0.2:
            return {key: part for key, part in value.items() if key != name}
        return {**value, name: _json_change(value[name], random)}
    if isinstance(value, list) and value:
        place = random.randrange(len(value))
        parts = random.choice(([], [value[place]] * 2, *[[_json_change(value[place], random)]] * 4))
        return [*value[:place], *parts, *value[place + 1 :]]
    if isinstance(value, str) and value:
        place = random.randrange(len(value))
        return value[:place] + random.choice("0af-é\U0001f600") + value[place + 1 :]
    return random.choice([None, True, 0, 7, "x", [], {}]) if not isinstance(value, int) else value + 1


def sealed(files: Files, random: Random) -> Files:
    """Return the files with a new manifest for them, signed with the key, unsigned, or with the old signature."""
    manifest = json.loads(files[verifier.MANIFEST])
    rest = {name: data for name, data in files.items() if name not in {verifier.MANIFEST, verifier.SIGNATURE}}
    listed = {name: {"bytes": len(data), "sha256": verifier.digest(data)} for name, data in rest.items()}
    has_key = verifier.SIGNATURE in files and random.random() < 0.8
    ends = [verifier.MANIFEST, *([verifier.SIGNATURE] if has_key else [])]
    manifest |= {"files": listed, "order": verifier.order_of([*rest, *ends]), "signed": has_key}
    raw = verifier.canonical(manifest)
    signed = {verifier.SIGNATURE: signature_of(private_key(KEY), raw)} if has_key else {}
    return {**rest, verifier.MANIFEST: raw, **signed}


def mutated(files: Files, random: Random) -> Files:
    """Return the files with a mutation."""
    kind, name = random.random(), random.choice(sorted(files))
    if kind < 0.1:
        return files
    if kind < 0.25:
        data = bytearray(files[name])
        data[random.randrange(len(data))] ^= random.randrange(1, 256)
        return {**files, name: bytes(data)}
    if kind < 0.3:
        return {one: data for one, data in files.items() if one != name}
    if kind < 0.35:
        return {**files, random.choice(["autre.txt", "a/b.json", "../x", "é.txt", "a/Thumbs.db"]): b"x"}
    if kind < 0.4:
        return {one: files[one] for one in sorted(files, key=lambda _: random.random())}
    documents = sorted(one for one in files if one.endswith(".json") and one != verifier.MANIFEST)
    if random.random() < 0.35:
        documents = [verifier.PROOFS]
    name = random.choice(documents)
    document = json.loads(files[name])
    for _ in range(random.choice((1, 1, 2))):
        document = _json_change(document, random)
    changed = {**files, name: verifier.canonical(document)}
    if name.startswith("chaines/") and random.random() < 0.5:
        changed[name] = _linked(document)
    return sealed(changed, random)


def _linked(document: Any) -> bytes:
    """Return a chain whose links were computed again."""
    try:
        last = verifier.digest(f"0:{document['holder']}".encode())
        for event in document["events"]:
            last = event["link"] = verifier.digest(f"{len(last)}:{last}{event['document']}".encode())
    except (KeyError, TypeError, AttributeError):
        pass
    return verifier.canonical(document)


def cases(exports: list[tuple[Files, str]], random: Random, count: int) -> Iterator[dict[str, Any]]:
    """Yield inputs of the verifiers: files of a folder or an archive, with a key, a hash and a checkpoint, or not."""
    for _ in range(count):
        files, old = random.choice(exports)
        files = mutated(files, random)
        archive = packed(files.items()) if random.random() < 0.5 else None
        if archive is not None and random.random() < 0.3:
            data = bytearray(archive)
            place = random.choice((random.randrange(len(data)), len(data) - 1 - random.randrange(300)))
            data[place] ^= random.randrange(1, 256)
            archive = bytes(data) if random.random() < 0.8 else bytes(data[:place])
        yield {
            "files": files,
            "archive": archive,
            "key": PUBLIC if random.random() < 0.6 else None,
            "manifest": verifier.digest(files.get(verifier.MANIFEST, b"")) if random.random() < 0.2 else None,
            "old": _old(old, random) if random.random() < 0.4 else None,
        }


def _old(note: str, random: Random) -> str:
    if random.random() < 0.6:
        return note
    place = random.randrange(len(note))
    return note[:place] + random.choice("0Az\n =") + note[place + 1 :]


def by_program(case: dict[str, Any], folder: Path) -> int:
    """Return the status of `verifier.py`."""
    (folder / "key.pub").write_bytes(case["key"] or b"")
    try:
        trusted = None if case["key"] is None else verifier.public_key(folder / "key.pub")
        target = folder / "archive.zip"
        target.write_bytes(case["archive"] or b"")
        if case["archive"] is None:
            target = folder
            return _of_folder(case, trusted)
        return verifier.verdict(target, trusted, case["manifest"], case["old"])[0]
    except verifier.UnreadableError:
        return verifier.UNREADABLE


def _of_folder(case: dict[str, Any], trusted: bytes | None) -> int:
    """Return the status for the files of a folder, as it would be read."""

    class Folder(type(Path())):  # type: ignore[misc]
        def is_dir(self, **_: Any) -> bool:
            return True

    with patch.object(
        verifier, "read", lambda _, __: {name: verifier.content(data) for name, data in sorted(case["files"].items())}
    ):
        return verifier.verdict(Folder("dossier"), trusted, case["manifest"], case["old"])[0]


def for_page(case: dict[str, Any]) -> dict[str, Any]:
    """Return an input as the page takes it from a program."""

    def text(data: bytes | None) -> str | None:
        return None if data is None else base64.b64encode(data).decode()

    return {
        "files": [[name, text(data)] for name, data in sorted(case["files"].items())],
        "archive": text(case["archive"]),
        "key": text(case["key"]),
        "manifest": case["manifest"] or "",
        "checkpoint": case["old"],
    }


EVALUATE: Final = """async (cases) => {
  const bytes = (text) => text === null ? null : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const found = [];
  for (const one of cases) {
    const folder = () => new Map(one.files.map(([name, data]) => [name, bytes(data)]));
    const data = one.archive === null ? folder() : bytes(one.archive);
    const options = { key: bytes(one.key), manifest: one.manifest, checkpoint: one.checkpoint };
    try { found.push((await verdict(data, options)).status); } catch (error) { found.push(String(error.stack)); }
  }
  return found;
}"""
"""A function of the page: the status of each input."""
