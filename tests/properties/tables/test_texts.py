"""Explanations are sentences, in both languages, and cite the rules that they rest on."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.tables.oracle import ADDING, Spec
from tests.properties.tables.specs import build, chained_specs, specs
from tests.properties.tables.test_unknown_facts import draw_facts, draw_known, worlds_of


def _are_sentences(text: str) -> None:
    for line in text.split("\n"):
        first = line.removeprefix("- ")[:1]
        assert first == first.upper(), line
        assert line.endswith((".", "?", ":")), line
        assert line == line.strip()
        assert "  " not in line
        assert not line.endswith(("..", " :.", "().")), line


@pytest.mark.parametrize("lang", ["fr", "en"])
@given(spec=st.one_of(specs(), chained_specs()), data=st.data())
def test_explanations_are_sentences_that_cite_the_rules(lang: Any, spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    decision = build(spec).decide(draw_facts(data, worlds, draw_known(data, worlds)))
    text = decision.explain(lang)
    _are_sentences(text)
    for row in decision.rows if decision.outcome is not None else ():
        assert f"({row.source(lang)})." in text
    if decision.outcome is not None:
        assert text.startswith(f"Top{' ' if lang == 'fr' else ''}: ")
        cited = {rule.id for rule in spec.rules if f"(§{rule.id}" in text}
        assert cited or not spec.rules or spec.policy in ADDING
    assert (decision.question is None) == (("Question à poser" if lang == "fr" else "Question to ask") not in text)


@pytest.mark.parametrize("lang", ["fr", "en"])
@given(spec=st.one_of(specs(), chained_specs()), data=st.data())
def test_answers_to_why_not_are_sentences_that_cite_the_rules(lang: Any, spec: Spec, data: st.DataObject) -> None:
    worlds = worlds_of(spec)
    table = build(spec)
    decision = table.decide(draw_facts(data, worlds, draw_known(data, worlds)))
    answer = decision.why_not(data.draw(st.sampled_from(table.outcomes)))
    text = answer.explain(lang)
    _are_sentences(text)
    if answer.changes != ():
        assert text.count("\n") == len(answer.misses) + 1
        for miss in answer.misses:
            assert f"({miss.row.source(lang)})." in text
