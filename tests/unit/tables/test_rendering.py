from typing import Any

import pytest

from reclamation_core.tables import Boolean, DecisionTable, Enumeration, HitPolicy, Input, Row
from reclamation_core.wording import Wording
from tests.fragments import Fragment, shown
from tests.typography import plain
from tests.unit.tables.samples import scope_table

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


def hostile_table(text: str) -> DecisionTable[str]:
    wording = Wording(text, text)
    codes = Enumeration("Codes", (text, "plain"), (wording, Wording("simple", "plain")))
    return DecisionTable(
        "t",
        [Input("a", codes, wording, question=wording), Input("b", Boolean(), wording)],
        codes,
        [
            Row(text, {"a": text}, text, text, wording, interpretation=text),
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
    read = Fragment(hostile_table(text).to_html(lang))
    assert read.skeleton == Fragment(hostile_table("x").to_html(lang)).skeleton
    assert {tuple(given.items()) for _, given in read.elements} == {(("lang", lang),), (("scope", "col"),), ()}
    assert len(read.having("td")) == 3 * 6
    assert read.text.count(shown(text)) >= 8


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup_in_the_table_of_a_notebook(text: str) -> None:
    read = Fragment(hostile_table(text)._repr_html_())
    assert read.skeleton == Fragment(hostile_table("x")._repr_html_()).skeleton
    assert read.cells[1:] == Fragment(hostile_table(text).to_html()).cells[1:]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("facts", [{"b": True}, {}, {"a": "plain", "b": True}])
def test_no_text_becomes_markup_in_a_decision(text: str, facts: dict[str, Any]) -> None:
    for given, harmless in ((facts, facts), ({**facts, "a": text}, {**facts, "a": "x"})):
        read = Fragment(hostile_table(text).decide(given)._repr_html_())
        assert read.skeleton == Fragment(hostile_table("x").decide(harmless)._repr_html_()).skeleton


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
    lines = plain(hostile_table(text).to_markdown("en")).splitlines()
    title, blank, policy, space, *table = (line for line in lines if "\u0085" not in line)
    assert title.startswith("### ")
    assert (blank, space) == ("", "")
    assert policy.startswith("PRIORITY ")
    assert [len(_cells(line)) for line in table] == [6] * 5
    assert all(sign not in "".join(lines) for sign in ("<", "\r", "\n"))
    for line in (title[4:], policy, *table):
        for place, sign in enumerate(line):
            if sign in "[]*`~_" and place:
                assert line[place - 1] == "\\"


def test_a_table_in_html_breaks_no_line_before_a_colon() -> None:
    assert "formelle\xa0: oui" in scope_table().to_html("fr")
    assert "\xa0" not in plain(scope_table().to_html("en"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup_in_why_not(text: str) -> None:
    facts = {"b": True, "a": "plain"}
    read = Fragment(hostile_table(text).decide(facts).why_not(text)._repr_html_())
    assert read.having("script") == read.having("img") == []
    assert shown(text).split()[0] in read.text
