"""Names that a package loads when they are first used, so that its import costs next to nothing. Internal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(package: str, names: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the functions `__getattr__` and `__dir__` of a package.

    Type checkers read imports of the same names under `if TYPE_CHECKING:`.

    Args:
        package: the package's `__name__`.
        names: for each module, relative to the package, the names that are loaded from it, separated by blanks.
    """
    module_of = {name: module for module, listed in names.items() for name in listed.split()}

    def load(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module_of[name], package), name)
        setattr(sys.modules[package], name, value)
        return value

    def listed_names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of})

    return load, listed_names
