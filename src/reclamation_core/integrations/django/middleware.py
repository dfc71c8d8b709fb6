"""A middleware that answers each error of the library with its status, as a page or as problem details (RFC 9457)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin

from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.languages import preferred_language
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
        document = exception.to_document(lang)
        if "text/html" in request.headers.get("accept", "").lower():
            content = {"lang": lang, "title": document["title"], "message": exception.public_message(lang)}
            shown = {name: typeset(text, lang) for name, text in content.items()}
            response = HttpResponse(
                render_to_string("reclamation/error.html", shown, request), status=document["status"]
            )
        else:
            response = JsonResponse(document, status=document["status"], content_type="application/problem+json")
        if exception.retry_after is not None:
            response["Retry-After"] = str(exception.retry_after)
        response["Vary"] = "Accept, Accept-Language"
        response["Cache-Control"] = "no-store"
        return response
