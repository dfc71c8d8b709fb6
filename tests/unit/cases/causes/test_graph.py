from __future__ import annotations

import pytest

from reclamation_core.cases.causes.base import cycles


@pytest.mark.parametrize(
    "causes",
    [
        {},
        {"a": ()},
        {"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()},
        {"a": ("b",), "b": ("nowhere",)},
    ],
)
def test_what_leads_to_an_end_holds_no_circle(causes: dict[str, tuple[str, ...]]) -> None:
    assert list(cycles(causes)) == []


@pytest.mark.parametrize(
    ("causes", "circles"),
    [
        ({"a": ("a",)}, [("a",)]),
        ({"c": ("b",), "a": ("b",), "b": ("a",)}, [("a", "b")]),
        ({"a": ("b",), "b": ("c", "end"), "c": ("a",), "end": ()}, [("a", "b", "c")]),
        ({"a": ("b",), "b": ("a",), "c": ("d",), "d": ("c",)}, [("a", "b"), ("c", "d")]),
        ({"a": ("b",), "b": ("a", "c"), "c": ("d",), "d": ("c",)}, [("a", "b"), ("c", "d")]),
        ({"up": ("a",), "a": ("b",), "b": ("a", "down"), "down": ()}, [("a", "b")]),
    ],
)
def test_each_knot_has_a_circle_from_its_first_node(
    causes: dict[str, tuple[str, ...]], circles: list[tuple[str, ...]]
) -> None:
    assert list(cycles(causes)) == circles


@pytest.mark.slow
def test_a_very_long_chain_is_followed_without_recursion() -> None:
    causes: dict[int, tuple[int, ...]] = {node: (node + 1,) for node in range(20_000)}

    assert list(cycles({**causes, 20_000: ()})) == []
    assert [len(circle) for circle in cycles({**causes, 20_000: (0,)})] == [20_001]
