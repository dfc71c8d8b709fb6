"""The page on the parameters of an edition, from their declarations."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import attrs

from reclamation_core.policy import Parameters, m2_1
from reclamation_core.policy.parameters import parameter_carriers

_INTRODUCTION = """# Parameters of an edition

What a [policy file](../how-to/write-a-policy-file.md) may set, below a table of the name of the group. A list in a file
replaces the one that its edition starts from: it is not added to it.
"""
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def _described(kind: type) -> tuple[str, dict[str, str]]:
    """Return the first line of the docstring of a class, and what its fields are."""
    text = inspect.getdoc(kind) or ""
    found = {name: " ".join(what.split()).rstrip(".") for name, what in _ARGUMENT.findall(text)}
    return text.partition("\n")[0].partition(" Source:")[0], found


def _written(value: object) -> str:
    return json.dumps("none" if value is None else value, ensure_ascii=False)


def _rows(group: Any, prefix: str, sources: dict[str, str]) -> Iterator[str]:
    _, described = _described(type(group))
    for field in attrs.fields(type(group)):
        path, value = f"{prefix}{field.name}", getattr(group, field.name)
        if not attrs.has(type(value)):
            yield f"| `{path}` | `{_written(value)}` | {described[field.name]} | {sources.get(path, '')} |"


def pages() -> dict[str, str]:
    """The page on the parameters."""
    parameters = m2_1().parameters
    sources = {
        carrier.path: ", ".join(filter(None, [(carrier.clause or "").removeprefix("M2-1 "), carrier.interpretation]))
        for carrier in parameter_carriers(parameters)
    }
    head = ["| parameter | default | what it sets | source |", "|---|---|---|---|"]
    lines = [_INTRODUCTION, *head, *_rows(parameters, "", sources), ""]
    for field in attrs.fields(Parameters):
        group = getattr(parameters, field.name)
        if attrs.has(type(group)):
            lines += [f"## {field.name}", "", _described(type(group))[0], ""]
            lines += [*head, *_rows(group, f"{field.name}.", sources), ""]
    return {"reference/parameters.md": "\n".join(lines)}
