"""FastAPI: the routes of the cases and plans as plain data, and the board, on an application's own desk."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Final, TypeVar, Unpack
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

import attrs
from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from reclamation_core.adapters import Settings, check
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, CaseKind, CaseState
from reclamation_core.desk import AsyncDesk, Desk, DeskOptions, etag
from reclamation_core.documents import parse_json
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.integrations.board import ActingRole, Board, BoardRequest, BoardResponse
from reclamation_core.integrations.board.requests import MOST_DUE, chosen_role
from reclamation_core.integrations.incidents import REQUEST_ID, request_id
from reclamation_core.integrations.problem_details import (
    NOT_JSON,
    PROBLEM_RESPONSES,
    JsonResponse,
    ProbeRoute,
    ProblemError,
    ProblemRoute,
    RegisterRoute,
    ResponseError,
    add_problem_details,
    http_problem,
    incident_of,
    language,
    response_behind,
    routes_of_one,
)
from reclamation_core.plans import ActionSheet, ActionType, PlanScope
from reclamation_core.ports import CaseFacet, CaseOrder, CaseQuery, VersionConflictError
from reclamation_core.ports.background import run_cancellable
from reclamation_core.reporting import calendar_bytes
from reclamation_core.schemas import openapi_components
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Lang, Wording

__all__ = [
    "PROBLEM_RESPONSES",
    "ProblemRoute",
    "acting_desk",
    "add_problem_details",
    "add_schemas",
    "board_router",
    "desk_lifespan",
    "reclamation_router",
]

MOST_BYTES: Final = 2_000_000
"""The largest body of a request: a text of the longest length that a policy allows, and more."""
_MOST_FIELDS: Final = 1_000
"""The most fields of a form, as Django has it."""
_MOST_ROWS: Final = 500
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_TAGS: Final = re.compile(rf"[ \t,]*(?:{_TAG.pattern}[ \t]*(?:,[ \t,]*|$))*")
"""Entity tags as RFC 9110 (5.6.1 and 8.8.3) writes a list of them."""
_VERSION: Final = re.compile(r'"v(0|[1-9][0-9]{0,17})"')
_NO_VERSION: Final = 10**18
"""The version to expect for tags of none: no case has as many events."""
_A_TAG: Final = Wording(
    "une étiquette reçue dans ETag est attendue, telle quelle, ou plusieurs séparées par des virgules",
    'an entity tag is expected as ETag had it, in quotes, or several with commas between them, such as "v7"',
)
_OTHER_VERSION: Final = Wording(
    "le dossier ou le plan a une autre version que celle de If-Match : quelqu'un vient de le modifier, ou l'acte était "
    "déjà enregistré ; rechargez-le",
    "the case or plan has another version than that of If-Match: it has changed, or the command was recorded before; "
    "load it again",
)
_ROLE: Final = "reclamation_role"
"""The cookie with the key of the role that a person has chosen; it gives no role that the person does not have."""
_T = TypeVar("_T")


# Parameters, each with its description in both languages and an example


def _words(fr: str, en: str) -> str:
    return f"{fr}.\n\n*{en}.*"


def _iso_day(value: object) -> object:
    """Return a day; pydantic alone would take a number for seconds."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise PydanticCustomError("date_type", "a day is expected")


def _truth(value: object) -> object:
    """Return a truth; pydantic alone would take 1, on and the like."""
    return {"true": True, "false": False}.get(value, "?") if isinstance(value, str) else value


def _query(fr: str, en: str, example: Any, **limits: Any) -> Any:
    return Query(description=_words(fr, en), examples=[example], **limits)


def _place(fr: str, en: str, example: Any, **limits: Any) -> Any:
    return Path(description=_words(fr, en), examples=[example], **limits)


_Day = Annotated[date, BeforeValidator(_iso_day)]
_Truth = Annotated[bool, BeforeValidator(_truth)]
_POSITIVE: Final = {"ge": 1, "le": 10**9}

_Reference = Annotated[str, _place("La référence du dossier", "The reference of the case", "R-2026-000001")]
_Scope = Annotated[
    str,
    _place(
        "Le plan : site:CODE d'un centre, region:NOM, ou nation",
        "The plan: site:CODE, region:NAME, or nation",
        "site:CRE",
    ),
]
_Number = Annotated[int, _place("Le numéro du plan diffusé", "The number of the published plan", 1, **_POSITIVE)]
_Until = Annotated[_Day, _query("Jusqu'à ce jour compris", "Until this day", "2026-07-31")]
_Since = Annotated[_Day, _query("Depuis ce jour compris", "Since this day", "2026-06-01")]
_AsOf = Annotated[
    _Day | None,
    _query(
        "Le jour auquel l'état des échéances est donné, aujourd'hui par défaut",
        "The day of the status of the deadlines, today by default",
        "2026-06-30",
    ),
]
_Limit = Annotated[int, _query("Le nombre de lignes d'une page", "The rows of a page", 50, ge=1, le=_MOST_ROWS)]
_MinCount = Annotated[
    int, _query("Le nombre de messages d'un signal", "The number of messages of a signal", 3, **_POSITIVE)
]
_Order = Annotated[CaseOrder, _query("L'ordre", "The order", "due")]
_Descending = Annotated[_Truth, _query("En ordre décroissant", "Greatest value first", False)]
_After = Annotated[
    str | None,
    _query(
        "La suite d'une page de la même liste, telle qu'elle a été reçue",
        "The `next` of a page of the same list, as it was received",
        "WyJyZWZlcmVuY2UiLCBmYWxzZSwgIlItMjAyNi0wMDAwNTAiLCAiUi0yMDI2LTAwMDA1MCJd",
    ),
]
_Facets = Annotated[list[CaseFacet], _query("Les facettes", "The facets", ["state", "due"])]
_States = Annotated[list[CaseState], _query("Dans l'un de ces états", "In one of these states", ["qualified"])]
_Levels = Annotated[list[Level], _query("Traités à l'un de ces niveaux", "Handled at these levels", ["local"])]
_Sites = Annotated[list[str], _query("De l'un de ces centres", "Of one of these sites", ["CRE"])]
_Kind = Annotated[
    CaseKind | None, _query("Réclamations, ou dysfonctionnements", "Complaints, or malfunctions", "complaint")
]
_Text = Annotated[
    str | None,
    _query(
        "Avec ce texte, sans égard aux majuscules et aux accents",
        "With this text, whatever the case and the accents",
        "formateur",
    ),
]
_DueUntil = Annotated[
    _Day | None,
    _query("Dont la réponse est attendue jusqu'à ce jour", "With an answer due until this day", "2026-06-30"),
]


def _criteria(  # noqa: PLR0917  FastAPI passes them by name, and copies the lists
    state: _States = [],  # noqa: B006
    level: _Levels = [],  # noqa: B006
    site: _Sites = [],  # noqa: B006
    kind: _Kind = None,
    text: _Text = None,
    due_until: _DueUntil = None,
) -> CaseQuery:
    """Return the criteria of a list of cases.

    Raises:
        FaultsError: one is refused, by the name of its parameter.
    """
    try:
        return CaseQuery(states=state, levels=level, sites=site, kind=kind, text=text, due_until=due_until)
    except FaultsError as error:
        parameters = {"levels": "level", "sites": "site", "states": "state"}
        raise FaultsError(
            attrs.evolve(fault, path=parameters.get(fault.path, fault.path)) for fault in error.faults
        ) from None


_Criteria = Annotated[CaseQuery, Depends(_criteria)]


_STATUS: Final = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
_COUNT: Final = {
    "type": "object",
    "required": ["code", "count"],
    "properties": {"code": {"type": ["string", "null"]}, "count": {"type": "integer"}},
}
_COUNTS: Final = {
    "type": "object",
    "required": ["total", "facets"],
    "properties": {
        "total": {"type": "integer"},
        "facets": {"type": "object", "additionalProperties": {"type": "array", "items": _COUNT}},
    },
}

_PAGE_HEADERS: Final = {
    "Link": {"schema": {"type": "string"}, "description": 'The next page: `<...>; rel="next"`'},
    "X-Total-Count": {"schema": {"type": "integer"}, "description": "The number of cases on all pages"},
}


# Routes


def reclamation_router(
    desk: Callable[..., Any], *, texts: bool = True, ready: Callable[..., Any] | None = None
) -> APIRouter:
    """Return the routes of cases and plans: commands in, plain data out, with ETag and problem details.

    A request names the version that it expects in the header If-Match. Texts are in French, or in the language of
    Accept-Language.

    Args:
        desk: a dependency that returns the desk of a request, `Desk` or `AsyncDesk`; see `board_router`.
        texts: False to leave out what people wrote.
        ready: a dependency that returns a desk without a login, for `/ready`; the same by default.
    """
    router = APIRouter(route_class=routes_of_one(ProblemRoute), tags=["réclamations"])
    of_desk = Depends(desk, scope="function")
    _add_lists(router, of_desk)
    _add_overviews(router, of_desk, texts)
    _add_case_routes(router, of_desk, texts)
    _add_readings(router, of_desk, texts)
    _add_plan_routes(router, of_desk, texts)
    probes = APIRouter(route_class=routes_of_one(ProbeRoute))
    _add_probes(probes, Depends(ready or desk, scope="function"))
    router.include_router(probes)
    return router


def _add_probes(router: APIRouter, of_desk: Any) -> None:
    @router.get("/health", **_returns(_STATUS, "Dire que le service vit", "Tell that the service is alive"))
    async def health() -> Any:
        return {"status": "alive"}

    @router.get("/ready", **_returns(_STATUS, "Vérifier que le registre répond", "Check that the store answers"))
    async def ready(request: Request, used: Any = of_desk) -> Any:
        await _call(request, used, lambda one: one.cases.summaries(limit=1))
        return {"status": "ready"}


def _add_lists(router: APIRouter, of_desk: Any) -> None:
    @router.get(
        "/cases",
        **_returns(
            "CaseSummariesView",
            "Lister les dossiers, page par page",
            "List cases: the header Link has the next page, X-Total-Count the number of cases on all pages",
            headers=_PAGE_HEADERS,
        ),
    )
    async def list_cases(
        *,
        request: Request,
        query: _Criteria,
        order_by: _Order = CaseOrder.REFERENCE,
        descending: _Descending = False,
        limit: _Limit = 50,
        after: _After = None,
        as_of: _AsOf = None,
        used: Any = of_desk,
    ) -> Response:
        def listed(one: Desk) -> Any:
            page = one.cases.summaries(query, order_by=order_by, descending=descending, limit=limit, after=after)
            headers = {"X-Total-Count": str(one.cases.count(query)), **_next_page(request, page.next)}
            return JsonResponse(page.to_document(as_of or _today()), headers=headers)

        return await _call(request, used, listed)

    @router.get(
        "/case-counts",
        **_returns(
            _COUNTS,
            "Compter les dossiers par facette",
            "Count cases by the codes of facets, null for the cases without one",
        ),
    )
    async def count_cases(
        request: Request,
        query: _Criteria,
        facet: _Facets = [CaseFacet.STATE],  # noqa: B006
        as_of: _AsOf = None,
        used: Any = of_desk,
    ) -> Any:
        def counted(one: Desk) -> Any:
            found = one.cases.count_by_each(facet, query, as_of=as_of or _today())
            facets = {
                by.value: [{"code": code, "count": count} for code, count in sorted(counts.items(), key=str)]
                for by, counts in found.items()
            }
            total = sum(next(iter(found.values())).values()) if found else one.cases.count(query)
            return JsonResponse({"total": total, "facets": facets})

        return await _call(request, used, counted)


def _next_page(request: Request, after: str | None) -> dict[str, str]:
    """Return the header that leads to the next page of a list, if there is one."""
    if after is None:
        return {}
    kept = [pair for pair in parse_qsl(request.url.query, keep_blank_values=True) if pair[0] != "after"]
    following = urlencode([*kept, ("after", after)], errors="replace")
    return {"Link": f'<{quote(request.scope["path"])}?{following}>; rel="next"'}


def _add_overviews(router: APIRouter, of_desk: Any, texts: bool) -> None:
    @router.get("/agenda", **_returns("Agenda", "Lister ce qui est à faire (échéancier)", "List what is due"))
    async def agenda(request: Request, until: _Until, limit: _Limit = _MOST_ROWS, used: Any = of_desk) -> Any:
        def read(one: Desk) -> Response:
            return JsonResponse(one.agenda(until, limit=limit).to_document(texts=texts))

        return await _call(request, used, read)

    @router.get(
        "/signals",
        **_returns("Signals", "Lister les signaux", "List repeated messages outside the procedure (signals)"),
    )
    async def signals(
        request: Request, since: _Since, until: _Until, min_count: _MinCount = 3, used: Any = of_desk
    ) -> Any:
        def read(one: Desk) -> Response:
            return JsonResponse(one.signals(since=since, until=until, min_count=min_count).to_document())

        return await _call(request, used, read)

    calendar_type = "text/calendar"

    @router.get(
        "/calendar.ics",
        **_returns(
            {"type": "string"},
            f"S'abonner aux {MOST_DUE} premières échéances (fichier de calendrier)",
            f"Subscribe to the first {MOST_DUE} due dates (calendar file)",
            media_type=calendar_type,
            tagged=True,
        ),
    )
    async def calendar(request: Request, used: Any = of_desk) -> Response:
        tag = await _call(request, used, lambda one: one.reports.calendar_tag(limit=MOST_DUE))
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if {tag, "*"}.intersection(_tags(request, "If-None-Match") or ()):
            return Response(status_code=304, headers=headers)
        content = await _call(request, used, lambda one: calendar_bytes(one.reports.calendar(limit=MOST_DUE)))
        return Response(content, media_type=calendar_type, headers=headers)


def _add_case_routes(router: APIRouter, of_desk: Any, texts: bool) -> None:
    @router.get("/cases/{reference}", **_returns("CaseView", "Lire un dossier", "Read a case", tagged=True))
    async def read_case(reference: _Reference, request: Request, used: Any = of_desk) -> Response:
        def read(one: Desk) -> Response:
            case = one.cases.get(reference)
            return _tagged(request, case, lambda: case.to_document(texts=texts))

        return await _call(request, used, read)

    @router.post(
        "/cases",
        status_code=201,
        **_takes(
            "CaseView",
            "Enregistrer une réclamation",
            "Register a complaint",
            command="Command",
            example=_REGISTER,
            status=201,
        ),
    )
    async def register(request: Request, used: Any = of_desk) -> Response:
        document = await _json(request)

        def change(one: Desk) -> Response:
            case, is_new = one.register_once(document)
            where = f"{quote(request.scope['path'].rstrip('/'))}/{quote(case.reference)}"
            return _of_case(case, texts, 201 if is_new else 200, {"Location": where})

        return await _call(request, used, change)

    @router.post(
        "/cases/{reference}/commands",
        **_takes(
            "CaseView", "Agir sur un dossier", "Act on a case", command="Command", example={"type": "acknowledge"}
        ),
    )
    async def act(reference: _Reference, request: Request, used: Any = of_desk) -> Response:
        document, tags = await _json(request), _tags(request, "If-Match")

        def change(one: Desk) -> Response:
            return _of_case(_matched(one, tags, lambda: one.cases.get(reference).version, reference, document), texts)

        return await _call(request, used, change)


def _add_readings(router: APIRouter, of_desk: Any, texts: bool) -> None:
    @router.get(
        "/cases/{reference}/commands",
        **_returns(
            "AvailableCommandView",
            "Lister les opérations, celles qui sont refusées et pourquoi",
            "List commands",
            many=True,
        ),
    )
    async def commands(reference: _Reference, request: Request, used: Any = of_desk) -> Any:
        def read(one: Desk) -> Response:
            found = one.available_commands(reference)
            return _in_language(request, [each.to_document(language(request)) for each in found])

        return await _call(request, used, read)

    @router.get(
        "/cases/{reference}/explanation",
        **_returns("CaseExplanation", "Expliquer un dossier", "Explain a case: its level, risk and deadline"),
    )
    async def explain(reference: _Reference, request: Request, used: Any = of_desk) -> Any:
        def read(one: Desk) -> Response:
            return _in_language(request, one.explain(reference, language(request)).to_document())

        return await _call(request, used, read)

    @router.get(
        "/cases/{reference}/timeline",
        **_returns("TimelineEntry", "Lire l'historique d'un dossier", "Read the history of a case", many=True),
    )
    async def timeline(reference: _Reference, request: Request, used: Any = of_desk) -> Any:
        def read(one: Desk) -> Response:
            entries = one.cases.get(reference).timeline(language(request), texts=texts)
            return _in_language(request, [entry.to_document() for entry in entries])

        return await _call(request, used, read)


def _add_plan_routes(router: APIRouter, of_desk: Any, texts: bool) -> None:
    @router.get("/plans/{scope}", **_returns("PgaacView", "Lire un plan (PGAAC)", "Read a plan", tagged=True))
    async def read_plan(scope: _Scope, request: Request, used: Any = of_desk) -> Response:
        def read(one: Desk) -> Response:
            plan = one.pgaac(PlanScope.parse(scope)).current
            return _tagged(request, plan, lambda: plan.to_document(texts=texts))

        return await _call(request, used, read)

    @router.post(
        "/plans/{scope}/commands",
        **_takes("PgaacView", "Agir sur un plan", "Act on a plan", command="PlanCommand", example=_PUBLISH),
    )
    async def act_on_plan(scope: _Scope, request: Request, used: Any = of_desk) -> Response:
        document, tags = await _json(request), _tags(request, "If-Match")

        def change(one: Desk) -> Any:
            service = one.pgaac(PlanScope.parse(scope))
            _matched(service, tags, lambda: service.current.version, document)
            plan = service.current
            return JsonResponse(plan.to_document(texts=texts), headers={"ETag": etag(plan)})

        return await _call(request, used, change)

    @router.get(
        "/plans/{scope}/published/{number}",
        **_returns("PublishedPlanView", "Lire un plan diffusé", "Read a published plan"),
    )
    async def read_published(scope: _Scope, number: _Number, request: Request, used: Any = of_desk) -> Any:
        def read(one: Desk) -> Response:
            service = one.pgaac(PlanScope.parse(scope))
            return JsonResponse(service.published_plan_to_document(number, texts=texts))

        return await _call(request, used, read)


def _today() -> date:
    return BusinessCalendar.france().day_of(datetime.now(UTC))


def _tags(request: Request, name: str) -> list[str] | None:
    """Return the entity tags of a precondition, or `["*"]`; None without one (RFC 9110, 13.1).

    Raises:
        FaultsError: it is not a list of entity tags.
    """
    lines = request.headers.getlist(name)
    if not lines:
        return None
    given = ",".join(lines)
    if given.strip() == "*":
        return ["*"]
    if _TAGS.fullmatch(given) is None or not (found := _TAG.findall(given)):
        raise FaultsError([Fault(name, given, _A_TAG)])
    return [tag.removeprefix("W/") for tag in found]


def _matched(target: Any, tags: list[str] | None, version: Callable[[], int], *command: Any) -> Any:
    """Execute a command if the case or the plan has one of the tags of If-Match.

    A proxy may have made the tags weak, so that weak ones are compared too.

    Args:
        target: the desk or the plan.
        tags: the tags; None for any version.
        version: reads the present version.
        command: the arguments of the command.

    Raises:
        ProblemError: the case or the plan has another version: 412, with the document of the conflict.
    """
    if tags is None or tags == ["*"]:
        return target.execute(*command)
    versions = {int(one[1]) for one in map(_VERSION.fullmatch, tags) if one is not None}
    expected = max(versions, default=_NO_VERSION)
    if len(versions) > 1 and (found := version()) in versions:
        expected = found
    try:  # without a version too: a command that is refused as such is so whatever the tags (RFC 9110, 13.2.1)
        return target.execute(*command, expected_version=expected)
    except VersionConflictError as error:
        conflict = error
    raise ProblemError(lambda lang: _precondition_failed(conflict, lang))


def _precondition_failed(conflict: VersionConflictError, lang: Lang) -> dict[str, Any]:
    detail, expected = _OTHER_VERSION.in_(lang), conflict.expected
    return conflict.to_document(lang) | {
        "status": 412,
        "detail": detail,
        "faults": [{"path": "If-Match", "detail": detail}],
        "expected_version": None if expected == _NO_VERSION else expected,
    }


def _tagged(request: Request, aggregate: Any, document: Callable[[], Any]) -> Response:
    """Return a document with its version as ETag; 304 without the document if the client has that version."""
    tag = etag(aggregate)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if {tag, "*"}.intersection(_tags(request, "If-None-Match") or ()):
        return Response(status_code=304, headers=headers)
    return JsonResponse(document(), headers=headers)


def _of_case(case: Case, texts: bool, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return JsonResponse(case.to_document(texts=texts), status, headers={"ETag": etag(case), **(headers or {})})


def _in_language(request: Request, document: Any) -> Response:
    return JsonResponse(document, headers={"Content-Language": language(request), "Vary": "Accept-Language"})


async def _call(request: Request, desk: Any, work: Callable[[Desk], _T]) -> _T:
    """Call a function with the synchronous desk in a thread; what only reads ends if the client has gone.

    Raises:
        ClientDisconnect: it has gone.
    """
    running = asyncio.ensure_future(_in_thread(desk, work))
    if request.method != "GET":
        return await running
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({running, gone}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
    finally:
        gone.cancel()
        running.cancel()
    await asyncio.wait({running})
    raise ClientDisconnect


async def _in_thread(desk: Any, work: Callable[[Desk], _T]) -> _T:
    if isinstance(desk, AsyncDesk):
        return await desk.run(work)
    if not isinstance(desk, Desk):
        raise TypeError(f"desk: the dependency has to return a Desk or an AsyncDesk, got a {type(desk).__name__}")
    return await run_cancellable(lambda: run_in_threadpool(work, desk))


async def _gone(request: Request) -> None:
    """Wait until the client has closed its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MOST_BYTES:
            raise HTTPException(413, "La requête est trop longue.")
    return bytes(content)


async def _json(request: Request) -> Any:
    """Return the JSON document of a request.

    A page of another site can post a document of another type in the name of a person who is logged in: it is refused.

    Raises:
        FaultsError: it is none.
        HTTPException: its type is another one, or it is too long.
    """
    if not re.match(r"application/([\w.+-]+\+)?json\s*(;|$)", request.headers.get("content-type", ""), re.IGNORECASE):
        raise HTTPException(415)
    content = await _body(request)
    try:
        return parse_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FaultsError([Fault("$", REDACTED, NOT_JSON)]) from None
    except FaultsError as error:
        raise FaultsError(
            Fault(fault.path, REDACTED, NOT_JSON if fault.path == "$" else fault.expected) for fault in error.faults
        ) from None


# OpenAPI


_ACKNOWLEDGE: Final = {"type": "acknowledge"}
_PUBLISH: Final = {"type": "publish", "recipients": ["RQR"]}
_REGISTER: Final = {
    "type": "register",
    "site": "CRE",
    "complainant": "M. Durand",
    "verbatim": "La session a commencé sans formateur.",
    "facts": {
        "type": "complaint",
        "received_at": "2026-06-30T09:30:00+02:00",
        "channel": "email",
        "formal": True,
        "complainant": "trainee",
        "nature": "grievance",
        "requirement": "contractual",
        "sold_service": True,
        "client_scope": "local",
        "service_reach": "one_centre",
        "mobilisation": "local",
    },
}


def add_schemas(application: FastAPI) -> None:
    """Add the schemas of documents and commands, examples and links to the OpenAPI description of an application."""
    describe = application.openapi

    def described() -> dict[str, Any]:
        document = describe()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Command" not in schemas:
            schemas |= openapi_components()
            for name, example in _examples().items():
                schemas[name] = {**schemas[name], "examples": [example]}
            _link(document["paths"])
        return document

    application.openapi = described  # type: ignore[method-assign]


def _link(paths: Mapping[str, Any]) -> None:
    """Link the operations on cases and plans: what answers with a reference, and what takes one."""
    first = {"reference": "$response.body#/summaries/0/reference"}
    published = {"scope": "$request.path.scope", "number": "$response.body#/publications/0/number"}
    for path, operations in paths.items():
        if path.endswith("/cases") and f"{path}/{{reference}}/commands" in paths:
            linked = [
                operation for other in paths if other.startswith(f"{path}/{{") for operation in paths[other].values()
            ]
            _add_links(operations["post"]["responses"]["201"], linked, {"reference": "$response.body#/reference"})
            _add_links(operations["get"]["responses"]["200"], linked, first)
        elif path.endswith("/plans/{scope}/commands"):
            read = f"{path.removesuffix('commands')}published/{{number}}"
            _add_links(operations["post"]["responses"]["200"], paths[read].values(), published)


def _add_links(
    response: dict[str, Any], operations: Iterable[Mapping[str, Any]], parameters: Mapping[str, str]
) -> None:
    links = {one["operationId"]: {"operationId": one["operationId"], "parameters": parameters} for one in operations}
    response["links"] = links


def _examples() -> dict[str, Any]:
    """Return an example of each document: what a small desk in memory answers."""
    desk = Desk.in_memory()
    case = desk.execute(None, _REGISTER)
    plan = desk.pgaac("CRE")
    plan.add(
        ActionSheet(
            reference="A-1",
            type=ActionType.CORRECTIVE,
            origin="internal_audit",
            site="CRE",
            what="prévoir un formateur de remplacement",
            owner="Mme Blanc",
            cause_family="organisation",
            cause="absence non remplacée",
        )
    )
    plan.publish(recipients=["RQR"])
    day = date(2026, 7, 31)
    return {
        "Agenda": desk.agenda(day).to_document(texts=True),
        "AvailableCommandView": desk.available_commands(case.reference)[0].to_document(),
        "CaseExplanation": desk.explain(case.reference).to_document(),
        "CaseSummariesView": desk.cases.summaries().to_document(day),
        "CaseView": case.to_document(texts=True),
        "Command": _REGISTER,
        "PgaacView": plan.current.to_document(texts=True),
        "PlanCommand": _PUBLISH,
        "ProblemView": http_problem(404, "fr"),
        "PublishedPlanView": plan.published_plan_to_document(1, texts=True),
        "Signals": desk.signals(since=date(2026, 6, 1), until=day).to_document(),
        "TimelineEntry": case.timeline("fr")[0].to_document(),
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: Mapping[str, Any], media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema, **more}}}


def _returns(
    answer: str | Mapping[str, Any],
    fr: str,
    en: str,
    *,
    status: int = 200,
    many: bool = False,
    tagged: bool = False,
    media_type: str = "application/json",
    headers: Mapping[str, Any] | None = None,
    refusals: tuple[int | str, ...] = ("4XX", 404, 405, 422, 503),
) -> dict[str, Any]:
    """Return the options of a route that answers with a document of a schema, or with a problem."""
    schema = _reference(answer) if isinstance(answer, str) else answer
    schema = {"type": "array", "items": schema} if many else schema
    has_tag = tagged or status == 201
    declared = {
        **({"ETag": {"schema": {"type": "string"}, "description": "The version"}} if has_tag else {}),
        **(headers or {}),
    }
    found: dict[int | str, Any] = {status: {"description": fr, **_content(schema, media_type), "headers": declared}}
    if status == 201:
        found[200] = found[201] | {"description": "Le message était déjà enregistré : son dossier"}
    if tagged:
        found[304] = {"description": "The client has this version (If-None-Match)"}
    found |= dict.fromkeys(refusals, PROBLEM_RESPONSES[422])
    extra = {"parameters": [_header("If-None-Match", "La version déjà connue", "The version known")]} if tagged else {}
    return {
        "summary": fr,
        "description": _words(fr, en),
        "responses": found,
        "response_model": None,
        "openapi_extra": extra,
    }


def _takes(answer: str, fr: str, en: str, *, command: str, example: Any, status: int = 200) -> dict[str, Any]:
    """Return the options of a route that takes a command and answers with a document."""
    refusals = ("4XX", 403, 404, 405, 409, 412, 413, 415, 422, 503)
    body = {"required": True, **_content(_reference(command), example=example)}
    extra: dict[str, Any] = {"requestBody": body}
    if status != 201:
        extra["parameters"] = [_header("If-Match", "La version attendue", "The version expected")]
    return {**_returns(answer, fr, en, status=status, refusals=refusals), "openapi_extra": extra}


def _header(name: str, fr: str, en: str) -> dict[str, Any]:
    described = {"description": _words(fr, en), "schema": {"type": "string"}, "example": '"v1"'}
    return {"name": name, "in": "header", "required": False, **described}


# Lifespan


def desk_lifespan(
    url: str, settings: Settings | None = None, **options: Unpack[DeskOptions]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return the lifespan of an application on a register: `FastAPI(lifespan=desk_lifespan(url))`.

    `app.state.desk` is an `AsyncDesk` from the start, at which the schema is checked whole, to the end, at which its
    connections are closed. A database in memory has nothing to check: use `AsyncDesk.open`. What is imported by then is
    left out of garbage collections (`gc.freeze`), which would stop the event loop for tenths of a second.

    Args:
        url: the address of the database, as for `AsyncDesk.open`.
        settings: the size of the pool, the seconds to wait for a lock or a free connection, and the like.
        options: `policy`, `sites`, `clock` and `taxonomy`; see `DeskOptions`.

    Raises:
        SchemaError: when the application starts: the schema is not the one of this version.
    """

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        async with AsyncDesk.open(url, settings, **options) as desk:
            await run_in_threadpool(check, url)
            application.state.desk = desk
            _leave_out_of_collections()
            yield

    return lifespan


@cache
def _leave_out_of_collections() -> None:
    """Leave what is imported out of garbage collections: each one stops every thread while it visits all objects."""
    gc.collect()
    gc.freeze()


# The board


def acting_desk(desk: Callable[..., Any], *, user: Callable[..., Any], roles: Callable[..., Any]) -> Callable[..., Any]:
    """Return a dependency: the desk of a request, acting in the role that the person has chosen on the board.

    Args:
        desk: a dependency that returns a desk without a person, `Desk` or `AsyncDesk`.
        user: a dependency that returns the name of the person.
        roles: a dependency that returns the roles of the person, each an `ActingRole`; the first one by default.
    """
    of_desk, of_user, of_roles = (Depends(one, scope="function") for one in (desk, user, roles))

    def acting(request: Request, used: Any = of_desk, name: str = of_user, held: Any = of_roles) -> Any:
        return _role(request, held).desk(used, name)

    return acting


def _role(request: Request, roles: Sequence[ActingRole]) -> ActingRole:
    """Return the role that a person has chosen, as the cookie has it.

    Raises:
        HTTPException: 403, the person has no role.
    """
    found = chosen_role(roles, unquote(request.cookies.get(_ROLE, "")))
    if found is None:
        raise HTTPException(403, "Aucun rôle ne vous est attribué.")
    return found


def board_router(
    desk: Callable[..., Any],
    board: Board | None = None,
    *,
    user: Callable[..., Any] | None = None,
    roles: Callable[..., Any] | None = None,
) -> APIRouter:
    """Return the routes of the board.

    Args:
        desk: a dependency that returns the desk of a request, `Desk` or `AsyncDesk`: acting as the person who is logged
            in, and limited to the sites that this person may see. A dependency that commits at its end does so before
            the response is sent.
        board: the board; one without lists of sites and families by default.
        user: a dependency that returns the name of the person, as pages show it.
        roles: a dependency that returns the roles that pages offer to choose, as for `acting_desk`.

    Raises:
        HTTPException: of a request: 403 for a form posted by another site's page, 413 for one that is too long.
    """
    pages = board or Board()

    class BoardRoute(RegisterRoute):
        """A route of this board: a browser is answered with a page if the database fails."""

        def refusal(self, request: Request, error: Exception) -> Response | None:
            failure = None if response_behind(error) is not None else incident_of(error)
            if failure is None or "text/html" not in request.headers.get("accept", ""):
                return super().refusal(request, error)
            base = str(request.scope["path"]).removesuffix(request.path_params["path"])
            asked = BoardRequest(
                path=request.path_params["path"],
                method=request.method,
                base=quote(base),
                id=request_id(request.headers.get(REQUEST_ID)),
            )
            return _sent(pages.refuse(asked, failure))

    router = APIRouter(include_in_schema=False, route_class=BoardRoute)
    of_desk, of_user, of_roles = (
        Depends(one, scope="function") for one in (desk, user or (lambda: ""), roles or (lambda: ()))
    )

    async def respond(
        request: Request,
        path: str,
        used_desk: Any = of_desk,
        user_name: str = of_user,
        held: Any = of_roles,
    ) -> Response:
        base = str(request.scope["path"]).removesuffix(path)
        if not path:
            return Response(status_code=307, headers={"Location": f"{quote(base)}/"})
        given = BoardRequest(
            path=path,
            method=request.method,
            query=_fields(request.url.query),
            form=await _form(request),
            known_tags=request.headers.get("if-none-match", ""),
            base=quote(base),
            user=user_name,
            roles=held,
            role=_role(request, held).key if held else "",
            id=request_id(request.headers.get(REQUEST_ID)),
        )
        response = await _call(request, used_desk, lambda one: pages.respond(one, given))
        answer = _sent(response)
        if response.status >= 500:  # logged with its page: what the application has begun would fail, too
            raise ResponseError(answer)
        if response.role:
            at, is_secure = request.scope.get("root_path") or "/", request.url.scheme == "https"
            answer.set_cookie(_ROLE, quote(response.role), path=at, secure=is_secure, httponly=True, samesite="lax")
        return answer

    router.add_api_route("{path:path}", respond, methods=["GET", "POST"])
    return router


def _sent(response: BoardResponse) -> Response:
    """Return a response of the board as one of Starlette."""
    headers, media_type = dict(response.headers), response.content_type
    if response.file is not None:
        return StreamingResponse(response.chunks(), response.status, headers, media_type)
    return Response(response.body, response.status, headers, media_type)


async def _form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a posted form; refuse one that another site's page posts."""
    if request.method != "POST":
        return {}
    origin = request.headers.get("origin")
    is_foreign = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    if is_foreign or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise HTTPException(403, "Ce formulaire a été envoyé par la page d'un autre site.")
    return _fields((await _body(request)).decode(errors="replace"), keep_blank_values=True)


def _fields(text: str, *, keep_blank_values: bool = False) -> dict[str, list[str]]:
    """Return the fields of a form or of an address.

    Raises:
        HTTPException: 413, they are too many: reading them would take seconds.
    """
    try:
        return parse_qs(text, keep_blank_values, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(413, "Ce formulaire a trop de champs.") from None
