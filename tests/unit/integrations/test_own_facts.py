"""Own facts of an edition on the board and in the description of the API."""

import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import URL

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.api import Api
from reclamation_core.integrations.api.requests import ApiRequest
from reclamation_core.integrations.board import Board
from reclamation_core.integrations.board.requests import BoardRequest
from reclamation_core.policy import PolicyBook
from tests.hosts import django_connection
from tests.inside import store_of
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser
from tests.unit.policy.own_facts import FUNDER, GROUP_SIZE, own_policy

BOARD = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)))
ENTERED = {
    "own_subcontracted": "false",
    "own_funder": "opco",
    "own_priority": "high",
    "own_group_size": "12",
    "own_hours": "7,5",
    "own_started": "2026-04-01",
    "own_session": "Créteil 12 b",
    "own_born": "1990-02-01",
}


def new_browser(policy: Any = None) -> Browser:
    return Browser(BOARD, factories.new_desk(policy=own_policy() if policy is None else policy))


def test_own_facts_are_entered_completed_and_corrected_by_forms() -> None:
    browser = new_browser()
    form = browser.get("/dossiers/nouveau")
    assert form.choices["own_funder"] == ["", "opco", "region"]
    assert "La prestation était-elle sous-traitée ?" in browser.text
    assert "financeur ?" not in plain(browser.text)  # the label alone
    browser.submit(form, received_at="2026-06-01T09:00", site="CRE", **ENTERED | {"own_group_size": ""})
    assert browser.response.status == 200, browser.text
    for text in ("Prestation sous-traitée", "OPCO", "Créteil 12 b", "01/02/1990"):
        assert text in browser.text
    reference = browser.address.rpartition("/")[2]

    form = browser.get(f"/dossiers/{reference}/actes/complete_facts")
    assert [key for key in form.fields if key.startswith("own_")] == ["own_group_size"]
    browser.submit(form, own_group_size="12")
    assert browser.response.status == 200
    form = browser.get(f"/dossiers/{reference}/actes/correct")
    assert {key: form.fields[key] for key in ENTERED} == {key: [value] for key, value in ENTERED.items()}
    browser.submit(form, own_subcontracted="true", own_hours="", reason="vérifié")

    case = browser.desk.cases.get(reference)
    assert {name: case.read(value) or value for name, value in case.facts.own.items()} == {
        "subcontracted": True,
        "funder": "opco",
        "priority": "high",
        "group_size": 12,
        "started": date(2026, 4, 1),
        "session": "Créteil 12 b",
        "born": "1990-02-01",
    }
    assert "informations rectifiées : heures (inconnu), prestation sous-traitée (oui)" in plain(browser.text)


def test_a_refused_own_value_is_shown_at_its_field() -> None:
    browser = new_browser()
    entered = {"received_at": "2026-06-01T09:00", "site": "CRE", "own_hours": "-3", "own_session": "x" * 21}
    page = browser.submit(browser.get("/dossiers/nouveau"), **entered)
    assert browser.response.status == 422
    assert page.links["Heures"] == "#champ-own_hours"
    assert page.links["Session"] == "#champ-own_session"


def test_a_fault_of_an_own_fact_has_its_path_in_the_document() -> None:
    desk = factories.new_desk(policy=own_policy())
    reference = desk.register(factories.facts(), site="CRE").reference
    for facts in ({"own": {"funder": "moon", "other": 1}}, {"channel": "x"}):
        with pytest.raises(FaultsError) as caught:
            desk.execute(reference, {"type": "complete_facts", "facts": facts})
        named = {"facts.own.funder", "facts.own.other"} if "own" in facts else {"facts.channel"}
        assert {fault.path for fault in caught.value.faults} == named


def test_a_malfunction_and_a_request_for_information_have_the_facts_of_their_kind() -> None:
    browser = new_browser()
    form = browser.get("/dossiers/nouveau?type=malfunction")
    assert "own_funder" not in form.fields
    assert "own_hours" in form.fields
    reference = browser.desk.register(factories.facts(), site="CRE").reference
    form = browser.get(f"/dossiers/{reference}/actes/request_information")
    browser.submit(form, facts=["own.subcontracted"])
    assert browser.response.status == 200
    assert "précisions demandées : prestation sous-traitée" in browser.text.replace("\xa0", " ")


def test_unused_values_and_values_of_a_lost_edition_are_shown() -> None:
    old = own_policy("2025", in_force_until=date(2025, 12, 31))
    new = own_policy("2026", facts=[FUNDER], tables={}, in_force_from=date(2026, 1, 1))
    desk = factories.new_desk(policy=PolicyBook([old, new]))
    facts = ComplaintFacts(
        received_at=datetime(2025, 12, 30, tzinfo=UTC), own={"funder": "opco", "subcontracted": True}
    )
    reference = desk.register(facts, site="CRE").reference
    desk.correct(reference, reason="date", received_at=datetime(2026, 1, 5, tzinfo=UTC))
    browser = Browser(BOARD, desk)
    browser.get(f"/dossiers/{reference}")
    assert "Informations inutilisées" in browser.text

    lost = Browser(BOARD, Desk(store_of(desk), sites=factories.SITES, clock_limit=None))
    lost.get(f"/dossiers/{reference}")
    assert lost.response.status == 200
    assert "Funder" in lost.text
    assert "la version « 2026 » de la procédure manque" in lost.text.replace("\xa0", " ")
    lost.get(f"/dossiers/{reference}/actes/suspend_retention")  # no edition judges it
    assert lost.response.status == 200
    lost.get(f"/dossiers/{reference}/actes/complete_facts")
    assert "a version « 2026 » de la procédure manque" in lost.text.replace("\xa0", " ")


def test_the_description_of_the_api_has_the_own_facts_of_all_editions() -> None:
    book = PolicyBook(
        [
            own_policy("2025", facts=[FUNDER], tables={}, in_force_until=date(2025, 12, 31)),
            own_policy("2026", in_force_from=date(2026, 1, 1)),
        ]
    )
    schemas = Api().description("/api", title="x", version="1", policy=book)["components"]["schemas"]

    own = schemas["FactsChange"]["properties"]["own"]["properties"]
    assert own["funder"]["enum"] == ["opco", "region", "DIF", None]
    for name in ("ComplaintFacts", "MalfunctionFacts", "RegisterSurveyResultCaseCommand"):
        kinds = set(own) - ({"funder"} if name == "MalfunctionFacts" else set())  # a fact of complaints alone
        assert set(schemas[name]["properties"]["own"]["properties"]) == kinds, name
    plain = Api().description("/api", title="x", version="1")["components"]["schemas"]
    assert "properties" not in plain["FactsChange"]["properties"]["own"]


def test_lists_of_the_api_are_limited_by_own_facts() -> None:
    desk = factories.new_desk(policy=own_policy())
    own = {"subcontracted": True, "funder": "opco", "hours": 7.5, "group_size": 3, "started": date(2026, 4, 1)}
    desk.register(factories.facts(own={**own, "born": date(1990, 2, 1)}), site="CRE")
    desk.register(factories.facts(own={"subcontracted": False}), site="CRE")

    def answer(path: str, *query: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        found = Api().respond(desk, ApiRequest(method="GET", path=path, query=query))
        return found.status, json.loads(found.body)

    given = [("own_subcontracted", "true"), ("own_funder", "opco"), ("own_hours", "7.50")]
    given += [("own_group_size", "3"), ("own_started", "2026-04-01")]
    for query in (given, *([one] for one in given)):
        status, page = answer("/cases", *query)
        assert (status, [one["reference"] for one in page["summaries"]]) == (200, ["R-2026-000001"])
        assert answer("/case-counts", *query)[1]["total"] == 1
    for query in (
        [("own_hours", "7..8"), ("own_started", "..2026-04-01")],
        [("own_group_size", "3..")],
        [("own_hours", "..7.5"), ("own_started", "2026-04-01..2026-04-01")],
    ):
        assert answer("/case-counts", *query)[1]["total"] == 1, query
    for query in ([("own_hours", "7.6..")], [("own_started", "2026-04-02..")], [("own_group_size", "4..9")]):
        assert answer("/case-counts", *query)[1]["total"] == 0, query
    for wrong in ("..", "a..", "2..b", "9..8"):
        with pytest.raises(FaultsError, match="or a range: 5\\.\\.20"):
            answer("/cases", ("own_hours", wrong))
    refused = [("own_group_size", "x"), ("own_funder", "moon"), ("own_subcontracted", "1"), ("own_started", "x")]
    with pytest.raises(FaultsError) as caught:
        answer("/cases", *refused, *given[:1], *given[:1])
    assert [fault.path for fault in caught.value.faults] == [*(name for name, _ in refused), "own_subcontracted"]
    for name in ("own_born", "own_session", "own_other"):
        with pytest.raises(FaultsError, match=name):
            answer("/cases", (name, "x"))
    with pytest.raises(FaultsError, match="own_subcontracted"):
        answer("/agenda", ("until", "2026-07-01"), given[0])

    paths = Api().description("/api", title="x", version="1", policy=own_policy())["paths"]
    for path in ("/api/cases", "/api/case-counts"):
        names = {one["name"] for one in paths[path]["get"]["parameters"]}
        assert {name for name in names if name.startswith("own_")} == ENTERED.keys() - {"own_session", "own_born"}


def test_the_list_of_the_board_is_limited_by_own_facts() -> None:
    desk = factories.new_desk(policy=own_policy())
    own = {"subcontracted": True, "funder": "opco", "hours": 7.5, "group_size": 3, "started": date(2026, 4, 1)}
    desk.register(factories.facts(own={**own, "born": date(1990, 2, 1)}), site="CRE")
    desk.register(factories.facts(own={"subcontracted": False}), site="CRE")
    browser = Browser(BOARD, desk)

    form = browser.get("/dossiers")
    assert [name for name in form.fields if name.startswith("own_")] == [
        *("own_subcontracted", "own_funder", "own_priority", "own_group_size.du", "own_group_size.au"),
        *("own_hours.du", "own_hours.au", "own_started.du", "own_started.au"),
    ]
    for query in (
        {"own_subcontracted": "true", "own_funder": "opco"},
        {"own_hours.du": "7,5", "own_group_size.au": "3"},
        {"own_started.du": "2026-04-01", "own_started.au": "2026-04-01"},
    ):
        address = f"?{urlencode(query)}"
        browser.get(f"/dossiers{address}")
        assert "R-2026-000001" in browser.text, query
        assert "R-2026-000002" not in browser.text, query
        assert "Effacer les critères" in browser.text
        request = BoardRequest(path="/registre.csv", query=parse_qs(address.removeprefix("?")))
        register = b"".join(BOARD.respond(desk, request).chunks())
        assert (b"R-2026-000001" in register, b"R-2026-000002" in register) == (True, False), query
    browser.get("/dossiers?own_hours.du=9&own_hours.au=8,5")
    assert browser.response.status == 422
    assert "Heures : ... ; un nombre" in plain(browser.text)


@pytest.mark.parametrize("kind", ["complaint", "malfunction"])
def test_the_forms_of_django_have_the_own_facts(kind: str) -> None:
    from django.test.utils import override_settings

    django_connection(URL.create("sqlite", database=":memory:"))
    from reclamation_core.integrations.django.forms import act_form
    from reclamation_core.integrations.django.settings import options

    policy = own_policy(facts=[FUNDER, GROUP_SIZE], tables={})
    desk = factories.new_desk(policy=policy)
    case = desk.register(factories.facts(own={"group_size": 3}), site="CRE")
    with override_settings(RECLAMATION={"POLICY": policy}):
        options.cache_clear()
        try:
            assert ("own_funder" in act_form("register", kind=kind)().fields) is (kind == "complaint")
            assert "own_group_size" in act_form("correct", case)().fields
        finally:
            options.cache_clear()
