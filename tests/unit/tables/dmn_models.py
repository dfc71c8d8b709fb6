"""DMN documents in the shapes that modelers write, made up for these tests, and damaged ones."""

import random
from pathlib import Path
from typing import Any, Final

from reclamation_core import tables
from tests.approvals import approve_errors

MODELS: Final = {
    name: (Path(__file__).parent / "models" / f"{name}.dmn").read_text(encoding="utf-8")
    for name in ("camunda", "trisotech", "kie")
}
"""A document of each modeler, by its name."""
_WORDS: Final = (
    *(b"null", b"-", b"not(", b"not(1)", b"[1..", b"[1..3]", b"]", b"&lt; 5", b"&gt;= 5", b"date(", b"true", b"1",
        b"2.5"),
    *(b"9" * 400, b"1" * 5000 + b"a", b"", b"  ", b"#", b"a.b.c", b"high", b"&quot;a&quot;",
        b"&quot;a&quot;,&quot;b&quot;"),
    *(b"UNIQUE", b"FIRST", b"ANY", b"COLLECT", b"SUM", b"string", b"number", b"tNote", b"false", b"class", b"x" * 600),
)  # fmt: skip


def from_dmn(*given: Any, **options: Any) -> tables.DmnTables:
    """Read a model, whose notes are approved."""
    read = tables.from_dmn(*given, **options)
    approve_errors(*(note.wording for note in read.notes))
    return read


def mutated(text: bytes, chance: random.Random) -> bytes:
    """A document with one to four changes: bytes, words, attributes, elements cut, doubled or moved."""
    for _ in range(chance.randint(1, 4)):
        kind = chance.randrange(40)
        at = chance.randrange(max(1, len(text)))
        if kind == 0:
            text = text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + chance.choice(_WORDS) + text[at:]
        elif kind == 2:
            text = text[:at] if chance.random() < 0.1 else text[:at] + text[at + chance.randint(1, 40) :]
        elif kind < 26:
            opens, closes = chance.choice(((b'="', b'"'), (b"text>", b"</")))
            text = _between(text, at, (opens, closes), chance.choice(_WORDS))
        else:
            text = _elements(text, at, chance)
    return text


def _between(text: bytes, at: int, marks: tuple[bytes, bytes], word: bytes) -> bytes:
    """The document with the next attribute, or the next text, replaced."""
    opens = text.find(marks[0], at) + len(marks[0])
    closes = text.find(marks[1], opens)
    return text[:opens] + word + text[closes:] if at < opens <= closes else text


def _elements(text: bytes, at: int, chance: random.Random) -> bytes:
    """The document with an element taken out, doubled, or put elsewhere."""
    opens = text.find(b"<", at)
    name = text[opens + 1 : opens + 60].split(b">")[0].split()
    if opens < 0 or not name:
        return text
    closing = b"</" + name[0] + b">"
    closes = text.find(closing, opens)
    if closes < 0:
        return text
    end = closes + len(closing)
    part, rest = text[opens:end], text[:opens] + text[end:]
    if chance.random() < 0.4:
        return rest
    place = rest.find(b"<", chance.randrange(max(1, len(rest)))) if chance.random() < 0.5 else opens
    return (text if chance.random() < 0.5 else rest)[: max(place, 0)] + part + rest[max(place, 0) :]
