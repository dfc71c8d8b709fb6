"""The addresses of the board, to be included under a prefix of your own, and its views."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from http import HTTPStatus
from typing import Final

import attrs
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.urls import path as address
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt

from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board, BoardRequest, BoardResponse
from reclamation_core.integrations.board.requests import chosen_role
from reclamation_core.integrations.django.desks import SESSION_KEY, desk, is_busy, reading, roles_of
from reclamation_core.integrations.django.settings import board_options, database, largest_upload
from reclamation_core.integrations.http_requests import (
    NO_FORM,
    NOT_OF_SESSION,
    TOO_LONG,
    TOO_MANY_FIELDS,
    WITHOUT_ROLE,
    PostedFile,
    has_files,
    is_of_another_site,
)
from reclamation_core.integrations.incidents import no_lock, traced

_ALONE: Final = re.compile(r".*/(preuves|envois|pieces/[0-9]+|actes/add_support)")
"""The addresses of what is read or written for long, and recorded by a short transaction of the desk: audit files,
plans and documents."""


class _Protection(CsrfViewMiddleware):
    """Sends pages of the board, not `CSRF_FAILURE_VIEW`; one for a form without token or session can send it again."""

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[str], kwargs: object
    ) -> HttpResponseBase | None:
        if request.method not in {"GET", "HEAD", "POST"} or args == ("board.css",):
            return _sent(_board().respond(Desk.in_memory(), _bare(request, *args)))
        is_own = request.method != "POST" or request.user.is_authenticated
        if is_own and super().process_view(request, view, args, kwargs) is None:
            return None
        is_foreign = has_files(request.content_type) or is_of_another_site(request.headers.get)
        asked = _bare(request, *args) if is_foreign else _read(request, *args)
        return _sent(_board().decline(asked, HTTPStatus.FORBIDDEN, NOT_OF_SESSION))


def _or_busy(view: Callable[[HttpRequest, str], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 503 where the database is locked by another process, or is not there; 413 for a form that is too long."""

    @wraps(view)
    def answered(request: HttpRequest, path: str = "") -> HttpResponseBase:
        status, words = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LONG
        try:
            if not has_files(request.content_type) or int(request.META.get("CONTENT_LENGTH") or 0) <= largest_upload():
                return view(request, path)
        except OperationalError as error:
            if not is_busy(error):
                raise
            return _sent(_board().refuse(_bare(request, path), no_lock()))
        except (RequestDataTooBig, TooManyFilesSent):
            pass
        except TooManyFieldsSent:
            words = TOO_MANY_FIELDS
        except (MultiPartParserError, BadRequest):
            status, words = HTTPStatus.BAD_REQUEST, NO_FORM
        return _sent(_board().decline(_bare(request, path), status, words))

    return answered


@transaction.non_atomic_requests(using=database())
@csrf_exempt  # the middleware would read the form before its length is looked at: the view protects itself
@_or_busy
@decorator_from_middleware(_Protection)
@login_required
def board(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Return a page of the board, or a file: what a command writes is committed before the response is sent."""
    held = roles_of(request.user)
    role = chosen_role(held, request.session.get(SESSION_KEY))
    number, trace = traced(request.headers.get)
    asked = attrs.evolve(
        _read(request, path),
        files=[PostedFile(field, one.name, one) for field in request.FILES for one in request.FILES.getlist(field)],
        person=request.user.get_username(),
        roles=held,
        role="" if role is None else role.key,
        known_tags=request.headers.get("If-None-Match", ""),
        id=number,
        trace=trace,
    )
    if role is None:
        return _sent(_board().decline(asked, HTTPStatus.FORBIDDEN, WITHOUT_ROLE))
    with _transaction(asked):
        begun = _board().begin(role.desk(desk(), asked.user), asked)
    response = begun.completed()
    if response.role:
        request.session[SESSION_KEY] = response.role
    return _sent(response)


def _transaction(asked: BoardRequest) -> AbstractContextManager[object]:
    """Return the transaction of a request; files take long, and are recorded in a short one of their own."""
    if asked.method != "POST":
        return reading()
    return nullcontext() if _ALONE.fullmatch(asked.path) else transaction.atomic(using=database())


def _language(request: HttpRequest) -> str:
    """Return the language that `LocaleMiddleware` has found for a request; without it the header Accept-Language."""
    found: str = vars(request).get("LANGUAGE_CODE") or request.headers.get("Accept-Language", "")
    return found


def _read(request: HttpRequest, path: str) -> BoardRequest:
    """Return a request with its form, and with the token for the forms of its page."""
    user = request.user
    return attrs.evolve(
        _bare(request, path),
        query={name: request.GET.getlist(name) for name in request.GET},
        form={name: request.POST.getlist(name) for name in request.POST},
        hidden={"csrfmiddlewaretoken": get_token(request)},
        user=(user.get_full_name() or user.get_username()) if user.is_authenticated else "",
    )


def _bare(request: HttpRequest, path: str) -> BoardRequest:
    """Return a request of which neither the form nor the person is read."""
    return BoardRequest(path=f"/{path}", method=str(request.method), base=_base(), accept_language=_language(request))


def _board() -> Board:
    return Board(**board_options())


def _sent(response: BoardResponse) -> HttpResponseBase:
    sent = {"status": response.status, "headers": dict(response.headers), "content_type": response.content_type}
    if response.file is not None:
        return StreamingHttpResponse(response.chunks(), **sent)
    return HttpResponse(response.body, **sent)


def _base() -> str:
    return str(reverse("reclamation:board")).rstrip("/")


app_name = "reclamation"
urlpatterns = [address("", board, name="board"), address("<path:path>", board, name="page")]
