"""Problem details (RFC 9457) for whatever FastAPI refuses, in the language of the request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from reclamation_core.errors import REDACTED, ErrorKind, Fault, FaultsError, ReclamationError
from reclamation_core.wording import Lang, Wording

PROBLEM_TYPE: Final = "application/problem+json"

NOT_JSON: Final = Wording("le contenu n'est pas un document JSON", "the body is not a JSON document")
_LOG_IN: Final = Wording("connectez-vous", "log in")
HTTP_WORDINGS: Final[Mapping[int, Wording]] = {
    404: Wording("cette adresse ne mène à rien", "there is nothing at this address"),
    405: Wording("cette adresse n'accepte pas cette méthode", "this address does not accept this method"),
    413: Wording("la requête est trop longue", "the request is too long"),
    415: Wording(
        "un document JSON est attendu : Content-Type: application/json",
        "a JSON document is expected: Content-Type: application/json",
    ),
    503: Wording("le registre ne répond pas", "the store does not answer"),
}
_KINDS: Final = {
    401: ErrorKind.FORBIDDEN,
    403: ErrorKind.FORBIDDEN,
    404: ErrorKind.NOT_FOUND,
    409: ErrorKind.CONFLICT,
    412: ErrorKind.CONFLICT,
}
VALUE_WORDINGS: Final[Mapping[str, Wording]] = {
    "missing": Wording("une valeur est attendue", "a value is expected"),
    "bool_parsing": Wording("true ou false est attendu", "true or false is expected"),
    "int_parsing": Wording("un nombre entier est attendu", "a whole number is expected"),
    "value_error": Wording("un jour est attendu : 2026-06-30", "a day is expected: 2026-06-30"),
}
"""What is expected of a parameter, by the type of error of pydantic; else pydantic's own words."""


PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": "Problem details (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemView"}}},
    }
    for status in ("4XX", 422, 503)
}
"""The refusals in the OpenAPI description of routes of the application: `responses=` of its router."""


class JsonResponse(JSONResponse):
    """A JSON response in which a lone surrogate, which a request can name but UTF-8 cannot write, is replaced."""

    def render(self, content: Any) -> bytes:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


class ProblemError(Exception):
    """A refusal by HTTP on its way out of a route, so that the dependencies of the request see it and roll back."""

    def __init__(self, document: Callable[[Lang], dict[str, Any]], headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.document = document
        self.headers = headers


class ProblemRoute(APIRoute):
    """A route that answers every refusal with problem details (RFC 9457): `APIRouter(route_class=ProblemRoute)`.

    An error of the library, a parameter that is not valid and an HTTPException of a dependency reach the dependencies
    of the request first, which roll back what they have begun.
    """

    methods_of: ClassVar[dict[str, set[str]]] = {}
    is_strict: ClassVar[bool] = False

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.methods_of.setdefault(self.path, set()).update(self.methods or ())

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return the handler of the route, which raises what problem details can be made of."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                if self.is_strict:
                    _refuse_unknown(request, set(_query_names(self.dependant)))
                return await handler(request)
            except RequestValidationError as error:
                raise FaultsError(map(_fault, error.errors())) from error
            except HTTPException as error:
                if error.status_code < 400:
                    raise
                status, detail = error.status_code, error.detail
                raise ProblemError(lambda lang: http_problem(status, lang, detail), error.headers) from error

        return handle

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with problem details if it is refused."""
        lang = language(Request(scope))
        try:
            if scope["method"] in (self.methods or ()):
                await super().handle(scope, receive, send)
            else:
                allowed = {"Allow": ", ".join(sorted(self.methods_of[self.path]))}
                await _problem(http_problem(405, lang), allowed)(scope, receive, send)
        except ReclamationError as error:
            await _problem(error.to_document(lang))(scope, receive, send)
        except ProblemError as error:
            await _problem(error.document(lang), error.headers)(scope, receive, send)


class ProbeRoute(ProblemRoute):
    """A route of which every failure, of the application's own connection too, is that the store does not answer."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().handle(scope, receive, send)
        except Exception:  # noqa: BLE001  whatever a driver raises
            await _problem(http_problem(503, language(Request(scope))))(scope, receive, send)


def routes_of_one(cls: type[ProblemRoute]) -> type[ProblemRoute]:
    """Return a class of routes for one router: it knows the methods of each path, and refuses unknown parameters."""
    return type(cls.__name__, (cls,), {"methods_of": {}, "is_strict": True})


def _query_names(dependant: Any) -> Iterator[str]:
    """Yield the names of the query parameters of a route and of its dependencies."""
    yield from (field.alias for field in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _query_names(dependency)


def _refuse_unknown(request: Request, known: set[str]) -> None:
    """Refuse a query parameter that the route does not have: a criterion with a typing error would select all cases.

    Raises:
        FaultsError: there is one.
    """
    names = ", ".join(sorted(known))
    fr, en = f"ce paramètre est inconnu ; connus : {names}", f"this parameter is unknown; known: {names}"
    unknown = dict.fromkeys(name for name in request.query_params if name not in known)
    if unknown:
        raise FaultsError(Fault(name, REDACTED, Wording(fr, en)) for name in unknown)


def _problem(document: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return JsonResponse(document, document["status"], headers=headers, media_type=PROBLEM_TYPE)


def http_problem(status: int, lang: Lang, detail: object = None) -> dict[str, Any]:
    """Return the problem details of a status of HTTP; the words of the application, if it has some of its own."""
    kind = _KINDS.get(status, ErrorKind.UNAVAILABLE if status >= 500 else ErrorKind.INVALID)
    if status == 401 and detail in {None, "Not authenticated", "Unauthorized"}:  # the words of FastAPI and Starlette
        detail = _LOG_IN.in_(lang)
    own = HTTP_WORDINGS.get(status, kind.wording).in_(lang)
    return {
        "type": f"urn:problem-type:reclamation-core:http_{status}",
        "title": kind.label(lang),
        "status": status,
        "detail": detail if isinstance(detail, str) and status not in HTTP_WORDINGS else own,
        "kind": kind.value,
        "code": f"http_{status}",
        "faults": [],
        "guards": [],
    }


def _fault(error: Mapping[str, Any]) -> Fault:
    """Return the fault of a parameter that pydantic refuses."""
    message = str(error["msg"])
    path = ".".join(str(place) for place in error["loc"][1:]) or "$"
    value = None if error["type"] == "missing" else error.get("input")
    return Fault(path, value, VALUE_WORDINGS.get(error["type"], Wording(f"valeur refusée ({message})", message)))


def add_problem_details(application: FastAPI) -> None:
    """Answer an unknown address, and the refusals of the application's own routes, with problem details."""

    async def handle(request: Request, error: Any) -> Response:
        lang = language(request)
        if isinstance(error, ReclamationError):
            return _problem(error.to_document(lang))
        if isinstance(error, RequestValidationError):
            return _problem(FaultsError(map(_fault, error.errors())).to_document(lang))
        if error.status_code < 400:
            return Response(status_code=error.status_code, headers=error.headers)
        return _problem(http_problem(error.status_code, lang, error.detail), error.headers)

    for kind in (ReclamationError, RequestValidationError, HTTPException):
        application.add_exception_handler(kind, handle)


def language(request: Request) -> Lang:
    """Return the language that a request prefers, French if it does not say."""
    wanted = request.headers.get("accept-language", "").lower()
    places = {lang: wanted.find(lang) for lang in ("fr", "en")}
    return "en" if places["en"] >= 0 and not 0 <= places["fr"] < places["en"] else "fr"
