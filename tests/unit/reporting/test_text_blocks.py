"""Text blocks of answers: what a file may say, for which cases a block is, what a case proves."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import FaultsError
from reclamation_core.cases import AnswerDecision
from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.desk import Desk
from reclamation_core.reporting import TextBlock
from reclamation_core.reporting.text_blocks import LONGEST_BLOCK, MOST_BLOCKS, PLACEHOLDERS
from reclamation_core.vocabulary import MalfunctionFacts, Site, Sites
from reclamation_core.wording import Lang, Wording
from tests.unit.desk import factories
from tests.unit.desk.factories import at, new_desk

FILE = """\
[[blocks]]
name = "absence"
title = "Absence du formateur"
themes = ["training"]
decisions = ["founded", "partly_founded"]
text = \"\"\"
Le formateur était absent.
Vous nous aviez écrit le {received}.
\"\"\"

[[blocks]]
name = "hello"
title = "Thanks"
lang = "en"
text = "Thank you {{sic}} for {reference}."
"""
TAXONOMY = Taxonomy(
    [Family("organisation", Wording("organisation", "organisation"))],
    [Family(code, Wording(code, code)) for code in ("training", "catering")],
)


def read(folder: Path, text: str, taxonomy: Taxonomy | None = TAXONOMY) -> tuple[TextBlock, ...]:
    path = folder / "textes.toml"
    path.write_text(text, encoding="utf-8")
    return TextBlock.from_toml(path, taxonomy)


def case_of(desk: Desk, theme: str | None = "training") -> str:
    given_theme: dict[str, Any] = {} if theme is None else {"theme": theme}
    return desk.register(factories.facts(**given_theme), site="CRE", occurred_at=at(1)).reference


def test_a_file_has_a_section_for_each_block(tmp_path: Path) -> None:
    absence, hello = read(tmp_path, FILE)
    assert (absence.name, absence.themes, absence.lang) == ("absence", ("training",), "fr")
    assert absence.decisions == (AnswerDecision.FOUNDED, AnswerDecision.PARTLY_FOUNDED)
    assert (hello.title, hello.themes, hello.decisions, hello.lang) == ("Thanks", (), (), "en")
    assert read(tmp_path, "") == ()
    assert read(tmp_path, FILE.replace("training", "own"), None)[0].themes == ("own",)


@pytest.mark.parametrize(
    ("text", "path", "line", "words"),
    [
        (FILE.replace("{received}", "{complainant}"), "blocks[0].text", 6, "{reference}, {received}, {acknowledged}"),
        (FILE.replace("{received}", "{received!r}"), "blocks[0].text", 6, "accolade"),
        (FILE.replace("{received}", "{received:>9}"), "blocks[0].text", 6, "accolade"),
        (FILE.replace("{received}", "{reference.__class__}"), "blocks[0].text", 6, "accolade"),
        (FILE.replace("{received}", "{received"), "blocks[0].text", 6, "une accolade seule s'écrit {{ ou }}"),
        (FILE.replace("{received}", "{}"), "blocks[0].text", 6, "accolade"),
        (FILE.replace("training", "formation"), "blocks[0].themes[0]", 4, "des thèmes parmi catering, training"),
        (FILE.replace('"founded"', '"fondée"'), "blocks[0].decisions", 5, "l'un de ces codes est attendu : founded"),
        (FILE.replace('["training"]', '"training"'), "blocks[0].themes", 4, "une liste de codes"),
        (FILE.replace('["training"]', "[1]"), "blocks[0].themes", 4, "une liste de codes"),
        (FILE.replace('lang = "en"', 'lang = "de"'), "blocks[1].lang", 14, "fr ou en"),
        (FILE.replace('"hello"', '"absence"'), "blocks[1].name", 12, "un nom qu'aucun autre texte type n'a"),
        (FILE.replace('"hello"', "1"), "blocks[1].name", 12, "un texte"),
        (FILE.replace('title = "Thanks"', ""), "blocks[1].title", 11, "un texte"),
        (FILE.replace("title =", "titre ="), "blocks[0].titre", 3, "l'une des clés name, title, text"),
        (FILE.replace('"Thanks"', '" "'), "blocks[1].title", 13, "un nom d'une seule ligne"),
        ("block = 1", "block", 1, "une section [[blocks]]"),
        ("blocks = [1]", "blocks", 1, "une section [[blocks]]"),
        ("blocks = 1", "blocks", 1, "une section [[blocks]]"),
    ],
)
def test_a_fault_of_a_file_has_line_key_and_remedy(tmp_path: Path, text: str, path: str, line: int, words: str) -> None:
    with pytest.raises(FaultsError) as error:
        read(tmp_path, text)
    fault = error.value.faults[0]
    assert (fault.path, fault.line) == (path, line)
    assert words in fault.expected.fr, fault.expected.fr
    assert all(one.isascii() for one in fault.expected.en), "an English text"


def test_a_file_has_so_many_blocks_of_so_many_characters(tmp_path: Path) -> None:
    block = '[[blocks]]\nname = "{0}"\ntitle = "{0}"\ntext = "{1}"\n'
    for text, path in (
        ("".join(block.format(number, "x") for number in range(MOST_BLOCKS + 1)), "blocks"),
        (block.format(1, "x" * (LONGEST_BLOCK + 1)), "blocks[0].text"),
    ):
        with pytest.raises(FaultsError) as error:
            read(tmp_path, text)
        assert [fault.path for fault in error.value.faults] == [path]


@given(
    st.sampled_from(["training", "catering", None]),
    st.sampled_from([None, *AnswerDecision]),
    st.sampled_from(["fr", "en"]),
    st.lists(
        st.tuples(
            st.sampled_from([(), ("training",), ("training", "catering")]),
            st.sets(st.sampled_from(AnswerDecision), max_size=2),
            st.sampled_from(["fr", "en"]),
        ),
        max_size=4,
    ),
)
def test_blocks_are_those_of_the_theme_the_decision_and_the_language(
    theme: str | None,
    decision: AnswerDecision | None,
    lang: Lang,
    given_blocks: list[tuple[tuple[str, ...], set[AnswerDecision], Lang]],
) -> None:
    desk = new_desk(at(3))
    blocks = [
        TextBlock(name=f"n{number}", title="t", text="x", themes=themes, decisions=tuple(decisions), lang=of)
        for number, (themes, decisions, of) in enumerate(given_blocks)
    ]
    found = desk.reports.text_blocks(case_of(desk, theme), blocks, decision=decision, lang=lang)
    every_theme, every_decision = {"training", "catering", None}, {None, *AnswerDecision}
    table = [
        {
            (of, one, chosen)
            for one in (themes or every_theme)
            for chosen in ({None, *decisions} if decisions else every_decision)
        }
        for themes, decisions, of in given_blocks
    ]
    wanted = [f"n{number}" for number, rows in enumerate(table) if (lang, theme, decision) in rows]
    assert [one.block.name for one in found] == wanted


def every_block(lang: Lang = "fr") -> list[TextBlock]:
    return [TextBlock(name=name, title=name, text=f"<{{{name}}}>", lang=lang) for name in PLACEHOLDERS]


def filled(desk: Desk, reference: str, lang: Lang = "fr") -> dict[str, str | None]:
    return {one.block.name: one.text for one in desk.reports.text_blocks(reference, every_block(lang), lang=lang)}


def test_a_placeholder_is_what_the_case_proves_and_a_block_without_it_is_left_out() -> None:
    desk = new_desk(at(20), sites=Sites([Site(code="CRE", name="Créteil", region="Île-de-France")]))
    reference = case_of(desk)
    assert filled(desk, reference) == {
        "reference": "<R-2026-000001>",
        "received": "<lundi 1er juin 2026>",
        "acknowledged": None,
        "requested": None,
        "contained": None,
        "mediation": None,
        "site": "<Créteil>",
        "note": None,
    }
    desk.acknowledge(reference, occurred_at=at(2))
    desk.contain(reference, measure="remplacement", occurred_at=at(3))
    desk.request_information(reference, question="Quel jour ?", occurred_at=at(4))
    proved = filled(desk, reference, "en")
    assert (proved["acknowledged"], proved["contained"], proved["requested"]) == (
        "<Tuesday 2 June 2026>",
        "<Wednesday 3 June 2026>",
        "<Thursday 4 June 2026>",
    )
    left_out = desk.reports.text_blocks(reference, every_block())[5]
    assert left_out.to_document("en")["missing"] == ["the day of the referral to the mediator"]
    assert left_out.text is None
    assert filled(desk, desk.register_survey_result(4, received_at=at(2), site="CRE").reference)["note"] == "<4>"
    assert filled(desk, desk.register(MalfunctionFacts(received_at=at(2)), site="CRE").reference)["note"] is None


def test_a_decision_that_there_is_not_is_refused() -> None:
    desk = new_desk(at(3))
    with pytest.raises(FaultsError, match="founded"):
        desk.reports.text_blocks(case_of(desk), [], decision="fondée")
