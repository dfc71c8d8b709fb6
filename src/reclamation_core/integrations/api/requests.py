"""A request to the API and its response, whatever the web framework."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import IO, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

import attrs

from reclamation_core.documents import parse_json
from reclamation_core.errors import REDACTED, ErrorKind, Fault, FaultsError, ReclamationError
from reclamation_core.integrations.http_requests import PostedFile, has_files, is_of_another_site, preferred_language
from reclamation_core.integrations.incidents import incident_headers, is_incident, log_incident, request_id
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording

JSON_TYPE: Final = "application/json"
PROBLEM_TYPE: Final = "application/problem+json"
API_HEADERS: Final[Mapping[str, str]] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""The headers of every answer, unless it has others: personal data are in no cache."""
MOST_BYTES: Final = 2_000_000
"""The largest body of a request: a text of the longest length that a policy allows, and more."""
_CHUNK: Final = 1 << 16
_MOST_PARAMETERS: Final = 1_000
"""The most parameters of an address."""
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_TAGS: Final = re.compile(rf"[ \t,]*(?:{_TAG.pattern}[ \t]*(?:,[ \t,]*|$))*")
"""Entity tags as RFC 9110 (5.6.1 and 8.8.3) writes a list of them."""
_A_TAG: Final = Wording(
    "une étiquette reçue dans ETag est attendue, telle quelle, ou plusieurs séparées par des virgules",
    'an entity tag is expected as ETag had it, in quotes, or several with commas between them, such as "v7"',
)
FILE: Final = "document"
"""The field of a form that has the file to upload."""
_A_FILE: Final = Wording(
    f"un fichier, et un seul, est attendu dans le champ « {FILE} » du formulaire",
    f"a file, and a single one, is expected in the field '{FILE}' of the form",
)
_A_FORM: Final = Wording(
    f"un formulaire est attendu, avec le fichier dans le champ « {FILE} » : Content-Type: multipart/form-data",
    f"a form is expected, with the file in the field '{FILE}': Content-Type: multipart/form-data",
)
_OTHER_SITE: Final = Wording(
    "ce fichier est envoyé par la page d'un autre site : ajoutez l'en-tête X-Requested-With",
    "this file is posted by the page of another site: add the header X-Requested-With",
)
NOT_JSON: Final = Wording("le contenu n'est pas un document JSON", "the body is not a JSON document")
LOG_IN: Final = Wording("connectez-vous", "log in")
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


@attrs.frozen(kw_only=True)
class ApiRequest(SharedRepr):
    """A request to the API.

    Args:
        method: the HTTP method.
        path: the path below the address of the API, decoded, with a slash at its beginning.
        base: the path at which the API is mounted, decoded, without a slash at its end.
        query: the parameters of the address, in order, each with one of its values.
        others: the names of parameters that the application reads itself.
        headers: the headers by their names in small letters, each with its lines.
        body: the content, of a request without files.
        files: the files of a form; see `has_files`.
    """

    method: str
    path: str
    base: str = ""
    query: Sequence[tuple[str, str]] = attrs.field(default=(), repr=False)
    others: frozenset[str] = frozenset()
    headers: Mapping[str, Sequence[str]] = attrs.field(factory=dict, repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    files: Sequence[PostedFile] = attrs.field(default=(), repr=False)

    def header(self, name: str) -> str | None:
        """Return the lines of a header as one; None without it."""
        lines = self.headers.get(name.lower())
        return ", ".join(lines) if lines else None

    @property
    def lang(self) -> Lang:
        """The language that the request prefers, French if it does not say."""
        return preferred_language(self.header("Accept-Language") or "")

    def document(self) -> Any:
        """Return the JSON document of the request.

        A page of another site can post a document of another type in the name of a person who is logged in: it is
        refused.

        Raises:
            HttpError: 415, its type is another one.
            FaultsError: it is none.
        """
        media_type = self.header("Content-Type") or ""
        if not re.match(r"application/([\w.+-]+\+)?json\s*(;|$)", media_type, re.IGNORECASE):
            raise HttpError(415)
        try:
            return parse_json(self.body.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise FaultsError([Fault("$", REDACTED, NOT_JSON)]) from None
        except FaultsError as error:
            raise FaultsError(
                Fault(fault.path, REDACTED, NOT_JSON if fault.path == "$" else fault.expected) for fault in error.faults
            ) from None

    def file(self) -> PostedFile:
        """Return the one file of a form.

        A page of another site can post a form in the name of a person who is logged in, but with a header of its own
        only if the host allows it (CORS).

        Raises:
            HttpError: 403, it is posted by such a page without the header; 415, the request is no form with files.
            FaultsError: there is none, or there are several.
        """
        if not has_files(self.header("Content-Type")):
            raise HttpError(415, detail=_A_FORM)
        if is_of_another_site(self.header) and self.header("X-Requested-With") is None:
            raise HttpError(403, detail=_OTHER_SITE)
        files = [one for one in self.files if one.name]
        if [one.field for one in files] != [FILE]:
            raise FaultsError([Fault(FILE, None, _A_FILE)])
        return files[0]

    def tags(self, name: str) -> list[str] | None:
        """Return the entity tags of a precondition, or `["*"]`; None without one (RFC 9110, 13.1).

        Raises:
            FaultsError: it is not a list of entity tags.
        """
        given = self.header(name)
        if given is None:
            return None
        if given.strip() == "*":
            return ["*"]
        if _TAGS.fullmatch(given) is None or not (found := _TAG.findall(given)):
            raise FaultsError([Fault(name, given, _A_TAG)])
        return [tag.removeprefix("W/") for tag in found]

    def next_page(self, after: str | None) -> dict[str, str]:
        """Return the header that leads to the next page of a list, if there is one."""
        if after is None:
            return {}
        following = urlencode([*((k, v) for k, v in self.query if k != "after"), ("after", after)], errors="replace")
        return {"Link": f'<{quote(self.base + self.path)}?{following}>; rel="next"'}


def parameters_of(query: str) -> list[tuple[str, str]]:
    """Return the parameters of an address, in order, each with one of its values.

    Raises:
        HttpError: 413, they are too many.
    """
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise HttpError(413) from None


@attrs.frozen(kw_only=True)
class ApiResponse(SharedRepr):
    """A response of the API.

    Args:
        status: the HTTP status.
        body: the content.
        media_type: its media type.
        headers: the other headers.
        file: the content of a file instead; `chunks` reads and closes it.
    """

    status: int = 200
    body: bytes = attrs.field(default=b"", repr=False)
    file: IO[bytes] | None = attrs.field(default=None, repr=False, kw_only=True)
    media_type: str = JSON_TYPE
    headers: Mapping[str, str] = attrs.field(factory=dict)

    def chunks(self) -> Iterator[bytes]:
        """Yield the content of a file part by part; it is closed at its end."""
        if self.file is not None:
            with self.file as file:
                yield from iter(partial(file.read, _CHUNK), b"")

    @classmethod
    def of(
        cls, document: object, status: int = 200, headers: Mapping[str, str] | None = None, media_type: str = JSON_TYPE
    ) -> ApiResponse:
        """Return a response with a document; a lone surrogate, which UTF-8 cannot write, is replaced."""
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return cls(status=status, body=text.encode("utf-8", "replace"), media_type=media_type, headers=headers or {})

    @classmethod
    def in_language(cls, lang: Lang, document: object) -> ApiResponse:
        """Return a response whose document has texts of one language."""
        return cls.of(document, headers={"Content-Language": lang})


class ProblemError(Exception):
    """A refusal by HTTP on its way out of a route, so that the transaction of the request is rolled back."""

    def __init__(self, document: Callable[[Lang], dict[str, Any]], headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.document = document
        self.headers = headers or {}


class HttpError(ProblemError):
    """A refusal with a status of HTTP and no other reason."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None, *, detail: Wording | None = None) -> None:
        super().__init__(
            lambda lang: http_problem(status, lang) | ({} if detail is None else {"detail": detail.in_(lang)}), headers
        )


def http_problem(status: int, lang: Lang, detail: object = None) -> dict[str, Any]:
    """Return the problem details of a status of HTTP; the words of the application, if it has some of its own."""
    kind = _KINDS.get(status, ErrorKind.UNAVAILABLE if status >= 500 else ErrorKind.INVALID)
    if status == 401 and detail in {None, "Not authenticated", "Unauthorized"}:  # the words of FastAPI and Starlette
        detail = LOG_IN.in_(lang)
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


def instance(number: str) -> dict[str, str]:
    """Return the field of problem details by which an incident is found in the log: the number of its request."""
    return {"instance": f"urn:problem-instance:reclamation-core:{number}"}


def problem(document: dict[str, Any], headers: Mapping[str, str] | None = None) -> ApiResponse:
    """Return the response of problem details (RFC 9457)."""
    return ApiResponse.of(document, document["status"], headers, PROBLEM_TYPE)


def problem_of(
    error: ReclamationError | ProblemError, lang: Lang, *, method: str, path: str, number: str | None
) -> ApiResponse:
    """Return the problem details of an error, in a language; an incident is logged under the number of the request."""
    if isinstance(error, ProblemError):
        return problem(error.document(lang), error.headers)
    document, number = error.to_document(lang), request_id(number)
    if is_incident(error):
        document |= instance(number)
        log_incident(error, method, path, number)
    return problem(document, incident_headers(error, number))
