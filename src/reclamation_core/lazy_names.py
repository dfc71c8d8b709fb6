"""Names that a package loads when they are first used, so that its import costs next to nothing. Internal.

The stub of such a package (`__init__.pyi`) is the one list of its names: type checkers and editors read it, and
`lazy_names` loads by it, as `lazy_loader.attach_stub` does (https://scientific-python.org/specs/spec-0001/).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def lazy_names(package: str, file: str) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return the functions `__getattr__` and `__dir__` of a package, and its `__all__`.

    Args:
        package: the package's `__name__`.
        file: the package's `__file__`, next to which is its stub, of lines `from module import name as name`.
    """
    stub = Path(file).with_suffix(".pyi").read_text(encoding="utf-8")
    module_of = {name: module for _, module, _, name, *_ in map(str.split, stub.splitlines())}

    def load(name: str) -> object:
        module = module_of.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module), name)
        setattr(sys.modules[package], name, value)
        return value

    def listed_names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of})

    return load, listed_names, list(module_of)
