from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core.cases.causes import Answer, DatedFact, Qqoqcp
from reclamation_core.cases.codes import Method
from reclamation_core.errors import REDACTED
from tests.unit.cases.causes.refusals import faults, paths
from tests.unit.cases.causes.samples import qqoqcp

SEVEN = ["who", "what", "where", "when", "how", "how_much", "why"]


def test_it_describes_and_finds_no_cause() -> None:
    assert qqoqcp().method is Method.QQOQCP
    assert (qqoqcp().root_causes, qqoqcp().located_causes) == ((), ())


@pytest.mark.parametrize("question", SEVEN)
@pytest.mark.parametrize(("left_open", "told"), [(None, None), ("un texte seul", REDACTED)])
def test_each_of_the_seven_questions_is_answered(question: str, left_open: object, told: object) -> None:
    changed: dict[str, Any] = {question: left_open}
    assert faults(lambda: attrs.evolve(qqoqcp(), **changed)) == [(question, told)]


def test_open_questions_and_faults_of_a_fact_are_reported_together() -> None:
    nothing = dict.fromkeys(SEVEN)
    assert paths(lambda: Qqoqcp(**nothing, facts=[])) == [*SEVEN, "facts"]  # type: ignore[arg-type]
    make = lambda: DatedFact("2026-05-04", "", " ")  # type: ignore[arg-type]  # noqa: E731
    assert paths(make) == ["day", "statement", "source"]


def test_a_question_without_answer_has_its_reason() -> None:
    assert Answer.not_applicable("rien à compter").in_("en") == "not applicable: rien à compter"
    assert Answer("trois").in_("fr") == "trois"
    assert faults(lambda: Answer.not_applicable(" ")) == [("text", " ")]
    assert faults(lambda: Answer("oui", applicable="no")) == [("applicable", "no")]  # type: ignore[arg-type]


def test_facts_are_given_once_for_their_date_and_ordered_by_day() -> None:
    fact = DatedFact(date(2026, 5, 4), "La session est annulée")
    again = attrs.evolve(fact, statement="la session est annulée.")
    later = attrs.evolve(fact, day=date(2026, 5, 5))
    assert attrs.evolve(qqoqcp(), facts=[fact, later]).chronology == (fact, later)
    assert faults(lambda: attrs.evolve(qqoqcp(), facts=[fact, later, again])) == [("facts[2]", REDACTED)]
    assert [fact.day.day for fact in qqoqcp().facts] == [8, 4]
    assert [fact.day.day for fact in qqoqcp().chronology] == [4, 8]


def test_the_drawing_hangs_the_answers_on_their_questions() -> None:
    lines = qqoqcp().to_mermaid().splitlines()
    assert lines[:6] == [
        "flowchart LR",
        '    n0{{"QQOQCP"}}',
        '    n1("Qui #63;")',
        "    n0 --> n1",
        '    n2["douze stagiaires"]',
        "    n1 --> n2",
    ]
    assert len(lines) == 2 + 4 * 7
