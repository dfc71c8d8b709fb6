from __future__ import annotations

import re
from datetime import date
from string import Formatter

import pytest

from reclamation_core.cases import AnswerDecision, Reaction
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.simulation import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.life.bank import life_phrases, themes
from reclamation_core.simulation.life.explaining import Evidence, cause_tree, eight_d, five_whys, ishikawa
from reclamation_core.simulation.phrases import malfunction_phrases, phrases

MADE = (cause_tree, eight_d, five_whys, ishikawa)


def test_every_theme_of_complaints_and_of_malfunctions_is_handled() -> None:
    assert set(themes()) == {"misunderstanding", *(theme.value for theme in (*Theme, *MalfunctionTheme))}


@pytest.mark.parametrize("name", sorted(themes()))
def test_every_method_can_explain_a_theme_by_its_causes_under_families_that_are_known(name: str) -> None:
    theme = themes()[name]
    for count in range(1, len(theme.causes) + 1):
        found = Evidence(
            problem=theme.problem[0],
            theme=theme,
            causes=theme.causes[:count],
            pilot="Camille Roux",
            members=("Sacha Weber",),
            measure=theme.containment[0],
            day=date(2026, 5, 5),
        )
        for make in MADE:
            analysis = make(found)
            TRAINING_BODY.check(analysis)
            assert [cause.statement for cause in analysis.root_causes] == [cause.root for cause in theme.causes[:count]]


def test_the_two_causes_of_a_theme_are_of_two_families() -> None:
    for name, theme in themes().items():
        families = {cause.family for cause in theme.causes}
        assert len(families) == (1 if name == "misunderstanding" else 2)


@pytest.mark.parametrize("theme", [*Theme, *MalfunctionTheme])
def test_what_is_complained_of_points_to_one_of_the_causes(theme: Theme | MalfunctionTheme) -> None:
    if isinstance(theme, Theme):
        bank = phrases().themes[theme]
        said = [*bank["trainee"], *bank["others"], *bank["comments"]]
    else:
        said = [*malfunction_phrases().themes[theme]["reports"]]
    causes = themes()[theme.value].causes

    pointed = [{cause.family: cause.shows_in(text) for cause in causes} for text in said]

    assert [text for text, signs in zip(said, pointed, strict=True) if not any(signs.values())] == []
    assert [text for text, signs in zip(said, pointed, strict=True) if len(set(signs.values())) < 2] == []


def test_there_is_an_answer_a_reaction_and_a_redirection_for_each_case() -> None:
    bank = life_phrases()

    assert set(bank.answers) == {"again", *AnswerDecision}
    assert set(bank.reactions) == set(Reaction)
    assert set(bank.redirections) == set(Kind)


def test_placeholders_are_those_that_the_life_fills_in() -> None:
    bank = life_phrases()
    named = {
        field
        for phrase in (*bank.answers.values(), *bank.reasons.values())
        for _, field, _, _ in Formatter().parse(phrase)
        if field is not None
    }

    assert named == {"root", "remedy", "problem", "site", "criterion", "what"}


def test_nothing_is_said_in_capitals_or_with_a_full_stop_where_it_stands_in_a_sentence() -> None:
    for theme in themes().values():
        for said in (*theme.problem, *theme.containment, theme.held, theme.remedy, *(one.what for one in theme.causes)):
            assert re.match(r"[a-zàéèêçô]", said)
            assert not said.endswith(".")
