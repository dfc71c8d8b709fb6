"""Random tamperings with an audit file, each of which `verifier.py` has to find, and the run of that program."""

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from reclamation_core.reporting import verifier
from reclamation_core.reporting.verifier import KIND, MANIFEST, PRIME, SIGNATURE, canonical, digest, strings

PROGRAM = Path(verifier.__file__)


def verify(target: Path, *arguments: object) -> tuple[int, str]:
    """Run the verifier without this package, nor any other that is installed."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(target), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target.parent)
    assert done.stderr == ""
    return done.returncode, done.stdout


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sealed(folder: Path) -> None:
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
    sealed(folder)


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
    sealed(folder)


def a_case(folder: Path, _: Path, random: Random) -> None:
    """Remove a case with its lines in the manifest."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    head = random.choice([one for one in manifest["chains"] if one["kind"] == "case"])
    manifest["chains"].remove(head)
    (folder / MANIFEST).write_bytes(canonical(manifest))
    (folder / head["file"]).unlink()
    (folder / "dossiers" / f"{head['holder']}.html").unlink()
    sealed(folder)


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


def a_case_of_the_register(folder: Path, _: Path, random: Random) -> None:
    """Remove a line of the register, and seal the manifest again: its case is left."""
    page = folder / "registre.json"
    report = json.loads(page.read_bytes())
    rows = report["tables"][0]["rows"]
    rows.remove(random.choice(rows))
    page.write_bytes(canonical(report))
    sealed(folder)


def a_value_of_the_register(folder: Path, _: Path, random: Random) -> None:
    """Change a line of the register, and seal the manifest again: only the signature is left to tell."""
    page = folder / "registre.json"
    report = json.loads(page.read_bytes())
    row = random.choice(report["tables"][0]["rows"])
    row["centre"] = "XXX"
    page.write_bytes(canonical(report))
    sealed(folder)


def a_plan(folder: Path, _: Path, random: Random) -> None:
    """Remove a plan with its lines and its proofs, compute the totals and seal the manifest: its actions are named."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    plans = [one for one in manifest["chains"] if one["kind"] == "plan"]
    if not plans:
        a_case(folder, _, random)
        return
    head = random.choice(plans)
    page = folder / "preuves.json"
    report = json.loads(page.read_bytes())
    for table in report["tables"]:
        table["rows"] = [row for row in table["rows"] if row.get("porteur") != head["holder"]]
    page.write_bytes(canonical(report))
    manifest["chains"].remove(head)
    lines = sum(len(table["rows"]) for table in report["tables"] if any("empreinte" in row for row in table["rows"]))
    events = sum(one["version"] for one in manifest["chains"])
    manifest["counts"] = {"chains": len(manifest["chains"]), "events": events, "proofs": lines}
    (folder / head["file"]).unlink()
    (folder / MANIFEST).write_bytes(canonical(manifest))
    sealed(folder)


def unsigned(folder: Path) -> None:
    """Remove the signature, and state in the manifest that there is none, as anyone can."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["signed"] = False
    (folder / MANIFEST).write_bytes(canonical(manifest))
    (folder / SIGNATURE).unlink(missing_ok=True)


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
    a_case_of_the_register,
    a_value_of_the_register,
    a_plan,
)
"""Each changes a folder, and may take from another export."""


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the archive of some files."""
    return b"".join(verifier.packed((name, verifier.content(data)) for name, data in files))


def a_byte_of_the_archive(archive: Path, random: Random) -> None:
    content = bytearray(archive.read_bytes())
    content[random.randrange(len(content))] ^= random.randrange(1, 256)
    archive.write_bytes(content)


def reordered(archive: Path, random: Random) -> None:
    """Write the same files in another order, as the archive of an export is written."""
    with zipfile.ZipFile(archive) as read:
        files = [(name, read.read(name)) for name in read.namelist()]
    order = list(files)
    while order == files:
        random.shuffle(order)
    archive.write_bytes(packed(order))


def _line(key: bytes, kind: bytes = KIND) -> bytes:
    return kind + b" " + base64.b64encode(strings(kind, key))


FORGED_KEYS: tuple[bytes, ...] = (
    b"",
    b"ssh-ed25519",
    b"ssh-ed25519 \xff",
    b"ssh-ed25519 = x",
    b"ssh-ed25519 AAAA x",
    b"ssh-ed25519 " + base64.b64encode(bytes(32)),
    _line(b""),
    _line(bytes(31)),
    _line(bytes(33)),
    _line(bytes(32), b"ssh-rsa"),
    _line((2).to_bytes(32, "little")),  # no point of the curve
    *(_line(one.to_bytes(32, "little")) for one in (1, PRIME - 1, PRIME, PRIME + 1)),  # small orders, not canonical
    b"-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n",
    b"ssh-ed25519 =\nssh-ed25519 =\n",
)
"""Files that are no public key: with none of them may an audit file read as signed."""
