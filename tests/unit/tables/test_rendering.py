from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from reclamation_core.tables import Boolean, DecisionTable, Enumeration, HitPolicy, Input, Integer, Row
from reclamation_core.wording import Wording
from tests.unit.tables.samples import level_table, scope_table

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><h1>",
    "\" onmouseover='alert(1)'",
    "&lt;b&gt; &amp;",
    "<!-- ",
    "]]><svg/onload=1>",
    "a | b | c",
    "a \\| b",
    "line one\nline two",
    "line one\r\nline two\rline three",
    "# title\n\n- item",
    "[link](javascript:alert(1)) ![image](x) *bold* _low_ `code` ~gone~",
    "=1+1 {{ x }} ${x} %s {0}",
    "\u202e evil \u0000 \u200b",
]


class Elements(HTMLParser):
    """The elements, the attributes and the text of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def _hostile_table(text: str) -> DecisionTable[str]:
    wording = Wording(text, text)
    codes = Enumeration("Codes", (text, "plain"), (wording, Wording("simple", "plain")))
    return DecisionTable(
        "t",
        [Input("a", codes, wording, question=wording), Input("b", Boolean(), wording)],
        codes,
        [
            Row(text, {"a": text}, text, text, wording, reading=text),
            Row("r", {"a": "plain", "b": True}, "plain", text),
            Row("s", {}, "plain"),
        ],
        HitPolicy.PRIORITY,
        wording,
        priority=(text, "plain"),
        statements={text: wording},
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_text_becomes_markup_in_a_table(text: str, lang: Any) -> None:
    table = _hostile_table(text)
    parsed = Elements(table.to_html(lang))
    assert parsed.open == []
    assert {tag for tag, _ in parsed.found} == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {attributes for _, attributes in parsed.found} == {(("lang", lang),), (("scope", "col"),), ()}
    assert [tag for tag, _ in parsed.found].count("td") == 3 * 6
    assert parsed.text.count(text.replace("\r\n", "\n").replace("\r", "\n")) + parsed.text.count(text) >= 8


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("facts", [{"b": True}, {}, {"a": "plain", "b": True}])
def test_no_text_becomes_markup_in_a_decision(text: str, facts: dict[str, Any]) -> None:
    table = _hostile_table(text)
    for given in (facts, {**facts, "a": text}):
        parsed = Elements(table.decide(given)._repr_html_())
        assert parsed.open == []
        assert {tag for tag, _ in parsed.found} <= {"p", "strong", "br"}
        assert {attributes for _, attributes in parsed.found} == {(("lang", "fr"),), ()}


def _cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table, at each bar that is not escaped."""
    cells, escaped = [""], False
    for sign in line:
        if sign == "|" and not escaped:
            cells.append("")
        else:
            cells[-1] += sign
        escaped = sign == "\\" and not escaped
    return cells[1:-1]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_markdown_table(text: str) -> None:
    lines = _hostile_table(text).to_markdown("en").splitlines()
    title, blank, policy, space, *table = (line for line in lines if "\u0085" not in line)
    assert title.startswith("### ")
    assert (blank, space) == ("", "")
    assert policy.startswith("PRIORITY ")
    assert [len(_cells(line)) for line in table] == [6] * 5
    assert all(sign not in "".join(lines) for sign in ("<", "\r", "\n"))
    for line in (title[4:], policy, *table):
        for place, sign in enumerate(line):
            if sign in "[]!*`~_" and place:
                assert line[place - 1] == "\\"


def test_a_table_is_published_as_markdown() -> None:
    assert scope_table().to_markdown().split("\n") == [
        "### dans le cadre",
        "",
        "FIRST \\(la première ligne qui s'applique l'emporte\\)",
        "",
        "|  | note de satisfaction | réclamation formelle | résultat | règle | source |",
        "| --- | --- | --- | --- | --- | --- |",
        "| low-note | inférieur à 6 | – | oui | une note inférieure à 6 est une réclamation | M2-1 §1.4 |",
        "| formal | – | oui | oui | réclamation formelle : oui | M2-1 §1.3, lecture I20 |",
        "| otherwise | – | – | non | toujours |  |",
        "",
    ]


def test_a_table_is_published_in_english_with_its_priority() -> None:
    text = level_table().to_markdown("en")
    assert "PRIORITY \\(the outcome of highest priority wins: National &gt; Regional &gt; Local\\)" in text
    assert "|  | client | service | mobilisation | outcome | rule | source |" in text
    assert "PRIORITY \\(le résultat prioritaire l'emporte : National &gt; " in level_table().to_markdown("fr")


def test_a_notebook_shows_a_table_and_a_decision_in_french() -> None:
    table = scope_table()
    assert table._repr_html_() == table.to_html("fr")
    assert "<caption>dans le cadre – FIRST (la première ligne" in table.to_html()
    shown = table.decide({"note": 3})._repr_html_()
    assert shown.startswith('<p lang="fr"><strong>C&#x27;est une réclamation.</strong><br>Motifs :<br>- Une note')


@pytest.mark.parametrize(
    ("policy", "fr"),
    [
        (HitPolicy.UNIQUE, "une seule ligne s'applique"),
        (HitPolicy.ANY, "les lignes qui s'appliquent s'accordent"),
        (HitPolicy.FIRST, "la première ligne qui s'applique l'emporte"),
        (HitPolicy.COLLECT_MAX, "le plus grand des résultats"),
        (HitPolicy.COLLECT_MIN, "le plus petit des résultats"),
        (HitPolicy.COLLECT_COUNT, "le nombre de lignes qui s'appliquent"),
    ],
)
def test_every_hit_policy_has_its_words(policy: HitPolicy, fr: str) -> None:
    rows = [Row("yes", {"a": True}, 1), Row("no", {"a": False}, 0)]
    table: DecisionTable[int] = DecisionTable("t", [Input("a", Boolean())], Integer(), rows, policy)
    assert fr in Elements(table.to_html("fr")).text
