"""Mutation testing: change one place of the package at random, run the tests that name it, and count what they miss.

`python -m scripts.mutate [--number N] [--seed N] [--below FOLDER] [--only N ...] [--stage STAGE ...]` works in a copy
of the tree. The mutants pass three stages of tests, or those named; what a stage misses enters the next one:

1. `near`: the examples of the module, the three files that name most of what changes, by how rarely others name it,
   the approved texts and, if a text changes, the tests of the words of every module;
2. `quick`: the other files of tests and pages of the guide that run the place, the most relevant first;
3. `apart`: those of the tests on a PostgreSQL server or on engines such as DuckDB, which `make test` does not run.

Before `quick` and `apart` all their tests run once on a tree that notes which files run the place of which mutant.
A place that runs when its module is imported is tried by the tests of its package and the forty other files
that name most of it. A mutant is caught when a test fails on it that passes without it: what fails in a stage runs once
more on the unchanged tree, all together. A stage that its limit cuts misses. The survivors are written to
build/mutation/survivors.txt with their changes, the stages that were cut and those that do not run the place. Of the
mutants that no quick test runs, the last line says how many these tests do run.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs

from scripts.environments import BUILD, ROOT

FOLDER: Final = BUILD / "mutation"
TREE: Final = FOLDER / "tree"
LIMITS: Final = {"near": 40, "quick": 200, "apart": 200}
"""Seconds of the processor of each stage for one mutant, which do not depend on what else the machine does."""
QUICK: Final = "not slow and not soak and not engines and not postgresql"
APART: Final = "(postgresql or engines) and not soak"
HANGING: Final = 3600
"""Seconds of the clock after which a mutant waits for ever."""
NEAREST: Final = 3
WIDEST: Final = 40
APPROVED: Final = Path("tests", "unit", "test_approved.py")
WORDS: Final = Path("tests", "unit", "vocabulary", "test_lexicon.py")
ELSEWHERE: Final = {
    "cli": ("functional",),
    "adapters": ("contracts",),
    "ports": ("contracts",),
    "testing": ("contracts",),
}
"""Folders of tests that mirror no package."""
_SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
}  # fmt: skip
_NOTES: Final = """import os
seen = set()
def note(number):
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[0]
    if (number, test) not in seen:
        seen.add((number, test))
        with open({file!r}, "a") as notes:
            notes.write(f"{{number}} {{test}}\\n")
"""
"""A module that notes the file of tests that runs a place; none while tests are collected."""


@attrs.frozen
class Mutant:
    """A change of one expression or statement of a file.

    Args:
        path: the file, below the root of the project.
        line: the first line that changes.
        text: the file with the change.
        span: the bytes of what changes.
        is_statement: True if it is a statement.
        on_import: True if it runs when its module is imported.
        before: the source of what changes.
        after: what it changes to.
    """

    path: Path
    line: int
    text: str = attrs.field(repr=False)
    span: tuple[int, int]
    is_statement: bool
    on_import: bool
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n- {self.before}\n+ {self.after}"


def changes(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901, PLR0912  one case for each kind of node
    """Yield what a node may be changed to."""
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)) if value:
            yield ast.Constant(value + "XX")
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Compare(ops=[op]) if type(op) in _SWAPS:
            yield ast.Compare(node.left, [_SWAPS[type(op)]()], node.comparators)  # type: ignore[list-item]
        case ast.BoolOp() | ast.BinOp() if type(node.op) in _SWAPS:
            changed = copy.copy(node)
            changed.op = _SWAPS[type(node.op)]()  # type: ignore[assignment]
            yield changed
        case ast.If() | ast.IfExp() | ast.While():
            yield ast.UnaryOp(ast.Not(), node.test)
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Call():
            for number in range(len(node.keywords)):
                yield ast.Call(node.func, node.args, node.keywords[:number] + node.keywords[number + 1 :])
            if len(node.args) > 1:
                yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)


def places(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run: neither annotations, docstrings, imports, types, nor the parts of an f-string."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "type_params"} and not isinstance(value, list):
            continue
        for node in value if isinstance(value, list) else [value]:
            match node:
                case ast.Expr(value=ast.Constant()) | ast.JoinedStr() | ast.Import() | ast.ImportFrom() | ast.Assert():
                    continue
                case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                    continue
                case ast.Call(func=ast.Name(id="TypeVar" | "cast")):
                    continue
                case ast.Assign(targets=[ast.Name(id="__all__")]):
                    continue
                case ast.AST():
                    yield node
                    yield from places(node)


def drawn(generator: random.Random, files: list[Path]) -> Mutant | None:
    """Return one mutant of a file drawn by its length, or None where the place drawn has none."""
    path = generator.choices(files, [file.stat().st_size for file in files])[0]
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    candidates = [(node, each) for node in places(tree) for each in changes(node)]
    if not candidates:
        return None
    node, changed = generator.choice(candidates)
    # Of a block, only its condition is written again.
    old: Any = node.test if isinstance(node, ast.If | ast.IfExp | ast.While) else node
    source = text.encode()
    lines = source.splitlines(keepends=True)
    start = sum(map(len, lines[: old.lineno - 1])) + old.col_offset
    end = sum(map(len, lines[: old.end_lineno - 1])) + old.end_col_offset

    is_statement, after = isinstance(old, ast.stmt), ast.unparse(changed)
    mutated = (source[:start] + (after if is_statement else f"({after})").encode() + source[end:]).decode()
    if not is_python(mutated):  # a call in a pattern
        return None
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    bodies = [part for one in functions for part in (one.body if isinstance(one.body, list) else [one.body])]
    on_import = not any(one is node for part in bodies for one in ast.walk(part))
    before = source[start:end].decode()
    return Mutant(path.relative_to(ROOT), old.lineno, mutated, (start, end), is_statement, on_import, before, after)


def is_python(text: str) -> bool:
    """Return True for a text that Python can parse."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def sample(number: int, seed: int, below: Path) -> list[Mutant]:
    """Draw mutants of the files of a folder; the same seed draws the same ones of the same files."""
    generator = random.Random(seed)  # noqa: S311  nothing is kept secret
    files = sorted(path for path in below.rglob("*.py") if "migrations" not in path.parts)
    found: list[Mutant] = []
    while len(found) < number:
        mutant = drawn(generator, files)
        if mutant is not None:
            found.append(mutant)
    return found


def pytest(limit: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in the copy, whose source comes before the installed one, for some seconds of the processor."""
    temporary = tempfile.mkdtemp(prefix="reclamation-mutation-")
    Path(temporary).chmod(0o755)  # the user of a PostgreSQL server has to reach it
    environment = os.environ | {
        "PYTHONPATH": f"{TREE / 'src'}{os.pathsep}{FOLDER}", "HYPOTHESIS_PROFILE": "brief", "TMPDIR": temporary
    }  # fmt: skip
    command = ["sh", "-c", 'ulimit -t "$0"; exec "$@"', str(limit), sys.executable, "-m", "pytest", "--quiet"]
    try:
        return subprocess.run(
            [*command, "-pno:cacheprovider", *arguments],
            cwd=TREE, env=environment, capture_output=True, text=True, check=False, timeout=HANGING,
        )  # fmt: skip
    finally:
        # A process that ended early has left its server.
        for file in Path(temporary).glob("*/data/postmaster.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(file.read_text(encoding="utf-8").split()[0]), signal.SIGQUIT)
        shutil.rmtree(temporary, ignore_errors=True)


def copy_tree() -> None:
    """Copy what the tests read: what git tracks, or would."""
    shutil.rmtree(TREE, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if (ROOT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, TREE / name)


def write(path: Path, text: str) -> None:
    """Write a module of the copy, and remove its bytecode: two versions may have one size and one second."""
    path.write_text(text, encoding="utf-8")
    for bytecode in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        bytecode.unlink()


def names_at(mutant: Mutant) -> set[str]:
    """Return the public functions and classes around a mutant, or else those of its module."""
    tree = ast.parse((TREE / mutant.path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in ast.walk(tree) if isinstance(node, kinds) and not node.name.startswith("_")]
    around = {node.name for node in public if node.lineno <= mutant.line <= (node.end_lineno or 0)}
    return around or {node.name for node in public}


@cache
def texts() -> dict[Path, str]:
    """Return the files of tests and the pages of the guide, whose examples are tests."""
    files = [*(TREE / "tests").rglob("test_*.py"), *(TREE / "docs").rglob("*.md")]
    apart = {"browser", "application"}
    return {path: path.read_text(encoding="utf-8") for path in sorted(files) if not apart & {*path.parts}}


def by_relevance(mutant: Mutant) -> tuple[list[Path], set[Path]]:
    """Return the files that name something of a mutant, the most relevant first, and those that mirror its package."""
    package, stem = Path(mutant.path.parts[2]).stem, mutant.path.stem
    folders = [TREE / "tests" / kind / package for kind in ("unit", "properties")]
    folders += [TREE / "tests" / folder for folder in ELSEWHERE.get(package, ())]
    relevance: dict[Path, float] = dict.fromkeys(texts(), 0.0)
    for word in {*names_at(mutant), stem}:
        whole = re.compile(rf"\b{word}\b")
        counts = {path: len(whole.findall(text)) for path, text in texts().items() if word in text}
        for path, count in counts.items():
            relevance[path] += min(count, 5) / len(counts)
    mirroring = {path for path in relevance if any(path.is_relative_to(folder) for folder in folders)}
    for path in mirroring:
        relevance[path] = 4 * relevance[path] + (10 if stem in path.stem else 0)
    return sorted(relevance, key=lambda path: -relevance[path]), mirroring


def near(mutant: Mutant) -> list[Path]:
    """Return the files of the first stage."""
    nearest = [path for path in by_relevance(mutant)[0] if path.suffix == ".py"][:NEAREST]
    of_words = [TREE / WORDS] if '"' in mutant.before else []
    # The module is last: collected before a test imports it, it may be another one than that of its importers.
    return [*dict.fromkeys([*nearest, TREE / APPROVED, *of_words]), TREE / mutant.path]


def with_notes(path: Path, mutants: dict[int, Mutant]) -> tuple[str, set[int]]:
    """Return a module that notes when it runs the places of mutants, and the numbers of those that it can note."""
    source = (TREE / path).read_bytes()
    noted: dict[int, Mutant] = {}

    def written() -> str:
        # Of two places that begin together, the outer one opens first.
        parts: list[tuple[int, int, str]] = []
        for number, mutant in noted.items():
            (start, end), call = mutant.span, f"__import__('reclamation_notes').note({number})"
            if mutant.is_statement:
                parts.append((start, 1 - 2 * end, f"{call}; "))
            else:
                parts += [(start, 2 - 2 * end, f"({call} or ("), (end, -sys.maxsize, "))")]
        text = source
        for at, _, part in sorted(parts, key=lambda one: (one[0], one[1]), reverse=True):
            text = text[:at] + part.encode() + text[at:]
        return text.decode()

    for number, mutant in mutants.items():
        noted[number] = mutant
        if not is_python(written()):  # a pattern, or the condition of an `elif`
            del noted[number]
    return written(), {*noted}


def notes(stage: str, mutants: dict[int, Mutant]) -> dict[int, set[Path]]:
    """Run the tests of a stage once; return the files that run the places of mutants, without those run on import."""
    file = FOLDER / "notes.txt"
    file.write_text("", encoding="utf-8")
    (FOLDER / "reclamation_notes.py").write_text(_NOTES.format(file=str(file)), encoding="utf-8")
    originals, noted = dict[Path, str](), set[int]()
    for path in {mutant.path for mutant in mutants.values()}:
        originals[path] = (TREE / path).read_text(encoding="utf-8")
        text, numbers = with_notes(path, {number: each for number, each in mutants.items() if each.path == path})
        noted |= numbers
        write(TREE / path, text)
    modules = [str(TREE / path) for path in originals if "django" not in str(path)]
    try:
        pytest(HANGING, "-m", APART if stage == "apart" else QUICK, *map(str, texts()), *modules)
    finally:
        for path, original in originals.items():
            write(TREE / path, original)
    found: dict[int, set[Path]] = {number: set() for number in noted}
    for line in file.read_text(encoding="utf-8").splitlines():
        number, _, test = line.partition(" ")
        if test:
            found.setdefault(int(number), set()).add(TREE / test)
        else:
            found.pop(int(number), None)
            noted.discard(int(number))
    return {number: paths for number, paths in found.items() if number in noted}


def failures(limit: int, *arguments: str) -> list[str] | None:
    """Return the tests that fail, without their parameters; None where the limit cut the run.

    The parameters of a test may depend on the mutant. "an error" is a package that cannot be imported.
    """
    try:
        done = pytest(limit, *arguments)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode < 0:
        return None
    found = re.findall(r"^(?:FAILED|ERROR) ([^\s\[]+\.(?:py|md)[^\s\[]*)", done.stdout, re.MULTILINE)
    # An example of a page needs those before it.
    tests = [test.split("::")[0] if ".md" in test else test for test in found]
    return [*dict.fromkeys(tests)] or (["an error"] if done.returncode not in {0, 5} else [])


def changed_fails(path: Path, text: str, stage: str, tests: list[str]) -> list[str] | None:
    """Return the tests of a stage that fail where a module has another text; None where the limit cut the run."""
    target = TREE / path
    original = target.read_text(encoding="utf-8")
    write(target, text)
    try:
        return failures(LIMITS[stage], "-m", APART if stage == "apart" else QUICK, *tests)
    finally:
        write(target, original)


@attrs.define
class Run:
    """The sample on its way through the stages.

    Args:
        left: the mutants that no test has caught, by their numbers.
        cut: the stages of a mutant that the limit cut.
        unreached: the stages of a mutant whose tests do not run its place.
        broken: the tests that fail without any change, which are left out.
        running: the files of tests of the stage that run the place of a mutant, by its number.
    """

    left: dict[int, Mutant]
    cut: dict[int, list[str]] = attrs.field(factory=dict)
    unreached: dict[int, list[str]] = attrs.field(factory=dict)
    broken: set[str] = attrs.field(factory=set)
    running: dict[int, set[Path]] = attrs.field(factory=dict)

    def enter(self, stage: str) -> None:
        """Run the tests of a stage on what is left, until none of what fails fails without any change."""
        waiting = set(self.left)
        if stage != "near":
            self.running = notes(stage, {number: each for number, each in self.left.items() if not each.on_import})
        while waiting:
            caught = {number: test for number in sorted(waiting) if (test := self.try_on(stage, number))}
            tests = sorted({*caught.values()} - {"an error"})
            broken = failures(60 + 10 * len(tests), "-m", f"({QUICK}) or ({APART})", *tests) if tests else []
            if broken is None:
                sys.exit(f"the tests do not end without any change: {tests}")
            self.broken.update(broken)
            waiting = {number for number, test in caught.items() if test in broken}
            for number in caught.keys() - waiting:
                del self.left[number]

    def files_of(self, stage: str, number: int) -> list[Path]:
        """Return the files of tests that a mutant enters in a stage."""
        mutant = self.left[number]
        if stage == "near":
            return near(mutant)
        ordered, mirroring = by_relevance(mutant)
        before = {*near(mutant)} if stage == "quick" else set()
        if number in self.running:
            found = [path for path in ordered if path in self.running[number]]
            return [path for path in (*found, *(self.running[number] - {*found})) if path not in before]
        others = [path for path in ordered if path not in mirroring]
        contract = [TREE / "tests" / "contracts" / "test_postgresql.py"] if stage == "apart" else []
        return [
            path for path in (*contract, *sorted(mirroring, key=ordered.index), *others[:WIDEST]) if path not in before
        ]

    def try_on(self, stage: str, number: int) -> str:
        """Return a test that fails on a mutant, or an empty text."""
        mutant, start = self.left[number], time.monotonic()
        found: list[str] | None = []
        # A file that cannot be collected, such as a module of Django without settings, has no test to leave out.
        files = [path for path in self.files_of(stage, number) if str(path.relative_to(TREE)) not in self.broken]
        tests = ["-x", *map(str, files), *(f"--deselect={test}" for test in sorted(self.broken))]
        result = "not run"
        if files:
            found = changed_fails(mutant.path, mutant.text, stage, tests)
            result = "cut" if found is None else found[0] if found else "missed"
        if number in self.running and not self.running[number]:
            self.unreached.setdefault(number, []).append(stage)
        if found is None:
            self.cut.setdefault(number, []).append(stage)
        print(
            f"{stage:8}{number:4} {mutant.path}:{mutant.line} {result} ({time.monotonic() - start:.0f} s)", flush=True
        )
        return found[0] if found else ""


def main() -> None:
    """Draw, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--below", type=Path, default=ROOT / "src" / "reclamation_core")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of the sample to run, from 1")
    parser.add_argument("--stage", nargs="*", choices=LIMITS, default=[*LIMITS], help="the stages to run")
    options = parser.parse_args()
    mutants = sample(options.number, options.seed, options.below.resolve())
    FOLDER.mkdir(parents=True, exist_ok=True)
    copy_tree()
    run = Run({number: each for number, each in enumerate(mutants, 1) if number in (options.only or [number])})
    total = len(run.left)
    served = set[int]()
    for stage in options.stage:
        entering = len(run.left)
        if stage == "apart":
            served = {number for number in run.left if run.unreached.get(number) == ["quick"]}
        run.enter(stage)
        print(f"{stage}: {entering - len(run.left)} of {entering} mutants caught", flush=True)
        survivors = [
            f"{number}: {each}\ncut: {run.cut.get(number, 'no stage')}; "
            f"not run by: {run.unreached.get(number, 'no stage')}"
            for number, each in run.left.items()
        ]
        (FOLDER / "survivors.txt").write_text("\n\n".join(survivors) + "\n", encoding="utf-8")
    print(f"{total - len(run.left)} of {total} mutants caught; the others: {FOLDER / 'survivors.txt'}")
    served = {number for number in served if "apart" not in run.unreached.get(number, ())}
    missed = served & run.left.keys()
    print(f"{len(served)} mutants lie where the tests on PostgreSQL or on engines alone get; these miss {len(missed)}")
    if run.broken:
        print(f"these tests fail without any change: {', '.join(sorted(run.broken))}")


if __name__ == "__main__":
    main()
