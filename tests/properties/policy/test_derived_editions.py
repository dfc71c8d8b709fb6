"""Editions with rows of their own: their documents and their different decisions, against every case there is."""

import pickle
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.errors import ReclamationError
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Policy, m2_1
from reclamation_core.tables import Row, all_but, any_value, from_dmn, is_in, is_not
from tests.properties.policy.strategies import LEVEL

LEVELS = ("local", "regional", "national")
FACTS = {**LEVEL, "client_scope": (*LEVEL["client_scope"], ABSENT)}
CASES = [dict(zip(FACTS, values, strict=True)) for values in product(*FACTS.values())]


@st.composite
def level_rows(draw: st.DrawFn, *, id_: str) -> Row:
    """Rows of the table of levels. Shrinks towards a row without conditions."""
    when: dict[str, Any] = {}
    for input_ in m2_1().tables["level"].inputs:
        if draw(st.booleans()):
            if draw(st.integers(0, 4)) == 4:
                when[input_.name] = any_value()
                continue
            makers = [is_in, is_not, all_but] if input_.absent else [is_in, is_not]
            codes = [value for value in LEVEL[input_.name] if value is not ABSENT]
            named = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))
            when[input_.name] = draw(st.sampled_from(makers))(*named)
    return Row(id_, when, draw(st.sampled_from(LEVELS)), "Note 1")


@st.composite
def editions(draw: st.DrawFn) -> Policy:
    """Editions that differ from M2-1 by rows of one table, if they hold. Shrinks towards M2-1."""
    ids = [row.id for row in m2_1().tables["level"].rows]
    replaced = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))
    removed = draw(st.lists(st.sampled_from([id_ for id_ in ids if id_ not in replaced]), max_size=1))
    added = [f"own-{number}" for number in range(draw(st.integers(0, 2)))]
    try:
        return m2_1().with_rows(
            "level",
            replace=[draw(level_rows(id_=id_)) for id_ in replaced],
            remove=removed,
            add=[draw(level_rows(id_=id_)) for id_ in added],
            edition="own",
        )
    except ReclamationError:
        assume(False)
        raise


def outcomes(policy: Policy) -> list[Any]:
    return [policy.tables["level"].decide(case).outcome for case in CASES]


@pytest.mark.slow
@given(editions(), editions())
def test_the_difference_is_empty_exactly_where_the_editions_decide_alike(one: Policy, other: Policy) -> None:
    difference = one.diff(other)
    apart = [place for place, pair in enumerate(zip(outcomes(one), outcomes(other), strict=True)) if pair[0] != pair[1]]
    assert bool(difference) is bool(apart)
    told = [table for table in difference.tables if table.after.name == "level"]
    assert sum(change.cells > 0 for table in told for change in table.changes) == sum(
        len(table.changes) for table in told
    )
    for change in (change for table in told for change in table.changes):
        assert one.tables["level"].decide(change.witness).outcome == change.before
        assert other.tables["level"].decide(change.witness).outcome == change.after


@pytest.mark.slow
@given(editions())
def test_an_edition_survives_its_document_its_pickle_and_dmn(policy: Policy) -> None:
    for again in (Policy.from_json(policy.to_json()), pickle.loads(pickle.dumps(policy))):
        assert again == policy
        assert hash(again) == hash(policy)
        assert outcomes(again) == outcomes(policy)
    assert not policy.diff(Policy.from_json(policy.to_json()))
    assert from_dmn(policy.to_dmn())["level"] == policy.tables["level"]


def test_the_cases_are_all_cells_of_the_table_of_m2_1() -> None:
    assert len(CASES) == m2_1().tables["level"].cells.everything.bit_length()
