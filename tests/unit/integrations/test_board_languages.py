"""The board in French and in English: each text of a template in both, and the language of a request."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any, Final

import pytest
from fastapi import FastAPI
from jinja2 import Environment, nodes

from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk, etag
from reclamation_core.integrations.board import Board, BoardRequest, pages
from reclamation_core.integrations.fastapi import board_router
from reclamation_core.integrations.http_requests import NOT_OF_SESSION
from reclamation_core.vocabulary import FACTS
from reclamation_core.wording import Lang, Wording
from tests.asgi import AsgiClient
from tests.fragments import VOID
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.test_board_documents import SETTINGS as LETTERS
from tests.unit.integrations.test_board_hostile_texts import World, crawl

TEMPLATES: Final = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted(files("reclamation_core.integrations.board").joinpath("templates").iterdir(), key=str)
    if path.name.endswith(".html")
}
_BOTH: Final = re.compile(r'{% if lang == "fr" %}.+?{% else %}.+?{% endif %}', re.DOTALL)
_CODE: Final = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
_MARKUP: Final = re.compile(r' (?:autofocus|required|aria-[a-z]+="[^"]*")')
_WORD: Final = re.compile(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]+")
_ENDS: Final = re.compile(r"[.?!](?:\s|$)|[«“]")
_NAMES: Final = re.compile(r"{\w*}|\d+")


class Texts(HTMLParser):
    """The texts of a template outside its code: those of elements, and of the attributes that a person perceives."""

    ATTRIBUTES: Final = frozenset({"alt", "aria-label", "content", "data-label", "placeholder", "title"})

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.feed(_CODE.sub(" ", _BOTH.sub(" ", source)))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.found += [value for name, value in attrs if name in self.ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        self.found.append(_MARKUP.sub("", data))


def pairs(source: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a template in both languages."""
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        given: list[Any] = [one.as_const() for one in call.args if isinstance(one, nodes.Const | nodes.Tuple)]
        if name == "_" and given:
            yield given[0], given[1] if len(given) > 1 else ""
        elif name == "plural":
            yield from zip(*given, strict=True)


def sentences(source: str) -> set[str]:
    """Return the constants of the code of a template that are words for a reader by their spaces, capitals, accents."""
    found = {one.value for one in Environment(autoescape=True).parse(source).find_all(nodes.Const)}
    texts = {one for one in found if isinstance(one, str) and not re.search(r"[/<>?=&]|max=|^ \w+=", one)}
    return {one for one in texts if re.search(r"[a-z] [a-z]|[A-ZÀ-Ý][a-z]|[à-ÿ]", one)}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_each_text_of_a_template_is_in_both_languages(name: str) -> None:
    """Texts are arguments of `_`, or parts of `{% if lang == "fr" %}`: anything else would be in one language alone."""
    source = TEMPLATES[name]
    assert [one for one in Texts(source).found if _WORD.search(one)] == []
    both = list(pairs(source))
    assert sentences(source) <= {text for pair in both for text in pair}
    for fr, en in both:
        assert sorted(_NAMES.findall(fr)) == sorted(_NAMES.findall(en)), (fr, en)
        ends = [
            (one[:1].isspace(), one[:1].isupper(), re.sub(r"\s+(?=\W)", "", one)[-1:] in ".:?!") for one in (fr, en)
        ]
        is_word = " " not in fr
        assert ends[0] == ends[1] or is_word, (fr, en)
        assert len(_ENDS.findall(fr)) == len(_ENDS.findall(en)) or is_word, (fr, en)


@pytest.mark.parametrize(
    ("setting", "accepted", "lang"),
    [
        (None, "", "fr"),
        (None, "de", "fr"),
        (None, "fr-FR, fr;q=0.9, en;q=0.8", "fr"),
        (None, "en-GB, fr;q=0.5", "en"),
        (None, "fr;q=0.1, en;q=0.2", "en"),
        ("fr", "en", "fr"),
        ("en", "", "en"),
    ],
)
def test_a_page_has_the_language_of_the_board_or_the_request(setting: Lang | None, accepted: str, lang: Lang) -> None:
    board = Board(lang=setting, clock=factories.FakeClock(factories.at(18)))
    answer = board.respond(factories.new_desk(), BoardRequest(path="/", accept_language=accepted))
    page = plain(answer.body.decode())
    assert f'<html lang="{lang}">' in page
    assert {"fr": "<h1>À faire au 18/06/2026</h1>", "en": "<h1>To do on 18 June 2026</h1>"}[lang] in page
    assert answer.headers["Content-Language"] == lang
    assert answer.headers.get("Vary") == (None if setting else "Accept-Language")


def test_a_language_that_the_board_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="lang"):
        Board(lang="de")  # type: ignore[arg-type]


def test_the_names_of_a_host_are_in_both_languages_or_as_they_are() -> None:
    for title, shown in (("Écoute", "Écoute"), (Wording("Écoute", "Listening"), "Listening")):
        answer = Board(title=title, lang="en").respond(factories.new_desk(), BoardRequest(path="/"))
        assert f"– {shown}</title>" in answer.body.decode()


def test_the_header_of_a_request_reaches_the_board_by_fastapi() -> None:
    application, desk = FastAPI(), factories.new_desk()
    application.include_router(board_router(lambda: desk), prefix="/board")
    for headers, lang in (((), "fr"), ((("accept-language", "de"), ("accept-language", "en")), "en")):
        page = AsgiClient(application).request("GET", "/board/", headers=headers)
        assert (page.status_code, f'<html lang="{lang}">' in page.text) == (200, True)


# What an English page shows


class Shown(HTMLParser):
    """What a page shows outside parts that are marked as French: texts, and attributes that a person perceives."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._left: list[bool] = []
        self.feed(plain(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_left = any(self._left[-1:]) or given.get("lang") == "fr"
        if not is_left and tag != "meta":
            shown = {*Texts.ATTRIBUTES, "value"} if given.get("type") == "text" else Texts.ATTRIBUTES
            self.found += [value for name, value in given.items() if name in shown and value]
        if tag not in VOID:
            self._left.append(is_left)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._left.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._left[-1:]):
            self.found.append(" ".join(data.split()))


_FRENCH: Final = re.compile(
    r"(?i)\b(?:aux?|aucune?|avec|ce|cette|dans|des|du|elle|en|est|et|les?|la|ne|nous|ou|par|pas|pour|que|qui|sans|ses|sont"
    r"|sous|sur|une?|vos|votre|vous)\b|\b[cdjlmnst]'\w{2}|[à-ÿœ]"
)
_NAMES_OF_THE_AGENCY: Final = ("Grands Comptes", "famille métier", "Tous les PCS")
_PARAMETERS: Final = re.compile(r"^(?:Du|Au): '")
"""A message about a parameter of the address names it as the address has it."""


@cache
def french_labels() -> frozenset[str]:
    """Return the French labels of vocabularies and facts, and texts of templates, that are no English ones."""
    both = {pair for source in TEMPLATES.values() for pair in pairs(source)}
    both |= {(one.label.fr, one.label.en) for one in FACTS.values()}
    waiting = [LabelledEnum]
    while waiting:
        found = waiting.pop()
        both |= {(one.wording.fr, one.wording.en) for one in found}
        waiting += found.__subclasses__()
    english = {en.casefold() for _, en in both}
    return frozenset(plain(fr).casefold() for fr, _ in both if fr.casefold() not in english)


def french_of(html: str) -> list[str]:
    """Return what an English page shows in French."""
    found = []
    for text in Shown(html).found:
        bare = text
        for name in _NAMES_OF_THE_AGENCY:
            bare = bare.replace(name, "")
        parts = {bare.casefold(), *bare.casefold().split(": ")}
        if (_FRENCH.search(bare) or french_labels().intersection(parts)) and not _PARAMETERS.match(bare):
            found.append(text)
    return found


@pytest.mark.slow
def test_no_page_in_english_has_a_french_text() -> None:
    world, count = World.of("Zed".ljust(40, "z"), "en"), 0
    for method, address, html in crawl(world):
        if "<header>" in html:  # a page, not a file
            assert french_of(html) == [], (method, address)
            count += 1
    assert count > 200


def test_french_is_found_on_a_french_page_and_not_in_parts_that_are_marked() -> None:
    page = Board(lang="fr").respond(factories.new_desk(), BoardRequest(path="/")).body.decode()
    assert french_of(page) == []
    assert len(french_of(page.replace('<html lang="fr">', '<html lang="en">'))) > 10


def test_a_form_in_english_has_its_labels_refusals_and_dates(desk: Desk) -> None:
    case = factories.analysed(desk)
    board = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)), lang="en")
    page = f"/dossiers/{case.reference}/actes/answer"
    form = board.respond(desk, BoardRequest(path=page)).body.decode()
    refused = board.respond(desk, BoardRequest(path=page, method="POST", form={"version": [etag(case)]})).body.decode()
    assert f'<h1>Answer – case <span class="whole">{case.reference}</span></h1>' in form
    assert "Received on</dt><dd>1 June 2026 at 11:00</dd>" in form
    assert "<title>Error: Answer" in refused
    assert "this field is required" in refused


def test_an_action_in_english_has_its_dates_and_commands(desk: Desk) -> None:
    sheet = factories.sheet("A-1", site="CRE", planned=date(2026, 6, 18), what="Zed", owner="Zed", cause="Zed")
    desk.plan(factories.analysed(desk).reference, sheet)
    board = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)), lang="en")
    page = plain(board.respond(desk, BoardRequest(path="/pgaac/site:CRE/actions/A-1")).body.decode())
    assert '<dd class="quoted text">18 June 2026</dd>' in page
    assert ">Amend the action</a>" in page


def test_files_are_in_the_language_of_the_page_and_letters_in_french(desk: Desk) -> None:
    case = factories.registered(desk, complainant="Zed")
    desk.acknowledge(case.reference, occurred_at=factories.at(2))
    found = {}
    for lang in ("fr", "en"):
        board = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)), letters=LETTERS)
        for path in ("registre.csv", "echeances.ics", f"dossiers/{case.reference}/courriers/acknowledgement.txt"):
            answer = board.respond(desk, BoardRequest(path=f"/{path}", accept_language=lang))
            found[path, lang] = answer.headers, b"".join(answer.chunks()).decode("utf-8-sig")
    register, calendar = (found[path, "en"] for path in ("registre.csv", "echeances.ics"))

    assert register[0]["Content-Language"] == calendar[0]["Content-Language"] == "en"
    assert register[0]["Vary"] == calendar[0]["Vary"] == "Accept-Language"
    assert register[1].startswith("Case;Kind;")
    assert found["registre.csv", "fr"][1].startswith("Dossier;")
    assert calendar[0]["ETag"] != found["echeances.ics", "fr"][0]["ETag"]
    letters = [found[key] for key in found if "courriers" in key[0]]
    assert letters[0][1] == letters[1][1]
    assert "Nous avons" in letters[0][1]


def test_a_refused_request_is_answered_in_its_language() -> None:
    application, desk = FastAPI(), factories.new_desk()
    application.include_router(board_router(lambda: desk), prefix="/board")
    headers = {"accept-language": "en", "origin": "https://other.example"}
    answer = AsgiClient(application).post("/board/role", headers=headers, data={"role": "x"})
    assert (answer.status_code, answer.json()["detail"]) == (403, NOT_OF_SESSION.en)


def test_thousands_are_apart_in_the_numbers_of_pages() -> None:
    for lang, shown in (("fr", "1\u202f234"), ("en", "1,234")):
        page = pages._environment(lang).from_string(
            '{{ 1234|number }} {{ _("{count} n° {number}", "{count} {number}", count=1234, number=2026) }}'
        )
        assert page.render() == f"{shown} {shown} {'n° ' if lang == 'fr' else ''}2026"
