"""The file of a case: what it is, why, its events with their hashes, its texts and its actions."""

import hashlib
import re
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from pypdf import PdfReader

from reclamation_core import UNKNOWN, Desk
from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.cases import AnswerDecision, Case, NewDocument
from reclamation_core.cases.texts import ERASED
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.ports import CaseNotFoundError
from reclamation_core.reporting import REGISTER_COLUMNS, report_bytes
from reclamation_core.reporting.case_file import CaseFile, _outcome_and_reasons, case_report
from reclamation_core.reporting.report import TableLayout, display
from reclamation_core.testing.strategies import cases
from reclamation_core.vocabulary import Role
from tests.fragments import Page
from tests.inside import store_of
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import SITES, FakeClock, at, facts, new_desk
from tests.unit.reporting.readers import unequal_cells
from tests.unit.reporting.test_plan_report import tables


def filed() -> Desk:
    desk = new_desk(at(30))
    case = factories.analysed(desk, "organisation", complainant="M. Secret", verbatim="Un secret.")
    desk.plan(case.reference, factories.sheet(what="tenir un vivier"))
    return desk


def test_the_file_has_the_facts_of_the_register_and_the_explanation() -> None:
    found = tables(filed().reports.case("R-2026-000001"))
    known = {row[0]: row[1] for row in found["Le dossier"][1:]}
    assert (known["Dossier"], known["Centre"], known["À répondre le"]) == ("R-2026-000001", "Créteil", "15/06/2026")
    assert "Aléa" not in known
    explained = {row[0]: row[1] for row in found["Explication"][1:]}
    assert explained["recevabilité de la demande"].startswith("Au sens de la procédure M2-1, la demande est une réclam")
    shown = "recevabilité de la demande, niveau de traitement, niveau de criticité, complexité du cas"
    assert ", ".join(explained) == shown
    reasons = "Le client est local (M2-1, point 5). La prestation est réalisée par un centre (M2-1, point 5)."
    assert _outcome_and_reasons(explained["niveau de traitement"]) == ("Le dossier relève du niveau local.", reasons)


def test_each_event_has_the_hash_of_its_chain() -> None:
    desk = filed()
    stream = store_of(desk).journal.stream_of("R-2026-000001")
    assert stream is not None
    history = tables(desk.reports.case("R-2026-000001"))["Historique"][1:]
    assert [row[-1] for row in history] == [entry.link for entry in stream.entries]
    assert [row[0] for row in history] == ["1", "2", "3", "4", "5"]


def test_texts_are_masked_unless_they_are_asked_for() -> None:
    desk = filed()
    masked = report_bytes(desk.reports.case("R-2026-000001"), "csv").decode()
    assert "ecret" not in masked
    assert "vivier" not in masked
    found = tables(desk.reports.case("R-2026-000001", texts=True))
    texts = {row[1]: row[2] for row in found["Textes"][1:]}
    assert texts["nom de l'auteur"] == "M. Secret"
    assert "Un secret." in texts.values()
    assert found["Actions"][1][:2] == ["A-1 (centre Créteil)", "tenir un vivier"]


def test_erased_texts_do_not_come_back() -> None:
    desk = filed()
    case = factories.closed(desk, complainant="Mme Durand", verbatim="Un mot.")
    desk.anonymise(case.reference)
    for texts in (False, True):
        content = report_bytes(desk.reports.case(case.reference, texts=texts), "csv").decode()
        assert "(effacé)" in content
        assert "Durand" not in content


def test_a_malfunction_is_explained_too(desk: Desk) -> None:
    desk.register(factories.malfunction(), site="CRE")
    assert tables(desk.reports.case("R-2026-000001"))["Explication"][1:][0][0] == "niveau de traitement"


def test_a_case_of_another_edition_says_which_one_explains_it() -> None:
    desk = new_desk(policy=Policy(edition="ancienne"))
    factories.registered(desk)
    other = Desk(store_of(desk), sites=SITES, clock=FakeClock(at(1, month=7)))
    assert list(tables(other.reports.case("R-2026-000001")))[1] == "Explication"
    [[_, missing]] = tables(other.reports.case("R-2026-000001"))["Explication"][1:]
    assert missing.startswith("la version « ancienne » de la procédure manque (versions disponibles : M2-1)")


def test_a_scoped_desk_shows_neither_foreign_cases_nor_foreign_plans() -> None:
    desk = filed()
    desk.plan("R-2026-000001", factories.sheet("N-1"), scope=PlanScope.nation())
    own = desk.scoped(site="CRE")
    assert [row[0] for row in tables(own.reports.case("R-2026-000001"))["Actions"][1:]] == ["A-1 (centre Créteil)"]
    assert len(tables(desk.reports.case("R-2026-000001"))["Actions"][1:]) == 2
    with pytest.raises(CaseNotFoundError):
        desk.scoped(site="STD").reports.case("R-2026-000001")


def test_instants_are_in_the_zone_that_is_asked_for() -> None:
    desk = filed()
    history = tables(desk.reports.case("R-2026-000001", zone=ZoneInfo("America/Martinique")))["Historique"]
    assert history[1][1] == "01/06/2026 05:00"
    assert tables(desk.reports.case("R-2026-000001"))["Historique"][1][1] == "01/06/2026 11:00"


def test_the_documents_of_a_case_are_listed_with_their_hashes_until_they_are_erased() -> None:
    desk = new_desk(at(30), documents=InMemoryDocumentStore())
    letter = NewDocument(name="lettre.txt", content=b"Bonjour")
    reference = desk.register(facts(), site="CRE").reference
    desk.add_support(reference, kind="letter", title="la lettre", documents=[letter])
    hashed = hashlib.sha256(b"Bonjour").hexdigest()

    found = tables(desk.reports.case(reference, texts=True))
    assert found["Documents"][1:] == [["2", "lettre.txt", "text/plain", "7", hashed]]
    assert not any(hashed in row for row in found["Textes"])
    page = plain(report_bytes(desk.reports.case(reference, texts=True), "html").decode())
    assert ("Les pièces" in page, page.count(hashed)) == (True, 1)
    without = plain(report_bytes(desk.reports.case(desk.register(facts(), site="CRE").reference), "html").decode())
    assert "Les pièces" not in without
    assert desk.cases.get(reference).to_document(texts=True)["documents"][0]["sha256"] == hashed
    desk.withdraw(reference)
    desk.close(reference, reason="withdrawn")
    desk.anonymise(reference)
    [(_, name, _, size, erased)] = tables(desk.reports.case(reference, texts=True))["Documents"][1:]
    assert (name, size, erased) == (ERASED.fr, "7", ERASED.fr)


@pytest.mark.slow
@given(cases())
def test_the_cells_of_a_file_are_equal_in_every_format(drawn: Case) -> None:
    report = case_report(CaseFile(case=drawn, sites=SITES), at=datetime(2027, 1, 1, tzinfo=UTC))
    assert [table.title.fr for table in report.data_tables] == [
        "Le dossier",
        "Explication",
        "Historique",
        "Documents",
        "Textes",
        "Actions",
    ]
    assert unequal_cells(report) == []


def test_a_file_is_two_portrait_pages_however_long_its_texts_and_its_history() -> None:
    desk = new_desk(at(30))
    words = "Un texte assez long qui raconte toute l'histoire de la session. "
    case = factories.analysed(
        desk, "organisation", complainant="M. Long", verbatim=words * 150, remedy_sought=words * 60
    )
    for number in range(10):
        desk.plan(case.reference, factories.sheet(f"A-{number}", what=words * 8))
    for _ in range(15):
        desk.add_note(case.reference, text=words * 20)
    desk.answer(
        case.reference, decision=AnswerDecision.FOUNDED, text=words * 150, remedies=words * 40, occurred_at=at(12)
    )
    report = desk.reports.case(case.reference, texts=True)
    pages = PdfReader(BytesIO(report_bytes(report, "pdf"))).pages
    assert [page.mediabox.height > page.mediabox.width for page in pages] == [True, True]
    words_of = "\n".join(page.extract_text() for page in pages)
    assert "Les actions (8 sur 10)" in words_of
    assert re.search(r"L’historique \(\d\d sur 30\)", words_of)
    assert "M. Long" in words_of
    assert len(tables(report)["Historique"]) == 31


def test_a_file_of_short_texts_has_all_of_a_history_on_its_two_pages() -> None:
    desk = new_desk(at(30))
    reference = factories.answered(desk).reference
    for number in range(24):
        desk.add_note(reference, text=f"appel n° {number}")
    report = desk.reports.case(reference, texts=True)
    assert len(PdfReader(BytesIO(report_bytes(report, "pdf"))).pages) <= 2
    assert len(list(report.page_tables[-1].rows())) == desk.cases.get(reference).version


def test_the_pages_of_a_file_have_its_sections_with_who_acted() -> None:
    page = Page(report_bytes(filed().reports.case("R-2026-000001", texts=True), "html").decode())
    titles = ["La demande", "Ce qui est demandé", "La décision et pourquoi", "Les dates", "Les risques", "Les causes"]
    found = [page.text.find(title) for title in (*titles, "Les actions", "L’historique")]
    assert found == sorted(found)
    assert found[0] > 0
    assert page.tables[-1][1][2:] == ["RQR", "Mme Roux"]
    assert "Un secret." in page.text


def test_a_role_that_reads_no_names_sees_no_names_in_a_file() -> None:
    parameters = Parameters(roles=RoleParameters(reads_names=[Role.RQR]))
    desk = new_desk(at(30), policy=Policy(edition="2027", parameters=parameters))
    factories.registered(desk, complainant="M. Secret", verbatim="Une salle froide.")
    for role, is_shown in ((Role.RQR, True), (Role.HANDLING_UNIT, False)):
        content = report_bytes(desk.acting("Mme Roux", role).reports.case("R-2026-000001", texts=True), "json").decode()
        assert ("Secret" in content, "Roux" in content, "Une salle froide." in content) == (is_shown, is_shown, True)


def test_the_values_of_a_page_are_those_of_the_data() -> None:
    report = filed().reports.case("R-2026-000001", texts=True)
    known = {row[0]: row[1] for row in tables(report)["Le dossier"][1:]}
    columns = {column.title.fr for column in REGISTER_COLUMNS}
    shown = [
        (plain(column.title.fr), plain(display(value, "fr", report.zone)))
        for table in report.page_tables
        if table.layout is TableLayout.FIELDS
        for column, value in zip(table.columns, next(table.rows()), strict=True)
        if value is not None and column.title.fr in columns
    ]
    assert len(shown) > 20
    assert [(title, known.get(title)) for title, value in shown if value and known.get(title) != value] == []


def test_a_complete_file_has_every_field_and_event_on_its_page() -> None:
    report = filed().reports.case("R-2026-000001", texts=True).complete()
    page = Page(report_bytes(report, "html").decode())
    rows = [len(list(table.rows())) for table in report.tables]
    assert [len(table) - 1 for table in page.tables[: len(rows)]] == [
        count or 1 for count in rows
    ]  # none: a line says so
    assert {"t3-1", "t3-5"} <= {given["id"] for _, given in page.elements if "id" in given}


def test_facts_completed_after_a_request_for_information_are_described() -> None:
    desk = new_desk(at(3))
    desk.register(facts(theme="trainer", recurrences=UNKNOWN), site="CRE", occurred_at=at(2))
    desk.request_information("R-2026-000001", "recurrences")
    desk.complete_facts("R-2026-000001", recurrences=2)
    *_, last = tables(desk.reports.case("R-2026-000001"))["Historique"]
    assert "(2)" in last[4]
