"""The API reference as Markdown, for the pages that are published in Markdown beside the site.

A page of the reference holds `::: module` where mkdocstrings writes the documentation of a module. Here the same
directive becomes signatures and docstrings in plain Markdown, read by griffe, the reader that mkdocstrings uses too.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterator
from typing import Final

import griffe

from scripts.environments import ROOT

DIRECTIVE: Final = re.compile(r"^::: (?P<name>[\w.]+)\n(?P<options>(?:    .*\n)*)", re.MULTILINE)
EXTENSIONS: Final = ("attrs_classes.py", "awaited_verbs.py", "examples.py", "lazy_exports.py")


def expand_directives(text: str) -> str:
    """Return the Markdown of a page with each `::: module` replaced by the documentation of the module."""
    return DIRECTIVE.sub(_expanded, f"{text.rstrip()}\n")


def _expanded(directive: re.Match[str]) -> str:
    module = _package()[directive["name"].partition(".")[2]]
    lines = [f"## {module.path}", "", _docstring(module), ""]
    if "members: false" not in directive["options"]:
        for name in module.exports or ():
            lines += _documented(str(name), module.all_members[str(name)], 3)
    return "\n".join(lines)


@functools.cache
def _package() -> griffe.Module:
    paths = [str(ROOT / "docs" / "_extensions" / name) for name in EXTENSIONS]
    extensions = griffe.load_extensions(*paths)
    package = griffe.load(
        "reclamation_core", search_paths=[str(ROOT / "src")], extensions=extensions, resolve_aliases=True
    )
    if not isinstance(package, griffe.Module):
        raise TypeError(f"{package} is not a package")
    return package


def _documented(name: str, shown: griffe.Object | griffe.Alias, level: int) -> Iterator[str]:
    """Yield the lines on a name: its signature, its docstring, and the same for the members of a class."""
    target = shown.final_target if isinstance(shown, griffe.Alias) else shown
    yield from (f"{'#' * level} {name}", "")
    if signature := _signature(name, target):
        yield from ("```python", signature, "```", "")
    if text := _docstring(target):
        yield from (text, "")
    if isinstance(target, griffe.Class):
        for member, inner in target.members.items():
            if not member.startswith("_") and not isinstance(inner, griffe.Alias) and inner.has_docstring:
                yield from _documented(f"{name}.{member}", inner, level + 1)


def _signature(name: str, target: griffe.Object) -> str:
    if isinstance(target, griffe.Function):
        return target.signature(name=name)
    if isinstance(target, griffe.Class):
        made = target.members.get("__init__")
        bases = ", ".join(str(base) for base in target.bases)
        first = f"class {name}({bases})" if bases else f"class {name}"
        return f"{first}\n{made.signature(name=name)}" if isinstance(made, griffe.Function) else first
    if isinstance(target, griffe.Attribute) and target.annotation is not None:
        return f"{name}: {target.annotation}"
    return ""


def _docstring(target: griffe.Object) -> str:
    return "" if target.docstring is None else inspect.cleandoc(target.docstring.value)
