"""Incidents: an answer that the service is unavailable, and the line of the log that has its reason."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from reclamation_core.cases.trace import Trace, identifier
from reclamation_core.errors import ErrorKind, ReclamationError
from reclamation_core.ports import StoreBusyError
from reclamation_core.wording import Wording

REQUEST_ID: Final = "X-Request-ID"
"""The header with the number of a request: a proxy may set it, and an answer that reports an incident has it."""
TRACE_PARENT: Final = "traceparent"
"""The header of W3C Trace Context: a trace, and its part that made the request."""
_LOG: Final = logging.getLogger("reclamation_core.integrations")


def no_lock() -> StoreBusyError:
    """Return the error of a request for which the host got no connection or no lock."""
    return StoreBusyError.of(
        "the application's database", Wording("ni connexion ni verrou", "no connection or no lock")
    )


def request_id(given: str | None) -> str:
    """Return the number of a request: the one that a proxy gave it if it is plain, else a new one."""
    return identifier(given)


def traced(header: Callable[[str], str | None]) -> tuple[str, Trace | None]:
    """Return the number of a request, and the trace metadata of its commands; None if its headers have none.

    Args:
        header: returns the value of a header by its name; None without it.
    """
    given = header(REQUEST_ID)
    number = request_id(given)
    return number, Trace.from_headers(header(TRACE_PARENT), None if given is None else number)


def is_incident(error: ReclamationError) -> bool:
    """Return True for an error that the operator has to know of: the installation or its database fails."""
    return error.kind is ErrorKind.UNAVAILABLE


def log_incident(error: Exception, method: str, path: str, number: str) -> None:
    """Log the reason of an incident, on one line: the method and path of the request, its number, the error.

    The path has the reference of the case or the scope of the plan. The query and the content are left out: they may
    hold personal data.
    """
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    request = f"{quote(method)} {quote(path, errors='replace')}"
    _LOG.error("%s (request %s): %s", request, number, reason, extra={"request": request, "request_id": number})


def incident_headers(error: ReclamationError, number: str) -> dict[str, str]:
    """Return the headers of the answer to an error: when the request may be repeated, and the number of an incident."""
    later = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return later | ({REQUEST_ID: number} if is_incident(error) else {})
