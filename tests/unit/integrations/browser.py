"""A browser without scripts: it follows links, fills in the fields of a form and posts it."""

from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board, BoardRequest, BoardResponse
from tests import fragments
from tests.typography import plain

Forms = tuple[tuple[str, dict[str, Any]], ...]
ACTION_FORMS: Final[Forms] = (
    ("progress", {"note": "trois candidats"}),
    ("finish", {"evidence": "la liste de six remplaçants"}),
    ("judge", {"effectiveness": "effective", "why": "aucun cours sans formateur"}),
    ("close", {}),
)
"""The forms of an action, from its beginning to its closing."""
UNSUPPORTED: Final = (
    *(("PUT", "/dossiers/nouveau", "GET, HEAD, POST"), ("DELETE", "/", "GET, HEAD"), ("OPTIONS", "/role", "POST")),
    *(("PROPFIND", "/board.css", None), ("PATCH", "/<script>", None)),
)
"""Methods with addresses that do not have them, and the methods that these have; None for no page."""


class Page(fragments.Page):
    """The links, headings, messages and fields of a page."""

    def __init__(self, html: str) -> None:
        self.links: dict[str, str] = {}
        self.fields: dict[str, list[str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.action = ""
        self.headings: list[str] = []
        self._text: list[str] = []
        self._name = ""
        self._href = ""
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        _, given = self.elements[-1]
        self._text = [] if tag in {"a", "h1", "h2", "textarea"} else self._text
        self._href = given.get("href", self._href)
        self.action = given.get("action", self.action)
        self._start_of_field(tag, given)

    def _start_of_field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "input" and name:
            is_box = given.get("type") == "checkbox"
            entered = self.fields.setdefault(name, [])
            if is_box:
                self.choices.setdefault(name, []).append(given["value"])
            if not is_box or "checked" in given:
                entered.append(given.get("value", ""))
        elif tag in {"select", "textarea"}:
            self._name = name
            self.fields[name] = []
        elif tag == "option":
            self.choices.setdefault(self._name, []).append(given["value"])
            if "selected" in given:
                self.fields[self._name] = [given["value"]]

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        text = "".join(self._text)
        if tag == "a":
            self.links[" ".join(text.split())] = self._href
        elif tag in {"h1", "h2"}:
            self.headings.append(" ".join(text.split()))
        elif tag == "textarea":
            self.fields[self._name] = [text.removeprefix("\n")]


class Browser:
    """A person at the board.

    Args:
        board: the board.
        desk: the desk of the person.
    """

    def __init__(self, board: Board, desk: Desk) -> None:
        self.board, self.desk = board, desk
        self.response = BoardResponse()
        self.address = ""

    def get(self, address: str) -> Page:
        """Open an address, and follow a redirection."""
        parts = urlsplit(address)
        self.address = address.partition("?")[0]
        self.response = self.board.respond(
            self.desk, BoardRequest(path=unquote(parts.path), query=parse_qs(parts.query), user="Mme Roux")
        )
        return self._page()

    def submit(self, page: Page, **entered: Any) -> Page:
        """Fill in fields of the form of a page, post it, and follow the redirection."""
        form = {name: list(values) for name, values in page.fields.items()}
        for name, value in entered.items():
            assert name in form, f"{name} is not on the form: {sorted(form)}"
            values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
            assert name not in page.choices or set(values) <= set(page.choices[name]), page.choices[name]
            form[name] = values
        path, _, query = page.action.partition("?")
        request = BoardRequest(path=unquote(path), query=parse_qs(query), method="POST", form=form, user="Mme Roux")
        self.response = self.board.respond(self.desk, request)
        if self.response.status == 303:
            return self.get(self.response.headers["Location"])
        return self._page()

    @property
    def text(self) -> str:
        """The source of the page, with ordinary spaces and apostrophes."""
        return plain(self.response.body.decode())

    def _page(self) -> Page:
        return Page(self.text)


def complaint_forms(site: str, planned: str, check_on: str) -> Forms:
    """The forms of a complaint from its missing facts to its answer, with what a person enters."""
    return (
        ("complete_facts", {"complainant": "trainee", "nature": "grievance", "sold_service": "true"}),
        ("complete_facts", {"client_scope": "local", "service_reach": "one_centre", "mobilisation": "local"}),
        ("acknowledge", {}),
        ("add_support", {"kind": "email", "title": "le courriel"}),
        ("contain", {"measure": "un formateur de Colmar assure les cours"}),
        (
            "qualify",
            {
                "problem": "une semaine sans formateur",
                "requirement": "contractual",
                "conforming": "false",
                "experts": "Mme Blanc\nM. Noir",
                "likelihood": "2",
                "recurrences": "0",
                **{f"severity_{name}": "0" for name in ("safety", "legal", "contract", "financial", "relation")},
                "severity_training": "2",
            },
        ),
        ("analyse", {"method": "ishikawa", "causes": [TRAINING_BODY.codes[0]], "report": "une absence"}),
        (
            "plan",
            {
                "reference": "A-1",
                "type": "corrective",
                "origin": "complaint",
                "site": site,
                "cause_family": TRAINING_BODY.codes[0],
                "cause": "personne ne pouvait le remplacer",
                "what": "tenir un vivier de remplaçants",
                "owner": "M. Petit",
                "planned": planned,
                "criterion": "aucun cours sans formateur",
                "check_on": check_on,
            },
        ),
        ("answer", {"decision": "founded", "text": "Un vivier est en place.", "collective": "true"}),
    )
