"""From a file of complaints to the file of decisions and that of rejected rows."""

import csv
import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping, Triage, triage_file
from reclamation_core.intake.file_triage import REJECTED_COLUMNS, OutputFormat, rejected_path
from reclamation_core.intake.mapping import fold
from reclamation_core.policy import m2_1
from tests.unit.intake.files import written

TRIAGE = Triage(m2_1(), BusinessCalendar.france())
FRENCH_NAMES = tuple(column.fr for column in REJECTED_COLUMNS)
GOOD = "reference;received_at;channel\nA1;2026-05-02;email\nA2;2026-05-03;phone\n"
BAD = GOOD + "A3;hier;fax\n\n"


def rows(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


def test_the_end_of_a_triage_is_logged_without_the_file_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="reclamation_core.intake"):
        triage_file(written(tmp_path, BAD), TRIAGE, tmp_path / "out.csv")
    (record,) = caplog.records
    assert record.getMessage() == "triage_file: finished"
    assert {"decided": 2, "rejected": 1}.items() <= vars(record).items()
    assert vars(record)["duration"] >= 0
    assert "out.csv" not in str({name: value for name, value in vars(record).items() if name != "pathname"})


def test_decisions_and_rejected_rows_go_to_two_files(tmp_path: Path) -> None:
    done = triage_file(written(tmp_path, BAD), TRIAGE, tmp_path / "out.csv")
    assert (done.summary.read, done.summary.decided, done.summary.rejected) == (3, 2, 1)
    assert (done.output_path, done.rejected_path) == (tmp_path / "out.csv", tmp_path / "out.rejets.csv")
    assert (done.unread_columns, done.encoding, done.blank_lines) == ((), None, 1)
    assert [row["Référence"] for row in rows(tmp_path / "out.csv")] == ["A1", "A2"]
    (bad,) = rows(tmp_path / "out.rejets.csv")
    assert (bad["ligne"], bad["champ"], bad["valeur"], bad["reference"]) == ("4", "received_at", "hier", "A3")
    assert bad["motif 2"].startswith("channel : « fax » ; ")
    assert bad["motif 3 et suivants"] == ""
    assert not any("\n" in cell for cell in bad.values())


def test_the_date_of_a_spreadsheet_is_rejected_in_the_words_of_the_mapping(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["reference", "received_at", "channel"], ["A1", date(2026, 5, 2), "fax"], ["A2", "hier", "fax"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "registre.xlsx")
    mapping = ColumnMapping(date_formats=("%d/%m/%Y",))
    done = triage_file(tmp_path / "registre.xlsx", TRIAGE, tmp_path / "out.csv", mapping=mapping)
    assert done.rejected_path is not None
    assert [row["received_at"] for row in rows(done.rejected_path)] == ["02/05/2026", "hier"]
    mended = done.rejected_path.read_text(encoding="utf-8").replace(";fax;", ";phone;")
    again = triage_file(written(tmp_path, mended), TRIAGE, tmp_path / "again.csv", mapping=mapping)
    assert (again.summary.decided, again.summary.rejected_fields) == (1, {"received_at": 1})


def test_rejected_rows_that_were_mended_are_read(tmp_path: Path) -> None:
    triage_file(written(tmp_path, BAD), TRIAGE, tmp_path / "out.csv")
    mended = (tmp_path / "out.rejets.csv").read_text(encoding="utf-8").replace(";A3;hier;fax;", ";A3;2026-05-04;phone;")
    done = triage_file(written(tmp_path, mended, "mended.csv"), TRIAGE, tmp_path / "second.csv")
    assert (done.summary.decided, done.summary.rejected) == (1, 0)
    assert done.unread_columns == FRENCH_NAMES


@pytest.mark.parametrize("output_format", ["codes", "jsonl"])
def test_rejected_rows_beside_codes_are_for_a_program_too(output_format: OutputFormat, tmp_path: Path) -> None:
    mapping = ColumnMapping(columns={"channel": "Canal de réception", "received_at": "Date"})
    file = written(tmp_path, "reference;Date;Canal de réception\n" + "A1;hier;fax\n")
    done = triage_file(file, TRIAGE, tmp_path / "out", mapping=mapping, output_format=output_format)
    assert done.rejected_path is not None
    content = done.rejected_path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    (bad,) = rows(done.rejected_path, ",")
    added = ["line", "field", "value", "expected", "fault 2", "fault 3 and more"]
    assert list(bad) == [*added, "reference", "Date", "Canal de réception", "whole row"]
    assert (bad["line"], bad["field"], bad["value"]) == ("2", "received_at", "hier")
    assert bad["fault 2"].startswith("channel: 'fax'; ")
    assert bad["expected"].startswith("a date (2026-05-02")
    done.rejected_path.write_bytes(content.replace(b",hier,fax,", b",2026-05-02,email,"))
    again = triage_file(done.rejected_path, TRIAGE, tmp_path / "again.csv", mapping=mapping)
    assert (again.summary.decided, again.summary.rejected) == (1, 0)


def test_they_are_written_as_the_mapping_wants_to_read_them(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("reference;received_at;channel;lieu\nÉ1;2026-05-02;fax;Orléans\n", encoding="windows-1252")
    mapping = ColumnMapping(delimiter=";", encoding="windows-1252")
    done = triage_file(file, TRIAGE, tmp_path / "out.csv", mapping=mapping)
    assert done.rejected_path is not None
    done.rejected_path.write_bytes(done.rejected_path.read_bytes().replace(b";fax;", b";phone;"))
    again = triage_file(done.rejected_path, TRIAGE, tmp_path / "again.csv", mapping=mapping)
    assert (again.summary.read, again.summary.rejected) == (1, 0)
    assert [row["Référence"] for row in rows(again.output_path)] == ["É1"]


@given(st.lists(st.sampled_from([*FRENCH_NAMES, "rejet : ligne", "LIGNE ENTIÈRE "]), unique_by=fold, max_size=4))
def test_rejected_rows_are_read_back_with_any_column_names(others: list[str]) -> None:
    mapping = ColumnMapping(columns={"nature": others[0]}) if others else ColumnMapping()
    with TemporaryDirectory() as name:
        folder = Path(name)
        head = ";".join(["reference", "received_at", "channel", *others])
        file = written(folder, f"{head}\nA1;2026-05-02;fax{';grievance' * len(others)}\n")
        done = triage_file(file, TRIAGE, folder / "out.csv", mapping=mapping)
        assert done.rejected_path is not None
        mended = written(folder, done.rejected_path.read_text(encoding="utf-8").replace(";fax;", ";phone;"))
        again = triage_file(mended, TRIAGE, folder / "again.csv", mapping=mapping)
        assert (again.summary.read, again.summary.rejected) == (1, 0)


def test_no_file_of_rejected_rows_without_rejected_rows(tmp_path: Path) -> None:
    triage_file(written(tmp_path, BAD), TRIAGE, tmp_path / "out.csv")
    assert triage_file(written(tmp_path, GOOD), TRIAGE, tmp_path / "out.csv").rejected_path is None
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["complaints.csv", "out.csv"]


def test_the_output_delimiter_is_a_semicolon_by_default(tmp_path: Path) -> None:
    path = written(tmp_path, BAD)
    triage_file(path, TRIAGE, tmp_path / "out.csv")
    triage_file(path, TRIAGE, tmp_path / "tab.csv", delimiter="\t")
    assert rows(tmp_path / "out.csv") == rows(tmp_path / "tab.csv", "\t")
    assert rows(tmp_path / "out.rejets.csv") == rows(tmp_path / "tab.rejets.csv", "\t")


@pytest.mark.parametrize(("name", "format_"), [("out.jsonl", None), ("out.NDJSON", None), ("out.txt", "jsonl")])
def test_json_lines_are_written_on_demand(tmp_path: Path, name: str, format_: str | None) -> None:
    triage_file(written(tmp_path, BAD), TRIAGE, tmp_path / name, output_format=format_)  # type: ignore[arg-type]
    lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["reference"] for line in lines] == ["A1", "A2"]
    assert (tmp_path / "out.rejets.csv").exists()


def test_csv_and_json_decisions_are_equal(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    triage_file(path, TRIAGE, tmp_path / "out.csv", output_format="codes")
    triage_file(path, TRIAGE, tmp_path / "out.jsonl")
    documents = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [{name: value or "" for name, value in document.items()} for document in documents] == rows(
        tmp_path / "out.csv", ","
    )


def test_rejected_rows_of_json_lines_are_whole(tmp_path: Path) -> None:
    line = '{"reference": "A1", "received_at": "hier"}'
    done = triage_file(written(tmp_path, line), TRIAGE, tmp_path / "out.csv")
    assert done.rejected_path is not None
    (bad,) = rows(done.rejected_path)
    assert bad == dict(zip(FRENCH_NAMES, ("1", "received_at", "hier", bad["attendu"], "", "", line), strict=True))


def test_where_rejected_rows_go() -> None:
    for output, expected in [
        ("out.csv", "out.rejets.csv"),
        ("out.jsonl", "out.rejets.csv"),
        ("out", "out.rejets.csv"),
        ("out.v2", "out.v2.rejets.csv"),
    ]:
        assert rejected_path(Path("x", output)) == Path("x", expected), output


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    path = written(tmp_path, BAD)
    other = written(tmp_path, BAD, "b.rejets.csv")
    (tmp_path / "link.csv").symlink_to(path)
    for source, output in ((path, "complaints.csv"), (path, "link.csv"), (other, "b.csv")):
        with pytest.raises(FaultsError, match="another file") as caught:
            triage_file(source, TRIAGE, tmp_path / output)
        assert caught.value.faults[0].path == "output"
    assert path.read_text(encoding="utf-8") == BAD


def test_options_that_are_not_known_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="delimiters") as caught:
        triage_file(written(tmp_path, GOOD), TRIAGE, tmp_path / "out.csv", delimiter=":", output_format="xml")  # type: ignore[arg-type]
    assert [fault.path for fault in caught.value.faults] == ["delimiter", "format"]


def test_nothing_is_written_when_the_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b\n")
    with pytest.raises(FaultsError, match="column"):
        triage_file(path, TRIAGE, tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_when_reading_breaks_off(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        triage_file(path, TRIAGE, tmp_path / "out.csv", progress=stop)
    assert list(tmp_path.iterdir()) == [path]


def test_progress_is_reported_in_bytes(tmp_path: Path) -> None:
    told: list[int] = []
    path = written(tmp_path, GOOD)
    triage_file(path, TRIAGE, tmp_path / "out.csv", progress=told.append)
    assert told[-1] == path.stat().st_size


def test_a_local_time_is_in_the_zone_of_the_usual_calendar(tmp_path: Path) -> None:
    # 20:30 in Cayenne is 1:30 of the next day in Paris.
    triage = Triage(m2_1(), BusinessCalendar.france("guyane"))
    path = written(tmp_path, "reference,received_at\nA1,2026-05-04T20:30\nA2,2026-05-05T01:30+02:00\n")
    triage_file(path, triage, tmp_path / "out.csv", mapping=ColumnMapping())
    assert [row["Reçu le"] for row in rows(tmp_path / "out.csv")] == ["04/05/2026", "04/05/2026"]
