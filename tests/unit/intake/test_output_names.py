"""Invalid names of output files are refused with a remedy; a file whose reading or writing fails is named."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.documents.atomic_files import atomic_writer, open_to_read
from reclamation_core.errors import FaultsError
from reclamation_core.intake import Triage, triage_file
from reclamation_core.intake.file_triage import output_faults
from reclamation_core.policy import m2_1


@pytest.mark.parametrize(
    ("output", "remedy"),
    [
        (".", "indiquez un autre nom"),
        ("fifo", "indiquez un autre nom"),
        ("/dev/full", "indiquez un autre nom"),
        ("absent/out.csv", "créez d'abord le dossier « absent »"),
        ("in.csv/out.csv", "créez d'abord le dossier « in.csv »"),
        ("/proc/self/fd/1", "indiquez un autre nom"),
        ("/dev/stdout", "indiquez un autre nom"),
        ("in.csv", "un autre fichier"),
        *((f"out.{suffix}", ".jsonl") for suffix in ("XLSX", "xlsm", "xls", "ods")),
        ("-", "le nom d'un fichier"),
    ],
)
def test_an_unfit_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, remedy: str) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    Path("in.csv").touch()
    (fault,) = output_faults(Path("in.csv"), (Path(output), Path(output)))
    assert (fault.path, fault.value) == ("output", output)
    assert remedy in fault.expected.fr


def test_a_free_name_a_file_and_a_link_can_serve(tmp_path: Path) -> None:
    (tmp_path / "old.csv").touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "old.csv")
    (tmp_path / "to_absent.csv").symlink_to("absent/out.csv")
    outputs = tuple(tmp_path / name for name in ("new.csv", "old.csv", "link.csv", "to_absent.csv"))
    assert list(output_faults(tmp_path / "in.csv", outputs)) == []


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # no right is refused to an administrator
    (fault,) = output_faults(tmp_path / "in.csv", (tmp_path / "out.csv",))
    assert f"« {tmp_path} » ne le permet pas" in fault.expected.fr


def test_nothing_is_read_before_the_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="regular file") as caught:
        triage_file(tmp_path / "absent.csv", Triage(m2_1(), BusinessCalendar.france()), tmp_path)
    assert caught.value.faults[0].value == str(tmp_path)


@pytest.mark.parametrize("size", [10, -1], ids=["a part", "all of it"])
def test_a_read_that_fails_names_the_file(size: int) -> None:
    # Nothing is mapped at the first address of a process: reading there fails.
    with pytest.raises(OSError, match="/proc/self/mem") as caught, open_to_read(Path("/proc/self/mem")) as file:
        file.read(size)
    assert (caught.value.errno, caught.value.filename) == (errno.EIO, "/proc/self/mem")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        open_to_read(tmp_path / "absent")
    assert str(caught.value) == f"[Errno 2] No such file or directory: {str(tmp_path / 'absent')!r}"


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
