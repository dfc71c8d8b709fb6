"""A role that reads no names: on no page, in no answer of the API, in no file, feed or digest is there one."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import attrs
import pytest
from pypdf import PdfReader

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.cases import NewDocument
from reclamation_core.cases.texts import HIDDEN_NAME
from reclamation_core.desk import Desk, Registration
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.api import Api
from reclamation_core.integrations.api.requests import ApiRequest
from reclamation_core.integrations.api.routes import ROUTES
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Policy
from reclamation_core.reporting import LetterKind
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser
from tests.unit.policy.own_facts import own_policy
from tests.unit.reporting.test_letters import SETTINGS

SAID = ("Qauteur", "Qscribe", "Qappui", "Qexpert", "Qsuivi", "Qpilote", "Qfichier", "Qacteur", "Qexport")
BORN = ("1971-03-09", "09/03/1971", "9 mars 1971", "9 March 1971")
FORMATS = {"csv", "json", "html", "txt", "ics", "xlsx", "docx", "pdf"}
"""The formats of files that are read here."""
REFERENCE = "R-2026-000001"
UNNAMED = Role.HANDLING_UNIT
REGISTER = {
    "type": "register",
    "site": "STD",
    "source": "m-2",
    "complainant": "Qauteur",
    "facts": {"type": "complaint", "received_at": factories.at(1).isoformat()},
}


def policy() -> Policy:
    own = own_policy()
    roles = attrs.evolve(own.parameters.roles, reads_names=(Role.RQR,))
    return attrs.evolve(own, parameters=attrs.evolve(own.parameters, roles=roles))


@pytest.fixture
def desk() -> Desk:
    """A desk of a role that reads no names, on a register whose every name is a word of its own."""
    found = factories.new_desk(policy=policy(), documents=InMemoryDocumentStore()).acting("Qacteur", Role.RQR)
    facts = factories.facts(channel="phone", own={"born": "1971-03-09", "subcontracted": False})
    case = found.register(facts, site="CRE", complainant="Qauteur", verbatim="Le chauffage est en panne").reference
    found.transcribe(case, text="Il fait froid", author="Qscribe")
    document = NewDocument(name="Qfichier.txt", content=b"Il fait froid")
    found.add_support(case, kind="email", title="courriel", documents=(document,))
    found.qualify(
        case, problem="une panne", supported_by="Qappui", experts=("Qexpert",), risks={"training": 2}, likelihood=2,
        recurrences=0, causes=0,
    )  # fmt: skip
    found.analyse(case, causes=("organisation",), report="le contrat")
    found.plan(case, factories.sheet(owner="Qpilote"))
    found.pgaac("CRE").add(factories.sheet("A-2", owner="Qpilote", cases=()))
    found.pgaac("CRE").finish("A-2", evidence="la facture")
    found.assign(case, to="Qsuivi")
    found.execute(None, REGISTER)
    for scope in (PlanScope.site("CRE"), PlanScope.nation()):
        found.pgaac(scope).publish(recipients=["RQR"])
    found.acting("Qexport", Role.RQR).reports.send_plan("CRE", 1, b"x", recipients=["RQR"])
    return found.acting("Léa", UNNAMED)


def named(text: str) -> list[str]:
    shown = plain(text)
    return [one for one in (*SAID, *BORN) if one in shown]


def contents(body: bytes) -> Iterator[str]:
    """Yield the texts of a response; of an archive, a workbook and a letter to edit, those of their files."""
    if body.startswith(b"%PDF"):
        yield from (page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            yield from (archive.read(name).decode(errors="replace") for name in archive.namelist())
    else:
        yield body.decode(errors="replace")


def pages(board: Board, desk: Desk) -> Iterator[tuple[str, str]]:
    """Yield the address and the content of every page and file that links of the board lead to."""
    left, seen = ["/", f"/dossiers/{REFERENCE}?fait=1", "/pgaac/site:CRE?fait=1", "/recherche?q=chauffage"], set[str]()
    while left:
        address = left.pop()
        parts = urlsplit(address)
        suffix = parts.path.rpartition(".")[2]
        if address in seen or ("." in parts.path and suffix not in FORMATS | {address}):
            continue
        seen.add(address)
        request = BoardRequest(path=unquote(parts.path), query=parse_qs(parts.query), user="Léa")
        response = board.respond(desk, request)
        text = "\n".join(contents(b"".join(response.chunks())))
        yield address, text
        if response.content_type.startswith("text/html") and suffix not in FORMATS:
            found = (one.replace("&amp;", "&").partition("#")[0] for one in re.findall(r'href="(/[^"]*)"', text))
            left += [one for one in found if one not in seen]


@pytest.mark.slow
def test_no_page_and_no_file_of_the_board_has_a_name(desk: Desk) -> None:
    board, seen = Board(letters=SETTINGS), []
    for address, text in pages(board, desk):
        assert named(text) == [], address
        seen.append(address)
    for command in CommandType:
        text = b"".join(
            board.respond(desk, BoardRequest(path=f"/dossiers/{REFERENCE}/actes/{command.value}")).chunks()
        ).decode()
        assert named(text) == [], command
    assert len(seen) > 60
    suffixes = {urlsplit(one).path.rpartition(".")[2] for one in seen if "." in urlsplit(one).path}
    assert suffixes == FORMATS - {"txt", "docx"}, "no letter is offered"


@pytest.mark.slow
def test_those_names_are_on_the_pages_of_a_role_that_reads_them(desk: Desk) -> None:
    reader = desk.acting("Léa", Role.RQR)
    found: dict[str, set[str]] = {}
    for address, text in pages(Board(letters=SETTINGS), reader):
        path = urlsplit(address).path
        found.setdefault(path.rpartition(".")[2] if "." in path else "", set()).update(named(text))
    assert set().union(*found.values()) >= {*SAID} - {"Qappui"}
    assert {suffix for suffix, names in found.items() if not names} <= {"ics"}, found
    assert found.keys() >= FORMATS


PERIOD = (("since", "2024-06-01"), ("until", "2026-07-31"))


def answers(desk: Desk) -> Iterator[tuple[str, str]]:
    """Yield what each route of the API answers to JSON, with its headers."""
    values = {"reference": REFERENCE, "scope": "site:CRE", "number": "1"}
    queries = {
        "agenda": [("until", "2030-07-31")],
        **{name: list(PERIOD) for name in ("signals", "indicators", "indicator_page")},
        "indicator_series": [*PERIOD, ("name", "on_time")],
        "search": [("q", "chauffage")],
        "effect": [("action", "A-2")],
        "action_timeline": [("action", "A-1")],
    }
    bodies: dict[str, Any] = {
        "register": REGISTER,
        "act": {"type": "acknowledge"},
        "act_on_plan": {"type": "progress", "reference": "A-1", "note": "commencée"},
        "similar_cases": {"site": "STD", "received_on": "2026-06-20", "sender": "Qauteur"},
        "preview_letter": {"type": "answer", "decision": "founded", "text": "Le chauffage est réparé."},
    }  # fmt: skip
    api = Api(letters=SETTINGS)
    for route in (one for one in ROUTES if one.name != "upload_document"):
        for command in CommandType if "/cases/" in route.template else PlanCommandType:
            path = route.template.format_map(values | {"command": command.value})
            of_plan = command in {PlanCommandType.ADD, PlanCommandType.PUBLISH} or command.value.endswith("_signal")
            action = [("action", "A-1")] if route.name == "plan_form" and not of_plan else []
            request = ApiRequest(
                method=route.method,
                path=path,
                query=queries.get(route.name, []) + action,
                headers={"content-type": ["application/json"]},
                body=json.dumps(bodies.get(route.name)).encode(),
            )
            answer = api.respond(desk, request)
            yield f"{route.method} {path}", f"{(answer.body + b''.join(answer.chunks())).decode()} {answer.headers}"
            if "{command}" not in route.template:
                break


def test_no_answer_of_the_api_has_a_name(desk: Desk) -> None:
    seen = {}
    for address, text in answers(desk):
        assert named(text) == [], address
        seen[address.partition("?")[0]] = text
    assert len(seen) > 50
    assert HIDDEN_NAME in seen[f"GET /cases/{REFERENCE}"]
    assert HIDDEN_NAME in seen["GET /plans/site:CRE"]
    assert HIDDEN_NAME in seen[f"POST /cases/{REFERENCE}/letter-preview"]


def test_no_value_that_the_library_returns_has_a_name(desk: Desk, tmp_path: Path) -> None:
    plan, reports, overview = desk.pgaac("CRE"), desk.reports, desk.overview(REFERENCE)
    [new] = desk.register_many([Registration(facts=factories.facts(), site="CRE", complainant="Qauteur")])
    assert new.case is not None
    [page] = [desk.cases.find()]
    shown = [
        *(case.to_html(texts=True) for case in page.cases),
        *(json.dumps(case.to_document(texts=True)) for case in (*page.cases, new.case)),
        plan.current.to_html(texts=True),
        *(json.dumps(one.published_plan_to_document(1, texts=True)) for one in (plan, desk.pgaac(PlanScope.nation()))),
        json.dumps(desk.register(factories.facts(), site="CRE", complainant="Qauteur").to_document(texts=True)),
        json.dumps(desk.acknowledge(REFERENCE).to_document(texts=True)),
        json.dumps(plan.progress("A-1", note="commencée").to_document(texts=True)),
        desk.worklist().to_text(),
        repr(desk.feed()),
        json.dumps(desk.explain(REFERENCE).to_document()),
        json.dumps(overview.to_document(texts=True)),
        json.dumps(desk.plan(REFERENCE, factories.sheet("A-3", owner="Qpilote")).to_document(texts=True)),
        *(str(attrs.asdict(one)) for one in (*reports.exports(), *reports.latest_exports())),
        *(str(attrs.asdict(one)) for one in (*overview.timeline(), *plan.timeline("A-1"))),
        *(str(attrs.asdict(one)) for holder in (REFERENCE, "site:CRE") for one in desk.recorded_since(holder, 0)),
        *(str(one) for one in desk.documents(REFERENCE)),
    ]
    new_document = desk.upload_document(REFERENCE, NewDocument(name="Qfichier.txt", content=b"Il fait froid"))
    for _ in range(2):  # the answer to the first request was lost
        case = desk.add_support(REFERENCE, kind="email", title="courriel", documents=(new_document,))
        shown.append(json.dumps(case.to_document(texts=True)))
    elsewhere = factories.sheet("A-4", owner="Qpilote")
    desk.acting("Léa", Role.RQR).plan(REFERENCE, elsewhere, scope=PlanScope.region("Grand Est"))
    [action] = desk.scoped(site="CRE").actions_elsewhere()
    shown.append(str(attrs.asdict(action)))
    reports.audit(tmp_path / "preuves.zip", case=REFERENCE, texts=True, notes=True)
    shown += contents((tmp_path / "preuves.zip").read_bytes())
    assert [named(one) for one in shown] == [[]] * len(shown)
    assert {one.actor for one in overview.timeline()} == {None}
    assert "confié à [nom]" in [one.sentence for one in overview.timeline()]


def test_a_form_that_leaves_a_name_empty_keeps_it(desk: Desk) -> None:
    browser = Browser(Board(), desk)
    page = browser.get("/pgaac/site:CRE/actions/A-1/amend")
    assert page.fields["owner"] == [""]
    assert "Votre rôle ne lit pas les noms" in browser.text
    browser.submit(page, what="remplacer la chaudière", reason="précision")
    plan = desk.acting("Léa", Role.RQR).pgaac("CRE").current
    assert (plan.read(plan.actions[0].what), plan.read(plan.actions[0].owner)) == ("remplacer la chaudière", "Qpilote")


def test_a_letter_has_the_name_of_its_recipient_and_is_refused(desk: Desk) -> None:
    for kind in LetterKind:
        with pytest.raises(FaultsError):
            desk.reports.letter(
                REFERENCE, kind, SETTINGS, redirected_to="x" if kind is LetterKind.REDIRECTION else None
            )
    draft = {"type": "answer", "decision": "founded", "text": "Le chauffage est réparé."}
    assert desk.reports.letter(REFERENCE, "answer", SETTINGS, draft=draft).recipient == (HIDDEN_NAME,)
    with pytest.raises(FaultsError, match="your role does not read"):
        desk.reports.letter(REFERENCE, "acknowledgement", SETTINGS)
