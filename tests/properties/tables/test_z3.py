"""The proof of random tables and z3 agree on gaps, overlaps, dead rows, outcomes, inputs, promises and witnesses."""

from random import Random
from typing import Any

import pytest

from reclamation_core.tables import proof

TABLES = 400


@pytest.mark.slow
def test_z3_and_the_proof_of_a_table_agree() -> None:
    from soak.z3_prover import disagreements, random_table

    for seed in range(TABLES):
        table = random_table(Random(seed))  # noqa: S311
        assert disagreements(table) == [], (seed, table.to_markdown("en"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["_gaps", "_contradictions", "_broken_promises", "_idle_rows", "_idle_inputs"])
def test_a_proof_that_looks_at_less_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from soak.z3_prover import disagreements, random_table

    monkeypatch.setattr(proof, name, lambda _: iter(()))
    assert any(disagreements(random_table(Random(seed))) for seed in range(100))  # noqa: S311


@pytest.mark.slow
def test_a_witness_of_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from soak.z3_prover import disagreements, random_table

    def first_facts(table: Any, _: int) -> Any:
        return tuple(1 for _ in table.chain.atoms)

    monkeypatch.setattr(proof, "_witness", first_facts)
    assert any(disagreements(random_table(Random(seed))) for seed in range(100))  # noqa: S311
