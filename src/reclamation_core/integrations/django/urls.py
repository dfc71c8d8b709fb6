"""The addresses of the board, to be included under a prefix of your own, and its views."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path as address
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from reclamation_core.integrations.board import Board, BoardRequest, RoleSwitch
from reclamation_core.integrations.django.desks import (
    SESSION_KEY,
    acting_role,
    database,
    desk_for,
    letters,
    options,
    roles_of,
)


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
        roles=RoleSwitch(
            action=reverse("reclamation:role"),
            choices=tuple((one.key, one.label) for one in roles_of(request.user)),
            current=acting_role(request).key,
        ),
    )
    with transaction.atomic(using=database()):
        response = pages.respond(desk_for(request), asked)
    sent = {"status": response.status, "headers": dict(response.headers), "content_type": response.content_type}
    if response.file is not None:
        return StreamingHttpResponse(response.chunks(), **sent)
    return HttpResponse(response.body, **sent)


@login_required
@require_POST
def choose_role(request: HttpRequest) -> HttpResponse:
    """Store the role that the user acts in from now on in the session, and go back to the page."""
    key = request.POST.get("role", "")
    if key not in {one.key for one in roles_of(request.user)}:
        raise PermissionDenied("no membership gives this user that role")
    request.session[SESSION_KEY] = key
    back, home = request.POST.get("suite", ""), f"{_base()}/"
    is_own = back.startswith(home) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponse(status=303, headers={"Location": iri_to_uri(back) if is_own else home})


def _base() -> str:
    return str(reverse("reclamation:board")).rstrip("/")


app_name = "reclamation"
urlpatterns = [
    address("", board, name="board"),
    address("role", choose_role, name="role"),
    address("<path:path>", board, name="page"),
]
