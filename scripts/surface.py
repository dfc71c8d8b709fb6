"""Which modules are public: each room, and the four modules of the ground floor."""

from __future__ import annotations

import importlib
import pkgutil

ROOT_NAME = "reclamation_core"
GROUND_FLOOR = ("codes", "errors", "missing", "wording")


def public_modules() -> list[str]:
    """The dotted names of the public modules, the package root apart, in alphabetical order."""
    root = importlib.import_module(ROOT_NAME)
    return sorted(
        f"{ROOT_NAME}.{module.name}"
        for module in pkgutil.iter_modules(root.__path__)
        if module.ispkg or module.name in GROUND_FLOOR
    )
