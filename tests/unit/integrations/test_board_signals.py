"""The signals on the board: on the first page, on their own page, and until they are settled."""

from datetime import timedelta
from functools import partialmethod

import attrs
import pytest

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board, BoardRequest, pages
from reclamation_core.plans.events import SignalContinued
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.testing.builders import FakeClock, a_complaint, an_action
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import PlanCommandType
from tests.inside import clock_of, raise_signal, store_of
from tests.typography import plain
from tests.unit.desk.rising import CRE, MONDAY, SITES, risen
from tests.unit.integrations.browser import Browser


@pytest.fixture
def browser() -> Browser:
    desk, clock = risen()
    desk.maintenance.nightly(signals=True)
    return Browser(Board(sites=SITES, taxonomy=TRAINING_BODY, clock=clock), desk)


def test_the_first_page_counts_the_signals_and_leads_to_as_many(browser: Browser) -> None:
    assert browser.get("/").links["Signaux à examiner : 2"] == "/signaux"
    assert "8 pour 0,5 attendus, du 25/05/2026 au 31/05/2026" in browser.text
    assert browser.get("/signaux").headings[:2] == ["Signaux", "Hausses à examiner : 2"]
    assert browser.text.count("– nouveau</h3>") == 2
    page = browser.get("/signaux?centre=CRE")
    assert page.headings[:2] == ["Signaux – Créteil", "Hausses à examiner : 1"]
    browser.get(page.links["8 dossiers"])
    assert browser.text.count('<th scope="row">') == 8
    assert "Hausses à examiner" not in browser.text


def test_a_plan_shows_its_signals_until_they_are_settled(browser: Browser) -> None:
    assert "Signaux à examiner : 1" in browser.get("/pgaac/site:CRE").headings
    assert "8 pour 0,5 attendus" in browser.text
    (signal,) = browser.desk.pgaac(CRE).current.signals
    browser.desk.pgaac(CRE).dismiss_signal(signal.reference, reason="une enquête")
    assert "8 pour 0,5 attendus" not in browser.get("/pgaac/site:CRE").text


def test_a_signal_is_acknowledged_and_dismissed_on_its_page(browser: Browser) -> None:
    for link, entered in (("Prendre en compte le signal", {}), ("Écarter le signal", {"reason": "une enquête"})):
        form = browser.get(browser.get("/signaux?centre=CRE").links[link])
        assert "8 pour 0,5 attendus" in browser.text
        done = browser.submit(form, **entered)
        assert ("Enregistré" in browser.text, done.links["Voir les signaux"]) == (True, "/signaux")
        browser.get("/signaux?centre=CRE&etat=tous")
        assert "Mme Roux" in browser.text
    assert "une enquête" in browser.text
    assert browser.get("/signaux?centre=CRE&etat=tous").headings[1] == "Hausses : 1"
    assert browser.get("/signaux?centre=CRE").headings[1] == "Hausses à examiner : 0"
    assert "Voir aussi les hausses écartées ou suivies d'une action : 1" in browser.text
    (signal,) = browser.desk.pgaac(CRE).signals
    assert "déjà écarté" in browser.get(f"/pgaac/site:CRE/actes/dismiss_signal?signal={signal.reference}").text
    raise_signal(browser.desk, CRE, SignalContinued(signal=signal.reference, until="2026-W23"), signal.reference)
    browser.get("/signaux?centre=CRE")
    assert "Écarté auparavant, le" in browser.text
    assert ("Hausses à examiner : 1" in browser.text, "une enquête" in browser.text) == (True, True)


def test_commands_that_an_edition_reserves_are_not_offered_to_other_roles(browser: Browser) -> None:
    offered = {"Inscrire une action préventive", "Prendre en compte le signal", "Écarter le signal"}
    browser.desk.pgaac(CRE).add(an_action(reference="P-1", cases=()))
    some = [PlanCommandType.ADD, PlanCommandType.PUBLISH]
    for commands, left in ((some, offered - {"Inscrire une action préventive"}), (list(PlanCommandType), set())):
        reserved = RoleParameters(plan_commands=dict.fromkeys(commands, (Role.AQ,)))
        edition = Policy(edition="M2-1", parameters=Parameters(roles=reserved))
        used = Desk(store_of(browser.desk), policy=edition, sites=SITES, clock=clock_of(browser.desk))
        browser.desk = used.acting("Mme Roux", Role.RQR)
        assert offered & browser.get("/signaux?centre=CRE").links.keys() == left
        assert not {"Inscrire une action", "Publier une édition"} & browser.get("/pgaac/site:CRE").links.keys()
    assert not [link for link in browser.get("/pgaac/site:CRE/actions/P-1").links.values() if "/P-1/" in link]


def test_a_signal_is_turned_into_a_preventive_line(browser: Browser) -> None:
    link = browser.get("/signaux?centre=CRE").links["Inscrire une action préventive"]
    form, english = browser.get(link), Browser(attrs.evolve(browser.board, lang="en"), browser.desk).get(link)
    assert "8 against 0.5 expected" in english.fields["finding"][0]
    assert "<strong>Le signal" in browser.text
    browser.submit(
        form, what="prévoir du matériel de rechange", owner="M. Petit", planned="2026-07-01",
        criterion="aucune panne", cause_family="matériel", cause="un lot défectueux",
    )  # fmt: skip
    (action,) = browser.desk.pgaac(CRE).actions
    assert (action.type.value, action.origin.value, action.site) == ("preventive", "watch", "CRE")
    page = browser.get("/signaux?centre=CRE&etat=tous")
    of_action = browser.get(page.links[action.reference]).links
    page = browser.get(of_action["Voir le signal à l'origine de l'action, et ses dossiers"])
    assert page.links[action.reference] == f"/pgaac/site%3ACRE/actions/{action.reference}"
    assert browser.get("/signaux?centre=CRE").headings[1] == "Hausses à examiner : 0"


def test_a_done_action_leads_to_its_chart_in_words_and_as_a_table(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, address = browser.desk.pgaac(CRE), "/pgaac/site:CRE/actions/P-1"
    (signal,) = plan.current.signals
    plan.add(an_action(reference="P-1", origin_reference=signal.reference, cases=()))
    link = "Voir si les réclamations sont devenues plus rares depuis l'action"
    assert link not in browser.get(address).links
    plan.finish("P-1", evidence="la facture")
    clock = clock_of(browser.desk)
    assert isinstance(clock, FakeClock)
    clock.set(clock.now() + timedelta(weeks=18))

    browser.get(browser.get(address).links[link])
    assert "126 jours de suite sans aucune depuis l'action" in plain(browser.text)
    assert "un centre, par thème : Créteil, matériel et sécurité" in plain(browser.text)
    assert "avant 13, 13, 13" in browser.text
    assert "76 jours ou plus seraient rares" in browser.text
    for suffix in ("xlsx", "csv", "json", "html", "pdf"):
        answer = browser.board.respond(browser.desk, BoardRequest(path=f"{address}/effet.{suffix}"))
        assert (answer.status, len(b"".join(answer.chunks())) > 100) == (200, True), suffix
    with monkeypatch.context() as patched:
        patched.setattr(pages, "MOST_COMPLAINTS", 0)  # which the desk refuses
        for suffix in ("", ".csv"):
            assert browser.board.respond(browser.desk, BoardRequest(path=f"{address}/effet{suffix}")).status == 422
    assert browser.get(address).headings[0] == "Action P-1 – centre Créteil"


def test_messages_have_their_days_and_long_lists_their_first(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    told, unknown = {"nature": "general_opinion"}, {"nature": None, "sold_service": False}
    for site, days, given in (("CRE", (3, 3, 3), told), ("STD", (1, 2, 3), told), ("AU1", (3, 3, 3), unknown)):
        for one in days:
            facts = a_complaint(received_at=MONDAY + timedelta(182 - one), **given)
            browser.desk.register(facts, site=site, verbatim="Le parking est plein")
    browser.get("/signaux")
    for shown in (
        "« Le parking est plein »",
        "jugement : 3, le 29/05/2026",
        "3, du 29/05/2026 au 31/05/2026",
        "nature inconnue : 3",
    ):
        assert shown in browser.text, shown
    monkeypatch.setattr(pages, "_MOST_SIGNALS", 1)
    monkeypatch.setattr(pages, "MOST_ACTIONS", 1)
    browser.get("/signaux")
    assert ("Affichées, les 1 premières" in browser.text, "et 2 de plus" in browser.text) == (True, True)
    monkeypatch.setattr(Desk, "worklist", partialmethod(Desk.worklist, limit=1))
    browser.get("/")
    assert "Les 1 plus récents" in browser.text
