"""Figures of the code base: size, public surface, cycles, words, and how many files one command passes through.

`python -m scripts.figures` prints them beside their targets; `--json` prints them as JSON.
"""

from __future__ import annotations

import ast
import importlib
import io
import json
import re
import sys
import tempfile
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import attrs

from scripts.environments import ROOT
from scripts.surface import ROOT_NAME, public_modules

SOURCE: Final = ROOT / "src"
SMALL: Final = 60
"""Up to how many lines a module is small; `__init__` modules are not looked at."""

HOME_MADE: Final = frozenset(
    re.findall(
        r"\w+",
        """told tell tells telling kept keep keeps asked asks beside astray anew likewise meanwhile whoever whatever
        whom nobody somebody stands stood said says gives gave otherwise seen looked""",
    )
)
"""Words that a sentence of technical English does without; most often they stand for the name of a thing."""


@attrs.frozen
class Figure:
    """A figure and its target.

    Args:
        name: what is counted.
        value: the figure.
        target: at most this; None where there is no target.
    """

    name: str
    value: float
    target: float | None


def modules() -> list[Path]:
    """Return the source files of the package."""
    return sorted((SOURCE / ROOT_NAME).rglob("*.py"))


def sizes() -> Iterator[Figure]:
    """Yield how many files and lines there are."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    yield Figure("files of src", len(lines), 330)
    yield Figure("lines of src", sum(lines.values()), 54_000)
    small = [path for path, number in lines.items() if number <= SMALL and path.name != "__init__.py"]
    yield Figure(f"files of {SMALL} lines or fewer, __init__ apart", len(small), 40)


def public_names() -> int:
    """Count the names in every `__all__` of a public module, the package root's among them."""
    return sum(len(importlib.import_module(name).__all__) for name in (ROOT_NAME, *public_modules()))


def repeated_types() -> dict[str, list[str]]:
    """Return the names of classes and type aliases that two modules or more define, with these modules."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for name in _types(ast.parse(path.read_text(encoding="utf-8"))):
            found[name].append(module)
    return {name: where for name, where in sorted(found.items()) if len(where) > 1}


def _types(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).endswith("TypeAlias"):
            name = ast.unparse(node.target)
            if not name.startswith("_"):
                yield name


def sibling_cycles() -> list[str]:
    """Return the packages in which some children import each other in a circle, with these children."""
    import grimp

    graph = grimp.build_graph(ROOT_NAME)
    found = []
    for package in sorted(module for module in graph.modules if graph.find_children(module)):
        imports = {child: set[str]() for child in graph.find_children(package)}
        for child in imports:
            inside = {child, *graph.find_descendants(child)}
            imported = {target for module in inside for target in graph.find_modules_directly_imported_by(module)}
            imports[child] = {
                other
                for other in imports
                if other != child and not imported.isdisjoint({other, *graph.find_descendants(other)})
            }
        circles = (sorted(name.rpartition(".")[2] for name in circle) for circle in _circles(imports))
        found += [f"{package}: {', '.join(circle)}" for circle in circles]
    return found


def _circles(imports: dict[str, set[str]]) -> Iterator[set[str]]:
    """Yield the strongly connected components of more than one node."""
    reached = {name: _reached(name, imports) for name in imports}
    left = set(imports)
    while left:
        name = left.pop()
        circle = {other for other in reached[name] if name in reached[other]} | {name}
        left -= circle
        if len(circle) > 1:
            yield circle


def _reached(name: str, imports: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    open_ = [name]
    while open_:
        for other in imports[open_.pop()] - reached:
            reached.add(other)
            open_.append(other)
    return reached


def home_made(folder: str) -> float:
    """Return how many of each thousand words of a folder are home-made.

    Of Python files the docstrings and comments count, examples apart; of Markdown what is not code.
    """
    words: list[str] = []
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix == ".py":
            words += _words(_python_prose(path.read_text(encoding="utf-8")))
        elif path.suffix == ".md":
            words += _words([re.sub(r"```.*?```|`[^`]*`", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)])
    return 1000 * sum(word in HOME_MADE for word in words) / max(len(words), 1)


def _python_prose(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield (ast.get_docstring(node) or "").split(">>>")[0]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in re.findall(r"[a-z']+", text.lower())]


def files_walked(call: Callable[[], object]) -> int:
    """Return how many files of the package run during a call."""
    files: set[str] = set()

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(None)
    inside = str(SOURCE / ROOT_NAME)
    return sum(name.startswith(inside) for name in files)


def walks() -> Iterator[Figure]:
    """Yield through how many files `Desk.register` and `Desk.acknowledge` pass on SQLite, the second time."""
    from datetime import UTC, datetime

    from reclamation_core import ComplaintFacts, Desk

    facts = ComplaintFacts(received_at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder, Desk.open(f"sqlite:///{folder}/walk.db") as desk:
        for _ in range(2):
            reference = desk.register(facts, site="CRE").reference
            desk.acknowledge(reference)
        yield Figure("files of a warm Desk.register", files_walked(lambda: desk.register(facts, site="CRE")), 25)
        reference = desk.register(facts, site="CRE").reference
        yield Figure("files of a warm Desk.acknowledge", files_walked(lambda: desk.acknowledge(reference)), 25)


def figures() -> Iterator[Figure]:
    """Yield every figure."""
    yield from sizes()
    yield Figure("public names", public_names(), 500)
    yield Figure("names of types that two modules define", len(repeated_types()), 0)
    yield Figure("import cycles between siblings", len(sibling_cycles()), 0)
    for folder in ("src", "docs", "tests"):
        yield Figure(f"home-made words in 1,000, {folder}", round(home_made(folder), 1), 8)
    yield from walks()


def main() -> None:
    """Print the figures."""
    found = list(figures())
    if "--json" in sys.argv:
        print(json.dumps([attrs.asdict(figure) for figure in found], indent=1))
        return
    for figure in found:
        target = "" if figure.target is None else f"<= {figure.target:g}"
        print(f"{figure.name:48} {figure.value:>10g}  {target}")


if __name__ == "__main__":
    main()
