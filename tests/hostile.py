"""Readers of files that may be corrupt, and what must hold for every file."""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.intake import ColumnMapping, Triage, triage_file
from reclamation_core.policy import m2_1, read_policy
from reclamation_core.simulation import CaseloadProfile
from reclamation_core.tables import TableProofError
from reclamation_core.vocabulary import Sites

READERS: Final[dict[str, Callable[[Path], Any]]] = {
    "mapping": ColumnMapping.from_toml,
    "sites": Sites.from_toml,
    "policy": read_policy,
    "profile": CaseloadProfile.from_toml,
}
_LINES: Final = "id,date,channel\nR-1,02/05/2026,Web\nR-2,,\nR-3,'=x,é\n"


@cache
def _triage() -> Triage:
    return Triage(m2_1(), BusinessCalendar.france())


def triage_workbook(folder: Path, content: bytes) -> str:
    """Triage a workbook to its end: "read" where every row is decided or rejected, "refused" where no file is left."""
    path, output = folder / "in.xlsx", folder / "out.csv"
    path.write_bytes(content)
    for former in folder.glob("*out*"):
        former.unlink()
    try:
        done = triage_file(path, _triage(), output)
    except FaultsError as error:
        _is_clear(error)
        assert not list(folder.glob("*out*")), "files are left behind"
        return "refused"
    assert _count(output) == done.summary.decided
    assert (0 if done.rejected_path is None else _count(done.rejected_path)) == done.summary.rejected
    return "read"


def _is_clear(error: ReclamationError) -> None:
    assert str(error)
    assert error.in_("fr")


def _count(path: Path) -> int:
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file, strict=True)) - 1


def read_toml_file(folder: Path, reader: str, content: bytes) -> str:
    """Read a TOML file by one of its readers, and use its content."""
    path = folder / "in.toml"
    path.write_bytes(content)
    try:
        found = READERS[reader](path)
    except (FaultsError, TableProofError) as error:
        _is_clear(error)
        return "refused"
    if isinstance(found, ColumnMapping):
        lines = folder / "in.csv"
        lines.write_text(_LINES, encoding="utf-8")
        try:
            triage_file(lines, _triage(), folder / "out.csv", mapping=found)
        except FaultsError:  # its columns are not those of the lines
            return "read"
    return "read"
