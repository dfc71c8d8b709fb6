import re
from string import Formatter
from typing import Any

import pytest

from reclamation_core import Desk
from reclamation_core.cases import AnswerDecision, Reaction
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import PlanService
from reclamation_core.simulation import Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.invention import malfunction_phrases, phrases
from reclamation_core.simulation.scenario.cases import CaseCourse
from reclamation_core.simulation.scenario.plans import ActionCourse
from reclamation_core.simulation.scenario.world import scenario_data, themes

SUBJECTS: dict[str, tuple[type[Any], type[Any]]] = {
    "complaint": (CaseCourse, Desk),
    "malfunction": (CaseCourse, Desk),
    "action": (ActionCourse, PlanService),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_step_names_a_method_or_a_command_and_known_conditions(name: str) -> None:
    subject, commands = SUBJECTS[name]
    for step in scenario_data().courses[name]:
        assert step.do is None or hasattr(subject, step.do) or hasattr(commands, step.do)
        assert all(hasattr(subject, condition.removeprefix("not ")) for condition in step.when)
        assert step.days is None or (len(step.days) == 2 and step.days[0] <= step.days[1])
        assert bool(step.arguments) <= (step.do is not None and not hasattr(subject, step.do))


def test_every_subject_has_its_course_and_every_theme_its_phrases() -> None:
    assert set(scenario_data().courses) == set(SUBJECTS)
    assert set(themes()) == {"misunderstanding", *(theme.value for theme in (*Theme, *MalfunctionTheme))}


def test_the_causes_of_a_theme_are_of_two_known_families() -> None:
    assert {cause.family for theme in themes().values() for cause in theme.causes} <= set(TRAINING_BODY.codes)
    for name, theme in themes().items():
        assert len({cause.family for cause in theme.causes}) == (1 if name == "misunderstanding" else 2)


@pytest.mark.parametrize("theme", [*Theme, *MalfunctionTheme])
def test_each_text_of_a_theme_points_to_one_of_its_causes(theme: Theme | MalfunctionTheme) -> None:
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
    bank = scenario_data()
    assert set(bank.answers) == {"again", *AnswerDecision}
    assert set(bank.reaction_words) == set(Reaction)
    assert {reaction for weights in bank.reactions.values() for reaction in weights} == set(Reaction)
    assert set(bank.outlooks) == set(AnswerDecision)
    assert set(bank.redirections) == set(Kind)


def test_placeholders_are_those_that_the_scenario_fills_in() -> None:
    bank = scenario_data()
    named = {
        field
        for phrase in (*bank.answers.values(), *bank.reasons.values(), *bank.letter.values())
        for _, field, _, _ in Formatter().parse(phrase)
        if field is not None
    }
    of_the_letter = {"received", "reference", "body", "signatory", "direction"}
    assert named == {"problem", "site", "criterion", "region", "follow_up", *of_the_letter}


def test_texts_that_stand_within_sentences_have_no_capital_and_no_full_stop() -> None:
    for theme in themes().values():
        points = [text for one in theme.points for text in (one.problem, one.stated, one.remedy)]
        for said in (*points, *theme.containment, theme.held, *(one.what for one in theme.causes)):
            assert re.match(r"[a-zàéèêçô]", said)
            assert not said.endswith(".")


@pytest.mark.parametrize("theme", Theme)
def test_each_text_of_a_theme_raises_one_point_and_a_group_reads_of_no_person(theme: Theme) -> None:
    own, bank = themes()[theme.value], phrases().themes[theme]
    assert [bool(point.signs) for point in own.points] == [*[True] * (len(own.points) - 1), False]
    texts = [*bank["trainee"], *bank["others"], *bank["comments"]]
    assert {own.point_of(text).problem for text in texts} == {point.problem for point in own.points}
    assert own.collective.endswith(".")
    assert not any(word in own.collective.lower() for word in ("aménagement", "sanction", "rembourser", "vous"))
    assert not any("client" in text for point in own.points for text in (point.stated, point.remedy))
