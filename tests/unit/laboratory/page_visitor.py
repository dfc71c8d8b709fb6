"""A visitor of the comparison page: fills in its forms as a browser does, and checks what HTML must have everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, Final

import attrs

from reclamation_core.laboratory.comparison_page import ComparisonPage, Response, UploadedFile
from reclamation_core.wording import Lang

VOID: Final = {"br", "input", "link", "meta"}
_ATTRIBUTES: Final = """
accept action aria-current aria-describedby aria-invalid aria-label aria-labelledby aria-live autocomplete charset
checked class colspan content data-drop data-label data-largest data-reason defer enctype for hidden href hreflang id
http-equiv inputmode label lang max method name open rel role rows scope selected spellcheck src tabindex type value
"""
_ELEMENTS: Final = """
a body br button caption code dd details div dl dt fieldset form h1 h2 h3 h4 h5 head header html input label legend li
link main meta nav noscript ol optgroup option p progress script section select span summary table tbody td textarea th
thead title tr ul
"""
ATTRIBUTES: Final = set(_ATTRIBUTES.split())
ELEMENTS: Final = set(_ELEMENTS.split())


@attrs.define
class Element:
    """An element of a page: its attributes, its text, and where it is."""

    tag: str
    attributes: dict[str, str | None]
    parent: Element | None
    text: str = ""
    children: list[Element] = attrs.field(factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def all(self, *tags: str) -> list[Element]:
        """Return the elements below it of these tags, in order."""
        found = []
        for child in self.children:
            if child.tag in tags:
                found.append(child)
            found += child.all(*tags)
        return found

    def whole(self) -> str:
        """Return its text and that of what is below it."""
        return self.text + "".join(child.whole() for child in self.children)


class Parser(HTMLParser):
    """Parses HTML as a tree, and refuses what is not well formed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.here = Element("root", {}, None)
        self.feed(html)
        self.close()
        assert self.here is self.root, f"<{self.here.tag}> is open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), names
        element = Element(tag, dict(attrs), self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.text += data


def parsed(html: str) -> Element:
    """Return HTML as a tree, once it is checked: its elements, attributes, ids, labels, tables and headings."""
    root = Parser(html).root
    every = _every(root)
    assert {one.tag for one in every} <= ELEMENTS, {one.tag for one in every} - ELEMENTS
    assert {name for one in every for name in one.attributes} <= ATTRIBUTES
    ids = [one.get("id") for one in every if "id" in one.attributes]
    assert len(set(ids)) == len(ids), [id_ for id_ in ids if ids.count(id_) > 1]
    labels = {one.get("for") for one in root.all("label")}
    for one in root.all("input", "select", "textarea"):
        is_within = one.parent is not None and one.parent.tag == "label"
        assert one.get("type") == "hidden" or is_within or one.get("id") in labels, one
        for described in one.get("aria-describedby").split():
            assert described in ids, described
    for table in root.all("table"):
        assert table.all("caption")[0].whole().strip()
        assert all(one.get("scope") for one in table.all("th"))
        assert table.parent is not None
        assert (table.parent.get("tabindex"), table.parent.get("role")) == ("0", "region")
    levels = [int(one.tag[1]) for one in root.all("h1", "h2", "h3", "h4", "h5")]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels
    for link in root.all("a"):
        assert not link.get("href").startswith("#") or link.get("href")[1:] in [*ids, "contenu"], link
    assert all(one.all("legend") for one in root.all("fieldset"))
    return root


def _every(element: Element) -> list[Element]:
    return [one for child in element.children for one in (child, *_every(child))]


@attrs.define
class Visitor:
    """A person at the page.

    Attributes:
        response: the last response.
        root: its HTML as a tree.
        progress: what was reported.
    """

    lang: Lang = "fr"
    page: ComparisonPage = attrs.field(init=False)
    response: Response | None = None
    root: Element = attrs.field(init=False)
    progress: list[tuple[int, int]] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.page = ComparisonPage(self.lang)
        self.root = parsed(self.page.document())

    def press(
        self,
        label: str,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        before: Sequence[tuple[str, str]] = (),
        /,
        **entered: str,
    ) -> Response:
        """Press a button by its label, in the form that has it, with what is entered in fields by their ids."""
        [button] = [one for one in self.root.all("button") if " ".join(one.whole().split()) == label]
        form = button
        while form.tag != "form":
            assert form.parent is not None
            form = form.parent
        fields = _fields(form, {name.replace("_", "-"): value for name, value in entered.items()} | entered)
        if button.get("name"):
            fields.append((button.get("name"), button.get("value")))
        return self.send([*before, *fields], files or {})

    def send(self, fields: Sequence[tuple[str, str]], files: Mapping[str, tuple[str, bytes]]) -> Response:
        """Send fields and files."""
        grouped: dict[str, list[str]] = {}
        for name, value in fields:
            grouped.setdefault(name, []).append(value)
        uploads = {name: [UploadedFile(*one)] for name, one in files.items()}
        self.response = self.page.respond(grouped, uploads, lambda done, of: self.progress.append((done, of)))
        if self.response.html:
            self.root = parsed(self.response.html)
            assert self.response.target == "page"
            assert any(one.get("id") == self.response.focus for one in self.root.all("h2", "div"))
        return self.response

    @property
    def errors(self) -> list[str]:
        """The sentences of the summary of errors."""
        summaries = [one for one in self.root.all("div") if one.get("id") == "erreurs"]
        return [" ".join(one.whole().split()) for summary in summaries for one in summary.all("li")]

    def save(self, what: str) -> Any:
        """Return a file of the results."""
        response = self.send([("step", "download"), ("what", what)], {})
        assert response.download is not None, self.errors
        return response.download


def _fields(form: Element, entered: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the fields of a form as a browser sends them."""
    sent = []
    for one in form.all("input", "select", "textarea"):
        name, kind = one.get("name"), one.get("type")
        value = one.get("value")
        if kind == "file":
            continue
        if one.tag == "textarea":
            value = one.text.removeprefix("\n")
        if one.tag == "select":
            options = one.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            value = chosen[0].get("value") if chosen else ""
        if kind == "radio":
            if entered.get(name) == value or (name not in entered and "checked" in one.attributes):
                sent.append((name, value))
            continue
        sent.append((name, entered.get(name, value)))
    return sent
