"""The lists of the board: what each case is about, the criteria, the order of a heading, and the search."""

import re
from datetime import date

import attrs
import pytest

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board
from reclamation_core.testing.builders import an_action
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Lang
from tests.databases import memory_store
from tests.typography import plain
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(factories.at(20)))


@pytest.fixture
def browser() -> Browser:
    return Browser(BOARD, factories.new_desk(factories.at(20)))


def listed(browser: Browser, address: str) -> list[str]:
    """The last digits of the references of the rows, in their order."""
    browser.get(address)
    return re.findall(r'<th scope="row"><a href="/dossiers/R-2026-00000(\d)">', browser.text)


def test_a_list_shows_open_cases_late_first_with_what_they_are_about(browser: Browser) -> None:
    factories.closed(browser.desk)
    factories.registered(browser.desk, received_at=factories.at(15), verbatim="La salle est froide")
    facts = factories.facts(received_at=factories.at(2), theme="training")
    browser.desk.register(facts, site="CRE", complainant="Mme Ly <b>", verbatim="Le formateur est absent " * 9)
    assert listed(browser, "/dossiers") == ["3", "2"]
    for shown in (
        "en retard de 3 jours ouvrés (16/06/2026)",
        "dans 6 jours ouvrés (29/06/2026)",
        "<strong>formation</strong>",
        "La salle est froide",
        "Mme Ly &lt;b&gt;",
        "enregistré, sans accusé de réception",
    ):
        assert shown in browser.text, shown
    assert listed(browser, "/dossiers?ouverts=tous") == ["3", "2", "1"]
    assert listed(browser, "/dossiers?etat=closed") == ["1"]
    assert "donnée le" in browser.text


def test_a_criterion_that_is_refused_is_named_and_its_values_too(browser: Browser) -> None:
    for criteria, expected in (
        ("etat=x", "État : « x » ; l'une de ces valeurs est attendue : enregistré, qualifié"),
        ("type=x", "Type de dossier : « x »"),
        ("recevabilite=x", "Recevabilité : « x »"),
        ("niveau=x", "Niveau : « x » ; l'une de ces valeurs est attendue : local, régional, national."),
        ("criticite=x", "Niveau de criticité : « x »"),
        ("canal=x", "Canal : « x »"),
        ("tri=x", "Ordre : « x »"),
        ("suite=x", "Page suivante : ..."),
        ("q=%20%CC%81", "Mots de la demande : "),
        ("centre=%00", "Traité par : ..."),
        ("centre=GONE", "Traité par : « GONE » ; l'un de ces codes est attendu : CRE"),
        ("theme=x", "Thème : « x » ; l'une de ces valeurs est attendue : professionnalisme du formateur"),
        ("region=x", "Région : « x » ; la région de l'un des centres accessibles est attendue"),
        ("suivi=%00", "Suivi par : ..."),
        ("du=x", "Reçu du : « x »"),
        ("du=2026-06-02&au=2026-06-01", "jusqu'au : « 01/06/2026 » ; un jour qui ne précède pas le début, 02/06/2026,"),
    ):
        for path in ("dossiers", "registre.csv")[: 1 if criteria in {"tri=x", "suite=x"} else 2]:
            browser.get(f"/{path}?{criteria}")
            assert (browser.response.status, expected in plain(browser.text)) == (422, True), (criteria, browser.text)


def test_the_criteria_limit_the_list_its_counts_and_its_register(browser: Browser) -> None:
    desk = browser.desk
    desk.register(factories.facts(channel="phone", theme="training"), site="CRE", complainant="M. Ali")
    desk.acknowledge("R-2026-000001")
    desk.register(factories.facts(), site="STR", complainant="M. Ali")
    case = factories.analysed(desk)
    desk.plan(case.reference, an_action(reference="A-1", planned=date(2026, 6, 19), check_on=date(2026, 9, 1)))
    for criteria, expected in (
        ("canal=phone", "1"),
        ("theme=training", "1"),
        ("region=Grand Est", "2"),
        ("accuse=manquant", "23"),
        ("actions=retard", "3"),
    ):
        assert ("".join(sorted(listed(browser, f"/dossiers?{criteria}"))), criteria) == (expected, criteria)
        count = len(expected)
        assert f"<p>{count} {'dossier' if count < 2 else 'dossiers'}." in browser.text
    assert "Effacer les critères" in browser.text
    browser.get("/registre.html?theme=training&theme=ailleurs&ouverts=oui&accuse=manquant&actions=retard")
    assert browser.response.status == 200
    b"".join(browser.response.chunks())
    browser.get("/registre.csv?actions=retard")
    written = b"".join(browser.response.chunks()).decode()
    assert ("R-2026-000003" in written, "R-2026-000001" in written) == (True, False)


def test_each_criterion_is_named_and_can_be_removed_alone(browser: Browser) -> None:
    factories.registered(browser.desk)
    criteria = {
        "etat=registered": "État : enregistré ×", "suivi=<i>": "Suivi par (identifiant) : <i> ×",
        "q=<b>": "Mots de la demande : <b> ×", "du=2026-06-01": "Reçu du : 01/06/2026 ×",
        "accuse=manquant": "Sans accusé de réception ×",
    }  # fmt: skip
    page = browser.get(f"/dossiers?{'&'.join(criteria)}")
    assert '<details class="filters no-print" open>' in browser.text, "what found nothing is to be changed"
    left = {f"Retirer le critère {text}" for text in criteria.values()}
    while left:
        assert {name for name in page.links if name.startswith("Retirer")} == left
        assert f"({len(left)} {'critères' if len(left) > 1 else 'critère'})" in browser.text
        page = browser.get(page.links[left.pop()])
    assert listed(browser, "/dossiers") == ["1"]
    assert '<details class="filters no-print">' in browser.text
    assert "critère" not in browser.text
    assert "Retirer le critère Dossiers : tous ×" in browser.get("/dossiers?ouverts=tous").links


def test_a_heading_sorts_and_keeps_the_criteria(browser: Browser) -> None:
    for day in (15, 16):
        factories.registered(browser.desk, received_at=factories.at(day))
    page = browser.get("/dossiers?centre=CRE")
    themes = ["accessibility", "other", "discrimination", "invoicing", "training", "platform"]
    assert page.choices["theme"][1:7] == themes, "by their French names: formation, formation à distance"
    assert page.links["Reçu ou constaté le"] == "/dossiers?centre=CRE&ouverts=oui&tri=received"
    assert 'aria-sort="ascending"' in browser.text
    assert listed(browser, page.links["Reçu ou constaté le"]) == ["1", "2"]
    assert listed(browser, browser.get(page.links["Reçu ou constaté le"]).links["Reçu ou constaté le ▲"]) == ["2", "1"]
    assert 'aria-sort="descending"' in browser.text


@pytest.mark.parametrize(
    ("lang", "both", "labels"),
    [
        ("fr", "Reçu ou constaté le", ["Reçu le", "Constaté le"]),
        ("en", "Received or found on", ["Received on", "Found on"]),
    ],
)
def test_a_complaint_is_received_and_a_malfunction_is_found(lang: Lang, both: str, labels: list[str]) -> None:
    desk = factories.new_desk(factories.at(20))
    factories.registered(desk, verbatim="la salle")
    desk.register(factories.malfunction(factories.at(2)), site="CRE", verbatim="la salle")
    browser = Browser(attrs.evolve(BOARD, lang=lang), desk)
    for address in ("/dossiers?tri=reference", "/recherche?q=salle"):
        assert listed(browser, address) == ["1", "2"]
        assert f">{both}</" in browser.text
        assert re.findall(r'data-label="([^"]+)">(?:0?[12]/06/2026|[12] June 2026)<', browser.text) == labels


def test_a_search_leads_to_a_case_or_lists_what_it_found(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        factories.registered(browser.desk, verbatim="La salle est froide")
    browser.get("/recherche?q=r-2026-2")
    assert browser.response.headers["Location"] == "/dossiers/R-2026-000002"
    assert listed(browser, "/recherche?q=2") == ["2"]
    assert "les derniers chiffres de sa référence" in browser.text
    assert "0 dossier" not in browser.text
    assert listed(browser, "/recherche?q=salle fr") == ["1", "2", "3"]
    assert listed(browser, "/recherche?q=licorne") == []
    browser.get("/recherche?q=")
    assert browser.response.headers["Location"] == "/dossiers"
    for path in ("recherche", "dossiers"):
        assert listed(browser, f"/{path}?q=~") == []
        assert "Mots de la demande : « ~ » ; une lettre ou un chiffre au moins est attendu." in browser.text
    monkeypatch.setattr("reclamation_core.integrations.board.pages.PAGE_SIZE", 2)
    monkeypatch.setattr("reclamation_core.desk.queries.MOST_COUNTED", 1)
    page = browser.get("/recherche?q=salle")
    assert "Plus de" in browser.text
    assert listed(browser, page.links["Dossiers suivants"]) == ["3"]
    link = page.links["Filtrer ces dossiers par centre, état ou thème, ou les trier"]
    assert listed(browser, f"{link}&sens=desc&centre=CRE") == ["3", "2"]


def test_cases_that_cannot_be_listed_are_named_or_counted() -> None:
    store = memory_store()
    browser = Browser(BOARD, Desk(store, sites=factories.SITES, clock=BOARD.clock).acting("Mme Roux", Role.RQR))
    for _ in range(2):
        factories.registered(browser.desk, verbatim="La salle est froide")
    run(store, "UPDATE reclamation_cases SET nature = 'x' WHERE reference = 'R-2026-000001'")
    for address, shown in (
        ("dossiers?ouverts=oui", "Dossiers illisibles : R-2026-000001."),
        ("recherche?q=salle", "Dossiers illisibles : R-2026-000001."),
        (
            "indicateurs/dossiers?du=2026-06-01&au=2026-07-01&indicateur=received",
            "Dossiers que vous ne voyez plus : 1.",
        ),
    ):
        assert (listed(browser, f"/{address}"), shown in browser.text) == (["2"], True), address
    store.close()
