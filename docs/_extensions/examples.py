"""Show the examples of docstrings as code: griffe finds them only in a section `Examples:`, Markdown as quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import griffe

EXAMPLE: Final = re.compile(r"^( *)>>> .*(?:\n(?! *$).+)*", re.MULTILINE)
"""An example: from its first `>>>` to the next empty line."""


class Examples(griffe.Extension):
    """Puts a fence around each example of the docstrings of a package."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Griffe calls this once the package is read."""
        for shown in _objects(pkg):
            if shown.docstring is not None:
                shown.docstring.value = fenced(shown.docstring.value)


def fenced(text: str) -> str:
    """Return a docstring with a fence around each example."""
    return EXAMPLE.sub(lambda example: f"{example[1]}```pycon\n{example[0]}\n{example[1]}```", text)


def _objects(owner: griffe.Object) -> Iterator[griffe.Object]:
    yield owner
    for member in owner.members.values():
        if isinstance(member, griffe.Object):
            yield from _objects(member)
