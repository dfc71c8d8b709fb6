"""Plans on the board: a form for each command, published plans with what changed, actions that serve several cases."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import attrs
import pytest

from reclamation_core.adapters.sqlalchemy.mapper import PLAN_MAPPER
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk, etag
from reclamation_core.desk.forms import LARGEST_TEXT
from reclamation_core.integrations.board import Board
from reclamation_core.integrations.board.pages import PLAN_COMMANDS
from reclamation_core.plans import ActionStatus, PlanCommandType, PlanScope, Priority
from reclamation_core.plans.events import SIGNAL_COMMANDS
from reclamation_core.vocabulary import Level, Role, Site, Sites
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser, Page

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(factories.at(20)))
CRE = "/pgaac/site%3ACRE"


@pytest.fixture
def browser() -> Browser:
    """A person before the plan of a site with one action."""
    desk = factories.new_desk()
    desk.plan(factories.analysed(desk).reference, factories.sheet("A-1", owner="Mme Blanc"))
    return Browser(BOARD, desk)


def give(browser: Browser, command: str, action: str = "A-1", /, **entered: Any) -> Page:
    address = f"{CRE}/actions/{quote(action, safe='')}/{command}" if action else f"{CRE}/actes/{command}"
    page = browser.submit(browser.get(address), **entered)
    assert browser.response.status == 200, re.findall('class="refused".*?</div>', browser.text, re.DOTALL)
    return page


def _terms(browser: Browser, address: str) -> dict[str, str]:
    browser.get(address)
    pairs = re.findall("<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", browser.text)
    return {term: re.sub("<[^>]*>", "", text) for term, text in pairs}


@pytest.mark.parametrize("command", PlanCommandType, ids=str)
def test_each_form_has_the_version_of_the_plan_and_its_fields(browser: Browser, command: PlanCommandType) -> None:
    of_plan = command in {*PLAN_COMMANDS, *SIGNAL_COMMANDS}
    page = browser.get(f"{CRE}/actes/{command}" if of_plan else f"{CRE}/actions/A-1/{command}")
    assert browser.response.status == 200
    assert page.fields["version"] == [etag(browser.desk.pgaac("CRE").current)]
    assert page.headings[0].startswith(str(command.label("fr")).capitalize())
    assert len(set(page.values("id"))) == len(page.values("id"))


def test_an_action_is_added_to_a_plan(browser: Browser) -> None:
    entered = {"reference": "A-2", "type": "curative", "origin": "internal_audit", "what": "repeindre"}
    entered |= {"owner": "M. Noir", "planned": "2026-07-01", "criterion": "les murs sont blancs"}
    page = give(browser, "add", "", **entered, spread=["STR", "STD"])
    added = browser.desk.pgaac("CRE").current.action("A-2")
    assert (added.site, added.level, added.spread) == ("CRE", None, ("STR", "STD"))
    assert page.headings[0] == "Action A-2 – centre Créteil"
    assert page.links["déclarer l'action réalisée"] == f"{CRE}/actions/A-2/finish", "what comes next"
    browser.submit(browser.get("/pgaac/nation/actes/add"), **entered)
    assert browser.desk.pgaac(PlanScope.nation()).current.action("A-2").level is Level.NATIONAL
    for left in (["STR"], []):
        give(browser, "amend", "A-2", spread=left)
        assert browser.desk.pgaac("CRE").current.action("A-2").spread == tuple(left)


def test_an_action_is_amended_in_the_fields_that_changed(browser: Browser) -> None:
    before = browser.desk.pgaac("CRE").current
    form = browser.get(f"{CRE}/actions/A-1/amend")
    assert form.fields["owner"] == ["Mme Blanc"]
    assert "reference" not in form.fields
    give(browser, "amend", priority="high", check_on="", reason="report")
    old, new = before.action("A-1"), browser.desk.pgaac("CRE").current.action("A-1")
    assert (new.priority, new.check_on, old.check_on is None) == (Priority.HIGH, None, False)
    assert (new.what, new.type, new.criterion) == (old.what, old.type, old.criterion)


def test_texts_are_erased_only_if_they_are_chosen(browser: Browser) -> None:
    browser.submit(browser.get(f"{CRE}/actions/A-1/forget"), kinds=[])
    assert browser.response.status == 422
    assert "L'effacement est définitif." in browser.text
    plan = browser.desk.pgaac("CRE").current
    assert plan.read(plan.action("A-1").what) is not None


@pytest.mark.parametrize("text", ["ligne 1\nligne 2", 'l\'eau : "froide" ; <b>', " a", "\N{COMBINING ACUTE ACCENT}e"])
def test_a_form_posted_as_it_was_shown_changes_nothing(browser: Browser, text: str) -> None:
    browser.desk.pgaac("CRE").amend("A-1", what=text, owner=text, cause=text)
    before = browser.desk.pgaac("CRE").current.action("A-1")
    give(browser, "amend", priority="high")
    after = browser.desk.pgaac("CRE").current.action("A-1")
    assert (after.what, after.owner, after.cause) == (before.what, before.owner, before.cause)


def test_a_text_that_is_too_long_for_a_form_does_not_change(browser: Browser) -> None:
    text = "é" * LARGEST_TEXT
    browser.desk.pgaac("CRE").amend("A-1", what=text)
    assert browser.get(f"{CRE}/actions/A-1/amend").fields["what"] == [""]
    assert "Ce texte est trop long pour être affiché ici." in browser.text
    give(browser, "amend", priority="high")
    plan = browser.desk.pgaac("CRE").current
    assert plan.read(plan.action("A-1").what) == text


def test_an_ineffective_action_is_followed_up_by_one_of_another_plan(browser: Browser) -> None:
    factories.add_as_stored(browser.desk.pgaac("STR"), factories.sheet("B/1", site="STR"))
    browser.desk.pgaac("CRE").add(factories.sheet("A-2"))
    give(browser, "finish", evidence="bon")
    give(browser, "judge", effectiveness="not_effective", why="17 degrés", follow_up="A-2")
    give(browser, "follow_up", follow_up_plan="site:STR", follow_up_number="B/1")
    links = re.findall(r'<a href="/pgaac/([^"]+)/actions/([^"/]+)">([^<]+)</a>', browser.text)
    assert links == [("site%3ACRE", "A-2", "A-2"), ("site%3ASTR", "B%2F1", "B/1 (centre Strasbourg)")]
    assert _terms(browser, CRE)["Suite de l'action"] == "A-1"


def test_a_follow_up_is_added_and_named_from_the_page_of_the_action_before(browser: Browser) -> None:
    give(browser, "finish", evidence="bon")
    assert "Inscrire d'abord l'action de suite au plan" not in browser.get(f"{CRE}/actions/A-1/judge").links
    judged = give(browser, "judge", effectiveness="not_effective", why="17 degrés")
    form = browser.get(judged.links["désigner l'action de suite"])
    form = browser.get(form.links["Inscrire d'abord l'action de suite au plan"])
    before = browser.desk.pgaac("CRE").current.action("A-1")
    assert (form.fields["type"], form.fields["cause_family"]) == ([before.type.value], [before.cause_family])
    entered = {"what": "isoler", "owner": "M. Noir", "planned": "2026-07-01", "criterion": "19 degrés", "cause": "toit"}
    refused = browser.submit(form, **{**entered, "planned": "hier"})
    naming = browser.submit(refused, **entered)
    assert "<title>Enregistré : action inscrite – Désigner l'action de suite – A-1" in browser.text
    assert naming.fields["follow_up"] == ["A-2"]
    assert 'class="done" role="status" tabindex="-1" autofocus' in browser.text
    browser.submit(naming)
    assert [line.action for line in browser.desk.pgaac("CRE").current.action("A-1").follow_ups] == ["A-2"]
    assert _terms(browser, f"{CRE}/actions/A-2")["Suite de l'action"] == "A-1"
    give(browser, "close")
    assert "L'action est terminée. Sa suite : <a href=" in browser.text


@pytest.mark.parametrize(
    ("command", "entered", "marked"),
    [
        ("judge", {"follow_up_plan": "site:STR"}, "follow_up_number"),
        ("judge", {"follow_up_number": "B/1"}, "follow_up_plan"),
        ("judge", {"follow_up": "A-2", "follow_up_number": "B/1"}, "follow_up_plan"),
        ("judge", {"follow_up": "A-2", "follow_up_plan": "site:STR", "follow_up_number": "B/1"}, "follow_up"),
        ("judge", {"follow_up_plan": "site:STR", "follow_up_number": "B/9"}, "follow_up_number"),
        ("follow_up", {"follow_up_plan": "site:STR", "follow_up_number": "B/9"}, "follow_up_number"),
        ("follow_up", {}, "follow_up"),
    ],
)
def test_a_follow_up_is_an_action_of_the_plan_or_the_whole_name_of_another(
    browser: Browser, command: str, entered: dict[str, str], marked: str
) -> None:
    browser.desk.pgaac("CRE").add(factories.sheet("A-2"))
    give(browser, "finish", evidence="bon")
    judged = {"effectiveness": "not_effective", "why": "17 degrés"}
    if command == "follow_up":
        give(browser, "judge", **judged)
    version = browser.desk.pgaac("CRE").current.version
    page = browser.submit(
        browser.get(f"{CRE}/actions/A-1/{command}"), **(judged if command == "judge" else {}), **entered
    )
    status = 404 if "B/9" in entered.values() else 422
    assert (browser.response.status, browser.desk.pgaac("CRE").current.version) == (status, version)
    assert re.findall(r'id="champ-(\w+)-erreur"', browser.text) == [marked]
    assert {name: page.fields[name] for name in entered} == {name: [value] for name, value in entered.items()}


def test_only_plans_inside_the_scope_are_offered_for_a_follow_up(browser: Browser) -> None:
    browser.desk = browser.desk.scoped(site="CRE")
    assert set(browser.get(f"{CRE}/actions/A-1/judge").choices["follow_up_plan"]) == {"", "site:CRE"}


@pytest.mark.parametrize(
    ("address", "name", "entered"),
    [
        (f"{CRE}/actes/publish", "recipients", "Direction\nCo\0dir"),
        (f"{CRE}/actes/publish", "recipients", "é" * 300),
        ("/dossiers/R-2026-000001/actes/plan", "what", "a\0b"),
    ],
)
def test_what_a_list_holds_is_refused_at_its_field(browser: Browser, address: str, name: str, entered: str) -> None:
    page = browser.get(address)
    page.fields.pop("existing", None)
    filled = {"planned": "2026-07-01", "criterion": "c", "owner": "o", "type": "curative", "site": "CRE", name: entered}
    browser.submit(page, **{one: value for one, value in filled.items() if one in page.fields})
    assert browser.response.status == 422
    assert re.findall(r'id="\w+-(\w+)-erreur"', browser.text) == [name]


def test_an_action_has_the_status_of_its_command(browser: Browser) -> None:
    give(browser, "progress", note="vu")
    assert browser.desk.pgaac("CRE").current.action("A-1").status is ActionStatus.IN_PROGRESS
    give(browser, "abandon", reason="vu")
    assert browser.desk.pgaac("CRE").current.action("A-1").status is ActionStatus.ABANDONED


def test_an_action_is_reopened_and_its_texts_are_erased(browser: Browser) -> None:
    give(browser, "abandon", reason="erreur")
    give(browser, "reopen", reason="toujours froid")
    page = give(browser, "forget", kinds=["personal"])
    assert browser.desk.pgaac("CRE").current.action("A-1").status is ActionStatus.TO_DO
    assert page.headings[0] == "Action A-1 – centre Créteil"
    assert "Mme Blanc" not in browser.text


def test_a_late_action_is_marked_on_its_plan_and_its_page(browser: Browser) -> None:
    for planned, is_late in ((factories.at(19).date(), True), (factories.at(20).date(), False)):
        browser.desk.pgaac("CRE").amend("A-1", planned=planned)
        for path in (CRE, f"{CRE}/actions/A-1"):
            browser.get(path)
            assert ('<span class="overdue">à faire, en retard</span>' in browser.text) == is_late, path


def test_commands_that_are_refused_now_have_their_reasons(browser: Browser) -> None:
    page = browser.get(f"{CRE}/actions/A-1")
    assert "Clôturer une action" not in page.links
    assert "L'action n'est pas réalisée" in browser.text
    assert page.links["Déclarer l'action réalisée"] == f"{CRE}/actions/A-1/finish"
    browser.get(f"{CRE}/actions/A-1/close")
    assert "Cette opération est impossible pour l'instant" in browser.text


def test_a_summary_of_the_action_is_beside_its_forms(browser: Browser) -> None:
    browser.desk.pgaac("CRE").amend("A-1", criterion="aucune panne en juin", check_on=date(2026, 7, 1))
    give(browser, "finish", evidence="bon <12>")
    browser.get(f"{CRE}/actions/A-1/judge")
    (summary,) = re.findall('<aside class="summary.*?</aside>', browser.text, re.DOTALL)
    for expected in ("aucune panne en juin", "01/07/2026", "bon &lt;12&gt;", "réalisée"):
        assert expected in summary, expected
    browser.get(f"{CRE}/actes/publish")
    assert '<aside class="summary' not in browser.text


def test_a_long_text_of_an_action_is_cut_with_a_link_to_the_plan(browser: Browser) -> None:
    browser.desk.pgaac("CRE").amend("A-1", what="a" * 1500)
    assert "plan à télécharger" not in browser.get(f"{CRE}/actions/A-1").links
    browser.desk.pgaac("CRE").amend("A-1", what="a" * 1501)
    assert browser.get(f"{CRE}/actions/A-1").links["plan à télécharger"] == f"{CRE}/pgaac.html"
    assert "a" * 1500 + " […]" in browser.text


def test_an_action_with_a_slash_in_its_number_has_pages(browser: Browser) -> None:
    factories.add_as_stored(browser.desk.pgaac("CRE"), factories.sheet("2026/7"))
    give(browser, "progress", "2026/7", note="devis")
    assert browser.desk.pgaac("CRE").current.action("2026/7").status is ActionStatus.IN_PROGRESS


def test_plans_outside_the_scope_of_the_person_are_not_listed(browser: Browser) -> None:
    page = Browser(BOARD, browser.desk.scoped(region="Île-de-France")).get("/pgaac")
    assert [name for name, address in page.links.items() if address.startswith("/pgaac/")] == [
        "Région Île-de-France",
        "Centre Créteil",
        "Centre Stains",
    ]


# Cases


def test_an_action_of_the_plan_is_linked_to_another_case(browser: Browser) -> None:
    other = factories.analysed(browser.desk)
    form = browser.get(f"/dossiers/{other.reference}/actes/plan")
    assert form.choices["existing"] == ["", "A-1"]
    form.fields = {name: form.fields[name] for name in ("version", "existing")}
    browser.submit(form, existing="A-1")
    assert other.reference in browser.desk.pgaac("CRE").current.action("A-1").cases
    browser.submit(form)
    assert (browser.response.status, 'id="lien-existing-erreur"' in browser.text) == (422, True)


def test_the_form_of_an_action_of_a_case_has_its_origin_and_what_is_on_the_plan(browser: Browser) -> None:
    case = factories.analysed(browser.desk)
    assert browser.get(f"/dossiers/{case.reference}/actes/plan").fields["origin"] == ["complaint"]
    assert re.search(r'<option value="A-1">A-1 – \w+', browser.text)
    assert ">centre Créteil<" in browser.text
    assert re.findall(r'<option value="region:([^"]*)"', browser.text) == ["Grand Est", "Île-de-France", "Martinique"]
    person = Browser(browser.board, browser.desk.scoped(region="Île-de-France"))
    person.get(f"/dossiers/{case.reference}/actes/plan")
    plans = r'<option value="(nation|region:[^"]*|site:[^"]*)"'
    assert re.findall(plans, person.text) == ["region:Île-de-France", "site:CRE", "site:STD"]


def test_a_case_that_another_unit_handles_has_a_form_of_actions_without_that_plan(browser: Browser) -> None:
    case = browser.desk.register(factories.facts(), site="CRE", handling_unit="STR")
    person = Browser(browser.board, browser.desk.scoped(site="CRE"))
    page = person.get(f"/dossiers/{case.reference}/actes/plan")
    assert person.response.status == 200
    assert "existing" not in page.fields


def test_an_action_of_a_case_is_put_on_the_plan_that_is_chosen(browser: Browser) -> None:
    other = factories.analysed(browser.desk)
    form = browser.get(f"/dossiers/{other.reference}/actes/plan")
    del form.fields["existing"]
    entered = {"type": "curative", "what": "x", "owner": "y", "site": "CRE", "planned": "2026-07-01", "criterion": "z"}
    browser.submit(form, reference="R-1", plan_scope="region:Île-de-France", **entered)
    assert [one.reference for one in browser.desk.pgaac(PlanScope.region("Île-de-France")).actions] == ["R-1"]


def test_a_code_that_is_a_number_stays_a_text(browser: Browser) -> None:
    sites = Sites((Site(code="75001", name="Paris", region="Île-de-France"),))
    browser = Browser(attrs.evolve(BOARD, sites=sites), factories.new_desk(sites=sites))
    browser.submit(browser.get("/dossiers/nouveau"), received_at="2026-06-01T09:00", site="75001")
    assert browser.desk.cases.get("R-2026-000001").site == "75001"


def test_a_code_with_an_apostrophe_is_posted_as_it_is(browser: Browser) -> None:
    sites = Sites((Site(code="L'Isle", name="L'Isle", region="Côte d'Azur"),))
    browser = Browser(attrs.evolve(BOARD, sites=sites), factories.new_desk(sites=sites))
    browser.get("/dossiers/nouveau")
    assert 'value="L\'Isle"' in browser.response.body.decode()


# Published plans


@pytest.fixture
def published(browser: Browser) -> Browser:
    """The same person, after two publications."""
    plan = browser.desk.pgaac("CRE")
    plan.publish()
    plan.add(factories.sheet("A-2"))
    plan.finish("A-1", evidence="bon de travaux")
    plan.publish(recipients=["Direction"])
    return browser


def test_plans_are_read_and_published_without_lines_of_other_publications(tmp_path: Path) -> None:
    desk = Desk.open(f"sqlite:///{tmp_path}/register.db", sites=factories.SITES).acting("Mme Roux", Role.RQR)
    plan, browser = desk.pgaac("CRE"), Browser(BOARD, desk)
    plan.add(factories.sheet("A-1"))
    for _ in range(5):
        plan.publish()
    with patch.object(PLAN_MAPPER, "read_document", wraps=PLAN_MAPPER.read_document) as read:
        assert browser.get(CRE).links["Édition n° 5"] == f"{CRE}/editions/5"
        give(browser, "progress", note="devis")
        browser.get(f"{CRE}/actes/publish")
        assert (plan.actions, plan.signals) == (plan.outline.actions, ())
        events = {json.loads(call.args[0])["data"]["type"] for call in read.mock_calls}
        assert events == {"action_added", "action_progressed"}
        give(browser, "publish", "")
        assert "Enregistré : édition publiée." in browser.text.replace("\xa0", " ")
        for number, needed in ((6, 2), (2, 2), (1, 1), (0, 1), (9, 0)):
            read.reset_mock()
            browser.get(f"{CRE}/editions/{number}")
            assert str(read.mock_calls).count("edition_published") == needed
        read.reset_mock()
        assert plan.published_plan_to_document(3)["number"] == str(read.mock_calls).count("edition_published") + 2
        plan.add(factories.sheet("A-2"))
        browser.get(f"{CRE}/actions/A-2")
        assert "A-1" not in str(read.mock_calls[-3:])  # its action alone is read
    assert [one.number for one in plan.published_plans] == [1, 2, 3, 4, 5, 6]
    desk.release()


def test_published_plans_are_listed_with_their_dates_and_recipients(published: Browser) -> None:
    assert list(published.get(CRE).links.values()).count(f"{CRE}/editions/2") == 1
    assert "Direction" in published.text
    assert "Tous les PCS" in published.text
    assert "01/07/2026" in published.text


def test_a_published_plan_has_its_lines_and_what_changed(published: Browser) -> None:
    page = published.get(f"{CRE}/editions/2")
    titles = ["PGAAC – centre Créteil, édition n° 2", "Évolution depuis l'édition précédente"]
    assert page.headings == [*titles, "Actions : 2", "Envois", "Envoyer ce plan"]
    assert "bon de travaux" in published.text
    assert "inscrite" in published.text
    published.get(f"{CRE}/editions/1")
    assert "bon de travaux" not in published.text


def test_the_living_plan_shows_what_changed_since_the_last_edition(published: Browser) -> None:
    published.get(f"{CRE}/editions/0")
    assert "Rien n'a changé." in published.text
    published.desk.pgaac("CRE").progress("A-2", note="devis")
    published.get(f"{CRE}/editions/0")
    assert "commencée" in published.text or "démarrée" in published.text


def test_lines_that_a_plan_gathers_are_on_its_pages(published: Browser) -> None:
    page = published.get("/pgaac/nation")
    assert "Ce plan réunit aussi les actions des plans qu'il couvre" in published.text
    published.get(page.links["plan en cours"])
    assert "A-2" in published.text


@pytest.mark.parametrize("recipients", ["", "é" * 300, "Direction\nCo\0dir"])
def test_a_sending_that_is_refused_is_shown_again(published: Browser, recipients: str) -> None:
    page = published.submit(published.get(f"{CRE}/editions/1"), format="csv", recipients=recipients)
    assert (published.response.status, published.desk.reports.exports()) == (422, ())
    assert (page.fields["format"], page.fields["recipients"]) == (["csv"], [recipients])
    assert 'id="envoi-recipients-erreur"' in published.text
    assert "ce refus reste affiché, bien que l'envoi soit inscrit" in published.text
    assert page.links["afficher les envois à jour"] == f"{CRE}/editions/1?#envois"


def test_a_long_plan_has_pages(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.integrations.board.pages.MOST_ACTIONS", 1)
    monkeypatch.setattr("reclamation_core.integrations.board.pages.MOST_LINES", 1)
    browser.desk.pgaac("CRE").add(factories.sheet("A-2"))
    for address in (CRE, f"{CRE}/editions/0"):
        second = browser.get(browser.get(address).links["Actions suivantes"])
        assert "Actions 2 à 2 sur 2." in browser.text
        assert "Actions suivantes" not in second.links
        assert second.links["Première page"] == address


def test_a_plan_shows_the_first_cases_of_an_action_the_latest_editions_and_changes(browser: Browser) -> None:
    plan, cases = browser.desk.pgaac("CRE"), [factories.registered(browser.desk).reference for _ in range(101)]
    for _ in range(51):
        plan.publish()
    factories.add_as_stored(plan, factories.sheet("A-2", cases=cases))
    for number in range(3, 53):
        plan.add(factories.sheet(f"A-{number}"))
    shown = {"": "et 81 de plus.*Les 50 dernières", "/actions/A-2": "et 1 de", "/editions/0": "Les 50 premières"}
    for path, words in shown.items():
        browser.get(f"{CRE}{path}")
        assert re.search(words, browser.text, re.DOTALL), path
