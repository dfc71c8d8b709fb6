"""Mutation testing: change one place of the package at random, run the tests of that place, and count what they miss.

`python -m scripts.mutate [--number N] [--seed N] [--below PATH ...] [--only N ...]` works in a copy of the tree.
The tests of `make test` first run once under coverage, which notes the lines that each test runs. The notes serve until
a module of the package changes.

A mutant is tried by the tests that run its line: those of the three files that name most of what changes, by how rarely
others name it, then the quickest, up to a limit. A place that runs when its module is imported, or in another process
alone, is tried by these three files, the approved texts and the examples of the module. If a text changes, the tests
of the words of every module are tried too. What they do not catch is tried by every test, which takes minutes: a
function that runs on import has no notes of the tests that read what it made. What these miss is tried by the tests
that `make check` adds, those of the nearest files first: the report counts apart what they catch.

Two kinds of changes are not drawn, as no test can tell them: `zip` with another `strict` than its True, which checks
the lengths that its caller made, and `max` or `min` without a key with its arguments swapped. The score counts changes
that can be noticed.

A mutant is caught when a test fails on it that passes without it: what failed runs on the unchanged tree at once, and
what fails there too is left out from then on; and when its tests take three times as long as on the unchanged tree, as
Stryker and PIT count a timeout. The survivors are printed with their changes.
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
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
from coverage import CoverageData

from scripts.environments import BUILD, ROOT

FOLDER: Final = BUILD / "mutation"
TREE: Final = FOLDER / "tree"
LIMIT: Final = 100
"""Seconds of the tests of a mutant, which take the same of the processor on the unchanged tree."""
HANGING: Final = 3600
"""Seconds of the clock after which a run waits for ever."""
QUICK: Final = ("-m", "not slow and not soak and not engines and not postgresql")
ADDED: Final = ("-m", "(slow or engines or postgresql) and not soak")
"""The tests of `make test`, and those that `make check` adds: see the Makefile."""
NEAREST: Final = 3
APPROVED: Final = "tests/unit/test_approved.py"
WORDS: Final = "tests/unit/vocabulary/test_lexicon.py"
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


@attrs.frozen
class Mutant:
    """A change of one expression or statement of a file.

    Args:
        path: the file, below the root of the project.
        text: the file with the change.
        lines: the lines that change.
        statement: those of the statement that they are a part of, if it has no body.
        on_import: True for a place that runs when its module is imported: the notes have it for whichever test imports
            it first.
        before: the source of what changes.
        after: what it changes to.
    """

    path: Path
    text: str = attrs.field(repr=False)
    lines: range
    statement: range
    on_import: bool
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lines[0]}\n- {self.before}\n+ {self.after}"


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
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            for number, keyword in enumerate(node.keywords):
                if (name, keyword.arg) != ("zip", "strict"):
                    yield ast.Call(node.func, node.args, node.keywords[:number] + node.keywords[number + 1 :])
            if len(node.args) > 1 and (name not in {"max", "min"} or node.keywords):
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
                case ast.keyword(arg="strict") if isinstance(tree, ast.Call) and ast.unparse(tree.func) == "zip":
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
    rows = source.splitlines(keepends=True)
    start = sum(map(len, rows[: old.lineno - 1])) + old.col_offset
    end = sum(map(len, rows[: old.end_lineno - 1])) + old.end_col_offset
    after = ast.unparse(changed)
    mutated = (source[:start] + (after if isinstance(old, ast.stmt) else f"({after})").encode() + source[end:]).decode()
    if not is_python(mutated):  # a call in a pattern
        return None
    lines = range(old.lineno, old.end_lineno + 1)
    simple = [one for one in ast.walk(tree) if isinstance(one, ast.stmt) and not hasattr(one, "body")]
    spans = [range(one.lineno, (one.end_lineno or one.lineno) + 1) for one in simple]
    statement = next((span for span in spans if lines[0] in span and lines[-1] in span), lines)
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    on_import = not any(old in ast.walk(part) for one in functions for part in _body(one))
    return Mutant(path.relative_to(ROOT), mutated, lines, statement, on_import, source[start:end].decode(), after)


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[Any]:
    return [function.body] if isinstance(function, ast.Lambda) else function.body


def is_python(text: str) -> bool:
    """Return True for a text that Python can parse."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def sample(number: int, seed: int, below: Iterable[Path]) -> list[Mutant]:
    """Draw mutants of files and folders; the same seed draws the same ones of the same files."""
    generator = random.Random(seed)  # noqa: S311  nothing is kept secret
    inside = {path for each in below for path in ([each] if each.is_file() else each.rglob("*.py"))}
    files = sorted(path for path in inside if "migrations" not in path.parts)
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
        "PYTHONPATH": str(TREE / "src"), "HYPOTHESIS_PROFILE": "brief", "TMPDIR": temporary
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
    around = {node.name for node in public if node.lineno <= mutant.lines[0] <= (node.end_lineno or 0)}
    return around or {node.name for node in public}


@cache
def texts() -> dict[Path, str]:
    """Return the files of tests that run with the others."""
    apart = {"browser", "application"}
    files = [path.relative_to(TREE) for path in sorted((TREE / "tests").rglob("test_*.py"))]
    return {path: (TREE / path).read_text(encoding="utf-8") for path in files if not apart & {*path.parts}}


def near(mutant: Mutant) -> list[str]:
    """Return the files of tests that name most of a mutant."""
    package, stem = Path(mutant.path.parts[2]).stem, mutant.path.stem
    folders = [Path("tests", kind, package) for kind in ("unit", "properties")]
    folders += [Path("tests", folder) for folder in ELSEWHERE.get(package, ())]
    relevance = defaultdict[Path, float](float)
    for word in {*names_at(mutant), stem}:
        whole = re.compile(rf"\b{word}\b")
        counts = {path: len(whole.findall(text)) for path, text in texts().items() if word in text}
        for path, count in counts.items():
            relevance[path] += min(count, 5) / len(counts)
    for path in texts():
        if any(path.is_relative_to(folder) for folder in folders):
            relevance[path] = 4 * relevance[path] + (10 if stem in path.stem else 0)
    return [str(path) for path in sorted(relevance, key=lambda path: -relevance[path])[:NEAREST]]


@attrs.frozen
class Notes:
    """What a run of the tests noted.

    Args:
        contexts: the tests of each line, with their phases, by the file.
        seconds: how long each test takes; an example of a page needs those before it, so that a page is one test.
        broken: the tests that fail without any change, which are left out.
    """

    contexts: CoverageData
    seconds: dict[str, float]
    broken: list[str]

    @classmethod
    def read(cls) -> Notes:
        """Read the notes of the quick tests; run them first if a module of the package is newer than the notes."""
        data, printed = FOLDER / "quick.coverage", FOLDER / "quick.txt"
        newest = max(path.stat().st_mtime for path in (ROOT / "src").rglob("*.py"))
        if not printed.exists() or printed.stat().st_mtime < newest:
            settings, measured = FOLDER / "coverage.ini", FOLDER / "new.coverage"
            settings.write_text(f"[run]\ncore = ctrace\ndata_file = {measured}\n", encoding="utf-8")
            print("noting which test runs which lines, which takes minutes", flush=True)
            arguments = [*QUICK, "--numprocesses=auto", "-vv", "--durations=0"]
            arguments += [
                "--cov=src/reclamation_core",
                f"--cov-config={settings}",
                "--cov-context=test",
                "--cov-report=",
            ]
            done = pytest(24 * HANGING, *arguments)
            if not measured.exists():
                sys.exit(f"the tests cannot run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            measured.replace(data)
            printed.write_text(done.stdout, encoding="utf-8")
        text, contexts = printed.read_text(encoding="utf-8"), CoverageData(str(data))
        contexts.read()
        seconds = defaultdict[str, float](float)
        for duration, test in re.findall(r"^([\d.]+)s (?:setup|call|teardown) +(\S.*)$", text, re.MULTILINE):
            for unit in {whole(test), file_of(test)}:
                seconds[unit] += float(duration)
        return cls(contexts, seconds, failed(text))

    def running(self, mutant: Mutant) -> set[str]:
        """Return the tests that run the line of a mutant, or the whole file whose tests share what runs it."""
        of_lines = self.contexts.contexts_by_lineno(str(TREE / mutant.path))
        for lines in (mutant.lines, mutant.statement):
            found = {
                (test, phase)
                for line in lines
                for context in of_lines.get(line, ())
                if context
                for test, _, phase in [context.rpartition("|")]
            }
            if found:
                break
        alone = Counter(file_of(test) for test, phase in found if phase == "setup")
        return {
            file_of(test) if phase == "setup" and alone[file_of(test)] == 1 else whole(test) for test, phase in found
        }


def file_of(test: str) -> str:
    """Return the file of a test."""
    return test.partition("::")[0]


def whole(test: str) -> str:
    """Return the page of an example; another test is one by itself."""
    return file_of(test) if ".md::" in test else test


def failed(printed: str) -> list[str]:
    """Return the tests that failed, without their parameters, which may depend on the mutant."""
    found = re.findall(r"^(?:FAILED|ERROR) ([^\s\[]+\.(?:py|md)[^\s\[]*)", printed, re.MULTILINE)
    return [*dict.fromkeys(map(whole, found))]


def failures(limit: int, *arguments: str) -> list[str] | None:
    """Return the tests that fail, "an error" where the package cannot be imported, or None where the limit cut them."""
    listed = FOLDER / "tests.txt"
    listed.write_text("\n".join(arguments), encoding="utf-8")
    try:
        done = pytest(limit, f"@{listed}")
    except subprocess.TimeoutExpired:
        return None
    if done.returncode < 0:
        return None
    if done.returncode == 4:  # a test whose parameters depend on the mutant has another name, or an older one
        missing = {each for each in arguments if f"not found: {TREE / each}\n" in done.stderr + done.stdout}
        if missing:
            return failures(limit, *(each for each in arguments if each not in missing))
    return failed(done.stdout) or (["an error"] if done.returncode not in {0, 5} else [])


def tests_of(mutant: Mutant, notes: Notes) -> list[str]:
    """Return the tests that try a mutant first."""
    nearest, running = near(mutant), set[str]() if mutant.on_import else notes.running(mutant)
    total, tests = 0.0, list[str]()
    for test in sorted(running, key=lambda test: (file_of(test) not in nearest, notes.seconds[test], test)):
        total += notes.seconds[test]
        if total <= LIMIT:
            tests.append(test)
    if not tests:
        # The module is last: collected before a test imports it, it may be another one than that of its importers.
        tests = [*nearest, APPROVED, *([] if "django" in mutant.path.parts else [str(mutant.path)])]
    return [*([WORDS] if '"' in mutant.before else []), *tests]


def try_on(mutant: Mutant, first: list[str], broken: list[str]) -> tuple[str, list[str]]:
    """Return the command whose tests fail on a mutant, and these tests; "a timeout" where they hang.

    Args:
        mutant: the change.
        first: the quick tests that try it first.
        broken: the options that leave out the tests that fail without any change; those that are found are added.
    """
    target = TREE / mutant.path
    original = target.read_text(encoding="utf-8")
    attempts = deque([
        ("make test", 3 * LIMIT, first),
        ("make test", HANGING, [*QUICK, "--numprocesses=auto"]),
        ("make check", HANGING, [*ADDED, *near(mutant)]),
        ("make check", HANGING, [*ADDED, "--numprocesses=auto"]),
    ])  # fmt: skip
    while attempts:
        command, limit, tests = attempts.popleft()
        write(target, mutant.text)
        try:
            found = failures(limit, "-x", *broken, *tests)
        finally:
            write(target, original)
        if found is None:
            return command, ["a timeout"]
        without = failures(limit, *found) if found not in ([], ["an error"]) else []
        if without is None:
            sys.exit(f"these tests do not end without any change: {found}")
        if without:
            broken += [f"--deselect={test}" for test in without]
            attempts.appendleft((command, limit, tests))
        elif found:
            return command, found
    return "", []


def main() -> None:
    """Draw, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--below", type=Path, nargs="*", default=[ROOT / "src" / "reclamation_core"])
    parser.add_argument("--only", type=int, nargs="*", help="numbers of the sample to run, from 1")
    options = parser.parse_args()
    mutants = dict(enumerate(sample(options.number, options.seed, [path.resolve() for path in options.below]), 1))
    FOLDER.mkdir(parents=True, exist_ok=True)
    copy_tree()
    notes = Notes.read()
    broken = [f"--deselect={test}" for test in notes.broken]
    caught, commands = dict[int, str](), dict[int, str]()
    for number in options.only or mutants:
        mutant, start = mutants[number], time.monotonic()
        tests = [*QUICK, *tests_of(mutant, notes)]
        commands[number], found = try_on(mutant, tests, broken)
        if found == ["an error"] and failures(LIMIT, "--collect-only", *broken, *tests):
            sys.exit(f"these tests cannot run without any change either: {tests}")
        seconds = f"{time.monotonic() - start:.0f} s"
        if found:
            caught[number] = found[0]
            print(
                f"{number:4} caught {mutant.path}:{mutant.lines[0]} by {commands[number]}: {found[0]} ({seconds})",
                flush=True,
            )
        else:
            print(f"{number:4} missed {mutant} ({seconds})", flush=True)
    by = Counter(commands[number] for number in caught)
    shares = f"{by['make test']} caught by make test, {by['make check']} by make check alone"
    print(f"{len(commands)} mutants: {shares}, {len(commands) - len(caught)} missed")
    if broken:
        print(f"left out, as they fail without any change: {' '.join(broken)}")


if __name__ == "__main__":
    main()
