"""The period of an audit file: both days included, open where a day is absent; and how much an archive holds."""

from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from reclamation_core.desk import audit_output
from reclamation_core.desk.audit_output import Period, new_output
from reclamation_core.errors import FaultsError
from reclamation_core.reporting.verifier import content

FIRST, LAST = date(2026, 6, 2), date(2026, 6, 20)
DAY = timedelta(days=1)


def test_a_period_holds_both_its_ends_and_does_not_end_before_it_begins() -> None:
    for first, last, held in [
        (FIRST, LAST, [FIRST, LAST]),
        (FIRST, FIRST, [FIRST]),
        (FIRST, None, [FIRST, LAST, LAST + DAY]),
        (None, LAST, [FIRST - DAY, FIRST, LAST]),
        (None, None, [FIRST - DAY, FIRST, LAST, LAST + DAY]),
    ]:
        assert [day for day in [FIRST - DAY, FIRST, LAST, LAST + DAY] if Period(first, last).holds(day)] == held, held
    assert str(Period(FIRST, FIRST)) == "2026-06-02/2026-06-02"
    with pytest.raises(FaultsError, match="received_until"):
        Period(LAST, LAST - DAY)


def test_an_archive_has_as_many_files_and_bytes_as_its_format_numbers(tmp_path: Path) -> None:
    files = [(name, content(b"a.txt")) for name in ("a.txt", "b.txt")]
    for limit, most in (("MOST_FILES", 2), ("_LARGEST_ARCHIVE", 2 * (5 + audit_output._ROOM))):
        with patch.object(audit_output, limit, most), new_output(tmp_path / "a.zip", files):
            pass
        refused = pytest.raises(FaultsError, match=r"^output: .* give a folder")
        with patch.object(audit_output, limit, most - 1), refused, new_output(tmp_path / "b.zip", files):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
