"""An input with more faults than an error lists."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.documents.codec import make_converter, structure
from reclamation_core.errors import MOST_FAULTS, FaultCollector, FaultsError, OtherFaults


def wrong(value: object) -> int:
    """The number of values that are no text, for a list of lists of texts."""
    return sum(wrong(item) for item in value) if isinstance(value, list) else int(value != "x")


def nested(depth: int) -> Any:
    return tuple[nested(depth - 1), ...] if depth else str  # type: ignore[misc]


@given(depth=st.integers(1, 3), data=st.data())
def test_listed_faults_and_the_number_of_others_are_all_faults(depth: int, data: st.DataObject) -> None:
    strategy: st.SearchStrategy[object] = st.sampled_from(["x", "x", "x", 0])
    for _ in range(depth):
        strategy = st.lists(strategy, max_size=60 if depth < 3 else 12)
    document = data.draw(strategy)

    assume(wrong(document) > 0)

    with pytest.raises(FaultsError) as refused:
        structure(make_converter(), document, nested(depth))

    faults = refused.value.faults
    others = [fault for fault in faults if isinstance(fault, OtherFaults)]
    listed = len(faults) - len(others)
    assert listed == min(wrong(document), MOST_FAULTS)
    assert listed + sum(int(str(fault.value)) for fault in others) == wrong(document)
    assert len(FaultCollector(faults)) == wrong(document)
    assert len(json.dumps(refused.value.to_document("fr"))) < 300 * (MOST_FAULTS + 2)
