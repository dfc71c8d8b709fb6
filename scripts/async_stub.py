"""Write the stub of the asynchronous desk, so that editors and type checkers see the signatures of its methods.

`python -m scripts.async_stub` writes `src/reclamation_core/desk/async_desk.pyi`; with `--check` it only reports whether
the stub is current.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

from scripts.environments import ROOT
from scripts.usage import show_help

FOLDER: Final = ROOT / "src" / "reclamation_core" / "desk"
STUB: Final = FOLDER / "async_desk.pyi"
_HEADER: Final = "# Written by scripts/async_stub.py from the methods of Desk, PlanService and CasesView.\n\n"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def stub() -> str:
    """Return the text of the stub, as ruff formats it."""
    facade = _parsed("async_desk")
    imports = _imports(facade)
    classes = []
    for node in facade.body:
        if isinstance(node, ast.ClassDef):
            source = _source(node)
            if source is not None:
                imports = {**_names_of(_module_of(source)), **imports}
            if _is_public(node.name):
                classes.append(_class(node, source))
    body = [node for node in facade.body if _is_type_variable(node)] + classes
    used = {node.id for part in body for node in ast.walk(part) if isinstance(node, ast.Name)}
    text = _HEADER + _import_lines({name: imports[name] for name in used & imports.keys()})
    return _formatted(text + "\n\n".join(ast.unparse(ast.fix_missing_locations(part)) for part in body) + "\n")


def _parsed(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))


def _module_of(name: str) -> str:
    module: str = getattr(importlib.import_module("reclamation_core.desk"), name).__module__
    return module.rpartition(".")[2]


def _source(node: ast.ClassDef) -> str | None:
    """Return the name of the synchronous class in the decorator `@_facade_of(...)`."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "_facade_of":
            return ast.unparse(decorator.args[0])
    return None


def _class(node: ast.ClassDef, source: str | None) -> ast.ClassDef:
    own = [_signature(member) for member in node.body if isinstance(member, Function) and _is_public(member.name)]
    attributes = [] if source != "PlanService" else [ast.parse("scope: PlanScope").body[0]]
    names = {member.name for member in own}
    derived = [] if source is None else [m for m in _methods(source) if m.name not in names and m.name[0] != "_"]
    return ast.ClassDef(
        name=node.name,
        bases=[one for one in node.bases if not ast.unparse(one).startswith("_")],
        keywords=[],
        decorator_list=[],
        body=[*attributes, *own, *map(_awaited, derived)],
    )


def _methods(source: str) -> list[Function]:
    tree = _parsed(_module_of(source))
    [node] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == source]
    return [member for member in node.body if isinstance(member, Function)]


class _PlainNames(ast.NodeTransformer):
    """Name the types that a desk loads when they are first used without the module that loads them."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Name(node.attr) if ast.unparse(node.value) == "services" else node


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name.startswith("__")


def _signature(function: Function) -> Function:
    """Return a function without its docstring and body, and with `...` for defaults that are not literals."""
    arguments = function.args
    arguments.defaults = [_default(default) for default in arguments.defaults]
    arguments.kw_defaults = [default and _default(default) for default in arguments.kw_defaults]
    function.body = [ast.Expr(ast.Constant(...))]
    _PlainNames().visit(function)
    return function


def _default(default: ast.expr) -> ast.expr:
    return default if isinstance(default, ast.Constant) else ast.Constant(...)


def _awaited(function: Function) -> ast.AsyncFunctionDef:
    """Return the asynchronous form of a method or a property."""
    plain, returns = _signature(function), function.returns
    if isinstance(returns, ast.Subscript) and ast.unparse(returns.value) == "Iterator":
        returns = ast.Subscript(ast.Name("tuple"), ast.Tuple([returns.slice, ast.Constant(...)]))
    return ast.AsyncFunctionDef(name=plain.name, args=plain.args, body=plain.body, decorator_list=[], returns=returns)


def _is_type_variable(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"_T", "_D"}


def _names_of(module: str) -> dict[str, str]:
    """Return the modules of the names that a module of the desk imports or defines as classes."""
    tree = _parsed(module)
    own = {node.name: f"reclamation_core.desk.{module}" for node in tree.body if isinstance(node, ast.ClassDef)}
    services = ast.parse((FOLDER / "services.pyi").read_text(encoding="utf-8"))
    return {**_imports(services), **_imports(tree), **own}


def _imports(tree: ast.Module) -> dict[str, str]:
    return {
        alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _import_lines(imports: dict[str, str]) -> str:
    by_module: dict[str, list[str]] = defaultdict(list)
    for name, module in imports.items():
        by_module[module].append(name)
    return "".join(f"from {module} import {', '.join(sorted(names))}\n" for module, names in by_module.items()) + "\n"


def _formatted(text: str) -> str:
    for command in (["check", "--fix", "--quiet", "--exit-zero"], ["format"]):
        run = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(STUB), "-"]
        text = subprocess.run(run, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


def main() -> None:
    """Write the stub, or check it."""
    text = stub()
    if "--check" not in sys.argv:
        STUB.write_text(text, encoding="utf-8")
    elif not STUB.exists() or STUB.read_text(encoding="utf-8") != text:
        sys.exit(f"{Path(STUB).relative_to(ROOT)} is not current: run python -m scripts.async_stub")


if __name__ == "__main__":
    show_help(__doc__)
    main()
