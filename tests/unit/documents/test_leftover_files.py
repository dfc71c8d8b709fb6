"""The temporary file of a killed program is removed by the next program that writes there, and no other file."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reclamation_core.documents.atomic_files import atomic_writer

_KILLED = """
import os, sys
from pathlib import Path
from reclamation_core.intake.file_triage import atomic_writer
with atomic_writer(Path(sys.argv[1])) as file:
    file.write("Mme Durand")
    file.flush()
    os.kill(os.getpid(), 9)
"""


def age(*files: Path) -> None:
    """Have files been touched an hour ago."""
    for file in files:
        os.utime(file, (time.time() - 3600,) * 2)


def write(path: Path) -> None:
    with atomic_writer(path) as file:
        file.write("fait")


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there")
def test_the_leftover_of_a_killed_program_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "decisions [1].csv"
    subprocess.run([sys.executable, "-c", _KILLED, path], check=False)
    (left,) = tmp_path.iterdir()
    assert left.read_text() == "Mme Durand"
    write(path)
    assert left.exists()  # so fresh that a program may be about to write it
    age(left)
    write(path)
    assert [file.name for file in tmp_path.iterdir()] == ["decisions [1].csv"]


def test_a_file_being_written_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    with atomic_writer(path) as file:
        file.write("le premier")
        file.flush()
        age(*tmp_path.iterdir())
        write(path)
    assert path.read_text() == "le premier"


def test_leftovers_of_other_files_are_not_removed(tmp_path: Path) -> None:
    others = [
        tmp_path / name for name in (".other.csv.0123abcd.part", ".decisions.csv.mine.part", "decisions.csv.part")
    ]
    for other in others:
        other.write_text("à garder")
    age(*others)
    write(tmp_path / "decisions.csv")
    assert all(other.exists() for other in others)
