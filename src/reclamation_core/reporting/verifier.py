"""Vérifie un dossier de preuves, hors ligne, avec Python seul. / Checks an audit file, offline, with Python alone.

    python -I verifier.py preuves.zip --key cle.pub

Avec --checkpoint ANCIEN.txt, un point de contrôle reçu plus tôt, il vérifie aussi que l'historique n'a pas été réécrit
depuis. / With --checkpoint OLD.txt, a checkpoint got earlier, it also checks that the history was not rewritten since.

Résultat / exit status: 0 intact, origine prouvée / intact, origin proved; 1 modifié / modified; 2 illisible, rien n'est
contrôlé / unreadable, nothing is checked; 3 intact, origine non prouvée / intact, origin not proved.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:  # the checked folder may have a module `json`: none is imported
    sys.path[:] = [one for one in sys.path[1:] if one.startswith((sys.base_prefix, sys.base_exec_prefix))]

import argparse
import base64
import hashlib
import hmac
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

CHECKPOINT, PROOFS = "point-de-controle.txt", "point-de-controle.json"
MANIFEST, SIGNATURE, NAMESPACE, KIND = "manifest.json", "manifest.json.sig", b"reclamation-audit", b"ssh-ed25519"
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # of Ed25519, RFC 8032
CURVE, BASE = -121665 * pow(121666, -1, PRIME) % PRIME, (4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little")
PROVED, MODIFIED, UNREADABLE, UNPROVED = range(4)
SYSTEM = re.compile(r"(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini)|__MACOSX/(.*/)?\._[^/]*", re.DOTALL)  # in folders
Fault = tuple[str, str, str]  # the file, and what is wrong with it in French and in English
SUBJECT = {"Dossier": "case", "Reçu du": "received from", "Reçu jusqu'au": "received until", "Périmètre": "scope"}


class UnreadableError(Exception):
    """Something that cannot be read at all, with the reason in French and in English."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


# Archives


class Content:
    """The bytes of a file, which are read again for each use: a document may be larger than the memory."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Any]]) -> None:
        self.opened, self.size, self.crc, seal = opened, 0, 0, hashlib.sha256()
        for part in self.parts():
            self.size, self.crc = self.size + len(part), zlib.crc32(part, self.crc)
            seal.update(part)
        self.sha256 = seal.hexdigest()

    def parts(self) -> Any:
        with self.opened() as stream:
            while part := stream.read(1 << 18):
                yield part

    def read(self) -> bytes:
        return b"".join(self.parts())


def content(data: bytes) -> Content:
    return Content(lambda: io.BytesIO(data))


def packed(files: Any) -> Any:  # the parts of the one uncompressed archive of these files
    rows, offset = list[bytes](), 0
    for name, one in files:
        head = struct.pack("<5H3L2H", 20, 2048, 0, 0, 33, one.crc, one.size, one.size, len(name.encode()), 0)
        yield b"PK\3\4" + head + name.encode()
        yield from one.parts()
        where = struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, offset) + name.encode()
        rows.append(b"PK\1\2" + struct.pack("<H", 788) + head + where)
        offset += 30 + len(name.encode()) + one.size
    yield b"".join(rows) + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, len(rows), len(rows), sum(map(len, rows)), offset, 0)


def order_of(names: Any) -> str:  # the digest of the names of all files, in their order
    return digest("\n".join(names).encode())


def unpacked(path: Path, found: list[Fault]) -> dict[str, Content]:  # what leads out or expands is not read
    path.open("rb").close()
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, struct.error):
        raise UnreadableError(f"{path} n'est ni un dossier ni une archive .zip entière", "no folder, no .zip") from None
    entries = archive.infolist()
    outside = [one for one in entries if not {"", ".", ".."}.isdisjoint(one.filename.split("/"))]
    outside += [one for one in entries if one.external_attr >> 28 == 10]
    found += [(one.filename, "lien ou chemin hors du dossier", "link or path out of the folder") for one in outside]
    is_plain = not found and sum(one.file_size for one in entries) <= path.stat().st_size
    files = dict[str, Content]()
    try:
        for name in archive.namelist() if is_plain else ():
            try:
                files[name] = Content(partial(archive.open, name))
            except zipfile.BadZipFile:  # a wrong checksum, or another name at its place
                found.append((name, "abîmé ou modifié dans l'archive", "damaged or changed in the archive"))
        with path.open("rb") as stream:
            is_same = all(stream.read(len(part)) == part for part in packed(files.items())) and not stream.read(1)
    except Exception:  # a password, a method of compression, more than a plain archive holds
        is_same = False
    if not is_same and not found:
        found += [(str(path), "noms en double, compressée ou refaite", "repeated names, compressed or remade archive")]
    return files if is_same else {}


def read(path: Path, found: list[Fault]) -> dict[str, Content]:
    if not path.exists():
        raise UnreadableError(f"{path} n'existe pas", "there is no such file or folder")
    if not path.is_dir():
        return unpacked(path, found)
    paths = [one for one in path.rglob("*") if one.is_symlink() or not one.is_dir()]
    found += [(str(one), "lien ou tube", "link or pipe") for one in paths if one.is_symlink() or not one.is_file()]
    return {} if found else {one.relative_to(path).as_posix(): Content(partial(one.open, "rb")) for one in paths}


# Keys and signatures


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
    if (x * x - square) % PRIME or y >= PRIME:
        raise ValueError(y)
    return x if x % 2 == sign else PRIME - x, y


def strings(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">L", len(part)) + part for part in parts)


def armored(key: bytes, value: bytes) -> bytes:  # the file of an SSH signature by a public key of 32 bytes
    blob = b"SSHSIG\0\0\0\1" + strings(strings(KIND, key), NAMESPACE, b"", b"sha512", strings(KIND, value))
    return b"-----BEGIN SSH SIGNATURE-----\n" + base64.encodebytes(blob) + b"-----END SSH SIGNATURE-----\n"


def fingerprint(key: bytes) -> str:  # as `ssh-keygen -lf` prints it
    return "SHA256:" + base64.b64encode(hashlib.sha256(strings(KIND, key)).digest()).decode().rstrip("=")


def public_key(path: Path) -> bytes:  # the 32 bytes of the one key of a file
    text = path.read_bytes().decode("utf-8-sig", "replace")
    if "PRIVATE KEY" in text:
        raise UnreadableError(
            f"{path} est une clé privée : indiquez la clé publique, .pub", "a private key: give the public one"
        )
    lines = [line.split() for line in text.splitlines() if line.strip()]
    try:
        [[kind, word, *_]] = lines
        key = base64.b64decode(word, validate=True)[-32:]
        is_key = kind.encode() == KIND and base64.b64decode(word) == strings(KIND, key) and len(key) == 32
        is_key = is_key and times(8, point_of(key)) != (0, 1)  # a key of small order "signs" whatever one likes
    except ValueError:
        is_key = False
    if not is_key:
        raise UnreadableError(
            f"{path} n'est pas une clé publique Ed25519 (ssh-ed25519 AAAA...)", "not an Ed25519 public key"
        )
    return key


def is_signed(key: bytes, value: bytes, message: bytes) -> bool:  # Ed25519, RFC 8032; raises ValueError for no point
    scalar = int.from_bytes(value[32:], "little")
    challenge = int.from_bytes(hashlib.sha512(value[:32] + key + message).digest(), "little") % ORDER
    right = add(*point_of(value[:32]), *times(challenge, point_of(key)))
    return len(value) == 64 and scalar < ORDER and times(scalar, point_of(BASE)) == right


def signer(message: bytes, signature: bytes) -> bytes | None:  # the key that made the signature; None for no such key
    try:
        blob = base64.b64decode(b"".join(signature.split(b"\n")[1:-2]))
        key, value = blob[33:65], blob[-64:]
        signed = b"SSHSIG" + strings(NAMESPACE, b"", b"sha512", hashlib.sha512(message).digest())
        return key if is_signed(key, value, signed) and armored(key, value) == signature else None
    except ValueError:
        return None


# Checkpoints of the log: C2SP tlog-checkpoint and signed-note, RFC 9162


def note_key(name: str, key: bytes) -> bytes:  # the 4 bytes that name the key of a note
    return hashlib.sha256(name.encode() + b"\n\1" + key).digest()[:4]


def is_note_of(note: str, key: bytes) -> bool:  # signed by the key under the name of its first line
    text, _, signatures = note.partition("\n\n")
    name = text.split("\n")[0]
    for line in signatures.split("\n"):
        mark, _, rest = line.partition(" ")
        blob = (
            base64.b64decode(rest.removeprefix(f"{name} "), validate=True)
            if mark == "\u2014" and rest.startswith(name)
            else b""
        )
        if blob[:4] == note_key(name, key):
            return is_signed(key, blob[4:], f"{text}\n".encode())
    return False


def checkpoint_of(note: str) -> tuple[str, int, bytes, bytes]:  # origin, size, root, and the root over the heads
    text = note.partition("\n\n")[0].removesuffix("\n")
    origin, size, root, heads = text.split("\n")
    roots = [base64.b64decode(one, validate=True) for one in (root, heads.removeprefix("heads "))]
    again = [base64.b64encode(one).decode() for one in roots]
    if f"{origin}\n{int(size)}\n{again[0]}\nheads {again[1]}" != text or {len(one) for one in roots} != {32}:
        raise ValueError(text)
    return origin, int(size), roots[0], roots[1]


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def led_to(found: bytes, index: int, size: int, proof: list[str]) -> bytes:  # the root of an inclusion proof
    if isinstance(index, bool) or isinstance(size, bool) or not (0 <= index < size and isinstance(proof, list)):
        raise ValueError(index)
    last, rest = size - 1, [bytes.fromhex(one) for one in proof]
    while last:
        if index % 2:
            found = node(rest.pop(0), found)
        elif index < last:
            found = node(found, rest.pop(0))
        index, last = index // 2, last // 2
    if rest:
        raise ValueError(proof)
    return found


def is_longer(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[str]) -> bool:  # a consistency proof
    (first, old_root), (second, new_root) = old, new
    if first == second:
        return old_root == new_root
    rest, index, last = [bytes.fromhex(one) for one in proof], first - 1, second - 1
    rest = [old_root, *rest] if first & (first - 1) == 0 else rest
    while index % 2:
        index, last = index // 2, last // 2
    before = after = rest.pop(0)
    for one in rest:
        if last == 0:
            return False
        if index % 2 or index == last:
            before, after = node(one, before), node(one, after)
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            after = node(after, one)
        index, last = index // 2, last // 2
    return last == 0 and 0 < first < second and (before, after) == (old_root, new_root)


# Contents


def listed(value: object, kind: type = dict) -> Any:  # a list of such values; what else can be iterated is no content
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
        raise TypeError(value)
    return value


def streams_of(manifest: dict[str, Any], files: dict[str, Content]) -> dict[str, Any]:
    heads = [head for head in listed(manifest["chains"]) if head["file"] in files]
    streams = {head["file"]: json.loads(files[head["file"]].read()) for head in heads}
    return {file: stream for file, stream in streams.items() if listed(stream["events"]) is not None}


def rows_of(files: dict[str, Content], name: str) -> list[Any]:
    return [row for table in listed(json.loads(files[name].read())["tables"]) for row in listed(table["rows"])]


def file_faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:
    for name in sorted(files.keys() ^ manifest["files"].keys()):
        yield (name, "en trop", "extra") if name in files else (name, "absent", "missing")
    for name in sorted(files.keys() & manifest["files"].keys()):
        if canonical(manifest["files"][name]) != canonical({"bytes": files[name].size, "sha256": files[name].sha256}):
            yield name, "modifié : l'empreinte n'est pas celle du manifeste", "changed: not the hash of the manifest"


def chain_faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:
    streams = streams_of(manifest, files)
    for head in (head for head in manifest["chains"] if head["file"] in streams):
        stream, last = streams[head["file"]], digest(f"0:{head['holder']}".encode())
        for number, event in enumerate(stream["events"], 1):
            last = digest(f"{len(last)}:{last}{event['document']}".encode())
            if canonical([event["number"], event["link"]]) != canonical([number, last]):
                yield head["file"], f"événement {number} : chaîne rompue", f"event {number}: broken chain"
        ends = [stream["holder"], len(stream["events"]), last], [head["holder"], head["version"], head["link"]]
        if canonical(ends[0]) != canonical(ends[1]):
            yield head["file"], "la fin de la chaîne n'est pas celle du manifeste", "not the end in the manifest"
        for mark, text in stream["texts"].items():
            if hmac.new(bytes.fromhex(text["salt"]), text["text"].encode(), "sha256").hexdigest() != mark:
                yield head["file"], f"le texte {mark} n'est pas celui de l'événement", "not the text of the event"


def action_faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:  # actions that no plan added
    added, named = dict[str, set[str]](), list[tuple[str, str, str]]()
    for file, stream in streams_of(manifest, files).items():
        for document in (json.loads(event["document"]) for event in stream["events"]):
            data = document["data"]
            if "plan" in document:
                plan = canonical(document["plan"]).decode()
                added.setdefault(plan, set()).add(data.get("sheet", {}).get("reference"))
            elif data["type"] == "actions_planned":
                named += [(file, canonical(data["plan"]).decode(), one) for one in listed(data["actions"], str)]
    for file, plan, action in named:  # the plans outside the scope of an export are not in it
        if action not in added.get(plan, set()) and (plan in added or "Périmètre" not in manifest["subject"]):
            yield file, f"l'action {action} n'est pas dans son plan", f"action {action} is not in its plan"


def line_faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:
    streams = streams_of(manifest, files).values()
    events = {json.dumps([one["holder"], event["number"]]): event["link"] for one in streams for event in one["events"]}
    rows = [row for row in rows_of(files, "preuves.json") if "empreinte" in row]
    unproved = [row for row in rows if events.get(json.dumps([row["porteur"], row["evenement"]])) != row["empreinte"]]
    for row in unproved:
        yield "preuves.json", f"{row['porteur']}, {row['evenement']} : sans preuve", "a line without its proof"
    cases = {head["holder"] for head in manifest["chains"] if head["kind"] == "case"}
    for name in sorted(cases ^ {row["dossier"] for row in rows_of(files, "registre.json")}):
        yield "registre.json", f"{name} : la ligne ou le dossier manque", "its line or its file is missing"
    counts = {"chains": len(manifest["chains"]), "events": len(events), "proofs": len(rows)}
    if canonical(counts) != canonical(manifest["counts"]):
        yield MANIFEST, f"les totaux sont {counts}", f"the counts are {counts}"


def document_faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:  # bytes are those of their events
    if "documents" not in manifest:
        return
    named = {
        json.dumps([one["holder"], one["event"], one["place"]]): one["file"] for one in listed(manifest["documents"])
    }
    for file, stream in streams_of(manifest, files).items():
        for event in stream["events"]:
            data = json.loads(event["document"])["data"]
            for place, one in enumerate(listed(data["documents"]) if data["type"] == "support_added" else []):
                name = named.pop(json.dumps([stream["holder"], event["number"], place]), file)
                text, found = stream["texts"].get(one["sha256"]["digest"]), files.get(name)
                if (name == file) != (text is None):
                    fr = f"événement {event['number']} : pièce absente ou effacée"
                    yield name, fr, "a document missing or erased"
                elif text is not None and (
                    found is None or canonical([one["size"], text["text"]]) != canonical([found.size, found.sha256])
                ):
                    yield name, "ce n'est pas la pièce de l'événement", "not the document of the event"
    for name in named.values():
        yield name, "pièce sans événement", "a document without its event"


def log_faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:  # each chain is in the log, and ends there
    if CHECKPOINT not in files:
        return
    _, size, root, heads = checkpoint_of(files[CHECKPOINT].read().decode())
    holders = json.loads(files[PROOFS].read())["holders"]
    for stream in streams_of(manifest, files).values():
        name, proofs = stream["holder"], holders.get(stream["holder"], {"events": [], "head": None})
        leaves = [
            json.dumps([name, one["number"], one["link"]], ensure_ascii=False, separators=(",", ":"))
            for one in stream["events"]
        ]
        hashes = [leaf(one.encode()) for one in leaves]
        wrong = [
            n
            for n, (index, proof) in enumerate(listed(proofs["events"], list), 1)
            if n > len(hashes) or led_to(hashes[n - 1], index, size, proof) != root
        ]
        for number in wrong:
            yield PROOFS, f"{name}, {number} : pas dans le journal", f"{name}, {number}: not in the log"
        if proofs["events"] and not wrong:
            place, count, path, top, tops, above = proofs["head"]
            group = led_to(hashes[len(proofs["events"]) - 1], place, count, path)
            if led_to(leaf(group), top, tops, above) != heads:
                yield PROOFS, f"{name} : ce n'est pas la fin de la chaîne", f"{name}: not the end of the chain"


def later(manifest: dict[str, Any], files: dict[str, Content]) -> tuple[str, str]:  # what the checkpoint has, in words
    if CHECKPOINT not in files:
        return "sans point de contrôle du journal", "without a checkpoint of the log"
    origin, size, _, _ = checkpoint_of(files[CHECKPOINT].read().decode())
    proved = sum(len(one["events"]) for one in json.loads(files[PROOFS].read())["holders"].values())
    rest = manifest["counts"]["events"] - proved
    fr, en = f"point de contrôle de {origin} : {size} événements", f"checkpoint of {origin}: {size} events"
    return (f"{fr}, {rest} plus récents", f"{en}, {rest} later ones") if rest else (fr, en)


def checkpoint_faults(files: dict[str, Content], key: bytes | None, old: str | None) -> Any:
    note = files[CHECKPOINT].read().decode() if CHECKPOINT in files else ""
    if note and key is not None and not is_note_of(note, key):
        yield CHECKPOINT, "il n'est pas signé par la clé du dossier", "not signed by the key of this file"
    if old is None:
        return
    if not note:
        yield CHECKPOINT, "absent : rien à comparer au point de contrôle reçu", "missing: nothing to compare"
        return
    origin, size, root, heads = checkpoint_of(note)
    name, first, old_root, old_heads = checkpoint_of(old)
    if name != origin or (key is not None and not is_note_of(old, key)):
        yield CHECKPOINT, "le point de contrôle reçu est d'un autre registre ou d'une autre clé", "of another origin"
    elif first > size:
        yield CHECKPOINT, "registre plus court que le point de contrôle reçu", "shorter than the checkpoint got earlier"
    elif first == size:
        if (root, heads) != (old_root, old_heads):
            yield CHECKPOINT, "réécrit depuis le point de contrôle reçu", "rewritten since the checkpoint got earlier"
    elif str(first) not in (known := json.loads(files[PROOFS].read())["consistency"]):
        yield CHECKPOINT, "pas de preuve pour le point de contrôle reçu : demandez-la", "no proof for this checkpoint"
    elif not is_longer((first, old_root), (size, root), known[str(first)]):
        yield CHECKPOINT, "réécrit depuis le point de contrôle reçu", "rewritten since the checkpoint got earlier"


def subject_faults(manifest: dict[str, Any], _: dict[str, Content]) -> Any:
    if not all(about(manifest)):  # raises an error for what is no date
        yield MANIFEST, "sans objet", "without a subject"


def faults(manifest: dict[str, Any], files: dict[str, Content]) -> Any:
    for check in (file_faults, chain_faults, action_faults, line_faults, document_faults, log_faults, subject_faults):
        try:
            yield from check(manifest, files)
        except Exception as error:  # whatever a tampered file leads to
            yield MANIFEST, f"contenu inattendu ({check.__name__}, {error!r})", "unexpected content"


def manifest_of(path: Path, raw: bytes) -> Any:
    if not raw:
        raise UnreadableError(f"{path} n'a pas de « {MANIFEST} » : dossier incomplet, ou autre", "no manifest in it")
    try:
        manifest = json.loads(raw)
        canonical(manifest)
    except (ValueError, RecursionError):
        raise UnreadableError(f"« {MANIFEST} » n'est pas du JSON", "its manifest is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("format") != "reclamation-audit":
        raise UnreadableError(f"« {MANIFEST} » n'est pas d'un dossier de preuves", "not of an audit file")
    if canonical(manifest.get("version")) != canonical(1):
        raise UnreadableError("version inconnue : prenez un « verifier.py » plus récent", "take a later verifier.py")
    return manifest


# Verdict


def about(manifest: dict[str, Any]) -> tuple[str, str]:  # its date, subject and scope, in both languages
    at = datetime.fromisoformat(manifest["exported_at"])
    subject = {label: str(text) for label, text in manifest["subject"].items()}
    is_whole = not subject.keys() - {"Périmètre"}
    fr = [f"{label.lower()} : {text}" for label, text in subject.items()]
    en = [f"{SUBJECT.get(label, label)}: {text}" for label, text in subject.items()]
    fr += ["tous les dossiers"] * is_whole + ["tous les centres"] * ("Périmètre" not in subject)
    en += ["all cases"] * is_whole + ["all sites"] * ("Périmètre" not in subject)
    return f"export du {at:%d/%m/%Y %H:%M %Z}, {', '.join(fr)}", f"exported {at:%Y-%m-%d %H:%M %Z}, {', '.join(en)}"


def origin(key: bytes | None, trusted: bytes | None, expected: str | None) -> tuple[int, str, str]:
    if trusted is not None or expected is not None:
        proofs = [("signé par cette clé", "signed by this key")] * (trusted is not None)
        proofs += [("c'est l'export de cette empreinte", "the export of this hash")] * (expected is not None)
        french, english = (", ".join(texts) for texts in zip(*proofs))
        return PROVED, f"INTACT, {french}", f"INTACT, {english}"
    if key is None:
        fr = "Intact mais NON SIGNÉ : l'origine n'est pas prouvée"
        return UNPROVED, fr, "Intact but NOT SIGNED: the origin is not proved"
    fr = f"Intact, signé par une clé À COMPARER, {fingerprint(key)} (--key) : l'origine n'est pas prouvée"
    return UNPROVED, fr, f"Intact, signed by a key TO COMPARE, {fingerprint(key)} (--key): the origin is not proved"


def signature_faults(manifest: dict[str, Any], key: bytes | None, trusted: bytes | None, *, has_one: bool) -> Any:
    if not has_one and trusted is not None:
        yield SIGNATURE, "absent : ce dossier n'est pas signé", "missing: it is not signed"
    elif not has_one and manifest.get("signed"):
        yield SIGNATURE, "absent : la signature a été retirée", "missing: the signature was removed"
    elif has_one and key is None:
        yield SIGNATURE, "ce n'est pas une signature de ce manifeste", "it is not a signature of this manifest"
    elif has_one and trusted not in {None, key}:
        yield SIGNATURE, f"signé par une autre clé, {fingerprint(key or b'')}", "signed by another key"


def differences(path: Path, trusted: bytes | None, expected: str | None, old: str | None, origins: list[Any]) -> Any:
    found = list[Fault]()
    files = read(path, found)
    yield from found
    if found:
        return
    order, count = order_of(files), len(files)
    raw = files.pop(MANIFEST).read() if MANIFEST in files else b""
    signature = files.pop(SIGNATURE).read() if SIGNATURE in files else None
    manifest, key = manifest_of(path, raw), None if signature is None else signer(raw, signature)
    known = manifest.get("files") if path.is_dir() else None
    added = [one for one in sorted(files) if isinstance(known, dict) and one not in known and SYSTEM.fullmatch(one)]
    for one in added:
        del files[one]
    unchecked = "non contrôlé, nom de fichier du système / not checked, named as a system file"
    counts = [
        f"{count - len(added)} fichiers / files, manifest {digest(raw)}",
        *(f"{one} : {unchecked}" for one in added),
    ]
    origins += [manifest, key, files, counts]
    yield from signature_faults(manifest, key, trusted, has_one=signature is not None)
    if raw != canonical(manifest):
        yield MANIFEST, "réécrit autrement", "rewritten in another form"
    if expected not in {None, digest(raw)}:
        yield MANIFEST, "ce n'est pas l'export de cette empreinte", "not the export of this hash"
    if not path.is_dir() and manifest.get("order", order) != order:
        yield str(path), "les fichiers sont dans un autre ordre", "the files are in another order"
    yield from faults(manifest, files)
    try:
        yield from checkpoint_faults(files, key, old)
    except Exception as error:  # whatever a tampered checkpoint leads to
        yield CHECKPOINT, f"contenu inattendu ({error!r})", "unexpected content"


def verdict(path: Path, trusted: bytes | None, expected: str | None, old: str | None = None) -> tuple[int, list[str]]:
    origins = list[Any]()
    found = list(differences(path, trusted, expected, old, origins))
    if found:
        fr, en = (f"{len(found)} {word}{'s' * (len(found) > 1)}" for word in ("anomalie", "fault"))
        first = f"MODIFIÉ, {fr}, première différence : {found[0][0]}, {found[0][1]}"
        second = f"MODIFIED, {en}, first difference: {found[0][0]}, {found[0][2]}"
        return MODIFIED, [*(f"{name} : {fr} / {en}" for name, fr, en in found), first, second]
    manifest, key, files, counts = origins
    (status, french, english), (fr, en) = origin(key, trusted, expected), about(manifest)
    return status, [f"{french} ; {fr}", f"{english}; {en}", " / ".join(later(manifest, files)), *counts]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=Path(__file__).parent, help="dossier / folder, .zip")
    parser.add_argument("--key", type=Path, metavar="CLE.pub", help="reçue par une autre voie / got by another way")
    parser.add_argument("--checkpoint", type=Path, metavar="ANCIEN.txt", help="reçu plus tôt / got earlier")
    parser.add_argument("--manifest", metavar="SHA256", help="du journal des exports / of the log of exports")
    options = parser.parse_args()
    try:
        trusted = None if options.key is None else public_key(options.key)
        expected = None if options.manifest is None else options.manifest.strip().lower()
        old = None if options.checkpoint is None else options.checkpoint.read_text("utf-8")
        status, lines = verdict(options.path, trusted, expected, old)
    except UnreadableError as error:
        fr, en = error.args
        status, lines = UNREADABLE, [f"ILLISIBLE, rien n'est contrôlé : {fr}", f"UNREADABLE, nothing is checked: {en}"]
    except (OSError, MemoryError) as error:
        reason = f"{error.filename} : {error.strerror}" if isinstance(error, OSError) else repr(error)
        status, lines = UNREADABLE, [f"ILLISIBLE, lecture refusée : {reason}", f"UNREADABLE, cannot read: {reason}"]
    text = "".join("".join(c if c.isprintable() else "?" for c in line) + "\n" for line in lines)
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "backslashreplace"))
    return status


if __name__ == "__main__":
    sys.exit(main())
