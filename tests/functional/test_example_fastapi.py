"""The example with FastAPI, driven over HTTP on PostgreSQL: a life to the published plan, its own table, its people."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, create_engine, text

from examples.fastapi_app.application import create_app, prepare
from examples.fastapi_app.people import PASSWORD, PEOPLE
from reclamation_core import Desk
from tests.asgi import AsgiClient
from tests.databases import new_database
from tests.functional.host_lines import embedding_lines
from tests.unit.policy.cases import KNOWN

EXAMPLE = Path(__file__).parents[2] / "examples/fastapi_app"
NOW = datetime.now(UTC)
FACTS = {"type": "complaint", "received_at": (NOW - timedelta(days=3)).isoformat(), **KNOWN}
TICKET = {
    "subject": "Pas de formateur",
    "complaint": {"site": "METZ", "facts": FACTS, "complainant": "M. Nguyen", "verbatim": "Personne."},
}
SHEET = {
    "reference": "A-1",
    "type": "corrective",
    "origin": "complaint",
    "site": "METZ",
    "cause_family": "trainer_availability",
    "cause": "personne ne pouvait le remplacer",
    "what": "tenir un vivier de remplaçants",
    "owner": "M. Petit",
    "criterion": "aucun cours sans formateur",
    "check_on": (NOW + timedelta(days=30)).date().isoformat(),
}
LIFE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("metz", {"type": "acknowledge"}),
    ("metz", {"type": "add_support", "kind": "email", "title": "le courriel"}),
    ("metz", {"type": "contain", "measure": "un formateur de Colmar assure les cours"}),
    (
        "metz",
        {
            "type": "qualify",
            "problem": "une semaine sans formateur",
            "risks": {"training": 3},
            "facts": {"likelihood": 2, "recurrences": 0},
        },
    ),
    ("metz", {"type": "analyse", "method": "ishikawa", "causes": ["trainer_availability"]}),
    ("metz", {"type": "plan", "actions": [SHEET]}),
    ("metz", {"type": "answer", "decision": "founded", "text": "Madame, ...", "recourse": True}),
)
PLAN: tuple[dict[str, Any], ...] = (
    {"type": "progress", "reference": "A-1", "note": "trois candidats"},
    {"type": "finish", "reference": "A-1", "evidence": "liste de six remplaçants"},
    {"type": "judge", "reference": "A-1", "effectiveness": "effective", "why": "aucun cours sans formateur"},
    {"type": "close", "reference": "A-1"},
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine(new_database())
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine: Engine) -> AsgiClient:
    return AsgiClient(create_app(engine))


def of(login: str) -> dict[str, Any]:
    return {"auth": (login, PASSWORD)}


def done(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


@pytest.mark.postgresql
def test_a_complaint_lives_to_the_published_plan_over_http(client: AsgiClient) -> None:
    ticket = done(client.post("/tickets", json=TICKET, **of("metz")))
    address = f"/api/cases/{ticket['case']}"
    tag = client.get(address, **of("metz")).headers["etag"]
    for login, command in LIFE:
        answer = client.post(f"{address}/commands", json=command, headers={"if-match": tag}, **of(login))
        done(answer)
        tag = answer.headers["etag"]
    for command in PLAN:
        done(client.post("/api/plans/site:METZ/commands", json=command, **of("metz")))
    done(client.post(f"{address}/commands", json={"type": "close", "reason": "answered"}, **of("metz")))
    done(client.post("/api/plans/site:METZ/commands", json={"type": "publish", "recipients": ["RQR"]}, **of("rqr")))

    case = done(client.get(address, **of("aq")))
    published = done(client.get("/api/plans/site:METZ/published/1", **of("rqr")))
    assert (case["state"], case["version"]) == ("closed", len(LIFE) + 2)
    assert [line["action"]["reference"] for line in published["lines"]] == ["A-1"]
    board = client.get(f"/board/dossiers/{ticket['case']}", **of("metz"))
    assert (board.status_code, f"Dossier {ticket['case']}" in board.text) == (200, True)


@pytest.mark.postgresql
def test_a_ticket_and_its_case_are_committed_together_or_not_at_all(client: AsgiClient, engine: Engine) -> None:
    before = kept(engine)
    refused = [
        {**TICKET, "complaint": {"site": "NOWHERE", "facts": FACTS}},
        {**TICKET, "complaint": {"site": "DINAN", "facts": FACTS}},
        {**TICKET, "subject": "\0"},
        {**TICKET, "complaint": {}},
    ]
    for ticket in refused:
        answer = client.post("/tickets", json=ticket, **of("metz"))
        assert answer.status_code in {403, 404, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert kept(engine) == before
    opened = done(client.post("/tickets", json=TICKET, **of("metz")))
    assert kept(engine) == [*before, (opened["case"], opened["case"])]


def kept(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(
                text(
                    "SELECT case_reference, reference FROM tickets FULL JOIN reclamation_cases"
                    " ON reference = case_reference ORDER BY reference"
                )
            )
        ]


@pytest.mark.postgresql
def test_a_person_sees_the_cases_of_their_sites_alone(client: AsgiClient) -> None:
    ticket = done(client.post("/tickets", json=TICKET, **of("metz")))
    seen = {login: client.get(f"/api/cases/{ticket['case']}", **of(login)).status_code for login in PEOPLE}
    listed = {login: done(client.get("/tickets", **of(login))) != [] for login in PEOPLE}
    assert seen == {"metz": 200, "dinan": 404, "valence": 404, "rqr": 200, "aq": 200}
    assert listed == {"metz": True, "dinan": False, "valence": False, "rqr": True, "aq": True}


@pytest.mark.postgresql
@pytest.mark.parametrize("path", ["/tickets", "/api/cases", "/board/"])
def test_nobody_is_served_without_the_password(client: AsgiClient, path: str) -> None:
    for auth in (None, ("metz", "wrong"), ("nobody", PASSWORD), ("metz", "é")):
        answer = client.get(path, auth=auth) if auth else client.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Basic")
    assert client.get(path, **of("metz")).status_code == 200
    assert client.get("/api/ready").status_code == 200


def test_the_lines_that_embed_the_library_are_few() -> None:
    assert embedding_lines(EXAMPLE) <= 25
    assert f"| {embedding_lines(EXAMPLE)} lines |" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


@pytest.mark.soak
def test_one_command_seeds_an_empty_register_once_and_serves_it() -> None:
    address = new_database().render_as_string(hide_password=False)
    counts = []
    for _ in range(2):
        command = [sys.executable, "-m", "examples.fastapi_app", "--db", address, "--cases", "30", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=EXAMPLE.parents[1]) as process:
            assert process.stdout is not None
            lines: list[str] = []
            for line in process.stdout:  # to its end if the example fails
                if line == "Ctrl-C stops it.\n":
                    break
                lines.append(line)
            shown = "".join(lines)
            port = re.search(r"http://127.0.0.1:([0-9]+)/board/", shown)
            assert port is not None, shown
            page = httpx.get(port[0], auth=("aq", PASSWORD))
            process.send_signal(signal.SIGINT)
        assert (page.status_code, "Claire Petit" in page.text, "'demo'" in shown) == (200, True, True)
        counts.append(re.findall(r"([0-9]+) cases\.", shown))

    assert counts[0] == counts[1]
    with Desk.open(address) as desk:
        assert set(desk.cases.count_by("state")) > {"answered", "closed"}
        assert counts[0] == [str(desk.cases.count())]


@pytest.mark.soak
def test_schemathesis_finds_no_answer_that_is_not_as_described() -> None:
    from soak.api_conformance import conformance

    address = new_database().render_as_string(hide_password=False)
    assert conformance(address, 7, 6, ("examples", "fuzzing", "stateful")) > 100
