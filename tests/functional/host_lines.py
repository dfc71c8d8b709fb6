"""How many lines of an application embed the library."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = "reclamation_core"


def embedding_lines(folder: Path, leave_out: tuple[str, ...] = ("seed.py",)) -> int:
    """Return the number of lines of the top-level statements that use the library, in the files of a folder.

    These are the imports of the library, and each function, class, assignment and so on that uses an imported name or a
    text that begins with its name, whole. Blank lines, comments and docstrings are not counted.
    """
    return sum(
        len(lines_of(path.read_text(encoding="utf-8")))
        for path in sorted(folder.rglob("*.py"))
        if path.name not in leave_out
    )


def lines_of(source: str) -> list[str]:
    """Return the lines of one module that embed the library."""
    module = ast.parse(source)
    names = set(imported(module))
    lines = source.splitlines()
    found: list[str] = []
    for statement in module.body:
        if not any(uses(node, names) for node in ast.walk(statement)):
            continue
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(one.lineno for one in decorators)])
        counted = set(range(first, (statement.end_lineno or first) + 1)) - set(docstrings(statement))
        found += [lines[number - 1] for number in sorted(counted)]
    return [line for line in found if line.strip() and not line.strip().startswith("#")]


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == ROOT:
            yield from (one.asname or one.name for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.asname or ROOT for one in node.names if one.name.split(".")[0] == ROOT)


def uses(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == ROOT
    if isinstance(node, ast.Import):
        return any(one.name.split(".")[0] == ROOT for one in node.names)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.startswith(ROOT)
    return isinstance(node, ast.Name) and node.id in names


def docstrings(statement: ast.stmt) -> Iterator[int]:
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            first = node.body[0]
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)
