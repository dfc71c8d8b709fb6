"""A disk that is full from any write on: former files stay whole, nothing is half written."""

import errno
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import Triage, triage_file
from reclamation_core.policy import m2_1
from reclamation_core.simulation import generate_complaints, write_complaints
from tests.unit.intake.files import written

ROWS = "reference;received_at;channel\nA1;2026-05-02;email\nA2;hier;fax\n"


def _triage(folder: Path) -> None:
    triage_file(written(folder, ROWS), Triage(m2_1(), BusinessCalendar.france()), folder / "out.csv")


def _complaints(folder: Path) -> None:
    write_complaints(folder / "out.csv", generate_complaints(2, 3))


def _failing_from(number: int, code: int) -> Callable[..., int]:
    writes = iter(range(number))

    def write(file: FileIO, content: bytes) -> int:
        if next(writes, None) is None:
            raise OSError(code, "x")
        return FileIO.write(file, content)

    return write


@pytest.mark.parametrize("run", [_triage, _complaints])
@given(number=st.integers(0, 3), code=st.sampled_from((errno.ENOSPC, errno.EFBIG, errno.EIO)))
def test_a_failed_write_replaces_no_file(run: Callable[[Path], None], number: int, code: int) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        run(folder)
        before = {*folder.glob("out*")}
        for path in before:
            path.write_bytes(b"former")
        has_failed = True
        failing = patch("reclamation_core.documents.atomic_files._NamedFile.write", _failing_from(number, code))
        with failing, suppress(OSError):
            run(folder)
            has_failed = False
        assert [path.read_bytes() == b"former" for path in before] == [has_failed] * len(before)
        assert {*folder.glob("out*"), *folder.glob(".*")} == before
