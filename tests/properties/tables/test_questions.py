"""The question to ask, against every way the unknown facts may turn out."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.tables.oracle import Spec, Worlds
from tests.properties.tables.specs import build, chained_specs, specs
from tests.properties.tables.test_unknown_facts import Known, draw_facts, draw_known, worlds_of


def _with(known: Known, place: int, code: int) -> Known:
    return (*known[:place], code, *known[place + 1 :])


def _matters(worlds: Worlds, known: Known, place: int) -> bool:
    """Whether two completions that differ in this fact alone have different outcomes."""
    codes = range(len(list(worlds.choices.values())[place]))
    for code in worlds.completions(_with(known, place, 0)):
        if len({worlds.verdicts[(*code[:place], mine, *code[place + 1 :])].outcome for mine in codes}) > 1:
            return True
    return False


def _left(worlds: Worlds, known: Known, place: int) -> tuple[Fraction, Fraction]:
    """How many answers would leave the outcome open, and how many outcomes an answer leaves: shares of the answers."""
    answers = range(len(list(worlds.choices.values())[place]))
    counts = [len(worlds.outcomes(_with(known, place, code))) for code in answers]
    return Fraction(sum(count > 1 for count in counts), len(counts)), Fraction(sum(counts), len(counts))


@given(st.one_of(specs(), chained_specs()), st.data())
def test_the_open_facts_are_those_that_the_outcome_still_depends_on(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    cell = build(spec).look_up(draw_facts(data, worlds, known))
    expected = [
        name for place, name in enumerate(worlds.choices) if known[place] is None and _matters(worlds, known, place)
    ]
    assert [input_.name for input_ in cell.unknown] == expected


@given(st.one_of(specs(), chained_specs()), st.data())
def test_no_open_fact_settles_more_than_the_question(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    known = draw_known(data, worlds)
    decision = build(spec).decide(draw_facts(data, worlds, known))
    names = list(worlds.choices)
    open_facts = [place for place in range(len(names)) if known[place] is None and _matters(worlds, known, place)]
    best = min(open_facts, key=lambda place: _left(worlds, known, place), default=None)
    asked = None if decision.question is None else decision.question.name
    assert asked == (None if best is None else names[best])
    assert (asked is None) == (decision.outcome is not None)


@given(st.one_of(specs(), chained_specs()), st.data())
def test_answering_the_questions_one_by_one_settles_the_outcome(spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    table = build(spec)
    facts: dict[str, Any] = {}
    asked = []
    while (question := table.decide(facts).question) is not None:
        asked.append(question.name)
        group = data.draw(st.sampled_from(worlds.choices[question.name]), label=question.name)
        facts[question.name] = data.draw(st.sampled_from(group))
    assert table.decide(facts).outcome is not None
    assert len(asked) == len(set(asked))
