"""Files of decisions can be read back, and are complete or absent."""

import csv
import json
import os
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from reclamation_core.documents.atomic_files import atomic_writer
from reclamation_core.documents.csv_text import unescape_csv_formula
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake import COLUMNS, RejectedRow, TriageResult
from reclamation_core.intake.file_triage import CsvDecisions, CsvRejections, JsonDecisions
from reclamation_core.intake.rows import FileRow
from reclamation_core.intake.triage import Receipt, TriageOutcome
from reclamation_core.wording import Wording


def decided(reference: str = "A1", site: str = "CRE", question: str = "Qui, quand ?") -> TriageResult:
    columns = {
        "eligibility": "",
        "eligibility_rows": "a b",
        "level": "local",
        "level_rows": "c",
        "handling_level": "local",
        "criticality": "4",
        "band": "",
        "complexity": "",
        "question": question,
        "reason": "",
    }
    outcome = TriageOutcome(None, None, clock_runs=True, columns=columns)
    receipt = Receipt(date(2026, 5, 2), date(2026, 5, 19), "metropole")
    return TriageResult(FileRow(2, [reference], reference=reference), site, receipt, outcome)


def written(*items: TriageResult, delimiter: str = ",") -> str:
    file = StringIO()
    decisions = CsvDecisions(file, delimiter)
    decisions.write("".join(map(decisions.line, items)))
    return file.getvalue()


def test_a_decision_is_one_line_under_the_columns_empty_where_there_is_no_date() -> None:
    assert written(decided()) == (
        f'{",".join(COLUMNS)}\nA1,CRE,2026-05-02,2026-05-19,,a b,local,c,local,4,,,"Qui, quand ?",,metropole\n'
    )
    item = decided()
    item.receipt = Receipt(date(2026, 5, 2), None, "metropole")
    assert written(item).splitlines()[1].startswith("A1,CRE,2026-05-02,,")


def test_the_cache_of_formatted_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [decided(f"A{number}", f"S{number}", f"Q{number}") for number in range(5)]
    whole = written(*items, *items)
    monkeypatch.setattr("reclamation_core.intake.file_triage.CACHED_TEXTS", 2)
    assert written(*items, *items) == whole
    assert len(whole.splitlines()) == 11


def test_json_lines_have_null_where_a_cell_would_be_empty() -> None:
    document = json.loads(JsonDecisions(StringIO()).line(decided(reference="=1")))
    assert list(document) == list(COLUMNS)
    assert (document["reference"], document["eligibility"], document["due_date"]) == ("=1", None, "2026-05-19")


def rejected_text(*items: RejectedRow) -> list[dict[str, str]]:
    file = StringIO()
    writer = CsvRejections(file, ("reference", "text"))
    for item in items:
        writer.write(item)
    return list(csv.DictReader(StringIO(file.getvalue()), delimiter=";", strict=True))


def test_a_rejected_row_is_written_under_its_own_columns() -> None:
    faults = (
        Fault("channel", "fax", Wording("un canal", "a channel")),
        Fault("site", None, Wording("un site", "a site")),
    )
    (row,) = rejected_text(RejectedRow(7, faults, ("A1", "=1\nsuite")))
    assert row == {
        "ligne": "7",
        "champ": "channel",
        "valeur": "fax",
        "attendu": "un canal",
        "motif 2": "site : un site",
        "motif 3 et suivants": "",
        "reference": "A1",
        "text": "'=1\nsuite",
        "ligne entière": "",
    }


def test_escaped_cells_are_not_escaped_twice() -> None:
    file = StringIO()
    writer = CsvRejections(file, ("reference", "'=x"))
    writer.write(RejectedRow(7, (Fault("site", "x", Wording("un site", "a site")),), ("A1", "'=1")))
    (row,) = csv.DictReader(StringIO(file.getvalue()), delimiter=";", strict=True)
    assert (row["reference"], row["'=x"]) == ("A1", "'=1")


def test_a_row_that_was_not_cut_is_in_a_column_of_its_own() -> None:
    fault = Fault("row", "\0\ud800", Wording("une ligne", "a line"))
    (row,) = rejected_text(RejectedRow(7, (fault,), ('A1,"x\0',), is_cut=False))
    assert (row["reference"], row["text"], row["ligne entière"]) == ("", "", 'A1,"x\ufffd')
    assert row["valeur"] == "\ufffd\ufffd"


def test_a_file_takes_its_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("avant", encoding="utf-8")
    with atomic_writer(path) as file:
        file.write("après")
        assert path.read_text(encoding="utf-8") == "avant"
    assert path.read_text(encoding="utf-8") == "après"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_that_was_not_finished_leaves_no_trace(tmp_path: Path) -> None:
    def fail() -> None:
        with atomic_writer(tmp_path / "out.csv") as file:
            file.write("à moitié")
            raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_cannot_be_written_is_reported_unchanged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent") as missing, atomic_writer(tmp_path / "absent" / "out.csv"):
        pass
    assert missing.value.filename == str(tmp_path / "absent" / "out.csv")

    # The name itself is allowed, that of the file written aside is not.
    path = tmp_path / f"{'a' * 250}.csv"
    with pytest.raises(OSError, match=r"a\.csv") as caught, atomic_writer(path):
        pass
    assert caught.value.filename == str(path)

    path = tmp_path / "out.csv"
    with pytest.raises(OSError, match=r"out\.csv") as caught, atomic_writer(path):
        path.mkdir()
    assert str(caught.value).endswith(f": {str(path)!r}")
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_its_target_unchanged(tmp_path: Path) -> None:
    (tmp_path / "precious.csv").write_text("précieux", encoding="utf-8")
    for target in ("precious.csv", "absent/out.csv"):
        link = tmp_path / "link.csv"
        link.symlink_to(target)
        with atomic_writer(link) as file:
            file.write("nouveau")
        assert not link.is_symlink()
        assert link.stat().st_mode == (tmp_path / "precious.csv").stat().st_mode, "the rights of any new file"
        assert link.read_text(encoding="utf-8") == "nouveau"
        link.unlink()
    assert (tmp_path / "precious.csv").read_text(encoding="utf-8") == "précieux"
    assert [entry.name for entry in tmp_path.iterdir()] == ["precious.csv"]


def test_a_folder_that_is_a_link_is_written_in(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    with atomic_writer(tmp_path / "link" / "out.csv") as file:
        file.write("x")
    assert (tmp_path / "folder" / "out.csv").read_text(encoding="utf-8") == "x"


def test_a_pipe_or_an_open_file_of_a_process_is_not_written_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/stdout"), Path("/proc/self/fd/1")):
        with pytest.raises(FaultsError, match="a regular file or a free name"), atomic_writer(path):
            pass


@pytest.mark.parametrize("text", ["", "=1", "'=1", "'", 'a"b', "l'été", "x;=1", "a,-1", "b|@c", "d\t+1", 'e;"=1'])
def test_cells_are_read_back_and_are_no_formulas_in_any_spreadsheet(text: str) -> None:
    for delimiter in (",", ";", "\t", "|"):
        lines = written(decided(reference=text, site=text, question=text), delimiter=delimiter)
        (row,) = csv.DictReader(StringIO(lines), delimiter=delimiter, strict=True)
        assert [unescape_csv_formula(row[name]) for name in ("reference", "site", "question")] == [text] * 3
        for other in (",", ";", "\t", "|"):
            cells = [cell for line in csv.reader(StringIO(lines), delimiter=other) for cell in line]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
