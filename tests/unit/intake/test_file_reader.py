"""Each row of a file is read, as a record or as rejected; arguments of a wrong type are refused by name."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

import attrs
import pytest

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping, ComplaintRecord, Triage, read
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.vocabulary import Channel, ClientScope, ComplaintFacts, MalfunctionFacts, Site, Sites
from tests.unit.intake.files import as_csv, read_all, read_text, written


def test_a_row_becomes_a_record(tmp_path: Path) -> None:
    content = as_csv(
        [
            ("reference", "site", "received_at", "channel", "formal", "satisfaction", "client_scope", "causes", "text"),
            ("A1", "CRE", "2026-05-02T09:30", "courriel", "oui", "4.5", "local", "2", " Bonjour,\nsuite "),
        ]
    )
    (record,), rejected, _ = read_text(tmp_path, content)
    assert rejected == []
    assert record == ComplaintRecord(
        2, "A1", "CRE", " Bonjour,\nsuite ",
        ComplaintFacts(
            received_at=datetime(2026, 5, 2, 9, 30, tzinfo=ZoneInfo("Europe/Paris")),
            channel=Channel.EMAIL, formal=True, satisfaction=Decimal("4.5"), client_scope=ClientScope.LOCAL, causes=2,
        ),
        ("A1", "CRE", "2026-05-02T09:30", "courriel", "oui", "4.5", "local", "2", " Bonjour,\nsuite "),
    )  # fmt: skip


def test_missing_columns_are_unknown_facts(tmp_path: Path) -> None:
    (record,), _, _ = read_text(tmp_path, "reference,received_at\nA1,2026-05-02\n")
    assert (record.site, record.text) == ("", "")
    assert record.facts.channel is UNKNOWN
    assert record.facts.satisfaction is ABSENT


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_usual_files_are_recognised(tmp_path: Path, delimiter: str, end: str, encoding: str) -> None:
    rows = [("reference", "received_at", "text"), ("A1", "2026-05-02", "déçu, très; déçu | \t fin")]
    (record,), _, reader = read_text(tmp_path, as_csv(rows, delimiter, end).encode(encoding))
    assert record.text == "déçu, très; déçu | \t fin"
    assert reader.delimiter == delimiter
    assert reader.encoding == ("windows-1252" if encoding == "windows-1252" else "utf-8")


def test_bytes_of_no_encoding_cost_their_line_alone(tmp_path: Path) -> None:
    for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"):  # in Windows-1252 they mean nothing
        content = b"reference,received_at\nA1,2026-05-02\nB" + byte + b",2026-05-02\nC1,2026-05-02\n"
        records, (bad,), _ = read_text(tmp_path, content)
        assert ([record.reference for record in records], bad.line) == (["A1", "C1"], 3), byte


def test_the_delimiter_shows_the_columns_or_is_given_as_the_encoding_may_be(tmp_path: Path) -> None:
    # Commas are more frequent, and the second column's name holds one.
    content = 'reference;"channel";received_at;a,b,c,d,e\nA1;email;2026-05-02;\n'
    (record,), _, reader = read_text(tmp_path, content)
    assert record.facts.channel is Channel.EMAIL
    assert reader.unread_columns == ("a,b,c,d,e",)
    (record,), _, reader = read_text(tmp_path, "sep=|\r\nreference|received_at\r\nA1|2026-05-02\r\n")
    assert (record.line, reader.delimiter) == (3, "|")
    mapping = ColumnMapping(delimiter=";", encoding="iso-8859-15")
    (record,), _, reader = read_text(tmp_path, b"reference;received_at;text\nA1;2026-05-02;12 \xa4\n", mapping)
    assert record.text == "12 €"
    assert reader.encoding == "iso-8859-15"


def test_names_of_columns_ignore_case_and_those_not_read_are_reported(tmp_path: Path) -> None:
    (record,), _, reader = read_text(tmp_path, " Reference ,RECEIVED_AT, Channel\nA1,2026-05-02,email\n")
    assert record.facts.channel is Channel.EMAIL
    assert reader.unread_columns == ()
    mapping = ColumnMapping(ignored=("humeur ",))
    _, _, reader = read_text(tmp_path, "reference,received_at,Humeur,couleur,couleur,\nA1,2026-05-02,,,,\n", mapping)
    assert reader.unread_columns == ("couleur", "couleur", "")


@pytest.mark.parametrize(
    ("header", "paths"),
    [
        ("reference,channel", ["columns.received_at"]),
        ("received_at", ["columns.reference"]),
        ("a,b", ["columns.reference", "columns.received_at"]),
        ("reference,received_at,channel,Channel", ["columns.channel"]),
        ("reference,reference,received_at", ["columns.reference"]),
    ],
)
def test_a_header_is_refused_with_all_that_is_wrong(tmp_path: Path, header: str, paths: list[str]) -> None:
    with pytest.raises(FaultsError, match="column") as caught:
        read(written(tmp_path, f"{header}\n"))
    assert [fault.path for fault in caught.value.faults] == paths


def test_a_missing_mapped_column_and_an_unreadable_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="'Canal'") as caught:
        read(written(tmp_path, "reference,received_at,channel\n"), ColumnMapping(columns={"channel": "Canal"}))
    assert [fault.path for fault in caught.value.faults] == ["columns.channel"]
    with pytest.raises(FaultsError, match="delimiter after a closing quote"):
        read(written(tmp_path, '"reference"x,"received_at"y\n'))
    with pytest.raises(FaultsError, match="lines ended by LF"):
        read(written(tmp_path, "reference,received_at\rA1,2026-05-02\r"))


def test_the_cache_of_parsed_cells_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "reference,received_at,causes\n" + "".join(f"A{number},2026-05-02,{number % 5}\n" for number in range(20))
    monkeypatch.setattr("reclamation_core.intake.layout.CACHED_CELLS", 2)
    records, _, _ = read_text(tmp_path, content)
    assert [record.facts.causes for record in records] == [number % 5 for number in range(20)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "names of the columns"),
        (b"\n\n \n", "names of the columns"),
        (b'"reference,received_at\nA1,2026-05-02\n', "closing quote"),
        (b"reference,received_at\0\n", "NUL"),
        (b"\xff\xfer\0e\0", "UTF-16"),
        (b"r\0e\0", "UTF-16"),
        (b"\0r\0e", "UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "xls"),
        (b"\x1f\x8b\x08", "compressed"),
        (b' [{"reference": "A1"}]', "array"),
        (b"PK\x03\x04 not a workbook", "workbook"),
    ],
)
def test_a_file_of_another_format_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        read(written(tmp_path, content))
    with written(tmp_path, content).open("rb") as file, pytest.raises(FaultsError, match=message):
        read(file)


def test_an_opendocument_workbook_is_refused_with_the_remedy(tmp_path: Path) -> None:
    # Its first part, which is not packed, names the format.
    with ZipFile(tmp_path / "registre.ods", "w", ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", ZIP_STORED)
        file.writestr("content.xml", "<x/>")
    with pytest.raises(FaultsError, match=r"save this \.ods workbook as one of them") as caught:
        read(tmp_path / "registre.ods")
    assert "enregistrez ce classeur .ods sous l'un de ces formats" in caught.value.faults[0].expected.fr


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.csv"):
        read(tmp_path / "absent.csv")


@pytest.mark.parametrize("reference", ["", "  ", '"a\nb"', "x" * 201])
def test_a_row_without_a_reference_of_its_own_is_rejected(tmp_path: Path, reference: str) -> None:
    records, (bad,), _ = read_text(
        tmp_path, f"reference,received_at\nA1,2026-05-02\n{reference},2026-05-02\nA3,2026-05-02\n"
    )
    assert [record.reference for record in records] == ["A1", "A3"]
    assert (bad.line, bad.field, bad.is_cut) == (3, "reference", True)


def test_a_repeated_reference_is_rejected_with_the_line_of_the_first(tmp_path: Path) -> None:
    records, (bad,), _ = read_text(tmp_path, "reference,received_at\nA1,2026-05-02\nA2,2026-05-02\n A1 ,2026-05-02\n")
    assert [record.line for record in records] == [2, 3]
    assert (bad.line, bad.field, bad.value, bad.cells) == (4, "reference", " A1 ", (" A1 ", "2026-05-02"))


def test_a_row_is_rejected_with_all_its_faults(tmp_path: Path) -> None:
    content = "reference,site,received_at,channel,formal,likelihood\n,a\x0bb,hier,fax,peut-être,9\n"
    _, (bad,), _ = read_text(tmp_path, content)
    assert [(fault.path, fault.value) for fault in bad.faults] == [
        ("reference", ""),
        ("site", "a\x0bb"),
        ("received_at", "hier"),
        ("channel", "fax"),
        ("formal", "peut-être"),
        ("likelihood", "9"),
    ]
    assert "courriel" in bad.faults[3].expected.fr
    assert bad.cells == ("", "a\x0bb", "hier", "fax", "peut-être", "9")
    assert bad.in_("fr").startswith("ligne 2 : reference")
    assert bad.in_("en").startswith("line 2: reference")
    fr, en = (bad.faults[0].in_(lang) for lang in ("fr", "en"))
    twice = attrs.evolve(bad, faults=bad.faults[:1] * 2)
    assert (twice.in_("fr"), twice.in_("en")) == (f"ligne 2 : {fr} ; {fr}", f"line 2: {en}; {en}")


def test_a_mapping_reads_a_foreign_file(tmp_path: Path) -> None:
    mapping = ColumnMapping(
        columns={"reference": "N°", "received_at": "Reçue le", "channel": "Canal", "nature": "Type", "formal": "Type"},
        values={
            "channel": {"Guichet": "centre_letter", "*": ""},
            "nature": {"Plainte": "grievance", "Question": "initial_information_request"},
            "formal": {"Plainte": "oui", "*": "non"},
            "site": {"Créteil": "CRE"},
        },
        constants={"complainant": "stagiaire", "satisfaction": "5"},
        date_formats=("%d/%m/%Y",),
        missing=("NA",),
    )
    content = (
        "N°;Reçue le;Canal;Type;site;sold_service\n1;02/05/2026;Guichet;Plainte;Créteil;NA\n2;3/5/2026;X;Question;;1\n"
    )
    (first, second), rejected, reader = read_text(tmp_path, content, mapping)
    assert (rejected, reader.unread_columns) == ([], ())
    assert first.site == "CRE"
    assert first.facts.received_at.date() == date(2026, 5, 2)
    assert (first.facts.channel, first.facts.formal, first.facts.sold_service) == ("centre_letter", True, UNKNOWN)
    assert (second.facts.channel, second.facts.formal, second.facts.sold_service) == (UNKNOWN, False, True)
    assert second.facts.nature == "initial_information_request"
    assert {record.facts.complainant for record in (first, second)} == {"trainee"}
    assert second.facts.satisfaction == 5


def test_a_decimal_comma_is_read_unless_it_may_separate_thousands(tmp_path: Path) -> None:
    content = "reference;received_at;satisfaction\nA1;2026-05-02;4,5\nA2;02/05/2026;4,125\n"
    both, _, _ = read_text(tmp_path, content, ColumnMapping(decimal_comma=True))
    assert [record.facts.satisfaction for record in both] == [Decimal("4.5"), Decimal("4.125")]
    (record,), (bad,), _ = read_text(tmp_path, content)
    assert (record.facts.satisfaction, bad.field, bad.value) == (Decimal("4.5"), "satisfaction", "4,125")


def test_a_constant_date_is_that_of_every_row(tmp_path: Path) -> None:
    mapping = ColumnMapping(constants={"received_at": "2026-05-02", "site": "CRE"}, date_formats=("%d/%m/%Y",))
    (record,), _, _ = read_text(tmp_path, "reference\nA1\n", mapping)
    assert (record.facts.received_at.isoformat(), record.site) == ("2026-05-02T00:00:00+02:00", "CRE")


SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="RUN", name="Saint-Denis", region="La Réunion", territory="reunion"),
    )
)


def test_a_local_time_is_in_the_zone_of_its_site(tmp_path: Path) -> None:
    content = "reference,site,received_at\nA1,CRE,2026-05-02T09:00\nA2,RUN,2026-05-02T09:00\nA3,,2026-05-02T09:00\n"
    path = written(tmp_path, content)

    def hours(mapping: ColumnMapping | None = None, sites: Sites | None = SITES, zone: str = "Europe/Paris") -> Any:
        items = read_all(path, mapping, sites=sites, time_zone=zone)
        return [item.facts.received_at.astimezone(UTC).hour for item in items if isinstance(item, ComplaintRecord)]

    assert (hours(), hours(zone="America/Cayenne")) == ([7, 5, 7], [7, 5, 12])
    assert hours(sites=None) == [7, 7, 7]
    assert hours(ColumnMapping(time_zone="UTC")) == [9, 9, 9]


def test_a_site_that_is_not_known_is_rejected(tmp_path: Path) -> None:
    content = "reference,site,received_at\nA1,LIL,2026-05-02\nA2,,2026-05-02\n"
    (record,), (bad,), _ = read_text(tmp_path, content, sites=SITES)
    assert record.reference == "A2"
    assert (bad.field, bad.value) == ("site", "LIL")


def test_protection_is_taken_off_every_cell(tmp_path: Path) -> None:
    (record,), _, _ = read_text(
        tmp_path, "reference,received_at,text,satisfaction,site\n'-A1,2026-05-02,'=1+1,'-3,'@b\n"
    )
    assert (record.reference, record.text, record.site) == ("-A1", "=1+1", "@b")
    assert record.facts.satisfaction == -3


def test_reading_closes_its_file(tmp_path: Path) -> None:
    with read(written(tmp_path, "reference,received_at\nA1,2026-05-02\n")) as reader:
        assert len(list(reader)) == 1
        assert reader.position == 36
    with pytest.raises(ValueError, match="closed"):
        assert reader.position


def test_a_refusal_names_its_setting(tmp_path: Path) -> None:
    for row, mapping in (
        ("A1,05/13/2026,", ColumnMapping()),
        ("A1,2026-05-02,", ColumnMapping(date_formats=("%d/%m/%Y",))),
        ('A1,2026-05-02,"5,125"', ColumnMapping()),
        ("A1,2026-05-02,bien", ColumnMapping()),
    ):
        _, (_,), _ = read_text(tmp_path, f"reference,received_at,satisfaction\n{row}\n", mapping)  # words are approved


def test_a_row_of_a_register_of_malfunctions_has_its_facts(tmp_path: Path) -> None:
    content = (
        "reference,site,received_at,service_reach,severity_safety,text\nD1,CRE,2026-05-02,one_centre,4,Une chute\n"
    )
    (record,), rejected, _ = read_text(tmp_path, content)
    assert rejected == []
    assert record.malfunction() == MalfunctionFacts(
        received_at=datetime(2026, 5, 2, tzinfo=ZoneInfo("Europe/Paris")), service_reach="one_centre", severity_safety=4
    )


@pytest.mark.parametrize(("column", "cell"), [("channel", "email"), ("satisfaction", "5"), ("client_scope", "local")])
def test_facts_of_complaints_alone_are_refused_of_a_malfunction(tmp_path: Path, column: str, cell: str) -> None:
    (record,), _, _ = read_text(tmp_path, f"reference,received_at,{column}\nD1,2026-05-02,{cell}\n")
    with pytest.raises(FaultsError, match="an internal malfunction has neither client nor channel nor note") as refused:
        record.malfunction()
    assert [fault.path for fault in refused.value.faults] == [column]


@pytest.mark.parametrize(
    ("policy", "calendar", "told"),
    [
        (None, BusinessCalendar.france(), "policy: a Policy is expected, got None"),
        (BusinessCalendar.france(), m2_1(), "policy: a Policy is expected, got a BusinessCalendar"),
        (m2_1(), "metropole", "calendar: a BusinessCalendar is expected, got a str"),
    ],
)
def test_a_triage_is_of_an_edition_and_a_calendar(policy: Any, calendar: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        Triage(policy, calendar)


def test_the_name_of_a_mapping_file_is_not_a_mapping(tmp_path: Path) -> None:
    mapping: Any = "mapping.toml"
    with pytest.raises(TypeError, match=r"mapping: a ColumnMapping is expected, got a str; ColumnMapping\.from_toml"):
        read(tmp_path / "complaints.csv", mapping)
