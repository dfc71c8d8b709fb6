"""The first page of the board: what is to be done, with the list of each number, by site and by person."""

import re
from datetime import date, datetime, timedelta
from itertools import accumulate

import pytest

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board, pages
from reclamation_core.vocabulary import Role, Site, Sites
from tests.fragments import Page
from tests.unit.desk import factories
from tests.unit.desk.factories import at, facts
from tests.unit.desk.test_corrupt_plans import in_which, with_plans
from tests.unit.integrations.browser import Browser

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(at(19)))


@pytest.fixture
def browser() -> Browser:
    """A board on Friday 19 June 2026, with something of each kind to do at two sites."""
    desk = factories.new_desk(at(19))
    for day in (1, 2, 5, 9):  # due on 15, 16, 19 and 23 June
        factories.qualified(desk, received_at=at(day), complainant=None)
    factories.registered(desk, received_at=at(8), site="STD")
    desk.register(facts(at(8), requirement=None, mobilisation=None, nature=None), site="STD")
    desk.register(facts(at(1), nature="initial_information_request"), site="CRE")
    planned = factories.analysed(desk, received_at=at(3)).reference
    for number in (1, 2):
        sheet = factories.sheet(f"A-{number}", planned=date(2026, 6, 14), check_on=date(2026, 6, 18))
        desk.plan(planned, sheet)
    return Browser(BOARD, desk)


def test_each_number_opens_a_list_of_as_many(browser: Browser) -> None:
    page = browser.get("/")
    groups = re.findall(r"<details( open)?>(.*?)</details>", browser.text, re.DOTALL)
    numbers = {name: path for name, path in page.links.items() if re.search(r" : \d+$", name)}

    assert {name.rpartition(" : ")[0] for name in numbers} == {
        "Réponses en retard", "Réponses attendues aujourd'hui", "Accusés de réception manquants",
        "Questions en attente de réponse", "Dossiers à qualifier depuis plus de 2 jours ouvrés",
        "Actions en retard", "Efficacités à évaluer",
    }  # fmt: skip
    for name, path in numbers.items():
        browser.get(path)
        rows = re.findall(r'<th scope="row"><a href="|<li><a href="/pgaac/', browser.text)
        assert (name, str(len(rows))) == (name, name.rpartition(" : ")[2])
    assert page.headings[:3] == [
        "À faire au 19/06/2026", "Réponses en retard : 3", "Réponses attendues aujourd'hui : 1"
    ]  # fmt: skip
    rows_until = list(accumulate(rows.count("<li>") for _, rows in groups))
    assert 6 in rows_until, "two screens of a phone"
    assert [bool(is_open) for is_open, _ in groups] == [until <= 6 for until in rows_until]


def test_a_message_out_of_scope_is_not_to_be_qualified(browser: Browser) -> None:
    page = browser.get("/")
    address = next(path for name, path in page.links.items() if name.startswith("Dossiers à qualifier"))
    assert {one for one in browser.get(address).links if one.startswith("R-")} == {"R-2026-000005", "R-2026-000006"}
    assert "2 dossiers." in browser.text
    assert '"possible" selected>toutes, sauf hors du cadre (2)' in browser.text


def test_each_number_of_a_site_opens_a_list_of_as_many(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.get("/")
    found = re.findall(r'<td><a href="([^"]*)">(\d+)</a>', browser.text.partition("<tbody>")[2])

    assert len(found) > 6
    for path, count in found:
        browser.get(path.replace("&amp;", "&"))
        rows = re.findall(r'<th scope="row"><a href="|<li><a href="/pgaac/', browser.text)
        assert (path, len(rows)) == (path, int(count))
    monkeypatch.setattr(pages, "_MOST_SITES", 1)
    browser.get("/")
    assert "Par centre : 2" in browser.text
    assert "Centres affichés, ceux qui ont le plus de réponses en retard : 1." in browser.text
    browser.desk = browser.desk.scoped(site="STD")
    browser.get("/")
    assert "Par centre" not in browser.text


def test_only_the_first_of_each_kind_are_shown(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        factories.registered(browser.desk, received_at=at(1))
    page = browser.get("/")
    assert "<summary>Les 5 plus urgents</summary>" in browser.text
    assert page.links["Réponses en retard : 9"] == "/dossiers?retard=oui"
    monkeypatch.setattr(pages, "_MOST_WORK", 1)
    browser.get("/actions?liste=retard")
    assert "2 actions" in browser.text
    assert "Les 1 premières sont affichées." in browser.text
    browser.get(browser.get("/actions?liste=retard&centre=CRE").links["Dossiers concernés par ces actions"])
    assert browser.text.count('<th scope="row">') == 1


def test_a_register_without_work_says_so() -> None:
    browser = Browser(BOARD, factories.new_desk(at(19)))
    browser.get("/")
    assert "Rien n'est à faire." in browser.text
    browser.get("/signaux?etat=tous")
    assert "Aucune hausse n'est inscrite." in browser.text
    browser.get("/signaux?signal=S-1")
    assert "Ce signal n'est inscrit à aucun plan que vous voyez." in browser.text


def test_a_plan_that_cannot_be_read_is_named_on_each_list_of_plans() -> None:
    browser = Browser(BOARD, in_which(with_plans(), "site:STR"))
    for address in ("/", "/actions", "/signaux"):
        browser.get(address)
        assert "Plans illisibles" in browser.text
        assert "site:STR" in browser.text


def test_the_table_by_site_has_a_row_for_each_of_many_sites() -> None:
    sites = Sites(tuple(Site(code=f"C{number:02}", name=f"Centre {number}", region="Bretagne") for number in range(12)))
    desk = Desk.in_memory(sites=sites, clock=factories.FakeClock(at(19))).acting("Mme Roux", Role.RQR)
    for code in sites:
        factories.registered(desk, received_at=at(1), site=code)
    browser = Browser(Board(sites=sites, taxonomy=TRAINING_BODY, clock=factories.FakeClock(at(19))), desk)
    browser.get("/")
    header, *rows = next(table for table in Page(browser.text).tables if table[0][0] == "Centre")
    assert [len(row) for row in rows] == [len(header)] * 12


def test_a_page_made_at_midnight_is_that_of_one_day(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    midnight, reads, last = datetime(2026, 6, 23, tzinfo=PARIS), 0, 0

    def now(_: object) -> datetime:
        nonlocal reads
        reads += 1
        return midnight - timedelta(seconds=reads <= last)

    def page(path: str, turn: int) -> str:
        nonlocal reads, last
        reads, last = 0, turn
        browser.get(path)
        return browser.text

    browser.desk.plan("R-2026-000008", factories.sheet("A-3", planned=date(2026, 6, 22), check_on=None))
    monkeypatch.setattr(factories.FakeClock, "now", now)
    case = "/dossiers/R-2026-000008"
    lists = "/", "/actions", "/dossiers?retard=oui", "/dossiers?tri=echeance", "/pgaac/site:CRE"
    for path in (*lists, case, f"{case}/actes/answer"):
        days = [page(path, 0), page(path, 1000)]
        for turn in range(1, reads):
            assert page(path, turn) in days, (path, turn)
