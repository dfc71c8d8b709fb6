import pytest

from reclamation_core.cases.causes.base import cycles


@pytest.mark.slow
def test_a_very_long_chain_is_followed_without_recursion() -> None:
    causes: dict[int, tuple[int, ...]] = {node: (node + 1,) for node in range(20_000)}
    assert list(cycles({**causes, 20_000: ()})) == []
    assert [len(circle) for circle in cycles({**causes, 20_000: (0,)})] == [20_001]
