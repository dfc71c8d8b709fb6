"""Mappings of foreign columns; an invalid one is refused with all its faults at once."""

from pathlib import Path
from typing import Any

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping


def from_text(folder: Path, text: str) -> ColumnMapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return ColumnMapping.from_toml(path)


def faults_of(folder: Path, text: str) -> list[tuple[str, object]]:
    with pytest.raises(FaultsError, match="; ") as caught:
        from_text(folder, text)
    return [(fault.path, fault.value) for fault in caught.value.faults]


def test_a_mapping_file_has_every_option(tmp_path: Path) -> None:
    mapping = from_text(
        tmp_path,
        """
        ignored = ["Produit"]
        missing = ["NA"]
        date_formats = ["%d/%m/%Y", "%d/%m/%Y %H:%M"]
        time_zone = "Indian/Reunion"
        decimal_comma = true
        delimiter = "\\t"
        encoding = "windows-1252"
        sheet = "Plaintes"

        [columns]
        reference = "N°"
        channel = "Canal"

        [values.channel]
        Guichet = "courrier reçu en centre"

        [values.severity_safety]
        Grave = 4

        [constants]
        formal = true
        causes = 2
        received_at = 2026-05-02
        site = "CRE"
        """,
    )
    assert mapping == ColumnMapping(
        ignored=("Produit",),
        missing=("NA",),
        date_formats=("%d/%m/%Y", "%d/%m/%Y %H:%M"),
        time_zone="Indian/Reunion",
        decimal_comma=True,
        delimiter="\t",
        encoding="windows-1252",
        sheet="Plaintes",
        columns={"reference": "N°", "channel": "Canal"},
        values={"channel": {"Guichet": "courrier reçu en centre"}, "severity_safety": {"Grave": "4"}},
        constants={"formal": "oui", "causes": "2", "received_at": "2026-05-02", "site": "CRE"},
    )


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert from_text(tmp_path, "") == ColumnMapping()


def test_a_file_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        """
        tim_zone = "Europe/Paris"
        ignored = "Produit"
        missing = [3]
        date_formats = ["%d/%m", "%d/%m/%Y"]
        time_zone = "Europe/Brest"
        decimal_comma = 1
        delimiter = "::"
        encoding = "utf-16"
        sheet = ""

        [columns]
        canal = "Canal"
        channel = ""
        formal = "Formel"

        [values.channel]
        Guichet = "guichet"
        Mail = "email"
        mail = "phone"

        [values.formal]
        Oui = [1]

        [values.reference]
        A = "B"

        [constants]
        formal = true
        reference = "A"
        satisfaction = "beaucoup"
        """,
    )
    assert faults == [
        ("tim_zone", "Europe/Paris"),
        ("ignored", "Produit"),
        ("missing[0]", 3),
        ("date_formats[0]", "%d/%m"),
        ("time_zone", "Europe/Brest"),
        ("decimal_comma", 1),
        ("delimiter", "::"),
        ("encoding", "utf-16"),
        ("sheet", ""),
        ("columns.canal", "Canal"),
        ("columns.channel", ""),
        ("values.channel.Guichet", "guichet"),
        ("values.channel.mail", "phone"),
        ("values.formal.Oui", [1]),
        ("values.reference", {"A": "B"}),
        ("constants.reference", "A"),
        ("constants.satisfaction", "beaucoup"),
        ("constants.formal", "oui"),
    ]


@pytest.mark.parametrize("text", ["columns = 3", "values = []", "constants = 'a'", "values.channel = 3"])
def test_a_table_is_a_table(tmp_path: Path, text: str) -> None:
    assert len(faults_of(tmp_path, text)) == 1


def test_a_file_that_is_not_toml_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "columns = {")[0][0] == "$"
    path = tmp_path / "latin.toml"
    path.write_bytes(b'sheet = "\xe9"\n')
    with pytest.raises(FaultsError, match="TOML file in UTF-8"):
        ColumnMapping.from_toml(path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"columns": {"canal": "Canal"}}, "columns.canal: 'Canal'; a field: reference, site"),
        ({"values": {"canal": {}}}, "values.canal: {}; a field: reference, site"),
        ({"constants": {"canal": ""}}, "constants.canal: ''; a field: reference, site"),
        ({"columns": {"formal": "F"}, "constants": {"formal": "oui"}}, "constants.formal: 'oui'; this field has"),
        ({"values": {"formal": {"O": "oui", "o": "non"}}}, "values.formal.o: 'non'; this value is translated"),
        ({"date_formats": ("%d",)}, r"date_formats\[0\]: '%d'; a date format with year, month and day"),
        ({"date_formats": ("%",)}, "date_formats"),
        ({"time_zone": "Europe/Brest"}, "time_zone: 'Europe/Brest'; an IANA time zone"),
        ({"delimiter": "x"}, "delimiter: 'x'; one of these delimiters"),
        ({"ignored": "Produit"}, "ignored: 'Produit'; a list of texts"),
        ({"encoding": "utf-16"}, "encoding: 'utf-16'; one of utf-8"),
    ],
)
def test_a_mapping_made_in_python_is_checked_too(given: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        ColumnMapping(**given)


def test_values_ignore_case_and_go_before_missing_markers_then_the_others() -> None:
    mapping = ColumnMapping(values={"channel": {" Guichet ": "phone"}}, missing=(" na ",))
    assert mapping.translate("channel", " GUICHET") == "phone"
    assert (mapping.translate("channel", " Fax "), mapping.translate("channel", "NA ")) == ("Fax", "")
    assert mapping.translate("formal", "Guichet") == "Guichet"
    mapping = ColumnMapping(values={"channel": {"Web": "portal", "*": "other"}}, missing=("NA",))
    assert mapping.translate("channel", "Fax") == "other"
    assert (mapping.translate("channel", "Web"), mapping.translate("channel", "")) == ("portal", "")
    assert mapping.translate("channel", "NA") == ""
    mapping = ColumnMapping(values={"channel": {"NA": "other", "": "phone"}}, missing=("NA",))
    assert (mapping.translate("channel", "na"), mapping.translate("channel", " ")) == ("other", "phone")


@pytest.mark.parametrize("form", ["%Y-%m-%d%d", "%d/%m/%Y %Y", "%Y-%m-%d" + "." * 100, "%", "%Y-%m-%d %Q", "%m/%d"])
def test_a_date_format_that_reads_no_day_is_refused(form: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="date_formats"):
        ColumnMapping(date_formats=(form,))
    file = tmp_path / "mapping.toml"
    file.write_text(f'date_formats = ["{form}"]', encoding="utf-8")
    with pytest.raises(FaultsError, match=r"date_formats\[0\].*a date format with year, month and day"):
        ColumnMapping.from_toml(file)
