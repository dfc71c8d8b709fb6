"""Each value of a fact is stored with its meaning or refused by the name of the fact."""

from datetime import UTC, datetime
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.vocabulary import Channel, ComplaintFacts, Level

RIGHT = {
    "channel": [Channel.EMAIL, "phone", UNKNOWN, None],
    "formal": [True, False, UNKNOWN, None],
    "satisfaction": [0, 5.5, ABSENT, UNKNOWN, None],
    "client_scope": ["local", UNKNOWN, None],
    "severity_legal": [0, 4, UNKNOWN, None],
    "likelihood": [1, 4, UNKNOWN, None],
    "causes": [0, 12, UNKNOWN, None],
}
WRONG: dict[str, list[Any]] = {
    "channel": ["fax", 1, ABSENT, Level.LOCAL],
    "formal": [0, 1, "oui", ABSENT],
    "satisfaction": [float("nan"), "5", True],
    "client_scope": [Level.LOCAL, "Local"],
    "severity_legal": [5, -1, True, 1.0],
    "likelihood": [0, 5, False],
    "causes": [-1, 1.0, True],
}


@st.composite
def givens(draw: st.DrawFn) -> tuple[dict[str, Any], set[str]]:
    """Values for some facts, and the names of those that are wrong; shrinks to nothing given."""
    given, wrong = {}, set()
    for name in draw(st.lists(st.sampled_from(sorted(RIGHT)), unique=True)):
        if draw(st.booleans()):
            wrong.add(name)
        given[name] = draw(st.sampled_from(WRONG[name] if name in wrong else RIGHT[name]))
    return given, wrong


def refused(given: dict[str, Any]) -> set[str]:
    try:
        facts = ComplaintFacts(received_at=datetime(2026, 5, 2, tzinfo=UTC), **given)
    except FaultsError as error:
        return {fault.path for fault in error.faults}
    assert ComplaintFacts(**{field.name: getattr(facts, field.name) for field in attrs.fields(ComplaintFacts)}) == facts
    for name, value in given.items():
        kept = getattr(facts, name)
        assert kept is (ABSENT if name == "satisfaction" else UNKNOWN) if value is None else kept == value
    return set()


@given(givens())
def test_invalid_values_are_refused_by_name_and_valid_ones_accepted(case: tuple[dict[str, Any], set[str]]) -> None:
    given, wrong = case
    assert refused(given) == wrong
