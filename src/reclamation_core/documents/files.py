"""Files of text that people write, in UTF-8 with or without a byte order mark, read within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from reclamation_core.documents.sizes import OF_FILES
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.wording import Wording

LONGEST_TEXT: Final = 64 << 20
LONGEST_TOML: Final = 2 << 20
"""The longest file of text, and the longest TOML file, that is read, in bytes."""
DEEPEST: Final = 32
"""How many parts a key of TOML may have, and how many arrays and tables a value may be nested in."""
MOST_TABLES: Final = 80_000
"""How many dots and opening brackets a TOML file may have: the parser makes up to 1 kB of each."""
LONGEST_WORD: Final = 1_000
"""How many characters a number or a bare key of TOML may have: the parser takes 100 bytes for each digit."""

_LARGEST: Final = 1 << 63

# The tokens of TOML that matter for its depth; a quote that no other quote closes is the last, for what follows is
# no TOML. No alternative backtracks, so that the scan is linear in the length of the text.
_TOKENS: Final = re.compile(
    rf"""
    (?P<skipped>
        \#[^\n]*+
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*+"{{3,5}}
      | '''(?:[^']|'(?!''))*+'{{3,5}}
      | "(?!"")(?:[^"\\\n]|\\.)*+"
      | '(?!'')[^'\n]*+'
    )
  | (?P<unclosed>["'])
  | (?P<long>(?<![\w+-])[\w+-]{{{LONGEST_WORD + 1}}})
  | (?P<open>[\[{{])
  | (?P<close>[\]}}])
  | (?P<dot>\.)
  | (?P<end>[=,\n])
    """,
    re.VERBOSE | re.DOTALL,
)


def read_utf8(path: str | Path, kind: str, longest: int = LONGEST_TEXT) -> str:
    """The text of a file.

    Args:
        path: the file, in UTF-8; a byte order mark (BOM), as Notepad of Windows writes it, is no part of the text.
        kind: what is expected there, such as JSON.
        longest: how many bytes it may have.

    Raises:
        OSError: the file cannot be read.
        FaultsError: it is not in UTF-8, or longer.
    """
    with Path(path).open("rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise _refused(
            path,
            Wording(
                f"un fichier {kind} de {longest} octets au plus est attendu",
                f"a {kind} file of at most {longest} bytes is expected",
            ),
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise _refused(path, _in_utf8(kind, error)) from error


def read_toml(path: str | Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        OSError: the file cannot be read.
        FaultsError: it is no TOML in UTF-8, too long, too deep, or has too many tables or too long a number; or it
            holds whole numbers of more than 64 bits, or more items than `OF_FILES`.
    """
    import tomllib

    text = read_utf8(path, "TOML", LONGEST_TOML)
    if (expected := _limit_exceeded(text)) is not None:
        raise _refused(path, expected)
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise _refused(path, _in_utf8("TOML", error)) from error
    OF_FILES.require(document)
    if faults := FaultCollector(_faults(document)):
        raise FaultsError(faults)
    return document


def _limit_exceeded(text: str) -> Wording | None:
    """Return what is expected of a text of TOML that is too deep, has too many tables or a number too long to parse."""
    depth = parts = tables = 0
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup
        tables += kind in {"dot", "open"}
        if kind == "dot":
            parts += 1
        elif kind != "skipped":
            parts = 0
            depth = depth + 1 if kind == "open" else max(0, depth - 1) if kind == "close" else depth
        if depth > DEEPEST or parts >= DEEPEST:
            return _TOO_DEEP
        if tables > MOST_TABLES:
            return _TOO_MANY
        if kind == "long":
            return _TOO_LONG
        if kind == "unclosed":
            break
    return None


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """The whole numbers of a document that are too large for TOML, or one fault where the document is too deep."""
    left: list[tuple[str, Any, int]] = [("", document, 0)]
    while left:
        path, value, depth = left.pop()
        if depth > 2 * DEEPEST:
            yield Fault(path, "...", _TOO_DEEP)
            return
        if isinstance(value, dict):
            left += ((f"{path}.{key}" if path else key, item, depth + 1) for key, item in value.items())
        elif isinstance(value, list):
            left += ((f"{path}[{place}]", item, depth + 1) for place, item in enumerate(value))
        elif isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            yield Fault(path, value, _TOO_LARGE)


def _in_utf8(kind: str, error: ValueError) -> Wording:
    """Return what is expected, with the place of the error: Python describes it in English alone."""
    found = re.search(r"at line (\d+), column (\d+)", str(error))
    if isinstance(error, UnicodeDecodeError):
        where = f"octet {error.start + 1}"
    else:
        where = "fin du fichier" if found is None else f"ligne {found[1]}, colonne {found[2]}"
    return Wording(f"un fichier {kind} en UTF-8 est attendu ({where})", f"a {kind} file in UTF-8 is expected ({error})")


def _refused(path: str | Path, expected: Wording) -> FaultsError:
    return FaultsError((Fault("$", str(path), expected),))


_TOO_DEEP: Final = Wording(
    f"un fichier TOML dont les clés ont {DEEPEST} parties au plus et les valeurs {DEEPEST} niveaux au plus est attendu",
    f"a TOML file whose keys have at most {DEEPEST} parts and whose values have at most {DEEPEST} levels is expected",
)
_TOO_MANY: Final = Wording(
    f"un fichier TOML de {MOST_TABLES} tables et listes au plus est attendu, parties des clés comprises",
    f"a TOML file of at most {MOST_TABLES} tables and arrays is expected, the parts of keys included",
)
_TOO_LONG: Final = Wording(
    f"un fichier TOML dont les nombres et les clés sans guillemets ont {LONGEST_WORD} caractères au plus est attendu",
    f"a TOML file whose numbers and bare keys have at most {LONGEST_WORD} characters is expected",
)
_TOO_LARGE: Final = Wording("un nombre entier de 64 bits au plus", "a whole number of at most 64 bits")
