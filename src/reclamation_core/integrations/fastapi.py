"""FastAPI: the routes of the cases and plans as plain data, and the board, on an application's own desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, TypeVar, Unpack
from urllib.parse import parse_qs, quote, unquote

import attrs
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from reclamation_core.adapters import Settings, check
from reclamation_core.desk import AsyncDesk, Desk, DeskOptions
from reclamation_core.gil_pauses import leave_out_of_collections
from reclamation_core.integrations.api.openapi import (
    PROBE_RESPONSES,
    PROBLEM_RESPONSES,
    add_components,
    described,
    responses,
)
from reclamation_core.integrations.api.parameters import words
from reclamation_core.integrations.api.requests import MOST_BYTES, ApiRequest, ApiResponse, parameters_of
from reclamation_core.integrations.api.routes import ROUTES, ApiOptions, Route, check_ready
from reclamation_core.integrations.board import ActingRole, Board, BoardRequest, BoardResponse
from reclamation_core.integrations.board.requests import chosen_role
from reclamation_core.integrations.http_requests import (
    LARGEST_UPLOAD,
    MOST_FILES,
    NO_FORM,
    NOT_OF_SESSION,
    TOO_LONG,
    TOO_MANY_FIELDS,
    WITHOUT_ROLE,
    PostedFile,
    has_files,
    is_of_another_site,
    preferred_language,
)
from reclamation_core.integrations.incidents import REQUEST_ID, request_id, traced
from reclamation_core.integrations.problem_details import (
    ProbeRoute,
    ProblemRoute,
    RegisterRoute,
    ResponseError,
    add_problem_details,
    as_response,
    incident_of,
    is_head,
    methods_of_one,
    response_behind,
)
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.ports.background import run_cancellable
from reclamation_core.reporting import LetterSettings, TextBlock
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

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

_MOST_FIELDS: Final = 1_000
"""The most fields of a form, as Django has it."""
_ROLE: Final = "reclamation_role"
"""The cookie with the key of the role that a person has chosen; it gives no role that the person does not have."""
_T = TypeVar("_T")


# The API


def reclamation_router(
    desk: Callable[..., Any],
    *,
    texts: bool = True,
    letters: LetterSettings | None = None,
    text_blocks: Iterable[TextBlock] = (),
    ready: Callable[..., Any] | None = None,
    largest_upload: int = LARGEST_UPLOAD,
) -> APIRouter:
    """Return the routes of cases and plans: commands in, plain data out, with ETag and problem details.

    A request names the version that it expects in the header If-Match. Texts are in French, or in the language of
    Accept-Language.

    Args:
        desk: a dependency that returns the desk of a request, `Desk` or `AsyncDesk`; see `board_router`.
        texts: False to leave out what people wrote.
        letters: what letters state and the cases do not have, for previews of answers.
        text_blocks: the text blocks of answers.
        ready: a dependency that returns a desk without a login, for `/ready`; the same by default.
        largest_upload: the most bytes of a request with a file, read before the desk is asked for; the edition of the
            case has its own limits.
    """
    options = ApiOptions(texts=texts, letters=letters or LetterSettings(), text_blocks=tuple(text_blocks))
    router = APIRouter(route_class=methods_of_one(ProblemRoute), tags=["réclamations"])
    for route in ROUTES:
        router.add_api_route(
            route.template,
            _endpoint(route, _posted(largest_upload), Depends(desk, scope="function"), options),
            methods=[route.method],
            name=route.name,
            status_code=route.status,
            responses=responses(route),
            response_model=None,
            openapi_extra=described(route),
        )
    probes = APIRouter(route_class=methods_of_one(ProbeRoute))
    _add_probes(probes, Depends(ready or desk, scope="function"))
    router.include_router(probes)
    return router


def _endpoint(route: Route, of_form: Any, of_desk: object, options: ApiOptions) -> Callable[..., Any]:
    """Return the function of FastAPI that answers a route with the desk of the application's dependency."""

    async def respond(request: Request, form: _Form | None = of_form, used: object = of_desk) -> Response:
        given = await _api_request(request, form)
        return as_response(
            await _call(request, used, lambda one: route.respond(one, given, request.path_params, options))
        )

    respond.__name__ = route.name
    return respond


async def _api_request(request: Request, form: _Form | None) -> ApiRequest:
    """Return a request as the API takes it: parameters of dependencies are the application's."""
    names = dict.fromkeys(request.headers.keys())
    return ApiRequest(
        method="HEAD" if is_head(request.scope) else request.method,
        path=request.scope["path"],
        query=parameters_of(request.url.query),
        others=frozenset(_query_names(request.scope["route"].dependant)),
        headers={name: request.headers.getlist(name) for name in names},
        body=await _body(request) if request.method == "POST" and form is None else b"",
        files=() if form is None else form.files,
    )


def _query_names(dependant: Any) -> Iterator[str]:
    """Yield the names of the query parameters of the dependencies of a route."""
    yield from (field.alias for field in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _query_names(dependency)


def _add_probes(router: APIRouter, of_desk: object) -> None:
    @router.get("/health", **_probe("Dire que le service vit", "Tell that the service is alive"))
    async def health() -> Response:
        return as_response(ApiResponse.of({"status": "alive"}))

    @router.get("/ready", **_probe("Vérifier que le registre répond", "Check that the store answers"))
    async def ready(request: Request, used: object = of_desk) -> Response:
        return as_response(await _call(request, used, check_ready))


def _probe(fr: str, en: str) -> dict[str, Any]:
    return {"summary": fr, "description": words(fr, en), "responses": PROBE_RESPONSES, "response_model": None}


async def _call(request: Request, desk: object, work: Callable[[Desk], _T]) -> _T:
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


async def _in_thread(desk: object, work: Callable[[Desk], _T]) -> _T:
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
            raise _RefusedError(request.headers, 413, TOO_LONG)
    return bytes(content)


def add_schemas(application: FastAPI, policy: Policy | PolicyBook | None = None) -> None:
    """Add the schemas of documents and commands, examples and links to the OpenAPI description of an application.

    Args:
        application: the application.
        policy: the option of its desk: the facts that its editions declare themselves are described.
    """
    describe = application.openapi

    def described() -> dict[str, Any]:
        document = describe()
        add_components(document, policy)
        return document

    application.openapi = described  # type: ignore[method-assign]


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
        options: `policy`, `sites`, `clock`, `taxonomy`, `documents` and so on; see `DeskOptions`.

    Raises:
        SchemaError: when the application starts: the schema is not the one of this version.
    """

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        async with AsyncDesk.open(url, settings, **options) as desk:
            await run_in_threadpool(check, url)
            application.state.desk = desk
            leave_out_of_collections()
            yield

    return lifespan


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
        raise _RefusedError(request.headers, 403, WITHOUT_ROLE)
    return found


def board_router(
    desk: Callable[..., Any],
    board: Board | None = None,
    *,
    user: Callable[..., Any] | None = None,
    roles: Callable[..., Any] | None = None,
    person: Callable[..., Any] | None = None,
    largest_upload: int = LARGEST_UPLOAD,
) -> APIRouter:
    """Return the routes of the board.

    Args:
        desk: a dependency that returns the desk of a request, `Desk` or `AsyncDesk`: acting as the person who is logged
            in, and limited to the sites that this person may see. A dependency that commits at its end does so before
            the response is sent.
        board: the board; one without lists of sites and families by default.
        user: a dependency that returns the name of the person, as pages show it.
        roles: a dependency that returns the roles that pages offer to choose, as for `acting_desk`.
        person: a dependency that returns the identifier of the person, to which cases are assigned; the name by
            default.
        largest_upload: the most bytes of a form with files, read before the desk is asked for; the edition of the case
            has its own limits.

    Raises:
        HTTPException: of a request: 403 for a form posted by another site's page, 413 for one that is too long.
    """
    pages = board or Board()

    router = APIRouter(include_in_schema=False, route_class=_board_route(pages))
    names = user or (lambda: "")
    of_desk, of_user, of_roles, of_person = (
        Depends(one, scope="function") for one in (desk, names, roles or (lambda: ()), person or names)
    )

    def names_of(name: str = of_user, identifier: str = of_person) -> tuple[str, str]:
        return name, identifier

    of_who = Depends(names_of, scope="function")

    of_form: Any = _posted(largest_upload, _require_own_site)

    async def respond(  # noqa: PLR0917  (by FastAPI)
        request: Request,
        path: str,
        form: _Form | None = of_form,
        used_desk: Any = of_desk,
        who: tuple[str, str] = of_who,
        held: Any = of_roles,
    ) -> Response:
        base = str(request.scope["path"]).removesuffix(path)
        number, trace = traced(request.headers.get)
        if not path:
            return Response(status_code=307, headers={"Location": f"{quote(base)}/"})
        given = BoardRequest(
            path=path,
            method=request.method,
            query=_fields(request, request.url.query),
            form=await _form(request) if form is None else form.fields,
            files=() if form is None else form.files,
            known_tags=request.headers.get("if-none-match", ""),
            accept_language=_accept_language(request.headers),
            base=quote(base),
            user=who[0],
            person=who[1],
            roles=held,
            role=_role(request, held).key if held else "",
            id=number,
            trace=trace,
        )
        response = await _call(request, used_desk, lambda one: pages.respond(one, given))
        answer = _sent(response)
        if response.status >= 500:  # logged with its page: what the application has begun would fail, too
            raise ResponseError(answer)
        if response.role:
            at, is_secure = request.scope.get("root_path") or "/", request.url.scheme == "https"
            answer.set_cookie(_ROLE, quote(response.role), path=at, secure=is_secure, httponly=True)
        return answer

    router.add_api_route("{path:path}", respond, methods=["GET", "POST"])
    return router


def _board_route(pages: Board) -> type[RegisterRoute]:
    """Return the class of routes of a board: a browser is answered with a page if the service refuses or fails."""

    class BoardRoute(RegisterRoute):
        def get_route_handler(self) -> Callable[[Request], Any]:
            handler = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    return await handler(request)
                except _RefusedError as error:
                    if not _takes_pages(request):
                        raise
                    page = pages.decline(_bare(request), error.status_code, error.words)
                    raise ResponseError(_sent(page)) from error

            return handle

        async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope)
            if scope["method"] in (self.methods or ()) or not _takes_pages(request):
                await super().respond(scope, receive, send)
            else:
                await _sent(pages.respond(Desk.in_memory(), _bare(request)))(scope, receive, send)

        def refusal(self, request: Request, error: Exception) -> Response | None:
            failure = None if response_behind(error) is not None else incident_of(error)
            if failure is None or not _takes_pages(request):
                return super().refusal(request, error)
            return _sent(pages.refuse(_bare(request), failure))

    return BoardRoute


def _takes_pages(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _bare(request: Request) -> BoardRequest:
    """Return a request to the board of which neither the form nor the person is read."""
    return BoardRequest(
        path=request.path_params["path"],
        method=request.method,
        base=quote(str(request.scope["path"]).removesuffix(request.path_params["path"])),
        accept_language=_accept_language(request.headers),
        id=request_id(request.headers.get(REQUEST_ID)),
    )


def _accept_language(headers: Headers) -> str:
    return ", ".join(headers.getlist("accept-language"))


# Forms with files


@attrs.frozen
class _Form(SharedRepr):
    """A form with files: its fields, each with its values, and its files."""

    fields: dict[str, list[str]] = attrs.field(factory=dict)
    files: list[PostedFile] = attrs.field(factory=list)


class _FormParser(MultiPartParser):
    """Parses a form with files; its fields together are at most as long as the body of a request without files."""

    _left = MOST_BYTES

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self._left -= end - start
            if self._left < 0:
                raise _RefusedError(self.headers, 413, TOO_LONG)
        super().on_part_data(data, start, end)


def _posted(largest: int, require: Callable[[Request], None] = lambda _: None) -> Any:
    """Return a dependency: the form with files of a request, read before the desk; None for another request.

    A desk may come with a transaction of the host, which a slow client would hold while it sends. `require` refuses a
    request before it is read.
    """

    async def posted(request: Request) -> AsyncGenerator[_Form | None, None]:
        if request.method != "POST" or not has_files(request.headers.get("content-type")):
            yield None
            return
        require(request)
        form = await _parsed(request, largest)
        try:
            yield form
        finally:
            for file in form.files:
                file.content.close()

    return Depends(posted, scope="function")


async def _parsed(request: Request, largest: int) -> _Form:
    parser = _FormParser(
        request.headers,
        _limited(request, largest),
        max_files=MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=MOST_BYTES,
    )
    try:
        parts = (await parser.parse()).multi_items()
    except (MultiPartException, FormParserError) as error:  # older versions of Starlette let the second one through
        raise _RefusedError(request.headers, 400, NO_FORM) from error
    form = _Form()
    for name, value in parts:
        if isinstance(value, str):
            form.fields.setdefault(name, []).append(value)
        else:
            form.files.append(PostedFile(name, value.filename or "", value.file))
    return form


async def _limited(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    """Yield the parts of a body.

    Raises:
        HTTPException: 413, it is longer than the limit; at once if its header states so.
    """
    stated, size = request.headers.get("content-length", ""), 0
    if stated.isascii() and stated.isdigit() and int(stated[:20]) > largest:
        raise _RefusedError(request.headers, 413, TOO_LONG)
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise _RefusedError(request.headers, 413, TOO_LONG)
        yield part


class _RefusedError(HTTPException):
    """A request that is refused before the desk reads it."""

    def __init__(self, headers: Headers, status: int, words: Wording) -> None:
        super().__init__(status, words.in_(preferred_language(_accept_language(headers))))
        self.words = words


def _sent(response: BoardResponse) -> Response:
    """Return a response of the board as one of Starlette."""
    headers = {"Content-Type": response.content_type, **response.headers}
    if response.file is not None:
        return StreamingResponse(response.chunks(), response.status, headers)
    return Response(response.body, response.status, headers)


async def _form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a posted form; refuse one that another site's page posts."""
    if request.method != "POST":
        return {}
    _require_own_site(request)
    return _fields(request, (await _body(request)).decode(errors="replace"), keep_blank_values=True)


def _require_own_site(request: Request) -> None:
    if is_of_another_site(request.headers.get):
        raise _RefusedError(request.headers, 403, NOT_OF_SESSION)


def _fields(request: Request, text: str, *, keep_blank_values: bool = False) -> dict[str, list[str]]:
    """Return the fields of a form or of an address.

    Raises:
        HTTPException: 413, they are too many: reading them would take seconds.
    """
    try:
        return parse_qs(text, keep_blank_values, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise _RefusedError(request.headers, 413, TOO_MANY_FIELDS) from None
