"""The page on the errors: code, kind and occasion of each."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Final

from reclamation_core.errors import ErrorKind, ReclamationError

_PACKAGE: Final = Path(inspect.getfile(ReclamationError)).parent
_ABSTRACT: Final = {"ReclamationError", "WordedError", "RefusalError"}
_REMEDIES: Final = {
    ErrorKind.INVALID: "The input breaks a rule that it could have kept: correct it.",
    ErrorKind.NOT_FOUND: "What the input names is not there, or not within the scope of the desk.",
    ErrorKind.FORBIDDEN: "It is outside the scope of the desk: use another desk.",
    ErrorKind.CONFLICT: "Something has changed or exists already: load it again, then decide again.",
    ErrorKind.REFUSED: "The procedure does not allow the act now: the guards say what is missing.",
    ErrorKind.UNAVAILABLE: "The installation, its configuration or its database is busy or needs a repair.",
}
_INTRODUCTION: Final = """\
# Errors

What a user, or the state of the store, can cause is a `ReclamationError`: `in_("fr")` and `in_("en")` describe the
problem and its remedy without any personal text, `kind` tells a program what it can do, `code` what went wrong. A code
stays the same from version to version. `to_document()` returns problem details in the shape of RFC 9457, for a web
application.

Mistakes in a program are builtin errors (`TypeError`, `ValueError` ...) with a message in English.

"""


def errors() -> list[type[ReclamationError]]:
    """Return the errors of every module that can be raised, in the order of their codes."""
    found: set[type[ReclamationError]] = set()
    for path in sorted(_PACKAGE.rglob("*.py")):
        names = re.findall(r"^class (\w+Error)\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        module = ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts) if names else ""
        classes = [getattr(importlib.import_module(module), name) for name in names]
        found |= {one for one in classes if issubclass(one, ReclamationError) and one.__name__ not in _ABSTRACT}
    return sorted(found, key=lambda error: error.code)


def _when(error: type[ReclamationError]) -> str:
    paragraph = (inspect.getdoc(error) or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


def pages() -> dict[str, str]:
    """The page on the errors."""
    lines = ["| kind | status of HTTP | what to do |", "|---|---|---|"]
    lines += [f"| `{kind.value}` | {kind.status} | {_REMEDIES[kind]} |" for kind in ErrorKind]
    lines += ["", "| code | kind | status | class | when |", "|---|---|---|---|---|"]
    for error in errors():
        package = ".".join(error.__module__.split(".")[:2])
        kind = f"`{error.kind.value}` | {error.kind.status}"
        lines.append(f"| `{error.code}` | {kind} | `{package}.{error.__name__}` | {_when(error)} |")
    return {"reference/errors.md": _INTRODUCTION + "\n".join(lines) + "\n"}
