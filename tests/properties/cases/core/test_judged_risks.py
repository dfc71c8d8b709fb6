"""I24 against an oracle of its own: every completion of the unknown facts, judged by the procedure in plain Python."""

from itertools import product
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, ClosingReason, CommandRefusedError, handle_command
from reclamation_core.cases.events import Answered, Closed, FactsCorrected, NoActionNeeded, Qualified
from reclamation_core.missing import UNKNOWN
from reclamation_core.vocabulary import RiskDomain
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    NO_ACTION,
    SUPPORT,
    after,
    around,
    command_of,
    next_hour,
    opened,
)
from tests.unit.policy import procedure
from tests.unit.policy.cases import complaint

DOMAINS = [f"severity_{domain.value}" for domain in RiskDomain]
VALUES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(DOMAINS, (0, 1, 2, 3, 4)),
    "likelihood": (1, 2, 3, 4),
    "recurrences": (0, 1, 3, 6),
    "causes": (0, 1, 2),
    "client_scope": procedure.CLIENTS,
    "service_reach": procedure.REACHES,
    "mobilisation": procedure.MOBILISATIONS,
}
KNOWN: dict[str, Any] = {
    **dict.fromkeys(DOMAINS, 0),
    "likelihood": 1,
    "recurrences": 0,
    "causes": 1,
    "client_scope": "local",
    "service_reach": "one_centre",
    "mobilisation": "local",
}


@st.composite
def partial_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of a case of which at most three are unknown."""
    facts = KNOWN | {name: draw(st.sampled_from(VALUES[name])) for name in draw(st.sets(st.sampled_from(list(KNOWN))))}
    return facts | dict.fromkeys(draw(st.sets(st.sampled_from(list(KNOWN)), max_size=3)), None)


def complexities(facts: dict[str, Any]) -> set[str]:
    """What the complexity may turn out to be; a likelihood that is not judged follows from the recurrences."""
    unknown = [name for name, value in facts.items() if value is None and name != "likelihood"]
    found = set()
    for values in product(*(VALUES[name] for name in unknown)):
        known = facts | dict(zip(unknown, values, strict=True))
        severity = procedure.severity(*(known[name] for name in DOMAINS))
        _, band = procedure.risk(severity, procedure.likelihood(known["likelihood"], known["recurrences"]))
        level = procedure.level(known["client_scope"], known["service_reach"], known["mobilisation"])
        found.add(procedure.complexity(band, known["causes"], known["recurrences"], level))
    return found


def refusals(case: Case, data: Any) -> tuple[list[str], list[str]]:
    """The guards that refuse a command, and the facts that the refusal questions."""
    try:
        handle_command(case, command_of(case, data), around(next_hour(case)))
    except CommandRefusedError as refused:
        return [guard.id for guard in refused.guards], [fact.name for fact in refused.missing]
    return [], []


@given(partial_facts())
def test_qualifying_judges_each_domain_and_the_likelihood_or_the_recurrences(facts: dict[str, Any]) -> None:
    case = after(opened(), SUPPORT)
    missing = [name for name in DOMAINS if facts[name] is None]
    if facts["likelihood"] is None and facts["recurrences"] is None:
        missing.append("likelihood")
    guards, asked = refusals(case, Qualified(problem="un poste", facts=complaint(**facts)))
    assert ("risks-unjudged" in guards) == bool(missing)
    assert asked == missing


@given(partial_facts())
def test_acting_and_closing_require_a_complexity_that_no_unknown_fact_can_change(facts: dict[str, Any]) -> None:
    qualified = after(opened(), SUPPORT, Qualified(problem="un poste"), ANALYSED, NO_ACTION, ANSWERED)
    case = after(qualified, FactsCorrected(facts=complaint(**facts), reason="relu"))
    undetermined = len(complexities(facts)) > 1

    for data, guard in (
        (NoActionNeeded(reason="isolé"), "complexity-undetermined"),
        (Closed(reason=ClosingReason.ANSWERED), "close-complexity-undetermined"),
    ):
        guards, asked = refusals(case, data)
        assert (guard in guards) == undetermined
        assert bool(asked) == undetermined
        assert all(facts[name] is None for name in asked)
    assert (
        refusals(case, Closed(reason=ClosingReason.TREATED))[0].count("close-complexity-undetermined") == undetermined
    )
    assert "close-complexity-undetermined" not in refusals(case, Closed(reason=ClosingReason.WITHDRAWN))[0]


@given(partial_facts())
def test_answering_the_questions_one_after_another_makes_acting_possible(facts: dict[str, Any]) -> None:
    case = after(opened(), SUPPORT, Qualified(problem="un poste"))
    case = after(case, FactsCorrected(facts=complaint(**facts), reason="relu"))
    asked: list[str] = []
    while (question := refusals(case, NoActionNeeded(reason="isolé"))[1]) and len(asked) <= len(KNOWN):
        asked += question
        found = attrs.evolve(case.facts, **{question[0]: VALUES[question[0]][0]})
        case = after(case, FactsCorrected(facts=found, reason="demandé"))
    assert len(set(asked)) == len(asked)
    assert complexities({name: _plain(getattr(case.facts, name)) for name in KNOWN}) == {case.verdict.complexity}


def _plain(value: Any) -> Any:
    return None if value is UNKNOWN else value


def test_an_answer_needs_no_complexity() -> None:
    case = after(opened(), SUPPORT, Qualified(problem="un poste"))
    case = after(case, FactsCorrected(facts=complaint(), reason="relu"))
    assert refusals(case, ANSWERED)[0] == []
    assert isinstance(after(case, ANSWERED).events[-1].data, Answered)
