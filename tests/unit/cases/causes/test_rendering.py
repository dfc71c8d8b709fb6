import re
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reclamation_core.cases.causes import CauseAnalysis
from reclamation_core.cases.causes.rendering import Flowchart, inline, mermaid_label, one_line
from tests.fragments import Fragment
from tests.typography import plain
from tests.unit.cases.causes.samples import analyses

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)> <!-- ",
    '"]; click n0 href "javascript:alert(1)"',
    "'single' \"double\" ’curly’",
    "a | b \\| c ||",
    "one\ntwo\r\nthree\rfour\u2028five\x0bsix\x85seven",
    "\n\n# title\n\n- item\n\n    code",
    "`code` ``more`` ```\nfence\n```",
    "[link](javascript:alert(1)) ![image](x) *bold* _low_ ~~gone~~",
    "- item",
    "12. item",
    "--- ***",
    "=== heading",
    "&lt;b&gt; &amp; #quot; #35; ﬂ°°60¶ß",
    "%%{init: {'theme': 'dark'}}%% end",
    "n1 --> n2; subgraph x; style n0 fill:#f00;",
    "{{x}} ((y)) [[z]] >flag] (/a/)",
    "$$x^2$$ fa:fa-bomb :::class",
    "\u202eevil\u202c \x07bell",
    "日本 العربية é e\u0301 🙂",
    "C:\\temp\\new",
]
PARSER = MarkdownIt("commonmark").enable("table")
MARKUP = {"html_block", "html_inline", "link_open", "image", "fence", "code_block", "em_open", "hr", "blockquote_open"}
NODE = re.compile(r"    n\d+(\[\"|\(\"|\(\[\"|\{\{\")(?P<label>[^\"\[\](){}|<>`;#&%:]|#\d+;)*(\"\]|\"\)|\"\]\)|\"\}\})")
ARROW = re.compile(r"    n\d+ (-->|-\.->) n\d+")


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def read(markdown: str) -> str:
    """What a reader of the page sees, without its structure."""
    return " ".join(token.content for token in flat(PARSER.parse(markdown)) if token.type == "text")


def decoded(mermaid: str) -> str:
    """What a reader of the drawing sees: Mermaid writes a character by its number as #number;."""
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), mermaid)


@pytest.mark.parametrize("sign", list("\x00\x07\n\r\x1b\x7f\x85\u2028\u2029\u202a\u202e\u2066\u2069"))
def test_signs_that_control_the_line_or_its_direction_become_a_space(sign: str) -> None:
    assert one_line(f"{sign} avant{sign}{sign}après ") == "avant après"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_plain_text_in_markdown(hostile: str) -> None:
    tokens = list(flat(PARSER.parse(inline(hostile))))
    assert [token.type for token in tokens if not token.nesting] == [
        "inline",
        *["text"] * len(tokens[1].children or []),
    ]
    assert "".join(token.content for token in tokens if token.type == "text") == one_line(hostile)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_changes_the_structure_of_a_page(hostile: str) -> None:
    for sound, poisoned in zip(analyses(), analyses(hostile), strict=True):
        for_all = [
            [
                token.type
                for token in flat(PARSER.parse(each.to_markdown()))
                if token.type not in {"text", "text_special"}
            ]
            for each in (sound, poisoned)
        ]
        assert for_all[0] == for_all[1]
        assert not MARKUP & set(for_all[1])
        assert one_line(hostile).replace(" ", "") in read(poisoned.to_markdown()).replace(" ", "")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_a_label_and_nothing_else_in_mermaid(hostile: str) -> None:
    assert decoded(mermaid_label(hostile)) == one_line(hostile)
    for sound, poisoned in zip(analyses(), analyses(hostile), strict=True):
        first, *lines = poisoned.to_mermaid().splitlines()
        assert re.fullmatch(r"flowchart (TB|LR)", first)
        assert [line for line in lines if not NODE.fullmatch(line) and not ARROW.fullmatch(line)] == []
        assert len(lines) + 1 == len(sound.to_mermaid().splitlines())
        assert isinstance(poisoned, CauseAnalysis)


@pytest.mark.parametrize("analysis", analyses("le problème"), ids=lambda analysis: analysis.method.value)
def test_french_comes_first_and_english_is_there(analysis: CauseAnalysis) -> None:
    assert analysis.to_markdown() == analysis.to_markdown("fr") != analysis.to_markdown("en")
    assert analysis.to_mermaid() == analysis.to_mermaid("fr")
    assert (
        analysis.to_markdown().splitlines()[0]
        == f"### {analysis.method.label('fr')[0].upper()}{analysis.method.label('fr')[1:]}"
    )


@pytest.mark.parametrize("analysis", analyses(), ids=lambda analysis: analysis.method.value)
def test_another_language_is_refused_by_both(analysis: CauseAnalysis) -> None:
    with pytest.raises(ValueError, match="'de' is not a language"):
        analysis.to_markdown("de")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'de' is not a language"):
        analysis.to_mermaid("de")  # type: ignore[arg-type]


def test_nodes_are_named_by_their_order() -> None:
    chart = Flowchart("LR")
    assert [chart.node("end"), chart.node("n0")] == ["n0", "n1"]
    assert str(chart) == 'flowchart LR\n    n0["end"]\n    n1["n0"]\n'


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_changes_the_structure_of_what_a_notebook_shows(hostile: str) -> None:
    for sound, poisoned in zip(analyses(), analyses(hostile), strict=True):
        read = Fragment(poisoned._repr_html_())
        assert read.skeleton == Fragment(sound._repr_html_()).skeleton
        assert plain(one_line(hostile)) in read.text


@pytest.mark.parametrize("analysis", analyses(), ids=lambda analysis: analysis.method.value)
def test_a_notebook_shows_the_french_page(analysis: CauseAnalysis) -> None:
    words = re.findall(r"\w+", read(analysis.to_markdown()))
    for shown in (" ".join(Fragment(analysis._repr_html_()).texts), analysis.to_text()):
        assert [word for word in words if word not in shown] == []
    assert len(words) > 10
    assert analysis._repr_html_() == analysis.to_html("fr")
    assert ("<ol" in analysis.to_html()) == ("\n1. " in analysis.to_markdown())
    assert Fragment(analysis.to_html("en")).elements[0][1]["lang"] == "en"
