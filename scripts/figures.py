"""Figures of the code base: size, public surface, cycles, words, and how many files one command passes through.

A target is what the code base aims at; a ceiling, what it does not exceed today. A figure above its target says why.
The figures are no aim in themselves: what counts is how few files a person reads to understand a thing, and code that
is arranged to meet a target exactly helps nobody.

`python -m scripts.figures` prints each figure with its ceiling, its target, and why it is above it. `--json` prints
them as JSON, `--words` prints the home-made words package by package, `--details` the cycles and the repeated type
names. `--check` fails if a figure is above its ceiling in `[tool.figures]` of pyproject.toml, or above its target
without a reason, and `--lower` writes today's figures there where they are lower. `make check` runs `--check`.
"""

from __future__ import annotations

import ast
import importlib
import io
import json
import re
import sys
import tempfile
import textwrap
import tokenize
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import attrs

from scripts.environments import ROOT
from scripts.surface import EVENT_MODULES, ROOT_NAME, public_modules
from scripts.usage import show_help

SOURCE: Final = ROOT / "src"
PROJECT: Final = ROOT / "pyproject.toml"
_LINES: Final = (
    "a third is docstrings and blank lines, and 28,000 are applications of the procedure: "
    "the test kit (12,000), the simulation and the laboratory (10,000), the boards and the API (6,000)"
)
_TESTS: Final = (
    "a third is blank lines, imports and decorators; of 47,000 lines that were read one by one, 1.5 to 4 in 100 said "
    "what another test says, and are gone: what is left asserts outcomes of its own"
)
_FILES: Final = "a document, an event family, a port, a report or an adapter of a framework has a module of its own"
_NAMES: Final = "the strategies, properties and contracts of the test kit are public: an application calls them"
_ANY: Final = "frames of six libraries, connections of three drivers and options of attrs have no common type"
_GETATTR: Final = "attributes of other libraries differ by version; scripted scenarios and file cells name theirs"
_WALK: Final = "the module of guards and that of decisions are read apart, so a command passes through both"
LONGEST_TEST_NAME: Final = 80
SMALL: Final = 60
"""Up to how many lines a module is small; `__init__` modules are not looked at."""

HOME_MADE: Final = frozenset(
    re.findall(
        r"\w+",
        """told tell tells telling kept keep keeps asked asks beside astray anew likewise meanwhile whoever whatever
        whom nobody somebody stands stood said says gives gave otherwise seen looked story stories""",
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
        why: why it is above its target.
    """

    name: str
    value: float
    target: float | None
    why: str = ""


def modules() -> list[Path]:
    """Return the source files of the package."""
    return sorted((SOURCE / ROOT_NAME).rglob("*.py"))


def sizes() -> Iterator[Figure]:
    """Yield how many files and lines there are."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    yield Figure("files of src", len(lines), 330, _FILES)
    yield Figure("lines of src", sum(lines.values()), 54_000, _LINES)
    tests = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    yield Figure("lines of tests", sum(len(text.splitlines()) for text in tests), 65_000, _TESTS)
    small = [path for path, number in lines.items() if number <= SMALL and path.name != "__init__.py"]
    yield Figure(
        f"files of {SMALL} lines or fewer, __init__ apart",
        len(small),
        40,
        "each version of the schema is a module of its own, of this library and of Django, and is never changed",
    )


def loose_types() -> Iterator[Figure]:
    """Yield how many parameters are of type `Any`, and how many calls of `getattr` there are: mypy checks neither."""
    nodes = [node for path in modules() for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    functions = [node.args for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    parameters = [
        parameter
        for one in functions
        for parameter in (*one.posonlyargs, *one.args, *one.kwonlyargs, one.vararg, one.kwarg)
        if parameter is not None
    ]
    is_any = [isinstance(one.annotation, ast.Name) and one.annotation.id == "Any" for one in parameters]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    is_getattr = [isinstance(one, ast.Name) and one.id == "getattr" for one in calls]
    yield Figure("parameters of type Any", sum(is_any), 250, _ANY)
    yield Figure("calls of getattr", sum(is_getattr), 80, _GETATTR)


def public_names() -> int:
    """Count the names in every `__all__` of a public module, the package root's among them, and the event modules."""
    names = (ROOT_NAME, *public_modules())
    return sum(len(importlib.import_module(name).__all__) for name in names) + len(EVENT_MODULES)


def repeated_types() -> dict[str, list[str]]:
    """Return the names of classes and type aliases that two modules or more define, with these modules.

    Django names the class of each of its commands `Command`, and that of each of its migrations `Migration`.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for path in (path for path in modules() if not {"management", "migrations"} & {*path.parts}):
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


def sibling_cycles(*, at_run_time: bool = False) -> list[str]:
    """Return the packages in which some children import each other in a circle, with these children.

    Args:
        at_run_time: True to leave out imports under `if TYPE_CHECKING`.
    """
    import grimp

    graph = grimp.build_graph(ROOT_NAME, exclude_type_checking_imports=at_run_time, cache_dir=None)
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


def home_made(folder: Path) -> float:
    """Return the number of home-made words in each thousand words of a folder."""
    counts = words_of(folder)
    return 1000 * sum(counts[word] for word in HOME_MADE) / max(counts.total(), 1)


def words_of(folder: Path) -> Counter[str]:
    """Count the words of a folder: docstrings and comments of Python files, Markdown without its code."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            counts.update(_words(_python_prose(path.read_text(encoding="utf-8"))))
        elif path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            counts.update(_words([re.sub(r"```.*?```|`[^`]*`", " ", text, flags=re.DOTALL)]))
    return counts


def home_made_in_test_names() -> float:
    """Return the number of home-made words in each thousand words of the names of tests."""
    counts = Counter(word for _, name in test_names() for word in name.lower().split("_"))
    return 1000 * sum(counts[word] for word in HOME_MADE) / max(counts.total(), 1)


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
        walked = files_walked(lambda: desk.register(facts, site="CRE"))
        yield Figure("files of a warm Desk.register", walked, 25, _WALK)
        reference = desk.register(facts, site="CRE").reference
        yield Figure("files of a warm Desk.acknowledge", files_walked(lambda: desk.acknowledge(reference)), 25, _WALK)


@cache
def test_names() -> list[tuple[Path, str]]:
    """Return the name of each test, with its file."""
    return [
        (path, node.name)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def long_test_names() -> list[str]:
    """Return the tests whose names are longer than the limit."""
    return [f"{path.relative_to(ROOT)}: {name}" for path, name in test_names() if len(name) > LONGEST_TEST_NAME]


def figures() -> Iterator[Figure]:
    """Yield every figure."""
    yield from sizes()
    yield from loose_types()
    yield Figure("public names", public_names(), 500, _NAMES)
    yield Figure("names of types that two modules define", len(repeated_types()), 0)
    yield Figure("import cycles between siblings", len(sibling_cycles()), 0)
    yield Figure("import cycles between siblings at run time", len(sibling_cycles(at_run_time=True)), 0)
    for folder in ("src", "docs", "tests"):
        yield Figure(f"home-made words in 1,000, {folder}", round(home_made(ROOT / folder), 1), 8)
    yield Figure("home-made words in 1,000, names of tests", round(home_made_in_test_names(), 1), 8)
    yield Figure(f"names of tests over {LONGEST_TEST_NAME} characters", len(long_test_names()), 0)
    yield from walks()


def ceilings() -> dict[str, float]:
    """Return the ceiling of each figure, from `[tool.figures]` of pyproject.toml."""
    return dict(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["figures"])


def faults(found: Iterable[Figure], limits: dict[str, float]) -> list[str]:
    """Return one sentence for each figure without a ceiling, above it, or above its target without a reason."""
    faults = []
    for figure in found:
        if figure.name not in limits:
            faults.append(f"{figure.name}: {figure.value:g}, and no ceiling in [tool.figures] of pyproject.toml")
        elif figure.value > limits[figure.name]:
            faults.append(f"{figure.name}: {figure.value:g}, and the ceiling is {limits[figure.name]:g}")
        elif figure.target is not None and figure.value > figure.target and not figure.why:
            faults.append(f"{figure.name}: {figure.value:g}, above its target of {figure.target:g} without a reason")
    return faults


def lower(found: Iterable[Figure], limits: dict[str, float]) -> None:
    """Write today's figures into pyproject.toml where they are below their ceilings."""
    text = PROJECT.read_text(encoding="utf-8")
    for figure in found:
        if figure.value < limits.get(figure.name, 0):
            line = re.compile(rf'^"{re.escape(figure.name)}" = .*$', re.MULTILINE)
            text = line.sub(f'"{figure.name}" = {figure.value:g}', text)
    PROJECT.write_text(text, encoding="utf-8")


def print_words() -> None:
    """Print the home-made words in each thousand of every package, and the most frequent of them."""
    packages = [path for path in sorted((SOURCE / ROOT_NAME).iterdir()) if path.is_dir() and path.name != "__pycache__"]
    tests = [path for path in sorted((ROOT / "tests").glob("*/*")) if path.is_dir() and path.name != "__pycache__"]
    for folder in (*packages, ROOT / "docs", *tests, ROOT / "scripts", ROOT / "soak", ROOT / "bench"):
        counts = words_of(folder)
        frequent = sorted((word for word in HOME_MADE if counts[word]), key=lambda word: -counts[word])[:6]
        shown = ", ".join(f"{word} {counts[word]}" for word in frequent)
        print(f"{folder.relative_to(ROOT)!s:44} {home_made(folder):5.1f}  {shown}")


def print_details() -> None:
    """Print the cycles between siblings, the repeated type names and the tests with long names."""
    print(*sibling_cycles(), sep="\n")
    print(*(f"{name}: {', '.join(where)}" for name, where in repeated_types().items()), sep="\n")
    print(*long_test_names(), sep="\n")


def main() -> None:
    """Print the figures, or check them."""
    if "--words" in sys.argv:
        print_words()
        return
    if "--details" in sys.argv:
        print_details()
        return
    found, limits = list(figures()), ceilings()
    if "--json" in sys.argv:
        print(json.dumps([attrs.asdict(figure) for figure in found], indent=1))
        return
    if "--lower" in sys.argv:
        lower(found, limits)
    if "--check" in sys.argv:
        sys.exit("\n".join(faults(found, limits)) or 0)
    print(f"{'':48} {'today':>10}  {'ceiling':>8}  target")
    for figure in found:
        target = "" if figure.target is None else f"<= {figure.target:g}"
        print(f"{figure.name:48} {figure.value:>10g}  {limits.get(figure.name, float('nan')):>8g}  {target}")
        if figure.target is not None and figure.value > figure.target:
            print(textwrap.indent(textwrap.fill(figure.why or "no reason is stated", 100), "    "))


if __name__ == "__main__":
    show_help(__doc__)
    main()
