"""FastAPI: the routes of the cases and plans as plain data, and the board, on an application's own desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from reclamation_core.cases import Case
from reclamation_core.desk import AsyncDesk, Desk, etag
from reclamation_core.errors import Fault, FaultsError, ReclamationError
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.plans import PlanScope
from reclamation_core.schemas import openapi_components
from reclamation_core.wording import Lang, Wording

__all__ = ["add_schemas", "board_router", "reclamation_router"]

MOST_BYTES: Final = 2_000_000
"""The largest body of a request: a text of the longest length that a policy allows, and more."""
_T = TypeVar("_T")
_PROBLEM: Final = "application/problem+json"
_NO_JSON: Final = Wording("un document JSON est attendu", "a JSON document is expected")


class _ProblemRoute(APIRoute):
    """A route that answers what the library refuses with problem details (RFC 9457)."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except ReclamationError as error:
                document = error.to_document(_language(request))
                return JSONResponse(document, document["status"], media_type=_PROBLEM)

        return handle


def reclamation_router(desk: Callable[..., Any], *, texts: bool = True) -> APIRouter:
    """Return the routes of cases and plans: commands in, plain data out, with ETag and problem details.

    A request names the version that it expects in the header If-Match. Texts are in French, or in the language of
    Accept-Language.

    Args:
        desk: a dependency that returns the desk of a request, `Desk` or `AsyncDesk`; see `board_router`.
        texts: False to leave out what people wrote.
    """
    router = APIRouter(route_class=_ProblemRoute)
    of_desk = Depends(desk)
    _add_case_routes(router, of_desk, texts)
    _add_plan_routes(router, of_desk, texts)

    @router.get("/ready", summary="Check that the store answers")
    async def ready(used: Any = of_desk) -> Any:
        await _call(used, lambda one: one.cases.find())
        return {"status": "ready"}

    return router


def _add_case_routes(router: APIRouter, of_desk: Any, texts: bool) -> None:
    @router.get("/cases/{reference}", summary="Read a case (dossier)", **_returns("CaseView"))
    async def read_case(reference: str, used: Any = of_desk) -> Response:
        return _of_case(await _call(used, lambda one: one.cases.get(reference)), texts)

    @router.post("/cases", status_code=201, summary="Register (enregistrer)", **_takes("Command", "CaseView", 201))
    async def register(request: Request, used: Any = of_desk) -> Response:
        document = await _json(request)
        case = await _call(used, lambda one: one.execute(None, document))
        response = _of_case(case, texts, 201)
        response.headers["Location"] = f"{str(request.url.path).rstrip('/')}/{quote(case.reference)}"
        return response

    @router.post("/cases/{reference}/commands", summary="Act on a case (agir)", **_takes("Command", "CaseView"))
    async def act(reference: str, request: Request, used: Any = of_desk) -> Response:
        document, version = await _json(request), request.headers.get("if-match")
        return _of_case(
            await _call(used, lambda one: one.execute(reference, document, expected_version=version)), texts
        )

    @router.get(
        "/cases/{reference}/commands",
        summary="List what may be done (actes)",
        **_returns("AvailableCommandView", many=True),
    )
    async def commands(reference: str, request: Request, used: Any = of_desk) -> Any:
        found = await _call(used, lambda one: one.available_commands(reference))
        return [one.to_document(_language(request)) for one in found]

    @router.get("/cases/{reference}/explanation", summary="Explain a case (expliquer)", **_returns("CaseExplanation"))
    async def explain(reference: str, request: Request, used: Any = of_desk) -> Any:
        lang = _language(request)
        return (await _call(used, lambda one: one.explain(reference, lang))).to_document()

    @router.get(
        "/cases/{reference}/timeline", summary="Read the history (historique)", **_returns("TimelineEntry", many=True)
    )
    async def timeline(reference: str, request: Request, used: Any = of_desk) -> Any:
        case = await _call(used, lambda one: one.cases.get(reference))
        return [entry.to_document() for entry in case.timeline(_language(request), texts=texts)]


def _add_plan_routes(router: APIRouter, of_desk: Any, texts: bool) -> None:
    @router.get("/agenda", summary="List what is due (échéancier)", **_returns("Agenda"))
    async def agenda(until: date, used: Any = of_desk) -> Any:
        return (await _call(used, lambda one: one.agenda(until))).to_document(texts=texts)

    @router.get("/plans/{scope}", summary="Read a plan (PGAAC)", **_returns("PgaacView"))
    async def read_plan(scope: str, used: Any = of_desk) -> Response:
        plan = await _call(used, lambda one: one.pgaac(PlanScope.parse(scope)).current)
        return JSONResponse(plan.to_document(texts=texts), headers={"ETag": etag(plan)})

    @router.post("/plans/{scope}/commands", summary="Act on a plan", **_takes("PlanCommand", "PgaacView"))
    async def act_on_plan(scope: str, request: Request, used: Any = of_desk) -> Response:
        document, version = await _json(request), request.headers.get("if-match")

        def change(one: Desk) -> Any:
            service = one.pgaac(PlanScope.parse(scope))
            service.execute(document, expected_version=version)
            return service.current

        plan = await _call(used, change)
        return JSONResponse(plan.to_document(texts=texts), headers={"ETag": etag(plan)})


def add_schemas(application: FastAPI) -> None:
    """Add the schemas of documents and commands to the OpenAPI description of an application."""
    describe = application.openapi

    def described() -> dict[str, Any]:
        document = describe()
        document.setdefault("components", {}).setdefault("schemas", {}).update(openapi_components())
        return document

    application.openapi = described  # type: ignore[method-assign]


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: Mapping[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


def _returns(name: str, status: int = 200, *, many: bool = False) -> dict[str, Any]:
    """Return the options of a route that answers with a document of that schema, or with a problem."""
    schema = {"type": "array", "items": _reference(name)} if many else _reference(name)
    problem = {"description": "Problem details (RFC 9457)", **_content(_reference("ProblemView"), _PROBLEM)}
    responses = {status: {"description": name, **_content(schema)}, "4XX": problem, "503": problem}
    return {"responses": responses, "response_model": None}


def _takes(command: str, name: str, status: int = 200) -> dict[str, Any]:
    """Return the options of a route that takes a command and answers with a document."""
    body = {"required": True, **_content(_reference(command))}
    return {**_returns(name, status), "openapi_extra": {"requestBody": body}}


def _of_case(case: Case, texts: bool, status: int = 200) -> Response:
    return JSONResponse(case.to_document(texts=texts), status, headers={"ETag": etag(case)})


def _language(request: Request) -> Lang:
    """Return the language that a request prefers, French if it does not say."""
    wanted = request.headers.get("accept-language", "").lower()
    places = {lang: wanted.find(lang) for lang in ("fr", "en")}
    return "en" if places["en"] >= 0 and not 0 <= places["fr"] < places["en"] else "fr"


async def _call(desk: Any, work: Callable[[Desk], _T]) -> _T:
    """Call a function with the synchronous desk, without blocking the event loop."""
    if isinstance(desk, AsyncDesk):
        return await desk.run(work)
    if not isinstance(desk, Desk):
        raise TypeError(f"desk: the dependency has to return a Desk or an AsyncDesk, got a {type(desk).__name__}")
    return await run_in_threadpool(work, desk)


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MOST_BYTES:
            raise HTTPException(413, "La requête est trop longue.")
    return bytes(content)


async def _json(request: Request) -> Any:
    """Return the JSON document of a request.

    Raises:
        FaultsError: it is none.
    """
    try:
        return json.loads(await _body(request))
    except (ValueError, RecursionError) as error:
        raise FaultsError([Fault("$", None, _NO_JSON)]) from error


def board_router(
    desk: Callable[..., Any], board: Board | None = None, *, user: Callable[..., Any] | None = None
) -> APIRouter:
    """Return the routes of the board.

    Args:
        desk: a dependency that returns the desk of a request, `Desk` or `AsyncDesk`: acting as the person who is logged
            in, and limited to the sites that this person may see. A dependency that commits at its end belongs to
            `Depends(..., scope="function")`, so that it commits before the response is sent.
        board: the board; one without lists of sites and families by default.
        user: a dependency that returns the name of the person, as pages show it.

    Raises:
        HTTPException: of a request: 403 for a form posted by another site's page, 413 for one that is too long.
    """
    pages = board or Board()
    router = APIRouter(include_in_schema=False)
    of_desk, of_user = Depends(desk), Depends(user or _nobody)

    async def respond(
        request: Request,
        path: str,
        used_desk: Any = of_desk,
        user_name: str = of_user,
    ) -> Response:
        base = str(request.scope["path"]).removesuffix(path)
        given = BoardRequest(
            path=path,
            method=request.method,
            query=parse_qs(request.url.query),
            form=await _form(request),
            base=quote(base),
            user=user_name,
        )
        response = await _call(used_desk, lambda one: pages.respond(one, given))
        return Response(
            response.body, response.status, headers=dict(response.headers), media_type=response.content_type
        )

    router.add_api_route("{path:path}", respond, methods=["GET", "POST"])
    return router


def _nobody() -> str:
    return ""


async def _form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a posted form; refuse one that another site's page posts."""
    if request.method != "POST":
        return {}
    origin = request.headers.get("origin")
    is_foreign = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    if is_foreign or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise HTTPException(403, "Ce formulaire a été envoyé par la page d'un autre site.")
    return parse_qs((await _body(request)).decode(errors="replace"), keep_blank_values=True)
