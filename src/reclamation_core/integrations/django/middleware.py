"""A middleware that answers each error of the library with its status, as a page or as problem details (RFC 9457)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin

from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.api.requests import problem_of
from reclamation_core.integrations.http_requests import preferred_language
from reclamation_core.integrations.incidents import REQUEST_ID
from reclamation_core.wording import typeset

__all__ = ["ReclamationErrorMiddleware"]


class ReclamationErrorMiddleware(MiddlewareMixin):
    """Answers a `ReclamationError` that a view raises: 404 for an unknown case, 403 outside the scope, 409, 422, 503.

    A request of a browser, which accepts HTML by name, gets a page: the template `reclamation/error.html`, which the
    application may replace. Any other gets problem details (RFC 9457). The view's transaction has been rolled back.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the response to a request whose view raised an error of the library; None for any other error."""
        if not isinstance(exception, ReclamationError):
            return None
        lang = preferred_language(request.headers.get("accept-language", ""))
        number = request.headers.get(REQUEST_ID)
        found = problem_of(exception, lang, method=str(request.method), path=request.path, number=number)
        if "text/html" in request.headers.get("accept", "").lower():
            content = {"lang": lang, "title": exception.kind.label(lang), "message": exception.public_message(lang)}
            shown = {name: typeset(text, lang) for name, text in content.items()}
            body, media_type = render_to_string("reclamation/error.html", shown, request), None
        else:
            body, media_type = found.body, found.media_type
        headers = {**found.headers, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
        return HttpResponse(body, status=found.status, headers=headers, content_type=media_type)
