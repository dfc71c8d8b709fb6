"""Vérifie un dossier de preuves, hors ligne, avec Python seul. / Checks an audit file, offline, with Python alone."""

import argparse
import base64
import hashlib
import hmac
import io
import json
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

MANIFEST, SIGNATURE, NAMESPACE, KIND = "manifest.json", "manifest.json.sig", b"reclamation-audit", b"ssh-ed25519"
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # of Ed25519, RFC 8032
CURVE, BASE = -121665 * pow(121666, -1, PRIME) % PRIME, (4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def packed(files: Any) -> Any:  # the one uncompressed archive of these files
    rows, offset = list[bytes](), 0
    for name, data in files:
        head = struct.pack("<5H3L2H", 20, 2048, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name.encode()), 0)
        yield b"PK\3\4" + head + name.encode() + data
        where = struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, offset) + name.encode()
        rows.append(b"PK\1\2" + struct.pack("<H", 788) + head + where)
        offset += 30 + len(name.encode()) + len(data)
    yield b"".join(rows) + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, len(rows), len(rows), sum(map(len, rows)), offset, 0)


def add(x: int, y: int, u: int, v: int) -> tuple[int, int]:
    product = CURVE * x * u * y * v
    return (x * v + u * y) * pow(1 + product, -1, PRIME) % PRIME, (y * v + x * u) * pow(1 - product, -1, PRIME) % PRIME


def times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    return add(*times(number // 2, add(*point, *point)), *(point if number % 2 else (0, 1))) if number else (0, 1)


def point_of(data: bytes) -> tuple[int, int]:
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    x = x if (x * x - square) % PRIME == 0 else x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (x * x - square) % PRIME:
        raise ValueError(y)
    return x if x % 2 == sign else PRIME - x, y


def strings(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">L", len(part)) + part for part in parts)


def armored(key: bytes, value: bytes) -> bytes:  # the file of an SSH signature by a public key of 32 bytes
    blob = b"SSHSIG\0\0\0\1" + strings(strings(KIND, key), NAMESPACE, b"", b"sha512", strings(KIND, value))
    return b"-----BEGIN SSH SIGNATURE-----\n" + base64.encodebytes(blob) + b"-----END SSH SIGNATURE-----\n"


def is_signed(message: bytes, signature: bytes, trusted: bytes | None) -> bool:
    blob = base64.b64decode(b"".join(signature.split(b"\n")[1:-2]))
    key, value, scalar = blob[33:65], blob[-64:], int.from_bytes(blob[-32:], "little")
    signed = b"SSHSIG" + strings(NAMESPACE, b"", b"sha512", hashlib.sha512(message).digest())
    challenge = int.from_bytes(hashlib.sha512(value[:32] + key + signed).digest(), "little") % ORDER
    is_right = times(scalar, point_of(BASE)) == add(*point_of(value[:32]), *times(challenge, point_of(key)))
    return armored(key, value) == signature and scalar < ORDER and trusted in (None, key) and is_right


def chain_faults(head: Any, stream: Any) -> Any:
    last = digest(f"0:{head['holder']}".encode())
    for number, event in enumerate(stream["events"], 1):
        last = digest(f"{len(last)}:{last}{event['document']}".encode())
        if (event["number"], event["link"]) != (number, last):
            yield f"événement {number} : chaîne rompue", f"event {number}: broken chain"
    if (stream["holder"], len(stream["events"]), last) != (head["holder"], head["version"], head["link"]):
        yield "la fin de la chaîne n'est pas celle du manifeste", "not the end of the chain in the manifest"
    for mark, text in stream["texts"].items():
        if hmac.new(bytes.fromhex(text["salt"]), text["text"].encode(), "sha256").hexdigest() != mark:
            yield f"le texte {mark} n'est pas celui de l'événement", f"text {mark} is not that of the event"


def faults(files: dict[str, bytes], trusted: bytes | None, expected: str | None) -> Any:
    raw, signature = files.pop(MANIFEST), files.pop(SIGNATURE, None)
    manifest, events = json.loads(raw), {}
    if raw != canonical(manifest) or expected not in {None, digest(raw)}:
        yield MANIFEST, "ce n'est pas le manifeste de cet export", "it is not the manifest of this export"
    if (trusted or manifest["signed"]) if signature is None else not is_signed(raw, signature, trusted):
        yield SIGNATURE, "ce n'est pas la signature de ce manifeste par cette clé", "not of this manifest by this key"
    for name in sorted(files.keys() ^ manifest["files"].keys()):
        yield (name, "en trop", "extra") if name in files else (name, "absent", "missing")
    for name in sorted(files.keys() & manifest["files"].keys()):
        if manifest["files"][name] != {"bytes": len(files[name]), "sha256": digest(files[name])}:
            yield name, "modifié : l'empreinte n'est pas celle du manifeste", "changed: not the hash of the manifest"
    for head in manifest["chains"]:
        stream = json.loads(files[head["file"]])
        events.update({(head["holder"], event["number"]): event["link"] for event in stream["events"]})
        yield from ((head["file"], fr, en) for fr, en in chain_faults(head, stream))
    rows = [row for table in json.loads(files["preuves.json"])["tables"] for row in table["rows"] if "empreinte" in row]
    for row in (row for row in rows if events.get((row["porteur"], row["evenement"])) != row["empreinte"]):
        yield "preuves.json", f"{row['porteur']}, {row['evenement']} : sans preuve", "a line without its proof"
    counts = {"chains": len(manifest["chains"]), "events": len(events), "proofs": len(rows)}
    if counts != manifest["counts"]:
        yield MANIFEST, f"les totaux sont {counts}", f"the counts are {counts}"


def read(path: Path, found: list[str]) -> dict[str, bytes]:  # nothing that leads out of the path or expands is read
    if path.is_dir():
        paths = [one for one in path.rglob("*") if one.is_symlink() or not one.is_dir()]
        found += [f"{one} : lien ou tube / link or pipe" for one in paths if one.is_symlink() or not one.is_file()]
        return {} if found else {one.relative_to(path).as_posix(): one.read_bytes() for one in paths}
    data, archive = path.read_bytes(), zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    for one in archive.infolist():
        if one.external_attr >> 28 == 10 or not {"", ".", ".."}.isdisjoint(one.filename.split("/")):
            found.append(f"{one.filename} : lien ou chemin hors du dossier / link or path out of the folder")
    is_plain = not found and sum(one.file_size for one in archive.infolist()) <= len(data)
    files = {name: archive.read(name) for name in archive.namelist()} if is_plain else {}
    if b"".join(packed(files.items())) != data:
        found.append(f"{path} : noms en double, compressée ou refaite / repeated names, compressed or remade archive")
    return files


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=Path(__file__).parent, help="dossier / folder, .zip")
    parser.add_argument("--key", type=Path, metavar="CLE.pub", help="reçue par une autre voie / got by another way")
    parser.add_argument("--manifest", metavar="SHA256", help="du registre des exports / of the log of exports")
    options = parser.parse_args()
    found, files = list[str](), dict[str, bytes]()
    try:
        trusted = base64.b64decode(options.key.read_text(encoding="utf-8").split()[1])[-32:] if options.key else None
        files.update(read(options.path, found))
        found.extend(f"{name} : {fr} / {en}" for name, fr, en in faults(dict(files), trusted, options.manifest))
    except Exception:  # whatever a tampered file leads to
        found.append(f"{options.path} : dossier de preuves, ou clé, illisible / not a readable audit file, or key")
    found.append(f"{len(files)} fichiers / files, {len(found)} anomalies / faults, {digest(files.get(MANIFEST, b''))}")
    text = "".join("".join(c if c.isprintable() else "?" for c in line) + "\n" for line in found)
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "backslashreplace"))
    return len(found) > 1


if __name__ == "__main__":
    sys.exit(main())
