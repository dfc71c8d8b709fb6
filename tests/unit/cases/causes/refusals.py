"""Refusals in a form that a test can compare."""

from collections.abc import Callable

import pytest

from reclamation_core.errors import FaultsError


def faults(make: Callable[[], object]) -> list[tuple[str, object]]:
    """The path and the value of every fault of what cannot be made, in order."""
    with pytest.raises(FaultsError) as caught:
        make()
    return [(fault.path, fault.value) for fault in caught.value.faults]


def paths(make: Callable[[], object]) -> list[str]:
    """The path of every fault of what cannot be made, in order."""
    return [path for path, _ in faults(make)]
