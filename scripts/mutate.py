"""Mutation testing: change one place of the package at random, run the tests that name it, and count what they miss.

`python -m scripts.mutate [--number N] [--seed N] [--below FOLDER] [--only N ...]` works in a copy of the tree. Of a
mutant the tests run that name the function or class that changes, or else a public name of its module: those that
mirror its package first, with the examples of its module, then all tests of this package and the others that name it.
Each survivor is written to build/mutation/survivors.txt with its change.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from scripts.environments import BUILD, ROOT

FOLDER: Final = BUILD / "mutation"
TREE: Final = FOLDER / "tree"
LIMIT: Final = 600
"""Seconds after which a mutant that never ends is noticed."""
FAST: Final = ("-m", "not slow and not soak and not engines and not postgresql", "-x")
MOST: Final = 6
"""Files of tests that run first."""
ELSEWHERE: Final = {"cli": ("functional",), "adapters": ("contracts",), "ports": ("contracts",)}
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
        line: the first line that changes.
        text: the file with the change.
        before: the source of what changes.
        after: what it changes to.
    """

    path: Path
    line: int
    text: str = attrs.field(repr=False)
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
    after = ast.unparse(changed)
    new = after if isinstance(old, ast.stmt) else f"({after})"
    mutated = (source[:start] + new.encode() + source[end:]).decode()
    try:
        ast.parse(mutated)
    except SyntaxError:
        return None
    return Mutant(path.relative_to(ROOT), old.lineno, mutated, source[start:end].decode(), after)


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


def pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in the copy, whose source comes before the installed one."""
    environment = os.environ | {
        "PYTHONPATH": str(TREE / "src"), "HYPOTHESIS_PROFILE": "brief", "PYTHONDONTWRITEBYTECODE": "1"
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "--quiet", "-pno:cacheprovider", *FAST, *arguments]
    return subprocess.run(
        command, cwd=TREE, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT
    )


def copy_tree() -> None:
    """Copy what the tests read."""
    shutil.rmtree(TREE, ignore_errors=True)
    made = shutil.ignore_patterns(".*", "build", "__pycache__", "reclamation-demo")
    shutil.copytree(ROOT, TREE, ignore=made)


def names_at(mutant: Mutant) -> set[str]:
    """Return the public functions and classes around a mutant, or else those of its module."""
    tree = ast.parse((ROOT / mutant.path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in ast.walk(tree) if isinstance(node, kinds) and not node.name.startswith("_")]
    around = {node.name for node in public if node.lineno <= mutant.line <= (node.end_lineno or 0)}
    return around or {node.name for node in public}


def tests_of(mutant: Mutant) -> Iterator[list[str]]:
    """Yield the tests of a mutant: the nearest, then the others."""
    package = Path(mutant.path.parts[2]).stem
    words = re.compile(rf"\b(?:{'|'.join(sorted({*names_at(mutant), mutant.path.stem}))})\b")
    counts = {
        path: len(words.findall(path.read_text(encoding="utf-8")))
        for path in (TREE / "tests").rglob("test_*.py")
        if not {"browser", "engines", "application"} & {*path.parts}
    }
    naming = sorted((path for path in counts if counts[path]), key=lambda path: -counts[path])
    mirrors = [path for path in naming if package in path.parts]
    nearest = [str(path) for path in (mirrors or naming)[:MOST]]
    yield [str(TREE / mutant.path), *nearest]
    whole = [TREE / "tests" / kind / package for kind in ("unit", "properties")]
    whole += [TREE / "tests" / folder for folder in ELSEWHERE.get(package, ())]
    yield [*(str(folder) for folder in whole if folder.exists()), *(str(path) for path in naming[: 2 * MOST])]


def failing(tests: list[str]) -> str:
    """Return the first test that fails; an empty text where none does."""
    try:
        done = pytest(*tests)
    except subprocess.TimeoutExpired:
        return "a time limit"
    # 3: a mutant that cannot be imported, which the plugins of pytest import before any test; 4: a parameter of a test
    # that the mutant alone has.
    if done.returncode not in {0, 1, 2, 3, 4, 5}:
        sys.exit(f"pytest failed: {done.stdout}{done.stderr}")
    found = re.search(r"^(?:FAILED|ERROR) ([^ ]+\.(?:py|md)\S*(?:\[.*?\])?)", done.stdout, re.MULTILINE)
    return found[1] if found else "an error" if done.returncode in {1, 2, 3} else ""


def noticed(mutant: Mutant) -> str:
    """Return a test that fails on a mutant, twice, and not without the change; an empty text where none does."""
    target = TREE / mutant.path
    original = target.read_text(encoding="utf-8")
    for tests in tests_of(mutant):
        target.write_text(mutant.text, encoding="utf-8")
        try:
            test = failing(tests)
            again = failing([test]) if "::" in test else test
        finally:
            target.write_text(original, encoding="utf-8")
        if again and not ("::" in test and failing([test])):
            return test
    return ""


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
    survivors = []
    chosen = [each for each in enumerate(mutants, 1) if not options.only or each[0] in options.only]
    for number, mutant in chosen:
        test = noticed(mutant)
        print(f"{number:4} {mutant.path}:{mutant.line} {test or 'SURVIVES'}", flush=True)
        if not test:
            survivors.append(f"{number}: {mutant}")
    (FOLDER / "survivors.txt").write_text("\n\n".join(survivors) + "\n", encoding="utf-8")
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants noticed; the others: {FOLDER / 'survivors.txt'}")


if __name__ == "__main__":
    main()
