"""What HTTP demands of the routes: caches, languages, HEAD, preconditions; refusals in one language and style."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field, create_model

from reclamation_core.integrations.api import routes
from reclamation_core.integrations.fastapi import ProblemRoute, board_router
from reclamation_core.ports import ConcurrentChangeError, Store, UnitOfWork
from tests.inside import store_of
from tests.schemas import valid
from tests.unit.desk import factories
from tests.unit.integrations.test_fastapi_routes import DONE, JSON, REGISTER, Client, a_desk, client

__all__ = ["client"]
COMMANDS = "/cases/R-2026-000001/commands"
ACKNOWLEDGE = {"type": "acknowledge"}
GETS = (
    "/health",
    "/ready",
    "/cases",
    "/case-counts",
    "/cases/R-2026-000001",
    COMMANDS,
    "/cases/R-2026-000001/documents",
    "/cases/R-2026-000001/explanation",
    "/cases/R-2026-000001/forms/acknowledge",
    "/cases/R-2026-000001/overview",
    "/cases/R-2026-000001/text-blocks",
    "/cases/R-2026-000001/timeline",
    "/cases/R-2026-000001/next-steps",
    "/search?q=formateur",
    "/worklist",
    "/agenda?until=2026-07-31",
    "/signals?since=2026-06-01&until=2026-07-31",
    "/indicators?since=2026-06-01&until=2026-06-30&by=unit",
    "/indicator-series?since=2026-05-01&until=2026-06-30&name=on_time&with_year_before=true",
    "/indicator-page?since=2026-06-01&until=2026-06-30",
    "/calendar.ics",
    "/plans/site:CRE",
    "/plans/site:CRE/forms/add",
    "/plans/site:CRE/published/1",
    "/plans/site:CRE/effect?action=A-1",
    "/plans/site:CRE/timeline?action=A-1",
    "/registration-form",
)


def test_the_paths_tried_are_all_those_of_the_routes() -> None:
    paths = Client(a_desk()).application.openapi()["paths"]
    described = {path.removeprefix("/api") for path, methods in paths.items() if "get" in methods}
    tried = {path.partition("?")[0] for path in GETS}
    tried.add("/cases/{}/documents/{}")  # of `test_api_documents`: no document is there
    assert {re.sub(r"R-2026-000001|site:CRE|(?<=published/)1|(?<=forms/)\w+", "{}", one) for one in tried} == {
        re.sub(r"\{\w+\}", "{}", one) for one in described
    }


def test_what_may_be_costly_is_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INDICATOR_COST", "MOST_COMPLAINTS", "MOST_DUE"):
        monkeypatch.setattr(routes, name, 0)  # which the desk refuses
    for path in filter(re.compile("indicator|effect|calendar").search, GETS):
        assert [fault["path"] for fault in client("GET", path).json()["faults"]] == ["limit"], path


def test_head_answers_as_get_without_the_content(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    for command in DONE:
        client("POST", "/plans/site:CRE/commands", json=command)
    sent = list[Any]()

    async def noted(scope: Any, receive: Any, send: Any) -> None:  # httpx would leave out the content
        def note(message: Any) -> Any:
            sent.append(message.get("body"))
            return send(message)

        await client.application(scope, receive, note)

    for path in GETS:
        got, head = client("GET", path), Client.of(noted)("HEAD", f"/api{path}")
        assert (head.status_code, got.status_code, any(sent)) == (200, 200, False), path
        assert head.headers == got.headers, path


def test_an_api_without_texts_shows_no_words_of_people() -> None:
    desk, said = a_desk(), "formateur zorglub"
    case = factories.registered(desk, verbatim=said, complainant=said, remedy_sought=said).reference
    desk.contain(case, measure=said)
    desk.add_support(case, kind="email", title=said)
    desk.qualify(case, problem=said, experts=[said], risks={"training": 2}, likelihood=2, recurrences=0, causes=0)
    desk.correct(case, reason=said, channel="portal")
    desk.reroute(case, level="regional", handling_unit="STR", reason=said)
    desk.analyse(case, causes=["organisation"], method="five_whys", report=said)
    desk.plan(case, factories.sheet("A-1", what=said, cause=said, owner=said, criterion=said))
    desk.answer(case, decision="founded", text=said, remedies=said)
    desk.pgaac("CRE").publish()
    clients = [Client(desk, texts=texts) for texts in (True, False)]
    with_texts, without = ({path for path in GETS if "zorglub" in one("GET", path).text} for one in clients)
    assert ("/cases/R-2026-000001/timeline" in with_texts, without) == (True, set())


def test_head_of_a_refusal_and_of_a_route_without_get() -> None:
    client = Client(a_desk())
    assert (client("HEAD", "/cases/R-2026-000001").status_code, client("HEAD", "/cases?x=1").status_code) == (404, 422)
    assert client("HEAD", "/plans/site:CRE/commands").status_code == 405
    assert client("HEAD", "/plans/site:CRE/commands").content == b""


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_answer_is_stored_by_a_shared_cache_or_taken_for_another_type(client: Client, method: str) -> None:
    client("POST", "/cases", json=REGISTER)
    for path in [*GETS, "/cases/R-2026-999999", "/cases?stat=1"]:
        answer = client(method, path)
        is_tagged = answer.status_code == 200 and "etag" in answer.headers
        assert answer.headers["cache-control"] == ("private, no-cache" if is_tagged else "no-store"), path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["vary"].count("Accept-Language") == 1, path


def test_the_headers_that_a_route_of_the_application_sets_stay() -> None:
    router, application = APIRouter(route_class=ProblemRoute), FastAPI()

    @router.get("/own")
    def own() -> Any:
        return JSONResponse([], headers={"Cache-Control": "public, max-age=60", "Vary": "Accept"})

    router.add_api_route("/plain", lambda: None)
    application.include_router(router)
    answer, plain = (Client.of(application)("GET", path) for path in ("/own", "/plain"))
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert (plain.headers["cache-control"], plain.headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b'{"type": "acknowledge", "type": "withdraw"}', "type"),
        (b'{"type": "register", "site": "CRE", "facts": {"channel": "email", "channel": "web"}}', "facts.channel"),
        (b'{"type": "plan", "actions": ["A-1", {"what": "x", "what": "y"}]}', "actions[1].what"),
    ],
)
def test_a_repeated_key_is_refused_with_its_path(client: Client, content: bytes, path: str) -> None:
    refused = client("POST", "/cases", content=content, headers=JSON)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json()["faults"]] == [path]
    assert "une fois" in refused.json()["detail"]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_no_json(client: Client, number: str) -> None:
    content = f'{{"type": "acknowledge", "expected_version": {number}}}'.encode()
    assert client("POST", "/cases", content=content, headers=JSON).status_code == 422


# If-Match (RFC 9110, 13.1.1)


@pytest.mark.parametrize("tags", ['"v1"', '"v7", "v1"', '"other","v1"', "*", 'W/"v1"', '"v1" , '])
def test_a_command_is_executed_if_one_of_its_tags_is_that_of_the_case(client: Client, tags: str) -> None:
    client("POST", "/cases", json=REGISTER)
    assert client("POST", COMMANDS, json=ACKNOWLEDGE, headers={"if-match": tags}).status_code == 200


@pytest.mark.parametrize(
    "tags", ['"v2"', 'W/"v2"', '"other"', '"v2", "v3"', '""', '"v01"', '"a,b"', '"v99999999999999999999"']
)
@pytest.mark.parametrize("path", [COMMANDS, "/plans/site:CRE/commands"])
def test_a_command_is_not_executed_if_no_tag_is_that_of_the_case(client: Client, path: str, tags: str) -> None:
    client("POST", "/cases", json=REGISTER)
    command = ACKNOWLEDGE if path == COMMANDS else {"type": "publish", "recipients": ["RQR"]}
    refused = client("POST", path, json=command, headers={"if-match": tags})
    assert (refused.status_code, refused.json()["status"]) == (412, 412)
    assert valid("view.problem", refused.json())
    assert [fault["path"] for fault in refused.json()["faults"]] == ["If-Match"]
    assert refused.json()["current_version"] == (1 if path == COMMANDS else 0)
    assert client("GET", "/cases/R-2026-000001").headers["etag"] == '"v1"'


@pytest.mark.parametrize("tags", ['"v1"', '"v9"', '"other"', '"v8", "v9"'])
def test_a_command_that_is_malformed_is_refused_as_such_whatever_the_tags(client: Client, tags: str) -> None:
    client("POST", "/cases", json=REGISTER)
    refused = client("POST", COMMANDS, json={"type": "acknowledge", "x": 1}, headers={"if-match": tags})
    assert (refused.status_code, [fault["path"] for fault in refused.json()["faults"]]) == (422, ["x"])


@pytest.mark.parametrize("tags", ["v1", '"v1', '"v1" "v2"', "", ",", 'w/"v1"', '*, "v1"'])
def test_a_precondition_that_is_no_list_of_tags_is_refused_with_its_name(client: Client, tags: str) -> None:
    client("POST", "/cases", json=REGISTER)
    refused = client("POST", COMMANDS, json=ACKNOWLEDGE, headers={"if-match": tags})
    assert (refused.status_code, [fault["path"] for fault in refused.json()["faults"]]) == (422, ["If-Match"])


def test_tags_on_several_lines_are_one_list(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    lines = [("if-match", '"v9"'), ("if-match", '"v1"')]
    assert client("POST", COMMANDS, json=ACKNOWLEDGE, headers=lines).status_code == 200
    lines = [("if-none-match", '"v9"'), ("if-none-match", '"v2"')]
    assert client("GET", "/cases/R-2026-000001", headers=lines).status_code == 304


@pytest.mark.parametrize("path", [COMMANDS, "/plans/site:CRE/commands"])
@pytest.mark.parametrize("tags", ['"v1"', '"v1", "v8"'])
def test_a_command_that_loses_a_race_after_its_precondition_held_is_412(path: str, tags: str) -> None:
    desk = a_desk()
    client = Client(desk)
    client("POST", "/cases", json=REGISTER)
    publish = {"type": "publish", "recipients": ["RQR"]}
    client("POST", "/plans/site:CRE/commands", json=publish)
    command = ACKNOWLEDGE if path == COMMANDS else publish
    overtaken = Overtaken(store_of(desk), "R-2026-000001" if path == COMMANDS else "site:CRE")
    client.application.state.desk = type(desk)(
        overtaken, sites=factories.SITES, clock=factories.FakeClock(factories.at(1, month=7))
    )
    refused = client("POST", path, json=command, headers={"if-match": tags})
    without = client("POST", path, json=command)

    assert (refused.status_code, refused.json()["code"]) == (412, "version_conflict")
    assert [fault["path"] for fault in refused.json()["faults"]] == ["If-Match"]
    assert (without.status_code, without.json()["code"]) == (409, "concurrent_change")


class Overtaken(Store):
    """A store of which each commit finds that another one was first."""

    def __init__(self, store: Store, name: str) -> None:
        self.feed, self.sequences = store.feed, store.sequences
        self._store, self._name = store, name

    def unit_of_work(self) -> UnitOfWork:
        unit = self._store.unit_of_work()

        def commit() -> None:
            raise ConcurrentChangeError(self._name, 1, 2)

        unit.commit = commit  # type: ignore[method-assign]
        return unit

    def pause(self, seconds: float) -> None:
        """Do not wait: a command is tried again at once."""


# Refusals: one language, one style of path, no advice about the code


WRONG = (
    ("/cases?limit=501", "limit"),
    ("/cases?limit=0", "limit"),
    ("/cases?limit=x", "limit"),
    ("/cases?state=closed&state=flown", "state"),
    ("/cases?level=moon", "level"),
    ("/cases?order_by=moon", "order_by"),
    ("/cases?kind=x", "kind"),
    *(("/cases?site=%00", "site"), ("/cases?site=CRE&site=%3Cb%3E&theme=x", "theme"), ("/cases?site=GONE", "site")),
    ("/cases?text=%00", "text"),
    ("/cases?after=x", "after"),
    ("/cases?descending=on", "descending"),
    ("/cases?due_until=x", "due_until"),
    ("/cases?as_of=2026-02-30", "as_of"),
    ("/case-counts?facet=moon", "facet"),
    ("/agenda", "until"),
    ("/agenda?until=2026-07-31&limit=0", "limit"),
    ("/signals?since=2026-06-01&until=2026-07-01&min_count=0", "min_count"),
    ("/plans/site:CRE/published/0", "number"),
    ("/plans/site:CRE/published/9999999999", "number"),
    ("/plans/nowhere", "scope"),
)


@pytest.mark.parametrize(("path", "place"), WRONG)
def test_a_wrong_parameter_is_named_and_refused_in_the_language_of_the_request(path: str, place: str) -> None:
    client = Client(a_desk())
    answers = [client("GET", path, headers={"accept-language": lang}) for lang in ("fr", "en")]
    french, english = (one.json() for one in answers)
    assert [(one.status_code, valid("view.problem", one.json())) for one in answers] == [(422, True)] * 2
    assert [fault["path"] for fault in french["faults"]] == [fault["path"] for fault in english["faults"]] == [place]
    assert not re.search(r"[Ii]nput|should|valid|greater|expected", french["detail"])
    assert french["detail"].partition(" ; ")[2]
    assert english["detail"].partition("; ")[2]


def only_on_mondays(_: str) -> str:
    raise ValueError("le lundi seulement")


class Empty(BaseModel):
    """A body that has no value."""

    model_config = {"extra": "forbid"}


BOOL = ("true ou false est attendu", "true or false is expected")
OBJECT = ("un objet est attendu", "an object is expected")
DAY = ("un jour est attendu : 2026-06-30", "a day is expected: 2026-06-30")
INSTANT = (
    "une date et une heure sont attendues : 2026-06-30T09:30:00+02:00",
    "a date and a time are expected: 2026-06-30T09:30:00+02:00",
)
ONE_OF = ("une de ces valeurs est attendue : 'a' ou 'b'", "one of these values is expected: 'a' or 'b'")
NUMBER = ("un nombre est attendu", "a number is expected")
WHOLE = ("un nombre entier est attendu", "a whole number is expected")
SHORT, LONG = Annotated[str, Field(max_length=3)], Annotated[str, Field(min_length=2)]
LACKING = {"lacking : rien ; une valeur est attendue", "lacking: nothing; a value is expected"}
OTHERS: tuple[Any, ...] = ("x", [])
VALUES: tuple[tuple[Any, Any, str, str], ...] = (
    *((bool, wrong, *BOOL) for wrong in OTHERS),
    *((date, wrong, *DAY) for wrong in OTHERS),
    (datetime, "x", *INSTANT),
    *((kind, 1, *OBJECT) for kind in (dict[str, int], Empty)),
    *((kind, "c", *ONE_OF) for kind in (Literal["a", "b"], StrEnum("Letter", ["a", "b"]))),
    *((float, wrong, *NUMBER) for wrong in OTHERS),
    *((int, wrong, *WHOLE) for wrong in (1.5, *OTHERS)),
    (int, "1" * 5_000, "un nombre entier plus petit est attendu", "a smaller whole number is expected"),
    (Annotated[float, Field(allow_inf_nan=False)], "inf", "un nombre fini est attendu", "a finite number is expected"),
    (Annotated[int, Field(gt=1)], 1, "un nombre supérieur à 1 est attendu", "a number greater than 1 is expected"),
    (Annotated[int, Field(ge=2)], 1, "un nombre d'au moins 2 est attendu", "a number of at least 2 is expected"),
    (Annotated[int, Field(lt=1)], 1, "un nombre inférieur à 1 est attendu", "a number less than 1 is expected"),
    (Annotated[int, Field(le=0)], 1, "un nombre d'au plus 0 est attendu", "a number of at most 0 is expected"),
    (Annotated[int, Field(multiple_of=2)], 1, "un multiple de 2 est attendu", "a multiple of 2 is expected"),
    (list[int], 1, "une liste est attendue", "a list is expected"),
    (Annotated[list[int], Field(max_length=1)], [1, 2], "au plus 1 élément est attendu", "at most 1 item expected"),
    (Annotated[list[int], Field(min_length=2)], [1], "au moins 2 éléments sont attendus", "at least 2 items expected"),
    (str, 1, "un texte est attendu", "a text is expected"),
    (Annotated[str, Field(pattern="^a$")], "b", "un texte de la forme ^a$ est attendu", "a text like ^a$ is expected"),
    (SHORT, "abcd", "un texte de 3 caractères au plus est attendu", "a text of at most 3 characters is expected"),
    (LONG, "a", "un texte de 2 caractères au moins est attendu", "a text of at least 2 characters is expected"),
    (Annotated[str, AfterValidator(only_on_mondays)], "x", "le lundi seulement", "le lundi seulement"),
    (None, "x", "une autre valeur est attendue", "Input should be None"),
)
"""What an application may demand of a value, with a value that is none, and what is expected instead."""


def test_a_body_of_an_application_is_refused_in_the_words_of_the_library() -> None:
    expected = {f"v{number}": (fr, en) for number, (*_, fr, en) in enumerate(VALUES)} | {
        "lacking": ("une valeur est attendue", "a value is expected"),
        "some[1]": WHOLE,
        "empty.x": ("rien n'est attendu ici", "nothing is expected here"),
    }
    fields: Any = {f"v{number}": (kind, ...) for number, (kind, *_) in enumerate(VALUES)}
    own = create_model("Own", **fields, lacking=(int, ...), some=(list[int], ...), empty=(Empty, ...))
    body = {f"v{number}": wrong for number, (_, wrong, *_) in enumerate(VALUES)} | {"some": [1, "x"], "empty": {"x": 1}}
    router, application = APIRouter(route_class=ProblemRoute), FastAPI()

    def answer(given: Any) -> Any:
        return given

    answer.__annotations__["given"] = own
    router.post("/own")(answer)
    application.include_router(router)
    for place, lang in enumerate(("fr", "en")):
        refused = Client.of(application)("POST", "/own", json=body, headers={"accept-language": lang}).json()
        found = {fault["path"]: re.split(r"\s?; ", fault["detail"])[-1] for fault in refused["faults"]}
        assert found == {path: texts[place] for path, texts in expected.items()}
        assert LACKING.intersection(fault["detail"] for fault in refused["faults"])
    assert Client.of(application)("POST", "/own", json=[]).json()["faults"][0]["detail"].endswith(OBJECT[0])


@pytest.mark.parametrize(
    "received_at", ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "1850-06-01T00:00:00Z"]
)
def test_a_receipt_that_no_calendar_covers_is_a_fault_of_its_field(client: Client, received_at: str) -> None:
    client("POST", "/cases", json=REGISTER)
    facts = {**REGISTER["facts"], "received_at": received_at}  # type: ignore[dict-item]
    change = {"type": "correct", "facts": {"received_at": received_at}, "reason": "une faute de frappe"}
    for path, document in (("/cases", {**REGISTER, "facts": facts}), (COMMANDS, change)):
        refused = client("POST", path, json=document)
        assert refused.status_code == 422, refused.json()
        assert [fault["path"] for fault in refused.json()["faults"]] == ["facts.received_at"]
        assert "1990" in refused.json()["detail"]
        assert "étendez" not in refused.json()["detail"]


@pytest.mark.parametrize("received_at", ["1850-06-01T00:00:00Z", "2090-06-01T00:00:00Z"])
def test_a_survey_result_has_the_paths_of_its_own_arguments(client: Client, received_at: str) -> None:
    result = {"type": "register_survey_result", "site": "CRE", "satisfaction": 3, "received_at": received_at}
    refused = client("POST", "/cases", json=result)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json()["faults"]] == ["received_at"]


def test_a_severity_that_is_refused_has_the_path_of_its_risk(client: Client) -> None:
    client("POST", "/cases", json=REGISTER)
    refused = client("POST", COMMANDS, json={"type": "qualify", "problem": "p", "risks": {"training": 9}})
    assert [fault["path"] for fault in refused.json()["faults"]] == ["risks.training"]


# The board


def test_the_board_answers_head_as_get_and_no_page_is_stored() -> None:
    desk, application = a_desk(), FastAPI()
    application.include_router(board_router(lambda: desk), prefix="/board")
    client = Client.of(application)
    for path in (
        "/board/",
        "/board/dossiers",
        "/board/registre.csv",
        "/board/dossiers/R-2026-999999",
        "/board/board.css",
    ):
        got, head = client("GET", path), client("HEAD", path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert (head.headers, head.headers["x-content-type-options"]) == (got.headers, "nosniff")
    assert client("GET", "/board/").headers["cache-control"] == "no-store"


def test_a_refusal_of_a_dependency_of_the_board_stays_that_of_the_application() -> None:
    def refuse() -> Any:
        raise HTTPException(303, headers={"Location": "/login"})

    application = FastAPI()
    application.include_router(board_router(refuse), prefix="/board")
    assert Client.of(application)("GET", "/board/").headers["location"] == "/login"
