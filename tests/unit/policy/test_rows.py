"""The rows of the edition by their names and sources, as the catalogue of the procedure has them."""

from collections.abc import Mapping
from typing import Any

import pytest

from reclamation_core.policy import Parameters, RiskParameters, m2_1
from reclamation_core.policy.m2_1_tables import m2_1_tables
from reclamation_core.tables import DecisionTable
from reclamation_core.vocabulary import RiskDomain


def tables() -> Mapping[str, DecisionTable[Any]]:
    """Return new tables: those of `m2_1()` are cached."""
    return m2_1_tables(Parameters())


def test_rebuilt_tables_equal_those_of_the_edition() -> None:
    assert tables() == m2_1().tables


@pytest.mark.parametrize(
    ("name", "rising"),
    [
        ("level", ["client_scope", "service_reach", "mobilisation"]),
        ("severity", [f"severity_{domain}" for domain in RiskDomain]),
        ("retained_likelihood", ["likelihood", "recurrences"]),
        ("criticality", ["severity", "retained_likelihood"]),
        ("band", ["criticality", "severity"]),
        ("complexity", ["band", "causes", "recurrences", "level"]),
    ],
)
def test_the_outcome_is_promised_never_to_fall_as_these_rise(name: str, rising: list[str]) -> None:
    assert [(promise.input, promise.rising) for promise in tables()[name].monotone] == [(name, True) for name in rising]


def test_with_a_higher_first_count_no_row_says_no_recurrence() -> None:
    table = m2_1_tables(Parameters(risk=RiskParameters(recurrences=(2, 3, 6))))["retained_likelihood"]
    for rank, fr, en in ((1, "1 au plus", "at most 1"), (2, "2", "2"), (3, "de 3 à 5", "3 to 5")):
        wording = table.row(f"recurring-{rank}").wording
        assert wording is not None
        assert (wording.fr.rpartition(" : ")[2], wording.en.rpartition(": ")[2]) == (fr, en)
