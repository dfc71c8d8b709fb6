"""Packages that `make test` does without, imported when a test marked `engines` uses them."""

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
