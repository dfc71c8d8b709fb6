"""What a class promises of itself and of its arguments, read from its docstring (Google sections)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping

_SECTION = re.compile(r"^(?:Args|Raises|Returns|Source|Yields):|^>>> ", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {6,}.*)*)", re.MULTILINE)


def summary(cls: type) -> str:
    """What it says before its sections, each paragraph on one line; empty where it says nothing of its own."""
    told = inspect.cleandoc(cls.__dict__.get("__doc__") or "")
    section = _SECTION.search(told)
    paragraphs = told[: section.start() if section else None].strip().split("\n\n")
    return "\n\n".join(map(_on_one_line, paragraphs))


def arguments(cls: type) -> Mapping[str, str]:
    """What it says of each of its arguments, those that it inherits included."""
    return {name: text for ancestor in reversed(cls.__mro__) for name, text in _arguments(ancestor)}


def _arguments(cls: type) -> Iterator[tuple[str, str]]:
    _, _, told = inspect.cleandoc(cls.__dict__.get("__doc__") or "").partition("\nArgs:\n")
    section = re.search(r"^\S", told, re.MULTILINE)
    for name, text in _ARGUMENT.findall(told[: section.start() if section else None]):
        yield name, _on_one_line(text)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
