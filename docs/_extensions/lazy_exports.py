"""Shows the reference the names of a lazy package: griffe sees no `__all__`, which is made of the stub at run time."""

from __future__ import annotations

import ast
from typing import Any

import griffe


class LazyExports(griffe.Extension):
    """Exports every name that the stub of a lazy package imports."""

    def on_module_members(self, *, mod: griffe.Module, **_: Any) -> None:
        """Griffe calls this once a module is read, before it reads the stub."""
        if "lazy_names" in mod.imports and not isinstance(mod.filepath, list):
            stub = ast.parse(mod.filepath.with_suffix(".pyi").read_text(encoding="utf-8"))
            imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
            mod.exports = [alias.name for node in imports for alias in node.names]
