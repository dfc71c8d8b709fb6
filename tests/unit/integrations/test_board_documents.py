"""What the board gives to download: reports, letters, calendars, audit files; and the list of cases."""

import csv
import io
import re
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.parse import unquote, urlencode

import attrs
import pytest

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.desk.reports import ReportService
from reclamation_core.integrations.board import Board, BoardRequest, BoardResponse, pages
from reclamation_core.integrations.board.requests import file_name
from reclamation_core.ports import CaseQuery, DocumentStoreError
from reclamation_core.reporting import LetterKind, LetterSettings, PdfLimits, ReportFormat, limit_pdf, report_bytes
from reclamation_core.testing.builders import a_malfunction
from reclamation_core.vocabulary import Sites
from tests.approvals import approved_lines
from tests.inside import place_of_pdf
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser

SETTINGS = LetterSettings(
    organisation="Afpa",
    address="1 rue A\n94000 Créteil",
    signatory="Mme Roux",
    signatory_title="directrice",
    mediator="Médiateur",
    data_protection="dpo@example.org",
    legal_basis="l'exécution du contrat",
    recipients="le centre",
)
BOARD = Board(
    sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(factories.at(20)), letters=SETTINGS
)
PERSON, WORDS = "Mme Awa Durand", "la salle n'est pas chauffée"
BEGINNINGS = {"xlsx": b"PK", "csv": "\ufeff".encode(), "json": b"{", "html": b"<!", "pdf": b"%PDF", "docx": b"PK"}


@pytest.fixture
def desk() -> Desk:
    """A desk with two cases, one of them answered with an action, and a published plan."""
    desk = factories.new_desk()
    case = factories.analysed(desk, complainant=PERSON, verbatim=WORDS)
    desk.plan(case.reference, factories.sheet("A-1"))
    desk.answer(case.reference, decision="founded", text="Madame, la chaudière est réparée.")
    factories.registered(desk, "STR")
    desk.pgaac("CRE").publish(recipients=["Tous les PCS"])
    return desk


def ask(desk: Desk, path: str, method: str = "GET", board: Board = BOARD, **named: Any) -> BoardResponse:
    response = board.respond(desk, BoardRequest(path=unquote(path), method=method, **named))
    shown = re.sub(r"[0-9a-f]{32,}|\d+", "#", f"{sorted(response.headers.items())}")
    approved_lines("board-headers.txt", {f"{method} {response.status} {shown}"})
    return response


def content(response: BoardResponse) -> bytes:
    """The content of a file; its length is the one that the header states, and it is closed."""
    assert response.status == 200, b"".join(response.chunks()).decode()
    found = b"".join(response.chunks())
    assert response.headers["Content-Length"] == str(len(found))
    assert response.file is not None
    assert response.file.closed
    return found


def name_of(response: BoardResponse) -> str:
    found = re.fullmatch(r'attachment; filename="([A-Za-z0-9.-]+)"', response.headers["Content-Disposition"])
    assert found is not None
    return found[1]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "json", "html"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/registre.", "registre-2026-06-20."),
        ("/dossiers/R-2026-000001/fiche.", "fiche-R-2026-000001."),
        ("/pgaac/site%3ACRE/pgaac.", "pgaac-centre-CRE-2026-06-20."),
    ],
)
def test_a_report_is_sent_in_each_format(desk: Desk, path: str, name: str, suffix: str) -> None:
    response = ask(desk, path + suffix)
    assert name_of(response) == name + suffix
    assert content(response).startswith(BEGINNINGS[suffix])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_register_follows_the_criteria_of_the_list(desk: Desk) -> None:
    found = content(ask(desk, "/registre.csv", query={"centre": ["STR"]})).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(found), delimiter=";")][1:] == ["R-2026-000002"]
    assert found.encode("utf-8-sig") == report_bytes(desk.reports.register(CaseQuery(sites={"STR"})), "csv")


def test_the_register_has_the_columns_of_a_reader_the_texts_and_the_table_asked_for(desk: Desk) -> None:
    page = content(ask(desk, "/registre.html", query={"lecteur": ["auditor"], "textes": ["oui"]}))
    assert page == report_bytes(desk.reports.register(shown="auditor", texts=True), "html")
    totals = ask(desk, "/registre.csv", query={"tableau": ["totaux"]})
    assert name_of(totals) == "registre-2026-06-20-totaux.csv"
    assert content(totals).startswith(b"\xef\xbb\xbfMesure;")
    for query in ({"lecteur": ["client"]}, {"tableau": ["../../etc/passwd"]}):
        assert ask(desk, "/registre.csv", query=query).status == 422
    links = re.findall('href="([^"]*tableau=[^"]*)"', ask(desk, "/pgaac/site%3ACRE").body.decode())
    assert len(links) == 4
    for link in links:
        path, _, table = link.rpartition("?tableau=")
        sent = ask(desk, path, query={"tableau": [table]})
        assert content(sent).startswith(b"\xef\xbb\xbf")
        assert name_of(sent) == f"pgaac-centre-CRE-2026-06-20-{table}.csv"


def test_texts_are_in_the_file_of_a_case_only_if_the_address_says_so(desk: Desk) -> None:
    path = "/dossiers/R-2026-000001/fiche.json"
    assert WORDS not in content(ask(desk, path)).decode()
    assert WORDS in content(ask(desk, path, query={"textes": ["oui"]})).decode()


def test_a_published_plan_is_sent_with_its_number(desk: Desk) -> None:
    response = ask(desk, "/pgaac/site%3ACRE/pgaac.json", query={"edition": ["1"]})
    assert name_of(response) == "pgaac-centre-CRE-edition-1.json"
    assert content(response) == report_bytes(desk.reports.plan("CRE", 1), "json")


@pytest.mark.parametrize("number", ["0", "2", "x", "1" * 400, "-1"])
def test_a_published_plan_that_does_not_exist_is_no_file(desk: Desk, number: str) -> None:
    response = ask(desk, "/pgaac/site%3ACRE/pgaac.json", query={"edition": [number]})
    assert response.status in {404, 422}
    assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize("path", ["/registre.exe", "/dossiers/R-2026-000001/courriers/answer.exe", "/registre.htmls"])
def test_an_unknown_format_is_no_file(desk: Desk, path: str) -> None:
    assert ask(desk, path).status in {404, 422}


def test_letters_that_the_case_allows_are_sent_and_the_others_name_what_they_lack(desk: Desk) -> None:
    browser = Browser(BOARD, desk)
    page = browser.get("/dossiers/R-2026-000001/courriers")
    assert page.headings[1:] == [str(kind.label("fr")).capitalize() for kind in LetterKind]
    assert "Ce courrier ne s'applique pas : le dossier n'est pas clos." in browser.text
    answers = [address for address in re.findall(r'href="([^"]+)"', browser.text) if "/answer." in address]
    assert [address.rpartition(".")[2] for address in answers] == ["txt", "html", "docx", "pdf"]
    for lang, name in (("fr", "reponse"), ("en", "answer")):
        response = ask(desk, answers[0], accept_language=lang)
        assert name_of(response) == f"courrier-R-2026-000001-{name}.txt"
        assert "la chaudière est réparée" in content(response).decode()
    refused = ask(desk, "/dossiers/R-2026-000001/courriers/closing.txt")
    assert (refused.status, 'role="alert">Ce courrier ne s' in refused.body.decode()) == (422, True)
    assert ask(desk, "/dossiers/R-2026-000001/courriers/nothing.txt").status == 404


def test_letters_without_settings_name_each_setting(desk: Desk) -> None:
    browser = Browser(Board(clock=BOARD.clock), desk)
    browser.get("/dossiers/R-2026-000001/courriers")
    assert browser.text.count("<li>le nom de l'organisme</li>") == 1
    assert "<li>Ce courrier ne s'applique pas : le dossier n'est pas clos.</li>" in browser.text
    assert "Ce courrier attend les réglages ci-dessus." in browser.text
    assert "Demandez à votre service informatique de les renseigner" in browser.text
    assert not any(where in browser.text for where in ("--letters", "LETTERS", "TOML", "Board"))
    assert "/answer." not in browser.text


def test_a_wrong_template_is_an_incident_whose_place_is_in_the_log(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "answer_founded.html").write_text("{{ nothing }}")
    board = Board(clock=BOARD.clock, letters=attrs.evolve(SETTINGS, templates=tmp_path))
    browser = Browser(board, desk)
    browser.get("/dossiers/R-2026-000001/courriers")
    assert "Un modèle de courrier est incorrect" in browser.text
    assert not any(place in browser.text for place in (str(tmp_path), "answer_founded.html", "/answer."))
    (record,) = caplog.records
    assert str(tmp_path / "fr" / "answer_founded.html") in record.getMessage()
    number = re.findall(r"\(incident ([^)]+)\)", browser.text)
    assert number
    assert number[0] in record.getMessage()


def test_a_redirection_takes_the_service_that_is_entered(desk: Desk) -> None:
    facts = factories.facts(factories.at(1), nature="general_opinion")
    case = desk.register(facts, site="CRE", complainant=PERSON, occurred_at=factories.at(1))
    browser = Browser(BOARD, desk)
    address = f"/dossiers/{case.reference}/courriers"
    assert "/redirection." not in browser.get(address).action + browser.text
    browser.get(f"{address}?{urlencode({'service': 'le service formation', 'vers': 'internal'})}")
    [letter] = re.findall(r'href="([^"]+/redirection\.txt[^"]*)"', browser.text)
    path, _, query = letter.partition("?")
    assert query == "service=le+service+formation&amp;vers=internal"
    sent = content(ask(desk, path, query={"service": ["le service formation"], "vers": ["internal"]}))
    assert "Nous avons transmis votre demande à notre service" in sent.decode()
    assert "le service formation" in sent.decode()


def test_a_service_in_the_address_leaves_the_other_letters_as_they_are(desk: Desk) -> None:
    browser = Browser(BOARD, desk)
    address = "/dossiers/R-2026-000001/courriers"
    browser.get(address)
    plain = browser.text
    given = {"service": ["le service formation"], "vers": ["third_party"]}
    browser.get(f"{address}?{urlencode({'service': 'le service formation', 'vers': 'third_party'})}")
    assert "/answer.txt" in browser.text
    assert "service" not in re.findall(r'href="([^"]+/answer\.txt[^"]*)"', browser.text)[0]
    assert browser.text == plain
    assert "la chaudière est réparée" in content(ask(desk, f"{address}/answer.txt", query=given)).decode()


def test_the_calendar_has_the_entries_of_a_site_or_of_all(desk: Desk) -> None:
    everything = content(ask(desk, "/echeances.ics"))
    of_site = content(ask(desk, "/echeances.ics", query={"centre": ["STR"]}))
    assert b"R-2026-000002" in everything
    assert b"A-1" in everything
    assert b"R-2026-000002" in of_site
    assert b"A-1" not in of_site
    assert ask(desk, "/echeances.ics", query={"centre": ["NOWHERE"]}).status in {404, 422}
    assert ask(desk.scoped(site="CRE"), "/echeances.ics", query={"centre": ["STR"]}).status == 403
    assert ask(desk, "/echeances.ics", query={"region": ["nowhere"]}).status in {404, 422}


def test_a_case_has_a_calendar_of_its_own(desk: Desk) -> None:
    response = ask(desk, "/dossiers/R-2026-000002/echeances.ics", board=Board(calendar_domain="afpa.test"))
    found = content(response).decode()
    assert response.content_type == "text/calendar; charset=utf-8"
    assert found.count("BEGIN:VEVENT") == 1
    assert "@afpa.test" in found


def test_an_audit_file_is_sent_and_its_export_recorded(desk: Desk) -> None:
    browser = Browser(BOARD, desk.acting("Mme Roux"))
    browser.submit(browser.get("/dossiers/R-2026-000001"), textes=["oui"])
    archive = zipfile.ZipFile(io.BytesIO(content(browser.response)))
    [record] = desk.reports.exports()
    assert name_of(browser.response) == "preuves-R-2026-000001.zip"
    assert (record.subject, record.actor) == ("R-2026-000001", "Mme Roux")
    assert record.sha256 == sha256(archive.read("manifest.json")).hexdigest()
    assert "verifier.py" in archive.namelist()
    browser.get("/documents")
    assert record.sha256 in browser.text
    assert "R-2026-000001" in browser.text


def test_the_audit_file_of_a_period_has_the_cases_received_in_it(desk: Desk) -> None:
    browser = Browser(BOARD, desk)
    browser.desk.add_note("R-2026-000001", text="à rappeler mardi")
    browser.submit(browser.get("/documents"), du="2026-06-01", au="2026-06-30", textes=["oui"], notes=["oui"])
    archive = zipfile.ZipFile(io.BytesIO(content(browser.response)))
    assert name_of(browser.response) == "preuves-2026-06-01-2026-06-30.zip"
    assert sum(name.startswith("chaines/dossiers/") for name in archive.namelist()) == 2
    assert any(b"rappeler mardi" in archive.read(name) for name in archive.namelist())
    assert [record.subject for record in desk.reports.exports()] == ["2026-06-01/2026-06-30"]


@pytest.mark.parametrize(("first", "last"), [("x", ""), ("2026-06-02", "2026-06-01"), ("", "2026-02-30")])
def test_a_wrong_period_records_no_export(desk: Desk, first: str, last: str) -> None:
    browser = Browser(BOARD, desk)
    page = browser.submit(browser.get("/documents"), du=first, au=last, notes=["oui"])
    assert (browser.response.status, "incident" in browser.text, "alert" in page.values("role")) == (422, False, True)
    assert [page.fields[name] for name in ("du", "au", "notes", "textes")] == [[first], [last], ["oui"], []]
    assert desk.reports.exports() == ()


def test_a_refused_audit_file_of_a_case_keeps_its_ticks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReportService, "audit", Mock(side_effect=DocumentStoreError("s3", "read")))
    browser = Browser(BOARD, desk)
    page = browser.submit(browser.get("/dossiers/R-2026-000001"), textes=["oui"], notes=["oui"])
    assert (browser.response.status, "alert" in page.values("role")) == (503, True)
    assert [page.fields[name] for name in ("textes", "notes")] == [["oui"], ["oui"]]


def test_the_log_shows_the_latest_exports_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.integrations.board.pages.MOST_EXPORTS", 2)
    for number in range(3):
        desk.reports.send_plan("CRE", 1, bytes([number]), recipients=["Direction"])
    assert re.findall(r'<th scope="row">(\d)</th>', b"".join(ask(desk, "/documents").chunks()).decode()) == ["3", "2"]
    asked = (("CRE", 1), ("CRE", None), ("CRE", 2), ("STR", None))
    assert [len(desk.reports.latest_exports(plan=plan, number=number)) for plan, number in asked] == [3, 3, 0, 0]


def test_a_file_that_cannot_be_written_leaves_nothing_open() -> None:
    streams: list[Any] = []

    def write(stream: Any) -> None:
        streams.append(stream)
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        BoardResponse.download("a.csv", write)
    assert streams[0].closed


def test_the_name_of_a_file_is_one_of_every_system() -> None:
    for text, expected in [
        ("pgaac-région Île-de-France.pdf", "pgaac-region-Ile-de-France.pdf"),
        ('a"\r\nb/../c.csv', "a-b-..-c.csv"),
    ]:
        assert file_name(text) == expected, text


def test_no_name_of_a_file_is_that_of_a_person(desk: Desk) -> None:
    for suffix in (one.value for one in ReportFormat if one.value != "pdf"):
        response = ask(desk, f"/dossiers/R-2026-000001/fiche.{suffix}", query={"textes": ["oui"]})
        assert not re.search("Durand|Awa|salle", name_of(response))
        content(response)


# The list of cases


def listed(browser: Browser, **criteria: str) -> list[str]:
    """The references of the cases on the page of some criteria, and what the page counts."""
    page = browser.get(f"/dossiers?{urlencode(criteria)}")
    references = sorted(name for name in page.links if re.fullmatch(r"R-\d+-\d+", name))
    assert f"<p>{len(references)} dossier" in browser.text
    return references


@pytest.fixture
def cases() -> Browser:
    """Three cases: one qualified and overdue, one of another site, a malfunction."""
    desk = factories.new_desk()
    factories.qualified(desk)
    factories.registered(desk, "STR", factories.at(19))
    desk.register(a_malfunction(received_at=factories.at(3)), site="CRE", occurred_at=factories.at(3))
    return Browser(BOARD, desk)


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, "123"),
        ({"type": "malfunction"}, "3"),
        ({"type": "complaint"}, "12"),
        ({"recevabilite": "in_scope"}, "12"),
        ({"recevabilite": "to_be_clarified"}, ""),
        ({"etat": "qualified"}, "1"),
        ({"centre": "STR"}, "2"),
        ({"retard": "oui"}, "1"),
        ({"du": "2026-06-02"}, "23"),
        ({"au": "03/06/2026"}, "13"),
        ({"du": "2026-06-04", "au": "2026-06-10"}, ""),
    ],
    ids=str,
)
def test_cases_are_listed_by_each_criterion(cases: Browser, criteria: dict[str, str], expected: str) -> None:
    assert "".join(one[-1] for one in listed(cases, **criteria)) == expected


def test_each_choice_lists_as_many_cases_as_it_counts(cases: Browser) -> None:
    """Under the other criteria; of the answers due, one case is late, one is due today and one later."""
    others = {"type": "complaint", "du": "2026-06-01"}
    cases.board = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(19)))
    factories.registered(cases.desk, received_at=factories.at(5))
    factories.closed(cases.desk)
    listed(cases, **others)
    counted = {
        (name, code): int(count)
        for name, options in re.findall(r'<select[^>]* name="(\w+)">(.*?)</select>', cases.text, re.DOTALL)
        for code, count in re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d)\)', options)
    }
    assert [counted["retard", code] for code in ("oui", "jour", "ensuite")] == [1, 1, 1]
    for (name, code), count in counted.items():
        if count:
            assert len(listed(cases, **{**others, name: code})) == count, (name, code)


def test_the_filter_by_unit_finds_as_many_cases_as_it_counts() -> None:
    desk = factories.new_desk()
    handlings = (("CRE", None, ()), ("CRE", "STR", ("CRE",)), ("STR", "STD", ()), ("STR", None, ("CRE",)))
    for site, unit, services in handlings:
        desk.register(factories.facts(factories.at(1)), site=site, handling_unit=unit, service_sites=services)
    browser = Browser(BOARD, desk)
    handled = {"CRE": "1", "STR": "24", "STD": "3"}  # whoever registered them, and whatever site they are about
    browser.get("/dossiers")
    choices = dict(re.findall(r'<option value="(CRE|ST.)"[^>]*>[^<]*\((\d)\)', browser.text))

    assert choices == {unit: str(len(cases)) for unit, cases in handled.items()}
    for unit, cases in handled.items():
        assert "".join(one[-1] for one in listed(browser, centre=unit)) == cases
        assert f'<option value="{unit}" selected>' in browser.text
    browser.board = Board(sites=Sites([factories.SITES["CRE"]]))
    assert len(listed(browser, centre="STR")) == 2, "a unit that left the list and has cases"


def test_pages_of_cases_lead_on_and_back_with_the_criteria(cases: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.integrations.board.pages.PAGE_SIZE", 1)
    first = cases.get("/dossiers?centre=CRE&tri=reference")
    assert "Première page" not in first.links
    second = cases.get(first.links["Dossiers suivants"].replace("&amp;", "&"))
    assert "R-2026-000003" in second.links
    assert "Dossiers suivants" not in second.links
    assert "R-2026-000001" in cases.get(second.links["Première page"].replace("&amp;", "&")).links
    assert "centre=CRE" in second.links["Première page"]
    assert second.links["CSV"] == "/registre.csv?centre=CRE&ouverts=oui"


@pytest.mark.parametrize("suffix", ["pdf", "html"])
def test_a_file_of_more_rows_than_the_board_makes_names_the_formats_without_a_limit(
    desk: Desk, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pages.MOST_ROWS, suffix, 1)
    refused = ask(desk, f"/registre.{suffix}")
    assert refused.status == 422
    assert "au plus 1 lignes par tableau" in text_of_page(refused)
    assert "choisissez le format xlsx ou csv" in text_of_page(refused)
    assert content(ask(desk, "/registre.csv")).count(b"R-2026-") == 2


def test_a_pdf_that_finds_the_queue_full_is_tried_again_later(desk: Desk) -> None:
    limit_pdf(PdfLimits(queue=0))
    with place_of_pdf():
        busy = ask(desk, "/registre.pdf")
    limit_pdf(PdfLimits())
    assert (busy.status, busy.headers["Retry-After"]) == (503, "10")
    assert "réessayez dans une minute" in text_of_page(busy)
    assert content(ask(desk, "/registre.pdf")).startswith(b"%PDF")


def text_of_page(response: BoardResponse) -> str:
    """The words of a page, each space an ordinary one."""
    return " ".join(response.body.decode().split())
