"""Mutation testing of a sample: how much of the library the test kit holds by itself, and all tests of a room.

A room's modules are changed in one place at a time, in a copy of the tree, and the tests are run anew on each change
until one fails; so a change of a table's row, of a property, or of what is computed on import is tried as any other.
`scripts.mutate` tries every change of a function instead, in one process, and so leaves these out.

Texts for readers are not changed: strings with a space in them, and the arguments of a `Wording`. Prints a table, and
writes the survivors to build/mutation/sample-ROOM.txt. Run `python -m scripts.sample_mutants --help` for the options.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from time import monotonic

import attrs
import libcst as cst
from mutmut.mutation.file_mutation import Mutation, MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

from scripts.environments import BUILD, ROOT, attempt, run

PACKAGE = "src/reclamation_core"
COPY = BUILD / "mutants"
COPIED = (
    "bench",
    "conftest.py",
    "docs",
    "mkdocs.yml",
    "mkdocs-fr.yml",
    "pyproject.toml",
    "README.md",
    "scripts",
    "src",
    "tests",
)


@attrs.frozen
class Suite:
    """Tests that are run on a change until one fails.

    Args:
        name: what the table calls it.
        arguments: those of pytest, the tests among them.
        profile: how hard Hypothesis looks, as tests/conftest.py has it.
    """

    name: str
    arguments: tuple[str, ...]
    profile: str = "brief"

    def passes(self, *options: str, limit: float | None = None) -> bool:
        """Whether all pass on the copy, within so many seconds."""
        # Before the tree, where the package is installed from.
        settings = {"HYPOTHESIS_PROFILE": self.profile, "PYTHONPATH": str(COPY / "src")}
        always = ("-x", "-q", "-p", "no:cacheprovider", "--override-ini=addopts=--import-mode=importlib")
        command = [sys.executable, "-m", "pytest", *always, *options, *self.arguments]
        try:
            return attempt(command, folder=COPY, settings=settings, limit=limit).returncode == 0
        except subprocess.TimeoutExpired:
            return False


# The laws alone look as hard as for their users, or half as hard; the many tests of a room look briefly.
KIT = Suite("kit", ("-p", "tests.conftest", "scripts/kit_alone.py"), profile="ci")


@attrs.frozen
class Judge:
    """A suite that passes without a change, and what it then does.

    Args:
        suite: the suite.
        limit: how many seconds it may take on a change; one that never ends is noticed too.
        lines: the lines that it runs, by module.
    """

    suite: Suite
    limit: float
    lines: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, suite: Suite) -> Judge:
        """Run the suite without a change."""
        start, file = monotonic(), COPY / "lines.json"
        if not suite.passes("--cov=reclamation_core", f"--cov-report=json:{file}"):
            sys.exit(f"{suite.name}: the tests fail without a change")
        found = json.loads(file.read_text(encoding="utf-8"))["files"]
        lines = {name: frozenset(told["executed_lines"]) for name, told in found.items()}
        return cls(suite, 4 * (monotonic() - start) + 30, lines)

    def notices(self, mutant: Mutant) -> bool:
        """Whether a test fails on the change; none can where no test comes into the function that is changed."""
        body = mutant.body()
        if body and self.lines[mutant.module.as_posix()].isdisjoint(body):
            return False
        return not self.suite.passes(limit=self.limit)


@attrs.frozen
class Room:
    """What is changed, and the tests that are its own.

    Args:
        sources: patterns of its modules, below the package.
        tests: those that are its own.
    """

    sources: tuple[str, ...]
    tests: Suite

    @classmethod
    def named(cls, name: str) -> Room:
        """A room of which the tests lie in folders of its name."""
        tests = (f"tests/unit/{name}", f"tests/properties/{name}", "--doctest-modules", f"{PACKAGE}/{name}")
        return cls((f"{name}/**/*.py",), Suite("all", tests))

    def modules(self) -> list[Path]:
        """Its modules, in order, by their paths in the tree."""
        return sorted(path.relative_to(COPY) for pattern in self.sources for path in (COPY / PACKAGE).glob(pattern))


ROOMS = {name: Room.named(name) for name in ("tables", "calendars", "policy", "cases", "plans")} | {
    "memory": Room(
        ("adapters/*.py", "adapters/memory/*.py"),
        Suite(
            "all",
            ("tests/unit/adapters/memory", "tests/unit/adapters/test_adapters.py", "tests/contracts/test_memory.py"),
        ),
    )
}


@attrs.frozen
class Mutant:
    """A module with one change.

    Args:
        module: the path of the module in the tree.
        before: its text.
        after: its text with the change.
    """

    module: Path
    before: str
    after: str

    def change(self) -> str:
        """The lines that differ, with their place."""
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), n=0, lineterm="")
        return "\n".join([str(self.module), *list(lines)[2:]])

    def body(self) -> range:
        """The lines of the body of the outermost function that is changed; none where the change is outside of one."""
        before, after = self.before.splitlines(), self.after.splitlines()
        line = next(n for n, text in enumerate(before) if after[n : n + 1] != [text]) + 1
        for node in ast.walk(ast.parse(self.before)):
            if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0):
                body = range(node.body[0].lineno, (node.end_lineno or 0) + 1)
                return body if line in body else range(0)
        return range(0)


class Changing(MutationVisitor):
    """Every change of a module: in decorated functions and outside of functions too."""

    def __init__(self) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.FunctionDef():
                return False
            case cst.SimpleString():
                return " " in node.value
            case cst.Call(func=cst.Name("Wording" | "TypeVar")):
                return True
            case cst.Assign(targets=[cst.AssignTarget(cst.Name("__all__"))]):
                return True
        return super()._skip_node_and_children(node)


def mutants(room: Room, number: int, seed: int) -> list[Mutant]:
    """A sample of the changes of a room's modules; for the same seed, a longer one begins with a shorter one."""
    found: list[tuple[Path, cst.Module, Mutation]] = []
    for path in room.modules():
        visitor = Changing()
        module = cst.MetadataWrapper(cst.parse_module((COPY / path).read_text(encoding="utf-8"))).visit(visitor)
        found += [(path, module, mutation) for mutation in visitor.mutations]
    Random(seed).shuffle(found)  # noqa: S311  nothing is kept secret
    made = (Mutant(path, module.code, changed(module, change)) for path, module, change in found)
    return list(islice((mutant for mutant in made if mutant.after != mutant.before), number))


def changed(module: cst.Module, change: Mutation) -> str:
    """The text of a module with a change made."""
    made = module.deep_replace(change.original_node, change.mutated_node)
    return cst.ensure_type(made, cst.Module).code


def judged(mutant: Mutant, judges: Sequence[Judge]) -> list[str]:
    """Make the change in the copy and take it back; gives the names of the suites that noticed it."""
    file = COPY / mutant.module
    file.write_text(mutant.after, encoding="utf-8")
    try:
        return [judge.suite.name for judge in judges if judge.notices(mutant)]
    finally:
        file.write_text(mutant.before, encoding="utf-8")


def copy_tree() -> None:
    """The tree anew, compiled so that a change is seen by what a file says and not by its time."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in COPIED:
        source, target = ROOT / name, COPY / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode=checked-hash", str(COPY / "src")])


def try_room(name: str, judges: Sequence[Judge], number: int, seed: int) -> str:
    """A line of the table, what some suite did not notice having been written."""
    drawn = mutants(ROOMS[name], number, seed)
    noticed: list[str] = []
    with (BUILD / "mutation" / f"sample-{name}-{seed}.txt").open("w", encoding="utf-8") as told:
        for place, mutant in enumerate(drawn, start=1):
            by = judged(mutant, judges)
            noticed += by
            if len(by) < len(judges):
                shown = " and ".join(by) or "none"
                print(f"{place}. noticed by {shown}: {mutant.change()}", end="\n\n", file=told, flush=True)
    scores = [f"{noticed.count(judge.suite.name)} of {len(drawn)}" for judge in judges]
    return f"| {' | '.join([name, *scores])} |"


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"{', '.join(ROOMS)}; all by default")
    parser.add_argument("--sample", type=int, default=60, metavar="NOMBRE", help="how many changes of each room")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="which ones")
    parser.add_argument(
        "--with", dest="suites", choices=["kit", "all"], action="append", help="the kit alone, or all tests of a room"
    )
    asked = parser.parse_args()
    if unknown := set(asked.rooms) - set(ROOMS):
        parser.error(f"{', '.join(sorted(unknown))}: no such room; give some of {', '.join(ROOMS)}")
    return asked


def main() -> None:
    """Try a sample of each room."""
    asked = options()
    suites = asked.suites or ["kit", "all"]
    (BUILD / "mutation").mkdir(parents=True, exist_ok=True)
    copy_tree()
    print(f"| {' | '.join(['room', *suites])} |\n|{'---|' * (1 + len(suites))}", flush=True)
    kit = [Judge.of(KIT)] if "kit" in suites else []
    for name in asked.rooms or ROOMS:
        own = [Judge.of(ROOMS[name].tests)] if "all" in suites else []
        print(try_room(name, [*kit, *own], asked.sample, asked.seed), flush=True)


if __name__ == "__main__":
    main()
