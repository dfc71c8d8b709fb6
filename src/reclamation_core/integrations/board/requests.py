"""A request to the board and its response, whatever the web framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

HTML: Final = "text/html; charset=utf-8"

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""The headers of every page: nothing comes from elsewhere, no script runs, no shared computer stores a page."""


@attrs.frozen(kw_only=True)
class RoleSwitch:
    """The roles of a person, among which each page offers to choose: a form that the host answers.

    The form posts the chosen value, the hidden fields of the request, and `suite`, the address to return to.

    Args:
        action: the address that the form is posted to.
        choices: the value of each role, and its name for the person; with one only, its name is shown without a form.
        current: the value of the role in which the desk of the request acts.
        name: the name of the field with the chosen value.
    """

    action: str
    choices: tuple[tuple[str, str], ...]
    current: str
    name: str = "role"

    @property
    def label(self) -> str:
        """The name of the current role."""
        return dict(self.choices).get(self.current, "")


@attrs.frozen(kw_only=True)
class BoardRequest:
    """A request to the board.

    Args:
        path: the path below the address of the board, with a slash at its beginning.
        method: the HTTP method.
        query: the parameters of the address, each with its values.
        form: the fields of the posted form, each with its values.
        base: the path at which the board is mounted, without a slash at its end.
        hidden: the hidden fields of each form, such as a token against forged requests.
        user: the person who is logged in, as the page shows it.
        roles: the roles of that person; None if there is nothing to choose.
    """

    path: str
    method: str = "GET"
    query: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    form: Mapping[str, Sequence[str]] = attrs.field(factory=dict, repr=False)
    base: str = ""
    hidden: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    user: str = attrs.field(default="", repr=False)
    roles: RoleSwitch | None = None

    def first(self, name: str) -> str:
        """Return the first value of a parameter of the address, without spaces around it; empty without one."""
        return next(iter(self.query.get(name, ())), "").strip()


@attrs.frozen(kw_only=True)
class BoardResponse:
    """A response of the board.

    Args:
        status: the HTTP status.
        body: the content.
        content_type: its media type.
        headers: the other headers.
    """

    status: int = 200
    body: bytes = attrs.field(default=b"", repr=False)
    content_type: str = HTML
    headers: Mapping[str, str] = attrs.field(factory=lambda: dict(SECURITY_HEADERS))

    @classmethod
    def redirect(cls, location: str) -> BoardResponse:
        """Return a redirection that the browser follows with GET, so that a page reloaded posts nothing again."""
        return cls(status=303, headers={**SECURITY_HEADERS, "Location": location})
