"""The board: a complaint from its registration to the closing, by forms, and what refusals show."""

import re
import sys
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any

import attrs
import pytest

from reclamation_core.cases import CaseState, CommandType
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.errors import MissingExtraError
from reclamation_core.integrations.board import ActingRole, Board, BoardRequest, pages
from reclamation_core.plans import ActionStatus
from reclamation_core.ports.repositories import CaseRepository, PlanRepository
from reclamation_core.testing.builders import a_planned_case
from reclamation_core.vocabulary import Complainant, ComplaintFacts
from tests.inside import forget_templates
from tests.typography import faults, of_html
from tests.unit.desk import factories
from tests.unit.integrations.browser import ACTION_FORMS, Browser, Page, complaint_forms

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(factories.at(20)))
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} \N{RIGHT-TO-LEFT OVERRIDE} ' \" &amp;"


@pytest.fixture
def browser() -> Browser:
    return Browser(BOARD, factories.new_desk())


def act(browser: Browser, case: str, command: str, /, **entered: object) -> Page:
    return browser.submit(browser.get(f"/dossiers/{case}/actes/{command}"), **entered)


def registered(browser: Browser, **entered: object) -> str:
    given = {"received_at": "2026-06-01T09:00", "site": "CRE", "channel": "email", "formal": "true"}
    browser.submit(browser.get("/dossiers/nouveau"), **given | entered)
    assert browser.response.status == 200, browser.text
    return browser.address.rpartition("/")[2]


def test_a_registration_that_is_sent_twice_is_one_case(browser: Browser) -> None:
    entered = {"received_at": "2026-06-01T09:00", "site": "CRE"}
    form, other = browser.get("/dossiers/nouveau"), browser.get("/dossiers/nouveau")
    refused = browser.submit(form, received_at="2026-06-01T09:00", satisfaction="beaucoup")
    assert refused.fields["envoi"] == form.fields["envoi"] != other.fields["envoi"]
    reached = []
    for page in (form, form, refused, other):
        browser.submit(page, **entered, satisfaction="")
        reached.append(browser.address[-1])
    assert reached == ["1", "1", "1", "2"]
    browser.submit(form, **entered, verbatim="Une autre demande, après un retour en arrière.")
    for words, status in (("La salle est froide.", 200), ("Pas de formateur.", 409), ("La salle est froide.", 200)):
        browser.submit(browser.get("/dossiers/nouveau"), **entered, source="courriel", verbatim=words)
        assert browser.response.status == status
        assert ("Le message « courriel » est déjà le dossier « R-2026-000004 »" in browser.text) is (status == 409)
    assert [case.version for case in browser.desk.cases.find().cases] == [1, 1, 1, 1]


def test_a_form_and_its_summary_read_the_case_or_the_plan_once(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = registered(browser)
    browser.desk.pgaac("CRE").add(factories.sheet("A-1"))
    planned = a_planned_case(browser.desk, actions=[factories.sheet("A-2")]).reference
    read: list[str] = []

    def counting(get: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        def counted(repository: Any, key: str) -> Any:
            read.append(key)
            return get(repository, key)

        return counted

    monkeypatch.setattr(CaseRepository, "get", counting(CaseRepository.get))
    monkeypatch.setattr(PlanRepository, "get", counting(PlanRepository.get))
    for case, its_plan in ((reference, []), (planned, ["site:CRE"])):
        for command in CommandType:
            browser.get(f"/dossiers/{case}/actes/{command}")
            assert read == [case, *its_plan, *(["site:CRE"] if command is CommandType.PLAN else [])], command
            read.clear()
    for page in ("actes/add", "actions/A-1/amend", "actions/A-1/judge"):
        browser.get(f"/pgaac/site%3ACRE/{page}")
        assert read == ["site:CRE"], page
        read.clear()


def test_a_complaint_is_handled_from_its_registration_to_its_closing(browser: Browser) -> None:
    reference = registered(browser)
    for command, entered in complaint_forms("CRE", "2026-07-10", "2026-07-20"):
        act(browser, reference, command, **entered)
        assert browser.response.status == 200, (
            command,
            re.findall(r'class="refused".*?</div>', browser.text, re.DOTALL),
        )

    for command, entered in ACTION_FORMS:
        action = browser.get("/pgaac/site%3ACRE/actions/A-1")
        browser.submit(browser.get(link(action, command)), **entered)
        assert browser.response.status == 200, (command, browser.text)
    page = act(browser, reference, "close", reason="answered")

    case = browser.desk.cases.get(reference)
    assert case.state is CaseState.CLOSED
    assert case.qualification is not None
    assert [case.read(expert) for expert in case.qualification.experts] == ["Mme Blanc", "M. Noir"]
    assert browser.desk.pgaac("CRE").actions[0].status is ActionStatus.CLOSED
    assert page.headings[0] == f"Dossier {reference}"
    assert "Rouvrir" in page.links
    assert "Clôturer" not in page.links

    plan = browser.get(browser.get("/pgaac").links["Centre Créteil"])
    published = browser.submit(browser.get(plan.links["Publier une édition"]))
    edition = browser.get(published.links["Édition n° 1"])
    assert edition.headings[0] == "PGAAC – centre Créteil, édition n° 1"
    assert "tenir un vivier de remplaçants" in browser.text
    browser.submit(edition, format="csv", recipients="Direction\nTous les PCS")
    sent = b"".join(browser.response.chunks())
    [record] = browser.desk.reports.exports()
    assert (record.recipients, record.sha256) == (("Direction", "Tous les PCS"), sha256(sent).hexdigest())
    browser.get("/pgaac/site%3ACRE")
    assert record.sha256 in browser.text


def link(page: Page, command: str) -> str:
    return next(address for address in page.links.values() if address.endswith(f"/{command}"))


def test_a_value_that_is_refused_is_named_at_its_field(browser: Browser) -> None:
    form = browser.get("/dossiers/nouveau")
    form.choices.pop("channel")
    page = browser.submit(form, received_at="hier", site="CRE", satisfaction="beaucoup", channel="pigeon")
    assert (browser.response.status, 'id="champ-channel-erreur"' in browser.text) == (422, True)
    assert "Corrigez les champs signalés." in browser.text
    assert "<title>Erreur : Nouvelle demande" in browser.text
    assert "Une date est attendue : jj/mm/aaaa." in browser.text
    assert "Un nombre est attendu." in browser.text
    assert 'aria-invalid="true"' in browser.text
    assert page.fields["satisfaction"] == ["beaucoup"]
    assert browser.desk.cases.count() == 0


def test_a_long_list_of_questions_is_cut(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_MOST_QUESTIONS", 1)
    for _ in range(3):
        reference = registered(browser)
    factories.registered(browser.desk)  # without a question
    page = browser.get("/questions")
    assert "R-2026-000001" in page.links
    assert reference not in page.links
    assert "il y en a 2 de plus" in browser.text


def test_correcting_one_fact_leaves_the_others_alone(browser: Browser) -> None:
    reference = registered(browser)
    before = browser.desk.cases.get(reference).facts
    act(browser, reference, "correct", reason="c'est une lettre", channel="centre_letter")
    after = browser.desk.cases.get(reference).facts
    assert after == attrs.evolve(before, channel="centre_letter")  # type: ignore[arg-type]


def test_what_is_known_has_its_french_labels(browser: Browser) -> None:
    reference = registered(browser, theme="equipment", satisfaction="6,5", sold_service="false", nature="grievance")
    browser.get(f"/dossiers/{reference}")
    for fact, value in {
        "Thème": "matériel et sécurité",
        "Note de satisfaction": "6,5",
        "Prestation vendue": "non",
        "Nature de la demande": "mécontentement",
    }.items():
        assert f"<dt>{fact}</dt><dd>{value}</dd>" in browser.text
    assert browser.desk.cases.get(reference).facts.get("satisfaction") == Decimal("6.5")


def test_pages_have_french_typography_and_texts_of_people_as_they_were_typed(browser: Browser) -> None:
    typed = "l'eau : froide ; pourquoi ?"
    case = factories.analysed(browser.desk, verbatim=typed, complainant="M. d'Arc")
    browser.desk.plan(case.reference, factories.sheet("A-1", what=typed))
    refused = f"/dossiers/{case.reference}/actes/reopen"
    for path in ("/", "/dossiers", "/dossiers/nouveau", "/questions", "/pgaac", f"/dossiers/{case.reference}", refused):
        browser.get(path)
        words = of_html(browser.response.body.decode()).replace(typed, "").replace("d'Arc", "").replace("l'absence", "")
        assert list(faults(words)) == []
    browser.get(f"/dossiers/{case.reference}")
    assert typed in browser.response.body.decode()
    browser.get("/pgaac/site%3ACRE")
    assert typed in browser.response.body.decode()


def test_sites_have_their_names_and_the_order_is_shown(browser: Browser) -> None:
    factories.registered(browser.desk)
    page = browser.get("/dossiers")
    assert ">Créteil</td>" in browser.text
    assert page.fields["tri"] == ["awaited"]


NOT_ON_THE_PLAN = ("actions/A-9", "actions/A-9/close", "editions/9", "actes/close", "actions/A-1/add")


@pytest.mark.parametrize(
    "path",
    [
        *("/x", "/dossiers/R-2026-999999", "/dossiers/R-1", "/pgaac/site%3A", "/pgaac/x"),
        *(f"/pgaac/site%3ACRE/{path}" for path in NOT_ON_THE_PLAN),
    ],
)
def test_a_page_that_does_not_exist_leads_to_the_first_page(browser: Browser, path: str) -> None:
    browser.desk.pgaac("CRE").add(factories.sheet("A-1"))
    page = browser.get(path)
    assert browser.response.status in {404, 422}
    assert page.links["Revenir à ce qui est à faire"] == "/"


def test_pages_load_nothing_from_elsewhere(browser: Browser) -> None:
    reference = registered(browser)
    for path in ("/", "/dossiers/nouveau", f"/dossiers/{reference}", "/pgaac/nation"):
        browser.get(path)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', browser.text)
        assert " style=" not in browser.text
        assert len(browser.response.body) < 100_000
        assert "default-src 'none'" in browser.response.headers["Content-Security-Policy"]
    response = BOARD.respond(browser.desk, BoardRequest(path="/board.css"))
    assert (response.content_type, response.body[:5]) == ("text/css; charset=utf-8", b":root")
    assert response.headers["Cache-Control"] == "public, max-age=86400"


def test_every_link_of_the_navigation_leads_to_a_page(browser: Browser) -> None:
    for name, address in browser.get("/").links.items():
        browser.get(address) if not address.startswith("#") else None
        assert browser.response.status == 200, name


def test_a_question_is_shown_while_the_deadline_is_suspended() -> None:
    browser = Browser(BOARD, factories.new_desk(policy=factories.SUSPENDING))
    reference = registered(browser, received_at="2026-06-25T09:00")
    act(browser, reference, "suspend_deadline", reason="On attend le client.")
    assert reference in browser.get("/questions").links
    assert "le délai est suspendu" in browser.text


def test_a_question_is_shown_with_the_case_that_waits_for_it_and_what_it_is_about(browser: Browser) -> None:
    reference = registered(browser, verbatim="La salle est <froide>", theme="refund", complainant="Mme Ly")
    assert reference not in browser.get("/questions?suivi=u17").links
    assert browser.get("/questions").links[reference] == f"/dossiers/{reference}"
    assert "Compléter les informations" in browser.text
    subject = browser.text.partition('data-label="Objet">')[2].partition("</td>")[0]
    assert re.sub("<[^>]*>", "|", subject) == "|remboursement||« La salle est &lt;froide&gt; »||Mme Ly|"
    assert re.search(r'class="overdue">en retard de \d+ jours ouvrés \(\d\d/06/2026\)', browser.text)


def test_plans_are_those_of_the_nation_the_regions_and_the_sites_in_order(browser: Browser) -> None:
    page = browser.get("/pgaac")
    assert (page.links["National"], page.links["Centre Créteil"]) == ("/pgaac/nation", "/pgaac/site%3ACRE")
    regions = [name for name in browser.get("/pgaac").links if name.startswith("Région")]
    assert regions == ["Région Grand Est", "Région Île-de-France", "Région Martinique"]


def test_missing_facts_are_chosen_and_requested(browser: Browser) -> None:
    reference = registered(browser)
    page = act(browser, reference, "request_information", facts=["nature", "requirement"])
    assert browser.response.status == 200
    assert "Compléter les informations" in page.links
    assert browser.desk.cases.get(reference).events[-1].data.facts == ("nature", "requirement")  # type: ignore[attr-defined]


def test_what_is_known_is_not_offered_as_missing(browser: Browser) -> None:
    case = factories.qualified(browser.desk)
    address = f"/dossiers/{case.reference}/actes/request_information"
    unknown = browser.get(address).choices["facts"]
    browser.desk.complete_facts(case.reference, theme="refund")
    page = browser.get(address)
    browser.submit(page)
    assert unknown == ["theme"]
    assert "facts" not in page.fields
    expected = "Question posée au client</a> : indiquez une information, ou écrivez une question."
    assert f'<a href="#champ-question">{expected}' in browser.text


def test_without_jinja2_the_extra_is_named(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    forget_templates()
    with pytest.raises(MissingExtraError, match="board"):
        browser.get("/")


ROLES = (ActingRole("handling_unit", ("CRE",)), ActingRole("rqr", regions=("Grand Est",), label=HOSTILE, key="5"))


def test_each_page_offers_the_roles_of_the_person(browser: Browser) -> None:
    request = BoardRequest(
        path="/dossiers", base="/host", roles=ROLES, role="5", hidden={"token": "t"}, query={"q": ["x"]}
    )
    page = Page(BOARD.respond(browser.desk, request).body.decode())
    assert (page.fields["role"], page.choices["role"]) == (["5"], ["handling_unit:CRE", "5"])
    assert (page.fields["token"], page.fields["suite"]) == (["t"], ["/dossiers?q=x"])


@pytest.mark.parametrize(("role", "site"), [("handling_unit:CRE", ["CRE"]), ("5", [])])
def test_who_acts_for_one_site_registers_there_by_default(browser: Browser, role: str, site: list[str]) -> None:
    request = BoardRequest(path="/dossiers/nouveau", roles=ROLES, role=role)
    page = Page(BOARD.respond(browser.desk, request).body.decode())
    assert (page.fields["site"], page.fields["channel"]) == (site, [])


def test_the_registering_site_is_one_that_the_person_sees(browser: Browser) -> None:
    scoped = Browser(BOARD, browser.desk.scoped(site=["CRE", "STR"]))
    page = scoped.get("/dossiers/nouveau")
    refused = scoped.submit(page, received_at="2026-06-01T09:00", site="CRE", satisfaction="beaucoup")
    for shown in (page, refused):
        assert [code for code in shown.choices["site"] if code] == ["CRE", "STR"]
        assert set(factories.SITES) < {*shown.choices["handling_unit"], ""}
    assert set(factories.SITES) < {*browser.get("/dossiers/nouveau").choices["site"], ""}


def test_one_role_is_shown_without_a_choice(browser: Browser) -> None:
    shown = BOARD.respond(browser.desk, BoardRequest(path="/", roles=ROLES[:1])).body.decode()
    assert "unité de traitement, CRE" in shown
    assert "/role" not in shown


@pytest.mark.parametrize("base", ["", "/host"])
@pytest.mark.parametrize(
    ("back", "path"),
    [
        ("/dossiers?q=%C3%A9&suite=/", "/dossiers?q=%C3%A9&suite=/"),
        ("", "/"),
        ("//evil.example/a", "/evil.example/a"),
        ("/\\evil.example", "/evil.example"),
        ("https://evil.example", "/https://evil.example"),
        ("/\t/evil.example", "/%09/evil.example"),
        ("a\r\nSet-Cookie: x=\udc80", "/a%0D%0ASet-Cookie:%20x=?"),
    ],
)
def test_choosing_a_role_leads_back_to_a_page_of_the_board(browser: Browser, base: str, back: str, path: str) -> None:
    form = {"role": ["5"], "suite": [back]}
    response = BOARD.respond(browser.desk, BoardRequest(path="/role", method="POST", form=form, base=base, roles=ROLES))
    assert (response.status, response.role) == (303, "5")
    assert response.headers["Location"] == base + path


def test_a_role_of_another_person_is_not_chosen(browser: Browser) -> None:
    form = {"role": ["aq"]}
    response = BOARD.respond(browser.desk, BoardRequest(path="/role", method="POST", form=form, roles=ROLES))
    assert (response.status, response.role) == (403, "")


def test_the_author_of_a_complaint_is_named_and_is_of_a_kind(browser: Browser) -> None:
    entered = {"complainant": "Mme Durand", "complainant_fact": "trainee"}
    case = browser.desk.cases.get(registered(browser, **entered))
    assert case.read(case.registration.complainant) == "Mme Durand"
    assert isinstance(case.facts, ComplaintFacts)
    assert case.facts.complainant is Complainant.TRAINEE


def test_each_field_of_a_registration_has_its_identifier_and_its_date_comes_last(browser: Browser) -> None:
    page = browser.get("/dossiers/nouveau")
    assert len(set(page.values("id"))) == len(page.values("id"))
    assert [one for one in browser.get("/dossiers/nouveau").values("id") if re.fullmatch(r"champ-\w+", one)][
        -1
    ] == "champ-occurred_at"


def test_a_case_without_a_deadline_has_no_calendar(browser: Browser) -> None:
    case = browser.desk.register(factories.malfunction(), site="CRE")
    browser.get(f"/dossiers/{case.reference}")
    assert browser.response.status == 200
    assert "jour par jour" not in browser.text


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", 'page">À faire'),
        ("/dossiers", 'page">Dossiers'),
        ("/dossiers/R-2026-000001", 'true">Dossiers'),
        ("/dossiers/nouveau", 'page">Nouvelle demande'),
        ("/pgaac/site%3ACRE", 'true">PGAAC'),
    ],
)
def test_the_navigation_names_the_part_that_is_open(browser: Browser, path: str, current: str) -> None:
    registered(browser)
    browser.get(path)
    assert re.findall(r'aria-current="(.*?)<', browser.text) == [current]


def test_a_closing_that_waits_for_actions_leads_to_the_actions(browser: Browser) -> None:
    case = factories.analysed(browser.desk).reference
    browser.desk.plan(case, factories.sheet("A-1"))
    browser.desk.answer(case, decision="founded", text="Madame")
    assert browser.get(f"/dossiers/{case}").links["A-1"] == "/pgaac/site%3ACRE/actions/A-1"
    assert "<li>Clôturer : les suites ne sont pas réglées" in browser.text


def test_cases_to_qualify_lead_to_those_received_before_the_day(browser: Browser) -> None:
    factories.registered(browser.desk)
    found = browser.get("/").links["Dossiers à qualifier depuis plus de 2 jours ouvrés : 1"]
    assert found == "/dossiers?etat=registered&recevabilite=possible&tri=received&au=2026-06-17"
