"""The test vectors of the canonical form are what the page says, and what the library and `verifier.py` compute.

`python -m tests.unit.documents.test_canonical_vectors` writes them again. Expected values are computed here as
`docs/reference/canonical-form.md` says, with `hashlib` and the trees of `test_merkle`.
"""

import base64
import hashlib
import hmac
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from reclamation_core import testing
from reclamation_core.cases.log import LogCheckpoint, LogEntry, LogProofs, LogState
from reclamation_core.cases.texts import Secret
from reclamation_core.documents import canonical_json
from reclamation_core.documents.canonical import links
from reclamation_core.reporting import verifier
from reclamation_core.reporting.notes import signed_note, verifier_key
from tests.unit.documents.test_merkle import path, root, subproof

FILE: Final = Path(testing.__file__).parent / "data" / "canonical-form.json"
ORIGIN: Final = "reclamations.example.fr/registre"
_DOCUMENTS: Final = (
    ('{"b": 1.0, "a": "é"}', '{"a":"é","b":1}'),
    ('{"\\ud83d\\ude00": 1, "\\uff01": 2}', '{"！":2,"😀":1}'),  # by code point; by UTF-16 unit it is the reverse
    ('["\\u0000\\u001f\\u007f\\n\\"\\\\/\\u2028"]', '["\\u0000\\u001f\x7f\\n\\"\\\\/\u2028"]'),
    ("[123456789012345678901234567890, -0, 1e21]", "[123456789012345678901234567890,0,1000000000000000000000]"),
    ("[0.1, 1e-7, 2.5e-300, 1e23]", "[0.1,1e-07,2.5e-300,99999999999999991611392]"),
    ('{"z": [], "a": {}, "m": [true, false, null]}', '{"a":{},"m":[true,false,null],"z":[]}'),
)
_HOLDERS: Final = ("R-2026-000001", "R-2026-000002", "site:CRE", "R-2026-000001", "R-2026-000199", "nation", "site:CRE")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hex(nodes: list[bytes]) -> list[str]:
    return [node.hex() for node in nodes]


def _chain(holder: str, documents: list[str]) -> list[str]:
    last, found = _sha(f"0:{holder}"), list[str]()
    for document in documents:
        last = _sha(f"64:{last}{document}")
        found.append(last)
    return found


def _leaves() -> list[list[Any]]:
    numbers: dict[str, int] = {}
    found = []
    for holder in _HOLDERS:
        numbers[holder] = numbers.get(holder, 0) + 1
        found.append([holder, numbers[holder], _sha(f"{holder}/{numbers[holder]}")])
    return found


def _heads_root(leaves: list[list[Any]]) -> bytes:
    heads = {holder: [holder, number, link] for holder, number, link in leaves}
    groups: dict[str, list[bytes]] = {}
    for holder in sorted(heads):
        groups.setdefault(holder[:-2], []).append(_bytes(heads[holder]))
    return root([root(groups[group]) for group in sorted(groups)])


def _bytes(leaf: list[Any]) -> bytes:
    return json.dumps(leaf, ensure_ascii=False, separators=(",", ":")).encode()


def vectors() -> dict[str, Any]:
    """Return the vectors as the page says."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    texts = ['{"a":1}', '{"é":"😀"}', "{}"]
    salt, text = bytes(range(16)), "Mme Désirée Roy"
    leaves, sizes = _leaves(), range(1, len(_HOLDERS) + 1)
    data = list(map(_bytes, leaves))
    size_root, heads = root(data), _heads_root(leaves)
    body = f"{ORIGIN}\n{len(data)}\n{_base64(size_root)}\nheads {_base64(heads)}\n"
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private.public_key().public_bytes_raw()
    mark = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    return {
        "canonical": [{"json": given, "canonical": form, "sha256": _sha(form)} for given, form in _DOCUMENTS],
        "chain": {"holder": "R-2026-000001", "documents": texts, "links": _chain("R-2026-000001", texts)},
        "text": {"text": text, "salt": salt.hex(), "digest": hmac.new(salt, text.encode(), "sha256").hexdigest()},
        "log": {
            "leaves": leaves,
            "roots": {str(size): root(data[:size]).hex() for size in sizes},
            "heads": {str(size): _heads_root(leaves[:size]).hex() for size in sizes},
            "inclusion": [_hex(path(index, data)) for index in range(len(data))],
            "consistency": {str(size): _hex(subproof(size, data, is_whole=True)) for size in sizes},
        },
        "checkpoint": {
            "text": body,
            "public_key": public.hex(),
            "note": f"{body}\n\u2014 {ORIGIN} {_base64(mark + private.sign(body.encode()))}\n",
            "vkey": f"{ORIGIN}+{mark.hex()}+{_base64(bytes([1]) + public)}",
        },
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def test_the_vectors_are_what_the_page_says() -> None:
    assert stored() == vectors()


def test_the_library_computes_the_vectors() -> None:
    found = stored()
    for one in found["canonical"]:
        assert canonical_json(json.loads(one["json"])) == one["canonical"]
        assert canonical_json(json.loads(one["json"], parse_float=Decimal)) == one["canonical"]
    assert list(links(found["chain"]["holder"], found["chain"]["documents"])) == found["chain"]["links"]
    text = found["text"]
    assert Secret(text["text"], bytes.fromhex(text["salt"])).commitment.digest == text["digest"]
    log = found["log"]
    entries = [LogEntry(index, *leaf) for index, leaf in enumerate(log["leaves"])]
    for size in range(1, len(entries) + 1):
        checkpoint = LogState.of(entries[:size]).checkpoint(ORIGIN)
        assert (checkpoint.root.hex(), checkpoint.heads.hex()) == (log["roots"][str(size)], log["heads"][str(size)])
        assert LogProofs(entries, ()).consistency(size) == log["consistency"][str(size)]
    proofs = LogProofs(entries, _HOLDERS).to_document()
    assert sorted((index, *proof) for one in proofs.values() for index, proof in one["events"]) == [
        (index, *proof) for index, proof in enumerate(log["inclusion"])
    ]
    point = found["checkpoint"]
    assert str(LogState.of(entries).checkpoint(ORIGIN)) == point["text"]
    from tests.unit.reporting.test_audit_file import KEY

    assert signed_note(point["text"], ORIGIN, KEY) == point["note"]
    assert verifier_key(ORIGIN, bytes.fromhex(point["public_key"])) == point["vkey"]
    assert verifier.is_note_of(point["note"], bytes.fromhex(point["public_key"]))
    assert LogCheckpoint.parse(point["note"]).size == len(entries)


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", "utf-8")
