"""The addresses of the board, to be included under a prefix of your own, and its views."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path as address
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.integrations.django.desks import (
    SESSION_KEY,
    acting_role,
    database,
    desk_for,
    letters,
    options,
    roles_of,
)


@csrf_protect
@login_required
@require_http_methods(["GET", "POST"])
def board(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Return a page of the board, or a file: what a command writes is committed before the response is sent."""
    given = options()
    pages = Board(sites=given.get("sites"), taxonomy=given.get("taxonomy"), letters=letters())
    asked = BoardRequest(
        path=f"/{path}",
        method=str(request.method),
        query={name: request.GET.getlist(name) for name in request.GET},
        form={name: request.POST.getlist(name) for name in request.POST},
        base=_base(),
        hidden={"csrfmiddlewaretoken": get_token(request)},
        user=request.user.get_full_name() or request.user.get_username(),
        roles=roles_of(request.user),
        role=acting_role(request).key,
    )
    with transaction.atomic(using=database()):
        response = pages.respond(desk_for(request), asked)
    if response.role:
        request.session[SESSION_KEY] = response.role
    sent = {"status": response.status, "headers": dict(response.headers), "content_type": response.content_type}
    if response.file is not None:
        return StreamingHttpResponse(response.chunks(), **sent)
    return HttpResponse(response.body, **sent)


def _base() -> str:
    return str(reverse("reclamation:board")).rstrip("/")


app_name = "reclamation"
urlpatterns = [
    address("", board, name="board"),
    address("<path:path>", board, name="page"),
]
