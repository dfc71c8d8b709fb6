"""The public modules: each package, each module of the test kit that is not private, the common modules."""

from __future__ import annotations

import importlib
import pkgutil

ROOT_NAME = "reclamation_core"
GROUND_FLOOR = ("codes", "errors", "missing", "schemas", "wording")
TEST_KIT = f"{ROOT_NAME}.testing"
EVENT_MODULES = (f"{ROOT_NAME}.cases.events", f"{ROOT_NAME}.plans.events")
"""The modules of event classes: each is one public name of its package, and documented beside it."""
INTEGRATIONS = tuple(
    f"{ROOT_NAME}.integrations.{name}"
    for name in ("api", "board", "django.desks", "django.forms", "django.middleware", "django.testing", "fastapi")
)
"""The modules of the integrations that an application imports."""


def public_modules() -> list[str]:
    """The dotted names of the public modules, the package root apart, in alphabetical order."""
    root, kit = importlib.import_module(ROOT_NAME), importlib.import_module(TEST_KIT)
    rooms = [
        f"{ROOT_NAME}.{module.name}"
        for module in pkgutil.iter_modules(root.__path__)
        if module.ispkg or module.name in GROUND_FLOOR
    ]
    kits = [f"{TEST_KIT}.{module.name}" for module in pkgutil.iter_modules(kit.__path__) if module.name[0] != "_"]
    return sorted([*rooms, *kits])


def documented_modules() -> list[str]:
    """The dotted names of the modules that the reference documents, in alphabetical order."""
    return sorted([*public_modules(), *EVENT_MODULES, *INTEGRATIONS])
