import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents import canonical_json, parse_json

texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(documents)
def test_a_document_is_one_line_of_text_that_any_reader_reads_back(document: Any) -> None:
    assert parse_json(canonical_json(document)) == document
    assert json.loads(canonical_json(document)) == document
    assert "\n" not in canonical_json(document)


@given(st.dictionaries(texts, documents))
def test_the_order_of_keys_never_shows(document: dict[str, Any]) -> None:
    assert canonical_json(dict(reversed(document.items()))) == canonical_json(document)


@given(documents)
def test_a_document_and_what_is_read_back_have_one_text(document: Any) -> None:
    text = canonical_json(document)
    assert canonical_json(parse_json(text)) == text
