"""TOML that is written is read back equal, by Python's own reader."""

import tomllib
from datetime import date, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents.toml_text import toml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = (
    st.booleans()
    | st.integers(-(1 << 62), 1 << 62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.dates(date(1900, 1, 1))
    | st.times().map(lambda at: time(at.hour, at.minute, at.second))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_a_document_is_read_back_equal(document: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text({**document, "left out": None})) == document
