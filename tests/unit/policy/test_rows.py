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


SOURCES = {
    "eligibility": {
        "formal-complaint": ("M2-1 §1.2, §1.3", "I20"),
        "portal-complaint": ("M2-1 §1.1", "I21"),
        "company-complaint": ("M2-1 §6.2", "I4"),
        "low-survey-note": ("M2-1 §1.4", "I1, I9"),
        "information-request": ("M2-1 §1.5", "I8"),
        "general-opinion": ("M2-1 §1.6", None),
        "not-formal": ("M2-1 §1.3", "I20"),
        "other-channel": ("M2-1 §1.3", "I20"),
        "not-a-client": ("M2-1 §1.2", "I20"),
        "no-requirement": ("M2-1 §1.2", "I20"),
        "not-sold": ("M2-1 §1.2", "I20"),
    },
    "level": {
        "local-client": ("M2-1 §5.1", None),
        "one-centre": ("M2-1 §5.1", None),
        "regional-client": ("M2-1 §5.2", None),
        "several-centres": ("M2-1 §5.2", None),
        "regional-mobilisation": ("M2-1 §5.2", None),
        "national-client": ("M2-1 §5.3", None),
        "national-mobilisation": ("M2-1 §5.3", None),
        "several-regions": ("M2-1 §5.2", "I6"),
        "malfunction-regional-mobilisation": ("M2-1 §5.2, §7", "I22"),
        "malfunction-national-mobilisation": ("M2-1 §5.3, §7", "I22"),
    },
    "severity": {
        **{f"{domain}-{rank}": ("M2-1 §2.2", "I13") for domain in RiskDomain for rank in range(1, 5)},
        "nothing-touched": ("M2-1 §2.2", "I13"),
    },
    "retained_likelihood": {
        f"{how}-{rank}": ("M2-1 §2.2", "I13") for how in ("judged", "recurring") for rank in range(1, 5)
    },
    "criticality": {f"{a}x{b}": ("M2-1 §2.2", "I13") for a in range(1, 5) for b in range(1, 5)},
    "band": dict.fromkeys(("low", "moderate", "high", "critical", "severity-4"), ("M2-1 §2.2", "I13")),
    "complexity": dict.fromkeys(
        ("high-criticality", "several-causes", "recurrence", "high-level", "simple"), ("M2-1 §4.2", "I14")
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_row_has_its_id_and_cites_its_source(name: str) -> None:
    assert {row.id: (row.clause, row.interpretation) for row in tables()[name].rows} == SOURCES[name]


def test_rebuilt_tables_equal_those_of_the_edition() -> None:
    assert set(tables()) == set(SOURCES)
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
