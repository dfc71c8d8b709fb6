"""The comparison page: visited as a person does, against `compare` called in Python."""

import subprocess
import sys
import tomllib
from datetime import date
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.errors import MissingExtraError
from reclamation_core.intake import RejectedRow, read
from reclamation_core.laboratory import Costs, compare, laboratory_report, what_if
from reclamation_core.laboratory.comparison_page import ComparisonPage
from reclamation_core.laboratory.comparison_page.rendering import environment
from reclamation_core.policy import parse_policy
from reclamation_core.reporting import ReportFormat, report_bytes
from reclamation_core.simulation import generate_complaints, write_complaints
from reclamation_core.simulation.staffing.team import Effort, Staffing
from reclamation_core.vocabulary import Level
from tests.typography import plain
from tests.unit.laboratory.page_visitor import Visitor

CSV = "reference;received_at;channel;satisfaction;site\n"
MOVED = ("moved", "gained", "lost")
DECIDED = ("eligibility", "all")
READ, CONFIRM, COMPARE = "Lire ce fichier", "Confirmer les colonnes", "Comparer"


def files_of(tmp_path: Path, *, number: int = 60, in_french: bool = True) -> dict[str, tuple[str, bytes]]:
    path = tmp_path / "demandes.csv"
    write_complaints(path, generate_complaints(number, 3), in_french=in_french)
    return {"file": (path.name, path.read_bytes())}


def compared(files: dict[str, tuple[str, bytes]], **entered: str) -> Visitor:
    visitor = Visitor()
    visitor.press(READ, files)
    visitor.press(CONFIRM)
    visitor.press(COMPARE, **entered)
    return visitor


@pytest.mark.parametrize("in_french", [True, False])
def test_the_files_of_the_page_are_those_of_compare_cell_by_cell(tmp_path: Path, in_french: bool) -> None:
    files = files_of(tmp_path, in_french=in_french)
    visitor = compared(files, after_threshold="7", after_days_regional="15", after_closures="10/08/2026 au 14/08/2026")
    assert visitor.errors == []
    after = what_if(
        m2_1(), survey_threshold=7, deadline_by_level={"regional": 15}, closures=[["2026-08-10", "2026-08-14"]]
    )
    with read(BytesIO(files["file"][1])) as reader:
        records = [row for row in reader if not isinstance(row, RejectedRow)]
    found = compare(records, m2_1(), after, BusinessCalendar.france(), by=("site", "month"), references=100)
    report = laboratory_report(found)

    assert visitor.page.comparison == found
    for table in report.data_tables:
        assert visitor.save(f"csv:{table.name}").content == report_bytes(report.only(table.name), ReportFormat.CSV)
    assert parse_policy(tomllib.loads(visitor.save("after").content.decode())).digest == after.digest
    assert parse_policy(tomllib.loads(visitor.save("before").content.decode())) == m2_1()
    assert len(load_workbook(BytesIO(visitor.save("xlsx").content)).sheetnames) == len(report.data_tables) + 4
    listed = visitor.save("csv:demandes-decidees-autrement").content.decode("utf-8-sig").splitlines()[1:]
    assert len(listed) == sum(one.cases for one in found.changes if one.by == "all")
    moved = visitor.save("csv:demandes-dont-l-echeance-change").content.decode("utf-8-sig").splitlines()[1:]
    assert len(moved) == sum(one.cases for one in found.due_dates if one.by == "all" and one.change in MOVED)
    assert visitor.progress == [(1, 100), (50, 100), (100, 100)]  # after the headings, the rows, and the comparison


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_example_is_compared_and_a_case_is_shown_with_its_days(lang: str) -> None:
    english = lang == "en"
    visitor = Visitor("en" if english else "fr")
    visitor.press("Try with the example" if english else "Essayer avec l’exemple")
    visitor.press("Confirm the columns" if english else CONFIRM)
    visitor.press("Compare" if english else COMPARE, after_threshold="7", after_days="8")
    assert visitor.page.comparison is not None
    [reference, *_] = visitor.page.comparison.changes[0].references
    visitor.press("See" if english else "Voir", reference=reference)

    text = plain(visitor.root.whole())
    assert reference in text
    assert ("Why not complaint?" if english else "Pourquoi pas réclamation ?") in text
    assert len(visitor.root.all("li")) > 10
    shown = visitor.root.all("dt")[0].text, visitor.root.all("dd")[0].text
    assert shown == ("reference" if english else "Référence", reference)
    visitor.press("Back to the results" if english else "Revenir aux résultats")
    assert visitor.response is not None
    assert visitor.response.title.startswith("The results" if english else "Les résultats")


def test_the_package_is_imported_without_what_a_browser_lacks() -> None:
    code = (
        "import sys\n"
        "for name in ('sqlalchemy', 'narwhals', 'polars', 'numpy', 'scipy', 'pandas'): sys.modules[name] = None\n"
        "from reclamation_core.laboratory.comparison_page import ComparisonPage\n"
        "assert 'Comparer' in ComparisonPage('fr').document()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


HOSTILE = "<script>alert(1)</script>\"'&amp;=1+1\u202e\x07"


def small(*rows: str, header: str = CSV) -> dict[str, tuple[str, bytes]]:
    return {"file": ("demandes.csv", "".join([header, *rows]).encode())}


def test_hostile_texts_are_shown_as_texts_everywhere() -> None:
    cell = HOSTILE[:-1].replace('"', '""')
    header = f'reference;received_at;channel;satisfaction;"{cell}";complainan\n'
    row = f'"{cell}";2026-05-04;survey;6;"{cell}";x\n'
    files = {"file": (HOSTILE, f"{header}{row}R2;demain;{HOSTILE[:9]};6;;\n".encode())}
    visitor = Visitor()
    visitor.press(READ, files)  # the visitor refuses elements and attributes that are none of the page's
    assert "alert(1)" in visitor.root.whole()
    visitor.press(CONFIRM)
    assert len(visitor.errors) == 1
    visitor.press(CONFIRM, near_0="no")
    visitor.press(COMPARE, after_threshold="7", after_name=HOSTILE, **{"before-fact-name": HOSTILE})
    assert visitor.errors
    fact = {"after-fact-name": "own_x", "after-fact-label": HOSTILE[:-1], "after-fact-type": "text"}
    visitor.press(COMPARE, after_threshold="7", after_name="<b>7</b>", **fact, **{"before-fact-name": ""})
    assert visitor.errors == []
    assert visitor.page.comparison is not None
    [change] = [one for one in visitor.page.comparison.changes if (one.decision, one.by) == DECIDED]
    visitor.press("Voir", reference=change.references[0])
    assert "alert(1)" in visitor.root.whole()
    assert b"<b>7</b>" in visitor.save("after").content
    assert visitor.save("rejected").content.count(b"demain") == 2
    rows = visitor.save("csv:demandes-decidees-autrement").content.decode("utf-8-sig").splitlines()
    assert all(not row.startswith(("=", '"=')) for row in rows)


REPLACED = {"after-row-id": "information-request", "after-row-operation": "replace"}
NUMBERS = {"threshold": "sept", "days": "1,5", "days-local": "-1", "closures": "demain\n14/08/2026 au 10/08/2026"}


def test_each_refusal_is_a_summary_with_a_link_to_its_field() -> None:
    visitor = compared(small("R1;2026-05-04;survey;6;\n"))
    assert visitor.errors == []
    visitor.press("Les deux versions")
    row = {"row-id": "a b", "row-when": "satisfaction", "row-then": "eligibility:complaint"}
    codes = {"fact-name": "x", "fact-type": "codes", "fact-codes": ": vide"}
    visitor.press(COMPARE, **{f"after-{name}": value for name, value in {**NUMBERS, **row, **codes}.items()})
    linked = {link.get("href")[1:].removeprefix("after-") for link in visitor.root.all("a")}
    assert linked == {*NUMBERS, "row-when", "fact-codes"}
    assert "comme 7 ou 6,5" in {one.get("id"): one.whole() for one in visitor.root.all("p")}["after-threshold-erreur"]
    assert visitor.response is not None
    assert (visitor.response.title[:9], visitor.response.focus) == ("Erreur : ", "erreurs")
    for refused, field in (
        ({"after-threshold": "11"}, "threshold"),
        ({"after-days-regional": "0"}, "days-regional"),
        ({"after-row-id": "a b", "after-row-when": "satisfaction: < 7"}, "row-id"),
        ({"after-row-when": "satisfaction: < 7"}, "row-id"),
        ({"after-row-id": "a", "after-row-when": "sex: < 7"}, "row-when"),
        ({**REPLACED, "after-row-when": "satisfaction: < 7", "after-row-clause": "M2-1 §99"}, "row-clause"),
        ({"after-row-id": "a", "after-row-when": "satisfaction: < 7", "after-row-clause": "M2-1 §99"}, "row-clause"),
        ({"after-row-id": "survey-note", "after-row-operation": "remove"}, "row-when"),
        ({"after-fact-name": "X", "after-fact-type": "boolean"}, "fact-name"),
        ({"after-toml": "starts_from = 'M2-2'\nedition = 'x'"}, "toml"),
        ({"after-toml": "["}, "toml"),
    ):
        visitor.send([("step", "compare"), ("after-row-then", "eligibility:complaint"), *refused.items()], {})
        assert [link.get("href") for link in visitor.root.all("a")] == [f"#after-{field}"], (refused, visitor.errors)
    same = {"after-toml": "starts_from = 'M2-1'\nedition = 'M2-1'\n[survey]\nthreshold = 7"}
    visitor.send([("step", "compare"), *same.items()], {})
    assert [link.get("href") for link in visitor.root.all("a")] == ["#after-name"]


def test_a_row_and_a_fact_of_ones_own_decide_and_are_saved() -> None:
    header = CSV.replace("site", "Sous-traitée")
    rows = [f"R{number};2026-05-04;survey;9;{'oui' if number % 3 == 0 else 'non'}\n" for number in range(9)]
    own = {
        "after-fact-name": "subcontracted",
        "after-fact-label": "sous-traitée",
        "after-fact-type": "boolean",
        "after-row-operation": "add",
        "after-row-then": "eligibility:complaint",
        "after-row-id": "subcontracted",
        "after-row-when": "own.subcontracted : true",
        "after-row-clause": "note interne 3",
        "after-name": "sous-traitance",
    }
    for column in ("", "Sous-traitée"):
        visitor = compared(small(*rows, header=header), **own, **{"after-fact-column": column})
        assert visitor.errors == []
        assert visitor.page.comparison is not None
        [change] = [one for one in visitor.page.comparison.changes if (one.decision, one.by) == DECIDED]
        assert (change.rows_after, change.references) == ("subcontracted", ("R0", "R3", "R6"))
    saved = visitor.save("after").content
    again = compared(small(*rows, header=header), **{"after-toml": saved.decode()})
    assert (again.errors, again.page.comparison) == ([], visitor.page.comparison)
    upload = {"after-file": ("sous-traitance.toml", saved)}
    again.send([("step", "compare")], upload)
    assert again.page.comparison == visitor.page.comparison
    again.send([("step", "compare"), ("after-toml", "x")], upload)
    assert len(again.errors) == 1
    again.send([("step", "compare")], {"after-file": ("x.toml", b"#" * (3 << 20))})
    assert "2 Mo" in plain(again.errors[0])
    json = parse_policy(tomllib.loads(saved.decode())).to_json()
    again.send([("step", "compare")], {"after-file": ("edition.json", json.encode())})
    assert again.errors == []
    again.send([("step", "compare"), ("after-start", "sous-traitance"), ("before-name", "autre")], {})
    assert again.page.comparison is not None
    assert again.page.comparison.after.edition == "sous-traitance"
    assert again.page.comparison.before.edition == "autre"
    removed = {"after-row-operation": "remove", "after-row-id": "subcontracted", "after-row-then": "eligibility:"}
    again.send([("step", "compare"), ("after-start", "sous-traitance"), *removed.items()], {})
    assert again.page.comparison is not None
    assert not again.page.comparison.changes


@pytest.mark.slow
def test_a_file_of_any_bytes_is_refused_or_its_rows_are_rejected() -> None:
    for content, expected in [
        (b"", "vide"),
        (b" \n\n ", "vide"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "colonne"),
        (b"GIF89a;" * 3, "colonne"),
        (b"PK\x03\x04" + bytes(400), "classeur"),
        (b"\xd0\xcf\x11\xe0" + bytes(400), ".xls"),
        ("reference;reçue\n".encode("utf-16"), "UTF-8"),
        (b";".join(b"c%d" % number for number in range(100_000)) + b"\n", "colonnes"),
        (b";".join(b"c%d" % number for number in range(1_000_000)) + b"\n", "octets"),
        (b"reference;received_at\n" + b"R1;2026-05-04\n" * 2 + b"\x00;\n", ""),
        (b"reference;received_at\n" + b'"' * 100_000, ""),
        (b"[1, 2]", "JSON Lines"),
        (b'{"reference": "R1", "received_at": "2026-05-04"}\n{', ""),
        (b"a" * (2 << 20), ""),
    ]:
        visitor = Visitor()
        visitor.press(READ, {"file": ("fichier", content)})
        if visitor.response is not None and visitor.response.title.startswith("Les colonnes"):
            visitor.press(CONFIRM)
            if not visitor.errors:
                visitor.press(COMPARE, after_threshold="7")
                assert visitor.errors or visitor.page.comparison, content
        assert expected in plain(" ".join(visitor.errors)), visitor.errors
        visitor.send([("step", "file"), ("view", "file")], {})
        visitor.press("Essayer avec l’exemple")
        assert visitor.errors == [], content


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([b"", b"PK\x03\x04", b"{", CSV.encode(), b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary(max_size=200))
def test_no_bytes_end_the_page(head: bytes, content: bytes) -> None:
    for step in ("file", "compare"):
        visitor = Visitor()
        fields = [("step", step), ("has-columns", "1"), ("column-reference", "reference"), ("after-threshold", "7")]
        visitor.send(fields, {"file": ("x", head + content), "mapping": ("y", content), "after-file": ("z", content)})
        assert visitor.response is not None


def test_rows_that_an_edition_refuses_are_rejected_and_the_others_compared() -> None:
    rows = ["R1;2026-05-04;survey;6;\n", "R2;2026-05-04;survey;11;\n", "R3;9998-05-04;survey;6;\n", "R4;;survey;6;\n"]
    visitor = compared(small(*rows), after_threshold="7")
    assert visitor.page.comparison is not None
    assert visitor.page.comparison.before.cases == 1
    rejected = visitor.save("rejected").content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in rejected[1:]] == ["3", "4", "5"]
    assert "3 lignes n'ont pas pu être lues" in plain(visitor.root.whole())
    visitor = compared(small(rows[1]), after_threshold="7")
    assert "aucune ligne" in visitor.errors[0].casefold()
    assert "1 ligne n'a pas pu" in plain(visitor.root.whole())
    assert "Les 50 premières" in compared(small(*rows, *rows[1:2] * 50), after_threshold="7").root.whole()
    visitor = Visitor()
    visitor.press(READ, small(*rows) | {"mapping": ("y.toml", "".join(f"k{n} = 1\n" for n in range(60)).encode())})
    assert "et 10 autres" in visitor.root.whole()


def test_limits_are_refused_with_their_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.laboratory.comparison_page.caseload_file.MOST_ROWS", 2)
    monkeypatch.setattr("reclamation_core.laboratory.comparison_page.caseload_file.LARGEST_FILE", 200)
    visitor = compared(small(*(f"R{number};2026-05-04;survey;6;\n" for number in range(3))))
    assert "100 000 lignes" in plain(visitor.errors[0])
    visitor.press("Votre fichier")
    visitor.press(READ, small("x" * 200))
    assert plain(visitor.errors[0]) == "Un fichier de 64 Mo au plus est attendu."
    assert [link.get("href") for link in visitor.root.all("a")] == ["#file"]


def resumed(stopped: Visitor, label: str, files: dict[str, tuple[str, bytes]], **entered: str) -> Visitor:
    """Press a button after a stop: a new program has the fields to resume with, and the chosen files."""
    assert stopped.response is not None
    before = [(name, value) for name, values in stopped.response.resume.items() for value in values]
    visitor = Visitor(stopped.lang)
    visitor.root = stopped.root
    visitor.press(label, files, before, **entered)
    return visitor


@pytest.mark.parametrize("rows", ["R1;2026-05-04;survey;6;\n", pytest.param("", marks=pytest.mark.slow)])
def test_after_a_stop_a_new_program_goes_on_with_the_same_button(rows: str) -> None:
    files = small(rows, header=CSV.replace("satisfaction", "satisfactio")) if rows else {}
    visitor = Visitor()
    visitor.press(READ if files else "Essayer avec l’exemple", files)
    visitor = resumed(visitor, CONFIRM, files, **({"near-0": "yes"} if files else {}))
    assert visitor.errors == []
    visitor = resumed(visitor, COMPARE, files, **{"after-threshold": "7", "all-territory": "guadeloupe"})
    assert visitor.page.comparison is not None
    assert "low-survey-note" in {one.rows_after for one in visitor.page.comparison.changes}
    visitor.press("Les deux versions")
    again = resumed(visitor, COMPARE, files)
    assert again.page.comparison == visitor.page.comparison
    again = resumed(visitor, "Les colonnes du fichier", files)
    assert again.errors == []
    again.press(CONFIRM)
    assert next(one for one in again.root.all("input") if one.get("id") == "after-threshold").get("value") == "7"


def test_what_a_program_lost_is_asked_for_or_read_again() -> None:
    files = small("R1;2026-05-04;survey;6;\n")
    for step in ("columns", "compare", "case", "download", "results"):
        visitor = Visitor()
        visitor.send([("step", step)], {})
        assert "Choisissez un fichier" in visitor.root.whole()
        visitor.send([("step", step)], {"file": ("x", b"")})
        assert len(visitor.errors) == 1
    again = compared(files, after_threshold="7")
    again.send([("step", "case"), ("reference", "R9")], {})
    assert len(again.errors) == 1
    again.send([("step", "download"), ("what", "csv:rien")], {})
    assert len(again.errors) == 1
    fresh = Visitor()
    fresh.press(READ, files)
    for step in ("case", "download", "results"):
        fresh.send([("step", step), ("reference", "R1"), ("what", "xlsx")], {})
        assert fresh.response is not None
        assert "Les deux versions" in fresh.response.title
    fresh.send([("step", "file")], {})
    assert len(fresh.errors) == 1


TERRITORIES = """reference;received_at;channel;satisfaction;Région;répondu
R1;2026-03-25;survey;6;Alsace-Moselle;04/05/2026
R2;2026-05-13;survey;6;Guadeloupe;2026-05-27
R3;2026-05-13;survey;6;Île-de-France;
"""
SITES = """
[sites.STR]
name = "Strasbourg"
region = "Grand Est"
territory = "alsace-moselle"
"""
DUE = {"R1": "10/04/2026", "R2": "01/06/2026", "R3": "29/05/2026"}
"""The tenth business day, by hand: without Good Friday; without 27 May, the end of slavery; without Whit Monday."""


def test_each_message_has_the_business_days_of_its_territory() -> None:
    files = {"file": ("a.csv", TERRITORIES.encode())}
    chosen = {"all-territory-column": "Région", "before-threshold": "7", "after-threshold": "7", "after-days": "9"}
    visitor = compared(files, **chosen)
    assert visitor.errors == []
    assert "Alsace-Moselle (1)" in plain(visitor.root.whole())
    listed = visitor.save("csv:demandes-dont-l-echeance-change").content.decode("utf-8-sig").splitlines()[1:]
    assert {line.split(";")[0]: line.split(";")[1] for line in listed} == DUE

    misspelt = TERRITORIES.replace("Guadeloupe", "Guadelupe").encode()
    rejected = compared({"file": ("a.csv", misspelt)}, **chosen).save("rejected").content.decode("utf-8-sig")
    assert "R2" in rejected
    assert "R1" not in rejected
    assert "« Guadeloupe » est peut-être attendu" in plain(rejected)
    rows = "R1;2026-03-25;survey;6;STR\nR2;2026-05-13;survey;6;\nR3;2026-05-13;survey;6;NANTES\n"
    visitor = Visitor()
    visitor.press(READ, small(rows))
    visitor.press(CONFIRM)
    sites = {"all-sites": ("centres.toml", SITES.encode())}
    visitor.press(COMPARE, sites, **{"before-threshold": "7", "after-threshold": "7", "after-days": "9"})
    assert visitor.errors == []
    assert b"10/04/2026" in visitor.save("csv:demandes-dont-l-echeance-change").content
    assert visitor.save("rejected").content.count(b"STR") == 0
    assert visitor.page.comparison is not None
    assert visitor.page.comparison.by[0] == "region"
    visitor.press("Voir", reference="R1")
    assert "vendredi saint" in plain(visitor.root.whole()).lower()


def test_answers_on_time_costs_and_a_sample_are_those_of_compare(tmp_path: Path) -> None:
    header, *rows = files_of(tmp_path)["file"][1].decode("utf-8-sig").splitlines()
    lines = [f"{header};répondu;retiré", *(f"{row};{'31/12/2026' if at % 2 else ''};" for at, row in enumerate(rows))]
    files = {"file": ("a.csv", "\n".join(lines).encode())}
    amounts = {"all-per-hour": "40", "all-per-overdue-answer": "12,5", "all-minutes-local": "90"}
    days = {"all-as-of": "31/12/2026", "all-answered-column": "répondu", "all-withdrawn-column": "retiré"}
    visitor = compared(files, after_threshold="7", **amounts, **days, **{"all-population": "600"})
    assert visitor.errors == []
    with read(BytesIO(files_of(tmp_path)["file"][1])) as reader:
        records = [row for row in reader if not isinstance(row, RejectedRow)]
    answered = [date(2026, 12, 31) if at % 2 else None for at in range(len(records))]
    messages = [
        SimpleNamespace(reference=one.reference, site=one.site, facts=one.facts, answered_on=day)
        for one, day in zip(records, answered, strict=True)
    ]
    treatment = {**Staffing().treatment, Level.LOCAL: Effort.fixed(90)}
    costs = Costs(efforts=Staffing(treatment=treatment), per_hour=40, per_overdue_answer=12.5)
    asked: dict[str, Any] = {"by": ("site", "month"), "references": 100, "as_of": date(2026, 12, 31), "costs": costs}
    after = what_if(m2_1(), survey_threshold=7)
    found = compare(messages, m2_1(), after, BusinessCalendar.france(), population=600, **asked)
    assert visitor.page.comparison is not None
    assert visitor.page.comparison.as_dict() == found.as_dict()


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"all-as-of": "demain"}, "as-of"),
        ({"all-answered-column": "site"}, "as-of"),
        ({"all-per-hour": "-1"}, "per-hour"),
        ({"all-minutes-local": "x"}, "minutes-local"),
        ({"all-population": "1,5"}, "population"),
        ({"all-population": "0"}, "population"),
        ({"all-population": "1"}, "population"),
    ],
)
def test_what_holds_for_both_editions_is_refused_with_a_link_to_its_field(entered: dict[str, str], field: str) -> None:
    visitor = compared(small("R1;2026-05-04;survey;6;\n", "R2;2026-05-04;survey;6;\n"), after_threshold="7", **entered)
    assert [link.get("href") for link in visitor.root.all("a")] == [f"#all-{field}"]


def test_a_file_of_centres_and_days_of_rows_are_refused_with_their_reasons() -> None:
    files = {
        "file": ("a.csv", f"{TERRITORIES}R4;2026-05-13;survey;6;;hier\nR5;2026-05-13;survey;6;;1/5/2026\n".encode())
    }
    for content, column in ((SITES, "Région"), ("[sites.A]", "")):
        visitor = compared(files)
        fields = [("step", "compare"), ("all-territory-column", column)]
        visitor.send(fields, {"all-sites": ("s.toml", content.encode())})
        wanted = {"#all-territory-column"} if column else {"#all-sites"}
        assert {link.get("href") for link in visitor.root.all("a")} == wanted
    visitor = compared(files, after_threshold="7", **{"all-as-of": "2026-12-31", "all-answered-column": "répondu"})
    rejected = visitor.save("rejected").content.decode("utf-8-sig")
    assert "hier" in rejected
    assert "R5" in rejected


def test_the_name_of_an_edition_is_in_the_language_of_the_page() -> None:
    visitor = Visitor("en")
    visitor.press("Read this file", small("R1;2026-05-04;survey;6;\n"))
    visitor.press("Confirm the columns")
    visitor.press("Compare", after_threshold="7", after_days="8")
    assert visitor.page.comparison is not None
    assert (
        visitor.page.comparison.after.edition == what_if(m2_1(), survey_threshold=7, deadline_days=8, lang="en").edition
    )
    assert "threshold" in visitor.page.comparison.after.edition


def test_columns_are_chosen_asked_and_mapped() -> None:
    content = "N°;reçu;Canall;Canall bis\nR1;04/05/2026;courriel;x\n"
    visitor = Visitor()
    visitor.press(READ, {"file": ("a.csv", content.encode())})
    visitor.press(CONFIRM, near_0="yes")
    assert {link.get("href") for link in visitor.root.all("a")} == {"#column-reference", "#column-received_at"}
    visitor.press(CONFIRM, **{"column-reference": "N°", "near-1": "no"})  # the other answers are as they were
    assert [link.get("href") for link in visitor.root.all("a")] == ["#column-received_at"]
    visitor.press(CONFIRM, **{"column-received_at": "reçu"})
    assert visitor.errors == []
    visitor.press(COMPARE, after_threshold="7")
    assert visitor.errors == []
    visitor.press("Les colonnes du fichier")
    assert not visitor.root.all("legend")[0].whole().startswith("La colonne")
    toml = b'date_formats = ["%d.%m.%Y"]\n[columns]\nreference = "N\xc2\xb0"\nreceived_at = "jour"\n'
    visitor.press("Votre fichier")
    content = "N°;jour;channel\nR1;04.05.2026;email\n"
    visitor.press(READ, {"file": ("a.csv", content.encode()), "mapping": ("m.toml", toml)})
    visitor.press(CONFIRM)
    visitor.press(COMPARE, after_threshold="7")
    assert visitor.page.comparison is not None
    visitor.press("Votre fichier")
    visitor.press(READ, {"file": ("a.csv", content.encode()), "mapping": ("m.toml", b"columns = 3")})
    assert [link.get("href") for link in visitor.root.all("a")] == ["#mapping"]
    lines = b'{"reference": "R1", "received_at": "2026-05-04", "channel": "survey", "satisfaction": 6}\n'
    visitor.press(READ, {"file": ("a.jsonl", lines)})
    visitor.press(CONFIRM)
    visitor.press(COMPARE, after_threshold="7")
    assert visitor.page.comparison is not None
    assert visitor.page.comparison.changes
    visitor.press("Voir", reference="R1")
    assert "satisfaction" in visitor.root.whole()


TABLE = """
starts_from = "M2-1"
edition = "{0}"
tables.service = {{ inputs = ["theme"], outcomes = ["{0}"], rows = [{{ id = "all", when = {{}}, then = "{0}" }}] }}
"""


def test_editions_whose_own_tables_and_facts_have_little_in_common() -> None:
    files = small("R1;2026-05-04;survey;4;\n")
    visitor = compared(files, **{"before-toml": TABLE.format("a"), "after-toml": TABLE.format("b")})
    assert visitor.errors == []
    visitor.press("Voir", reference="R1")
    assert "Pourquoi pas" not in visitor.root.whole()
    fact = {"before-fact-name": "x", "after-fact-name": "x", "before-name": "a", "after-name": "b"}
    for kinds, codes in ((("boolean", "integer"), ""), (("codes", "codes"), "opco: OPCO\nother")):
        types = dict(zip(("before-fact-type", "after-fact-type"), kinds, strict=True))
        visitor = compared(files, **fact, **types, **{"before-fact-codes": codes, "after-fact-codes": codes})
        assert visitor.errors == []


def test_a_page_without_its_extras_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = compared(small("R1;2026-05-04;survey;6;\n"), after_threshold="7")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    visitor.send([("step", "download"), ("what", "xlsx")], {})
    assert "XlsxWriter" in visitor.errors[0]
    monkeypatch.setitem(sys.modules, "jinja2", None)
    environment.cache_clear()
    with pytest.raises(MissingExtraError, match="Jinja2"):
        ComparisonPage("fr").document()
    with pytest.raises(ValueError, match="'de'"):
        ComparisonPage("de")  # type: ignore[arg-type]
