"""What may be told of a case, name by name, is what its facts take."""

from __future__ import annotations

import inspect
from typing import get_type_hints

import attrs

from reclamation_core.vocabulary import ComplaintFacts, FactsUpdate, MalfunctionFacts


def test_every_fact_may_be_told_as_the_facts_take_it_and_nothing_else() -> None:
    taken = inspect.signature(ComplaintFacts).parameters
    told = get_type_hints(FactsUpdate)

    assert set(told) == set(taken) == {field.name for field in attrs.fields(ComplaintFacts)}
    for name, parameter in taken.items():
        converter = getattr(attrs.fields(ComplaintFacts), name).converter
        assert told[name] == get_type_hints(converter)["value"], parameter


def test_what_is_told_of_a_malfunction_is_some_of_it() -> None:
    assert {field.name for field in attrs.fields(MalfunctionFacts)} < FactsUpdate.__optional_keys__
