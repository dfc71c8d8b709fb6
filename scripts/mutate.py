"""Mutation testing: change one place of the package at random, run the tests that name it, and count what they miss.

`python -m scripts.mutate [--number N] [--seed N] [--below FOLDER] [--only N ...]` works in a copy of the tree. The
mutants pass four stages of tests, and only those that a stage misses enter the next one:

1. `near`: the examples of the module, the three files that name most of what changes, by how rarely others name it,
   and the one that reads the texts of every module;
2. `package`: the other tests that mirror its package;
3. `wide`: the forty other files of tests and pages of the guide that name most of it;
4. `postgresql`: the tests of all these files that need a PostgreSQL server, which `make test` does not run.

A mutant is caught when a test fails on it that passes without it: what fails in a stage runs once more on the unchanged
tree, all together. A stage that its limit cuts misses. The tests that miss a mutant in `near`, and those of the other
stages before they try it, run on a tree whose process ends where the mutant is, which says whether they get there. The
survivors are written to build/mutation/survivors.txt with their changes, the stages that were cut and those that do not
run the place. Of the mutants that no quick test runs, the last line says how many the tests on PostgreSQL do run.
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
LIMITS: Final = {"near": 40, "package": 150, "wide": 150, "postgresql": 150}
"""Seconds of the processor of each stage for one mutant, which do not depend on what else the machine does."""
QUICK: Final = "not slow and not soak and not engines and not postgresql"
SERVED: Final = "postgresql and not soak and not engines"
HANGING: Final = 3600
"""Seconds of the clock after which a mutant waits for ever."""
MOST: Final = {"near": 3, "wide": 40}
"""Files of tests of a stage."""
TEXTS: Final = Path("tests", "unit", "vocabulary", "test_lexicon.py")
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
_END: Final = "__import__('os')._exit(97)"
"""Ends the process, whatever catches errors around it."""


@attrs.frozen
class Mutant:
    """A change of one expression or statement of a file.

    Args:
        path: the file, below the root of the project.
        line: the first line that changes.
        text: the file with the change.
        probe: the file with the end of the process in place of the change; empty where no call is possible.
        before: the source of what changes.
        after: what it changes to.
    """

    path: Path
    line: int
    text: str = attrs.field(repr=False)
    probe: str = attrs.field(repr=False)
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
    candidates = [(node, each) for node in places(ast.parse(text)) for each in changes(node)]
    if not candidates:
        return None
    node, changed = generator.choice(candidates)
    # Of a block, only its condition is written again.
    old: Any = node.test if isinstance(node, ast.If | ast.IfExp | ast.While) else node
    source = text.encode()
    lines = source.splitlines(keepends=True)
    start = sum(map(len, lines[: old.lineno - 1])) + old.col_offset
    end = sum(map(len, lines[: old.end_lineno - 1])) + old.end_col_offset

    def with_place(new: str) -> str:
        """Return the file with another place; empty where that is no Python, as a call in a pattern."""
        written = new if isinstance(old, ast.stmt) else f"({new})"
        replaced = (source[:start] + written.encode() + source[end:]).decode()
        try:
            ast.parse(replaced)
        except SyntaxError:
            return ""
        return replaced

    after = ast.unparse(changed)
    mutated = with_place(after)
    if not mutated:
        return None
    return Mutant(path.relative_to(ROOT), old.lineno, mutated, with_place(_END), source[start:end].decode(), after)


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
    around = {node.name for node in public if node.lineno <= mutant.line <= (node.end_lineno or 0)}
    return around or {node.name for node in public}


@cache
def texts() -> dict[Path, str]:
    """Return the files of tests and the pages of the guide, whose examples are tests."""
    files = [*(TREE / "tests").rglob("test_*.py"), *(TREE / "docs").rglob("*.md")]
    apart = {"browser", "engines", "application"}
    return {path: path.read_text(encoding="utf-8") for path in sorted(files) if not apart & {*path.parts}}


def tests_of(mutant: Mutant) -> dict[str, list[Path]]:
    """Return the files of each stage, the most relevant first."""
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
    ordered = sorted(relevance, key=lambda path: -relevance[path])
    near = [path for path in ordered if relevance[path] and path.suffix == ".py"][: MOST["near"]]
    near = [*dict.fromkeys([*near, TREE / TEXTS])]
    package_tests = [path for path in ordered if path in mirroring and path not in near]
    wide = [path for path in ordered if relevance[path] and path not in mirroring and path not in near]
    wide = wide[: MOST["wide"]]
    served = [path for path in (*near, *package_tests, *wide) if path.suffix == ".py"]
    contract = TREE / "tests" / "contracts" / "test_postgresql.py"
    # The module is last: collected before a test imports it, it may be another one than that of its importers.
    return {
        "near": [*near, TREE / mutant.path],
        "package": package_tests,
        "wide": wide,
        "postgresql": [*dict.fromkeys([*served, contract])],
    }


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
        return failures(LIMITS[stage], "-m", SERVED if stage == "postgresql" else QUICK, *tests)
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
    """

    left: dict[int, Mutant]
    cut: dict[int, list[str]] = attrs.field(factory=dict)
    unreached: dict[int, list[str]] = attrs.field(factory=dict)
    broken: set[str] = attrs.field(factory=set)

    def enter(self, stage: str) -> None:
        """Run the tests of a stage on what is left, until none of what fails fails without any change."""
        waiting = set(self.left)
        while waiting:
            caught = {number: test for number in sorted(waiting) if (test := self.try_on(stage, number))}
            tests = sorted({*caught.values()} - {"an error"})
            broken = failures(60 + 10 * len(tests), "-m", f"({QUICK}) or ({SERVED})", *tests) if tests else []
            if broken is None:
                sys.exit(f"the tests do not end without any change: {tests}")
            self.broken.update(broken)
            waiting = {number for number, test in caught.items() if test in broken}
            for number in caught.keys() - waiting:
                del self.left[number]

    def try_on(self, stage: str, number: int) -> str:
        """Return a test that fails on a mutant, or an empty text."""
        mutant, start = self.left[number], time.monotonic()
        found: list[str] | None = []
        # A file that cannot be collected, such as a module of Django without settings, has no test to leave out.
        files = [path for path in tests_of(mutant)[stage] if str(path.relative_to(TREE)) not in self.broken]
        tests = ["-x", *map(str, files), *(f"--deselect={test}" for test in sorted(self.broken))]

        def gets_there() -> bool:
            return not mutant.probe or changed_fails(mutant.path, mutant.probe, stage, tests) != []

        result = "not run"
        if files and (stage == "near" or gets_there()):
            found = changed_fails(mutant.path, mutant.text, stage, tests)
            result = "cut" if found is None else found[0] if found else "missed"
            if result == "missed" and stage == "near" and not gets_there():
                result = "not run"
        if result == "not run":
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
    options = parser.parse_args()
    mutants = sample(options.number, options.seed, options.below.resolve())
    FOLDER.mkdir(parents=True, exist_ok=True)
    copy_tree()
    run = Run({number: each for number, each in enumerate(mutants, 1) if number in (options.only or [number])})
    total = len(run.left)
    served = set[int]()
    for stage in LIMITS:
        entering = len(run.left)
        if stage == "postgresql":
            served = {number for number in run.left if len(run.unreached.get(number, ())) == len(LIMITS) - 1}
        run.enter(stage)
        print(f"{stage}: {entering - len(run.left)} of {entering} mutants caught", flush=True)
        survivors = [
            f"{number}: {each}\ncut: {run.cut.get(number, 'no stage')}; "
            f"not run by: {run.unreached.get(number, 'no stage')}"
            for number, each in run.left.items()
        ]
        (FOLDER / "survivors.txt").write_text("\n\n".join(survivors) + "\n", encoding="utf-8")
    print(f"{total - len(run.left)} of {total} mutants caught; the others: {FOLDER / 'survivors.txt'}")
    served = {number for number in served if "postgresql" not in run.unreached.get(number, ())}
    missed = served & run.left.keys()
    print(f"{len(served)} mutants lie where the tests on PostgreSQL alone get; these miss {len(missed)}")
    if run.broken:
        print(f"these tests fail without any change: {', '.join(sorted(run.broken))}")


if __name__ == "__main__":
    main()
