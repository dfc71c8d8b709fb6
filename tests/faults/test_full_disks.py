"""A disk that is full from any write on: former files stay whole, and nothing is half written."""

import errno
from contextlib import suppress
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import Triage, triage_file
from reclamation_core.policy import m2_1
from reclamation_core.simulation import generate_complaints, write_complaints
from tests.unit.intake.files import written


@given(number=st.integers(0, 3), is_triage=st.booleans())
def test_a_failed_write_replaces_no_file(number: int, is_triage: bool) -> None:
    writes = iter(range(number))

    def write(file: Any, content: bytes) -> int:
        if next(writes, None) is None:
            raise OSError(errno.ENOSPC, "x")
        return FileIO.write(file, content)

    with TemporaryDirectory() as place:
        source, output = written(Path(place), "reference;received_at\nA1;2026-05-02\nA2;hier\n"), Path(place, "out.csv")
        before = [output, Path(place, "out.rejets.csv")] if is_triage else [output]
        for path in before:
            path.write_bytes(b"former")
        has_failed = True
        with patch("reclamation_core.documents.atomic_files._NamedFile.write", write), suppress(OSError):
            if is_triage:
                triage_file(source, Triage(m2_1(), BusinessCalendar.france()), output)
            else:
                write_complaints(output, generate_complaints(2, 3))
            has_failed = False
        assert [path.read_bytes() == b"former" for path in before] == [has_failed] * len(before)
        assert sorted([*Path(place).glob("out*"), *Path(place).glob(".*")]) == before
