"""Problem details (RFC 9457) for whatever FastAPI refuses, in the language of the request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from reclamation_core.adapters.sqlalchemy.database import as_store_error
from reclamation_core.errors import Fault, FaultsError, ReclamationError
from reclamation_core.integrations.api.requests import (
    API_HEADERS,
    NOT_JSON,
    ApiResponse,
    ProblemError,
    http_problem,
    instance,
    problem,
)
from reclamation_core.integrations.api.requests import problem_of as api_problem
from reclamation_core.integrations.http_requests import preferred_language
from reclamation_core.integrations.incidents import REQUEST_ID, is_incident, log_incident, request_id
from reclamation_core.wording import Lang, Wording

_HEAD: Final = "reclamation_core.head"
"""The key of the scope of a request of HEAD, which is answered as GET."""
_CLIENT_GONE: Final = 499
"""The status of a request whose client has closed its connection, as proxies log it; nobody receives it."""


def _shown(fr: str, en: str) -> Callable[[Mapping[str, Any]], Wording]:
    """Return what makes the wording of a refusal of pydantic from the limits that it names."""
    return lambda limits: Wording(fr.format_map(limits), en.format_map(limits))


VALUE_WORDINGS: Final[Mapping[str, Callable[[Mapping[str, Any]], Wording]]] = {
    "bool_parsing": _shown("true ou false est attendu", "true or false is expected"),
    "bool_type": _shown("true ou false est attendu", "true or false is expected"),
    "date_from_datetime_parsing": _shown("un jour est attendu : 2026-06-30", "a day is expected: 2026-06-30"),
    "date_parsing": _shown("un jour est attendu : 2026-06-30", "a day is expected: 2026-06-30"),
    "date_type": _shown("un jour est attendu : 2026-06-30", "a day is expected: 2026-06-30"),
    "datetime_from_date_parsing": _shown(
        "une date et une heure sont attendues : 2026-06-30T09:30:00+02:00",
        "a date and a time are expected: 2026-06-30T09:30:00+02:00",
    ),
    "datetime_parsing": _shown(
        "une date et une heure sont attendues : 2026-06-30T09:30:00+02:00",
        "a date and a time are expected: 2026-06-30T09:30:00+02:00",
    ),
    "dict_type": _shown("un objet est attendu", "an object is expected"),
    "enum": lambda limits: _one_of(limits["expected"]),
    "extra_forbidden": _shown("rien n'est attendu ici", "nothing is expected here"),
    "finite_number": _shown("un nombre fini est attendu", "a finite number is expected"),
    "float_parsing": _shown("un nombre est attendu", "a number is expected"),
    "float_type": _shown("un nombre est attendu", "a number is expected"),
    "greater_than": _shown("un nombre supérieur à {gt} est attendu", "a number greater than {gt} is expected"),
    "greater_than_equal": _shown("un nombre d'au moins {ge} est attendu", "a number of at least {ge} is expected"),
    "int_from_float": _shown("un nombre entier est attendu", "a whole number is expected"),
    "int_parsing": _shown("un nombre entier est attendu", "a whole number is expected"),
    "int_parsing_size": _shown("un nombre entier plus petit est attendu", "a smaller whole number is expected"),
    "int_type": _shown("un nombre entier est attendu", "a whole number is expected"),
    "json_invalid": lambda _: NOT_JSON,
    "less_than": _shown("un nombre inférieur à {lt} est attendu", "a number less than {lt} is expected"),
    "less_than_equal": _shown("un nombre d'au plus {le} est attendu", "a number of at most {le} is expected"),
    "list_type": _shown("une liste est attendue", "a list is expected"),
    "literal_error": lambda limits: _one_of(limits["expected"]),
    "missing": _shown("une valeur est attendue", "a value is expected"),
    "model_attributes_type": _shown("un objet est attendu", "an object is expected"),
    "model_type": _shown("un objet est attendu", "an object is expected"),
    "multiple_of": _shown("un multiple de {multiple_of} est attendu", "a multiple of {multiple_of} is expected"),
    "string_pattern_mismatch": _shown(
        "un texte de la forme {pattern} est attendu", "a text like {pattern} is expected"
    ),
    "string_too_long": _shown(
        "un texte de {max_length} caractères au plus est attendu",
        "a text of at most {max_length} characters is expected",
    ),
    "string_too_short": _shown(
        "un texte de {min_length} caractères au moins est attendu",
        "a text of at least {min_length} characters is expected",
    ),
    "string_type": _shown("un texte est attendu", "a text is expected"),
    "too_long": lambda limits: _items("au plus", "at most", limits["max_length"]),
    "too_short": lambda limits: _items("au moins", "at least", limits["min_length"]),
}
"""What is expected of a value, by the type of error of pydantic and the limits in its context."""
_OTHER_VALUE: Final = "une autre valeur est attendue"
_OF_APPLICATIONS: Final = {"assertion_error": "Assertion failed, ", "value_error": "Value error, "}
"""The errors that a validator of the application raises, with what pydantic puts before their words."""


def _one_of(listed: str) -> Wording:
    fr = listed.replace(" or ", " ou ")
    return Wording(f"une de ces valeurs est attendue : {fr}", f"one of these values is expected: {listed}")


def _items(fr: str, en: str, count: int) -> Wording:
    one, some = f"{fr} {count} élément est attendu", f"{fr} {count} éléments sont attendus"
    return Wording(some if count > 1 else one, f"{en} {count} item{'s' if count > 1 else ''} expected")


class ResponseError(Exception):
    """A response on its way out of a route as an error, so that the dependencies of the request roll back."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def response_behind(error: BaseException | None) -> Response | None:
    """Return the response that left a route as an error; a dependency may have failed since, as it rolled back."""
    while error is not None and not isinstance(error, ResponseError):
        error = error.__cause__ or error.__context__
    return None if error is None else error.response


class RegisterRoute(APIRoute):
    """A route that answers HEAD as GET without its content, and a database that fails with 503.

    An answer without Cache-Control is stored by no cache, and none is taken for another media type than its own.
    """

    varies: ClassVar[bool] = False

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is for this route; HEAD is for a route of GET."""
        return super().matches(self._as_get(scope))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; with problem details if its route raises what a refusal can be made of."""
        answer = _Answer(send, has_content=scope["method"] != "HEAD", varies=self.varies)
        try:
            await self.respond(self._as_get(scope), receive, answer)
        except Exception as error:
            refusal = None if answer.has_begun else self.refusal(Request(scope), error)
            if refusal is None:
                raise
            await refusal(scope, receive, answer)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; HEAD arrives here as GET."""
        await super().handle(scope, receive, send)

    def refusal(self, request: Request, error: Exception) -> Response | None:
        """Return the response for an error of the route; None if it is not one of these."""
        if (response := response_behind(error)) is not None:
            return response
        if isinstance(error, ClientDisconnect):
            return Response(status_code=_CLIENT_GONE)
        failure = incident_of(error)
        return None if failure is None else problem_of(request, failure)

    def _as_get(self, scope: Scope) -> Scope:
        is_get = scope["type"] == "http" and scope["method"] == "HEAD" and "GET" in (self.methods or ())
        return {**scope, "method": "GET", _HEAD: True} if is_get else scope


def is_head(scope: Scope) -> bool:
    """Return True for a request of HEAD, which its route answers as GET."""
    return _HEAD in scope


def incident_of(error: Exception) -> ReclamationError | None:
    """Return the error by which the service is unavailable; None for any other error."""
    if isinstance(error, ReclamationError):
        return error if is_incident(error) else None
    return as_store_error(error)


class _Answer:
    """Sends an answer with the headers that every one has, and without content if it is one to HEAD."""

    def __init__(self, send: Send, *, has_content: bool, varies: bool) -> None:
        self._send = send
        self._has_content = has_content
        self._varies = varies
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(raw=list(message["headers"]))
            for name, value in API_HEADERS.items():
                headers.setdefault(name, value)
            if self._varies and "accept-language" not in headers.get("vary", "").lower():
                headers.add_vary_header("Accept-Language")
            message = {**message, "headers": headers.raw}
        elif message["type"] == "http.response.body" and not self._has_content:
            message = {**message, "body": b""}
        await self._send(message)


class ProblemRoute(RegisterRoute):
    """A route that answers every refusal with problem details (RFC 9457): `APIRouter(route_class=ProblemRoute)`.

    An error of the library, a parameter that is not valid and an HTTPException of a dependency reach the dependencies
    of the request first, which roll back what they have begun. So does an error by which SQLAlchemy or its pool says
    that the database of the application fails: it is answered as one of the register is, by 503 with Retry-After.
    """

    methods_of: ClassVar[dict[str, set[str]]] = {}
    varies: ClassVar[bool] = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.methods_of.setdefault(self.path, set()).update(self.methods or ())

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return the handler of the route, which raises what problem details can be made of."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                raise FaultsError(map(_fault, error.errors())) from error
            except HTTPException as error:
                if error.status_code < 400:
                    raise
                status, detail = error.status_code, error.detail
                raise ProblemError(lambda lang: http_problem(status, lang, detail), error.headers) from error

        return handle

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in (self.methods or ()):
            await super().respond(scope, receive, send)
        else:
            methods = self.methods_of[self.path]
            allowed = {"Allow": ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))}
            await _problem(http_problem(405, language(Request(scope))), allowed)(scope, receive, send)

    def refusal(self, request: Request, error: Exception) -> Response | None:
        if isinstance(error, ReclamationError | ProblemError):
            return problem_of(request, error)
        return super().refusal(request, error)


class ProbeRoute(ProblemRoute):
    """A route of which every failure, of the application's own connection too, is that the store does not answer.

    It answers within `limit` seconds: a store that is locked or overloaded is not ready. Until the check that took
    longer has ended, others are answered at once, so that probes do not take the connections that requests need.
    """

    limit: ClassVar[float] = 1.5

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._overdue: set[asyncio.Task[None]] = set()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        if not self._overdue:
            checking = asyncio.create_task(super().handle(scope, receive, collect))
            self._overdue.add(checking)
            checking.add_done_callback(self._end)
            await asyncio.wait({checking}, timeout=self.limit)
            if checking.done():
                checking.result()
                for message in messages:
                    await send(message)
                return
        error = TimeoutError(f"no answer within {self.limit} seconds")
        refused = self.refusal(Request(scope), error)
        assert refused is not None  # noqa: S101  a probe makes a refusal of every error
        await refused(scope, receive, _Answer(send, has_content=scope["method"] != "HEAD", varies=self.varies))

    def _end(self, checking: asyncio.Task[None]) -> None:
        self._overdue.discard(checking)
        if not checking.cancelled():
            checking.exception()  # retrieved here if nobody waits for it any more

    def refusal(self, request: Request, error: Exception) -> Response | None:
        found = super().refusal(request, error)
        if found is None:
            number = request_id(request.headers.get(REQUEST_ID))
            log_incident(error, request.method, request.url.path, number)
            document = http_problem(503, language(request)) | instance(number)
            found = _problem(document, {"Retry-After": "5", REQUEST_ID: number})
        return found


def methods_of_one(cls: type[ProblemRoute]) -> type[ProblemRoute]:
    """Return a class of routes for one router: it knows the methods of each path."""
    return type(cls.__name__, (cls,), {"methods_of": {}})


def _problem(document: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return as_response(problem(document, headers))


def problem_of(request: Request, error: ReclamationError | ProblemError) -> Response:
    """Return the problem details of an error, in the language of a request."""
    number = request.headers.get(REQUEST_ID)
    found = api_problem(error, language(request), method=request.method, path=request.url.path, number=number)
    return as_response(found)


def as_response(found: ApiResponse) -> Response:
    """Return a response of the API as one of Starlette, with the headers that every answer has."""
    headers = {**API_HEADERS, "Vary": "Accept-Language", **found.headers}
    if found.file is not None:
        return StreamingResponse(found.chunks(), found.status, headers)
    return Response(found.body, found.status, headers, found.media_type)


def _fault(error: Mapping[str, Any]) -> Fault:
    """Return the fault of a value that pydantic refuses, with its path as documents have it: `actions[0].what`."""
    kind, message = str(error["type"]), str(error["msg"])
    # A repeated parameter is sent by its name alone.
    places = () if kind == "json_invalid" else error["loc"][1 : 2 if "query" in error["loc"][:1] else None]
    path = "".join(f"[{place}]" if isinstance(place, int) else f".{place}" for place in places)
    value = None if kind == "missing" else error.get("input")
    if kind in _OF_APPLICATIONS:
        own = message.removeprefix(_OF_APPLICATIONS[kind])
        expected = Wording(own, own)
    else:
        words = VALUE_WORDINGS.get(kind)
        expected = Wording(_OTHER_VALUE, message) if words is None else words(error.get("ctx") or {})
    return Fault(path.removeprefix(".") or "$", value, expected)


def add_problem_details(application: FastAPI) -> None:
    """Answer an unknown address, and the refusals of the application's own routes, with problem details."""

    async def handle(request: Request, error: Any) -> Response:
        lang = language(request)
        if isinstance(error, ReclamationError):
            return problem_of(request, error)
        if isinstance(error, RequestValidationError):
            return problem_of(request, FaultsError(map(_fault, error.errors())))
        if error.status_code < 400:
            return Response(status_code=error.status_code, headers=error.headers)
        return _problem(http_problem(error.status_code, lang, error.detail), error.headers)

    for kind in (ReclamationError, RequestValidationError, HTTPException):
        application.add_exception_handler(kind, handle)


def language(request: Request) -> Lang:
    """Return the language that a request prefers, French if it does not say."""
    return preferred_language(request.headers.get("accept-language", ""))
