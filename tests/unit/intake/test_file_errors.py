"""A file whose reading or writing fails is named by the error."""

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reclamation_core.documents.atomic_files import atomic_writer, open_to_read


@pytest.mark.parametrize("size", [10, -1], ids=["a part", "all of it"])
def test_a_read_that_fails_names_the_file(size: int) -> None:
    # Nothing is mapped at the first address of a process: reading there fails.
    with pytest.raises(OSError, match="/proc/self/mem") as caught, open_to_read(Path("/proc/self/mem")) as file:
        file.read(size)
    assert (caught.value.errno, caught.value.filename) == (errno.EIO, "/proc/self/mem")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        open_to_read(tmp_path / "absent")
    assert caught.value.filename == str(tmp_path / "absent")


@contextmanager
def small_files() -> Iterator[None]:
    """Limit the size of files for the block alone: the report of pytest may be written to a file as well."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_names_the_file_as_it_is_known_and_leaves_no_trace(tmp_path: Path) -> None:
    with (
        small_files(),
        pytest.raises(OSError, match=r"out\.csv") as caught,
        atomic_writer(tmp_path / "out.csv") as file,
    ):
        file.write("a" * 1000)
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(tmp_path / "out.csv"))
    assert list(tmp_path.iterdir()) == []
