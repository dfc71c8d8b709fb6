"""Column names close to those of facts: one slip of the keyboard away."""

import string
from collections.abc import Iterator

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import FaultsError, frames
from reclamation_core.documents.similar_names import is_near
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import ComplaintFacts

FACTS = [field.name for field in attrs.fields(ComplaintFacts) if field.name not in {"received_at", "theme", "own"}]
"""The facts that are columns and that a table reads: no rule depends on the theme."""
LETTERS = string.ascii_lowercase


def slips(word: str) -> Iterator[str]:
    """Yield every word with one wrong, missing, added or swapped letter: Norvig's list."""
    for left, right in [(word[:place], word[place:]) for place in range(len(word) + 1)]:
        yield from (left + letter + right for letter in LETTERS)
        if right:
            yield left + right[1:]
            yield from (left + letter + right[1:] for letter in LETTERS)
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]


SLIPS = {name: {*slips(name.replace("_", ""))} for name in FACTS}
AS_WRITTEN = st.sampled_from([str.lower, str.upper, str.title, lambda name: f" {name}", lambda name: name + "_"])


@given(st.sampled_from(FACTS), st.data())
def test_a_column_one_slip_from_a_fact_is_refused_with_its_name(fact: str, data: st.DataObject) -> None:
    column = data.draw(AS_WRITTEN)(data.draw(st.sampled_from(sorted(SLIPS[fact]))))
    if column in FACTS:
        return
    with pytest.raises(FaultsError, match="rename it or") as caught:
        frames.decide(pl.DataFrame({column: [None]}), m2_1(), None)
    assert [fault.value for fault in caught.value.faults] == [column]
    assert fact in {name for name in FACTS if is_near(column, name)}


@given(st.sampled_from(FACTS), st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3), st.data())
def test_names_are_close_exactly_for_the_listed_slips(fact: str, letters: list[str], data: st.DataObject) -> None:
    word = fact.replace("_", "")
    for letter in letters:
        place = data.draw(st.integers(0, len(word)))
        word = word[:place] + letter + word[place + data.draw(st.integers(0, 1)) :]
    assert is_near(word, fact) == (word != fact and word in SLIPS[fact])
