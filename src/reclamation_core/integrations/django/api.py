"""The addresses of the API: `path("api/", include("reclamation_core.integrations.django.api"))`.

Whoever calls is the user of the request, by the session or by another middleware of authentication, and acts in the
role that the session holds, by default the first one. A page of another site can post nothing in the name of a user: a
command is refused unless its type is JSON, which a browser sends to another site only with the permission of that site.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import attrs
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import path as address
from django.views.decorators.csrf import csrf_exempt

from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.api import Api, ApiRequest, ApiResponse
from reclamation_core.integrations.api.requests import (
    API_HEADERS,
    LOG_IN,
    MOST_BYTES,
    HttpError,
    ProblemError,
    parameters_of,
    problem_of,
)
from reclamation_core.integrations.api.routes import check_ready
from reclamation_core.integrations.board.requests import chosen_role
from reclamation_core.integrations.django.desks import SESSION_KEY, desk, is_busy, reading, roles_of
from reclamation_core.integrations.django.settings import database, largest_upload, letters, options, text_blocks
from reclamation_core.integrations.http_requests import NO_FORM, PostedFile, has_files
from reclamation_core.integrations.incidents import REQUEST_ID, no_lock


@transaction.non_atomic_requests(using=database())
@csrf_exempt
def api(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Return what the API answers: what a command writes is committed before the response is sent."""
    asked = ApiRequest(
        method=str(request.method),
        path=f"/{path}",
        base=request.path.removesuffix(path).rstrip("/"),
        headers={name.lower(): [value] for name, value in request.headers.items()},
    )
    try:
        return _sent(request, _answer(request, asked))
    except OperationalError as error:
        if not is_busy(error):
            raise
        refused: ReclamationError | ProblemError = no_lock()
    except (ReclamationError, ProblemError) as error:
        refused = error
    number = request.headers.get(REQUEST_ID)
    return _sent(request, problem_of(refused, asked.lang, method=asked.method, path=request.path, number=number))


def _answer(request: HttpRequest, asked: ApiRequest) -> ApiResponse:
    if asked.method in {"GET", "HEAD"} and asked.path in _PUBLIC:
        return _PUBLIC[asked.path](asked)
    if not request.user.is_authenticated:
        raise HttpError(403, detail=LOG_IN)  # 401 has to name a scheme of authentication, and a session is none
    role = chosen_role(roles_of(request.user), request.session.get(SESSION_KEY))
    if role is None:
        raise HttpError(403)
    query = parameters_of(request.META.get("QUERY_STRING", ""))
    whole = attrs.evolve(asked, query=query, **_content(request))
    with _transaction(whole):
        name = request.user.get_full_name() or request.user.get_username()
        return Api(letters=letters(), text_blocks=text_blocks()).respond(role.desk(desk(), name), whole)


def _transaction(asked: ApiRequest) -> AbstractContextManager[object]:
    """Return the transaction of a request: none while bytes of documents are written or read, which may take long."""
    if any(route.is_alone for route, _ in Api.routes(asked.path)):
        return nullcontext()
    return transaction.atomic(using=database()) if asked.method == "POST" else reading()


def _content(request: HttpRequest) -> dict[str, Any]:
    """Return the content of a request as arguments of `ApiRequest`: a body, or the files of a form.

    Raises:
        HttpError: 413, it is too long; 400, it is no form.
    """
    if request.method != "POST":
        return {}
    if has_files(request.content_type):
        return {"files": files_of(request)}
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise HttpError(413)
    return {"body": body}


def files_of(request: HttpRequest) -> list[PostedFile]:
    """Return the files of a form: Django writes large ones to temporary files, and deletes them after the response.

    Raises:
        HttpError: 413, it is too long; 400, it is no form.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest_upload():
        raise HttpError(413)
    try:
        files = request.FILES
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise HttpError(400, detail=NO_FORM) from error
    return [PostedFile(field, one.name, one) for field in files for one in files.getlist(field)]


def _health(_: ApiRequest) -> ApiResponse:
    return ApiResponse.of({"status": "alive"})


def _ready(_: ApiRequest) -> ApiResponse:
    with reading():
        return check_ready(desk())


def _openapi(asked: ApiRequest) -> ApiResponse:
    return _described(asked.base)


@lru_cache(maxsize=8)
def _described(base: str) -> ApiResponse:
    return ApiResponse.of(
        Api().description(
            base, title="Réclamations", version=version("reclamation-core"), policy=options().get("policy")
        )
    )


_PUBLIC: Final = {"/health": _health, "/ready": _ready, "/openapi.json": _openapi}
"""The addresses that need no login: probes, and the description of the API."""


def _sent(request: HttpRequest, response: ApiResponse) -> HttpResponseBase:
    headers = {**API_HEADERS, "Vary": "Accept-Language", "Content-Length": str(len(response.body)), **response.headers}
    if response.file is not None:
        return StreamingHttpResponse(response.chunks(), status=response.status, headers=headers)
    body: Any = b"" if request.method == "HEAD" else response.body
    if "Content-Type" not in headers:
        headers["Content-Type"] = response.media_type
    return HttpResponse(body, status=response.status, headers=headers)


app_name = "reclamation_api"
urlpatterns = [address("<path:path>", api, name="route")]
