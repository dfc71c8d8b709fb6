"""A request to the board and its response, a page or a file, whatever the web framework."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeVar
from urllib.parse import quote, urlencode

import attrs

from reclamation_core.cases.trace import Trace
from reclamation_core.desk import AsyncDesk, Desk
from reclamation_core.indicators.spans import TimeSpan
from reclamation_core.integrations.http_requests import PostedFile
from reclamation_core.integrations.incidents import request_id
from reclamation_core.reporting.formats import MEDIA_TYPES, ReportFormat
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple, each, name
from reclamation_core.vocabulary import Role
from reclamation_core.wording import LANGUAGES, Wording

D = TypeVar("D", Desk, AsyncDesk)
MOST_DUE: Final = 150
"""The most answers, and the most effectiveness checks, of a calendar that clients subscribe to."""
MOST_COMPLAINTS: Final = 5_000
"""The most complaints that a page, a file or an answer of the API reads for the effect of an action."""
INDICATOR_COST: Final = 180_000
"""The highest cost of the indicators of a page or an answer of the API: 0.3 s of processor; a file may cost tenfold."""

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


_ADDRESS: Final = re.compile(r"/(?![/\\])[!-~]*|https?://[!-~]+")


def _role(role: Role | str) -> Role:
    return role if isinstance(role, Role) else Role.parse(role)


def as_wording(text: str | Wording) -> Wording:
    """Return a text of a host in both languages; one that is given in one language is the same in the other."""
    return text if isinstance(text, Wording) else Wording(text, text)


@attrs.frozen
class ActingRole(SharedRepr):
    """A role that a person may act in, with the units that it is for.

    Args:
        role: the role, or its code.
        sites: the sites; with the regions, what the role is limited to.
        regions: the regions; without sites and regions the role is for the whole agency.
        label: what a person reads, such as "RQR, Créteil": a text, or a `Wording` with the English one.
        key: what a session, a cookie or a form names it by.
    """

    role: Role = attrs.field(converter=_role)
    sites: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(name))
    regions: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(name))
    label: Wording = attrs.field(kw_only=True, converter=as_wording)
    key: str = attrs.field(kw_only=True)

    @label.default
    def _label(self) -> Wording:
        return named(self.role, *self.sites, *self.regions)

    @key.default
    def _key(self) -> str:
        return ":".join((self.role.value, *self.sites, *self.regions))

    def desk(self, desk: D, person: str) -> D:
        """Return a desk that acts as a person in this role, limited to its units.

        Args:
            desk: a `Desk` or an `AsyncDesk`.
            person: the name of the person.
        """
        acting = desk.acting(person, self.role)
        if not self.sites and not self.regions:
            return acting
        return acting.scoped(site=self.sites or None, region=self.regions or None)


def _safe_address(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise ValueError(f"{attribute.name}: a path or an address https://... is expected, got {value!r}")


@attrs.frozen
class HostLink(SharedRepr):
    """A link of the host application on each page: back to the application, help, log out.

    Args:
        label: what a person reads: a text, or a `Wording` with the English one.
        address: a path that begins with a slash, or an address with https or http.
        is_post: True for a button that posts a form with the hidden fields of the request, such as a log-out; the
            address is then a path, for the policy of the content allows no form to another site.

    Raises:
        ValueError: the address is another one, such as one with a script.
    """

    label: Wording = attrs.field(converter=as_wording)
    address: str = attrs.field(validator=_safe_address)
    is_post: bool = attrs.field(default=False)

    @is_post.validator
    def _to_a_path(self, _: object, is_post: object) -> None:
        if is_post and not self.address.startswith("/"):
            raise ValueError(f"address: a form is posted to a path of this site, got {self.address!r}")


def named(role: Role, *units: str) -> Wording:
    """Return the name of a role with those of its units."""
    return Wording(*(", ".join((role.label(lang), *units)) for lang in LANGUAGES))


def chosen_role(roles: Sequence[ActingRole], key: str | None) -> ActingRole | None:
    """Return the role of a key; the first one if none has it, and None if there are no roles."""
    return next((one for one in roles if one.key == key), next(iter(roles), None))


@attrs.frozen(kw_only=True)
class BoardRequest(SharedRepr):
    """A request to the board.

    Args:
        path: the path below the address of the board, with a slash at its beginning.
        method: the HTTP method.
        query: the parameters of the address, each with its values.
        form: the fields of the posted form, each with its values.
        files: the files of the posted form.
        base: the path at which the board is mounted, without a slash at its end.
        hidden: the hidden fields of each form, such as a token against forged requests.
        user: the person who is logged in, as the page shows it.
        person: the identifier of that person, to which cases are assigned; the name by default.
        roles: the roles of that person: each page offers to choose one of several, and names a single one.
        role: the key of the role that the desk acts in.
        known_tags: the header If-None-Match.
        accept_language: the header Accept-Language, or the language that the person has chosen in the application.
        id: the number of the request, under which the log has the reason of an incident; a new one by default.
        trace: the trace metadata of what the request records; None without.
    """

    path: str
    method: str = "GET"
    query: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    form: Mapping[str, Sequence[str]] = attrs.field(factory=dict, repr=False)
    files: Sequence[PostedFile] = attrs.field(default=(), repr=False)
    base: str = ""
    hidden: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    user: str = attrs.field(default="", repr=False)
    person: str = attrs.field(default=attrs.Factory(lambda self: self.user, takes_self=True), repr=False)
    roles: Sequence[ActingRole] = ()
    role: str = ""
    known_tags: str = ""
    accept_language: str = ""
    id: str = attrs.field(factory=lambda: request_id(None))
    trace: Trace | None = None

    @property
    def address(self) -> str:
        """The address of the page below that of the board, with its parameters, to come back to."""
        query = urlencode(self.query, doseq=True, errors="replace")
        return f"{quote(self.path, errors='replace')}{'?' if query else ''}{query}"

    def first(self, name: str) -> str:
        """Return the first value of a parameter of the address, without spaces around it; empty without one."""
        return next(iter(self.query.get(name, ())), "").strip()


@attrs.frozen(kw_only=True)
class BoardResponse(SharedRepr):
    """A response of the board: a page, or a file to download.

    Args:
        status: the HTTP status.
        body: the content of a page.
        file: the content of a file instead, written whole and open at its beginning; `chunks` reads and closes it.
        content_type: the media type.
        headers: the other headers.
        role: the key of the role that the person has chosen, which the host stores for the next requests; or empty.
        pending: writes the file of the response, without the desk; None if nothing is left to write.
    """

    status: int = 200
    body: bytes = attrs.field(default=b"", repr=False)
    file: IO[bytes] | None = attrs.field(default=None, repr=False)
    content_type: str = MEDIA_TYPES[ReportFormat.HTML]
    headers: Mapping[str, str] = attrs.field(factory=lambda: dict(SECURITY_HEADERS))
    role: str = ""
    pending: Callable[[], BoardResponse] | None = attrs.field(default=None, repr=False)

    def completed(self) -> BoardResponse:
        """Return the response with its file written."""
        return self if self.pending is None else self.pending()

    @classmethod
    def redirect(cls, location: str) -> BoardResponse:
        """Return a redirection that the browser follows with GET, so that a page reloaded posts nothing again."""
        return cls(status=303, headers={**SECURITY_HEADERS, "Location": location})

    @classmethod
    def download(cls, name: str, write: Callable[[IO[bytes]], object]) -> BoardResponse:
        """Return a file to download, which is written before the response is sent: a large one to a temporary file.

        The suffix of its name determines the media type. Raises the errors of `write`.
        """
        file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  `chunks` closes it
        try:
            write(file)
            size = file.seek(0, 2) or file.tell()
            file.seek(0)
        except BaseException:
            file.close()
            raise
        headers = {
            **SECURITY_HEADERS,
            "Content-Disposition": f'attachment; filename="{file_name(name)}"',
            "Content-Length": str(size),
        }
        return cls(file=file, content_type=_MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)

    def chunks(self) -> Iterator[bytes]:
        """Yield the content part by part; a file is closed at its end."""
        if self.file is None:
            yield self.body
            return
        with self.file as file:
            yield from iter(partial(file.read, _CHUNK), b"")


_IN_MEMORY: Final = 1_000_000
_CHUNK: Final = 64 * 1024
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    **{each.value: kind for each, kind in MEDIA_TYPES.items()},
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}


def file_name(text: str) -> str:
    """Return a text as the name of a file that every system and header takes.

    >>> file_name("pgaac-région Île-de-France.pdf")
    'pgaac-region-Ile-de-France.pdf'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")[:120]


@attrs.frozen
class AskedIndicators(SharedRepr):
    """The period and the site of an address.

    Args:
        since: the first day.
        until: the last day.
        site: the code of a site; empty for all.
    """

    since: date
    until: date
    site: str

    @property
    def span(self) -> TimeSpan:
        """The days."""
        return TimeSpan(self.since, self.until)

    def address(self, **parameters: str) -> str:
        """Return the parameters of an address of the same period and site, and those that are passed."""
        named = {"du": self.since.isoformat(), "au": self.until.isoformat(), "centre": self.site, **parameters}
        return urlencode({name: value for name, value in named.items() if value}, errors="replace")
