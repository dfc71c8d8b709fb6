"""Running contracts without a test file: in a notebook, in a script, in a test about stores."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

import pytest

from reclamation_core.testing.contracts.outcomes import ConformanceReport
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import promises_of
from reclamation_core.testing.contracts.report import ConformanceReporter

_WITHOUT: Final = ("cacheprovider", "doctest", "terminal", "unraisableexception")
_ALONE: Final = ("--disable-plugin-autoload", *(f"-pno:{plugin}" for plugin in _WITHOUT))
_DONE: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class _Bound:
    """A pytest plugin: what is collected are contracts, in the place of a file of tests."""

    def __init__(self, contracts: Iterable[type[PortContract]], promises: Collection[str]) -> None:
        self._promises = promises
        self._module = ModuleType("test_bound")
        vars(self._module).update({f"Test{number}": contract for number, contract in enumerate(contracts)})

    def pytest_configure(self, config: pytest.Config) -> None:
        """Of what goes wrong one line is told."""
        config.option.tbstyle = "native"

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Module:
        """The contracts, whatever the file."""
        module: Any = pytest.Module.from_parent(parent, path=file_path)
        module.obj = self._module
        return module  # type: ignore[no-any-return]

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Leave out the promises that are not asked for."""
        if self._promises:
            items[:] = [item for item in items if item.originalname.removeprefix("test_") in self._promises]


def conformance(*contracts: type[PortContract], promises: Collection[str] = ()) -> ConformanceReport:
    """What comes of the promises of contracts, each a class that gives its fixture.

    They are run by pytest in this process, with its own plugins alone and no configuration file.

    Args:
        contracts: the classes.
        promises: the names of those that are wanted; all by default.

    Raises:
        TypeError: one is no class of contracts.
        ValueError: no contract is given, or none has a promise of such a name.
        RuntimeError: they could not be run to the end.
    """
    if not contracts:
        raise ValueError("contracts: none is given; give a subclass of StoreContract")
    given: tuple[object, ...] = contracts
    for contract in given:
        if not isinstance(contract, type) or not issubclass(contract, PortContract):
            raise TypeError(f"contracts: a subclass of StoreContract or of a port's is expected, got {contract!r}")
    known = {held.name for contract in contracts for held in promises_of(contract)}
    if unknown := sorted(set(promises) - known):
        raise ValueError(f"promises: {', '.join(map(repr, unknown))} is none of these contracts'; see promises_of")
    reporter = ConformanceReporter(lang=None)
    with TemporaryDirectory() as folder, patch.dict(os.environ):
        os.environ.pop("PYTEST_ADDOPTS", None)
        places = (f"--rootdir={folder}", f"--basetemp={folder}/tests", "-c", os.devnull, "--capture=no")
        ended = pytest.main([__file__, *places, *_ALONE], plugins=[_Bound(contracts, promises), reporter])
    if ended not in _DONE:
        raise RuntimeError(f"contracts: pytest ended with {ended!r}; run them from a file of tests to see why")
    return reporter.report
