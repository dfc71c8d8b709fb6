"""Unknown facts narrow correctly: the possible outcomes are those of some completion, by an oracle in plain Python."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import m2_1
from tests.properties.policy.strategies import COUNTS, ELIGIBILITY, LEVEL, SEVERITIES, partly_known
from tests.unit.policy import procedure
from tests.unit.policy.cases import CALENDAR, unknown_but


def completions(facts: Mapping[str, Any], values: Mapping[str, tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    choices = [values[name] if facts[name] is UNKNOWN else (facts[name],) for name in values]
    return (dict(zip(values, chosen)) for chosen in product(*choices))


def eligibility_of(facts: Mapping[str, Any]) -> str:
    others = {name: value for name, value in facts.items() if name != "satisfaction"}
    return procedure.eligibility(**others, note=None if facts["satisfaction"] is ABSENT else facts["satisfaction"])


def outcomes_of_risk(facts: Mapping[str, Any]) -> tuple[int, int, int, str, str]:
    severity = procedure.severity(*(facts[name] for name in SEVERITIES))
    likelihood = procedure.likelihood(facts["judged"], facts["recurrences"])
    criticality, band = procedure.risk(severity, likelihood)
    level = procedure.level(facts["client_scope"], facts["service_reach"], facts["mobilisation"])
    complexity = procedure.complexity(band, facts["causes"], facts["recurrences"], level)
    return severity, likelihood, criticality, band, complexity


@given(partly_known(ELIGIBILITY))
def test_the_possible_eligibilities_are_those_of_all_completions(facts: dict[str, Any]) -> None:
    expected = {eligibility_of(completion) for completion in completions(facts, ELIGIBILITY)}
    decision = m2_1().assess(unknown_but(**facts), CALENDAR).eligibility
    assert decision.possible == expected
    assert decision.outcome == (expected.pop() if len(expected) == 1 else None)


@given(partly_known(LEVEL))
def test_the_possible_levels_are_those_of_all_completions(facts: dict[str, Any]) -> None:
    expected = {procedure.level(**_level(completion)) for completion in completions(facts, LEVEL)}
    assessment = m2_1().assess(unknown_but(**facts), CALENDAR)
    assert assessment.level.possible == expected
    assert assessment.handling_level == min(expected, key=procedure.LEVELS.index)


def _level(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"client": facts["client_scope"], "reach": facts["service_reach"], "mobilisation": facts["mobilisation"]}


@given(
    severities=partly_known(SEVERITIES, most_unknown=2),
    counts=partly_known(COUNTS),
    level=partly_known(LEVEL, most_unknown=1),
    judged=st.sampled_from((None, 1, 2, 3, 4)),
)
def test_possible_risks_and_complexities_are_those_of_all_completions(
    severities: dict[str, Any], counts: dict[str, Any], level: dict[str, Any], judged: int | None
) -> None:
    facts = {**severities, **counts, **level}
    values = {**SEVERITIES, **COUNTS, **LEVEL}
    outcomes = [outcomes_of_risk({**completion, "judged": judged}) for completion in completions(facts, values)]
    assessment = m2_1().assess(unknown_but(**facts, likelihood=judged), CALENDAR)
    found: tuple[frozenset[Any], ...] = (
        assessment.severity.possible,
        assessment.likelihood.possible,
        assessment.criticality.possible,
        assessment.risk.possible,
        assessment.complexity.possible,
    )
    assert found == tuple(map(set, zip(*outcomes)))


@given(partly_known({**ELIGIBILITY, **LEVEL, **COUNTS, **SEVERITIES}), st.data())
def test_answering_all_questions_settles_all_but_the_causes(facts: dict[str, Any], data: st.DataObject) -> None:
    values = {**ELIGIBILITY, **LEVEL, **COUNTS, **SEVERITIES}
    asked = []
    while (question := m2_1().assess(unknown_but(**facts), CALENDAR).question) is not None:
        assert facts[question.name] is UNKNOWN
        asked.append(question.name)
        facts = {**facts, question.name: data.draw(st.sampled_from(values[question.name]), label=question.name)}
    assessment = m2_1().assess(unknown_but(**facts), CALENDAR)
    assert len(set(asked)) == len(asked)
    left = {decision.table.name for decision in assessment.decisions if decision.outcome is None}
    assert left <= ({"complexity"} if facts["causes"] is UNKNOWN else set())
