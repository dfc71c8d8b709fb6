"""The page of a case: its parts, who did what, what an act recorded, conflicts of two tabs, and who follows it."""

import re
from datetime import date, datetime
from html import unescape

import attrs
import pytest

from reclamation_core.cases.causes import TRAINING_BODY, Family
from reclamation_core.integrations.board import Board
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import Wording
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import at
from tests.unit.desk.test_corrupt_plans import in_which
from tests.unit.integrations.browser import Browser

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(at(1, month=7)))


@pytest.fixture
def browser() -> Browser:
    return Browser(BOARD, factories.new_desk())


def test_each_link_to_a_part_of_the_page_leads_to_it(browser: Browser) -> None:
    case = factories.analysed(browser.desk, complainant="Mme Ly <b>", verbatim="La salle est froide").reference
    browser.desk.plan(case, factories.sheet("A-1", planned=date(2026, 6, 14), what="chauffer <i>"))
    browser.desk.plan(case, factories.sheet("A-2", check_on=None), scope=PlanScope.region("Grand Est"))
    browser.desk.contain(case, measure="fermer la salle")
    page = browser.get(f"/dossiers/{case}")

    linked = re.findall(r'href="#([a-z]+)"', browser.text.partition('class="contents')[2].partition("</nav>")[0])
    assert " ".join(linked) == "demande qualification mesures causes actions reponse delai historique documents"
    assert set(linked) <= set(page.values("id"))
    assert re.findall('<h2 id="([a-z]+)"', browser.text)[:3] == ["etape", "actes", "demande"]
    for shown in (
        "Mme Ly &lt;b&gt;", "La salle est froide", "chauffer &lt;i&gt;", ">à faire, en retard<", "à évaluer le",
        "région Grand Est", "fermer la salle", TRAINING_BODY.named("organisation").fr,
    ):  # fmt: skip
        assert shown in browser.text, shown


def test_a_theme_of_the_organisation_is_shown_by_its_label() -> None:
    own = attrs.evolve(TRAINING_BODY, themes=[Family("meals", Wording("repas", "meals"))])
    desk = factories.new_desk(taxonomy=own)
    page = Browser(Board(taxonomy=own), desk)
    page.get(f"/dossiers/{desk.complete_facts(factories.registered(desk).reference, theme='meals').reference}")
    assert "<dd>repas</dd>" in page.text


def test_a_case_shows_what_is_suggested_imposed_reserved_due_today_or_unreadable() -> None:
    roles = RoleParameters(commands={CommandType.ACKNOWLEDGE: [Role.AQ]})
    desk = factories.new_desk(policy=Policy(edition="reserved", parameters=Parameters(roles=roles)))
    case = factories.analysed(desk, received_at=at(17)).reference
    desk.reroute(case, handling_unit="CRE", level="national", reason="presse")
    desk.plan(case, factories.sheet("A-1", check_on=None), scope=PlanScope.region("Grand Est"))
    desk.suggest(case, fact="theme", value="training", by="liste", by_version="1")
    page = Browser(BOARD, in_which(desk, "region:Grand Est").scoped(site="CRE"))
    page.get(f"/dossiers/{case}")
    for shown in ("(plan illisible)", "(imposé)", "d'après liste", "attendue aujourd'hui", "Opération réservée"):
        assert shown in page.text, shown


@pytest.mark.parametrize("text", ["<i>&lt; **a** \\*\n\n- 5 °C\n2. b\n| c |", "### a\n\n**Fait :** &lt;\n\n- b"])
def test_an_analysis_is_shown_as_paragraphs_and_lists_of_the_text_that_was_typed(browser: Browser, text: str) -> None:
    case = browser.desk.analyse(factories.qualified(browser.desk).reference, report=text).reference
    browser.get(f"/dossiers/{case}")
    (shown,) = re.findall(r'<dd class="report text">(.*?)</dd>', browser.response.body.decode(), re.DOTALL)
    assert set(re.findall(r"<[^>]+>", shown)) == {"<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>"}
    words = "".join(unescape(re.sub(r"<[^>]+>", "", shown)).split())
    stored = "aFait:<-b" if text.startswith("###") else "".join(text.split())  # version 0.1 stored Markdown
    assert words == stored


def test_an_erasure_is_confirmed_though_the_name_of_its_author_is_erased(browser: Browser) -> None:
    case = browser.desk.assign(factories.answered(browser.desk).reference, to="Mme Roux").reference
    browser.desk.close(case, reason="answered")
    form = browser.get(f"/dossiers/{case}/actes/anonymise")
    assert "Effacer définitivement" in browser.text
    browser.submit(form)
    assert "Enregistré : anonymisation" in browser.text.replace("\xa0", " ")
    assert "Suivi par une personne (nom effacé)" in browser.text


def test_the_history_names_what_changed_and_who_did_it_but_no_person_for_the_system(browser: Browser) -> None:
    case = factories.registered(browser.desk).reference
    browser.desk.acting("M. <Petit>", Role.AQ).correct(case, reason="relecture", channel="phone")
    browser.desk.sweep(at(30))
    browser.get(f"/dossiers/{case}")
    history = browser.text.partition('<h2 id="historique">')[2]
    assert "M. &lt;Petit&gt;</span>, AQ" in history
    assert 'Canal : <span class="text">courriel</span> → <span class="text">téléphone</span>' in history
    assert '<a href="#operation-2">l\'opération n° 2</a>' in history
    assert '<span class="role">système</span> <span class="text">alerte' in history
    assert '<span class="role"><span class="text">Mme Roux</span>, ' in history


def test_an_action_that_awaits_no_evaluation_has_no_day_of_it(browser: Browser) -> None:
    case = factories.analysed(browser.desk).reference
    browser.desk.plan(case, factories.sheet("A-1"))
    pages = (f"/dossiers/{case}", "/pgaac/site%3ACRE", "/pgaac/site%3ACRE/actions/A-1/reopen")
    for is_awaited in (True, False):
        for page in pages:
            browser.get(page)
            assert ("à évaluer le" in browser.text) is is_awaited, page
        if is_awaited:
            browser.desk.pgaac("CRE").abandon("A-1", reason="sans objet")


def test_an_act_is_confirmed_with_what_follows_and_how_to_correct_it(browser: Browser) -> None:
    case = factories.registered(browser.desk).reference
    page = browser.submit(browser.get(f"/dossiers/{case}/actes/acknowledge"))

    done = browser.text.partition('<div class="done"')[2].partition("</div>")[0]
    assert "<title>Enregistré : accusé de réception – Dossier R-2026-000001" in browser.text
    assert 'role="status" tabindex="-1" autofocus' in done
    assert "Enregistré : accusé de réception." in done
    assert f'Et maintenant : <a href="/dossiers/{case}/actes/' in done
    assert browser.get(page.links["rectifier une date"]).fields["event"] == ["2"]
    for number in ("1", "2"):  # a registration has a name, an acknowledgement has none
        links = browser.get(f"/dossiers/{case}?fait={number}").links
        assert ("rectifier l'auteur" in links, "rectifier une date" in links) == (number == "1", number == "2")
        assert ("(dont la date de réception)" in browser.text) == (number == "1")
    for address in (f"/dossiers/{case}?fait=9", f"/dossiers/{case}?fait=x", f"/dossiers/{case}"):
        browser.get(address)
        assert 'class="done"' not in browser.text
    browser.desk = browser.desk.acting("M. Petit", Role.AQ)
    browser.get(f"/dossiers/{case}?fait=2")
    assert 'class="done"' not in browser.text


def test_the_confirmation_of_an_act_is_a_sentence_that_repeats_nothing(browser: Browser) -> None:
    case = factories.registered(browser.desk, received_at=factories.at(31, 22, 5), verbatim="Rien ne va.").reference
    shown = re.sub(r"<[^>]+>", "", browser.get(f"/dossiers/{case}?fait=1").text)
    assert "Enregistré : demande d'un client. Enregistré à Créteil" in shown
    assert "« Rien ne va. »\n" in shown
    assert "Reçu le01/06/2026\n" in shown, "nobody entered an hour"
    assert "Personne ne suit ce dossier pour l'instant" in shown
    steps = [f"/actes/{one.command.value}" for one in browser.desk.next_steps(case)]
    above = browser.text.partition('<h2 id="actes">')[0]
    assert [above.count(f'{one}"') for one in steps] == [1, 1], steps
    browser.desk.add_note(case, text="appeler le centre")
    shown = re.sub(r"<[^>]+>", "", browser.get(f"/dossiers/{case}?fait=2").text)
    assert "Enregistré : note interne – appeler le centre.\n" in shown, "as it was typed"


def test_an_unknown_sender_is_named_from_each_page_that_lacks_the_name(browser: Browser) -> None:
    case = factories.planned_nothing(browser.desk, complainant=None).reference
    for page in ("", "/actes/answer", "/courriers"):
        browser.get(f"/dossiers/{case}{page}")
        assert "Auteur inconnu" in browser.text
        assert f'<a href="/dossiers/{case}/actes/identify_complainant">' in browser.text
    answered = browser.desk.answer(case, decision="founded", text="À tous", collective=True).version
    browser.get(f"/dossiers/{case}?fait={answered}")
    assert "Reste à envoyer" not in browser.text
    browser.submit(browser.get(f"/dossiers/{case}/actes/identify_complainant"), complainant="Mme Ly")
    supports = browser.text.partition("Supports factuels")[2].partition("<h2")[0]
    assert ("Auteur identifié : Mme Ly" in browser.text, "Mme Ly" in supports) == (True, False)
    assert ("Auteur inconnu" in browser.text, "Nom de l'auteur" in browser.text) == (False, True)
    form = browser.get(f"/dossiers/{case}/actes/correct_complainant")
    assert form.fields["complainant"] == ["Mme Ly"]
    browser.submit(form, complainant="Mme Li", reason="une faute de frappe")
    assert 'rectifié –</strong> <span class="text">Mme Li ; motif : une faute de frappe.</span>' in browser.text


def test_a_refusal_is_at_the_field_that_was_left_empty(browser: Browser) -> None:
    case = factories.analysed(browser.desk).reference
    form = browser.get(f"/dossiers/{case}/actes/plan")
    entered = {"what": "former", "owner": "le centre", "planned": "2026-09-01", "criterion": "aucune absence"}
    browser.submit(form, **entered, cause_family="trainer_absence", cause="", type="corrective")
    assert re.findall(r'aria-invalid="true" [^>]*|name="(\w+)"[^>]*aria-invalid="true"', browser.text) == ["cause"]


def test_a_part_of_an_address_that_names_nothing_is_no_page(browser: Browser) -> None:
    case = factories.registered(browser.desk).reference
    for address in (f"/dossiers/{case}/actes/transfer", "/pgaac/site%3ACRE?page=x", "/pgaac/site%3ACRE/actes/qualify"):
        browser.get(address)
        assert (browser.response.status, "Cette page n'existe pas." in browser.text) == (404, True), address
        assert "«" not in browser.text


def test_an_act_on_a_plan_is_confirmed(browser: Browser) -> None:
    page = browser.submit(browser.get("/pgaac/site%3ACRE/actes/publish"))
    assert "<title>Enregistré : édition publiée – PGAAC – centre Créteil" in browser.text
    assert page.links["envoyer l'édition n° 1"] == "/pgaac/site%3ACRE/editions/1#envoyer"
    for number in ("99", "0", "x"):
        browser.get(f"/pgaac/site%3ACRE?fait={number}")
        assert (browser.response.status, 'class="done"' in browser.text) == (200, False)


def test_a_conflict_names_who_recorded_what_since(browser: Browser) -> None:
    case = factories.registered(browser.desk, site="FDF").reference
    form = browser.get(f"/dossiers/{case}/actes/acknowledge")
    browser.desk.acting("M. <Petit>", Role.AQ).add_note(case, text="x")
    browser.desk.add_note(case, text="y")
    browser.desk.sweep()
    page = browser.submit(form)

    assert (browser.response.status, "Relisez, puis enregistrez ce qui manque." in browser.text) == (409, True)
    assert (
        "depuis l'ouverture de cette page, M. &lt;Petit&gt; (AQ) a enregistré « note interne » (01/07/2026 à 05:00"
        in browser.text
    )
    assert "vous avez vous-même enregistré « note interne »" in browser.text
    assert ("système a enregistré « alerte »" in browser.text, "sweep" in browser.text) == (True, False)
    browser.submit(page)
    assert browser.response.status == 200
    form = browser.get(f"/dossiers/{case}/actes/add_note")
    form.fields["version"] = ['"v99"']
    browser.submit(form, text="z")
    assert (browser.response.status, "depuis l'ouverture" in browser.text) == (409, False)
    browser.desk.plan(factories.analysed(browser.desk).reference, factories.sheet("A-1"))
    form = browser.get("/pgaac/site%3ACRE/actions/A-1/progress")
    browser.submit(form, note="devis")
    browser.submit(form, note="devis")
    assert (browser.response.status, browser.desk.pgaac("CRE").current.version) == (409, 2), "recorded once"
    assert "vous avez vous-même enregistré «" in browser.text


def test_a_summary_of_the_case_is_beside_each_form(browser: Browser) -> None:
    case = factories.analysed(browser.desk, verbatim="La salle est froide").reference
    browser.desk.plan(case, factories.sheet("A-1"))
    browser.get(f"/dossiers/{case}/actes/answer")
    summary = browser.text.partition('<aside class="summary"')[2].partition("</aside>")[0]
    cause = TRAINING_BODY.named("organisation").fr
    for shown in ("La salle est froide", "en retard de", "Niveau de criticité", cause, "A-1"):
        assert shown in summary, shown
    assert "<a " not in summary


@pytest.mark.parametrize(("received", "is_late"), [(at(29), False), (at(1), True)])
def test_a_next_step_has_the_last_day_until_it_has_passed(browser: Browser, received: datetime, is_late: bool) -> None:
    browser.get(f"/dossiers/{factories.analysed(browser.desk, received_at=received).reference}")
    shown = browser.text.partition(">Répondre</a>")[2].partition("</li>")[0]
    assert ("au plus tard le" in shown, "elle était attendue le" in browser.text) == (not is_late, is_late)


def test_a_case_is_taken_with_one_button_and_is_then_among_one_s_own(browser: Browser) -> None:
    case = factories.registered(browser.desk).reference
    factories.registered(browser.desk)
    page = browser.get(f"/dossiers/{case}")
    assert (page.fields["to"], "Me confier ce dossier" in browser.text) == (["Mme Roux"], True)

    page.action = f"/dossiers/{case}/actes/assign"
    page = browser.submit(page)

    assert browser.desk.cases.get(case).assigned_to is not None
    assert "Me confier ce dossier" not in browser.text
    browser.get(page.links["Mes dossiers"])
    assert re.findall(r'<th scope="row"><a href="/dossiers/(.*?)"', browser.text) == [case]
    assert '<a href="/dossiers?suivi=Mme+Roux" aria-current="page">' in browser.text
    mine = browser.get(page.links["À faire"]).links["À faire pour moi"]
    assert "Accusés de réception manquants : 1" in browser.get(mine).links
    assert "Mes dossiers seulement." in browser.text
    theirs = browser.get("/?suivi=M.+Petit")
    assert (
        'Dossiers suivis par <strong class="text">M. Petit</strong>. <a class="no-print" href="/">À faire pour tous</a>'
        in browser.text
    )
    assert theirs.links["Réponses attendues ensuite"] == "/dossiers?retard=ensuite&suivi=M.+Petit"


def test_a_role_that_reads_no_names_sees_none_on_the_page() -> None:
    policy = Policy(edition="2027", parameters=Parameters(roles=RoleParameters(reads_names=[Role.RQR])))
    desk = factories.new_desk(policy=policy)
    case = factories.registered(desk, complainant="Mme Durand").reference
    browser = Browser(BOARD, desk.acting("M. Petit", Role.HANDLING_UNIT))
    for address in ("/", f"/dossiers/{case}", f"/dossiers/{case}/actes/acknowledge"):
        browser.get(address)
        assert "Durand" not in browser.text
    browser.get(f"/dossiers/{case}")
    assert "[nom]" in browser.text.partition('<h2 id="demande">')[2]
    assert "Mme Roux</span>" not in browser.text.partition('<h2 id="historique">')[2]


def test_an_action_on_another_plan_has_what_serves_a_case(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.integrations.board.pages.MOST_ACTIONS", 1)
    desk = browser.desk
    case = factories.analysed(desk, site="CRE", verbatim="La salle <est> froide").reference
    other = factories.analysed(desk, site="STR").reference
    region = PlanScope.region("Grand Est")
    desk.plan(case, factories.sheet("A-1", check_on=None), scope=region)
    desk.plan(other, factories.sheet("A-2", check_on=None), scope=region)
    late = factories.sheet("A-3", check_on=None, what="chauffer <i>", planned=date(2026, 6, 20))
    desk.plan(case, late, scope=region)
    browser.desk = desk.scoped(site="CRE")
    page = browser.get("/pgaac")
    assert "Actions de vos dossiers sur d'autres plans" in page.headings
    assert ("A-2" in page.links, "à faire, en retard" in browser.text, "et 1 de plus" in browser.text) == (
        False,
        True,
        True,
    )
    page = browser.get(browser.get("/").links["Actions en retard : 1"])
    assert "Dont 1 sur d'autres plans, pour des dossiers de ce périmètre." in browser.text
    browser.get(page.links["A-3"])
    assert browser.response.status == 200
    assert "chauffer &lt;i&gt;" in browser.text
    every = Browser(browser.board, desk)
    for shown, path in ((browser, "/actions/A-3"), (every, "/actions/A-3"), (every, "")):
        shown.get(f"/pgaac/region%3AGrand%20Est{path}")
        assert "« La salle &lt;est&gt; froide »" in plain(shown.text)
    for path in ("A-2", "A-3/amend"):
        refused = browser.get(f"/pgaac/region%3AGrand%20Est/actions/{path}")
        assert refused.headings == ["La page ne peut pas être affichée"]


def test_a_person_has_a_calendar_of_the_cases_that_are_assigned(browser: Browser) -> None:
    cases = [factories.registered(browser.desk, received_at=at(29)).reference for _ in range(2)]
    browser.desk.assign(cases[0], to="Mme Roux")
    browser.desk.pgaac("CRE").add(factories.sheet("A-1"))
    browser.get(browser.get("/documents").links["Celles de mes dossiers (.ics)"])
    mine, tag = b"".join(browser.response.completed().chunks()).decode(), browser.response.headers["ETag"]
    assert (cases[0] in mine, cases[1] in mine, "A-1" in mine) == (True, False, False)
    browser.get("/echeances.ics")
    every = b"".join(browser.response.completed().chunks()).decode()
    assert (cases[1] in every, "A-1" in every, browser.response.headers["ETag"] != tag) == (True, True, True)
    browser.desk = browser.desk.scoped(site="STR")
    assert browser.get("/documents").choices["centre"] == ["", "STR"]


def test_what_is_impossible_leads_to_the_command_or_the_action_that_would_change_it(browser: Browser) -> None:
    case = factories.analysed(browser.desk).reference
    browser.desk.plan(case, factories.sheet("A-1"))
    act, action = f"/dossiers/{case}/actes", "/pgaac/site%3ACRE/actions/A-1"
    for page, links in (
        (f"/dossiers/{case}", {f"{act}/answer", action}),
        (f"{act}/record_reaction", {f"{act}/answer"}),
        (f"{act}/plan_nothing", {action}),
        (f"{act}/close", {f"{act}/withdraw", f"{act}/link"}),
        (f"{action}/close", {f"{action}/finish"}),
        (f"{action}/judge", {f"{action}/finish"}),
        (action, {f"{action}/finish"}),
    ):
        browser.get(page)
        reasons = "".join(re.findall(r"<(?:dd|li)>[^\n<]+[.] <a [^\n]*", browser.text))
        assert links <= set(re.findall(r'href="([^"]+)"', reasons)), page
    browser.get(f"{action}/judge")
    assert ">Déclarer l'action réalisée</a>" in browser.text


def test_the_history_and_the_summary_of_errors_are_sentences(browser: Browser) -> None:
    case = factories.qualified(browser.desk).reference
    browser.desk.qualify(case, problem="Le niveau est faible.", requirement_reference="contrat, article 3.")
    browser.get(f"/dossiers/{case}")
    assert "qualifié : Le niveau est faible ; exigence : contrat, article 3 ; " in browser.text
    refused = browser.submit(browser.get(f"/dossiers/{case}/actes/answer"))
    summary = re.findall(r'<li><a href="#champ-[^"]+">[^<]+</a> : ([^<]*)</li>', browser.text)
    assert refused.fields
    assert summary
    assert all(one[0].islower() and one.endswith(".") and not one.endswith("..") for one in summary), summary


def test_a_reopened_case_and_an_action_say_what_comes_next(browser: Browser) -> None:
    case = factories.closed(browser.desk).reference
    browser.desk.reopen(case, reason="le client conteste.")
    browser.get(f"/dossiers/{case}")
    assert re.search(r"aucune réponse n'a été envoyée depuis la réouverture du \d\d/0\d/2026 : répondez", browser.text)
    assert "rouvert, nouveau délai de réponse à compter de ce jour ; motif : le client conteste." in browser.text

    other = factories.analysed(browser.desk).reference
    browser.desk.plan(other, factories.sheet("A-1", check_on=date(2026, 7, 8)))
    page = "/pgaac/site%3ACRE/actions/A-1"
    for command, following, entered in (
        ("finish", "judge", {"evidence": "bon"}),
        ("judge", "close", {"effectiveness": "effective", "why": "rien depuis"}),
        ("close", "", {}),
    ):
        browser.submit(browser.get(f"{page}/{command}"), **entered)
        shown = browser.text.partition('class="done"')[2].partition("</div>")[0]
        assert (f'href="{page}/{following}"' if following else "L'action est terminée.") in shown, command
        assert f'href="/dossiers/{other}#etape">{other}</a>' in shown
        assert (", le 08/07/2026." in shown) is (following == "judge")


def test_an_act_that_a_letter_follows_leads_to_the_letters_and_letters_to_their_acts(browser: Browser) -> None:
    case = factories.registered(browser.desk).reference
    page = browser.get(f"/dossiers/{case}/courriers")
    acts = f"/dossiers/{case}/actes"
    assert {f"{acts}/request_information", f"{acts}/acknowledge"} & set(page.values("href")) == {
        f"{acts}/request_information"
    }, "the acknowledgement can be written"
    for command, has_letter in (("acknowledge", True), ("withdraw", False)):
        browser.submit(browser.get(f"{acts}/{command}"))
        assert ("Reste à envoyer" in browser.text) is has_letter
    assert browser.get(f"{acts}/close").fields["reason"] == ["withdrawn"]
