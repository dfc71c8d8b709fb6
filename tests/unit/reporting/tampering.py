"""Random tamperings with an audit file, each of which `verifier.py` has to find, and the run of that program."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from reclamation_core.reporting import verifier
from reclamation_core.reporting.verifier import MANIFEST, SIGNATURE, canonical, digest

PROGRAM = Path(verifier.__file__)


def verify(target: Path, *arguments: object) -> tuple[int, str]:
    """Run the verifier without this package, nor any other that is installed."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(target), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target.parent)
    assert done.stderr == ""
    return done.returncode, done.stdout


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sealed(folder: Path) -> None:
    """Write the manifest for the files as they are now: all that someone without the key can do."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    listed = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
    for name in (MANIFEST, SIGNATURE):
        listed.pop(name, None)
    manifest["files"] = {name: {"bytes": len(data), "sha256": digest(data)} for name, data in listed.items()}
    (folder / MANIFEST).write_bytes(canonical(manifest))


def a_byte(folder: Path, _: Path, random: Random) -> None:
    path = random.choice(_files(folder))
    content = bytearray(path.read_bytes())
    content[random.randrange(len(content))] ^= random.randrange(1, 256)
    path.write_bytes(content)


def a_line(folder: Path, _: Path, random: Random) -> None:
    path = random.choice(_files(folder))
    lines = path.read_bytes().splitlines(keepends=True)
    place = random.randrange(len(lines))
    lines[place : place + 1] = random.choice([[], [lines[place], lines[place] or b"\n"]])
    path.write_bytes(b"".join(lines))


def a_date(folder: Path, _: Path, random: Random) -> None:
    """Change a day of an event, and seal the manifest again."""
    path = random.choice(_files(folder / "chaines"))
    content = path.read_text(encoding="utf-8")
    assert "2026-" in content
    path.write_text(content.replace("2026-", "2025-", 1), encoding="utf-8")
    _sealed(folder)


def an_event(folder: Path, _: Path, random: Random) -> None:
    """Change an event, compute its chain again and seal the manifest: only the signature is left to tell."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    head = random.choice(manifest["chains"])
    stream = json.loads((folder / head["file"]).read_bytes())
    event = random.choice(stream["events"])
    event["document"] = event["document"].replace("2026-", "2025-", 1)
    last = digest(f"0:{stream['holder']}".encode())
    for one in stream["events"]:
        old, last = one["link"], digest(f"{len(last)}:{last}{one['document']}".encode())
        one["link"] = last
        for name in ("preuves.json", "preuves.html", "preuves.csv"):
            page = folder / name
            page.write_text(page.read_text(encoding="utf-8").replace(old, last), encoding="utf-8")
    (folder / head["file"]).write_bytes(canonical(stream))
    head["link"] = last
    (folder / MANIFEST).write_bytes(canonical(manifest))
    _sealed(folder)


def a_case(folder: Path, _: Path, random: Random) -> None:
    """Remove a case with its lines in the manifest."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    head = random.choice([one for one in manifest["chains"] if one["kind"] == "case"])
    manifest["chains"].remove(head)
    (folder / MANIFEST).write_bytes(canonical(manifest))
    (folder / head["file"]).unlink()
    (folder / "dossiers" / f"{head['holder']}.html").unlink()
    _sealed(folder)


def a_file(folder: Path, _: Path, random: Random) -> None:
    random.choice(_files(folder)).unlink()


def an_extra_file(folder: Path, _: Path, random: Random) -> None:
    (random.choice(_files(folder)).parent / "ajout.html").write_text("<p>Tout va bien.</p>", encoding="utf-8")


def swapped_files(folder: Path, _: Path, random: Random) -> None:
    one, other = random.sample(_files(folder), 2)
    contents = one.read_bytes(), other.read_bytes()
    one.write_bytes(contents[1])
    other.write_bytes(contents[0])


def the_manifest_of_another(folder: Path, other: Path, random: Random) -> None:
    """Put the manifest of another export in its place, with its signature or without."""
    shutil.copy(other / MANIFEST, folder / MANIFEST)
    if random.random() < 0.5:
        shutil.copy(other / SIGNATURE, folder / SIGNATURE)


def another_export(folder: Path, other: Path, _: Random) -> None:
    """Put another export, signed with the same key, in its place: only the log of exports is left to tell."""
    shutil.rmtree(folder)
    shutil.copytree(other, folder)


def no_signature(folder: Path, _: Path, random: Random) -> None:
    (folder / SIGNATURE).unlink()
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["signed"] = random.random() < 0.5
    (folder / MANIFEST).write_bytes(canonical(manifest))


def a_count(folder: Path, _: Path, random: Random) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["counts"][random.choice(list(manifest["counts"]))] += 1
    (folder / MANIFEST).write_bytes(canonical(manifest))


TAMPERINGS: tuple[Callable[[Path, Path, Random], None], ...] = (
    a_byte,
    a_line,
    a_date,
    an_event,
    a_case,
    a_file,
    an_extra_file,
    swapped_files,
    the_manifest_of_another,
    another_export,
    no_signature,
    a_count,
)
"""Each changes a folder, and may take from another export."""


def a_byte_of_the_archive(archive: Path, random: Random) -> None:
    content = bytearray(archive.read_bytes())
    content[random.randrange(len(content))] ^= random.randrange(1, 256)
    archive.write_bytes(content)
