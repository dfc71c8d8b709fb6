"""Modules that are imported when a test uses them: packages that `make test` does without, and those of Django."""

from importlib import import_module
from typing import Any


class LazyModule:
    """A module that is imported at the first access to one of its names."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pytest looks for its marks on every object of a test module
            raise AttributeError(name)
        return getattr(import_module(self._name), name)


duckdb: Any = LazyModule("duckdb")
pa: Any = LazyModule("pyarrow")
pd: Any = LazyModule("pandas")
vl_convert: Any = LazyModule("vl_convert")
mypy_api: Any = LazyModule("mypy.api")

# Modules that need a configured Django, and are read only once it is.
django_apps: Any = LazyModule("reclamation_core.integrations.django.apps")
desks: Any = LazyModule("reclamation_core.integrations.django.desks")
forms: Any = LazyModule("reclamation_core.integrations.django.forms")
django_settings: Any = LazyModule("reclamation_core.integrations.django.settings")
django_testing: Any = LazyModule("reclamation_core.integrations.django.testing")
