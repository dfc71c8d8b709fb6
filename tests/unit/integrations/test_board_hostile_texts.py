"""Hostile texts in every heading, title, attribute and address of every page and HTML file of the board.

A register with hostile texts in whatever people type or choose has the same pages as one with harmless texts, as an
HTML parser reads them: the same elements and attributes, and each text is the one that was typed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urldefrag, urljoin, urlsplit

import attrs
import pytest
from fastapi import FastAPI

from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import ActingRole, Board, BoardRequest, BoardResponse, pages
from reclamation_core.integrations.fastapi import board_router
from reclamation_core.plans import PlanScope
from reclamation_core.reporting import LetterSettings
from reclamation_core.vocabulary import Site, Sites
from reclamation_core.wording import Lang, Wording
from tests.asgi import AsgiClient
from tests.typography import plain
from tests.unit.desk import factories

BASE: Final = "/reclamations"
LENGTH: Final = 160
HOSTILE: Final = {
    "a title that is left": '</title><meta http-equiv="refresh" content="0;url=http://evil.example/">',
    "a form": '</title></select></textarea></p><form action="/actes/withdraw"><input name=version value=*></form>',
    "attributes and comments": "\" autofocus onfocus=alert(1) x=' <!-- <script>alert(1)</script> <![CDATA[ <pre><code>",
    "escapes": "&lt;b&gt; &amp;lt;i&amp;gt; &#60;u> %3Cs%3E %253Cs%253E {{ 7 * 7 }} {% raw %} javascript:x//..?a=b#c",
}
SUFFIXES: Final = ("csv", "json", "xlsx", "pdf", "docx", "txt", "ics", "css", "zip")
# The number of the next action: a code of the capitals and digits of the code of a site, and a number.
_SUGGESTED: Final = re.compile(r"\A([A-Z])[A-Z0-9-]{0,35}(-[0-9]{3})\Z")
WORDS: Final = ("recipients", "what", "owner", "cause", "finding", "requirement", "resources", "criterion")


class Parsed(HTMLParser):
    """What a page is for an HTML parser: elements with their attributes, comments and texts, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[Any, ...]] = []
        self.addresses: list[str] = []
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.titles: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.parts.append((tag, *given.items()))
        if tag == "a":
            self.addresses.append(given["href"])
        elif tag == "form":
            self.forms.append((given["action"], {}))
        elif "name" in given and self.forms and tag != "meta":
            self.forms[-1][1].setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        if self.parts and self.parts[-1][0] == "#text":
            data = self.parts.pop()[1] + data
        self.parts.append(("#text", data))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.parts.append(("declaration", decl))

    def unknown_decl(self, data: str) -> None:
        self.parts.append(("declaration", data))

    handle_pi = handle_comment


@attrs.frozen
class World:
    """A register in which a text is wherever people type or choose one, and the board of it.

    Args:
        text: the text.
    """

    text: str
    board: Board
    desk: Desk

    @classmethod
    def of(cls, text: str, lang: Lang = "fr") -> World:
        site, other = f"S{text}", f"T{text}"
        sites = Sites((Site(code=site, name=f"A {text}", region=f"R {text}"), Site(code=other, name="B", region="Q")))
        named = Wording(f"cause {text}", f"cause {text}")
        taxonomy = Taxonomy([Family("family", named)], themes=[Family("theme", named)])
        clock = factories.FakeClock(factories.at(1, month=7))
        desk = factories.new_desk(sites=sites, taxonomy=taxonomy, clock=clock).acting(f"Mme {text}", "rqr")
        fill(desk, text, site, other)
        letters = LetterSettings(organisation=text, address=text, signatory=text, signatory_title=text, mediator=text)
        clock.set(factories.at(2, month=7))
        board = Board(sites=sites, taxonomy=taxonomy, clock=clock, title=f"T {text}", letters=letters, lang=lang)
        return cls(text, board, desk)

    def respond(self, address: str, form: dict[str, list[str]] | None = None) -> BoardResponse:
        """Respond to a request as a host does, which decodes the path of an address once."""
        parts = urlsplit(address)
        query = [pair.partition("=")[::2] for pair in parts.query.split("&") if pair]
        role = ActingRole("rqr", (f"S{self.text}",), label=f"RQR {self.text}", key=f"k{self.text}")
        request = BoardRequest(
            path=unquote(parts.path).removeprefix(BASE),
            method="GET" if form is None else "POST",
            query={unquote(name.replace("+", " ")): [unquote(value.replace("+", " "))] for name, value in query},
            form=form or {},
            base=BASE,
            hidden={"token": f"t{self.text}"},
            user=f"U {self.text}",
            roles=(role, ActingRole("aq", label=f"AQ {self.text}")),
            role=role.key,
        )
        return self.board.respond(self.desk, request)

    def parts(self, html: str) -> list[tuple[Any, ...]]:
        """Return the parts of a page with a sign in place of the text of this register, and of what hashes it."""
        return [neutral(part, self.text) for part in Parsed(html).parts]


@cache
def neutral(part: tuple[Any, ...], text: str) -> tuple[Any, ...]:
    """Return a part of a page with a sign in place of a text."""
    return tuple(neutral(one, text) if isinstance(one, tuple) else _neutral(one, text) for one in part)


def _neutral(value: str, text: str) -> str:
    value = plain(value)
    if value in {plain(text[:10]), plain(text[11:16])}:  # the fields of a day and of a time
        return "•"
    for written in _written(text):
        value = value.replace(written, "•")
        value = re.sub(f"{re.escape(written[:8])}[^…]*…", "•…", value)  # cut in a message
    value = _SUGGESTED.sub(r"\1•\2", value)
    return re.sub(r"[0-9a-f]{32,}", "#", value)


@cache
def _written(text: str) -> tuple[str, ...]:
    """Return a text as pages and addresses write it."""
    return tuple(plain(one) for one in (text, quote(text, safe=""), quote(text), quote_plus(text)))


def fill(desk: Desk, text: str, site: str, other: str) -> None:
    """Record cases and plans with a text in every field that takes one."""
    case = factories.registered(
        desk, site, verbatim=text, complainant=text, source=text, remedy_sought=text, service_sites=(other,)
    ).reference
    when = factories.at(1)
    desk.complete_facts(case, theme="theme", occurred_at=when)
    desk.acknowledge(case, occurred_at=when)
    desk.contain(case, measure=text, occurred_at=when)
    desk.add_support(case, kind="email", title=text, occurred_at=when)
    desk.qualify(
        case,
        problem=text,
        requirement_reference=text,
        supported_by=text,
        experts=(text,),
        risks={"training": 2},
        likelihood=2,
        recurrences=0,
        causes=0,
        occurred_at=when,
    )
    desk.correct(case, reason=text, sold_service=True, client_scope="local")
    desk.analyse(case, causes=("family",), report=text)
    words: dict[str, Any] = dict.fromkeys(WORDS[1:], text)
    sheet = factories.sheet(
        f"A{text}", site=site, spread=(other,), cause_family="family", process=text, origin_reference=text, **words
    )
    factories.add_as_stored(desk.pgaac(site), sheet)
    factories.add_as_stored(desk.pgaac(site), attrs.evolve(sheet, reference=f"C/{text}"))
    desk.plan(case, sheet.reference)
    plan = desk.pgaac(site)
    plan.publish(recipients=[text])
    plan.finish(sheet.reference, evidence=text)
    plan.amend(f"C/{text}", reason=text, what=f"x {text}")
    desk.pgaac(PlanScope.region(f"R {text}")).add(factories.sheet("B-1", site=site, cause_family="family", **words))
    desk.answer(case, decision="founded", text=text, remedies=text)
    desk.reports.send_plan(site, 1, b"x", recipients=[text])
    desk.pgaac(PlanScope.nation()).publish(recipients=[text])
    desk.register(factories.facts(nature=None), site=site, verbatim=text, occurred_at=when)


def crawl(world: World) -> Iterator[tuple[str, str, str]]:
    """Yield every page and HTML file that links lead to, and each form as it is refused: its kind and its content."""
    waiting = deque([f"{BASE}/", *wrong_addresses(world.text)])
    reached = set(waiting)
    while waiting:
        address = waiting.popleft()
        response = world.respond(address)
        html = b"".join(response.chunks()).decode()
        yield "GET", address, html
        for link in Parsed(html).addresses:
            following = urldefrag(urljoin(address, link)).url
            is_file = urlsplit(following).path.endswith(SUFFIXES)
            if kind_of(following) not in reached and not is_file:
                reached.add(kind_of(following))
                waiting.append(following)
        if "Content-Disposition" in response.headers:
            continue
        for action, fields in Parsed(html).forms:
            is_evidence_of_case = "/dossiers/" in action and action.endswith("/preuves")
            if f"POST {action}" not in reached and not is_evidence_of_case:
                reached.add(f"POST {action}")
                refused = {name: [world.text] for name in fields} | {"version": ["*"]}
                answer = world.respond(urljoin(address, action), refused)
                yield "POST", action, b"".join(answer.chunks()).decode()


def kind_of(address: str) -> str:
    """Return an address; one of indicators, of which there are many, without the values of its parameters."""
    path, _, query = address.partition("?")
    return f"{path}?{sorted(dict(parse_qsl(query)))}" if path.startswith(f"{BASE}/indicateurs") else address


def wrong_addresses(text: str) -> Iterator[str]:
    """Yield addresses with a text in each place that a person may write: segments of the path and parameters."""
    written = quote(text, safe="")
    for path in ("{}", "dossiers/{}", "pgaac/{}", "pgaac/site:{}", "pgaac/site:S{}/actions/{}"):
        yield f"{BASE}/{path.format(written, written)}"
    for path in ("dossiers/R-2026-000001/actes/{}", "pgaac/site:S{}/editions/{}", "dossiers/R-2026-000001/fiche.{}"):
        yield f"{BASE}/{path.format(written, written)}"
    for path in ("dossiers", "recherche"):
        yield f"{BASE}/{path}?q=introuvablement+{written}"  # a word that no case has
    for name in (
        "etat",
        "niveau",
        "centre",
        "criticite",
        "type",
        "recevabilite",
        "du",
        "au",
        "tri",
        "sens",
        "suite",
        "ouverts",
        "theme",
        "canal",
        "region",
        "accuse",
        "actions",
    ):
        yield f"{BASE}/dossiers?{name}=V{written}"
    yield f"{BASE}/dossiers/R-2026-000001/courriers?service={written}"
    yield f"{BASE}/pgaac/site:S{written}?page={written}"


@cache
def harmless(lang: Lang = "fr") -> tuple[list[tuple[str, str]], list[list[tuple[Any, ...]]]]:
    """The pages of a register with harmless texts."""
    world = World.of("Z/Z Z".ljust(LENGTH, "Z"), lang)
    pages = list(crawl(world))
    return [(method, unquote(address)) for method, address, _ in pages], [world.parts(html) for *_, html in pages]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "lang"),
    [
        ("a title that is left", "fr"),
        pytest.param("a form", "en", marks=pytest.mark.soak),
        *(pytest.param(name, "fr", marks=pytest.mark.soak) for name in HOSTILE if name != "a title that is left"),
        pytest.param("escapes", "en", marks=pytest.mark.soak),
    ],
)
def test_pages_have_the_elements_of_a_register_with_harmless_texts(name: str, lang: Lang) -> None:
    world = World.of(HOSTILE[name].ljust(LENGTH, "Z"), lang)
    pages = list(crawl(world))
    addresses, expected = harmless(lang)
    assert len(pages) == len(addresses) > 100
    for (_, address, html), same, parts in zip(pages, addresses, expected, strict=True):
        assert world.parts(html) == parts, (unquote(address), same)


@pytest.mark.slow
def test_the_pages_are_those_of_every_route() -> None:
    addresses, _ = harmless()
    reached = {(method, urlsplit(address).path.removeprefix(BASE)) for method, address in addresses}
    for pattern, methods in pages.ROUTES:
        for method in methods.keys() - {"HEAD"}:
            is_file = any(one in pattern.pattern for one in (r"\.ics", "preuves", "/pieces/"))
            assert is_file or any(one == method and pattern.fullmatch(path) for one, path in reached), pattern


def test_a_title_is_a_text() -> None:
    world = World.of(HOSTILE["a title that is left"])
    key, action = (quote(text, safe="") for text in (f"site:S{world.text}", f"A{world.text}"))
    html = world.respond(f"{BASE}/pgaac/{key}/actions/{action}").body.decode()
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert plain(unescape(title)) == f"Action A{world.text} – centre A {world.text} – T {world.text}"
    assert [one[0] for one in Parsed(html).parts].count("meta") == 2


def with_odd_plans() -> Desk:
    """A desk without a list of sites, with a plan for each of some codes."""
    desk = factories.new_desk(sites=None)
    for code in ("%3Ctitle%3E", "<title>", "100%"):
        desk.pgaac(code).add(factories.sheet(site=code))
    return desk


def test_each_host_decodes_an_address_once() -> None:
    application, desk = FastAPI(), with_odd_plans()
    application.include_router(board_router(lambda: desk, Board()), prefix="/board")
    for written, shown in (("%253Ctitle%253E", "%3Ctitle%3E"), ("%3Ctitle%3E", "&lt;title&gt;"), ("100%25", "100%")):
        page = AsgiClient(application).request("GET", f"/board/pgaac/site%3A{written}")
        assert f"<h1>PGAAC – centre {shown}</h1>" in plain(page.text), written


@pytest.mark.parametrize("version", ["*", "", "7", '"v9", *', "W/*"])
def test_a_form_without_the_version_that_it_showed_is_refused(version: str, desk: Desk) -> None:
    case = factories.analysed(desk)
    desk.plan(case.reference, factories.sheet("A-1"))
    before = desk.cases.get(case.reference).version, desk.pgaac("CRE").current.version
    for path in (f"/dossiers/{case.reference}/actes/withdraw", "/pgaac/site:CRE/actions/A-1/close"):
        form = {"version": [version]}
        answer = Board(sites=factories.SITES).respond(desk, BoardRequest(path=path, method="POST", form=form))
        assert answer.status == 422, path
        assert "ouvrez-le de nouveau" in plain(answer.body.decode())
    assert (desk.cases.get(case.reference).version, desk.pgaac("CRE").current.version) == before
