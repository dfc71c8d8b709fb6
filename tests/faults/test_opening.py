"""Processes that open one new file at once, as the workers of a web server do at its first start."""

from pathlib import Path

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.ports import StoreError
from tests.faults.processes import Child, Tell

FILES = 8


def open_each(tell: Tell, folder: str) -> None:
    """Open files one after the other, as the others do at the same time."""
    for number in range(FILES):
        tell(number)
        try:
            store = SqlAlchemyStore.open(f"sqlite:///{folder}/{number}.db")
            tell(store.sequences.next("R-2026"))
            store.close()
        except StoreError as error:
            tell(str(error))


@pytest.mark.slow
def test_each_finds_it_ready(tmp_path: Path) -> None:
    children = [Child(open_each, str(tmp_path)) for _ in range(3)]
    told = [child.end().told for child in children]
    for number in range(FILES):
        assert [one[2 * number] for one in told] == [number] * 3
        assert sorted(map(str, (one[2 * number + 1] for one in told))) == ["1", "2", "3"]
