"""Files of text that people write: in UTF-8, with the mark that some editors put before it or without."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording


def read_utf8(path: str | Path, kind: str) -> str:
    """The text of a file.

    Args:
        path: the file, in UTF-8; a byte order mark (BOM), as Notepad of Windows writes it, is no part of the text.
        kind: what is expected there, such as JSON.

    Raises:
        OSError: the file cannot be read.
        FaultsError: it is not in UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, kind, error) from error


def read_toml(path: str | Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        OSError: the file cannot be read.
        FaultsError: it is no TOML in UTF-8.
    """
    try:
        return tomllib.loads(read_utf8(path, "TOML"))
    except tomllib.TOMLDecodeError as error:
        raise _refused(path, "TOML", error) from error


def _refused(path: str | Path, kind: str, error: ValueError) -> FaultsError:
    expected = Wording(
        f"un fichier {kind} en UTF-8 est attendu ({error})", f"a {kind} file in UTF-8 is expected ({error})"
    )
    return FaultsError((Fault("$", str(path), expected),))
