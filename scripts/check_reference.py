"""The built reference and the public surface are the same, both ways.

Every name in a package's `__all__` is documented on a page of the reference, and every name documented at the top of a
package is in its `__all__`. Names that the package root exports are documented with the room that they come from.
"""

from __future__ import annotations

import importlib
import sys
import zlib
from collections import defaultdict
from pathlib import Path

from scripts.environments import BUILD
from scripts.surface import ROOT_NAME, documented_modules
from scripts.usage import show_help

INVENTORY = BUILD / "site" / "objects.inv"


def documented_names(inventory: Path) -> dict[str, set[str]]:
    """By module, the names that the reference documents directly in it; read from the inventory of the built site."""
    body = inventory.read_bytes().split(b"\n", 4)[4]
    names: dict[str, set[str]] = defaultdict(set)
    rooms = set(documented_modules())
    for line in zlib.decompress(body).decode().splitlines():
        path, _role, priority, *_ = line.split(" ")
        module, _, name = path.rpartition(".")
        # The others are second names of an object documented elsewhere; a room within a room has names of its own.
        if priority == "1" and path not in rooms and name != "__all__":
            names[module].add(name)
    return names


def faults() -> list[str]:
    """What differs, one sentence each."""
    documented = documented_names(INVENTORY)
    found: list[str] = []
    everywhere: dict[str, object] = {}
    for module in map(importlib.import_module, documented_modules()):
        exported = set(module.__all__)
        found += [
            f"{module.__name__}.{name} is exported and not documented"
            for name in exported - documented[module.__name__]
        ]
        found += [
            f"{module.__name__}.{name} is documented and not exported"
            for name in documented[module.__name__] - exported
        ]
        everywhere |= {name: getattr(module, name) for name in exported}
    root = importlib.import_module(ROOT_NAME)
    for name in getattr(root, "__all__", ()):
        if name not in everywhere or everywhere[name] is not getattr(root, name):
            found.append(f"{ROOT_NAME}.{name} is exported by no room, so that no page documents it")
    return sorted(found)


if __name__ == "__main__":
    show_help(__doc__)
    sys.exit("\n".join(faults()) or 0)
